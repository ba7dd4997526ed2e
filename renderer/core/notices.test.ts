/** A notice disappears when it is no longer true (fault 46). */
import { expect, test } from 'vitest';
import { messages } from '../../shared/messages.ts';
import type { WorkbookState } from '../../shared/protocol.ts';
import type { RunState } from '../../shared/training.ts';
import { followNotices, noticeOf, refusal, untilNextCommand } from './notices.ts';
import { createStore, type Notice, type State, type Store } from './store.ts';

const workbook = (revision: number, more: Partial<WorkbookState> = {}): WorkbookState => ({
  revision,
  contentRevision: revision,
  parameterRevision: 0,
  modified: true,
  source: { kind: 'typed' },
  milliseconds: 1,
  ...more,
});
const run = (status: RunState['status'], id = 'a') => ({ state: { id, name: 'Run 1', status } }) as State['run'];

function shown(): Store {
  const store = createStore({
    notice: undefined,
    workbook: workbook(5),
    workbookId: 'w',
    role: 'editor',
    connection: 'open',
    run: undefined,
  } as unknown as State);
  followNotices(store);
  return store;
}
const plain: Notice = { tone: 'info', sentence: 'Something was done.' };
const undoable: Notice = { ...plain, holds: now => now.workbook.undo === 'Reset the weights' };
const sent: Notice = { ...plain, holds: untilNextCommand({ workbookId: 'w', workbook: workbook(5) }) };
const foreign = (sentence: string) => noticeOf({ tone: 'info', sentence }, { run: undefined });
/** A notice of the engine during a run. */
const ofTheRun = noticeOf({ tone: 'info', sentence: 'softmax became a sigmoid.' }, { run: run('preparing') });
const { viewer, promoted } = messages.shell;

type Happens = (store: Store) => void;
const set =
  (patch: Partial<State>): Happens =>
  store =>
    store.set(patch);

test.each<[what: string, before: Partial<State>, notice: Notice | 'refused', happens: Happens, stays: boolean]>([
  [
    'fresh weights, undone',
    { workbook: workbook(6, { undo: 'Reset the weights' }) },
    undoable,
    set({ workbook: workbook(7) }),
    false,
  ],
  [
    'fresh weights, then edited',
    { workbook: workbook(6, { undo: 'Reset the weights' }) },
    undoable,
    set({ workbook: workbook(7, { undo: 'Edit AD11' }) }),
    false,
  ],
  [
    'fresh weights, looked at',
    { workbook: workbook(6, { undo: 'Reset the weights' }) },
    undoable,
    set({ workbook: workbook(6, { undo: 'Reset the weights', milliseconds: 2 }) }),
    true,
  ],
  ['a calm line, then a command', {}, plain, set({ workbook: workbook(6) }), false],
  ['of a command that was sent, when it is done', {}, sent, set({ workbook: workbook(6) }), true],
  [
    'of a command that was sent, and the next one',
    {},
    sent,
    store => {
      store.set({ workbook: workbook(6) });
      store.set({ workbook: workbook(7) });
    },
    false,
  ],
  ['of a command that was sent, and another workbook', {}, sent, set({ workbookId: 'other' }), false],
  ['a calm line, saved', {}, plain, set({ workbook: workbook(5, { modified: false }) }), true],
  ['a calm line, while a run makes steps', { run: run('running') }, plain, set({ workbook: workbook(6) }), true],
  [
    'a calm line, while a run is paused and a weight is edited',
    { run: run('paused') },
    plain,
    set({ workbook: workbook(6) }),
    false,
  ],
  [
    'of a run, which ends in a moment',
    { run: run('running') },
    ofTheRun,
    store => {
      store.set({ run: run('ended') });
      store.set({ workbook: workbook(6, { undo: 'Train (Run 1)' }) });
    },
    true,
  ],
  [
    'of a run that is taken back',
    { run: run('ended') },
    ofTheRun,
    set({ workbook: workbook(6, { redo: messages.runs.label('Run 1') }) }),
    false,
  ],
  ['of a run, and another one begins', { run: run('ended') }, ofTheRun, set({ run: run('preparing', 'b') }), false],
  ['a calm line, the engine counts anew', {}, plain, set({ workbook: workbook(0) }), true],
  ['a refusal, then a command', {}, 'refused', set({ workbook: workbook(6) }), false],
  ['a refusal, another workbook with the same revision', {}, 'refused', set({ workbookId: 'other' }), false],
  ['a refusal, nothing done', {}, 'refused', set({ active: { sheet: 'network', row: 1, column: 1 } }), true],
  ['a window that looks on becomes the editor', { role: 'viewer' }, foreign(viewer), set({ role: 'editor' }), false],
  [
    'a window that looks on, while another one edits',
    { role: 'viewer' },
    foreign(viewer),
    set({ workbook: workbook(6) }),
    true,
  ],
  ['an editor again, who looks on later', {}, foreign(promoted), set({ role: 'viewer' }), false],
])('%s: the notice stays %#', (_what, before, notice, happens, stays) => {
  const store = shown();
  store.set(before);
  store.set({ notice: notice === 'refused' ? refusal('AH3 is computed.', store.get()) : notice });
  happens(store);
  expect(store.get().notice !== undefined).toBe(stays);
});

test('a notice in the place of another one is judged by itself', () => {
  const store = shown();
  store.set({ notice: plain });
  store.set({ workbook: workbook(6), notice: { ...plain, sentence: 'Something else was done.' } });
  expect(store.get().notice?.sentence).toBe('Something else was done.');
});
