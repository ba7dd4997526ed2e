import type { LayerId, NetworkSpec } from '../../shared/network.ts';

/** Layers whose columns can hide: convolutions with a ReLU after them. */
export function foldable({ layers }: NetworkSpec): LayerId[] {
  return layers
    .filter(({ kind }) => kind === 'relu')
    .flatMap(({ inputs }) => inputs.filter(id => layers.find(layer => layer.id === id)?.kind === 'conv2d'));
}
