/** Layers that work element by element, or on one vector: activations, batchNorm, sums, softmax. */
import type { LayerOf } from '../../../shared/network.ts';
import { type Activations, activationsOf, finiteOrNaN, fromWasm, handleOf, orNaN } from './activations.ts';
import { relu, sigmoid, tanh } from '../backend/backend.ts';

const ELEMENTWISE = { relu, sigmoid, tanh };

/** Elementwise; NaN stays NaN. */
export function activate(input: Activations, kind: keyof typeof ELEMENTWISE): Activations {
  if (kind === 'relu' && !input.finite)
    return activationsOf(
      input.values.map(x => (x <= 0 ? 0 : x)),
      input.shape,
    );
  return fromWasm(ELEMENTWISE[kind](handleOf(input)), input.shape);
}

/** Elementwise: x where x ≥ 0, negativeSlope·x below; NaN stays NaN. */
export function leakyRelu(input: Activations, { negativeSlope }: LayerOf<'leakyRelu'>): Activations {
  return activationsOf(
    input.values.map(x => (x < 0 ? orNaN(x * negativeSlope) : x)),
    input.shape,
  );
}

/** The parameters of a batchNorm layer, [channels] each. */
export type Normalisation = Record<'gamma' | 'beta' | 'movingMean' | 'movingVariance', Float32Array>;

/** input […,channels] → gamma·(x − movingMean)/√(movingVariance + epsilon) + beta, in doubles. */
export function normalise(
  { shape, values }: Activations,
  { gamma, beta, movingMean, movingVariance }: Normalisation,
  { epsilon }: LayerOf<'batchNorm'>,
): Activations {
  const channels = gamma.length;
  const deviations = Float64Array.from(movingVariance, variance => Math.sqrt(variance + epsilon));
  const result = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += channels) {
    for (let channel = 0; channel < channels; channel++) {
      result[i + channel] =
        (gamma[channel] * (values[i + channel] - movingMean[channel])) / deviations[channel] + beta[channel];
    }
  }
  return finiteOrNaN(result, shape);
}

/** Several inputs of one shape → their sum, in doubles. */
export function add(inputs: readonly Activations[]): Activations {
  const result = new Float32Array(inputs[0].values.length);
  for (let i = 0; i < result.length; i++) {
    let sum = 0;
    for (const { values } of inputs) sum += values[i];
    result[i] = sum;
  }
  return finiteOrNaN(result, inputs[0].shape);
}

/** The softmax and the columns it is made of, [units] each. One NaN among the scores makes all of them NaN. */
export function softmax(input: Activations): { shifted: Float32Array; exp: Float32Array; output: Activations } {
  let largest = input.values[0];
  for (const score of input.values) largest = Math.max(largest, score);
  const shifted = input.values.map(score => orNaN(score - largest));
  const exp = shifted.map(Math.exp);
  const sum = exp.reduce((total, value) => total + value, 0);
  return {
    shifted,
    exp,
    output: activationsOf(
      exp.map(value => value / sum),
      input.shape,
    ),
  };
}

/** actual, shifted, exp [units] → actual·(ln Σexp − shifted), and 0 where actual is 0 or blank (NaN). */
export function crossEntropy(actual: Float32Array, shifted: Float32Array, exp: Float32Array): Float32Array {
  let sum = 0;
  for (const value of exp) sum += value;
  const logarithm = Math.log(sum);
  return Float32Array.from(actual, (expected, unit) =>
    expected === 0 || Number.isNaN(expected) ? 0 : orNaN(expected * (logarithm - shifted[unit])),
  );
}
