import { expect, test } from 'vitest';
import { type DataSet, noAugmentation } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { createRandom } from '../../../shared/random.ts';
import { createBatches, weightsOf } from './batches.ts';

/** Images of 4×4×1 random bytes. Their classes are a, b, c in turn. */
function dataSet(count: number, changes: Partial<DataSet> = {}): DataSet {
  const random = createRandom(1);
  return {
    name: 'example',
    shape: [4, 4, 1],
    classes: ['a', 'b', 'c'],
    severalLabels: false,
    count,
    bytes: Uint8Array.from({ length: count * 16 }, () => random.integer(256)),
    labels: Uint8Array.from({ length: count }, (_, index) => index % 3),
    nameOf: String,
    split: { training: all(count), validation: all(0), test: all(0) },
    problems: [],
    ...changes,
  };
}
const all = (count: number) => Uint32Array.from({ length: count }, (_, index) => index);
/** Every batch of an epoch, copied, because the arrays are used again. */
const epochOf = (batches: ReturnType<typeof createBatches>, epoch: number) =>
  Array.from({ length: batches.count }, (_, position) => structuredClone(batches.at(epoch, position)));
const everything = { shift: 0.2, rotate: 30, zoom: 0.2, flip: true, light: 0.2, symmetries: true };

test('without a seed, images come in order as multiples of 1/256, white as 1, with their classes one-hot', () => {
  const bytes = Uint8Array.from({ length: 5 * 16 }, (_, i) => [0, 1, 127, 128, 254, 255][i % 6]);
  const batches = createBatches(dataSet(5, { bytes }), { indices: Uint32Array.of(4, 0, 2), batchSize: 2 });
  expect(batches.count).toBe(2);
  const [first, last] = epochOf(batches, 0);
  expect(Array.from(first.indices)).toEqual([4, 0]);
  expect(first.images.length).toBe(32);
  expect(Array.from(first.images.subarray(16, 22), value => value * 256)).toEqual([0, 1, 127, 129, 255, 256]);
  expect(Array.from(first.targets)).toEqual([0, 1, 0, 1, 0, 0]);
  expect(first.weights).toBeUndefined();
  expect(last).toMatchObject({ count: 1, indices: Uint32Array.of(2), targets: Float32Array.of(0, 0, 1) });
  expect(last.images.length).toBe(16);
});

test('with a seed, every epoch has all images once in an order of its own, the same for the same seed', () => {
  const set = dataSet(100);
  const orderOf = (seed: number, epoch: number) =>
    epochOf(createBatches(set, { indices: all(100), batchSize: 7, seed }), epoch).flatMap(({ indices }) => [
      ...indices,
    ]);
  const order = orderOf(1, 0);
  expect(order.toSorted((a, b) => a - b)).toEqual([...all(100)]);
  expect(orderOf(1, 0)).toEqual(order);
  expect(orderOf(1, 1)).not.toEqual(order);
  expect(orderOf(2, 0)).not.toEqual(order);
});

test('a batch depends only on its epoch and position, so a run can go on from anywhere', () => {
  const options = { indices: all(50), batchSize: 8, seed: 3, augmentation: everything, classWeights: [1, 2, 3] };
  const undisturbed = epochOf(createBatches(dataSet(50), options), 2);
  const resumed = createBatches(dataSet(50), options);
  for (const position of [6, 0, 3]) expect(structuredClone(resumed.at(2, position))).toEqual(undisturbed[position]);
  expect(structuredClone(resumed.at(3, 3)).images).not.toEqual(undisturbed[3].images);
});

test('augmentation changes images anew in every epoch, and their targets not at all', () => {
  const set = dataSet(3, { split: { training: all(3), validation: all(0), test: all(0) } });
  const plain = createBatches(set, { indices: all(3), batchSize: 3, seed: 1 });
  const changed = createBatches(set, { indices: all(3), batchSize: 3, seed: 1, augmentation: everything });
  const untouched = createBatches(set, { indices: all(3), batchSize: 3, seed: 1, augmentation: noAugmentation });
  const [a, b, c] = [plain, changed, untouched].map(batches => structuredClone(batches.at(0, 0)));
  expect(c).toEqual(a);
  expect(b.indices).toEqual(a.indices);
  expect(b.targets).toEqual(a.targets);
  expect(b.images).not.toEqual(a.images);
  expect(b.images.every(pixel => pixel >= 0 && pixel <= 1 && Number.isInteger(pixel * 256))).toBe(true);
});

test('images with several labels have a 1 for each of them, and images without labels have none', () => {
  const labels = Uint8Array.of(1, 0, 1, 0, 0, 0, 0, 1, 0);
  const set = dataSet(3, { severalLabels: true, labels });
  const { targets, weights } = createBatches(set, {
    indices: all(3),
    batchSize: 3,
    classWeights: [1, 4, 5],
  }).at(0, 0);
  expect(Array.from(targets)).toEqual([...labels]);
  // The mean of the weights of its labels; 1 without labels.
  expect(Array.from(weights!)).toEqual([3, 1, 4]);
});

test('balanced weights are those of scikit-learn: images ÷ (classes × images of the class)', () => {
  const labels = Uint8Array.of(0, 0, 0, 0, 1, 1);
  const set = dataSet(6, { labels });
  expect(weightsOf('equal', set, all(6))).toBeUndefined();
  // compute_class_weight('balanced', classes=[0, 1], y=[0, 0, 0, 0, 1, 1]); class 2 has no image.
  expect(weightsOf('balanced', set, all(6))).toEqual([0.75, 1.5, 1]);
  expect(weightsOf('balanced', set, Uint32Array.of(0, 4))).toEqual([1, 1, 1]);
  expect(weightsOf([1, 2, 3], set, all(6))).toEqual([1, 2, 3]);
});

test('weights for another number of classes, or symmetries of images that are not square, give a sentence', () => {
  const create = (set: DataSet, changes: object) => () =>
    createBatches(set, { indices: all(3), batchSize: 2, seed: 1, ...changes });
  expect(create(dataSet(3), { classWeights: [1, 2] })).toThrow(UserError);
  expect(create(dataSet(3), { classWeights: [1, 2] })).toThrow('There are 2 class weights for 3 classes.');
  const wide = dataSet(3, { shape: [2, 8, 1] });
  expect(create(wide, { augmentation: everything })).toThrow('need square images; these are 2×8');
  expect(create(wide, { augmentation: { ...everything, symmetries: false } })).not.toThrow();
});
