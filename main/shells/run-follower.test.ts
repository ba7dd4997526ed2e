import { beforeEach, expect, test } from 'vitest';
import { smallConfig } from '../engine/data/testing/small-digits.ts';
import type { JournalledRequest } from './journal.ts';
import { createRunFollower, type RunFollower } from './run-follower.ts';

let forgiven: number;
let follower: RunFollower;
let entries: JournalledRequest[];
beforeEach(() => {
  forgiven = 0;
  follower = createRunFollower(() => forgiven++);
  entries = [];
});

function journal(kind: JournalledRequest['kind'], args: object): JournalledRequest {
  const request = { kind, args };
  entries.push(request);
  follower.journalled(request, entries);
  return request;
}
const train = (id: string) => journal('train', { id, name: id, config: smallConfig(), start: 'here' });
const die = (times: number) => {
  for (let i = 0; i < times; i++) follower.engineDied();
};

test('a run is followed until its result is journalled, and its request then begins a run that need not train', () => {
  const [begun, other] = [train('run1'), train('run2')];
  expect(follower.id).toBe('run1');
  expect([begun, other].map(request => follower.began(request))).toEqual([true, false]);
  const made = { changes: [{ kind: 'classes', classes: ['cat'] }], commands: 2 };
  journal('finishRun', { id: 'run1', state: Uint8Array.of(1), made });
  expect(follower.id).toBeUndefined();
  expect(begun).toEqual({ kind: 'beginRun', args: { id: 'run1', made } });
});

test('a run under which five engines die at the same step is given up, and their deaths are forgiven', () => {
  train('run1');
  follower.progressed({ id: 'run1', step: 7 });
  die(4);
  expect([follower.givenUp, forgiven]).toEqual([undefined, 1]);
  // A step repeated after a restart, and a report about another run, are no progress.
  follower.progressed({ id: 'run1', step: 7 });
  follower.progressed({ id: 'run0', step: 9 });
  die(1);
  expect([follower.givenUp, forgiven]).toEqual(['run1', 2]);
});

test('a run that gets further, or goes on from a later checkpoint, is not given up', () => {
  train('run1');
  die(4);
  follower.progressed({ id: 'run1', step: 1 });
  die(4);
  follower.startedAt(5);
  expect(follower.engineRestarted({ status: 'running' })).toEqual({
    told: ['Training goes on from step 5 and makes any later steps again.'],
    lost: false,
  });
  die(4);
  expect(follower.givenUp).toBeUndefined();
  follower.engineRestarted({ status: 'running' });
  die(1);
  expect(follower.givenUp).toBe('run1');
  expect(follower.engineRestarted({ status: 'running' }).told).toEqual([]);
});

test('that a run is lost is told once, and only where it was under way', () => {
  train('run1');
  follower.refused(undefined);
  expect(follower.engineRestarted(undefined)).toEqual({ told: [], lost: false });
  train('run2');
  follower.refused('The folder is gone.');
  expect(follower.engineRestarted(undefined)).toEqual({ told: ['The folder is gone.'], lost: true });
  expect(follower.engineRestarted(undefined)).toEqual({ told: [], lost: false });
});
