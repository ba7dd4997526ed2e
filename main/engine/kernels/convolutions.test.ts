import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../shared/random.ts';
import { fusesHere } from './modules.ts';
import { createHeap } from './testing/heap.ts';

const BYTES = Float32Array.BYTES_PER_ELEMENT;

type Geometry = {
  count: number;
  inC: number;
  outC: number;
  kernel: readonly [number, number];
  strides: readonly [number, number];
  pad: readonly [number, number];
  size: readonly [number, number];
  outputs: readonly [number, number];
};

/** Calls `visit` for every product of a convolution: places in x, in w and in y. */
function visitProducts(
  { count, inC, outC, kernel, strides, pad, size, outputs }: Geometry,
  visit: (x: number, w: number, y: number) => void,
): void {
  for (let n = 0; n < count; n++)
    for (let oy = 0; oy < outputs[0]; oy++)
      for (let ox = 0; ox < outputs[1]; ox++)
        for (let ky = 0; ky < kernel[0]; ky++)
          for (let kx = 0; kx < kernel[1]; kx++) {
            const [iy, ix] = [oy * strides[0] + ky - pad[0], ox * strides[1] + kx - pad[1]];
            if (iy < 0 || ix < 0 || iy >= size[0] || ix >= size[1]) continue;
            for (let i = 0; i < inC; i++)
              for (let o = 0; o < outC; o++)
                visit(
                  ((n * size[0] + iy) * size[1] + ix) * inC + i,
                  ((ky * kernel[1] + kx) * inC + i) * outC + o,
                  ((n * outputs[0] + oy) * outputs[1] + ox) * outC + o,
                );
          }
}

/** A convolution, directly and as it is faster, and its gradients beside those in doubles; `zeros` is the share of dy
 *  that is zero. `fused`: by the kernels that multiply and add in one step. Returns how far the outputs are from the
 *  doubles, as roots of mean squares, and whether they were calculated by tiles. */
function compare(geometry: Geometry, zeros: number, seed: number, fused = false) {
  const { count, inC, outC, kernel, strides, pad, size, outputs } = geometry;
  const random = createRandom(seed);
  const heap = createHeap(random, fused);
  const { exports } = heap;
  const numbers = [...size, inC, ...outputs, outC, ...kernel, ...strides, ...pad];
  const taken = (length: number, make?: () => number) => {
    const at = heap.take(length, make);
    return { at, values: heap.read(at, length), read: () => heap.read(at, length) };
  };
  const cells = outputs[0] * outputs[1];
  const x = taken(count * size[0] * size[1] * inC);
  const w = taken(kernel[0] * kernel[1] * inC * outC);
  const bias = taken(outC);
  const dy = taken(count * cells * outC, () => (random.uniform() < zeros ? 0 : random.uniform() - 0.5));
  const [y, direct, dw, dx] = [dy, dy, w, x].map(({ values }) => taken(values.length, () => Number.NaN));

  for (const [name, to] of [
    ['convolve', y],
    ['convolveDirectly', direct],
  ] as const) {
    const bytes = exports.convolveScratch(...numbers);
    exports[name](x.at, w.at, bias.at, to.at, heap.take(bytes / BYTES), 0, count, ...numbers);
  }
  const scratch = () => heap.take(exports.convolutionScratch(...numbers) / BYTES);
  exports.filterGradient(x.at, dy.at, dw.at, scratch(), count, ...numbers);
  exports.inputGradient(dy.at, w.at, dx.at, scratch(), count, ...numbers);
  expect(heap.broken()).toBe(0);

  const [sums, kernelSums, inputSums] = [y, dw, dx].map(({ values }) => new Float64Array(values.length));
  for (const at of sums.keys()) sums[at] = bias.values[at % outC];
  visitProducts(geometry, (i, k, o) => {
    sums[o] += x.values[i] * w.values[k];
    kernelSums[k] += x.values[i] * dy.values[o];
    inputSums[i] += w.values[k] * dy.values[o];
  });
  const distance = (found: Float32Array, expected: Float64Array) =>
    expected.reduce((most, value, at) => Math.max(most, Math.abs(found[at] - value)), 0);
  const taps = kernel[0] * kernel[1];
  // NaN, of a number that wasn't written, is not below anything.
  for (const output of [y, direct])
    expect(distance(output.read(), sums)).toBeLessThan(4e-7 * (2 + Math.sqrt(taps * inC)));
  expect(distance(dx.read(), inputSums)).toBeLessThan(4e-7 * (2 + Math.sqrt(taps * outC)));
  expect(distance(dw.read(), kernelSums)).toBeLessThan(4e-7 * (2 + Math.sqrt(count * cells)));

  const [found, foundDirectly] = [y.read(), direct.read()];
  const spread = (values: Float32Array) =>
    Math.sqrt(sums.reduce((sum, value, at) => sum + (values[at] - value) ** 2, 0) / sums.length);
  return {
    tiled: found.some((value, at) => value !== foundDirectly[at]),
    distance: spread(found),
    directly: spread(foundDirectly),
  };
}

