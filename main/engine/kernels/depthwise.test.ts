import { beforeAll, expect, test } from 'vitest';
import type { Pair } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { loadNative, nativeAvailable } from '../backend/native.ts';
import { type BackendName, createBatchOps } from '../batch/batch-ops.ts';

type Shape4 = [number, number, number, number];
type Case = { input: Shape4; filter: Shape4; strides: Pair; pad: 'same' | 'valid' };
type Values = { x: ArrayLike<number>; w: ArrayLike<number>; dy: ArrayLike<number> };
type Results = { y: ArrayLike<number>; dx: ArrayLike<number>; dw: ArrayLike<number> };

/** The tolerated error of a float32 sum of a few hundred terms, relative to the sum of the terms' absolute values. */
const ROUNDING = 1e-6;

beforeAll(startBackend);

/** Along one axis: how many windows there are, and where the first one begins. */
function windowsOf({ input, filter, strides, pad }: Case, axis: 0 | 1): [count: number, at: number] {
  const [size, kernel, stride] = [input[axis + 1], filter[axis], strides[axis]];
  if (pad === 'valid') return [Math.floor((size - kernel) / stride) + 1, 0];
  const count = Math.ceil(size / stride);
  return [count, -(Math.max((count - 1) * stride + kernel - size, 0) >> 1)];
}

function outputShapeOf(example: Case): Shape4 {
  const { input, filter } = example;
  return [input[0], windowsOf(example, 0)[0], windowsOf(example, 1)[0], filter[2] * filter[3]];
}

/** The convolution and its gradients in doubles. Every product of an element of x and a weight is part of one element
 *  of y. */
function inDoubles(example: Case, { x, w, dy }: Values): Record<keyof Results, Float64Array> {
  const { input, filter, strides } = example;
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
                const inY = top + outY * strides[0] + ky;
                const inX = left + outX * strides[1] + kx;
                if (inY < 0 || inY >= height || inX < 0 || inX >= width) continue;
                const pixel = ((n * height + inY) * width + inX) * channels + c;
                const tap = ((ky * kernelWidth + kx) * channels + c) * multiplier + m;
                sums.y[out] += x[pixel] * w[tap];
                sums.dx[pixel] += dy[out] * w[tap];
                sums.dw[tap] += dy[out] * x[pixel];
              }
  return sums;
}

/** The same by the operations of batches. */
function byOperations(
  example: Case,
  values: Values,
  backend: BackendName = 'wasm',
): Record<keyof Results, Float32Array> {
  const ops = createBatchOps(backend);
  const { input, filter: filterShape, strides, pad } = example;
  const attributes = { strides: [...strides], pad, dilations: [1, 1], dataFormat: 'NHWC' };
  const x = ops.upload(Float32Array.from(values.x), input);
  const filter = ops.upload(Float32Array.from(values.w), filterShape);
  const dy = ops.upload(Float32Array.from(values.dy), outputShapeOf(example));
  const made = [
    ops.run('DepthwiseConv2dNative', { x, filter }, attributes),
    ops.run('DepthwiseConv2dNativeBackpropInput', { dy, filter }, { ...attributes, inputShape: input }),
    ops.run('DepthwiseConv2dNativeBackpropFilter', { x, dy }, { ...attributes, filterShape }),
  ];
  expect(made[0].shape).toEqual(outputShapeOf(example));
  const [y, dx, dw] = made.map(handle => ops.download(handle).slice());
  for (const handle of [x, filter, dy, ...made]) ops.release(handle);
  ops.dispose();
  return { y, dx, dw };
}

function drawValues(example: Case, seed: number): Record<keyof Values, Float32Array> {
  const random = createRandom(seed);
  const draw = (shape: Shape4) => Float32Array.from({ length: sizeOf(shape) }, () => random.normal());
  return { x: draw(example.input), w: draw(example.filter), dy: draw(outputShapeOf(example)) };
}

function sizeOf(shape: Shape4): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Random geometries. Some have strides larger than the kernel, or kernels larger than the map. */
function* randomCases(count: number): Generator<Case> {
  const random = createRandom(7);
  const between = (low: number, high: number) => low + random.integer(high - low + 1);
  while (count > 0) {
    const input: Shape4 = [between(1, 3), between(1, 9), between(1, 9), between(1, 19)];
    const filter: Shape4 = [between(1, 7), between(1, 7), input[3], 1];
    const strides: Pair = [between(1, 5), between(1, 5)];
    const example = { input, filter, strides, pad: random.integer(2) === 0 ? 'same' : 'valid' } as const;
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

test('depthwise convolutions and their gradients equal those in doubles', () => {
  const found: string[] = [];
  let seed = 0;
  for (const example of randomCases(500)) {
    const values = drawValues(example, seed++);
    found.push(...mismatches(example, values, byOperations(example, values), inDoubles(example, values), ROUNDING));
  }
  expect(found).toEqual([]);
});

test('gradients of depthwise convolutions equal finite differences', () => {
  let seed = 0;
  for (const example of randomCases(150)) {
    const values = drawValues(example, seed);
    const random = createRandom(seed++);
    const { dx, dw } = byOperations(example, values);
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
  expect(mismatches(example, values, byOperations(example, values), inDoubles(example, values), 1e-5)).toEqual([]);
});

test.skipIf(!nativeAvailable())(
  nativeAvailable()
    ? 'depthwise convolutions and their gradients on wasm and on tensorflow agree'
    : 'depthwise convolutions and their gradients on wasm and on tensorflow agree (skipped: see setup:native)',
  async () => {
    await loadNative();
    // TensorFlow takes only equal strides.
    const cases = [...randomCases(200)].map(example => ({
      ...example,
      strides: [example.strides[0], example.strides[0]] as const,
    }));
    const compared = cases.filter(example => outputShapeOf(example).every(length => length > 0));
    const found = compared.flatMap((example, seed) => {
      const values = drawValues(example, seed);
      const [wasm, native] = [byOperations(example, values), byOperations(example, values, 'tensorflow')];
      return mismatches(example, values, wasm, native, 2 * ROUNDING);
    });
    expect(compared.length).toBeGreaterThan(130);
    expect(found).toEqual([]);
  },
);
