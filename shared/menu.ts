/** The menu as plain data: the page draws it as a menubar, Electron's shell as a native menu. The window's commands
 *  make it (renderer/frame/menu.ts). */
import * as v from 'valibot';
import { list } from './list-schema.ts';

/** What Electron calls what the operating system does best. */
export type MenuRole = (typeof ROLES)[number];
const ROLES = ['cut', 'copy', 'paste', 'togglefullscreen'] as const;

/** A chosen command is its `id` with its `argument`. Accelerators are written as Electron writes them:
 *  "CmdOrCtrl+Shift+S". */
export type MenuCommand = {
  kind: 'command';
  id: string;
  argument?: string;
  label: string;
  accelerator?: string;
  /** The accelerator is only shown: the sheet, or the text field that has the focus, answers that key itself. */
  shownOnly?: boolean;
  enabled: boolean;
  /** Whether it is ticked; undefined where it is no choice. With `radio`, one of several. */
  checked?: boolean;
  radio?: boolean;
  role?: MenuRole;
};
export type MenuItem = MenuCommand | { kind: 'separator' };
type Submenu = { kind: 'submenu'; label: string; items: MenuItem[] };
export type MenuNode = MenuItem | Submenu;
export type MenuFolder = { kind: 'submenu'; label: string; items: MenuNode[] };

/** Labels and arguments are names and paths of files at most. */
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

/** A network has at most a thousand layers, which are the longest submenu. */
const submenuSchema = folderOf(v.variant('kind', [commandSchema, separatorSchema]), 2000);
/** A menu from outside: folders, with submenus one level deep. */
export const menuSchema = list(folderOf(v.variant('kind', [commandSchema, separatorSchema, submenuSchema]), 100), 20);

/** Every command of a menu, submenus included. */
export function commandsOf(nodes: readonly (MenuNode | MenuFolder)[]): MenuCommand[] {
  return nodes.flatMap(node =>
    node.kind === 'submenu' ? commandsOf(node.items) : node.kind === 'command' ? [node] : [],
  );
}
