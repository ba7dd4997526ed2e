import { beforeAll, describe, expect, test } from 'vitest';
import {
  describeTensors,
  type LayerSettings,
  type NetworkSpec,
  parseNetwork,
  type TensorId,
} from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { countHandles, startBackend } from '../backend/backend.ts';
import { chain, digitNetwork, residualNetwork, valuesFor } from '../oracle/example-network.ts';
import { createForward } from './forward.ts';
import { computeReference } from '../oracle/reference.ts';

beforeAll(startBackend);

type Values = Map<TensorId, Float32Array>;

/** Calculates all tensors of a network once. */
function calculate(network: NetworkSpec, stored: Values): Values {
  const forward = createForward(network, stored);
  forward.update(stored.keys());
  const values = new Map(describeTensors(network).map(({ id }) => [id, forward.value(id)]));
  forward.dispose();
  return values;
}

/** The largest error of all steps, in units of 1e-6·max(1, Σ|terms|). Each step is calculated from the inputs it really
 *  read. Infinity if only one of two numbers is NaN. */
function worstStep(network: NetworkSpec, values: Values): number {
  let worst = 0;
  for (const [id, expected] of computeReference(network, values)) {
    const found = values.get(id)!;
    expect(found.length).toBe(expected.values.length);
    for (let i = 0; i < found.length; i++) {
      if (Number.isNaN(found[i]) && Number.isNaN(expected.values[i])) continue;
      const error = Math.abs(found[i] - expected.values[i]) / (1e-6 * Math.max(1, expected.magnitudes[i]));
      worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
    }
  }
  return worst;
}

const output = (values: Values, layer: string) => Array.from(values.get(`${layer}/output`)!);

