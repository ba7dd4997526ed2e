import { afterEach, expect, test, vi } from 'vitest';
import { parseRange } from '../../shared/address.ts';
import type { Client } from '../core/client.ts';
import { createStore, type State } from '../core/store.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import type { GridApi } from './api.ts';
import { createEditCommands } from './edit-commands.ts';

const rangeOf = (text: string) => ({ sheet: 'main', ...parseRange(text)! });

afterEach(() => vi.unstubAllGlobals());

/** Undo and redo in a window without known steps. The test answers what is sent. */
function commanded(role: State['role']) {
  const store = createStore({
    role,
    workbook: {},
    workbookId: 'a',
    capabilities: {},
    selection: rangeOf('A1'),
  } as unknown as State);
  const answers: ((answer?: unknown) => void)[] = [];
  const client = {
    send: () => new Promise(resolve => answers.push((answer = {}) => resolve(answer))),
  } as unknown as Client;
  const edits = { unanswered: false, waiting: [] as (() => void)[] };
  const grid = {
    afterEdits: (work: () => void) => (edits.unanswered ? edits.waiting.push(work) : work()),
    awaitsAnswer: () => edits.unanswered,
    focus() {},
  };
  const commands = createEditCommands({
    store,
    client,
    dialogs: {} as Dialogs,
    grid: () => grid as unknown as GridApi,
    reveal: cells => store.set({ selection: { ...cells } }),
    refuse() {},
    quietly() {},
  });
  const of = (id: string) => commands.find(command => command.id === id)!;
  return { store, undo: of('edit.undo'), redo: of('edit.redo'), edits, answers };
}

/** No text field has the keyboard. */
function withoutTextField() {
  vi.stubGlobal('document', { activeElement: null });
  for (const name of ['HTMLTextAreaElement', 'HTMLInputElement']) vi.stubGlobal(name, Event);
}

const settled = () => new Promise(resolve => setTimeout(resolve));

test('the keys of undo and redo are not lost while an edit, undo or redo is unanswered', async () => {
  const { undo, redo, edits, answers } = commanded('editor');
  expect([undo.enabled!(''), undo.soon!(), redo.soon!()]).toEqual([false, false, false]);
  edits.unanswered = true;
  // It isn't shown as possible before that is known.
  expect([undo.enabled!(''), undo.soon!()]).toEqual([false, true]);
  edits.unanswered = false;
  withoutTextField();
  undo.run('');
  expect([redo.enabled!(''), redo.soon!()]).toEqual([false, true]);
  answers[0]();
  await settled();
  expect(redo.soon!()).toBe(false);
});

test('undo selects what it changed, unless the user has gone elsewhere since the key', async () => {
  const { store, undo, edits, answers } = commanded('editor');
  withoutTextField();
  const changed = rangeOf('B3');
  undo.run('');
  undo.run('');
  answers[0]({ cells: changed });
  await settled();
  expect(store.get().selection).toEqual(changed);
  // What an undo before it has selected is no choice of the user's.
  answers[1]({ cells: rangeOf('B4') });
  await settled();
  expect(store.get().selection).toEqual(rangeOf('B4'));
  // While an edit before it is unanswered, the undo isn't sent yet.
  edits.unanswered = true;
  undo.run('');
  const chosen = rangeOf('C7');
  store.set({ selection: chosen });
  edits.unanswered = false;
  edits.waiting.forEach(work => work());
  answers[2]({ cells: changed });
  await settled();
  expect(store.get().selection).toBe(chosen);
});

test('a window that only looks undoes nothing, whatever is unanswered', () => {
  const { undo, edits } = commanded('viewer');
  edits.unanswered = true;
  expect(undo.soon!()).toBe(false);
});
