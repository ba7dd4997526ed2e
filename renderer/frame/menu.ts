import type { MenuCommand, MenuFolder, MenuItem, MenuNode } from '../../shared/menu.ts';
import { messages } from '../../shared/messages.ts';
import type { Choice, Command } from '../core/commands.ts';
import type { MenuKeys } from '../parts/dialogs.ts';

/** A command by its id, or '-' for a line. A list is a submenu: the choices of its first command, then more
 *  commands. */
type Planned = string | readonly [id: string, ...more: string[]];

/** The order of the menu. The names and actions of commands are in the files of their features. */
const PLAN: readonly { label: () => string; items: readonly Planned[] }[] = [
  {
    label: () => messages.menu.file,
    items: [
      'file.new',
      'file.open',
      ['file.openRecent', '-', 'file.clearRecent'],
      '-',
      'file.openImage',
      '-',
      'file.save',
      'file.saveAs',
      'file.download',
      '-',
      ['file.export'],
      'file.importStoryboard',
      '-',
      'file.quit',
    ],
  },
  {
    label: () => messages.menu.edit,
    items: [
      'edit.undo',
      'edit.redo',
      '-',
      'edit.cut',
      'edit.copy',
      'edit.paste',
      'edit.pasteSpecial',
      'edit.delete',
      'edit.fill',
      'edit.fillDown',
      'edit.fillRight',
      'edit.sum',
      'edit.restore',
      'edit.learn',
      '-',
      'comment.edit',
      'comment.delete',
      'comment.next',
      'comment.previous',
      '-',
      'find.open',
      'find.replace',
      'edit.goTo',
      'edit.selectAll',
    ],
  },
  {
    label: () => messages.menu.view,
    items: [
      'view.zoomIn',
      'view.zoomOut',
      'view.zoom100',
      'view.zoomFit',
      'view.zoomPixels',
      '-',
      'view.trace',
      'view.foldRelu',
      'view.formulas',
      'view.overrides',
      'view.loop',
      'film.show',
      'view.layers',
      'view.toolbars',
      'view.fullScreen',
      '-',
      'view.palette',
      'view.theme',
      'view.textSize',
      'view.language',
    ],
  },
  {
    label: () => messages.looks.title,
    items: [
      ['format.number'],
      'format.moreDecimals',
      'format.fewerDecimals',
      '-',
      'format.bold',
      ['format.align'],
      'format.wrap',
      '-',
      'format.width',
      'format.fit',
      '-',
      'format.cells',
      'format.clear',
    ],
  },
  {
    label: () => messages.sheets.title,
    items: [
      'sheet.add',
      'sheet.rename',
      'sheet.duplicate',
      'sheet.delete',
      ['sheet.colour'],
      'sheet.moveLeft',
      'sheet.moveRight',
      '-',
      'sheet.insertRows',
      'sheet.insertColumns',
      'sheet.deleteRows',
      'sheet.deleteColumns',
      '-',
      'sheet.sortAscending',
      'sheet.sortDescending',
      '-',
      'sheet.recalculate',
      '-',
      'sheet.names',
    ],
  },
  {
    label: () => messages.menu.network,
    items: [
      'network.nextDigit',
      'network.previousDigit',
      'network.randomDigit',
      'network.class',
      'network.onlyWrong',
      '-',
      'network.draw',
      'network.clearDrawing',
      '-',
      'network.goToLayer',
      'network.graph',
      'network.editLayers',
      'network.builtIn',
      ['network.addLayer'],
    ],
  },
  {
    label: () => messages.trainMenu.title,
    items: [
      'train.setup',
      'train.phases',
      'train.start',
      'train.pause',
      'train.step',
      'train.stop',
      '-',
      'train.restart',
      'train.continue',
      'train.reset',
      '-',
      'train.data',
      'train.findRate',
      'train.evaluate',
      'train.predict',
      'train.runs',
      '-',
      'train.panel',
      'train.kernels',
    ],
  },
  {
    label: () => messages.explain.title,
    items: [
      'lesson.show',
      'lesson.write',
      '-',
      'explain.cell',
      '-',
      'explain.scan',
      'explain.walk',
      'explain.stage',
      '-',
      'present.start',
      'present.here',
      'present.sheet',
      'present.speaker',
      '-',
      'explain.gradients',
      'explain.means',
      ['explain.teach'],
      'explain.takeStep',
    ],
  },
  {
    label: () => messages.storyboardPanel.menu,
    items: [
      'film.capture',
      'film.add',
      'film.duplicate',
      'film.rename',
      'film.remove',
      'film.up',
      'film.down',
      'film.mark',
      '-',
      'film.narrate',
      'film.narrationFile',
      'film.narrationOver',
      '-',
      ['film.template'],
      ['film.look'],
      ['film.shape'],
      'film.text',
      '-',
      'film.export',
      '-',
      'film.record',
      'film.pauseRecording',
      'film.marker',
      'film.recordings',
    ],
  },
  { label: () => messages.menu.help, items: ['help.keyboard', 'help.about'] },
];

const LINE = { kind: 'separator' } as const;

/** The whole menu at the moment: File, Edit, View, Format, Sheet, Network, Train, Explain, Film, Help. */
export function menuOf(commands: ReadonlyMap<string, Command>): MenuFolder[] {
  return PLAN.map(({ label, items }) => ({ kind: 'submenu', label: label(), items: items.map(nodeOf) }));

  function nodeOf(planned: Planned): MenuNode {
    if (planned === '-') return LINE;
    const [id, ...more] = typeof planned === 'string' ? [planned] : planned;
    const command = find(id);
    if (!command.choices) return itemOf(command);
    const choices = command.choices().map(choice => (choice === '-' ? LINE : itemOf(command, choice)));
    const others = more.map((each): MenuItem => (each === '-' ? LINE : itemOf(find(each))));
    return {
      kind: 'submenu',
      label: command.label!(),
      items: choices.length > 0 ? [...choices, ...others] : [emptyItemOf(command)],
    };
  }

  function find(id: string): Command {
    const command = commands.get(id);
    if (!command?.label) throw new Error(`The menu has no command ${id}`);
    return command;
  }
}

/** The menu item of a command, or of one of its choices. */
export function itemOf(command: Command, choice?: Choice): MenuCommand {
  const { id, role, enabled, checked, choices } = command;
  const argument = choice?.argument ?? '';
  const accelerator = choice ? choice.key : command.key;
  return {
    kind: 'command',
    id,
    ...(choice && { argument }),
    label: choice?.label ?? command.label!(),
    ...(accelerator !== undefined && { accelerator }),
    ...((command.keyElsewhere || command.keyInPage) && { shownOnly: true }),
    enabled: enabled?.(argument) ?? true,
    ...(checked && { checked: checked(argument) }),
    ...(checked && choices && { radio: true }),
    ...(role && { role }),
  };
}

const emptyItemOf = ({ id, noChoices }: Command): MenuCommand => ({
  kind: 'command',
  id,
  label: noChoices?.() ?? '',
  enabled: false,
});

/** The commands that have keys, by menu, for the list of keys. */
export function keysOf(commands: ReadonlyMap<string, Command>): MenuKeys[] {
  return menuOf(commands).map(({ label, items }) => ({
    label,
    keys: items
      .flatMap(node => (node.kind === 'submenu' ? node.items : [node]))
      .flatMap(node => {
        if (node.kind !== 'command' || node.accelerator === undefined) return [];
        const plain = node.argument === undefined ? commands.get(node.id)!.plainLabel : undefined;
        return [[node.accelerator, plain?.() ?? node.label] as const];
      }),
  }));
}