describe('every kind of layer agrees with the reference', () => {
  const sizes = [1, 2, 3, 5] as const;
  const strides = [1, 2, 3, 6] as const;

  for (const kind of ['conv2d', 'maxPool2d', 'averagePool2d'] as const) {
    for (const padding of ['valid', 'same'] as const) {
      test(`${kind} ${padding} with every window and stride, also strides larger than windows`, () => {
        const random = createRandom(1);
        for (const height of sizes) {
          for (const width of sizes) {
            for (const down of strides) {
              for (const across of strides) {
                const window: LayerSettings =
                  kind === 'conv2d'
                    ? { kind, filters: 3, kernelSize: [height, width], strides: [down, across], padding, useBias: true }
                    : { kind, poolSize: [height, width], strides: [down, across], padding };
                const network = chain({ kind: 'input', shape: [11, 10, 2] }, window);
                const values = calculate(network, valuesFor(network, random));
                expect(worstStep(network, values), JSON.stringify(window)).toBeLessThan(1);
              }
            }
          }
        }
      });
    }
  }

  test('windows larger than the map, where padding is "same"', () => {
    const random = createRandom(2);
    const window = { strides: [2, 1], padding: 'same' } as const;
    for (const layer of [
      { kind: 'conv2d', filters: 2, kernelSize: [7, 5], useBias: false, ...window },
      { kind: 'maxPool2d', poolSize: [7, 9], ...window },
      { kind: 'averagePool2d', poolSize: [9, 7], ...window },
    ] as const) {
      const network = chain({ kind: 'input', shape: [3, 2, 3] }, layer);
      expect(worstStep(network, calculate(network, valuesFor(network, random)))).toBeLessThan(1);
    }
  });

  test('activations, global pools, dense layers and softmax', () => {
    const random = createRandom(3);
    for (const kind of ['relu', 'sigmoid', 'tanh'] as const) {
      for (const global of ['globalMaxPool2d', 'globalAveragePool2d'] as const) {
        const network = chain(
          { kind: 'input', shape: [7, 5, 6] },
          { kind },
          { kind: global },
          { kind: 'dense', units: 5, useBias: false },
          { kind: 'tanh' },
          { kind: 'dense', units: 13, useBias: true },
          { kind: 'softmax' },
        );
        const stored = valuesFor(network, random, () => 6 * random.normal());
        stored.set(
          'softmax6/actual',
          Float32Array.from({ length: 13 }, (_, unit) => (unit % 3 === 0 ? Number.NaN : unit % 2)),
        );
        expect(worstStep(network, calculate(network, stored))).toBeLessThan(1);
      }
    }
  });

  test('batchNorm, leaky ReLU, dropout, and sums of two and three, of maps and of vectors', () => {
    const random = createRandom(15);
    for (let round = 0; round < 10; round++) {
      const network = residualNetwork();
      expect(worstStep(network, calculate(network, valuesFor(network, random)))).toBeLessThan(1);
    }
    const sum = parseNetwork({
      version: 1,
      layers: [
        { id: 'in', name: 'in', inputs: [], kind: 'input', shape: [2, 3, 1] },
        { id: 'flat', name: 'flat', inputs: ['in'], kind: 'flatten' },
        { id: 'dense', name: 'dense', inputs: ['flat'], kind: 'dense', units: 6, useBias: true },
        { id: 'norm', name: 'norm', inputs: ['dense'], kind: 'batchNorm', epsilon: 1e-5, momentum: 0.9 },
        { id: 'sum', name: 'sum', inputs: ['norm', 'flat', 'norm'], kind: 'add' },
        { id: 'drop', name: 'drop', inputs: ['sum'], kind: 'dropout' },
      ],
    });
    const values = calculate(sum, valuesFor(sum, random));
    expect(worstStep(sum, values)).toBeLessThan(1);
    const [pixels, norm] = [output(values, 'in'), output(values, 'norm')];
    expect(output(values, 'sum')).toEqual(pixels.map((pixel, i) => Math.fround(2 * norm[i] + pixel)));
    expect(output(values, 'drop')).toEqual(output(values, 'sum'));
  });

  test('a softmax that is not the last layer', () => {
    const network = chain(
      { kind: 'input', shape: [1, 1, 4] },
      { kind: 'flatten' },
      { kind: 'softmax' },
      { kind: 'dense', units: 2, useBias: true },
    );
    expect(worstStep(network, calculate(network, valuesFor(network, createRandom(4))))).toBeLessThan(1);
  });

  test('300 input channels, in partial sums of at most 128', () => {
    const random = createRandom(5);
    const network = chain(
      { kind: 'input', shape: [7, 6, 300] },
      { kind: 'conv2d', filters: 5, kernelSize: [3, 3], strides: [1, 1], padding: 'same', useBias: true },
      { kind: 'relu' },
    );
    const values = calculate(network, valuesFor(network, random));
    expect(values.get('conv2d1/partial')!.length).toBe(3 * 7 * 6 * 5);
    expect(worstStep(network, values)).toBeLessThan(1);
  });

  test('windows of hundreds and thousands of cells, of equal terms and of terms of one sign', () => {
    const random = createRandom(8);
    for (const [kernelSize, strides] of [
      [
        [8, 8],
        [1, 1],
      ],
      [
        [11, 11],
        [4, 3],
      ],
      [
        [17, 23],
        [1, 2],
      ],
      [
        [64, 2],
        [3, 1],
      ],
      [
        [33, 64],
        [5, 7],
      ],
    ] as const) {
      for (const padding of ['valid', 'same'] as const) {
        for (const draw of [() => 0.1, () => 0.7, () => random.uniform()]) {
          const network = chain(
            { kind: 'input', shape: [66, 67, 2] },
            { kind: 'conv2d', filters: 3, kernelSize, strides, padding, useBias: true },
          );
          const what = JSON.stringify({ kernelSize, strides, padding });
          expect(worstStep(network, calculate(network, valuesFor(network, random, draw))), what).toBeLessThan(1);
        }
      }
    }
  });

  test('long sums of equal terms and of terms of one sign, for which float32 sums drift', () => {
    const random = createRandom(6);
    for (const draw of [() => 0.1, () => 0.7, () => random.uniform()]) {
      for (const channels of [8, 128, 300]) {
        const network = chain(
          { kind: 'input', shape: [6, 6, channels] },
          { kind: 'conv2d', filters: 4, kernelSize: [5, 5], strides: [1, 1], padding: 'same', useBias: true },
          { kind: 'averagePool2d', poolSize: [5, 5], strides: [1, 1], padding: 'valid' },
          { kind: 'averagePool2d', poolSize: [9, 9], strides: [1, 1], padding: 'same' },
          { kind: 'flatten' },
          { kind: 'dense', units: 3, useBias: true },
        );
        expect(worstStep(network, calculate(network, valuesFor(network, random, draw)))).toBeLessThan(1);
      }
    }
    const network = chain(
      { kind: 'input', shape: [30, 30, 3] },
      { kind: 'flatten' },
      { kind: 'dense', units: 7, useBias: true },
    );
    expect(
      worstStep(
        network,
        calculate(
          network,
          valuesFor(network, random, () => 0.3),
        ),
      ),
    ).toBeLessThan(1);
  });
});

