import { formatRange } from '../../shared/address.ts';
import { isFree } from '../../shared/changes/check.ts';
import { messages } from '../../shared/messages.ts';
import { element } from '../core/element.ts';
import type { GridActions } from './actions.ts';
import { openMenu } from '../parts/menu.ts';
import type { State, Store } from '../core/store.ts';

const ITEMS = [
  'edit.cut',
  'edit.copy',
  'edit.paste',
  'edit.pasteSpecial',
  'edit.delete',
  '-',
  'explain.cell',
  'view.trace',
];

const COMMENT_ITEMS = ['-', 'comment.edit', 'comment.delete'];
const FORMAT_ITEMS = ['format.bold', 'format.wrap', 'format.cells'];
const LEARN_ITEMS = ['-', 'edit.learn'];
const OWN_ITEMS = [
  ...ITEMS.slice(0, -1),
  'sheet.insertRows',
  'sheet.insertColumns',
  'sheet.deleteRows',
  'sheet.deleteColumns',
  '-',
  ...FORMAT_ITEMS,
  'format.width',
  ...LEARN_ITEMS,
  ...COMMENT_ITEMS,
];
/** A free cell of the network's sheet has no trace but looks. */
const FREE_ITEMS = [...ITEMS.slice(0, -1), ...FORMAT_ITEMS, ...LEARN_ITEMS, ...COMMENT_ITEMS];

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
  const isFreeCell = active.sheet === sheet.id && isFree(sheet, active.row, active.column);
  const items =
    active.sheet !== sheet.id
      ? OWN_ITEMS
      : isFreeCell
        ? FREE_ITEMS
        : [...ITEMS, '-', 'network.editLayers', 'network.builtIn', ...COMMENT_ITEMS];
  openMenu(menuItems(items), anchor, {
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
