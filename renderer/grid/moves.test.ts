import { expect, test } from 'vitest';
import type { Shown } from './tiles.ts';
import { markMoves } from './moves.ts';

/** A tile of a tensor with only what marking uses. */
const tile = (id: string) => ({ tile: { info: { id } }, moves: undefined }) as unknown as Shown;

test('a move is marked by its share of its tensor’s largest, in whatever tile that is; small ones are not', () => {
  const [first, second, other] = [tile('conv1/kernel'), tile('conv1/kernel'), tile('dense/kernel')];
  markMoves([
    { each: first, before: Float32Array.of(0, 0, 1), now: Float32Array.of(0.4, 0.5, 1) },
    { each: second, before: Float32Array.of(0, 2), now: Float32Array.of(-1, 2.8) },
    { each: other, before: Float32Array.of(0, 0), now: Float32Array.of(0.001, 0.0001) },
  ]);
  expect([...first.moves!]).toEqual([0, 1, 0]);
  expect([...second.moves!]).toEqual([4, 3]);
  expect([...other.moves!]).toEqual([4, 0]);
});

test('where nothing moved nothing is marked, nor where a value is no number', () => {
  const still = tile('a');
  markMoves([{ each: still, before: Float32Array.of(1, Number.NaN), now: Float32Array.of(1, 2) }]);
  expect([...still.moves!]).toEqual([0, 0]);
});
