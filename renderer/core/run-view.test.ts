import { expect, test } from 'vitest';
import type { DataSummary } from '../../shared/data.ts';
import type { Events } from '../../shared/protocol.ts';
import type { RunRecord, RunState } from '../../shared/training.ts';
import { defaultConfig } from '../../shared/training-defaults.ts';
import { runAfterReturn, runView, validated, withEvent, withRecord } from './run-view.ts';
import { learnsFrom } from '../training/learns-from.ts';

const state: RunState = {
  id: 'a',
  name: 'Run 1',
  status: 'running',
  step: 0,
  steps: 100,
  stepsPerEpoch: 50,
  epochs: 2,
  seconds: 0,
  learningRate: 0.1,
  backend: 'wasm',
};
const point = (step: number, loss = 1) => ({ step, loss, metric: 0.5, learningRate: 0.1 });
const epoch = (number: number) => ({ epoch: number, step: 50 * number, loss: 1, metric: 0.5, seconds: 1 });
const event = (step: number, more: Partial<Events['run']> = {}): Events['run'] => ({
  state: { ...state, step },
  points: [],
  epochs: [],
  notes: [],
  ...more,
});
const record: RunRecord = {
  id: 'a',
  name: 'Run 1',
  started: '2026-01-01T00:00:00Z',
  config: defaultConfig({
    source: { kind: 'named', name: 'digits' },
    shape: [28, 28, 1],
    fit: 'stretch',
    validation: 0.1,
    test: 0.1,
    seed: 1,
  }),
  start: 'here',
  dataName: 'Digits',
  classes: [],
  loss: 'crossEntropy',
  stepsPerEpoch: 50,
  points: [],
  epochs: [],
  notes: [],
  seconds: 1,
};

test('events add to the curves, and steps that come again after a restart of the engine count once', () => {
  let view = withEvent(runView(state), event(2, { points: [point(1), point(2, 3)] }));
  view = withEvent(view, event(3, { points: [point(1, 9), point(2, 9), point(3)], epochs: [epoch(1)] }));
  view = withEvent(view, event(4, { points: [point(4)], epochs: [epoch(1), epoch(2)] }));
  expect(view.curves.step).toEqual([1, 2, 3, 4]);
  expect(view.curves.loss).toEqual([1, 3, 1, 1]);
  expect(view.curves.epochs.map(each => each.epoch)).toEqual([1, 2]);
});

test('a mean begins at the first losses and follows slowly after many', () => {
  let view = runView(state);
  view = withEvent(view, event(1, { points: [point(1, 10), point(2, 0)] }));
  expect(view.curves.meanLoss[0]).toBe(10);
  expect(view.curves.meanLoss[1]).toBeCloseTo(2);
  const many = Array.from({ length: 1000 }, (_, i) => point(3 + i, 1));
  view = withEvent(view, event(1002, { points: many }));
  view = withEvent(view, event(1003, { points: [point(1003, 2)] }));
  expect(view.curves.meanLoss.at(-1)).toBeCloseTo(1.05, 2);
});

test('a record that was asked for loses nothing that events brought meanwhile', () => {
  let view = withEvent(runView(state), event(3, { points: [point(3)], notes: [{ step: 3, sentence: 'new' }] }));
  view = withRecord(view, { ...record, points: [point(1), point(2)] });
  expect(view.curves.step).toEqual([1, 2, 3]);
  expect(view.curves.notes).toEqual([{ step: 3, sentence: 'new' }]);
  expect(view.record?.dataName).toBe('Digits');
});

test('the confusion matrix and the histograms stay until new ones come; moves say over how many steps', () => {
  let view = withEvent(runView(state), event(50, { confusion: [3, 1, 0, 4], moved: [{ layer: 'b', largest: 0.1 }] }));
  expect(view.moved.steps).toBe(50);
  view = withEvent(view, event(62, { moved: [{ layer: 'b', largest: 0.2 }] }));
  expect(view.confusion).toEqual({ counts: [3, 1, 0, 4], step: 50 });
  expect(view.moved).toEqual({ step: 62, steps: 12, largest: new Map([['b', 0.2]]) });
  // Histograms come between two reports of the sheet. The last report before a pause is about the same step.
  view = withEvent(view, event(70, { histograms: [] }));
  view = withEvent(view, event(72, { moved: [{ layer: 'b', largest: 0.1 }] }));
  view = withEvent(view, event(72, { moved: [{ layer: 'b', largest: 0 }] }));
  expect(view.moved).toEqual({ step: 72, steps: 10, largest: new Map([['b', 0.1]]) });
});

test('a run of very many steps keeps its ends and not more points than a plot can show', () => {
  let view = runView(state);
  for (let i = 0; i < 10; i++)
    view = withEvent(view, event(0, { points: Array.from({ length: 9001 }, (_, k) => point(i * 9001 + k + 1, i)) }));
  const { step, loss, meanLoss } = view.curves;
  expect(step.length).toBeLessThanOrEqual(40_000);
  expect([loss.length, meanLoss.length]).toEqual([step.length, step.length]);
  expect(step.at(-1)).toBe(90_010);
  expect(step[0]).toBeLessThan(10);
});

test('a run that goes on after the engine came back keeps its curves, and its record is asked for anew', () => {
  const seen = withRecord(withEvent(runView(state), event(1, { points: [point(1)] })), record);
  const back = runAfterReturn(seen, { ...state, status: 'paused', step: 1 })!;
  expect(back.curves.step).toEqual(seen.curves.step);
  expect(back.state.status).toBe('paused');
  expect(back.record).toBeUndefined();
  expect(runAfterReturn(seen, { ...state, id: 'b' })).toEqual(runView({ ...state, id: 'b' }));
});

test('the result of a run that had ended stays, though an engine that was started anew knows nothing of it', () => {
  const seen = withRecord(runView({ ...state, status: 'ended', end: 'finished' }), record);
  expect(runAfterReturn(seen, undefined)).toEqual(seen);
  expect(runAfterReturn(seen, seen.state)).toEqual(seen);
  expect(runAfterReturn(runView(state), undefined)).toBeUndefined();
  expect(runAfterReturn(undefined, undefined)).toBeUndefined();
});

test('an epoch without a validation is none of those that have one', () => {
  const first = { ...epoch(1), validationLoss: 0.5, validationMetric: 0.8 };
  expect(validated([first, epoch(2)])).toEqual([first]);
});

test('what a run learns from is told of its own data set only, not of one chosen meanwhile', () => {
  const run = withRecord(runView(state), record);
  const { data: dataChoice, batchSize: batch } = record.config;
  const totals = { training: 54_000, validation: 6000, test: 10_000 };
  const dataSummary = { totals } as DataSummary;
  expect(learnsFrom({ run, dataChoice, dataSummary })).toEqual({ ...totals, batch });
  expect(learnsFrom({ run, dataChoice: { ...dataChoice, seed: 2 }, dataSummary })).toBeUndefined();
  expect(learnsFrom({ run: runView(state), dataChoice, dataSummary })).toBeUndefined();
  const ended = { ...run, state: { ...state, status: 'ended' as const } };
  expect(learnsFrom({ run: ended, dataChoice, dataSummary })).toBeUndefined();
});
