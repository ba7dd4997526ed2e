/** Finds the samples of a batch that may lose a number on their way through a network. A lost number is an overflow
 *  that a ReLU, a max pool or a sigmoid turns into a plausible number. */
import type { Layer, LayerId } from '../../../shared/network.ts';
import { largestAbsolute } from '../layers/bounding.ts';
import { engineKindOf } from '../layers/kinds.ts';
import type { Bounds, TrainingPass } from './bounds.ts';

type Suspects = {
  /** The samples that may have lost a number so far. The others have lost none. Whether a sample is a suspect doesn't
   *  depend on the others, unless a layer mixes samples. */
  readonly samples: ReadonlySet<number>;
  /** Goes on to the next layer in network order. `read` returns a layer's output [count,…]. It is called only if the
   *  bounds leave room for an overflow. */
  follow(layer: Layer, read: (layer: LayerId) => Float32Array): void;
};

/** `count` samples; `training` in a training-mode pass. */
export function createSuspects(bounds: Bounds, count: number, training?: TrainingPass): Suspects {
  const samples = new Set<number>();
  /** For each layer, a bound on its output for all samples that are no suspects. */
  const known = new Map<LayerId, number>();

  const largestOfSamples = (values: Float32Array) => {
    const size = values.length / count;
    return Array.from({ length: count }, (_, sample) =>
      largestAbsolute(values.subarray(sample * size, (sample + 1) * size)),
    );
  };

  return {
    samples,
    follow(layer, read) {
      const mixes = engineKindOf(layer).mixesSamples === true && (training?.learning.has(layer.id) ?? false);
      const sources = layer.kind === 'input' ? [layer.id] : layer.inputs;
      const before = sources.map(id => known.get(id) ?? largestAbsolute(read(id)));
      let bound = bounds.of(layer, before, training);
      if (bound === undefined) {
        // Bounds grow from layer to layer faster than the numbers do. So here the numbers themselves are read.
        const own = sources.map(id => largestOfSamples(read(id)));
        bound = 0;
        for (let sample = 0; sample < count; sample++) {
          if (samples.has(sample)) continue;
          const inputs = own.map(sizes => sizes[sample]);
          const found = bounds.of(layer, inputs, training);
          if (found === undefined) samples.add(sample);
          else bound = Math.max(bound, found);
        }
      }
      if (mixes && samples.size > 0) for (let sample = 0; sample < count; sample++) samples.add(sample);
      known.set(layer.id, bound);
    },
  };
}
