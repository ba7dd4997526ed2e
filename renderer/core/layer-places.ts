import { kindOf } from '../../shared/layers/kinds.ts';
import type { RangePlace } from '../../shared/places.ts';
import { describeTensors, type LayerId, type NetworkSpec } from '../../shared/network.ts';
import type { State, Store } from './store.ts';

/** The band of a layer's values (not of its kernels). undefined for a layer without its own values. */
export function bandOf({ layout }: State['sheet'], id: LayerId) {
  return (
    layout.bands.find(({ layer, role }) => layer === id && role !== 'kernels') ??
    layout.bands.find(({ layer }) => layer === id)
  );
}

/** The suggestions of go-to: layers and their parameters. */
export function suggestionsFor(network: NetworkSpec): string[] {
  const tensors = describeTensors(network);
  return network.layers.flatMap(own => {
    const { id, name } = own;
    const parameters = tensors.filter(({ layer, role }) => layer === id && role === 'parameter');
    return kindOf(own).reshapes ? [] : [name, ...parameters.map(parameter => `${name}/${parameter.name}`)];
  });
}

/** Unfolds the columns of a range, so that the user can go there. */
export function unfold(store: Store, range: RangePlace): void {
  const { sheet, foldedLayers } = store.get();
  const hidden = sheet.layout.bands.filter(
    ({ layer, role, column, width }) =>
      role !== 'kernels' &&
      foldedLayers.has(layer) &&
      range.column < column + width &&
      column < range.column + range.width,
  );
  if (hidden.length === 0) return;
  const next = new Set(foldedLayers);
  for (const { layer } of hidden) next.delete(layer);
  store.set({ foldedLayers: next });
}
