import { expect, test } from 'vitest';
import { LARGE, sizesFor, stepsOf } from './training-defaults.ts';

test.each<[images: number | undefined, epochs: number, batchSize: number]>([
  [undefined, 5, 64],
  [1, 100, 4],
  [4, 100, 4],
  [12, 100, 4],
  [30, 40, 4],
  [47, 50, 8],
  [52, 45, 8],
  [100, 45, 16],
  [180, 25, 16],
  [300, 30, 32],
  [500, 40, 64],
  [1000, 20, 64],
  [2000, 10, 64],
  [3776, 10, 64],
  [3840, 5, 64],
  [13_000, 5, 64],
  [60_000, 5, 64],
  [1_000_000, 5, 64],
])('%s images: %i epochs of batches of %i (fault 49)', (images, epochs, batchSize) => {
  expect(sizesFor(images)).toEqual({ epochs, batchSize });
});

test('from 12 images on there are enough steps to learn something, and no more epochs than it takes (fault 49)', () => {
  for (let images = 12; images < 5000; images++) {
    const { epochs, batchSize } = sizesFor(images);
    const steps = epochs * stepsOf(images, batchSize);
    expect({ images, enough: steps >= 300 }).toEqual({ images, enough: true });
    expect({ images, many: steps > 600 && epochs > LARGE.epochs }).toEqual({ images, many: false });
  }
});

test('a number that was chosen stays, and the other one goes by it (fault 49)', () => {
  expect(sizesFor(52, { batchSize: 64 })).toEqual({ epochs: 100, batchSize: 64 });
  expect(sizesFor(52, { batchSize: 4 })).toEqual({ epochs: 25, batchSize: 4 });
  expect(sizesFor(52, { epochs: 3 })).toEqual({ epochs: 3, batchSize: 8 });
  expect(sizesFor(undefined, { epochs: 3 })).toEqual({ epochs: 3, batchSize: 64 });
});
