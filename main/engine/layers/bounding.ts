/** Bounds on how large a layer's numbers can be, which follow from its parameters. */
import type { Pair, ParameterName, Shape } from '../../../shared/network.ts';

/** What a layer's bound depends on besides the bounds of its inputs. */
export type Bounding = {
  /** The shapes of the layer's first input and of its output. */
  input: Shape;
  output: Shape;
  /** A parameter's current values. */
  read: (name: ParameterName) => Float32Array;
  /** The largest of their absolute values. */
  largest: (name: ParameterName) => number;
  /** The result of `find`, kept until the layer's parameters change. */
  remembered: <Found>(find: () => Found) => Found;
  /** Given in a training-mode pass: the number of samples in the batch, and whether the layer learns from it. */
  training?: { count: number; learns: boolean };
};

/** Bounds on a layer's output and on the largest number on the way to it. `way` is left out if that number isn't
 *  larger. */
export type Extremes = readonly [output: number, way?: number];

/** The bound of a layer whose output has no numbers other than its input's. */
export const asInput = (_layer: unknown, [bound]: readonly number[]): Extremes => [bound];

/** The bound of a layer whose output lies between −1 and 1. */
export const withinOne = (): Extremes => [1];

/** The bound of a layer that sums products with a kernel and adds a bias. `outputs` is the number of output channels.
 *  `gain` is the largest |weight| times the number of terms of a sum; Σ|weights| would be closer, but takes twice as
 *  long. `offset` is the largest |bias|. */
export function boundOfSums(bound: number, outputs: number, useBias: boolean, bounding: Bounding): Extremes {
  const { gain, offset } = bounding.remembered(() => {
    const terms = bounding.read('kernel').length / outputs;
    return { gain: terms * bounding.largest('kernel'), offset: useBias ? bounding.largest('bias') : 0 };
  });
  return [bound * gain + offset];
}

/** The largest absolute value, or NaN if one is NaN. Each Math.max waits for the one before, so four run side by side:
 *  this is done for every batch. */
export function largestAbsolute(values: Float32Array | Float64Array): number {
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

/** The largest number that can come up when these factors are multiplied in any order. */
export function largestProduct(...factors: number[]): number {
  return factors.reduce((product, factor) => product * Math.max(1, factor), 1);
}

/** How many cells a map or a window has; 1 for a vector. */
export function sizeOfMap([height, width]: Shape | Pair): number {
  return width === undefined ? 1 : height * width;
}
