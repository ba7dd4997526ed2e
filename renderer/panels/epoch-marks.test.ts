import { expect, test } from 'vitest';
import { epochMarks, epochTicks } from './epoch-marks.ts';

test('a few epochs are marked each, many at round ones, and the last mark has room for its longer label', () => {
  expect(epochTicks(5)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(epochTicks(10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 10]);
  expect(epochTicks(2000)).toEqual([0, 200, 400, 600, 800, 1000, 1200, 1400, 2000]);
  expect(epochTicks(0.5)).toEqual([0]);
});

test('the last mark says what is counted', () => {
  expect(epochMarks(3, 10)).toEqual([
    { x: 0, label: '0' },
    { x: 10, label: '1' },
    { x: 20, label: '2' },
    { x: 30, label: 'epoch 3' },
  ]);
});
