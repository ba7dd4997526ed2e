import { orNaN } from '../show/activations.ts';
import { activation } from './activation.ts';
import { withinOne } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';

/** The terms of the binary cross-entropy, whose sum is its mean over the labels: actual, scores [units] →
 *  −actual·ln p − (1 − actual)·ln(1 − p), each divided by the number of labels; 0 where the label is blank (NaN). */
export function binaryCrossEntropy(actual: Float32Array, scores: Float32Array): Float32Array {
  return Float32Array.from(actual, (expected, unit) => {
    const score = scores[unit];
    const loss = Math.max(0, score) - score * expected + Math.log1p(Math.exp(-Math.abs(score)));
    return Number.isNaN(expected) ? 0 : orNaN(loss / actual.length);
  });
}

export const sigmoid: EngineKindOf<'sigmoid'> = { ...activation('sigmoid'), bound: withinOne };
