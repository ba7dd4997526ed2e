/** Folding: the columns of a convolution are hidden, and the ReLU after it stands for both. */
import { kindOf } from '../../shared/layers/kinds.ts';
import type { Layer, LayerId, NetworkSpec } from '../../shared/network.ts';

/** The layers whose columns can be hidden: convolutions with a ReLU after them. */
export function foldable({ layers }: NetworkSpec): LayerId[] {
  const convolutions = new Set(layers.filter(layer => kindOf(layer).weights === 'kernels').map(({ id }) => id));
  return layers.flatMap(layer => readByRelu(layer) ?? []).filter(id => convolutions.has(id));
}

/** The ReLU that stands for a layer while that is folded. */
export function reluAfter({ layers }: NetworkSpec, id: LayerId): Layer | undefined {
  return layers.find(layer => readByRelu(layer) === id);
}

/** The folded layer that this layer stands for, if there is one. */
export function foldedInto(layer: Layer, folded: ReadonlySet<LayerId>): LayerId | undefined {
  const id = readByRelu(layer);
  return id !== undefined && folded.has(id) ? id : undefined;
}

/** The layer that a ReLU reads. undefined for layers of other kinds. */
export function readByRelu({ kind, inputs }: Layer): LayerId | undefined {
  return kind === 'relu' ? inputs[0] : undefined;
}
