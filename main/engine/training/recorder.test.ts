import { expect, test } from 'vitest';
import { createRecorder, thinned } from './recorder.ts';

const point = (step: number) => ({ step, loss: step, metric: step / 100, learningRate: 1 / step });

test('if a run has more steps than points are kept, each point is the mean of equally many steps', () => {
  const recorder = createRecorder(undefined, 8);
  for (let step = 1; step <= 21; step++) recorder.step(point(step));
  // Steps 1 to 4, 5 to 8 and so on. Step 21 waits for three more.
  expect(recorder.points).toEqual(
    [4, 8, 12, 16, 20].map(step => ({
      ...point(step),
      loss: step - 1.5,
      metric: expect.closeTo((step - 1.5) / 100, 12),
    })),
  );
});

test('a recorder that goes on from another one’s state records the same', () => {
  const [whole, first] = [createRecorder(undefined, 8), createRecorder(undefined, 8)];
  for (let step = 1; step <= 19; step++) {
    whole.step(point(step));
    if (step <= 11) first.step(point(step));
  }
  const second = createRecorder(structuredClone(first.state()), 8);
  for (let step = 12; step <= 19; step++) second.step(point(step));
  expect(second.state()).toEqual(whole.state());
});

test('after a thousand notes no more are kept', () => {
  const recorder = createRecorder();
  for (let step = 0; step < 1100; step++) recorder.note({ step, sentence: 'Paused.' });
  expect(recorder.notes).toHaveLength(1000);
  expect(recorder.notes.at(-1)!.step).toBe(999);
});

test('a kept curve has at most as many points as asked for, and always the last step', () => {
  const points = Array.from({ length: 4001 }, (_, i) => point(i + 1));
  expect(thinned(points, 4001)).toBe(points);
  const thin = thinned(points, 1000);
  expect(thin.length).toBeLessThanOrEqual(1000);
  expect(thin.at(-1)!.step).toBe(4001);
});
