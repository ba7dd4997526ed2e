import { messages } from './messages.ts';
import { type Capabilities, DIGIT_NAMES } from './protocol.ts';

/** The menu as plain data: the page draws it as a menubar, Electron's shell as a native menu. A chosen command is its
 *  `id` with its `argument`. Accelerators are written as Electron writes them: "CmdOrCtrl+Shift+S". */
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
  /** What Electron calls the same thing, where the operating system does it best. */
  role?: 'cut' | 'copy' | 'paste' | 'togglefullscreen';
};
export type MenuFolder = { kind: 'submenu'; label: string; items: MenuNode[] };
export type MenuNode = MenuCommand | MenuFolder | { kind: 'separator' };

/** What the menu depends on. */
export type MenuState = {
  platform: Capabilities['platform'];
  recent: readonly { name: string; path: string }[];
  layers: readonly { id: string; name: string }[];
  /** Labels of the commands that undo and redo would run. */
  undo?: string;
  redo?: string;
  /** Keys (see commandKey) of what can't be chosen now and of what is ticked; everything else can, and isn't. */
  disabled: readonly string[];
  checked: readonly string[];
};

/** Names a command with its argument, as in `disabled`, `checked` and the protocol's setMenuState. */
export function commandKey(id: string, argument?: string): string {
  return argument === undefined ? id : `${id}:${argument}`;
}

/** The networks a new workbook can start from. */
export const templateNames = ['lesson3', 'lenet', 'resnet-tiny'] as const;

