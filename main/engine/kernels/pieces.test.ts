import { findBackend, getKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { LayerSettings, TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { download, type Handle, release, startBackend, upload } from '../backend/backend.ts';
import { chain } from '../oracle/example-network.ts';
import { createForward } from '../show/forward.ts';
import { PIECE, piecesOf } from './pieces.ts';

beforeAll(startBackend);

test.each([
  [7, 5, 3, 1],
  [7, 5, 3, 10],
  [7, 5, 3, 31],
  [7, 5, 3, 1e9],
  [1, 40, 2, 9],
])('pieces of %d×%d maps hold each place once, one after the other', (rows, columns, work, most) => {
  const places: number[] = [];
  for (const piece of piecesOf(rows, columns, work, most)) {
    expect(piece.rows * piece.columns * work).toBeLessThanOrEqual(Math.max(most, work));
    for (let row = piece.row; row < piece.row + piece.rows; row++)
      for (let column = piece.column; column < piece.column + piece.columns; column++)
        places.push(row * columns + column);
  }
  expect(places).toEqual(Array.from({ length: rows * columns }, (_, place) => place));
});

describe('in pieces, kernels make the same numbers, bit for bit', () => {
  const random = createRandom(5);
  const some = (...shape: number[]): Handle =>
    upload(
      Float32Array.from({ length: shape.reduce((product, length) => product * length) }, () => random.normal()),
      shape,
    );
  const made = (name: string, inputs: Record<string, TensorInfo>, attrs: object): Float32Array => {
    const { kernelFunc } = getKernel(name, 'wasm');
    const output = kernelFunc({ inputs, backend: findBackend('wasm'), attrs: attrs as never }) as Handle;
    const values = download(output);
    release(output);
    return values;
  };

  test.each(['valid', 'same'] as const)('%s', pad => {
    for (const strides of [
      [1, 1],
      [2, 3],
    ]) {
      const [x, filter, bias] = [some(1, 9, 11, 6), some(3, 4, 6, 11), some(11)];
      const calls: [string, Record<string, TensorInfo>, object][] = [
        ['ConvolveExactly', { x, filter, bias }, { strides, pad, first: 0, end: 6 }],
        ['ConvolveExactly', { x, filter }, { strides, pad, first: 2, end: 5 }],
        ['MaxPoolBatch', { x }, { filterSize: [3, 4], strides, pad }],
        ['AveragePoolExactly', { x }, { filterSize: [3, 4], strides, pad }],
      ];
      for (const [name, inputs, attrs] of calls) {
        const whole = made(name, inputs, attrs);
        for (const most of [1, 500]) {
          const parts: number[] = [];
          expect(made(name, inputs, { ...attrs, most, onPart: (part: number) => parts.push(part) })).toEqual(whole);
          expect(parts.length).toBeGreaterThan(1);
          expect(parts).toEqual(parts.toSorted((a, b) => a - b));
          expect(parts.at(-1)).toBe(1);
        }
      }
      for (const each of [x, filter, bias]) release(each);
    }
  });
});

const window = { strides: [1, 1], padding: 'same' } as const;
test.each<[LayerSettings, number]>([
  [{ kind: 'conv2d', filters: 8, kernelSize: [32, 32], useBias: false, ...window }, 8 * 2 ** 10],
  // Without a kernel in wasm, its pieces are smaller.
  [{ kind: 'depthwiseConv2d', kernelSize: [64, 64], useBias: true, ...window }, 2 ** 16],
  [{ kind: 'maxPool2d', poolSize: [64, 64], ...window }, 2 ** 12],
  [{ kind: 'averagePool2d', poolSize: [64, 64], ...window }, 2 ** 12],
])('one layer that takes long tells again and again how far it is: %o', (layer, work) => {
  const side = Math.ceil(Math.sqrt((1.25 * PIECE) / work));
  const network = chain({ kind: 'input', shape: [side, side, 1] }, layer);
  const stored = new Map<TensorId, Float32Array>([['input0/output', new Float32Array(side * side).fill(1)]]);
  const kernelSize = 'kernelSize' in layer ? layer.kernelSize : [0, 0];
  const name = network.layers[1].id;
  stored.set(`${name}/kernel`, new Float32Array(kernelSize[0] * kernelSize[1] * (layer.kind === 'conv2d' ? 8 : 1)));
  stored.set(`${name}/bias`, new Float32Array(1));
  const heard: [string | undefined, number][] = [];
  const forward = createForward(network, stored, { onPass: (each, done) => heard.push([each, done]) });
  forward.update(stored.keys());
  forward.dispose();
  const own = heard.filter(([each]) => each === network.layers[1].name).map(([, done]) => done);
  expect(own.length).toBeGreaterThan(2);
  expect(own).toEqual(own.toSorted((a, b) => a - b));
  expect(heard.at(-1)).toEqual([undefined, 1]);
});
