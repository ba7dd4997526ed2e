import { afterEach, describe, expect, test, vi } from 'vitest';
import { parseRange } from '../../shared/address.ts';
import { applyWritten, nothingWritten } from '../../shared/changes/written.ts';
import { messages } from '../../shared/messages.ts';
import type { State, Store, Values } from '../core/store.ts';
import type { Theme } from '../parts/theme.ts';
import type { GridActions } from './actions.ts';
import type { Entry } from './entry.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';
import { createTransfer } from './transfer.ts';

/** The kernel in AD11:AF13 is selected before its values have arrived. */
function beforeValues() {
  const sheet = lessonSheet();
  const selection = { sheet: sheet.id, ...parseRange('AD11:AF13')! };
  const state = {
    sheet,
    selection,
    active: selection,
    areas: [],
    workbookId: 'one',
    written: nothingWritten(),
    plane: 'value',
    scales: new Map(),
    foldedLayers: new Set(),
  } as unknown as State;
  const store = { get: () => state, set: patch => Object.assign(state, patch) } as Partial<Store> as Store;
  const table = { css: Array(1000).fill('rgb(1,2,3)'), ink: Array(1000).fill('rgb(1,2,3)') };
  let arrived = false;
  const values = {
    show() {},
    showCells() {},
    block: () => (arrived ? { numbers: new Float32Array(9) } : undefined),
    element: () => 7,
  } as unknown as Values;
  const entries: Entry[] = [];
  const refused: string[] = [];
  const actions = { refuse: sentence => refused.push(sentence) } as Partial<GridActions> as GridActions;
  const transfer = createTransfer(store, values, actions, {
    run: entry => entries.push(entry) > 0,
    afterEdits: work => work(),
    locked: () => undefined,
    select() {},
    theme: () => ({ colours: { parameter: table } }) as unknown as Theme,
    size: () => ({ rows: 1000, columns: 1000 }),
    marked() {},
  });
  const arrive = () => {
    arrived = true;
    transfer.arrived();
  };
  return { transfer, entries, refused, arrive, state, selection };
}

/** The selection's first row is filled down. */
function fillTooEarly() {
  const begun = beforeValues();
  begun.transfer.fillLines('down');
  return begun;
}

test('a copy that waits for values takes the cells that were selected; until then nothing else is pasted', () => {
  const { transfer, refused, entries, arrive, state, selection } = beforeValues();
  const cell = { sheet: selection.sheet, ...parseRange('AD15')! };
  const written = new Map<string, string>();
  const clipboard = { setData: (type: string, text: string) => written.set(type, text) } as unknown as DataTransfer;
  let listener: ((event: ClipboardEvent) => void) | undefined;
  vi.stubGlobal('document', {
    addEventListener: (_type: string, given: typeof listener) => (listener = given),
    removeEventListener: () => (listener = undefined),
    execCommand() {
      const event = { clipboardData: clipboard, preventDefault() {}, stopPropagation() {} };
      listener?.(event as unknown as ClipboardEvent);
    },
  });
  transfer.copy({} as DataTransfer, false);
  Object.assign(state, { selection: cell, active: cell });
  transfer.paste({ text: '1' }, false);
  expect([refused, entries]).toEqual([[messages.grid.valuesMissing], []]);
  arrive();
  expect(written.get('text/plain')).toBe('7\t7\t7\n7\t7\t7\n7\t7\t7');
  expect(transfer.copied()?.range).toEqual(selection);
  vi.unstubAllGlobals();
});

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

describe('a paste of 100,000 cells', () => {
  /** Every look at the clock takes 30 ms, so each step of the paste is a slice of its own. */
  function pasteMany() {
    let time = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (time += 30));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const sheet = lessonSheet();
    const written = nothingWritten();
    const notes = { id: 'notes', name: 'Notes', cells: [], widths: [] };
    applyWritten(written, { kind: 'addSheet', sheet: notes, at: 1 }, () => sheet);
    const active = { sheet: 'notes', row: 0, column: 0 };
    const selection = { ...active, height: 1, width: 1 };
    let state = { sheet, selection, active, areas: [], workbookId: 'one', written } as unknown as State;
    const store = { get: () => state, set: (part: Partial<State>) => (state = { ...state, ...part }) };
    const entries: Entry[] = [];
    const refused: string[] = [];
    const actions = { refuse: (sentence: string) => refused.push(sentence) } as unknown as GridActions;
    const transfer = createTransfer(store as unknown as Store, {} as Values, actions, {
      run: entry => entries.push(entry) > 0,
      afterEdits: work => work(),
      locked: () => undefined,
      select() {},
      theme: () => ({}) as Theme,
      size: () => ({ rows: 1000, columns: 1000 }),
      marked() {},
    });
    transfer.paste({ text: Array.from({ length: 100_000 }, (_, i) => String(i)).join('\n') }, false);
    return { transfer, entries, refused, store };
  }
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  test('goes on bit by bit with its progress, and ends as one step', () => {
    const { entries, store } = pasteMany();
    vi.advanceTimersToNextTimer();
    for (let i = 0; i < 10; i++) vi.advanceTimersToNextTimer();
    expect(store.get().progress?.task).toBe('Pasting 100,000 cells… Esc stops it.');
    expect(entries).toEqual([]);
    vi.runAllTimers();
    expect(entries).toHaveLength(1);
    expect(entries[0].command?.changes).toHaveLength(1);
    expect(store.get().progress).toBeUndefined();
  });

  test('is stopped by Escape, and by a change of what is written', () => {
    const first = pasteMany();
    expect(first.transfer.forget()).toBe(true);
    vi.runAllTimers();
    expect([first.entries, first.store.get().progress]).toEqual([[], undefined]);

    const second = pasteMany();
    second.store.set({ written: nothingWritten() });
    vi.runAllTimers();
    expect(second.entries).toEqual([]);
    expect(second.refused).toEqual([messages.clipboard.stopped]);
  });
});

test('copied cells stay marked with a hint until pasted; a fill that waits for values can be waited for', async () => {
  const { transfer, arrive, state, entries } = beforeValues();
  expect(transfer.waits()).toBeUndefined();
  transfer.fillLines('down');
  const waited = transfer.waits()?.then(() => entries.length);
  arrive();
  expect(await waited).toBe(1);
  expect(transfer.waits()).toBeUndefined();
  transfer.copy({ setData() {} } as unknown as DataTransfer, false);
  expect(state.notice?.sentence).toBe(messages.clipboard.marked);
  // On the copied cells, Enter only ends the mark.
  expect(transfer.pasteMarked()).toBe(true);
  expect([entries.length, transfer.copied(), state.notice]).toEqual([1, undefined, undefined]);
  expect(transfer.pasteMarked()).toBe(false);
});
