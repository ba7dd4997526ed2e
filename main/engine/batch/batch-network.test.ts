import { beforeAll, expect, test } from 'vitest';
import { UserError } from '../../../shared/errors.ts';
import { describeTensors, type NetworkSpec, type TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { convolutionByHand, fx, op, sameElementIn } from '../../../shared/testing/formula-layers.ts';
import { countHandles, startBackend } from '../backend/backend.ts';
import { type Batch, createBatchNetwork } from './batch-network.ts';
import { chain, digitNetwork } from '../oracle/example-network.ts';
import { computeReference } from '../oracle/reference.ts';

beforeAll(() => startBackend());

/** Random parameters, scaled so that the network's scores stay small. */
function randomParameters(network: NetworkSpec, seed: number): Map<TensorId, Float32Array> {
  const random = createRandom(seed);
  return new Map(
    describeTensors(network)
      .filter(({ role }) => role === 'parameter')
      .map(({ id, name, size, shape }) => {
        const scale = Math.sqrt(shape.at(-1)! / size);
        const draw = { movingVariance: () => 0.5 + random.uniform(), rate: () => 0.5 }[name as string];
        return [id, Float32Array.from({ length: size }, draw ?? (() => random.normal() * scale))];
      }),
  );
}

function randomBatch(pixels: number, classes: number, count: number, seed = 1): Batch {
  const random = createRandom(seed);
  const targets = new Float32Array(count * classes);
  for (let sample = 0; sample < count; sample++) targets[sample * classes + random.integer(classes)] = 1;
  return { images: Float32Array.from({ length: count * pixels }, () => random.uniform()), targets, count };
}

const normalised = () =>
  chain(
    { kind: 'input', shape: [6, 5, 2] },
    { kind: 'conv2d', filters: 3, kernelSize: [3, 3], strides: [1, 1], padding: 'same', useBias: true },
    { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 },
    { kind: 'relu' },
    { kind: 'dropout' },
    { kind: 'flatten' },
    { kind: 'dense', units: 4, useBias: true },
    { kind: 'softmax' },
  );

test.each([
  [[{ kind: 'globalMaxPool2d' }], /The network ends in globalMaxPool2d1, which gives no probabilities/],
  [[{ kind: 'sigmoid' }], /The network ends in sigmoid1, which reads maps/],
  [
    [{ kind: 'flatten' }, { kind: 'softmax' }, { kind: 'dense', units: 2, useBias: true }, { kind: 'sigmoid' }],
    /softmax2 is a softmax before the network's end/,
  ],
] as const)('what can’t be trained is refused by a sentence that names the layer', (layers, sentence) => {
  const create = () => createBatchNetwork(chain({ kind: 'input', shape: [2, 2, 3] }, ...layers), 'wasm');
  expect(create).toThrow(UserError);
  expect(create).toThrow(sentence);
});

test('probabilities are those of the reference for each image, in batches of any size', () => {
  const network = normalised();
  const parameters = randomParameters(network, 3);
  const { images } = randomBatch(60, 4, 130);
  const runner = createBatchNetwork(network, 'wasm');
  runner.setParameters(parameters);
  const found = runner.predict(images, 130);
  for (const image of [0, 64, 129]) {
    const stored = new Map<TensorId, ArrayLike<number>>(parameters);
    stored.set('input0/output', images.subarray(image * 60, (image + 1) * 60));
    stored.set('softmax7/actual', new Float32Array(4));
    const wanted = computeReference(network, stored).get('softmax7/output')!.values;
    wanted.forEach((value, i) => expect(found[image * 4 + i]).toBeCloseTo(value, 6));
    expect(runner.predict(images.subarray(image * 60, (image + 1) * 60), 1)).toEqual(
      found.subarray(image * 4, (image + 1) * 4),
    );
  }
  runner.dispose();
});

test('inference gives the loss of each sample, exact even if its probability is rounded to 1', () => {
  const network = chain({ kind: 'input', shape: [1, 1, 2] }, { kind: 'flatten' }, { kind: 'softmax' });
  const runner = createBatchNetwork(network, 'wasm');
  const { losses, probabilities } = runner.evaluate(Float32Array.of(0, 0, 30, 0), Float32Array.of(1, 0, 1, 0), 2);
  expect(probabilities[2]).toBe(1);
  expect(losses[0]).toBeCloseTo(Math.log(2), 12);
  expect(losses[1]).toBeCloseTo(Math.log1p(Math.exp(-30)), 15);
  runner.dispose();
});

test('frozen layers get no gradients, and a frozen batch normalisation uses its moving averages', () => {
  const network = normalised();
  const runner = createBatchNetwork(network, 'wasm');
  const parameters = randomParameters(network, 3);
  runner.setParameters(parameters);
  const batch = randomBatch(60, 4, 5);
  const dense = new Set<TensorId>(['dense6/kernel', 'dense6/bias']);
  const frozen = runner.gradients(batch, { trained: dense, random: createRandom(1) });
  expect(new Set(frozen.gradients.keys())).toEqual(dense);
  expect(frozen.statistics.size).toBe(0);
  const all = runner.gradients(batch, { trained: new Set(parameters.keys()), random: createRandom(1) });
  expect([...all.gradients.keys()].sort()).toEqual([
    'batchNorm2/beta',
    'batchNorm2/gamma',
    'conv2d1/bias',
    'conv2d1/kernel',
    'dense6/bias',
    'dense6/kernel',
  ]);
  expect(all.loss).not.toBe(frozen.loss);
  runner.dispose();
});

test('moving averages take a tenth of the batch’s mean and variance at a momentum of 0.9', () => {
  const network = chain(
    { kind: 'input', shape: [1, 1, 1] },
    { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 },
    { kind: 'flatten' },
    { kind: 'softmax' },
  );
  const runner = createBatchNetwork(network, 'wasm');
  const values = { gamma: 1, beta: 0, movingMean: 10, movingVariance: 4 };
  runner.setParameters(
    new Map(Object.entries(values).map(([name, value]) => [`batchNorm1/${name}` as TensorId, Float32Array.of(value)])),
  );
  const batch = { images: Float32Array.of(1, 3), targets: Float32Array.of(1, 1), count: 2 };
  const { statistics } = runner.gradients(batch, { trained: new Set(['batchNorm1/gamma']), random: createRandom(1) });
  // The batch's mean is 2, its variance (divided by the count) 1.
  expect(statistics.get('batchNorm1/movingMean')![0]).toBeCloseTo(9.2, 6);
  expect(statistics.get('batchNorm1/movingVariance')![0]).toBeCloseTo(3.7, 6);
  runner.dispose();
});

test('numbers that aren’t finite give a loss that isn’t, and the next batch is right again', () => {
  const network = normalised();
  const parameters = randomParameters(network, 3);
  const runner = createBatchNetwork(network, 'wasm');
  runner.setParameters(parameters);
  const batch = randomBatch(60, 4, 5);
  const options = () => ({ trained: new Set(parameters.keys()), random: createRandom(1) });
  const before = runner.gradients(batch, options());
  // Numbers like the last two have an infinite variance, so normalising turns them into 0.
  for (const value of [Number.NaN, Infinity, 3e38, 1e20]) {
    const images = batch.images.slice().fill(value, 7, 90);
    const { loss, probabilities } = runner.gradients({ ...batch, images }, options());
    expect(loss).toBeNaN();
    expect(probabilities.every(Number.isNaN)).toBe(true);
  }
  expect(runner.gradients(batch, options())).toEqual(before);
  runner.dispose();
});

test('numbers of 1e20 don’t overflow if a batch normalisation uses its moving averages', () => {
  const network = normalised();
  const runner = createBatchNetwork(network, 'wasm');
  runner.setParameters(randomParameters(network, 3));
  const { images } = randomBatch(60, 4, 5);
  images.fill(1e20, 7, 90);
  expect(runner.predict(images, 5).some(Number.isNaN)).toBe(false);
  runner.dispose();
});

test('a number that overflows float32 by dropout’s scaling makes the training loss not finite', () => {
  const network = chain(
    { kind: 'input', shape: [1, 1, 2] },
    { kind: 'dropout' },
    { kind: 'tanh' },
    { kind: 'flatten' },
    { kind: 'dense', units: 2, useBias: false },
    { kind: 'softmax' },
  );
  const runner = createBatchNetwork(network, 'wasm');
  const parameters = new Map<TensorId, Float32Array>([
    ['dropout1/rate', Float32Array.of(0.25)],
    ['dense4/kernel', Float32Array.of(1, 2, 3, 4)],
  ]);
  runner.setParameters(parameters);
  const batch: Batch = { images: new Float32Array(40).fill(3e38), targets: new Float32Array(40).fill(0.5), count: 20 };
  const trained = new Set<TensorId>(['dense4/kernel']);
  const { loss, probabilities } = runner.gradients(batch, { trained, random: createRandom(1) });
  expect(loss).toBeNaN();
  // An image whose two pixels are both dropped has no overflow.
  expect(probabilities.some(Number.isNaN) && !probabilities.every(Number.isNaN)).toBe(true);
  expect(runner.predict(batch.images, 20).some(Number.isNaN)).toBe(false);
  expect(runner.evaluate(batch.images, batch.targets, 20).losses.some(Number.isNaN)).toBe(false);
  runner.dispose();
});

test('a number that overflows float32 within a formula layer makes the training loss not finite', () => {
  const shape: [number, number, number] = [1, 2, 1];
  const sum = convolutionByHand(shape, 1, { size: [1, 2], strides: [1, 1], padding: 'valid' }, false);
  const x = sameElementIn(shape);
  const formulas = [
    // 4e38 − 3.9e38, and a ReLU.
    { ...sum, formulas: [fx('MAX', 0, sum.formulas[0])] },
    // TANH(1e40 · 1e−40).
    { ...sum, instead: { kind: 'relu' } as const, formulas: [fx('TANH', op('*', op('*', x, x), 1e-40))] },
  ];
  for (const formula of formulas) {
    const network = chain(
      { kind: 'input', shape },
      formula,
      { kind: 'flatten' },
      { kind: 'dense', units: 2, useBias: false },
      { kind: 'softmax' },
    );
    const runner = createBatchNetwork(network, 'wasm');
    const loss = (pixel: number) => {
      const batch = { images: Float32Array.of(pixel, pixel), targets: Float32Array.of(1, 0), count: 1 };
      return runner.gradients(batch, { trained: new Set(['dense3/kernel']), random: createRandom(1) }).loss;
    };
    runner.setParameters(
      new Map<TensorId, Float32Array>([
        ['formula1/kernel', Float32Array.of(4e18, -3.9e18)],
        ['dense3/kernel', Float32Array.of(1e-37, 0, 0, 0).subarray(0, formula === formulas[0] ? 2 : 4)],
      ]),
    );
    expect(loss(1e20)).toBeNaN();
    expect(loss(1)).toBeCloseTo(Math.LN2, 5);
    runner.dispose();
  }
});

test('scores further apart than float32’s largest number give NaN, also as the loss without targets', () => {
  const network = chain({ kind: 'input', shape: [1, 1, 2] }, { kind: 'flatten' }, { kind: 'softmax' });
  const runner = createBatchNetwork(network, 'wasm');
  const images = Float32Array.of(3e38, -3e38, 3e38, 1, 3e38, -3e38);
  const { losses, probabilities } = runner.evaluate(images, Float32Array.of(1, 0, 1, 0, 0, 0), 3);
  expect([...probabilities]).toEqual([Number.NaN, Number.NaN, 1, 0, Number.NaN, Number.NaN]);
  expect([...losses]).toEqual([Number.NaN, 0, Number.NaN]);
  runner.dispose();
});

test('a network so deep that its bounds overflow float32, but not its numbers, still calculates', () => {
  const depth = 60;
  const network = chain(
    { kind: 'input', shape: [1, 1, 20] },
    { kind: 'flatten' },
    ...Array.from(
      { length: depth },
      () => [{ kind: 'dense', units: 20, useBias: true }, { kind: 'relu' }] as const,
    ).flat(),
    { kind: 'dense', units: 3, useBias: true },
    { kind: 'softmax' },
  );
  const parameters = randomParameters(network, 5);
  const batch = randomBatch(20, 3, 8);
  const last = `softmax${2 * depth + 3}`;
  const runner = createBatchNetwork(network, 'wasm');
  runner.setParameters(parameters);
  const found = runner.predict(batch.images, 8);
  for (let image = 0; image < 8; image++) {
    const stored = new Map<TensorId, ArrayLike<number>>(parameters);
    stored.set('input0/output', batch.images.subarray(image * 20, (image + 1) * 20));
    stored.set(`${last}/actual` as TensorId, new Float32Array(3));
    const wanted = computeReference(network, stored).get(`${last}/output` as TensorId)!.values;
    wanted.forEach((value, i) => expect(found[image * 3 + i]).toBeCloseTo(value, 5));
  }
  const { loss } = runner.gradients(batch, { trained: new Set(parameters.keys()), random: createRandom(1) });
  expect(Number.isFinite(loss)).toBe(true);
  runner.dispose();
});

test('sums that stay within float32 give a loss, even if sums of four pixels of a map wouldn’t', () => {
  const network = chain(
    { kind: 'input', shape: [12, 12, 8] },
    { kind: 'conv2d', filters: 8, kernelSize: [3, 3], strides: [1, 1], padding: 'same', useBias: true },
    { kind: 'relu' },
    { kind: 'globalMaxPool2d' },
    { kind: 'dense', units: 3, useBias: true },
    { kind: 'softmax' },
  );
  const parameters = randomParameters(network, 5);
  for (const [id, values] of parameters) if (id.startsWith('conv')) for (const i of values.keys()) values[i] *= 1e-38;
  const batch = randomBatch(12 * 12 * 8, 3, 3);
  // A tile is the differences of pixels, and so of twice the size where their signs differ.
  batch.images.subarray(0, 12 * 12 * 8).forEach((_, i, image) => (image[i] = i % 3 === 0 ? 3e38 : -3e38));
  const runner = createBatchNetwork(network, 'wasm');
  runner.setParameters(parameters);
  const trained = new Set(parameters.keys());
  const { loss, probabilities } = runner.gradients(batch, { trained, random: createRandom(1) });
  expect(Number.isFinite(loss)).toBe(true);
  const predicted = runner.predict(batch.images, 3);
  predicted.forEach((value, i) => expect(value).toBeCloseTo(probabilities[i], 5));
  runner.dispose();
});

test('a gradient that overflows on the way back still reaches the weights below a max pool and a ReLU', () => {
  const network = chain(
    { kind: 'input', shape: [4, 4, 1] },
    { kind: 'conv2d', filters: 1, kernelSize: [1, 1], strides: [1, 1], padding: 'valid', useBias: true },
    { kind: 'relu' },
    { kind: 'maxPool2d', poolSize: [2, 2], strides: [2, 2], padding: 'valid' },
    { kind: 'flatten' },
    { kind: 'dense', units: 2, useBias: false },
    { kind: 'softmax' },
  );
  const runner = createBatchNetwork(network, 'wasm');
  const parameters = new Map<TensorId, Float32Array>([
    ['conv2d1/kernel', Float32Array.of(1)],
    ['conv2d1/bias', Float32Array.of(0)],
    // The difference of two of these numbers overflows float32. It is the gradient of the score by a pooled cell.
    ['dense5/kernel', Float32Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? 3e38 : -3e38))],
  ]);
  runner.setParameters(parameters);
  const images = Float32Array.from({ length: 16 }, (_, i) => i * 1e-6);
  const batch = { images, targets: Float32Array.of(0, 1), count: 1 };
  const { loss, gradients } = runner.gradients(batch, { trained: new Set(parameters.keys()), random: createRandom(1) });
  expect(Number.isFinite(loss)).toBe(true);
  expect(Number.isFinite(gradients.get('conv2d1/kernel')![0])).toBe(false);
  expect(Number.isFinite(gradients.get('conv2d1/bias')![0])).toBe(false);
  runner.dispose();
});

test('a thousand steps leave the heap as large and as full as ten', () => {
  const network = digitNetwork(4, 4);
  const held = countHandles();
  const runner = createBatchNetwork(network, 'wasm');
  const parameters = randomParameters(network, 3);
  const trained = new Set(parameters.keys());
  const random = createRandom(1);
  const batch = randomBatch(784, 10, 8);
  const step = () => {
    runner.setParameters(parameters);
    runner.gradients(batch, { trained, random });
  };
  for (let i = 0; i < 10; i++) step();
  const [handles, memory] = [countHandles(), process.memoryUsage().rss];
  for (let i = 0; i < 1000; i++) step();
  expect(countHandles()).toBe(handles);
  expect(process.memoryUsage().rss).toBeLessThan(memory + 120e6);
  runner.dispose();
  expect(countHandles()).toBe(held);
});
