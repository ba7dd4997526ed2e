import type { BrowserWindow } from 'electron';
import { expect, test } from 'vitest';
import type { RunState } from '../../../shared/training.ts';
import { FakeElectron, FakeWindow } from './testing/fake-electron.ts';
import { createRunProgress } from './run-progress.ts';

function follow() {
  const fake = new FakeElectron();
  const window = new FakeWindow({}, () => {});
  const show = createRunProgress(fake.api, window as unknown as BrowserWindow);
  return { fake, window, show };
}

function run(status: RunState['status'], step: number, more: Partial<RunState> = {}): RunState {
  return {
    id: 'run-1',
    name: 'Run 1',
    status,
    step,
    steps: 400,
    stepsPerEpoch: 100,
    epochs: 4,
    seconds: 1,
    learningRate: 0.001,
    backend: 'wasm',
    ...more,
  };
}

test('The task bar shows how far a run is, in whole percent, whether it is paused, and nothing after its end', () => {
  const { window, show } = follow();
  for (const step of [0, 1, 3, 200]) show(run('running', step));
  show(run('paused', 200));
  show(run('ended', 200, { end: 'stopped' }));
  expect(window.bars).toEqual([
    { progress: 0, mode: 'normal' },
    { progress: 0.5, mode: 'normal' },
    { progress: 0.5, mode: 'paused' },
    { progress: -1, mode: 'normal' },
  ]);
});

test('Where nobody looks at the window, the end of a run is told, once, and leads back to the window', () => {
  const { fake, window, show } = follow();
  show(run('running', 399));
  window.inFront = false;
  show(run('ended', 400, { end: 'finished' }));
  show(run('ended', 400, { end: 'finished' }));
  expect(fake.notifications.map(({ options, shown }) => [options, shown])).toEqual([
    [{ title: 'Run 1 has ended', body: 'The training is finished.' }, true],
  ]);
  fake.notifications[0].emit('click');
  expect([window.shown, window.focused]).toEqual([true, 1]);
});

test('Why a run could not go on is said in its own words', () => {
  const { fake, window, show } = follow();
  window.inFront = false;
  show(run('running', 10));
  show(run('ended', 12, { end: 'failed', sentence: 'The loss is no number any more.' }));
  expect(fake.notifications[0].options.body).toBe('The loss is no number any more.');
});

test('Who looks at the window is not told, nor of a run that had ended before', () => {
  const { fake, window, show } = follow();
  show(run('running', 10));
  show(run('ended', 400, { end: 'finished' }));
  window.inFront = false;
  show(run('ended', 400, { id: 'run-0', end: 'finished' }));
  expect(fake.notifications).toEqual([]);
});

test('Another workbook takes the bar away without a word', () => {
  const { fake, window, show } = follow();
  window.inFront = false;
  show(run('running', 100));
  show(undefined);
  expect(window.bars.at(-1)).toEqual({ progress: -1, mode: 'normal' });
  expect(fake.notifications).toEqual([]);
});
