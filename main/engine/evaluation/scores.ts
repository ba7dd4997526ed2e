/** The class scores of a network for one image that changes. */
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { describeTensors, type NetworkSpec, sizeOf, sourceOf, type TensorId } from '../../../shared/network.ts';
import { createForward } from '../show/forward.ts';
import type { Model } from './evaluate.ts';

export type Scores = {
  /** The image [H,W,C], to be written to. */
  readonly image: Float32Array;
  /** Calculates the scores of the image as it is. Between two layers it gives the share of the work that is done. */
  steps(): Iterable<number>;
  /** The score of a class as it was calculated last. */
  of(unit: number): number;
  dispose(): void;
};

/** Scores are what the softmax or sigmoid at the end reads. Formulas that stand over cells don't count. Throws
 *  UserError if the network doesn't end in such a layer over a class `unit`. */
export function createScores(
  { network, parameters }: Pick<Model, 'network' | 'parameters'>,
  image: Float32Array,
  unit: number,
): Scores {
  const tensors = new Map(describeTensors(network).map(info => [info.id, info]));
  const last = network.layers.at(-1)!;
  const scores: TensorId = `${sourceOf(new Map(network.layers.map(layer => [layer.id, layer])), last).id}/output`;
  const count = classesOf(network);
  if (unit >= count || tensors.get(scores)!.size !== count)
    throw new UserError(sentences.explain.onImage.noScores(last.name));
  const pixels: TensorId = `${network.layers[0].id}/output`;
  const own = image.slice();
  const stored = new Map<TensorId, Float32Array>([[pixels, own]]);
  for (const { id, role, size } of tensors.values()) {
    if (role === 'parameter') stored.set(id, parameters.get(id)!);
    if (role === 'actual') stored.set(id, new Float32Array(size).fill(Number.NaN));
  }
  const forward = createForward(network, stored);
  let changed: TensorId[] = [...stored.keys()];
  return {
    image: own,
    steps() {
      const steps = forward.inSteps(changed);
      changed = [pixels];
      return steps;
    },
    of: wanted => forward.value(scores)[wanted],
    dispose: forward.dispose,
  };
}

/** How many classes the network has scores for. 0 if it doesn't end in a softmax or a sigmoid over a vector. */
export function classesOf(network: NetworkSpec): number {
  const last = network.layers.at(-1)!;
  if (last.kind !== 'softmax' && last.kind !== 'sigmoid') return 0;
  const { shape } = describeTensors(network).find(({ id }) => id === `${last.id}/output`)!;
  return shape.length === 1 ? sizeOf(shape) : 0;
}
