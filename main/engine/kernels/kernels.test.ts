import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { type BatchOps, createBatchOps } from '../batch/batch-ops.ts';
import { createHeap, kernelBytes as bytes } from './testing/heap.ts';

let ops: BatchOps;

beforeAll(async () => {
  await startBackend();
  ops = createBatchOps('wasm');
});

test('the module has no memory and no data of its own: the heap it works in belongs to TensorFlow.js', () => {
  const module = new WebAssembly.Module(bytes);
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
  const sections: number[] = [];
  const view = new Uint8Array(bytes);
  for (let at = 8; at < view.length; ) {
    sections.push(view[at++]);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      size += (view[at] & 127) * 2 ** shift;
      if (view[at++] < 128) break;
    }
    at += size;
  }
  const [MEMORY, START, DATA] = [5, 8, 11];
  expect(sections).not.toContain(MEMORY);
  expect(sections).not.toContain(START);
  expect(sections).not.toContain(DATA);
  expect(view.length).toBeLessThan(45_000);
});

test('kernels write to their outputs and nowhere else', () => {
  const random = createRandom(4);
  const between = (low: number, high: number) => low + random.integer(high - low + 1);
  for (let round = 0; round < 100; round++) {
    const heap = createHeap(random);
    const { exports } = heap;
    const [count, inC, outC] = [between(1, 3), between(1, 11), between(1, 19)];
    const [kH, kW, sH, sW] = [between(1, 4), between(1, 4), between(1, 3), between(1, 3)];
    const [oH, oW] = [between(1, 5), between(1, 6)];
    // As many rows as the windows read, including padding, or a few more.
    const sizeOf = (windows: number, kernel: number, stride: number) => {
      const read = (windows - 1) * stride + kernel;
      const pad = random.integer(Math.min(kernel, read - 1) + 1) >> 1;
      return [read - pad - random.integer(pad + 1) + (pad > 0 ? 0 : random.integer(stride)), pad];
    };
    const [[H, padTop], [W, padLeft]] = [sizeOf(oH, kH, sH), sizeOf(oW, kW, sW)];
    const geometry = [H, W, inC, oH, oW, outC, kH, kW, sH, sW, padTop, padLeft];
    const [input, output, kernel] = [count * H * W * inC, count * oH * oW * outC, kH * kW * inC * outC];
    const zeros = () => Math.max(0, random.uniform() - 0.5);
    exports.convolve(
      heap.take(input),
      heap.take(kernel),
      heap.take(outC),
      heap.take(output),
      heap.take(exports.convolveScratch(...geometry) / 4),
      round % 2,
      count,
      ...geometry,
    );
    exports.filterGradient(
      heap.take(input),
      heap.take(output, zeros),
      heap.take(kernel),
      heap.take(exports.convolutionScratch(...geometry) / 4),
      count,
      ...geometry,
    );
    exports.inputGradient(
      heap.take(output, zeros),
      heap.take(kernel),
      heap.take(input),
      heap.take(exports.convolutionScratch(...geometry) / 4),
      count,
      ...geometry,
    );
    const [rows, inner, columns] = [between(1, 9), between(1, 70), between(1, 70)];
    const [rowBytes, innerBytes, columnBytes] = [rows, inner, columns].map(size => size * 4);
    const product = heap.take(rows * columns);
    const scratch = heap.take(exports.productScratch() / 4);
    const [a, b] = [heap.take(rows * inner), heap.take(inner * columns)];
    const size3 = [rows, inner, columns] as const;
    exports.multiply(a, innerBytes, b, columnBytes, heap.take(columns), product, columnBytes, scratch, 1, ...size3);
    exports.multiplyTransposedB(a, innerBytes, b, innerBytes, product, columnBytes, scratch, ...size3);
    exports.multiplyTransposedA(a, rowBytes, b, columnBytes, product, columnBytes, scratch, inner, rows, columns);
    const multiplier = between(1, 4);
    const channelwise = [H, W, inC, oH, oW, inC * multiplier, kH, kW, sH, sW, padTop, padLeft];
    const spread = count * oH * oW * inC * multiplier;
    const filter = kH * kW * inC * multiplier;
    exports.depthwiseFilterGradient(
      heap.take(input),
      heap.take(spread),
      heap.take(filter),
      heap.take(exports.depthwiseScratch(...channelwise) / 4),
      count,
      ...channelwise,
    );
    exports.depthwiseInputGradient(
      heap.take(spread),
      heap.take(filter),
      heap.take(input),
      heap.take(exports.depthwiseScratch(...channelwise) / 4),
      count,
      ...channelwise,
    );
    const single = [H, W, inC, oH, oW, inC, kH, kW, sH, sW, padTop, padLeft];
    exports.depthwise(heap.take(input), heap.take(kH * kW * inC), heap.take(count * oH * oW * inC), count, ...single);
    const pool = [H, W, inC, oH, oW, kH, kW, sH, sW, padTop, padLeft];
    const pooled = count * oH * oW * inC;
    exports.maxPool(heap.take(input), heap.take(pooled), count, ...pool);
    exports.maxPoolGradient(heap.take(input), heap.take(pooled), heap.take(pooled), heap.take(input), count, ...pool);
    exports.averagePool(heap.take(input), heap.take(pooled), count, ...pool);
    exports.averagePoolGradient(heap.take(pooled), heap.take(input), count, ...pool);
    const size = between(1, 40);
    exports.relu(heap.take(size), heap.take(size), size);
    exports.reluGradient(heap.take(size), heap.take(size), heap.take(size), size);
    exports.leakyRelu(heap.take(size), heap.take(size), 0.1, size);
    exports.leakyReluGradient(heap.take(size), heap.take(size), heap.take(size), 0.1, size);
    exports.sigmoidGradient(heap.take(size), heap.take(size), heap.take(size), size);
    exports.tanhGradient(heap.take(size), heap.take(size), heap.take(size), size);
    const pixels = between(1, 150);
    const all = pixels * inC;
    const channels = () => heap.take(inC);
    const doubles = () => heap.take(2 * inC);
    exports.sumChannels(heap.take(all), doubles(), pixels, inC, 4 * inC);
    exports.sumSquares(heap.take(all), channels(), doubles(), pixels, inC, 4 * inC);
    exports.sumProducts(heap.take(all), heap.take(all), channels(), channels(), doubles(), pixels, inC, 4 * inC);
    exports.foldSums(heap.take(6 * inC), channels(), 3, inC, 0.5);
    exports.normScale(channels(), channels(), channels(), 1e-3, inC);
    exports.normInverse(channels(), channels(), 1e-3, inC);
    exports.normInputGradient(
      heap.take(all),
      heap.take(all),
      channels(),
      channels(),
      channels(),
      channels(),
      channels(),
      heap.take(all),
      pixels,
      pixels,
      inC,
    );
    exports.shiftChannels(heap.take(all), channels(), heap.take(all), pixels, inC);
    const groups = between(1, 8);
    exports.addGroups(heap.take(groups * size), heap.take(size), groups, 4 * size, size);
    exports.addEach(heap.take(size), heap.take(size), heap.take(size), size);
    exports.multiplyEach(heap.take(size), heap.take(size), heap.take(size), size);
    exports.normaliseChannels(heap.take(all), channels(), channels(), channels(), heap.take(all), pixels, inC);
    exports.scaleChannels(heap.take(all), channels(), heap.take(all), pixels, inC);
    expect(heap.broken()).toBe(0);
  }
});

