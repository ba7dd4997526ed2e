import { expect, test } from 'vitest';
import type { LayerSettings, TensorId } from '../../../shared/network.ts';
import { chain } from './example-network.ts';
import { computeReference } from './reference.ts';

/** The output of one layer over given pixels and parameters. */
function run(
  shape: [number, number, number],
  pixels: number[],
  layer: LayerSettings,
  parameters: Record<string, number[]> = {},
) {
  const network = chain({ kind: 'input', shape }, layer);
  const name = `${layer.kind}1` as const;
  const values = new Map<TensorId, number[]>([['input0/output', pixels]]);
  for (const [parameter, numbers] of Object.entries(parameters))
    values.set(`${name}/${parameter}` as TensorId, numbers);
  const { shape: outputShape, values: output, magnitudes } = computeReference(network, values).get(`${name}/output`)!;
  return { shape: outputShape, values: Array.from(output), magnitudes: Array.from(magnitudes) };
}
const conv = { kind: 'conv2d', filters: 1, strides: [1, 1], padding: 'valid', useBias: false } as const;
const pool = { strides: [1, 1], padding: 'same' } as const;

test('a convolution multiplies the kernel as it stands, not flipped, and adds the bias', () => {
  const found = run(
    [1, 3, 1],
    [1, 2, 3],
    { ...conv, kernelSize: [1, 2], useBias: true },
    { kernel: [10, -1], bias: [0.5] },
  );
  expect(found).toEqual({ shape: [1, 2, 1], values: [8.5, 17.5], magnitudes: [12.5, 23.5] });
});

test('kernels are [kernelHeight, kernelWidth, inChannels, outChannels], activations [height, width, channels]', () => {
  // Two pixels of two channels. The weight of (x, inC, outC) is 100·x + 10·inC + outC.
  const kernel = [0, 1, 10, 11, 100, 101, 110, 111];
  const found = run([1, 2, 2], [1, 2, 3, 4], { ...conv, filters: 2, kernelSize: [1, 2] }, { kernel });
  expect(found.values).toEqual([20 + 300 + 440, 1 + 22 + 303 + 444]);
});

test('"same" padding puts the larger half after the map, as TensorFlow does', () => {
  const kernel = { kernel: [1, 10] };
  expect(run([1, 4, 1], [1, 2, 3, 4], { ...conv, padding: 'same', kernelSize: [1, 2] }, kernel).values).toEqual([
    21, 32, 43, 4,
  ]);
  // Six cells with strides of 4 and a window of 5 need 3 cells of padding: 1 before and 2 after.
  expect(
    run(
      [1, 6, 1],
      [1, 2, 3, 4, 5, 6],
      { ...conv, padding: 'same', strides: [1, 4], kernelSize: [1, 5] },
      { kernel: [1, 10, 100, 1000, 10000] },
    ).values,
  ).toEqual([43210, 654]);
});

test('"valid" leaves out what doesn’t fill a window', () => {
  const found = run(
    [1, 6, 1],
    [1, 2, 3, 4, 5, 6],
    { ...conv, strides: [1, 2], kernelSize: [1, 3] },
    { kernel: [1, 1, 1] },
  );
  expect(found.values).toEqual([6, 12]);
});

test('pools read only cells on the map', () => {
  const pixels = [-1, -2, -3, -4];
  expect(run([2, 2, 1], pixels, { kind: 'maxPool2d', poolSize: [2, 2], ...pool }).values).toEqual([-1, -2, -3, -4]);
  expect(run([2, 2, 1], pixels, { kind: 'averagePool2d', poolSize: [2, 2], ...pool }).values).toEqual([
    -2.5, -3, -3.5, -4,
  ]);
  expect(run([1, 2, 2], [1, 10, 3, 30], { kind: 'globalMaxPool2d' })).toMatchObject({ shape: [2], values: [3, 30] });
  expect(run([1, 2, 2], [1, 10, 3, 30], { kind: 'globalAveragePool2d' })).toMatchObject({
    shape: [2],
    values: [2, 20],
  });
});