/** 3×3 windows in strides of 1. */
function windowsOf(
  padding: 'same' | 'valid',
  size: readonly [number, number],
): Omit<Geometry, 'count' | 'inC' | 'outC'> {
  const pad = padding === 'same' ? 1 : 0;
  const outputs = [size[0] - 2 + 2 * pad, size[1] - 2 + 2 * pad] as const;
  return { kernel: [3, 3], strides: [1, 1], pad: [pad, pad], size, outputs };
}

test.each([0, 0.5, 0.9])('convolutions and their gradients are right when %d of dy is zero', zeros => {
  const random = createRandom(3);
  const between = (low: number, high: number) => low + random.integer(high - low + 1);
  for (let round = 0; round < 60; round++) {
    const kernel = round % 3 === 0 ? ([3, 3] as const) : ([between(1, 5), between(1, 5)] as const);
    const strides = round % 2 === 0 ? ([1, 1] as const) : ([between(1, 3), between(1, 3)] as const);
    const pad = [random.integer(kernel[0]), random.integer(kernel[1])] as const;
    const outputs = [between(1, 9), between(1, 11)] as const;
    // A window reads at least one row and column that isn't padding.
    const size = [0, 1].map(axis =>
      Math.max(1, (outputs[axis] - 1) * strides[axis] + kernel[axis] - pad[axis] - random.integer(pad[axis] + 1)),
    ) as [number, number];
    compare(
      { count: between(1, 3), inC: between(1, 20), outC: between(1, 20), kernel, strides, pad, size, outputs },
      zeros,
      round,
      round % 2 === 0 && fusesHere(),
    );
  }
});

test('convolutions of large maps and of many channels are right', () => {
  const same = { count: 1, kernel: [3, 3], strides: [1, 1], pad: [1, 1] } as const;
  compare({ ...same, inC: 3, outC: 16, size: [70, 66], outputs: [70, 66] }, 0.8, 1);
  compare({ ...same, inC: 64, outC: 33, size: [9, 8], outputs: [9, 8] }, 0, 2);
  compare({ ...same, inC: 40, outC: 64, size: [16, 17], outputs: [16, 17] }, 0.6, 3);
});

describe.each([false, true])('by tiles, fused: %o', fused => {
  const isPossible = !fused || fusesHere();

  test.skipIf(!isPossible).each(['same', 'valid'] as const)('convolutions of %s padding are right', padding => {
    const random = createRandom(5);
    const between = (low: number, high: number) => low + random.integer(high - low + 1);
    for (let round = 0; round < 20; round++) {
      const [inC, outC] = [4 * between(2, 5), 4 * between(2, 5)];
      const windows = windowsOf(padding, [between(8, 13), between(8, 15)]);
      expect(
        compare({ ...windows, count: between(1, 4), inC, outC }, round % 3 === 0 ? 0.9 : 0, round, fused).tiled,
      ).toBe(true);
    }
  });

  test.skipIf(!isPossible)('so are those of many small maps, of wide ones, and of more padding than usual', () => {
    expect(compare({ ...windowsOf('same', [4, 5]), count: 15, inC: 32, outC: 20 }, 0, 1, fused).tiled).toBe(true);
    expect(compare({ ...windowsOf('valid', [4, 135]), count: 2, inC: 16, outC: 16 }, 0, 2, fused).tiled).toBe(true);
    expect(compare({ ...windowsOf('same', [6, 71]), count: 1, inC: 64, outC: 36 }, 0, 3, fused).tiled).toBe(true);
    const padded = { kernel: [3, 3], strides: [1, 1], pad: [2, 2], size: [7, 6], outputs: [8, 8] } as const;
    expect(compare({ ...padded, count: 3, inC: 16, outC: 8 }, 0, 4, fused).tiled).toBe(true);
  });

  test.skipIf(!isPossible)('numbers are no farther from those in doubles than directly', () => {
    for (const [inC, outC, side] of [
      [32, 32, 16],
      [64, 64, 12],
      [16, 32, 24],
    ]) {
      const { distance, directly } = compare({ ...windowsOf('same', [side, side]), count: 1, inC, outC }, 0, 6, fused);
      expect(distance).toBeLessThan(directly);
    }
  });
});

test('what tiles can’t do, or not faster, is calculated directly', () => {
  const same = windowsOf('same', [12, 12]);
  const others: [string, Geometry][] = [
    ['three channels', { ...same, count: 1, inC: 3, outC: 16 }],
    ['ten kernels', { ...same, count: 1, inC: 16, outC: 10 }],
    ['a map of 3×3', { ...windowsOf('same', [3, 3]), count: 4, inC: 16, outC: 16 }],
    ['four channels and kernels', { ...same, count: 1, inC: 4, outC: 4 }],
    ['strides', { ...same, count: 1, inC: 16, outC: 16, strides: [2, 2], outputs: [6, 6] }],
    ['kernels of 5×3', { ...same, count: 1, inC: 16, outC: 16, kernel: [5, 3], pad: [2, 1] }],
  ];
  expect(others.filter(([, geometry]) => compare(geometry, 0, 7).tiled).map(([name]) => name)).toEqual([]);
});
