import { expect, test } from 'vitest';
import { countTicks, epochMarks, partMarks } from './epoch-marks.ts';

test('a few epochs are marked each, many at round ones, and the last mark has room for its longer label', () => {
  expect(countTicks(5)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(countTicks(10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 10]);
  expect(countTicks(2000)).toEqual([0, 200, 400, 600, 800, 1000, 1200, 1400, 2000]);
  expect(countTicks(0.5)).toEqual([0]);
});

test('the last mark says what is counted', () => {
  expect(epochMarks(3, 10)).toEqual([
    { x: 0, label: '0' },
    { x: 10, label: '1' },
    { x: 20, label: '2' },
    { x: 30, label: 'epoch 3' },
  ]);
});

test('a run that ended within its first epoch is marked by the steps it made', () => {
  expect(epochMarks(45 / 782, 782)).toEqual([
    { x: 0, label: '0' },
    { x: 5, label: '5' },
    { x: 10, label: '10' },
    { x: 15, label: '15' },
    { x: 20, label: '20' },
    { x: 25, label: '25' },
    { x: 30, label: '30' },
    { x: 35, label: '35' },
    { x: 45, label: 'step 45' },
  ]);
  expect(epochMarks(29 / 49, 49).at(-1)).toEqual({ x: 29, label: 'step 29' });
  expect(epochMarks(1, 782).at(-1)).toEqual({ x: 782, label: 'epoch 1' });
});

test('runs that are compared are measured in epochs, also where none has ended', () => {
  const read = (epochs: number) => partMarks(epochs).map(({ label }) => label);
  expect(read(3)).toEqual(['0', '1', '2', 'epoch 3']);
  expect(read(0.41)).toEqual(['0', '0.05', '0.1', '0.15', '0.2', '0.25', '0.3', 'epoch 0.41']);
  for (const epochs of [0.9, 0.1, 0.023, 0.0012]) {
    const marks = partMarks(epochs);
    expect(marks.length).toBeGreaterThan(3);
    expect(marks.at(-1)!.label).toBe(`epoch ${marks.at(-1)!.x}`);
    for (const { x } of marks) expect(x).toBeLessThanOrEqual(epochs);
  }
});
