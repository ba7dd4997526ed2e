/** How large a layer's numbers can be, told from its parameters. */
import type { Pair, ParameterName, Shape } from '../../../shared/network.ts';

/** What a layer's bound follows from besides those of its inputs. */
export type Bounding = {
  /** Of its first input and of its output. */
  input: Shape;
  output: Shape;
  /** A parameter's values as they are. */
  read: (name: ParameterName) => Float32Array;
  /** What `find` finds; remembered until the layer's parameters change. */
  remembered: <Found>(find: () => Found) => Found;
  /** In a training-mode pass: the samples in the batch, and whether the layer learns from it. */
  training?: { count: number; learns: boolean };
};

/** The largest output, and the largest number on the way there where that may be larger. */
export type Extremes = readonly [output: number, way?: number];

/** Of a layer that hands on numbers it reads. */
export const asInput = (_layer: unknown, [bound]: readonly number[]): Extremes => [bound];

/** Of numbers that lie between −1 and 1 whatever they are made of. */
export const withinOne = (): Extremes => [1];

/** Of sums of products with a kernel of so many outputs, with a bias. `gain`: as many times as an output has terms, the
 *  largest |weight|, for Σ|weights| takes twice as long; `offset`: the largest |bias|. */
export function boundOfSums(bound: number, outputs: number, useBias: boolean, bounding: Bounding): Extremes {
  const { gain, offset } = bounding.remembered(() => {
    const kernel = bounding.read('kernel');
    const terms = kernel.length / outputs;
    return { gain: terms * largest(kernel), offset: useBias ? largest(bounding.read('bias')) : 0 };
  });
  return [bound * gain + offset];
}

/** The largest absolute value; NaN where one is. Four side by side, because each Math.max waits for the one before:
 *  every batch pays for this. */
export function largest(values: Float32Array | Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const fours = values.length - (values.length % 4);
  for (let i = 0; i < fours; i += 4) {
    a = Math.max(a, Math.abs(values[i]));
    b = Math.max(b, Math.abs(values[i + 1]));
    c = Math.max(c, Math.abs(values[i + 2]));
    d = Math.max(d, Math.abs(values[i + 3]));
  }
  for (let i = fours; i < values.length; i++) a = Math.max(a, Math.abs(values[i]));
  return Math.max(a, b, c, d);
}

/** The largest product of some of the factors, in whichever order they are multiplied. */
export function peak(...factors: number[]): number {
  return factors.reduce((product, factor) => product * Math.max(1, factor), 1);
}

/** How many cells a map, a window or (a single cell) a unit of a vector has. */
export function sizeOfMap([height, width]: Shape | Pair): number {
  return width === undefined ? 1 : height * width;
}
