/** The card that shows the loop of a formula that depends on itself: its cells in their order, each to go to. */
import { formatAddress } from '../../shared/address.ts';
import { describeElement } from '../../shared/describe.ts';
import { sheetPrefix } from '../../shared/formula/notation.ts';
import { elementAt } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { type CellPlace, only } from '../../shared/places.ts';
import type { Client } from '../core/client.ts';
import type { Command, Telling } from '../core/commands.ts';
import { destroyAll, element, iconButton } from '../core/element.ts';
import { selected } from '../core/selection.ts';
import type { Store, View } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';
import type { GoTo } from '../grid/go-to.ts';
import { rectOf } from '../core/magnified.ts';

/** In CSS pixels: the gaps between the card, its cell and the edges of the sheet. */
const GAP = 8;
/** The most cells that are listed. */
const LISTED = 50;

export function createLoopCommand(store: Store, client: Client, { refuse }: Pick<Telling, 'refuse'>): Command {
  const show = async () => {
    const { active } = store.get();
    const { cells } = await client.send('findLoop', active);
    if (cells.length === 0) refuse(messages.loop.none(formatAddress(active)));
    else store.set({ loop: cells });
  };
  return { id: 'view.loop', label: () => messages.loop.show, run: show };
}

export function createLoopCard(
  parent: HTMLElement,
  store: Store,
  client: Client,
  { reveal, grid }: { reveal: GoTo['reveal']; grid: () => GridApi },
): View {
  const text = messages.loop;
  const heading = element('h2', { id: 'loop-title' });
  const list = element('ol', { 'aria-labelledby': heading.id });
  const rest = element('p', {});
  const close = () => {
    store.set({ loop: undefined });
    grid().focus();
  };
  const root = element(
    'section',
    { class: 'loop-card', role: 'dialog', 'aria-labelledby': heading.id, hidden: true },
    element('div', { class: 'loop-head' }, heading, iconButton('close', messages.views.close, close)),
    list,
    rest,
  );
  root.addEventListener('keydown', event => {
    event.stopPropagation();
    if (event.key === 'Escape') close();
  });

  const nameOf = (place: CellPlace): string => {
    const { sheets, sheet, active } = store.get();
    const other = sheets.find(({ id }) => id === place.sheet && (id !== active.sheet || id !== sheet.id));
    return sheetPrefix(other?.name) + formatAddress(place);
  };
  const item = (place: CellPlace) => {
    const { sheet } = store.get();
    const found = elementAt(sheet, place);
    const made = element(
      'button',
      { type: 'button', class: 'loop-cell' },
      element('b', {}, nameOf(place)),
      element('span', {}, found ? describeElement(sheet, found) : ''),
    );
    made.addEventListener('click', () => {
      if (!grid().leaveEditing()) return;
      reveal(only(place));
      // The sheet takes the keyboard with each new cell.
      made.focus();
    });
    return element('li', {}, made);
  };
  /** Beside the cell, inside the sheet. */
  const place = (cell: CellPlace) => {
    const box = grid().screenshotRect(cell);
    const sheet = rectOf(parent);
    const [right, bottom] = [sheet.width - root.offsetWidth - GAP, sheet.height - root.offsetHeight - GAP];
    const below = box ? box.y - sheet.y + box.height + GAP : bottom;
    const above = box ? box.y - sheet.y - root.offsetHeight - GAP : bottom;
    const x = Math.max(GAP, Math.min(box ? box.x - sheet.x : right, right));
    const y = below <= bottom || above < GAP ? Math.max(GAP, Math.min(below, bottom)) : above;
    root.style.transform = `translate(${x}px, ${y}px)`;
  };
  const show = () => {
    const { loop } = store.get();
    if (!loop) {
      root.hidden = true;
      return;
    }
    const wasHidden = root.hidden;
    heading.textContent = text.title(nameOf(loop[0]));
    list.replaceChildren(...loop.slice(0, LISTED).map(item), element('li', { class: 'loop-end' }, nameOf(loop[0])));
    rest.textContent =
      loop.length > LISTED ? text.more(loop.length - LISTED) : loop.length === 1 ? text.itself : text.what;
    root.hidden = false;
    if (!wasHidden) return;
    place(loop[0]);
    list.querySelector('button')?.focus();
  };
  /** After a change, the loop may be another one, or none. */
  const again = async () => {
    const { loop, workbookId } = store.get();
    if (!loop) return;
    try {
      const { cells } = await client.send('findLoop', loop[0]);
      if (store.get().loop === loop) store.set({ loop: cells.length > 0 ? cells : undefined });
    } catch {
      if (store.get().workbookId === workbookId) store.set({ loop: undefined });
    }
  };
  parent.append(root);
  return destroyAll(root, [
    store.on(['loop'], show),
    store.on(['written'], () => void again()),
    store.on(['workbookId', 'sheet'], () => store.set({ loop: undefined })),
  ]);
}

/** Shows the loop of a cell, which becomes the active one. */
export function showLoop(store: Store, commands: { run: (id: string) => void }, place: CellPlace): void {
  store.set(selected(place));
  commands.run('view.loop');
}
