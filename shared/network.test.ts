import { describe, expect, test } from 'vitest';
import {
  canHold,
  coordinatesOf,
  describeTensors,
  indexOf,
  inferShapes,
  parseNetwork,
  scoresLayer,
  sourceOf,
  sourcesOf,
  trainedTensors,
} from './network.ts';
import type { NetworkSpec, Padding, TensorName } from './network.ts';
import { createRandom } from './random.ts';
import { conv, dense, input, network, plain, refusal } from './testing/plain-layers.ts';

describe('shapes and tensors', () => {
  const layers = [
    { id: 'in', name: 'in', inputs: [], kind: 'input', shape: [9, 9, 300] },
    { ...conv, inputs: ['in'], useBias: false },
    { ...conv, id: 'conv2', name: 'conv2', inputs: ['conv1'], filters: 4 },
    { id: 'flatten', name: 'flatten', inputs: ['conv2'], kind: 'flatten' },
    { id: 'dense', name: 'dense', inputs: ['flatten'], kind: 'dense', units: 3, useBias: true },
    { id: 'softmax', name: 'softmax', inputs: ['dense'], kind: 'softmax' },
  ];
  const deep = parseNetwork({ version: 1, layers });

  test('tensors come in network order, with partial sums for too many channels and none for flatten', () => {
    expect(describeTensors(deep).map(({ id, role, shape, size }) => [id, role, shape.join('×'), size])).toEqual([
      ['in/output', 'pixels', '9×9×300', 24_300],
      ['conv1/kernel', 'parameter', '3×3×300×2', 5400],
      ['conv1/partial', 'computed', '3×7×7×2', 294],
      ['conv1/output', 'computed', '7×7×2', 98],
      ['conv2/kernel', 'parameter', '3×3×2×4', 72],
      ['conv2/bias', 'parameter', '4', 4],
      ['conv2/output', 'computed', '5×5×4', 100],
      ['dense/kernel', 'parameter', '100×3', 300],
      ['dense/bias', 'parameter', '3', 3],
      ['dense/output', 'computed', '3', 3],
      ['softmax/shifted', 'computed', '3', 3],
      ['softmax/exp', 'computed', '3', 3],
      ['softmax/output', 'computed', '3', 3],
      ['softmax/actual', 'actual', '3', 3],
      ['softmax/crossEntropy', 'computed', '3', 3],
    ]);
  });

  test('a softmax that is not the last layer has nothing to compare with', () => {
    const more = parseNetwork({ version: 1, layers: [...layers, plain('relu', 'softmax')] });
    const names = describeTensors(more).flatMap(tensor => (tensor.layer === 'softmax' ? [tensor.name] : []));
    expect(names).toEqual(['shifted', 'exp', 'output']);
  });

  test('128 input channels still fit one formula, 129 do not', () => {
    const withChannels = (channels: number) =>
      describeTensors(parseNetwork(network({ ...input, shape: [3, 3, channels] }, conv))).map(tensor => tensor.name);
    expect(withChannels(128)).not.toContain('partial');
    expect(withChannels(129)).toContain('partial');
  });

  test('the class scores are those of the last layer with units', () => {
    expect(scoresLayer(deep)?.id).toBe('dense');
    expect(scoresLayer({ ...deep, layers: deep.layers.slice(0, 3) })).toBeUndefined();
  });

  test('batchNorm and dropout keep parameters that no gradient trains', () => {
    const residual = parseNetwork(
      network(
        input,
        { ...conv, padding: 'same' },
        { ...plain('batchNorm', 'conv1', 'norm'), epsilon: 0.001, momentum: 0.99 },
        { ...plain('leakyRelu', 'norm', 'leaky'), negativeSlope: 0.1 },
        { ...plain('add', '', 'sum'), inputs: ['leaky', 'conv1'] },
        plain('dropout', 'sum'),
      ),
    );
    const tensors = describeTensors(residual).filter(({ layer }) => layer !== 'input' && layer !== 'conv1');
    expect(tensors.map(({ id, role, shape }) => [id, role, shape.join('×')])).toEqual([
      ['norm/gamma', 'parameter', '2'],
      ['norm/beta', 'parameter', '2'],
      ['norm/movingMean', 'parameter', '2'],
      ['norm/movingVariance', 'parameter', '2'],
      ['norm/output', 'computed', '28×28×2'],
      ['leaky/output', 'computed', '28×28×2'],
      ['sum/output', 'computed', '28×28×2'],
      ['dropout/rate', 'parameter', '1'],
      ['dropout/output', 'computed', '28×28×2'],
    ]);
    const trained = trainedTensors(residual).map(({ id }) => id);
    expect(trained).toEqual(['conv1/kernel', 'conv1/bias', 'norm/gamma', 'norm/beta']);
  });

  test('a variance is not below 0, a rate from 0 to below 1, and everything else any number', () => {
    const held = (name: TensorName) => [-1, -0.001, 0, 0.999, 1, 2].filter(value => canHold(name, value));
    expect(held('movingVariance')).toEqual([0, 0.999, 1, 2]);
    expect(held('rate')).toEqual([0, 0.999]);
    expect(held('movingMean')).toEqual([-1, -0.001, 0, 0.999, 1, 2]);
  });

  test('the class scores are found behind dropout and batchNorm, and may be a sum', () => {
    const scores = (...more: unknown[]) =>
      scoresLayer(parseNetwork(network(input, plain('flatten', 'input'), dense, ...more)))?.id;
    const norm = { ...plain('batchNorm', 'dense', 'norm'), epsilon: 0.001, momentum: 0.99 };
    expect(scores(norm, plain('dropout', 'norm'), plain('softmax', 'dropout'))).toBe('dense');
    const sum = { ...plain('add', '', 'sum'), inputs: ['dense', 'norm'] };
    expect(scores(norm, sum, plain('softmax', 'sum'))).toBe('sum');
    const maps = network(input, { ...plain('add', '', 'sum'), inputs: ['input', 'input'] });
    expect(scoresLayer(parseNetwork(maps))).toBeUndefined();
  });

  test('a sum reads through flatten as well, and one layer twice', () => {
    const layers = parseNetwork(
      network(input, plain('flatten', 'input'), { ...plain('add', '', 'sum'), inputs: ['flatten', 'flatten'] }),
    ).layers;
    const byId = new Map(layers.map(layer => [layer.id, layer]));
    expect(sourcesOf(byId, byId.get('sum')!).map(({ id }) => id)).toEqual(['input', 'input']);
  });

  test('a dense layer reads through flatten the maps before', () => {
    const byId = new Map(deep.layers.map(layer => [layer.id, layer]));
    expect(sourceOf(byId, byId.get('dense')!).id).toBe('conv2');
  });

  test('shapes of random stacks of windows agree with counting where a window fits', () => {
    const random = createRandom(1);
    let layersSeen = 0;
    for (let round = 0; round < 300; round++) {
      const spec = randomStack(random.integer);
      const shapes = inferShapes(spec);
      let [height, width] = [0, 0];
      for (const layer of spec.layers) {
        if (layer.kind === 'input') [height, width] = layer.shape;
        if (layer.kind === 'conv2d' || layer.kind === 'maxPool2d') {
          const window = layer.kind === 'conv2d' ? layer.kernelSize : layer.poolSize;
          height = countWindows(height, window[0], layer.strides[0], layer.padding);
          width = countWindows(width, window[1], layer.strides[1], layer.padding);
          expect(shapes.get(layer.id)!.slice(0, 2)).toEqual([height, width]);
          layersSeen++;
        }
      }
    }
    expect(layersSeen).toBeGreaterThan(400);
  });
});

