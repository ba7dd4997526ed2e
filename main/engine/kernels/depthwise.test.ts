import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  depthwiseConv2d,
  findBackend,
  fused,
  getKernel,
  grads,
  memory,
  type GradConfig,
  type NamedAttrMap,
  registerGradient,
  setBackend,
  type Tensor4D,
  tensor1d,
  tensor4d,
  tidy,
} from '@tensorflow/tfjs-core';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import type { Pair } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { loadNative, nativeAvailable } from '../backend/native.ts';
import { registerKernels } from './kernels.ts';

type Shape4 = [number, number, number, number];
type Sides = [before: number, after: number];
type Pad = 'same' | 'valid' | number | [[0, 0], Sides, Sides, [0, 0]];
type Rounding = 'floor' | 'round' | 'ceil';
type Case = { input: Shape4; filter: Shape4; strides: Pair; pad: Pad; rounding?: Rounding; dilations?: Pair };
type Values = { x: ArrayLike<number>; w: ArrayLike<number>; dy: ArrayLike<number> };
type Results = { y: ArrayLike<number>; dx: ArrayLike<number>; dw: ArrayLike<number> };

/** The tolerated error of a float32 sum of a few hundred terms, relative to the sum of the terms' absolute values. */
const ROUNDING = 1e-6;

beforeAll(async () => {
  await startBackend();
  registerKernels(findBackend('wasm') as BackendWasm);
  registerGradient(await loadGradient());
});

/** TensorFlow.js's own gradient of a depthwise convolution. Its package contains it, but its build for Node doesn't, so
 *  it is bundled here. */
