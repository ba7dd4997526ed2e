/** The menu as plain data. The page draws it as a menubar, Electron as a native menu. It is made of the window's
 *  commands in renderer/frame/menu.ts. */
import * as v from 'valibot';
import { list } from './list-schema.ts';

/** Electron's names of commands that the operating system does best. */
export type MenuRole = (typeof ROLES)[number];
const ROLES = ['cut', 'copy', 'paste', 'togglefullscreen'] as const;

/** A menu command. Choosing it sends its `id` and `argument`. Accelerators are in Electron's form:
 *  "CmdOrCtrl+Shift+S". */
export type MenuCommand = {
  kind: 'command';
  id: string;
  argument?: string;
  label: string;
  accelerator?: string;
  /** The menu only shows the accelerator. The sheet, or the text field with the focus, answers that key itself. */
  shownOnly?: boolean;
  enabled: boolean;
  /** Whether it is ticked; left out if it can't be. With `radio`, one of several commands is ticked. */
  checked?: boolean;
  radio?: boolean;
  role?: MenuRole;
};
export type MenuItem = MenuCommand | { kind: 'separator' };
type Submenu = { kind: 'submenu'; label: string; items: MenuItem[] };
export type MenuNode = MenuItem | Submenu;
export type MenuFolder = { kind: 'submenu'; label: string; items: MenuNode[] };

/** The longest labels and arguments are names and paths of files. */
const text = v.pipe(v.string(), v.maxLength(4096));
const name = v.pipe(v.string(), v.maxLength(100));
const commandSchema = v.strictObject({
  kind: v.literal('command'),
  id: name,
  argument: v.optional(text),
  label: text,
  accelerator: v.optional(name),
  shownOnly: v.optional(v.boolean()),
  enabled: v.boolean(),
  checked: v.optional(v.boolean()),
  radio: v.optional(v.boolean()),
  role: v.optional(v.picklist(ROLES)),
});
const separatorSchema = v.strictObject({ kind: v.literal('separator') });
const folderOf = <T extends v.GenericSchema>(item: T, most: number) =>
  v.strictObject({ kind: v.literal('submenu'), label: text, items: list(item, most) });

/** The longest submenu lists the layers of a network, at most a thousand. */
const submenuSchema = folderOf(v.variant('kind', [commandSchema, separatorSchema]), 2000);
/** The schema of a menu that comes from outside: folders, with submenus one level deep. */
export const menuSchema = list(folderOf(v.variant('kind', [commandSchema, separatorSchema, submenuSchema]), 100), 20);

/** Every command of a menu, submenus included. */
export function commandsOf(nodes: readonly (MenuNode | MenuFolder)[]): MenuCommand[] {
  return nodes.flatMap(node =>
    node.kind === 'submenu' ? commandsOf(node.items) : node.kind === 'command' ? [node] : [],
  );
}
