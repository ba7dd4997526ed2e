import type { MenuItemConstructorOptions } from 'electron';
import type { MenuFolder, MenuNode } from '../../../shared/menu.ts';

/** The menu in Electron's form. `choose` is called as the page's menubar would be. */
export function nativeMenu(
  menu: readonly MenuFolder[],
  choose: (id: string, argument?: string) => void,
  mac: boolean,
): MenuItemConstructorOptions[] {
  const convert = (node: MenuNode | MenuFolder): MenuItemConstructorOptions => {
    if (node.kind === 'separator') return { type: 'separator' };
    if (node.kind === 'submenu') return { label: escape(node.label), submenu: node.items.map(convert) };
    const { id, argument, accelerator, shownOnly, enabled, checked, radio, role } = node;
    return {
      id: argument === undefined ? id : `${id}:${argument}`,
      label: escape(node.label),
      accelerator,
      // If the page answers the key itself, Electron must not take it.
      registerAccelerator: !shownOnly,
      enabled,
      ...(checked === undefined ? {} : { type: radio ? ('radio' as const) : ('checkbox' as const), checked }),
      ...(role ? { role } : { click: () => choose(id, argument) }),
    };
  };
  const items = menu.map(convert);
  // On a Mac, the first menu belongs to the app.
  return mac ? [{ role: 'appMenu' }, ...items] : items;
}

/** Electron's labels need && for &, because a single & underlines the next letter. */
const escape = (label: string) => label.replaceAll('&', '&&');