async function loadGradient(): Promise<GradConfig> {
  const { outputFiles } = await build({
    stdin: {
      contents: "export * from '@tensorflow/tfjs-core/dist/gradients/DepthwiseConv2dNative_grad.js'",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    write: false,
  });
  const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`;
  const { depthwiseConv2dNativeGradConfig } = (await import(url)) as Record<string, GradConfig>;
  return depthwiseConv2dNativeGradConfig;
}

/** Along one axis: how many windows there are, and where the first one begins. */
function windowsOf(example: Case, axis: 0 | 1): [count: number, at: number] {
  const { input, filter, strides, pad, rounding = 'floor', dilations = [1, 1] } = example;
  const [size, kernel, stride] = [input[axis + 1], (filter[axis] - 1) * dilations[axis] + 1, strides[axis]];
  if (pad === 'same') {
    const count = Math.ceil(size / stride);
    return [count, -(Math.max((count - 1) * stride + kernel - size, 0) >> 1)];
  }
  const [before, after] = pad === 'valid' ? [0, 0] : typeof pad === 'number' ? [pad, pad] : (pad[axis + 1] as Sides);
  return [Math[rounding]((before + size + after - kernel) / stride) + 1, -before];
}

function outputShapeOf(example: Case): Shape4 {
  const { input, filter } = example;
  return [input[0], windowsOf(example, 0)[0], windowsOf(example, 1)[0], filter[2] * filter[3]];
}

/** The convolution and its gradients in doubles. Every product of an element of x and a weight is part of one element
 *  of y. */
function inDoubles(example: Case, { x, w, dy }: Values): Record<keyof Results, Float64Array> {
  const { input, filter, strides, dilations = [1, 1] } = example;
  const [count, height, width, channels] = input;
  const [kernelHeight, kernelWidth, , multiplier] = filter;
  const [outHeight, top] = windowsOf(example, 0);
  const [outWidth, left] = windowsOf(example, 1);
  const sums = { y: new Float64Array(dy.length), dx: new Float64Array(x.length), dw: new Float64Array(w.length) };
  let out = 0;
  for (let n = 0; n < count; n++)
    for (let outY = 0; outY < outHeight; outY++)
      for (let outX = 0; outX < outWidth; outX++)
        for (let c = 0; c < channels; c++)
          for (let m = 0; m < multiplier; m++, out++)
            for (let ky = 0; ky < kernelHeight; ky++)
              for (let kx = 0; kx < kernelWidth; kx++) {
                const inY = top + outY * strides[0] + ky * dilations[0];
                const inX = left + outX * strides[1] + kx * dilations[1];
                if (inY < 0 || inY >= height || inX < 0 || inX >= width) continue;
                const pixel = ((n * height + inY) * width + inX) * channels + c;
                const tap = ((ky * kernelWidth + kx) * channels + c) * multiplier + m;
                sums.y[out] += x[pixel] * w[tap];
                sums.dx[pixel] += dy[out] * w[tap];
                sums.dw[tap] += dy[out] * x[pixel];
              }
  return sums;
}

function convolve({ strides, pad, rounding, dilations = [1, 1] }: Case, x: Tensor4D, w: Tensor4D): Tensor4D {
  return depthwiseConv2d(x, w, [...strides], pad as 'same', 'NHWC', [...dilations], rounding);
}

/** The same by TensorFlow.js's operators on its current backend. */
function byOperators(example: Case, values: Values): Record<keyof Results, Float32Array> {
  return tidy(() => {
    const x = tensor4d(Float32Array.from(values.x), example.input);
    const w = tensor4d(Float32Array.from(values.w), example.filter);
    const y = convolve(example, x, w);
    expect(y.shape).toEqual(outputShapeOf(example));
    const dy = tensor4d(Float32Array.from(values.dy), outputShapeOf(example));
    const gradientsOf = grads((...inputs) => convolve(example, inputs[0] as Tensor4D, inputs[1] as Tensor4D));
    const [dx, dw] = gradientsOf([x, w], dy);
    const [first, second, third] = [y, dx, dw].map(tensor => tensor.dataSync<'float32'>());
    return { y: first, dx: second, dw: third };
  });
}

function drawValues(example: Case, seed: number): Record<keyof Values, Float32Array> {
  const random = createRandom(seed);
  const draw = (shape: Shape4) => Float32Array.from({ length: sizeOf(shape) }, () => random.normal());
  return { x: draw(example.input), w: draw(example.filter), dy: draw(outputShapeOf(example)) };
}

function sizeOf(shape: Shape4): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Random geometries. Some have strides larger than the kernel, kernels larger than the map, or windows that lie wholly
 *  on padding. */
function* randomCases(
  count: number,
  pads: readonly ('same' | 'valid' | 'number' | 'sides')[],
  dilated = false,
): Generator<Case> {
  const random = createRandom(7);
  const between = (low: number, high: number) => low + random.integer(high - low + 1);
  while (count > 0) {
    const input: Shape4 = [between(1, 3), between(1, 9), between(1, 9), between(1, 13)];
    const filter: Shape4 = [between(1, 7), between(1, 7), input[3], between(1, 2) === 1 ? 1 : between(2, 5)];
    const strides: Pair = [between(1, 5), between(1, 5)];
    const kind = pads[random.integer(pads.length)];
    const sides = (axis: 0 | 1): Sides => [between(0, filter[axis] + 1), between(0, filter[axis] + 1)];
    const pad =
      kind === 'number' ? between(0, 4) : kind === 'sides' ? ([[0, 0], sides(0), sides(1), [0, 0]] as Pad) : kind;
    const rounding = typeof pad === 'string' ? undefined : (['floor', 'round', 'ceil'] as const)[random.integer(3)];
    const dilations: Pair | undefined = dilated ? [between(1, 3), between(1, 3)] : undefined;
    const example = { input, filter, strides, pad, rounding, dilations };
    if (outputShapeOf(example).every(length => length > 0)) {
      yield example;
      count--;
    }
  }
}

/** Names the results whose error is larger than `tolerance` times the sum of their terms' absolute values. */
function mismatches(example: Case, values: Values, found: Results, wanted: Results, tolerance: number): string[] {
  const positive = (array: ArrayLike<number>) => Float64Array.from(array, Math.abs);
  const bounds = inDoubles(example, { x: positive(values.x), w: positive(values.w), dy: positive(values.dy) });
  return (['y', 'dx', 'dw'] as const).flatMap(name => {
    const at = Array.from(found[name]).findIndex(
      (value, i) => !(Math.abs(value - wanted[name][i]) <= tolerance * bounds[name][i]),
    );
    const same = at < 0 && found[name].length === wanted[name].length;
    return same ? [] : [`${JSON.stringify(example)}: ${name}[${at}] is ${found[name][at]}, not ${wanted[name][at]}`];
  });
}

test('depthwise convolutions and their gradients through tf.grads equal those in doubles', () => {
  const found: string[] = [];
  let seed = 0;
  for (const example of randomCases(500, ['same', 'valid', 'number', 'sides'])) {
    const values = drawValues(example, seed++);
    found.push(...mismatches(example, values, byOperators(example, values), inDoubles(example, values), ROUNDING));
  }
  expect(found).toEqual([]);
});

test('depthwise convolutions with dilations equal those in doubles', () => {
  const found: string[] = [];
  let seed = 0;
  for (const example of randomCases(500, ['same', 'valid', 'number', 'sides'], true)) {
    const values = drawValues(example, seed++);
    const wanted = inDoubles(example, values);
    const y = tidy(() =>
      convolve(example, tensor4d(values.x, example.input), tensor4d(values.w, example.filter)).dataSync(),
    );
    found.push(...mismatches(example, values, { ...wanted, y }, wanted, ROUNDING));
  }
  expect(found).toEqual([]);
});

test('gradients of depthwise convolutions equal finite differences', () => {
  let seed = 0;
  for (const example of randomCases(150, ['same', 'valid', 'sides'])) {
    const values = drawValues(example, seed);
    const random = createRandom(seed++);
    const { dx, dw } = byOperators(example, values);
    for (const [name, gradient] of [
      ['x', dx],
      ['w', dw],
    ] as const) {
      const direction = Float64Array.from(gradient, () => random.normal());
      const sides = [1e-3, -1e-3].map(step => {
        const moved = Float64Array.from(values[name], (value, i) => value + step * direction[i]);
        return dot(inDoubles(example, { ...values, [name]: moved }).y, values.dy);
      });
      const wanted = (sides[0] - sides[1]) / 2e-3;
      const scale = Math.hypot(...gradient) * Math.hypot(...direction);
      expect(Math.abs(dot(gradient, direction) - wanted)).toBeLessThanOrEqual(1e-6 * scale + 1e-9);
    }
  }
});

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);
}

test('a gradient that sums thousands of terms of one sign in float32 stays exact enough', () => {
  const example: Case = { input: [16, 40, 40, 5], filter: [3, 3, 5, 1], strides: [1, 1], pad: 'same' };
  const random = createRandom(1);
  const draw = (shape: Shape4) => Float32Array.from({ length: sizeOf(shape) }, () => 1 + random.uniform());
  const values = { x: draw(example.input), w: draw(example.filter), dy: draw(outputShapeOf(example)) };
  expect(mismatches(example, values, byOperators(example, values), inDoubles(example, values), 1e-5)).toEqual([]);
});

test('the gradients have the same bits at every call, and leave no tensor on the backend', () => {
  const [example] = [...randomCases(20, ['sides'])].slice(-1);
  const values = drawValues(example, 3);
  const held = [memory().numTensors, findBackend('wasm').numDataIds()];
  expect(byOperators(example, values)).toEqual(byOperators(example, values));
  expect([memory().numTensors, findBackend('wasm').numDataIds()]).toEqual(held);
});

test('a depthwise convolution fused with a bias and a ReLU gets the same padding', () => {
  const example: Case = { input: [1, 2, 7, 2], filter: [1, 2, 2, 1], strides: [2, 1], pad: 'same' };
  const values = drawValues(example, 5);
  const found = tidy(() =>
    fused
      .depthwiseConv2d({
        x: tensor4d(values.x, example.input),
        filter: tensor4d(values.w, example.filter),
        strides: [2, 1],
        pad: 'same',
        bias: tensor1d([0.5, -0.5]),
        activation: 'relu',
      })
      .dataSync<'float32'>(),
  );
  const wanted = inDoubles(example, values).y.map((value, i) => Math.max(value + 0.5 - (i % 2), 0));
  expect(Array.from(found)).toEqual(Array.from(wanted, value => expect.closeTo(value, 5)));
});

test('what is not supported is refused: gradients with dilations, channels before rows, too large kernels', () => {
  const x = tensor4d(new Float32Array(200), [1, 10, 10, 2]);
  const w = tensor4d(new Float32Array(18), [3, 3, 2, 1]);
  const dilated = { strides: 1, pad: 'same', dilations: [2, 1] };
  const run = (name: string, inputs: Record<string, Tensor4D>, attrs: NamedAttrMap) => () =>
    getKernel(`DepthwiseConv2dNative${name}`, 'wasm').kernelFunc({ inputs, attrs, backend: findBackend('wasm') });
  const sentence = 'Gradients of depthwise convolutions on wasm take dilations of 1×1 only, not 2×1.';
  expect(run('BackpropFilter', { x, dy: x }, { ...dilated, filterShape: w.shape })).toThrow(sentence);
  expect(run('BackpropInput', { dy: x, filter: w }, { ...dilated, inputShape: x.shape })).toThrow(sentence);
  expect(run('', { x, filter: w }, { strides: 1, pad: 'same', dataFormat: 'NCHW' })).toThrow('(NHWC) only');
  const small = tensor4d(new Float32Array(8), [1, 2, 2, 2]);
  expect(run('', { x: small, filter: w }, { strides: 1, pad: 'valid' })).toThrow(
    'A depthwise kernel of 3×3 does not fit on a map of 2×2 with its padding.',
  );
  for (const tensor of [x, w, small]) tensor.dispose();
});

test.skipIf(!nativeAvailable())(
  nativeAvailable()
    ? 'depthwise convolutions and their gradients on wasm and on tensorflow agree'
    : 'depthwise convolutions and their gradients on wasm and on tensorflow agree (skipped: see setup:native)',
  async () => {
    await loadNative();
    // TensorFlow takes only equal strides.
    const cases = [...randomCases(200, ['same', 'valid'])].map(example => ({
      ...example,
      strides: [example.strides[0], example.strides[0]] as const,
    }));
    const compared = cases.filter(example => outputShapeOf(example).every(length => length > 0));
    const onWasm = compared.map((example, seed) => byOperators(example, drawValues(example, seed)));
    await setBackend('tensorflow');
    const onTensorFlow = compared.map((example, seed) => byOperators(example, drawValues(example, seed)));
    await setBackend('wasm');
    const found = compared.flatMap((example, i) =>
      mismatches(example, drawValues(example, i), onWasm[i], onTensorFlow[i], 2 * ROUNDING),
    );
    expect(compared.length).toBeGreaterThan(130);
    expect(found).toEqual([]);
  },
);
