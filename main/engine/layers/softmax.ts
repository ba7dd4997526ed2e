import { activationsOf, orNaN } from '../show/activations.ts';
import { asInput } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';

export const softmax: EngineKindOf<'softmax'> = {
  /** The softmax and the columns it is made of, [units] each. If one score is NaN, all results are NaN. */
  show(_layer, [{ values, shape }]) {
    let largest = values[0];
    for (const score of values) largest = Math.max(largest, score);
    const shifted = values.map(score => orNaN(score - largest));
    const exp = shifted.map(Math.exp);
    const sum = exp.reduce((total, value) => total + value, 0);
    return {
      shifted,
      exp,
      output: activationsOf(
        exp.map(value => value / sum),
        shape,
      ),
    };
  },
  channelReads: 'everything',
  bound: asInput,
};

/** The terms of the cross-entropy: actual, shifted, exp [units] → actual·(ln Σexp − shifted), or 0 if actual is 0 or
 *  blank (NaN). */
export function crossEntropy(actual: Float32Array, shifted: Float32Array, exp: Float32Array): Float32Array {
  let sum = 0;
  for (const value of exp) sum += value;
  const logarithm = Math.log(sum);
  return Float32Array.from(actual, (expected, unit) =>
    expected === 0 || Number.isNaN(expected) ? 0 : orNaN(expected * (logarithm - shifted[unit])),
  );
}
