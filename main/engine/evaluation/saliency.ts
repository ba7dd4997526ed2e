/** How much each pixel of an image speaks for a class: the slope of the class's score times the pixel. */
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { checkBatchMemory } from '../batch/batch-memory.ts';
import { createBatchNetwork } from '../batch/batch-network.ts';
import type { Between, Model } from './evaluate.ts';
import { classesOf, createScores } from './scores.ts';

/** d score / d pixel · pixel for each pixel [H,W,C] of `image`, and the score of class `unit` itself. Throws UserError
 *  as `createScores` does, and if a number isn't finite or the network too large to go back through. */
export async function saliency(
  { network, parameters }: Pick<Model, 'network' | 'parameters'>,
  image: Float32Array,
  unit: number,
  between: Between,
): Promise<{ score: number; values: Float32Array }> {
  const scores = createScores({ network, parameters }, image, unit);
  let score: number;
  try {
    // oxlint-disable-next-line no-await-in-loop -- so that other work gets its turn
    for (const done of scores.steps()) await between(done / 2);
    score = scores.of(unit);
  } finally {
    scores.dispose();
  }
  checkBatchMemory(network, 1);
  const weights = new Float32Array(classesOf(network));
  weights[unit] = 1;
  const batches = createBatchNetwork(network, 'wasm');
  try {
    batches.setParameters(parameters);
    const values = batches.inputGradient(image, weights).map((slope, i) => slope * image[i]);
    if (![score, ...values].every(Number.isFinite)) throw new UserError(sentences.explain.onImage.notFinite);
    return { score, values };
  } finally {
    batches.dispose();
  }
}
