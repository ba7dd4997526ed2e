import type { CellPlace } from '../../shared/places.ts';
import type { Store } from '../core/store.ts';

type Box = { x: number; y: number; width: number; height: number };
/** The size of the sheet's element, and the cell's rectangle on it. */
type Shown = { box: Box; width: number; height: number };

/** In CSS pixels: the gap between the note and the editor over its cell, the gap to the sheet's edge, and the least
 *  height of the editor. */
const GAP = { cell: 8, edge: 4, editor: 26 };

/** Shows beside a cell why something was refused. If the cell is out of view, the note is at the sheet's edge. (Screen
 *  readers read the status bar.) */
export function createNote(
  parent: HTMLElement,
  store: Store,
  shown: (cell: CellPlace) => Shown,
): { place(): void; destroy(): void } {
  const note = document.createElement('p');
  note.className = 'sheet-note';
  note.hidden = true;
  note.setAttribute('aria-hidden', 'true');
  parent.append(note);

  const place = () => {
    const { notice } = store.get();
    note.hidden = notice?.at === undefined;
    if (!notice?.at) return;
    if (note.textContent !== notice.sentence) note.textContent = notice.sentence;
    const { width, height, box } = shown(notice.at);
    const size = { width: note.offsetWidth, height: note.offsetHeight };
    const below = box.y + Math.max(GAP.editor, box.height + GAP.cell);
    const y = below + size.height <= height ? below : box.y - size.height - GAP.cell;
    const within = (at: number, length: number, end: number) =>
      Math.max(GAP.edge, Math.min(at, end - length - GAP.edge));
    note.style.transform = `translate(${within(box.x, size.width, width)}px, ${within(y, size.height, height)}px)`;
  };
  const end = store.on(['notice'], place);
  return {
    place,
    destroy() {
      end();
      note.remove();
    },
  };
}
