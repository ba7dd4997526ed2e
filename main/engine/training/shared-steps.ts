/** The steps of an optimizer in the memory that threads share. kernels/assembly/optimizers.ts calculates what the loops
 *  of optimizers.ts do. */
import type { OptimizerSettings } from '../../../shared/training.ts';
import type { Exports } from '../kernels/exports.ts';
import type { Pool } from '../kernels/pool.ts';

/** The numbers that one step needs for one tensor. The update reads each gradient as (gradient + l2 · weight) · scale.
 *  `decay` is subtracted from the weight itself, times rate · weight. */
export type Factors = { rate: number; momentum: number; step: number; l2: number; decay: number; scale: number };

/** What a step changes in one tensor: the weights and the slots. */
export type Change = {
  weights: Float32Array;
  gradient: Float32Array;
  slots: readonly Float32Array[];
  factors: Factors;
};

/** The most parameters that are changed at a time. */
const PIECE = 8192;
const NUMBER = Float32Array.BYTES_PER_ELEMENT;
/** The first number of a range: the bits of no number that is usual in scratch memory. */
const FIRST = -(2 ** 31) + 1;
let ranges = 0;

export function changeTogether(pool: Pool, optimizer: OptimizerSettings, changes: readonly Change[]): void {
  const name = STEPS[optimizer.kind];
  const slots = SLOTS[name];
  const at = 2 + slots;
  const pieces = changes.flatMap(change => {
    const { weights, gradient } = change;
    const numbers = numbersOf(optimizer, change.factors);
    const arrays = [weights, gradient, ...Array.from({ length: slots }, (_, slot) => change.slots[slot])];
    return Array.from({ length: Math.ceil(weights.length / PIECE) }, (_, piece) => [
      // A slot that isn't used is 0.
      ...arrays.map(array => (array ? array.byteOffset + piece * PIECE * NUMBER : 0)),
      0,
      FIRST + (ranges++ % 2 ** 30),
      ...numbers,
      Math.min(PIECE, weights.length - piece * PIECE),
    ]);
  });
  pool.change(name, pieces, { at, bytes: pool.exports.stepScratch(PIECE) }, (given, scratch) => {
    const [first, second] = [0, 1].map(slot => (slot < slots ? given[2 + slot] : 0));
    pool.exports.putBack(
      scratch.at,
      scratch.step,
      scratch.places,
      given[at + 1],
      given[0],
      first,
      second,
      given.at(-1)!,
    );
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
