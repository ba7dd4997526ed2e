import { expect, test } from 'vitest';
import { type DataSet, noAugmentation, usualAugmentation } from '../../../shared/data.ts';
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
const everything = { ...usualAugmentation, shift: 0.2, rotate: 30, zoom: 0.2, mixup: 0 };

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
  const options = {
    indices: all(50),
    batchSize: 8,
    seed: 3,
    augmentation: { ...everything, mixup: 0.4 },
    classWeights: [1, 2, 3],
    sampling: 'balanced' as const,
    smoothing: { share: 0.1, to: 1 / 3 },
  };
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

test('mixup mixes each image with another one of the batch by the same share, and targets and weights too', () => {
  const options = { indices: all(12), batchSize: 6, seed: 5, classWeights: [1, 2, 3] };
  const plain = createBatches(dataSet(12), options);
  const mixed = createBatches(dataSet(12), { ...options, augmentation: { ...noAugmentation, mixup: 1 } });
  for (const epoch of [0, 1, 2]) {
    const [a, b] = [plain, mixed].map(batches => structuredClone(batches.at(epoch, 0)));
    expect(b.indices).toEqual(a.indices);
    const shares = new Set<number>();
    for (let i = 0; i < 6; i++) {
      // The partner and the share are those that explain the first two pixels.
      const own = a.images.subarray(i * 16, i * 16 + 16);
      const made = b.images.subarray(i * 16, i * 16 + 16);
      const itself = made.every((pixel, at) => pixel === own[at]);
      const found = Array.from({ length: 6 }, (_, j) => a.images.subarray(j * 16, j * 16 + 16)).flatMap((other, j) => {
        const k = own.findIndex((pixel, at) => pixel !== other[at]);
        if (itself || j === i) return itself && j === i ? [{ j, share: 1 }] : [];
        const share = (made[k] - other[k]) / (own[k] - other[k]);
        return made.every((pixel, at) => pixel === share * own[at] + (1 - share) * other[at]) ? [{ j, share }] : [];
      });
      expect(found).toHaveLength(1);
      const [{ j, share: by }] = found;
      if (!itself) shares.add(by);
      const mix = (x: number, y: number) => Math.fround(by * x + (1 - by) * y);
      for (let k = 0; k < 3; k++) expect(b.targets[3 * i + k]).toBe(mix(a.targets[3 * i + k], a.targets[3 * j + k]));
      expect(b.weights![i]).toBe(mix(a.weights![i], a.weights![j]));
    }
    expect(shares.size).toBe(1);
    expect(([...shares][0] * 2 ** 16) % 1).toBe(0);
    expect(b.actual).toEqual(b.targets);
  }
});

test('label smoothing gives targets as Keras and PyTorch do, and the metric compares with those before it', () => {
  const options = { indices: all(3), batchSize: 3, smoothing: { share: 0.1, to: 1 / 3 } };
  const { targets, actual } = createBatches(dataSet(3), options).at(0, 0);
  const [right, other] = [0.9 + 0.1 / 3, 0.1 / 3].map(Math.fround);
  expect(Array.from(targets)).toEqual([right, other, other, other, right, other, other, other, right]);
  expect(Array.from(actual)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  const labels = Uint8Array.of(1, 0, 1, 0, 0, 0, 0, 1, 0);
  const several = dataSet(3, { severalLabels: true, labels });
  const smooth = createBatches(several, { ...options, smoothing: { share: 0.1, to: 1 / 2 } }).at(0, 0);
  expect(Array.from(smooth.targets)).toEqual(Array.from(labels, label => Math.fround(label === 1 ? 0.95 : 0.05)));
});

test('with mixup and several labels, the metric compares with the image that has the larger share', () => {
  const labels = Uint8Array.from({ length: 36 }, (_, i) => Number(i % 5 < 2));
  const several = dataSet(12, { severalLabels: true, labels });
  const mixed = createBatches(several, {
    indices: all(12),
    batchSize: 12,
    seed: 1,
    augmentation: { ...noAugmentation, mixup: 1 },
  });
  for (const epoch of [0, 1, 2, 3]) {
    const { targets, actual } = mixed.at(epoch, 0);
    for (const [i, target] of targets.entries()) expect(actual[i]).toBe(target >= 0.5 ? 1 : 0);
  }
});

test('balanced sampling draws each class equally often, its images too, and the seed decides which', () => {
  // 40 of a, 8 of b, 2 of c.
  const labels = Uint8Array.from({ length: 50 }, (_, i) => (i < 40 ? 0 : i < 48 ? 1 : 2));
  const options = { indices: all(50), batchSize: 8, seed: 1, sampling: 'balanced' as const };
  const batches = createBatches(dataSet(50, { labels }), options);
  const drawn = (epoch: number) => epochOf(batches, epoch).flatMap(({ indices }) => [...indices]);
  const timesOf = (order: readonly number[], of: number) => order.filter(index => index === of).length;
  for (const epoch of [0, 1, 2]) {
    const order = drawn(epoch);
    expect(order).toHaveLength(50);
    const counts = [0, 1, 2].map(label => order.filter(index => labels[index] === label).length);
    expect(counts.toSorted((a, b) => a - b)).toEqual([16, 17, 17]);
    const times = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => timesOf(order, from + i));
    expect(Math.max(...times(0, 40))).toBe(1);
    expect([2, 3]).toEqual(expect.arrayContaining([...new Set(times(40, 48))]));
    expect([8, 9]).toEqual(expect.arrayContaining([...new Set(times(48, 50))]));
  }
  expect(drawn(1)).not.toEqual(drawn(0));
  const same = createBatches(dataSet(50, { labels }), options);
  expect(epochOf(same, 1).flatMap(({ indices }) => [...indices])).toEqual(drawn(1));
});

test('balanced sampling of several labels draws each label equally often, and images without any as often', () => {
  const labels = Uint8Array.from([...Array.from({ length: 9 }, () => [1, 0, 0]), [0, 1, 1], [0, 0, 0]].flat());
  const several = dataSet(11, { severalLabels: true, labels });
  const batches = createBatches(several, { indices: all(11), batchSize: 11, seed: 1, sampling: 'balanced' });
  const order = [...batches.at(0, 0).indices];
  // Four groups share eleven places; image 9 belongs to two of them.
  expect(order.filter(index => index === 9).length).toBeGreaterThanOrEqual(4);
  expect(order.filter(index => index === 10).length).toBeGreaterThanOrEqual(2);
  expect(order.filter(index => index < 9).length).toBeLessThanOrEqual(3);
});
