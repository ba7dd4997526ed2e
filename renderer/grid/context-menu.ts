import { formatRange } from '../../shared/address.ts';
import { messages } from '../../shared/messages.ts';
import { element } from '../core/element.ts';
import type { GridActions } from './actions.ts';
import { openMenu } from '../parts/menu.ts';
import type { State, Store } from '../core/store.ts';

const ITEMS = ['edit.cut', 'edit.copy', 'edit.paste', 'edit.pasteSpecial', 'edit.delete', '-', 'view.trace'];

const OWN_ITEMS = [
  ...ITEMS.slice(0, -1),
  'sheet.insertRows',
  'sheet.insertColumns',
  'sheet.deleteRows',
  'sheet.deleteColumns',
];

/** Opens the menu of the selected cells at a point of the window. Its commands are those of the menubar, with the same
 *  names. */
export function openCellMenu(
  store: Store,
  x: number,
  y: number,
  { menuItems, runCommand }: Pick<GridActions, 'menuItems' | 'runCommand'>,
): void {
  const { capabilities, selection } = store.get();
  const anchor = element('div', { class: 'sheet-menu-anchor' });
  anchor.style.transform = `translate(${x}px, ${y}px)`;
  document.body.append(anchor);
  const { active, sheet } = store.get();
  openMenu(menuItems(active.sheet === sheet.id ? ITEMS : OWN_ITEMS), anchor, {
    label: messages.grid.menuName(formatRange(selection)),
    platform: capabilities.platform,
    side: 'below',
    focus: 'none',
    onClose: () => anchor.remove(),
    run: ({ id, argument }) => {
      if (id === 'view.trace') store.set({ trace: argument as State['trace'] });
      else runCommand(id);
    },
  });
}
