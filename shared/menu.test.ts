import { describe, expect, test } from 'vitest';
import { commandKey, commandsOf, type MenuNode, type MenuState, menuTemplate } from './menu.ts';

const state: MenuState = {
  platform: 'linux',
  recent: [{ name: 'seven.convsheet', path: '/home/ada/seven.convsheet' }],
  layers: [
    { id: 'a', name: 'input' },
    { id: 'b', name: 'conv1' },
  ],
  undo: 'Edit AH3',
  disabled: [],
  checked: [],
};
const find = (id: string, argument?: string, more: Partial<MenuState> = {}) =>
  commandsOf(menuTemplate({ ...state, ...more })).find(
    command => commandKey(command.id, command.argument) === commandKey(id, argument),
  )!;

describe('the menu', () => {
  test('has the menus of a spreadsheet with a network in it', () => {
    expect(menuTemplate(state).map(({ label }) => label)).toEqual(['File', 'Edit', 'View', 'Network', 'Train', 'Help']);
  });

  test('names every command once, and every accelerator', () => {
    const commands = commandsOf(menuTemplate(state));
    const keys = commands.map(({ id, argument }) => commandKey(id, argument));
    const accelerators = commands.flatMap(({ accelerator }) => accelerator ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(accelerators).size).toBe(accelerators.length);
    expect(accelerators.length).toBeGreaterThan(20);
  });

  test('has no menu that begins or ends with a separator, or with two in a row', () => {
    const visit = (nodes: readonly MenuNode[]) => {
      const kinds = nodes.map(({ kind }) => kind).join(' ');
      expect(kinds).not.toMatch(/^separator|separator$|separator separator/);
      for (const node of nodes) if (node.kind === 'submenu') visit(node.items);
    };
    visit(menuTemplate(state));
    visit(menuTemplate({ ...state, recent: [] }));
  });

  test('says what undo would undo, and offers no redo where there is nothing to redo', () => {
    expect(find('edit.undo')).toMatchObject({ label: 'Undo Edit AH3', enabled: true });
    expect(find('edit.redo')).toMatchObject({ label: 'Redo', enabled: false });
  });

  test('disables and ticks what the state names, choice by choice', () => {
    const more = { disabled: ['edit.undo', 'file.save'], checked: ['view.theme:dark', 'view.foldRelu'] };
    expect(find('edit.undo', undefined, more).enabled).toBe(false);
    expect(find('file.save', undefined, more).enabled).toBe(false);
    expect(find('file.saveAs', undefined, more).enabled).toBe(true);
    expect(find('view.theme', 'dark', more)).toMatchObject({ checked: true, radio: true });
    expect(find('view.theme', 'light', more)).toMatchObject({ checked: false, radio: true });
    expect(find('view.foldRelu', undefined, more).checked).toBe(true);
  });

  test('lists recent workbooks and the layers of the open one', () => {
    expect(find('file.openRecent', '/home/ada/seven.convsheet').label).toBe('seven.convsheet');
    expect(find('network.goToLayer', 'b').label).toBe('conv1');
  });

  test('offers the digits by their own names, whatever the classes of the network are called (fault 1)', () => {
    expect(find('network.class', '9').label).toBe('9');
    expect(find('network.class', '10')).toBeUndefined();
  });

  test('says so where there is no recent workbook, and offers nothing to clear', () => {
    expect(find('file.openRecent', undefined, { recent: [] }).enabled).toBe(false);
    expect(find('file.clearRecent', undefined, { recent: [] })).toBeUndefined();
  });

  test('redoes with the keys of the platform', () => {
    expect(find('edit.redo').accelerator).toBe('CmdOrCtrl+Y');
    expect(find('edit.redo', undefined, { platform: 'mac' }).accelerator).toBe('CmdOrCtrl+Shift+Z');
  });
});
