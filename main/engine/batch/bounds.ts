/** Bounds on each layer's numbers: if the inputs stay within theirs, no output can overflow float32. The bounds depend
 *  only on the parameters. If they hold, a fast calculation that checks no number is safe. If not, a ReLU could turn an
 *  overflow into 0 without any sign. */
import type { Layer, LayerId, Shape, TensorId } from '../../../shared/network.ts';
import { largestAbsolute } from '../layers/bounding.ts';
import { engineKindOf } from '../layers/kinds.ts';

/** A bound below this is safe. The margin to float32's largest number covers rounding, and engines that add in an order
 *  of their own or transform tiles on the way: those of kernels/assembly/tiles.ts hold up to nine times the bound. */
const SAFE = 1e36;

/** What a bound needs to know about a training pass. */
export type TrainingPass = {
  /** Samples in the batch. */
  count: number;
  /** The layers that learn. A batchNorm layer among them normalises by the batch's own mean and variance. */
  learning: ReadonlySet<LayerId>;
};

export type Bounds = {
  /** A bound on the absolute values of a layer's output, given the bounds `inputs` of its inputs. Undefined if a number
   *  in the output, or on the way to it, may overflow float32. */
  of(layer: Layer, inputs: readonly number[], training?: TrainingPass): number | undefined;
  /** Says that a layer's parameters have changed. */
  forget(layer: LayerId): void;
};

/** `read` gives the current values of a parameter, and `largest` the largest of their absolute values. */
export function createBounds(
  shapes: ReadonlyMap<LayerId, Shape>,
  read: (tensor: TensorId) => Float32Array,
  largest = (tensor: TensorId) => largestAbsolute(read(tensor)),
): Bounds {
  const found = new Map<LayerId, unknown>();
  return {
    of(layer, inputs, training) {
      const { id } = layer;
      const [output, way = output] = engineKindOf(layer).bound(layer, inputs, {
        input: shapes.get(layer.inputs[0]) ?? [],
        output: shapes.get(id)!,
        read: name => read(`${id}/${name}`),
        largest: name => largest(`${id}/${name}`),
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
