/** Elementwise formulas in doubles. */
import { STEPS } from './step-names.ts';
import type { Elementwise, Step } from './steps.ts';

type Numbers = Float64Array<ArrayBuffer>;

/** How many elements are calculated at a time, step by step. */
const BLOCK = 256;

/** The results of formulas in doubles. The numbers of an operand repeat until all `count` elements have one. Likewise a
 *  result that is a sum has as many numbers as `lengths` says, and an element adds to the number that is its own.
 *  An error of a sheet is NaN, such as 1/0 or a number that overflows. */
export function evaluate(
  { steps, results }: Elementwise,
  operands: readonly ArrayLike<number>[],
  count: number,
  lengths: readonly number[] = results.map(() => count),
): Numbers[] {
  const outputs = lengths.map(length => new Float64Array(length));
  const values = steps.map(() => new Float64Array(Math.min(BLOCK, count)));
  for (const [place, { name, value = 0 }] of steps.entries()) if (name === 'number') values[place].fill(value);
  for (let first = 0; first < count; first += BLOCK) {
    const size = Math.min(BLOCK, count - first);
    for (const [place, step] of steps.entries()) {
      if (step.name === 'operand') copy(operands[step.value!], first, values[place], size);
      else if (step.name !== 'number')
        calculate(
          step,
          step.of.map(each => values[each]),
          values[place],
          size,
        );
    }
    for (const [at, { step }] of results.entries()) {
      addTo(outputs[at], first, values[step], size);
    }
  }
  return outputs;
}

function copy(from: ArrayLike<number>, first: number, to: Numbers, size: number): void {
  for (let element = 0, place = first % from.length; element < size; element++) {
    to[element] = finiteOrNaN(from[place]);
    if (++place === from.length) place = 0;
  }
}

function addTo(to: Numbers, first: number, from: Numbers, size: number): void {
  for (let element = 0, place = first % to.length; element < size; element++) {
    to[place] += from[element];
    if (++place === to.length) place = 0;
  }
}

function calculate({ name, value = 0 }: Step, [a, b, c]: readonly Numbers[], to: Numbers, size: number): void {
  if (name === 'round') {
    for (let element = 0; element < size; element++)
      to[element] = finiteOrNaN(STEPS.round.calculate(a[element], value));
    return;
  }
  const of = STEPS[name].calculate;
  if (b === undefined) for (let element = 0; element < size; element++) to[element] = finiteOrNaN(of(a[element]));
  else if (c === undefined)
    for (let element = 0; element < size; element++) to[element] = finiteOrNaN(of(a[element], b[element]));
  else for (let element = 0; element < size; element++) to[element] = of(a[element], b[element], c[element]);
}

const finiteOrNaN = (value: number): number => (Number.isFinite(value) ? value : Number.NaN);
