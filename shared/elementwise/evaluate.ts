/** Elementwise formulas in doubles. */
import { STEPS } from './step-names.ts';
import type { Elementwise } from './steps.ts';

/** The results of formulas in doubles. The numbers of an operand repeat until all `count` elements have one. Likewise a
 *  result that is a sum has as many numbers as `lengths` says, and an element adds to the number that is its own.
 *  An error of a sheet is NaN, such as 1/0 or a number that overflows. */
export function evaluate(
  { steps, results }: Elementwise,
  operands: readonly ArrayLike<number>[],
  count: number,
  lengths: readonly number[] = results.map(() => count),
): Float64Array<ArrayBuffer>[] {
  const outputs = lengths.map(length => new Float64Array(length));
  const values = new Float64Array(steps.length);
  for (let element = 0; element < count; element++) {
    for (let at = 0; at < steps.length; at++) {
      const { name, of, value = 0 } = steps[at];
      const given = name === 'operand' ? operands[value][element % operands[value].length] : value;
      const [a, b, c] = of;
      const found =
        name === 'round'
          ? STEPS.round.calculate(values[a], given)
          : of.length === 0
            ? given
            : STEPS[name].calculate(values[a], values[b], values[c]);
      values[at] = Number.isFinite(found) ? found : Number.NaN;
    }
    for (const [at, { step }] of results.entries()) outputs[at][element % lengths[at]] += values[step];
  }
  return outputs;
}
