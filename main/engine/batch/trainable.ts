import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { NetworkSpec } from '../../../shared/network.ts';

/** Throws UserError, naming the layer, if a network doesn't end in a softmax or a sigmoid that reads a vector, or if it
 *  has another softmax. */
export function checkTrainable({ layers }: NetworkSpec, readsVector: boolean): void {
  const last = layers.at(-1)!;
  if (last.kind !== 'softmax' && last.kind !== 'sigmoid')
    throw new UserError(sentences.gradients.noProbabilities(last.name));
  if (!readsVector) throw new UserError(sentences.gradients.probabilityMaps(last.name));
  const inside = layers.slice(0, -1).find(layer => layer.kind === 'softmax');
  if (inside) throw new UserError(sentences.gradients.softmaxInside(inside.name));
}
