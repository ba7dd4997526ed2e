import { expect, test } from 'vitest';
import { parseRange } from '../../shared/address.ts';
import { nothingWritten } from '../../shared/changes/written.ts';
import type { State, Store, Values } from '../core/store.ts';
import type { Theme } from '../parts/theme.ts';
import type { GridActions } from './actions.ts';
import type { Entry } from './entry.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';
import { createTransfer } from './transfer.ts';

/** The selection's first row of the kernel in AD11:AF13 is filled down before its values have arrived. */
function fillTooEarly() {
  const sheet = lessonSheet();
  const selection = { sheet: sheet.id, ...parseRange('AD11:AF13')! };
  const state = {
    sheet,
    selection,
    active: selection,
    areas: [],
    workbookId: 'one',
    written: nothingWritten(),
  } as unknown as State;
  let arrived = false;
  const values = {
    show() {},
    showCells() {},
    block: () => (arrived ? { numbers: new Float32Array(9) } : undefined),
    element: () => 7,
  } as unknown as Values;
  const entries: Entry[] = [];
  const transfer = createTransfer({ get: () => state } as Store, values, {} as GridActions, {
    run: entry => entries.push(entry) > 0,
    locked: () => undefined,
    select() {},
    theme: () => ({}) as Theme,
    size: () => ({ rows: 1000, columns: 1000 }),
    marked() {},
  });
  transfer.fillLines('down');
  const arrive = () => {
    arrived = true;
    transfer.arrived();
  };
  return { transfer, entries, arrive };
}

test('a fill waits for the values that it copies', () => {
  const { entries, arrive } = fillTooEarly();
  expect(entries).toEqual([]);
  arrive();
  expect(entries).toHaveLength(1);
  expect(entries[0].command).toBeDefined();
});

test('when another sheet is shown meanwhile, the fill is dropped: its cells are those of the sheet before', () => {
  const { transfer, entries, arrive } = fillTooEarly();
  transfer.reset();
  arrive();
  expect(entries).toEqual([]);
});