test('a max pool of ties and of negative cells gives exactly the largest cell, also at padded edges', () => {
  const network = chain(
    { kind: 'input', shape: [3, 3, 1] },
    { kind: 'maxPool2d', poolSize: [2, 2], strides: [2, 2], padding: 'same' },
  );
  const pooled = (...pixels: number[]) =>
    output(calculate(network, new Map([['input0/output', Float32Array.from(pixels)]])), 'maxPool2d1');
  expect(pooled(-5, -5, -1, -5, -5, -2, -3, -4, -7)).toEqual([-5, -1, -3, -7]);
  expect(pooled(0, 0, 0, 0, 0, 0, 0, 0, 0)).toEqual([0, 0, 0, 0]);
});

test('flat parts of a digit in multiples of 1/256 give edges of exactly zero', () => {
  const network = chain(
    { kind: 'input', shape: [3, 3, 1] },
    { kind: 'conv2d', filters: 1, kernelSize: [3, 3], strides: [1, 1], padding: 'valid', useBias: false },
  );
  const grey = 77 / 256;
  const values = calculate(
    network,
    new Map<TensorId, Float32Array>([
      ['input0/output', new Float32Array(9).fill(grey)],
      ['conv2d1/kernel', Float32Array.of(1, 1, 1, 0, 0, 0, -1, -1, -1)],
    ]),
  );
  expect(output(values, 'conv2d1')).toEqual([0]);
});

