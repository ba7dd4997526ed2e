import { expect, test } from 'vitest';
import { outputSize, padBefore } from '../../../shared/geometry.ts';
import type { LayerOf } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { createHeap } from '../kernels/testing/heap.ts';
import { conv2d } from '../layers/conv2d.ts';

test('the scratch memory that is counted for a convolution is enough for its kernels', () => {
  const random = createRandom(9);
  const { exports } = createHeap(random);
  const between = (low: number, high: number) => low + random.integer(high - low + 1);
  const short: unknown[] = [];
  for (let round = 0; round < 2000; round++) {
    const isSmall = round % 2 === 0;
    const kernelSize: [number, number] = isSmall ? [3, 3] : [between(1, 7), between(1, 7)];
    const strides: [number, number] = isSmall ? [1, 1] : [between(1, 3), between(1, 3)];
    const channels = () => (isSmall ? 4 * between(1, 70) : between(1, 40));
    const [inC, filters] = [channels(), channels()];
    const size = [between(7, 80), between(7, 80)];
    const padding = round % 3 === 0 ? 'valid' : 'same';
    const outputs = size.map((side, axis) => outputSize(side, kernelSize[axis], strides[axis], padding));
    const pads = size.map((side, axis) => padBefore(side, kernelSize[axis], strides[axis], padding));
    const geometry = [...size, inC, ...outputs, filters, ...kernelSize, ...strides, ...pads];
    const needed = Math.max(exports.convolveScratch(...geometry), exports.convolutionScratch(...geometry));
    const settings = { kind: 'conv2d', filters, kernelSize, strides, padding, useBias: true } as const;
    const layer: LayerOf<'conv2d'> = { ...settings, id: 'conv', name: 'conv', inputs: [] };
    const counted = conv2d.scratch!(layer, [...size, inC], [...outputs, filters]);
    if (counted < needed) short.push({ geometry, counted, needed });
  }
  expect(short).toEqual([]);
});
