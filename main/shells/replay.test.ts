import { expect, test } from 'vitest';
import type { EngineKind } from '../../shared/protocol.ts';
import { journalledAlready, type Pending } from './pending.ts';
import { replay } from './replay.ts';

/** Replays entries to an engine that answers at once and refuses to open one run. Returns what was sent, with the
 *  answers so far, and the run that is left to train. */
async function replayed(entries: readonly Pending[], { refused = '', killedBy = '', done = () => {} } = {}) {
  const sent: string[] = [];
  let alive = true;
  const result = await replay({
    entries: () => entries,
    async dispatch(pending) {
      const { id = '', label = '' } = pending.args as { id?: string; label?: string };
      const name = `${pending.kind} ${id}${label}`;
      sent.push(name);
      if (name === killedBy) alive = false;
      else if (pending.kind === 'openRun' && id !== refused) pending.resolve({ structure: 'ten classes' });
      else if (pending.kind === 'openRun') pending.reject(new Error('refused'));
      if (name === 'change b') done();
      return alive;
    },
    isAlive: () => alive,
  });
  return { sent, next: result?.next, train: result?.train && (result.train.args as { id: string }).id };
}

const entry = (kind: EngineKind, args: object) => journalledAlready(kind, args);
const train = (id: string) => entry('train', { id });
const change = (label: string, structure?: string) => entry('change', { label, structure });

test('a run begins at its place, and is to be trained when all that was done meanwhile has come', async () => {
  const entries = [change('a', 'ten classes'), train('run1'), change('b', 'ten classes'), entry('undo', {})];
  expect(await replayed([...entries, ...Array.from({ length: 70 }, () => change('c'))])).toEqual({
    sent: ['change a', 'openRun run1', 'change b', 'undo ', ...Array.from({ length: 70 }, () => 'change c')],
    next: 74,
    train: 'run1',
  });
});

test('a run whose checkpoint is lost is trained before what was meant for the classes it makes', async () => {
  const entries = [train('run1'), change('a', 'ten classes'), change('b', '26 classes'), change('c', '26 classes')];
  expect(await replayed(entries)).toEqual({
    sent: ['openRun run1', 'change a', 'train run1', 'change b', 'change c'],
    next: 4,
    train: undefined,
  });
});

test('a run that can’t begin is refused at its place, and nothing is trained that has a result', async () => {
  const begun = train('run1');
  const entries = [begun, change('a'), train('run2'), change('b')];
  const sent = ['openRun run1', 'change a', 'openRun run2', 'train run2', 'change b'];
  expect(await replayed(entries, { refused: 'run2' })).toEqual({ sent, next: 4, train: 'run1' });
  entries.push(entry('finishRun', { id: 'run1' }));
  const done = () => void (begun.kind = 'beginRun');
  expect(await replayed(entries, { refused: 'run2', done })).toEqual({
    sent: [...sent, 'finishRun run1'],
    next: 5,
    train: undefined,
  });
});

test('nothing more is sent to an engine that died of an entry', async () => {
  const entries = [change('a'), Object.assign(change('b'), { deaths: 1 }), change('c')];
  const { sent, next } = await replayed(entries, { killedBy: 'change b' });
  expect([sent, next]).toEqual([['change a', 'change b'], undefined]);
  expect((await replayed([train('run1'), change('a')], { killedBy: 'openRun run1' })).sent).toEqual(['openRun run1']);
});