/** The gradient that a max pool of 2×2 with strides of 2 gives to the cells of a map with one channel, if dy is 1. */
function poolGradient(values: number[]): number[] {
  const window = { poolSize: [2, 2], strides: [2, 2], padding: 'valid' } as const;
  const x = ops.upload(Float32Array.from(values), [1, 2, values.length / 2, 1]);
  const output = ops.maxPool(x, window);
  const dy = ops.upload(new Float32Array(values.length / 4).fill(1), output.shape);
  const dx = ops.maxPoolGradient(dy, x, output, window);
  const result = Array.from(ops.download(dx));
  for (const handle of [x, output, dy, dx]) ops.release(handle);
  return result;
}

test('a max pool gives its gradient to the first of equal maxima, even if none is above zero', () => {
  expect(poolGradient([3, 3, 3, 3])).toEqual([1, 0, 0, 0]);
  expect(poolGradient([0, 1, 1, 0])).toEqual([0, 1, 0, 0]);
  expect(poolGradient([-4, -3, -2, -2])).toEqual([0, 0, 1, 0]);
  expect(poolGradient([-Infinity, -Infinity, -Infinity, -Infinity])).toEqual([1, 0, 0, 0]);
  expect(poolGradient([0, -0, 0, 0])).toEqual([1, 0, 0, 0]);
});

