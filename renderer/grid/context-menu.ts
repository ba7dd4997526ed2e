import { formatRange } from '../../shared/address.ts';
import { type MenuNode, menuTemplate } from '../../shared/menu.ts';
import { messages } from '../../shared/messages.ts';
import { element } from '../core/element.ts';
import { openMenu } from '../parts/menu.ts';
import type { State, Store } from '../core/store.ts';

const EDITS = ['edit.cut', 'edit.copy', 'edit.paste', 'edit.pasteSpecial', 'edit.delete'];
const TRACES: readonly State['trace'][] = ['precedents', 'pixels', 'dependents', 'none'];

/** The menu of the selected cells at a point of the window: what the menubar offers for them, under the same names. */
export function openCellMenu(store: Store, x: number, y: number, run: (id: string) => void): void {
  const { capabilities, selection, role, trace } = store.get();
  const anchor = element('div', { class: 'sheet-menu-anchor' });
  anchor.style.transform = `translate(${x}px, ${y}px)`;
  document.body.append(anchor);
  openMenu(cellMenu(capabilities.platform, role === 'viewer', trace), anchor, {
    label: messages.grid.menuName(formatRange(selection)),
    platform: capabilities.platform,
    side: 'below',
    focus: 'none',
    onClose: () => anchor.remove(),
    run: ({ id, argument }) => {
      if (id === 'view.trace') store.set({ trace: argument as State['trace'] });
      else run(id);
    },
  });
}

function cellMenu(platform: State['capabilities']['platform'], viewer: boolean, trace: State['trace']): MenuNode[] {
  const disabled = viewer ? ['edit.cut', 'edit.paste', 'edit.pasteSpecial', 'edit.delete'] : [];
  const checked = [`view.trace:${trace}`];
  const menus = menuTemplate({ platform, recent: [], layers: [], disabled, checked });
  const all = menus.flatMap(({ items }) => items).flatMap(node => (node.kind === 'submenu' ? node.items : [node]));
  const find = (id: string, argument?: string): MenuNode[] =>
    all.filter(node => node.kind === 'command' && node.id === id && node.argument === argument);
  return [...EDITS.flatMap(id => find(id)), { kind: 'separator' }, ...TRACES.flatMap(kind => find('view.trace', kind))];
}
