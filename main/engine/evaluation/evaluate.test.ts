import { beforeAll, expect, test } from 'vitest';
import type { DataSet } from '../../../shared/data.ts';
import type { TensorId } from '../../../shared/network.ts';
import { english } from '../../../shared/messages/render.ts';
import { createRandom } from '../../../shared/random.ts';
import { lesson3, templateParameters } from '../../../shared/templates.ts';
import { noTta } from '../../../shared/tta.ts';
import { startBackend } from '../backend/backend.ts';
import { type Model, predictImages, predictSplit } from './evaluate.ts';
import { evaluationOf } from './metrics.ts';
import { nativeAvailable, startFastest } from '../backend/native.ts';

beforeAll(startBackend);

const network = lesson3([8, 8, 1], 3);
const random = createRandom(1);
const parameters = templateParameters('lesson3', network, random);
const model: Model = { network, classes: ['a', 'b', 'c'], parameters, backend: 'wasm' };
const COUNT = 300;
const bytes = Uint8Array.from({ length: COUNT * 64 }, () => random.integer(256));
const noOne = new Uint32Array(0);
const data: DataSet = {
  name: 'noise',
  shape: [8, 8, 1],
  classes: ['a', 'b', 'c'],
  severalLabels: false,
  count: COUNT,
  bytes,
  labels: Uint8Array.from({ length: COUNT }, (_, index) => index % 3),
  nameOf: index => `${index}.png`,
  split: { training: noOne, validation: noOne, test: Uint32Array.from({ length: COUNT }, (_, index) => index) },
  problems: [],
};

test('a split and files with the same images get the same probabilities, and progress is reported', async () => {
  const told: number[] = [];
  const found = await predictImages(model, bytes, async fraction => void told.push(fraction));
  const split = await predictSplit(model, data, 'test', async () => {});
  expect(found).toHaveLength(COUNT);
  expect(found.flatMap(row => Array.from(row))).toEqual(Array.from(split.probabilities as Float32Array));
  expect(told.length).toBeGreaterThan(1);
  expect(told.at(-1)).toBe(1);
  for (const row of found) expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
  const loss = (index: number) => -Math.log(found[index][index % 3]);
  for (const index of [0, 1, 299]) expect(split.losses[index]).toBeCloseTo(loss(index), 4);
});

test('with test-time augmentation, probabilities are means over views, and it can be ended between two', async () => {
  const tta = { ...noTta, flip: true };
  const mirrored = bytes.map((_, i) => bytes[8 * Math.floor(i / 8) + 7 - (i % 8)]);
  const [plain, mirror] = [bytes, mirrored].map(each => predictImages(model, each, async () => {}));
  const [one, other] = [await plain, await mirror];
  const told: number[] = [];
  const split = await predictSplit(model, data, 'test', async fraction => void told.push(fraction), tta);
  const files = await predictImages(model, bytes, async () => {}, tta);
  expect(Array.from(split.probabilities)).toEqual(files.flatMap(row => Array.from(row)));
  for (const [image, row] of files.entries())
    for (const [label, share] of row.entries())
      expect(share).toBe(Math.fround((one[image][label] + other[image][label]) / 2));
  expect(split.losses[5]).toBeCloseTo(-Math.log(files[5][2]), 5);
  expect(split.notes.map(english)).toEqual(['Means over 2 views of each image.']);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBe(1);
  const ended = predictSplit(
    model,
    data,
    'test',
    async fraction => {
      if (fraction < told[1]) throw new Error('It was ended.');
    },
    tta,
  );
  await expect(ended).rejects.toThrow('It was ended.');
});

test('the native engine gives the same probabilities and losses, within a millionth', async ({ skip }) => {
  skip(!nativeAvailable(), 'The native engine is not installed: npm run setup:native');
  expect(await startFastest()).toBe('tensorflow');
  const [wasm, native] = [model, { ...model, backend: 'tensorflow' as const }];
  const [one, other] = [
    await predictSplit(wasm, data, 'test', async () => {}),
    await predictSplit(native, data, 'test', async () => {}),
  ];
  const farthest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));
  expect(farthest(one.probabilities, other.probabilities)).toBeLessThan(1e-6);
  expect(farthest(one.losses, other.losses)).toBeLessThan(2e-6);
  const files = await predictImages(native, bytes, async () => {});
  expect(files.flatMap(row => Array.from(row))).toEqual(Array.from(other.probabilities));
});

test('images whose numbers overflow float32 get NaN, and the others what they got before', async () => {
  // A bias slightly below float32's largest number overflows if a bright image adds to it.
  const broken = new Map<TensorId, Float32Array>(parameters);
  broken.set('conv1/bias', parameters.get('conv1/bias')!.slice().fill(-3.4e38, 0, 1));
  broken.set('conv1/kernel', parameters.get('conv1/kernel')!.slice().fill(-4.5e34));
  const split = await predictSplit({ ...model, parameters: broken }, data, 'test', async () => {});
  const { noNumbers, loss, count } = evaluationOf(split);
  expect(noNumbers).toBeGreaterThan(0);
  expect(noNumbers).toBeLessThan(count);
  expect(loss).toBeNull();
  const files = await predictImages({ ...model, parameters: broken }, bytes, async () => {});
  expect(files.filter(row => row.every(Number.isNaN))).toHaveLength(noNumbers);
  expect(files.filter(row => row.every(Number.isFinite))).toHaveLength(count - noNumbers);
});

test('if a bias is NaN, every image gets NaN', async () => {
  const broken = new Map<TensorId, Float32Array>(parameters).set('dense/bias', Float32Array.of(0, Number.NaN, 0));
  const split = await predictSplit({ ...model, parameters: broken }, data, 'test', async () => {});
  expect(evaluationOf(split)).toMatchObject({ noNumbers: COUNT, accuracy: 0, loss: null });
});

test('a split whose probabilities don’t fit into memory is refused with a sentence', async () => {
  const classes = Array.from({ length: 1000 }, (_, label) => String(label));
  const large = lesson3([8, 8, 1], 1000);
  const images = new Uint32Array(300_000);
  const reading = predictSplit(
    { network: large, classes, parameters: templateParameters('lesson3', large, random), backend: 'wasm' },
    { ...data, classes, split: { ...data.split, test: images } },
    'test',
    async () => {
      throw new Error('It went on.');
    },
  );
  await expect(reading).rejects.toThrow(
    '300,000 images for test and 1,000 classes are 300,000,000 probabilities; at most 268,435,456 fit into memory.',
  );
});
