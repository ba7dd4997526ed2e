import { expect, test } from 'vitest';
import type { DataSet } from '../../../shared/data.ts';
import { digestOf } from './data-digest.ts';
import { smallDigits } from './testing/small-digits.ts';

const data = smallDigits(40, 10);
const bytes = data.bytes.slice();
const digest = digestOf(data);
const changed = (index: number, change: (image: Uint8Array) => void) => {
  const size = bytes.length / data.count;
  const copy = bytes.slice();
  change(copy.subarray(index * size, (index + 1) * size));
  return { bytes: copy };
};
const labels = data.labels.slice();
labels[0] = 9 - labels[0];

test.each<[what: string, Partial<DataSet>]>([
  ['another name of the data set, as where its folder moved', { name: 'elsewhere' }],
  ['another number of problems', { problems: [{ name: 'x', reason: 'y' }] }],
  ['images for test', { split: { ...data.split, test: Uint32Array.of(3) } }],
  [
    'classes listed in another order',
    { classes: data.classes.toReversed(), labels: data.labels.map(label => 9 - label) },
  ],
  ['the same labels in another array', { labels: Uint16Array.from(data.labels) }],
])('images are the same with %s (fault 6)', (_, changes) => {
  expect(digestOf({ ...data, ...changes })).toBe(digest);
});

test.each<[what: string, Partial<DataSet>]>([
  ['classes that swapped their names', { classes: data.classes.toReversed() }],
  ['one other label', { labels }],
  ['one image brighter', changed(7, image => image.forEach((value, i) => (image[i] = 255 - value)))],
  ['two images swapped', { split: { ...data.split, training: data.split.training.map(i => (i < 2 ? 1 - i : i)) } }],
  ['one other name', { nameOf: index => (index === 5 ? 'x.png' : String(index)) }],
  ['one image moved to validation', moved(1)],
  ['one image less', { split: { ...data.split, training: data.split.training.subarray(1) } }],
  ['another shape', { shape: [14, 56, 1] }],
])('images are others with %s (fault 6)', (_, changes) => {
  expect(digestOf({ ...data, ...changes })).not.toBe(digest);
});

function moved(count: number): Partial<DataSet> {
  const { training, validation } = data.split;
  const last = training.length - count;
  return {
    split: {
      ...data.split,
      training: training.subarray(0, last),
      validation: Uint32Array.from([...training.subarray(last), ...validation]),
    },
  };
}
