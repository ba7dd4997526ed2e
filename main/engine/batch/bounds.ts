/** Bounds on each layer's numbers, found from the parameters alone. If a layer's inputs stay within their bounds, its
 *  outputs stay within theirs. Where all bounds are below float32's largest number, nothing can overflow, and a fast
 *  calculation that checks no number is safe. Otherwise a ReLU could turn an overflow into 0 unseen. */
import type { Layer, LayerId, Shape, TensorId } from '../../../shared/network.ts';
import { engineKindOf } from '../layers/kinds.ts';

/** Below this neither rounding nor what an engine makes of a sum on its way (an order of its own, transformed tiles)
 *  reaches float32's largest number. */
const SAFE = 1e36;

/** What differs in training. */
export type TrainingPass = {
  /** Samples in the batch. */
  count: number;
  /** The layers that learn: batchNorm layers among them normalise by the batch. */
  learning: ReadonlySet<LayerId>;
};

export type Bounds = {
  /** What no absolute value of a layer's output for a sample exceeds, where those of its inputs don't exceed `inputs`.
   *  undefined where one might leave float32, or a number on the way to it. */
  of(layer: Layer, inputs: readonly number[], training?: TrainingPass): number | undefined;
  /** A layer's parameters have changed. */
  forget(layer: LayerId): void;
};

/** `read` gives a parameter's values as they are. */
export function createBounds(shapes: ReadonlyMap<LayerId, Shape>, read: (tensor: TensorId) => Float32Array): Bounds {
  const found = new Map<LayerId, unknown>();
  return {
    of(layer, inputs, training) {
      const { id } = layer;
      const [output, way = output] = engineKindOf(layer).bound(layer, inputs, {
        input: shapes.get(layer.inputs[0]) ?? [],
        output: shapes.get(id)!,
        read: name => read(`${id}/${name}`),
        remembered<Found>(find: () => Found) {
          if (!found.has(id)) found.set(id, find());
          return found.get(id) as Found;
        },
        training: training && { count: training.count, learns: training.learning.has(id) },
      });
      // NaN is not below anything.
      return output < SAFE && way < SAFE ? output : undefined;
    },
    forget: layer => void found.delete(layer),
  };
}
