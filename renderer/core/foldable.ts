import { kindOf } from '../../shared/layers/kinds.ts';
import type { LayerId, NetworkSpec } from '../../shared/network.ts';

/** The layers whose columns can be hidden: convolutions with a ReLU after them. */
export function foldable({ layers }: NetworkSpec): LayerId[] {
  const convolutions = new Set(layers.filter(layer => kindOf(layer).weights === 'kernels').map(({ id }) => id));
  return layers
    .filter(({ kind }) => kind === 'relu')
    .flatMap(({ inputs }) => inputs.filter(id => convolutions.has(id)));
}
