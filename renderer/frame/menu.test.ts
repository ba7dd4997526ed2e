import { describe, expect, test } from 'vitest';
import { nothingWritten } from '../../shared/changes/written.ts';
import { parseNetwork } from '../../shared/network.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { commandsOf, type MenuFolder, type MenuNode } from '../../shared/menu.ts';
import { EMPTY_STORYBOARD } from '../../shared/film/storyboard.ts';
import { createFilmParts } from '../film/film-parts.ts';
import type { Client } from '../core/client.ts';
import { matches } from '../core/accelerators.ts';
import type { Browsing } from '../core/browsing.ts';
import { createStore, type State } from '../core/store.ts';
import { type Commanded, gatherCommands } from './commands.ts';
import { keysOf, menuOf } from './menu.ts';

const network = parseNetwork({
  version: 1,
  layers: [
    { id: 'a', name: 'input', inputs: [], kind: 'input', shape: [6, 6, 1] },
    {
      id: 'b',
      name: 'conv1',
      inputs: ['a'],
      kind: 'conv2d',
      filters: 1,
      kernelSize: [3, 3],
      strides: [1, 1],
      padding: 'valid',
      useBias: true,
    },
    { id: 'c', name: 'relu1', inputs: ['b'], kind: 'relu' },
  ],
});
const initial = {
  capabilities: { platform: 'linux', shell: 'server', nativeMenu: false, nativeDialogs: false },
  document: {
    name: 'seven',
    path: '/home/ada/seven.convsheet',
    recent: [{ name: 'seven.convsheet', path: '/home/ada/seven.convsheet' }],
  },
  role: 'editor',
  workbook: { undo: 'Edit AH3', modified: false },
  settings: { theme: 'system', palette: 'greenRed' },
  sheet: buildSheet(network, []),
  written: nothingWritten(),
  active: { sheet: 'network', row: 1, column: 0 },
  foldedLayers: new Set(),
  cellSize: 20,
  trace: 'precedents',
  tool: 'select',
  runs: [],
  storyboard: EMPTY_STORYBOARD,
} as unknown as State;

/** The commands of a window in this state. They do nothing. */
function commandsIn(state: Partial<Record<keyof State, unknown>> = {}, filter = {}) {
  const browsing = { get: () => ({ filter, panel: true, toolbars: true }) } as unknown as Browsing;
  const store = createStore({ ...initial, ...state } as State);
  const film = createFilmParts(store, {} as Client);
  return gatherCommands({ store, browsing, film } as unknown as Commanded, {
    refuse() {},
    quietly() {},
    attempt: () => Promise.resolve(true),
  }).all;
}
const menuIn = (...state: Parameters<typeof commandsIn>) => menuOf(commandsIn(...state));
const find = (id: string, argument?: string, state: Parameters<typeof commandsIn>[0] = {}) =>
  commandsOf(menuIn(state)).find(command => command.id === id && command.argument === argument)!;