/** The whole menu: File, Edit, View, Network, Train, Help. */
export function menuTemplate(state: MenuState): MenuFolder[] {
  const text = messages.menu;
  const train = messages.trainMenu;
  const { ownImages } = messages;
  const disabled = new Set(state.disabled);
  const checked = new Set(state.checked);
  const command = (id: string, label: string, more: Partial<MenuCommand> = {}): MenuCommand => ({
    kind: 'command',
    id,
    label,
    enabled: !disabled.has(commandKey(id, more.argument)),
    ...more,
  });
  const toggle = (id: string, label: string, more: Partial<MenuCommand> = {}) =>
    command(id, label, { checked: checked.has(commandKey(id, more.argument)), ...more });
  const choice = (id: string, argument: string, label: string, more: Partial<MenuCommand> = {}) =>
    toggle(id, label, { argument, radio: true, ...more });
  const submenu = (label: string, items: MenuNode[]): MenuFolder => ({ kind: 'submenu', label, items });
  const separator: MenuNode = { kind: 'separator' };
  const mac = state.platform === 'mac';

  const recent = state.recent.map(({ name, path }) => command('file.openRecent', name, { argument: path }));
  const classes = DIGIT_NAMES.map((name, index) => choice('network.class', String(index), name));
  return [
    submenu(text.file, [
      submenu(
        text.new,
        templateNames.map(name => command('file.new', text.templates[name], { argument: name })),
      ),
      command('file.open', text.open, { accelerator: 'CmdOrCtrl+O' }),
      submenu(
        text.openRecent,
        recent.length > 0
          ? [...recent, separator, command('file.clearRecent', text.clearRecent)]
          : [command('file.openRecent', text.noRecent, { enabled: false })],
      ),
      separator,
      command('file.openImage', ownImages.menu),
      separator,
      command('file.save', text.save, { accelerator: 'CmdOrCtrl+S' }),
      command('file.saveAs', text.saveAs, { accelerator: 'CmdOrCtrl+Shift+S' }),
      command('file.download', text.download),
      separator,
      command('file.quit', mac ? text.quit : text.close, { accelerator: 'CmdOrCtrl+Q' }),
    ]),
    submenu(text.edit, [
      command('edit.undo', text.undo(state.undo), {
        accelerator: 'CmdOrCtrl+Z',
        enabled: state.undo !== undefined && !disabled.has('edit.undo'),
      }),
      command('edit.redo', text.redo(state.redo), {
        accelerator: mac ? 'CmdOrCtrl+Shift+Z' : 'CmdOrCtrl+Y',
        enabled: state.redo !== undefined && !disabled.has('edit.redo'),
      }),
      separator,
      command('edit.cut', text.cut, { accelerator: 'CmdOrCtrl+X', shownOnly: true, role: 'cut' }),
      command('edit.copy', text.copy, { accelerator: 'CmdOrCtrl+C', shownOnly: true, role: 'copy' }),
      command('edit.paste', text.paste, { accelerator: 'CmdOrCtrl+V', shownOnly: true, role: 'paste' }),
      command('edit.pasteSpecial', text.pasteSpecial, { accelerator: 'CmdOrCtrl+Shift+V', shownOnly: true }),
      command('edit.delete', text.delete, { accelerator: 'Delete', shownOnly: true }),
      command('edit.fill', text.fill, { accelerator: 'CmdOrCtrl+Shift+Enter' }),
      command('edit.fillDown', text.fillDown, { accelerator: 'CmdOrCtrl+D' }),
      command('edit.fillRight', text.fillRight, { accelerator: 'CmdOrCtrl+R' }),
      separator,
      command('edit.goTo', text.goTo, { accelerator: 'CmdOrCtrl+G' }),
      command('edit.selectAll', text.selectAll, { accelerator: 'CmdOrCtrl+A' }),
    ]),
    submenu(text.view, [
      command('view.zoomIn', text.zoomIn, { accelerator: 'CmdOrCtrl+=' }),
      command('view.zoomOut', text.zoomOut, { accelerator: 'CmdOrCtrl+-' }),
      command('view.zoom100', text.zoom100, { accelerator: 'CmdOrCtrl+0' }),
      command('view.zoomFit', text.zoomFit, { accelerator: 'CmdOrCtrl+9' }),
      command('view.zoomPixels', text.zoomPixels, { accelerator: 'CmdOrCtrl+8' }),
      separator,
      submenu(text.outline, [
        choice('view.trace', 'precedents', text.tracePrecedents, { accelerator: 'CmdOrCtrl+[' }),
        choice('view.trace', 'pixels', text.tracePixels, { accelerator: 'CmdOrCtrl+Shift+[' }),
        choice('view.trace', 'dependents', text.traceDependents, { accelerator: 'CmdOrCtrl+]' }),
        choice('view.trace', 'none', text.traceNone),
      ]),
      toggle('view.foldRelu', text.foldRelu, { accelerator: 'CmdOrCtrl+Shift+F' }),
      toggle('view.layers', text.layerList, { accelerator: 'CmdOrCtrl+Shift+L' }),
      toggle('view.toolbars', text.toolbars),
      command('view.fullScreen', text.fullScreen, {
        accelerator: 'F11',
        role: 'togglefullscreen',
      }),
      separator,
      submenu(text.colours, [
        choice('view.palette', 'greenRed', text.palettes.greenRed),
        choice('view.palette', 'orangeBlue', text.palettes.orangeBlue),
      ]),
      submenu(text.theme, [
        choice('view.theme', 'system', text.themes.system),
        choice('view.theme', 'light', text.themes.light),
        choice('view.theme', 'dark', text.themes.dark),
      ]),
    ]),
    submenu(text.network, [
      command('network.nextDigit', text.nextDigit, { accelerator: 'Alt+Right' }),
      command('network.previousDigit', text.previousDigit, { accelerator: 'Alt+Left' }),
      command('network.randomDigit', text.randomDigit, { accelerator: 'Alt+Shift+Right' }),
      submenu(text.onlyClass, [choice('network.class', 'any', text.anyClass), separator, ...classes]),
      toggle('network.onlyWrong', text.onlyWrong),
      separator,
      toggle('network.draw', text.draw, { accelerator: 'CmdOrCtrl+Shift+D' }),
      command('network.clearDrawing', text.clearDrawing),
      separator,
      submenu(
        text.goToLayer,
        state.layers.map(({ id, name }) => command('network.goToLayer', name, { argument: id })),
      ),
    ]),
    submenu(train.title, [
      command('train.setup', train.setup),
      command('train.start', train.start, { accelerator: 'CmdOrCtrl+Enter' }),
      command('train.pause', train.pause, { accelerator: 'F8' }),
      command('train.step', train.step, { accelerator: 'F9' }),
      command('train.stop', train.stop, { accelerator: 'Shift+F8' }),
      separator,
      command('train.restart', train.restart),
      command('train.continue', train.continue),
      command('train.reset', train.reset),
      separator,
      command('train.data', train.data),
      command('train.findRate', train.findRate),
      command('train.evaluate', train.evaluate),
      command('train.predict', train.predict),
      command('train.runs', train.runs),
      separator,
      toggle('train.panel', train.panel, { accelerator: 'CmdOrCtrl+Shift+E' }),
      toggle('train.kernels', train.kernels, { accelerator: 'CmdOrCtrl+Shift+K' }),
    ]),
    submenu(text.help, [
      command('help.keyboard', text.keyboard, { accelerator: 'F1' }),
      command('help.about', text.about),
    ]),
  ];
}

/** Every command of a menu, submenus included. */
export function commandsOf(nodes: readonly MenuNode[]): MenuCommand[] {
  return nodes.flatMap(node =>
    node.kind === 'submenu' ? commandsOf(node.items) : node.kind === 'command' ? [node] : [],
  );
}
