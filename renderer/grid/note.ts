import type { CellPlace } from '../../shared/places.ts';
import type { Store } from '../core/store.ts';

type Box = { x: number; y: number; width: number; height: number };
/** The size of the sheet's element, and where a cell is on it. */
type Shown = { box: Box; width: number; height: number };

/** Gaps between the note and the editor over its cell, and the edge of the sheet, in CSS pixels. The editor is at least
 *  so high. */
const GAP = { cell: 8, edge: 4, editor: 26 };

/** Says beside its cell why something was refused, inside the sheet where the cell is out of view. The status bar tells
 *  it to screen readers. */
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
