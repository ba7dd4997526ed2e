import { afterEach, expect, test, vi } from 'vitest';
import type { Client } from '../core/client.ts';
import { createStore, type State } from '../core/store.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import type { GridApi } from './api.ts';
import { createEditCommands } from './edit-commands.ts';

afterEach(() => vi.unstubAllGlobals());

/** Undo and redo in a window without known steps. The test answers what is sent. */
function commanded(role: State['role']) {
  const store = createStore({ role, workbook: {}, workbookId: 'a', capabilities: {} } as unknown as State);
  const answers: (() => void)[] = [];
  const client = { send: () => new Promise(resolve => answers.push(() => resolve({}))) } as unknown as Client;
  const edits = { unanswered: false };
  const grid = { afterEdits: (work: () => void) => work(), awaitsAnswer: () => edits.unanswered };
  const commands = createEditCommands({
    store,
    client,
    dialogs: {} as Dialogs,
    grid: () => grid as unknown as GridApi,
    reveal() {},
    refuse() {},
    quietly() {},
  });
  const of = (id: string) => commands.find(command => command.id === id)!;
  return { undo: of('edit.undo'), redo: of('edit.redo'), edits, answers };
}

test('the keys of undo and redo are not lost while an edit, undo or redo is unanswered', async () => {
  const { undo, redo, edits, answers } = commanded('editor');
  expect([undo.enabled!(''), undo.soon!(), redo.soon!()]).toEqual([false, false, false]);
  edits.unanswered = true;
  // It isn't shown as possible before that is known.
  expect([undo.enabled!(''), undo.soon!()]).toEqual([false, true]);
  edits.unanswered = false;
  // No text field has the keyboard.
  vi.stubGlobal('document', { activeElement: null });
  for (const name of ['HTMLTextAreaElement', 'HTMLInputElement']) vi.stubGlobal(name, Event);
  undo.run('');
  expect([redo.enabled!(''), redo.soon!()]).toEqual([false, true]);
  answers[0]();
  await new Promise(resolve => setTimeout(resolve));
  expect(redo.soon!()).toBe(false);
});

test('a window that only looks undoes nothing, whatever is unanswered', () => {
  const { undo, edits } = commanded('viewer');
  edits.unanswered = true;
  expect(undo.soon!()).toBe(false);
});