test('NaN of either sign goes through a ReLU, a convolution with one and a max pool', () => {
  // On x86, ∞ − ∞ is a NaN with its sign bit set.
  const signed = new Float32Array(Uint32Array.of(0xffc00000, 0x7fc00000).buffer);
  const x = ops.upload(Float32Array.of(1, signed[0], 2, 3, signed[1], 4, -5, 6), [1, 2, 4, 1]);
  const window = { poolSize: [2, 2], strides: [2, 2], padding: 'valid' } as const;
  const kernel = ops.upload(Float32Array.of(1), [1, 1, 1, 1]);
  const made = [
    ops.activate(x, 'relu'),
    ops.convolve(x, kernel, undefined, { strides: [1, 1], padding: 'valid' }, 'relu'),
    ops.maxPool(x, window),
  ];
  const [activated, convolved, pooled] = made.map(handle => Array.from(ops.download(handle)));
  expect(activated).toEqual([1, Number.NaN, 2, 3, Number.NaN, 4, 0, 6]);
  expect(convolved).toEqual(activated);
  expect(pooled).toEqual([Number.NaN, 6]);
  for (const handle of [x, kernel, ...made]) ops.release(handle);
});

test('a 5×5 map averaged by 3×3 windows spreads each gradient over the cells that lie on the map', () => {
  const window = { poolSize: [3, 3], strides: [2, 2], padding: 'same' } as const;
  const x = ops.upload(new Float32Array(25), [1, 5, 5, 1]);
  const dy = ops.upload(Float32Array.of(4, 6, 4, 6, 9, 6, 4, 6, 4), [1, 3, 3, 1]);
  const dx = ops.averagePoolGradient(dy, x, window);
  // A corner window has four cells, a window at an edge six, the middle one nine. Every cell gets 1 from each window
  // over it.
  const windowsOver = [1, 2, 1, 2, 1];
  const expected = windowsOver.flatMap(down => windowsOver.map(across => down * across));
  expect(Array.from(ops.download(dx))).toEqual(expected);
  for (const handle of [x, dy, dx]) ops.release(handle);
});

test('the gradients of a dense layer are products with a transposed matrix', () => {
  const a = ops.upload(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
  const b = ops.upload(Float32Array.of(1, 0, 2, 1, 1, 0), [2, 3]);
  const left = ops.denseKernelGradient(a, b);
  const right = ops.denseInputGradient(a, b);
  expect(left.shape).toEqual([3, 3]);
  expect(Array.from(ops.download(left))).toEqual([5, 4, 2, 7, 5, 4, 9, 6, 6]);
  expect(right.shape).toEqual([2, 2]);
  expect(Array.from(ops.download(right))).toEqual([7, 3, 16, 9]);
  for (const handle of [a, b, left, right]) ops.release(handle);
});
