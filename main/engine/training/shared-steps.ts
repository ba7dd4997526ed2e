/** The steps of an optimizer in the memory that threads share. kernels/assembly/optimizers.ts calculates what the loops
 *  of optimizers.ts do. */
import type { OptimizerSettings } from '../../../shared/training.ts';
import type { Exports } from '../kernels/exports.ts';
import type { Pool } from '../kernels/pool.ts';

/** The numbers that one step needs for one tensor. The update reads each gradient as (gradient + l2 · weight) · scale.
 *  `decay` is subtracted from the weight itself, times rate · weight. */
export type Factors = { rate: number; momentum: number; step: number; l2: number; decay: number; scale: number };

/** What a step changes in one tensor: the weights, whose numbers go to `before` first, and the slots. */
export type Change = {
  weights: Float32Array;
  before: Float32Array;
  gradient: Float32Array;
  slots: readonly Float32Array[];
  factors: Factors;
};

/** The largest absolute values after a step, NaN if one is. */
export type Largest = { weights: number; slots: number };

/** The most parameters that are changed at a time. */
export const PIECE = 8192;
const NUMBER = Float32Array.BYTES_PER_ELEMENT;
/** The first number of a range: the bits of no number that is usual in scratch memory. */
const FIRST = -(2 ** 31) + 1;
let ranges = 0;

type Piece = { first: number; count: number; result: number };

/** Cuts each of these into pieces, and gives every piece a place for its result, so many bytes long. */
function withResults<Of extends { weights: Float32Array }, Result>(
  { heap }: Pool,
  all: readonly Of[],
  bytes: number,
  use: (placed: { of: Of; pieces: Piece[] }[], at: number) => Result,
): Result {
  const numberOf = ({ weights }: Of) => Math.ceil(weights.length / PIECE);
  const block = heap.take(all.reduce((sum, of) => sum + numberOf(of), 0) * bytes);
  let at = block.at;
  const placed = all.map(of => ({
    of,
    pieces: Array.from({ length: numberOf(of) }, (_, piece) => {
      const first = piece * PIECE;
      at += bytes;
      return { first, count: Math.min(PIECE, of.weights.length - first), result: at - bytes };
    }),
  }));
  const result = use(placed, block.at);
  heap.release(block);
  return result;
}

/** Σ (gradient + l2 · weight)² of each of these. Pieces are added in their order. */
export function squaresTogether(
  pool: Pool,
  all: readonly { weights: Float32Array; gradient: Float32Array; l2: number }[],
): number[] {
  return withResults(pool, all, Float64Array.BYTES_PER_ELEMENT, (placed, at) => {
    const pieces = placed.flatMap(({ of: { weights, gradient, l2 }, pieces: own }) =>
      own.map(({ first, count, result }) => [
        gradient.byteOffset + first * NUMBER,
        weights.byteOffset + first * NUMBER,
        result,
        l2,
        count,
      ]),
    );
    pool.run('squaresOf', pieces);
    const found = pool.heap.doubles(at, pieces.length);
    let piece = 0;
    return placed.map(({ pieces: own }) => own.reduce(sum => sum + found[piece++], 0));
  });
}

/** Returns what each change has led to. */
export function changeTogether(pool: Pool, optimizer: OptimizerSettings, changes: readonly Change[]): Largest[] {
  const name = STEPS[optimizer.kind];
  const slots = SLOTS[name];
  const [beforeAt, scratchAt] = [2 + slots, 4 + slots];
  return withResults(pool, changes, 2 * NUMBER, (placed, at) => {
    const pieces = placed.flatMap(({ of, pieces: own }) => {
      const numbers = numbersOf(optimizer, of.factors);
      const arrays = [
        of.weights,
        of.gradient,
        ...Array.from({ length: slots }, (_, slot) => of.slots[slot]),
        of.before,
      ];
      return own.map(({ first, count, result }) => [
        // A slot that isn't used is 0.
        ...arrays.map(array => (array ? array.byteOffset + first * NUMBER : 0)),
        result,
        0,
        FIRST + (ranges++ % 2 ** 30),
        ...numbers,
        count,
      ]);
    });
    pool.change(name, pieces, { at: scratchAt, bytes: pool.exports.stepScratch(PIECE) }, (given, scratch) => {
      const [first, second] = [0, 1].map(slot => (slot < slots ? given[2 + slot] : 0));
      pool.exports.putBack(
        scratch.at,
        scratch.step,
        scratch.places,
        given[scratchAt + 1],
        given[0],
        given[beforeAt],
        first,
        second,
        given.at(-1)!,
      );
    });
    const found = pool.heap.floats(at, 2 * pieces.length);
    let piece = 0;
    return placed.map(({ pieces: own }) => {
      const largest = { weights: 0, slots: 0 };
      for (let left = own.length; left > 0; left--, piece++) {
        largest.weights = Math.max(largest.weights, found[2 * piece]);
        largest.slots = Math.max(largest.slots, found[2 * piece + 1]);
      }
      return largest;
    });
  });
}

const STEPS = {
  sgd: 'sgdStep',
  momentum: 'momentumStep',
  rmsprop: 'rmspropStep',
  adam: 'adamStep',
  adamw: 'adamStep',
} as const satisfies Record<OptimizerSettings['kind'], keyof Exports>;
const SLOTS = { sgdStep: 0, momentumStep: 1, rmspropStep: 2, adamStep: 2 };

/** What the kernel reads after the number of the range, up to the number of parameters. */
function numbersOf(optimizer: OptimizerSettings, factors: Factors): number[] {
  const { rate, momentum, step, l2, decay, scale } = factors;
  switch (optimizer.kind) {
    case 'sgd':
      return [rate, l2, scale];
    case 'momentum':
      return [rate, momentum, optimizer.nesterov ? 1 : 0, l2, scale];
    case 'rmsprop':
      return [rate, momentum, optimizer.rho, optimizer.epsilon, l2, scale];
    default: {
      const { beta2, epsilon } = optimizer;
      return [rate, alphaOf(rate, momentum, beta2, step), momentum, beta2, epsilon, l2, decay, scale];
    }
  }
}

/** Adam's learning rate, corrected for means that began with 0. */
export function alphaOf(rate: number, beta1: number, beta2: number, step: number): number {
  return (rate * Math.sqrt(oneMinusPower(beta2, step))) / oneMinusPower(beta1, step);
}

/** 1 − beta^step in float32, as Keras calculates it. For 1 − 0.999, float32 is off by a share of 1.3e-5, which is more
 *  than the rest of the step differs by. */
function oneMinusPower(beta: number, step: number): number {
  return Math.fround(1 - Math.fround(Math.fround(beta) ** step));
}
