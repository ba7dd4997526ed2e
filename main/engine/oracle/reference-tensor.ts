/** The numbers of the reference loops. */
import type { Shape } from '../../../shared/network.ts';

export type Numbers = ArrayLike<number>;
export type Activations = { shape: Shape; values: Numbers };
/** `magnitudes` holds Σ|terms| of every element. Rounding errors are measured relative to it. */
export type ReferenceTensor = { shape: Shape; values: Float64Array; magnitudes: Float64Array };

/** The sum of some numbers. */
export function total(numbers: Numbers): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i];
  return sum;
}

/** A tensor of zeros. */
export function empty(shape: Shape): ReferenceTensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, values: new Float64Array(size), magnitudes: new Float64Array(size) };
}

/** Stores an element. It becomes NaN if float32 can't hold it, so everything that reads it is NaN too. */
export function put(output: ReferenceTensor, element: number, value: number, magnitude: number): void {
  output.values[element] = Number.isFinite(Math.fround(value)) ? value : Number.NaN;
  output.magnitudes[element] = magnitude;
}
