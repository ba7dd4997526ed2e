/** The set-up of the next run belongs to the workbook in which it was made (fault 19). */
import { expect, test } from 'vitest';
import type { NetworkSpec } from '../../shared/network.ts';
import type { Args, WorkbookInfo } from '../../shared/protocol.ts';
import type { Client } from '../core/client.ts';
import { choiceFor } from '../data/data-choice.ts';
import { keepSetup } from './keep-setup.ts';
import { createStore, type State } from '../core/store.ts';
import { firstSetup } from './setup.ts';

const network = {
  version: 1,
  layers: [{ id: 'input', name: 'input', inputs: [], kind: 'input', shape: [28, 28, 1] }],
} as NetworkSpec;
const first = firstSetup({ runs: [], network, classes: [], nativeBackend: false });
const dataChoice = choiceFor(network, [], undefined, undefined);

/** A window with the workbook "one". Records what it asks the engine to keep. */
function opened(role: State['role'] = 'editor') {
  const store = createStore({ workbookId: 'one', role, setup: first, dataChoice } as unknown as State);
  const kept: [workbook: string | undefined, epochs: number][] = [];
  let tell: (workbook: WorkbookInfo) => void = () => {};
  const client = {
    on: (_event: string, callback: typeof tell) => (tell = callback),
    send(_kind: string, { setup }: Args<'keepSetup'>, workbook?: string) {
      kept.push([workbook, setup.epochs]);
      return Promise.resolve({});
    },
  } as unknown as Client;
  keepSetup(store, client);
  return { store, kept, told: (id: string) => tell({ id } as WorkbookInfo) };
}

test('what is set up is kept with its workbook, and what another one brings along is not', () => {
  const { store, kept } = opened();
  store.set({ setup: { ...first, epochs: 9 } });
  store.set({ workbookId: 'two', setup: { ...first, epochs: 3 } });
  store.set({ setup: { ...first, epochs: 4 } });
  expect(kept).toEqual([
    ['one', 9],
    ['two', 4],
  ]);
});

test('a number that is being typed wrongly, and what a window sets up that only looks on, are not kept', () => {
  const { store, kept } = opened();
  store.set({ setup: { ...first, epochs: Number.NaN } });
  store.set({ setup: { ...first } });
  expect(kept).toEqual([]);
  const viewer = opened('viewer');
  viewer.store.set({ setup: { ...first, epochs: 9 } });
  expect(viewer.kept).toEqual([]);
});

test('another engine, which knows what the file has, is told again', () => {
  const { store, kept, told } = opened();
  store.set({ setup: { ...first, epochs: 9 } });
  told('one');
  expect(kept.at(-1)).toEqual(['one', 9]);
  expect(kept).toHaveLength(2);
});

test('what a workbook begins with is nobody’s set-up: it is not kept when the workbook opens (fault 19)', () => {
  const { store, kept, told } = opened();
  // The window shows an opened workbook before anything else knows of it.
  store.set({ workbookId: 'two', setup: { ...first, epochs: 3 } });
  told('two');
  told('two');
  expect(kept).toEqual([]);
  store.set({ setup: { ...first, epochs: 4 } });
  told('two');
  expect(kept).toEqual([
    ['two', 4],
    ['two', 4],
  ]);
});

test('a shell that was started again is told when the connection is back', () => {
  const { store, kept } = opened();
  store.set({ connection: 'lost' });
  store.set({ connection: 'open' });
  expect(kept).toEqual([]);
  store.set({ setup: { ...first, epochs: 9 } });
  store.set({ connection: 'lost' });
  store.set({ connection: 'open' });
  expect(kept).toHaveLength(2);
});