describe('the menu', () => {
  test('has the menus of a spreadsheet with a network in it', () => {
    expect(menuIn().map(({ label }) => label)).toEqual([
      'File',
      'Edit',
      'View',
      'Format',
      'Sheet',
      'Network',
      'Train',
      'Explain',
      'Film',
      'Help',
    ]);
  });

  test('names every command once, and every accelerator; each is pressed by exactly one command', () => {
    const commands = commandsOf(menuIn());
    const keys = commands.map(({ id, argument }) => `${id}:${argument}`);
    const accelerators = commands.flatMap(({ accelerator }) => accelerator ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    expect(accelerators.length).toBeGreaterThan(20);
    const pressOf = (accelerator: string) => {
      const parts = accelerator.split('+');
      const key = parts.at(-1)!;
      return {
        key: ({ Right: 'ArrowRight', Left: 'ArrowLeft' } as Record<string, string>)[key] ?? key,
        code: ({ '[': 'BracketLeft', ']': 'BracketRight' } as Record<string, string>)[key] ?? '',
        ctrlKey: parts.includes('CmdOrCtrl'),
        shiftKey: parts.includes('Shift'),
        altKey: parts.includes('Alt'),
        metaKey: false,
      };
    };
    for (const accelerator of accelerators)
      expect(accelerators.filter(other => matches(pressOf(accelerator), other, 'linux'))).toEqual([accelerator]);
  });

  test('holds every command that has a name, and no command twice', () => {
    const named = [...commandsIn().values()].filter(({ label }) => label).map(({ id }) => id);
    expect(new Set(commandsOf(menuIn()).map(({ id }) => id))).toEqual(new Set(named));
  });

  test('has no menu that begins or ends with a separator, or with two in a row', () => {
    const visit = (nodes: readonly (MenuNode | MenuFolder)[]) => {
      const kinds = nodes.map(({ kind }) => kind).join(' ');
      expect(kinds).not.toMatch(/^separator|separator$|separator separator/);
      for (const node of nodes) if (node.kind === 'submenu') visit(node.items);
    };
    visit(menuIn());
    visit(menuIn({ document: { recent: [] } }));
  });

  test('says what undo would undo, and offers no redo where there is nothing to redo', () => {
    expect(find('edit.undo')).toMatchObject({ label: 'Undo Edit AH3', enabled: true });
    expect(find('edit.redo')).toMatchObject({ label: 'Redo', enabled: false });
    const edit = keysOf(commandsIn()).find(({ label }) => label === 'Edit')!;
    expect(edit.keys.slice(0, 2)).toEqual([
      ['CmdOrCtrl+Z', 'Undo'],
      ['CmdOrCtrl+Y', 'Redo'],
    ]);
  });

  test('offers a viewer nothing that changes the work, and what can be looked at all the same', () => {
    const viewer = { role: 'viewer', workbook: { undo: 'Edit AH3', modified: true } };
    for (const id of ['edit.undo', 'edit.paste', 'file.save', 'file.open', 'network.draw', 'train.start'])
      expect([id, find(id, undefined, viewer).enabled]).toEqual([id, false]);
    expect(find('file.new', 'lenet', viewer).enabled).toBe(false);
    for (const id of ['edit.copy', 'file.download', 'view.zoomIn', 'train.evaluate'])
      expect([id, find(id, undefined, viewer).enabled]).toEqual([id, true]);
  });

  test('disables what has nothing to do, and ticks what is chosen, choice by choice', () => {
    expect(find('file.save').enabled).toBe(false);
    expect(find('file.save', undefined, { workbook: { modified: true } }).enabled).toBe(true);
    expect(find('file.saveAs').enabled).toBe(true);
    const dark = { settings: { theme: 'dark', palette: 'greenRed' } };
    expect(find('view.theme', 'dark', dark)).toMatchObject({ checked: true, radio: true });
    expect(find('view.theme', 'light', dark)).toMatchObject({ checked: false, radio: true });
    expect(find('view.foldRelu', undefined, { foldedLayers: new Set(['b']) }).checked).toBe(true);
    expect(find('view.zoomIn', undefined, { cellSize: 64 }).enabled).toBe(false);
  });

  test('lists recent workbooks and the layers of the open one', () => {
    expect(find('file.openRecent', '/home/ada/seven.convsheet').label).toBe('seven.convsheet');
    expect(find('network.goToLayer', 'b').label).toBe('conv1');
  });

  test('offers the digits by their own names, whatever the classes of the network are called (fault 1)', () => {
    expect(find('network.class', '9').label).toBe('9');
    expect(find('network.class', '10')).toBeUndefined();
    const ticked = commandsOf(menuIn({}, { class: 7 })).filter(({ id, checked }) => id === 'network.class' && checked);
    expect(ticked.map(({ argument }) => argument)).toEqual(['7']);
  });

  test('says so where there is no recent workbook, and offers nothing to clear', () => {
    const none = { document: { recent: [] } };
    expect(find('file.openRecent', undefined, none).enabled).toBe(false);
    expect(find('file.clearRecent', undefined, none)).toBeUndefined();
  });

  test('redoes with the keys of the platform', () => {
    expect(find('edit.redo').accelerator).toBe('CmdOrCtrl+Y');
    const mac = { capabilities: { platform: 'mac' } };
    expect(find('edit.redo', undefined, mac).accelerator).toBe('CmdOrCtrl+Shift+Z');
  });
});
