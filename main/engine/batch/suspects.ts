/** Which samples of a batch may lose a number on their way through a network: an overflow that a ReLU, a max pool or a
 *  sigmoid would take for a plausible number. */
import type { Layer, LayerId } from '../../../shared/network.ts';
import { largest } from '../layers/bounding.ts';
import { engineKindOf } from '../layers/kinds.ts';
import type { Bounds, TrainingPass } from './bounds.ts';

export type Suspects = {
  /** Samples one of whose numbers might have left float32 so far; of all others none has. Whether a sample is one
   *  doesn't depend on those beside it, except where a layer mixes them. */
  readonly samples: ReadonlySet<number>;
  /** Goes on to a layer, in network order. `read` gives what a layer handed on, [count,…]: it is asked only where the
   *  bounds leave room for an overflow. */
  follow(layer: Layer, read: (layer: LayerId) => Float32Array): void;
};

/** `count` samples; `training` in a training-mode pass. */
export function createSuspects(bounds: Bounds, count: number, training?: TrainingPass): Suspects {
  const samples = new Set<number>();
  /** What no element exceeds that a layer hands on for samples that are no suspects. */
  const known = new Map<LayerId, number>();

  const largestOfSamples = (values: Float32Array) => {
    const size = values.length / count;
    return Array.from({ length: count }, (_, sample) => largest(values.subarray(sample * size, (sample + 1) * size)));
  };

  return {
    samples,
    follow(layer, read) {
      const mixes = engineKindOf(layer).mixesSamples === true && (training?.learning.has(layer.id) ?? false);
      const sources = layer.kind === 'input' ? [layer.id] : layer.inputs;
      const before = sources.map(id => known.get(id) ?? largest(read(id)));
      let bound = bounds.of(layer, before, training);
      if (bound === undefined) {
        // The bounds grow from layer to layer, faster than the numbers do: so the numbers themselves are looked at.
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