describe('a number that is not finite spreads like an error in a sheet', () => {
  test('exactly to the cells whose windows contain it, through every kind of layer', () => {
    const random = createRandom(7);
    for (let round = 0; round < 60; round++) {
      const padding = round % 2 === 0 ? 'same' : 'valid';
      const network = chain(
        { kind: 'input', shape: [12, 11, 2] },
        { kind: 'conv2d', filters: 3, kernelSize: [3, 2], strides: [1, 2], padding, useBias: true },
        { kind: (['relu', 'sigmoid', 'tanh'] as const)[round % 3] },
        { kind: round % 4 < 2 ? 'maxPool2d' : 'averagePool2d', poolSize: [2, 2], strides: [2, 1], padding },
        { kind: 'conv2d', filters: 2, kernelSize: [2, 2], strides: [1, 1], padding: 'valid', useBias: true },
        ...(round % 5 === 0
          ? ([{ kind: 'globalMaxPool2d' }] as const)
          : ([{ kind: 'flatten' }, { kind: 'dense', units: 4, useBias: true }] as const)),
        { kind: 'softmax' },
      );
      const stored = valuesFor(network, random);
      // Two pixels so large that their product with a weight of 2 or more overflows float32.
      for (let i = 0; i < 2; i++)
        stored.get('input0/output')![random.integer(264)] = 3.4e38 * (2 * random.integer(2) - 1);
      stored.get('conv2d1/kernel')![random.integer(36)] = 2.5;
      const values = calculate(network, stored);
      expect(worstStep(network, values), `round ${round}`).toBeLessThan(1);
      for (const tensor of values.values()) {
        expect(tensor.every(value => Number.isFinite(value) || Number.isNaN(value))).toBe(true);
      }
    }
  });

  test('a broken pixel of a 6×6 map breaks the nine cells that read it, and the pools that read those', () => {
    const network = chain(
      { kind: 'input', shape: [6, 6, 1] },
      { kind: 'conv2d', filters: 1, kernelSize: [3, 3], strides: [1, 1], padding: 'same', useBias: false },
      { kind: 'maxPool2d', poolSize: [3, 3], strides: [3, 3], padding: 'valid' },
    );
    const stored = valuesFor(network, createRandom(8));
    stored.get('input0/output')![7] = Number.NaN;
    const values = calculate(network, stored);
    const broken = output(values, 'conv2d1').flatMap((value, index) => (Number.isNaN(value) ? [index] : []));
    expect(broken).toEqual([0, 1, 2, 6, 7, 8, 12, 13, 14]);
    expect(output(values, 'maxPool2d2').map(Number.isNaN)).toEqual([true, false, false, false]);
  });

  test('NaN comes through the activations at any place of a SIMD vector', () => {
    for (const kind of ['relu', 'sigmoid', 'tanh'] as const) {
      for (let width = 1; width <= 40; width++) {
        const network = chain({ kind: 'input', shape: [1, width, 1] }, { kind });
        for (let broken = 0; broken < width; broken++) {
          const pixels = new Float32Array(width).fill(1);
          pixels[broken] = Number.NaN;
          const result = output(calculate(network, new Map([['input0/output', pixels]])), `${kind}1`);
          expect(result.flatMap((value, index) => (Number.isNaN(value) ? [index] : []))).toEqual([broken]);
        }
      }
    }
  });

  test('a sum that overflows float32 on the way but ends within it is a number, as in a sheet', () => {
    const network = chain(
      { kind: 'input', shape: [1, 3, 1] },
      { kind: 'conv2d', filters: 1, kernelSize: [1, 3], strides: [1, 1], padding: 'valid', useBias: false },
      { kind: 'flatten' },
      { kind: 'dense', units: 1, useBias: true },
    );
    const large = Math.fround(3e38);
    const values = calculate(
      network,
      new Map<TensorId, Float32Array>([
        ['input0/output', Float32Array.of(large, large, large)],
        ['conv2d1/kernel', Float32Array.of(1, 1, -1)],
        ['dense3/kernel', Float32Array.of(2)],
        ['dense3/bias', Float32Array.of(-large)],
      ]),
    );
    expect(output(values, 'conv2d1')).toEqual([large]);
    expect(output(values, 'dense3')).toEqual([large]);
  });

  test('a blank expected class has a cross-entropy of 0, even if the scores are NaN', () => {
    const network = chain({ kind: 'input', shape: [1, 1, 3] }, { kind: 'flatten' }, { kind: 'softmax' });
    const values = calculate(
      network,
      new Map<TensorId, Float32Array>([
        ['input0/output', Float32Array.of(1, Number.NaN, 2)],
        ['softmax2/actual', Float32Array.of(Number.NaN, 0, 1)],
      ]),
    );
    expect(Array.from(values.get('softmax2/output')!)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(Array.from(values.get('softmax2/crossEntropy')!)).toEqual([0, 0, Number.NaN]);
  });
});

describe('predictions of a batch', () => {
  const conv = { kind: 'conv2d', strides: [2, 1], padding: 'same' } as const;
  const networks: [string, NetworkSpec][] = [
    ['convolutions, ReLU, max pool and dense layers', digitNetwork(4, 6)],
    ['batchNorm, leaky ReLU, a shortcut and dropout', residualNetwork()],
    [
      'sigmoid, tanh and mean pools, without biases',
      chain(
        { kind: 'input', shape: [9, 8, 3] },
        { ...conv, filters: 4, kernelSize: [3, 3], useBias: false },
        { kind: 'sigmoid' },
        { kind: 'averagePool2d', poolSize: [2, 2], strides: [2, 2], padding: 'same' },
        { kind: 'tanh' },
        { kind: 'flatten' },
        { kind: 'dense', units: 6, useBias: false },
        { kind: 'softmax' },
      ),
    ],
    ...(['globalMaxPool2d', 'globalAveragePool2d'] as const).map((kind): [string, NetworkSpec] => [
      kind,
      chain(
        { kind: 'input', shape: [5, 4, 2] },
        { ...conv, filters: 8, kernelSize: [2, 3], useBias: true },
        { kind },
        { kind: 'dense', units: 6, useBias: true },
        { kind: 'softmax' },
      ),
    ]),
    [
      'a softmax in the middle',
      chain(
        { kind: 'input', shape: [1, 1, 5] },
        { kind: 'flatten' },
        { kind: 'softmax' },
        { kind: 'dense', units: 7, useBias: false },
        { kind: 'softmax' },
      ),
    ],
  ];
  for (const [name, network] of networks) {
    test(`are the same as for each image alone, through ${name}`, () => {
      const random = createRandom(11);
      const stored = valuesFor(network, random);
      const input = stored.get('input0/output')!;
      const before = countHandles();
      const forward = createForward(network, stored);
      forward.update(stored.keys());
      const alone = (image: Float32Array) => {
        input.set(image);
        forward.update(['input0/output']);
        const probabilities = forward.value(`${network.layers.at(-1)!.id}/output`);
        return probabilities.some(Number.isNaN) ? undefined : probabilities.indexOf(Math.max(...probabilities));
      };
      const images = Float32Array.from({ length: 40 * input.length }, random.normal);
      const expected = Array.from({ length: 40 }, (_, image) =>
        alone(images.subarray(image * input.length, (image + 1) * input.length)),
      );
      expect(forward.predict(images, 40)).toEqual(expected);
      expect(new Set(expected).size).toBeGreaterThan(1);
      // One image whose scores aren't finite doesn't change the results of the others.
      const broken = images.slice();
      broken.fill(Number.NaN, 4 * input.length, 5 * input.length);
      expect(forward.predict(broken, 40)).toEqual(expected.with(4, undefined));
      forward.dispose();
      expect(countHandles()).toBe(before);
    });
  }

  test('are undefined for images whose sums overflow float32, even where a ReLU would hide it', () => {
    const network = chain(
      { kind: 'input', shape: [1, 2, 1] },
      { kind: 'conv2d', filters: 2, kernelSize: [1, 1], strides: [1, 1], padding: 'valid', useBias: false },
      { kind: 'relu' },
      { kind: 'flatten' },
      { kind: 'dense', units: 2, useBias: false },
      { kind: 'softmax' },
    );
    const stored = valuesFor(network, createRandom(14), () => 1);
    stored.get('conv2d1/kernel')!.fill(-3);
    const forward = createForward(network, stored);
    forward.update(stored.keys());
    expect(forward.predict(Float32Array.of(1, 1, 2e38, 1, 1, 1e37), 3)).toEqual([0, undefined, 0]);
    forward.dispose();
  });

  test('follow the parameters of a batchNorm layer', () => {
    const network = chain(
      { kind: 'input', shape: [1, 1, 3] },
      { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.99 },
      { kind: 'flatten' },
      { kind: 'dense', units: 3, useBias: false },
      { kind: 'softmax' },
    );
    const stored = valuesFor(network, createRandom(17), () => 0);
    stored.get('dense3/kernel')!.set([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    stored.get('batchNorm1/gamma')!.fill(1);
    const forward = createForward(network, stored);
    forward.update(stored.keys());
    const image = Float32Array.of(1, 2, 3);
    expect(forward.predict(image, 1)).toEqual([2]);
    const changes: [TensorId, number[], number][] = [
      ['batchNorm1/movingMean', [-5, 0, 0], 0],
      ['batchNorm1/movingVariance', [100, 0, 9], 1],
      ['batchNorm1/beta', [0, 0, 200], 2],
      ['batchNorm1/gamma', [1000, 1, 1], 0],
    ];
    for (const [tensor, values, expected] of changes) {
      stored.get(tensor)!.set(values);
      forward.update([tensor]);
      expect(forward.predict(image, 1)).toEqual([expected]);
    }
    // A number that overflows float32 inside the layer.
    stored.get('batchNorm1/gamma')!.set([3e38, 0, 0]);
    forward.update(['batchNorm1/gamma']);
    expect(forward.predict(Float32Array.of(10, 2, 3), 1)).toEqual([undefined]);
    forward.dispose();
  });

  test('follow the parameters', () => {
    const network = digitNetwork();
    const stored = valuesFor(network, createRandom(12));
    const forward = createForward(network, stored);
    forward.update(stored.keys());
    const images = Float32Array.from({ length: 784 * 3 }, createRandom(13).uniform);
    for (const expected of [3, 8]) {
      stored.get('dense7/bias')!.fill(0)[expected] = 1e6;
      forward.update(['dense7/bias']);
      expect(forward.predict(images, 3)).toEqual([expected, expected, expected]);
    }
    stored.get('dense7/bias')!.fill(0);
    stored.get('dense7/kernel')!.fill(0);
    for (let feature = 0; feature < 288; feature++) stored.get('dense7/kernel')![feature * 10 + 5] = 1;
    forward.update(['dense7/kernel', 'dense7/bias']);
    expect(forward.predict(images, 3)).toEqual([5, 5, 5]);
    forward.dispose();
  });
});
