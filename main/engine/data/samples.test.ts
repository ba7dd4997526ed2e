import { expect, test } from 'vitest';
import { type DataSet, noAugmentation } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { getImages, listSamples, showChanges, summarize } from './samples.ts';

/** Eight images of 2×2 pixels. All bytes of an image are its index times 10. The classes are a and b in turn; the last
 *  three images are for validation and test. */
const dataSet: DataSet = {
  name: 'example',
  shape: [2, 2, 1],
  classes: ['a', 'b'],
  severalLabels: false,
  count: 8,
  bytes: Uint8Array.from({ length: 32 }, (_, i) => 10 * Math.floor(i / 4)),
  labels: Uint8Array.of(0, 1, 0, 1, 0, 1, 0, 1),
  nameOf: index => `${index}.png`,
  split: { training: Uint32Array.of(0, 1, 2, 3, 4), validation: Uint32Array.of(5, 6), test: Uint32Array.of(7) },
  problems: Array.from({ length: 150 }, (_, i) => ({ name: `broken${i}.png`, reason: 'it is damaged' })),
  licence: 'MIT',
};

test('a summary counts the images of each class and split, and lists the first hundred problems', () => {
  const { problems, ...summary } = summarize(dataSet);
  expect(summary).toEqual({
    name: 'example',
    shape: [2, 2, 1],
    classes: ['a', 'b'],
    severalLabels: false,
    counts: [
      { training: 3, validation: 1, test: 0 },
      { training: 2, validation: 1, test: 1 },
    ],
    totals: { training: 5, validation: 2, test: 1 },
    problemCount: 150,
    licence: 'MIT',
  });
  expect(problems).toEqual(dataSet.problems.slice(0, 100));
});

test('a summary of several labels counts an image for each of them', () => {
  const labels = Uint8Array.of(1, 1, 0, 0, ...Array.from({ length: 12 }, () => 1));
  const { counts, totals } = summarize({ ...dataSet, severalLabels: true, labels });
  expect(counts.map(({ training }) => training)).toEqual([4, 4]);
  expect(totals.training).toBe(5);
});

test('samples come in pages with names, labels and bytes, from a whole split or from one class', () => {
  const page = listSamples(dataSet, { split: 'training', from: 1, count: 2 });
  expect(page).toEqual({
    total: 5,
    shape: [2, 2, 1],
    samples: [
      { index: 1, name: '1.png', labels: [1] },
      { index: 2, name: '2.png', labels: [0] },
    ],
    pixels: Uint8Array.of(10, 10, 10, 10, 20, 20, 20, 20),
  });
  const ofClass = listSamples(dataSet, { split: 'training', class: 0, from: 1, count: 500 });
  expect(ofClass.total).toBe(3);
  expect(ofClass.samples.map(({ index }) => index)).toEqual([2, 4]);
  expect(listSamples(dataSet, { split: 'test', from: 5, count: 5 })).toMatchObject({ total: 1, samples: [] });
});

test('each variant changes a sample differently, but in the same way on every page', () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, i) => i * 8);
  const set = { ...dataSet, bytes: bytes.slice() };
  const augmentation = { ...noAugmentation, light: 0.4 };
  const pixels = (from: number, variant?: number) =>
    listSamples(set, { split: 'training', from, count: 2, augmentation, variant }).pixels;
  expect(pixels(0, 1).subarray(4)).toEqual(pixels(1, 1).subarray(0, 4));
  expect(pixels(0, 1)).not.toEqual(pixels(0, 2));
  expect(pixels(0)).toEqual(pixels(0, 0));
  expect(set.bytes).toEqual(bytes);
});

test('one image is shown under each change alone, the same again for the same seed', () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, i) => (i * 77) % 256);
  const set = { ...dataSet, bytes };
  const shown = showChanges(set, { from: 6, augmentation: noAugmentation, seed: 3 });
  expect(shown).toMatchObject({ shape: [2, 2, 1], name: '1.png', labels: [1] });
  // A grey image has no saturation and no hue.
  expect(shown.changes).toHaveLength(14);
  expect(shown.changes).not.toContain('hue');
  const pictures = Array.from({ length: 15 }, (_, i) => shown.pixels.subarray(4 * i, 4 * i + 4));
  expect(pictures[0]).toEqual(bytes.subarray(4, 8));
  for (const picture of pictures.slice(1)) expect(picture).not.toEqual(pictures[0]);
  expect(showChanges(set, { from: 1, augmentation: noAugmentation, seed: 3 })).toEqual(shown);
  expect(showChanges(set, { from: 1, augmentation: noAugmentation, seed: 4 }).pixels).not.toEqual(shown.pixels);
  const stronger = showChanges(set, { from: 1, augmentation: { ...noAugmentation, noise: 0.5 }, seed: 3 });
  const differing = stronger.changes.filter(
    (_, i) => !Buffer.from(stronger.pixels.subarray(4 * i + 4, 4 * i + 8)).equals(pictures[i + 1]),
  );
  expect(differing).toEqual(['noise']);
  expect(set.bytes).toEqual(bytes);
});

test('images are found by their indices; a missing one gives a sentence', () => {
  expect(getImages(dataSet, [7, 0])).toMatchObject({
    total: 2,
    samples: [{ index: 7, name: '7.png' }, { index: 0 }],
    pixels: Uint8Array.of(70, 70, 70, 70, 0, 0, 0, 0),
  });
  expect(() => getImages(dataSet, [3, 8])).toThrow(UserError);
  expect(() => getImages(dataSet, [3, 8])).toThrow('There is no image 8; there are 8, counted from 0.');
});