test('activations calculate what their names say', () => {
  expect(run([1, 3, 1], [-2, 0, 2], { kind: 'relu' }).values).toEqual([0, 0, 2]);
  expect(run([1, 3, 1], [-1000, 0, 1000], { kind: 'sigmoid' }).values).toEqual([0, 0.5, 1]);
  expect(run([1, 1, 1], [-Math.log(3)], { kind: 'sigmoid' }).values[0]).toBeCloseTo(0.25, 14);
  expect(run([1, 2, 1], [0, 1000], { kind: 'tanh' }).values).toEqual([0, 1]);
});

test('a softmax and the cross-entropy have a column for each step', () => {
  const network = chain({ kind: 'input', shape: [1, 1, 3] }, { kind: 'flatten' }, { kind: 'softmax' });
  const found = computeReference(
    network,
    new Map<TensorId, number[]>([
      ['input0/output', [5, 5 + Math.log(2), 5 + Math.log(5)]],
      ['softmax2/actual', [Number.NaN, 1, 0]],
    ]),
  );
  const rounded = (name: string) =>
    Array.from(found.get(`softmax2/${name}` as TensorId)!.values, value => Number(value.toFixed(12)));
  expect(rounded('exp')).toEqual([0.2, 0.4, 1]);
  expect(rounded('output')).toEqual([0.125, 0.25, 0.625]);
  expect(rounded('crossEntropy')).toEqual([0, Number(Math.log(4).toFixed(12)), 0]);
});

test('batchNorm subtracts the mean, divides by the deviation, scales and shifts, channel by channel', () => {
  const settings = { kind: 'batchNorm', epsilon: 0.25, momentum: 0.99 } as const;
  const parameters = { gamma: [2, 1], beta: [10, 0], movingMean: [1, 2], movingVariance: [2, 0.75] };
  expect(run([1, 2, 2], [1, 2, 4, 5], settings, parameters).values).toEqual([10, 0, 14, 3]);
});

test('a leaky ReLU multiplies numbers below zero by its slope', () => {
  const values = [-2, -0.5, 0, 3, Number.NaN];
  expect(run([1, 5, 1], values, { kind: 'leakyRelu', negativeSlope: 0.5 }).values).toEqual([
    -1,
    -0.25,
    0,
    3,
    Number.NaN,
  ]);
  expect(run([1, 5, 1], values, { kind: 'leakyRelu', negativeSlope: 2 }).values).toEqual([-4, -1, 0, 3, Number.NaN]);
});

test('dropout doesn’t change its input', () => {
  expect(run([1, 3, 1], [1, Number.NaN, 3], { kind: 'dropout' }).values).toEqual([1, Number.NaN, 3]);
});

test('a number that float32 can’t hold is an error, and so is a number calculated from an error', () => {
  const kernel = { kernel: [1, 1] };
  expect(run([1, 4, 1], [3e38, 1e38, 1, 2], { ...conv, kernelSize: [1, 2] }, kernel).values).toEqual([
    Number.NaN,
    1e38 + 1,
    3,
  ]);
  const broken = [Number.NaN, 1, 2];
  expect(run([1, 3, 1], broken, { kind: 'relu' }).values).toEqual([Number.NaN, 1, 2]);
  expect(run([1, 3, 1], broken, { kind: 'maxPool2d', poolSize: [1, 2], ...pool }).values).toEqual([Number.NaN, 2, 2]);
});

test('more than 128 input channels go through partial sums, and a step reads the partial sums it is given', () => {
  const network = chain({ kind: 'input', shape: [1, 1, 130] }, { ...conv, kernelSize: [1, 1], useBias: true });
  const stored = new Map<TensorId, number[]>([
    ['input0/output', Array.from({ length: 130 }, (_, channel) => channel)],
    ['conv2d1/kernel', Array.from({ length: 130 }, () => 1)],
    ['conv2d1/bias', [1000]],
  ]);
  const whole = computeReference(network, stored);
  expect(whole.get('conv2d1/partial')).toMatchObject({ shape: [2, 1, 1, 1], values: Float64Array.of(8128, 257) });
  expect(whole.get('conv2d1/output')!.values).toEqual(Float64Array.of(9385));
  const step = computeReference(network, new Map([...stored, ['conv2d1/partial', [1, 2]]]));
  expect(step.get('conv2d1/partial')!.values).toEqual(Float64Array.of(8128, 257));
  expect(step.get('conv2d1/output')!.values).toEqual(Float64Array.of(1003));
});