function countWindows(size: number, window: number, stride: number, padding: Padding): number {
  let count = 0;
  for (let first = 0; padding === 'same' ? first < size : first + window <= size; first += stride) count++;
  return count;
}

function randomStack(integer: (bound: number) => number): NetworkSpec {
  const layers: unknown[] = [{ ...input, shape: [1 + integer(20), 1 + integer(20), 1 + integer(3)] }];
  let from = 'input';
  for (let i = 0; i < 3; i++) {
    const kind = integer(2) ? 'conv2d' : 'maxPool2d';
    const common = {
      ...plain(kind, from, `layer${i}`),
      strides: [1 + integer(3), 1 + integer(3)],
      padding: integer(2) ? 'same' : 'valid',
    };
    const window = [1 + integer(5), 1 + integer(5)];
    const layer =
      kind === 'conv2d'
        ? { ...common, kernelSize: window, filters: 2, useBias: true }
        : { ...common, poolSize: window };
    if (refusal(network(...layers, layer)) !== 'accepted') continue;
    layers.push(layer);
    from = `layer${i}`;
  }
  return parseNetwork(network(...layers));
}

describe('elements', () => {
  test('coordinates and index lead to each other, row by row', () => {
    expect(coordinatesOf([3, 3, 1, 2], 0)).toEqual([0, 0, 0, 0]);
    expect(coordinatesOf([3, 3, 1, 2], 17)).toEqual([2, 2, 0, 1]);
    for (let index = 0; index < 120; index++)
      expect(indexOf([2, 3, 4, 5], coordinatesOf([2, 3, 4, 5], index))).toBe(index);
  });

  test('coordinates outside, too many, too few or not whole name no element', () => {
    for (const at of [[2, 0], [-1, 0], [0, 3], [0], [0, 0, 0], [0.5, 0], [Number.NaN, 0]]) {
      expect(indexOf([2, 3], at)).toBeUndefined();
    }
  });
});
