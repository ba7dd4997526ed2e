import { kindOf } from '../../shared/layers/kinds.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import { rangeOfName } from '../../shared/own-names.ts';
import { describeTensors, type LayerId } from '../../shared/network.ts';
import type { State, Store } from './store.ts';

/** The band of a layer's values (not of its kernels). undefined for a layer without its own values. */
export function bandOf({ layout }: State['sheet'], id: LayerId) {
  return (
    layout.bands.find(({ layer, role }) => layer === id && role !== 'kernels') ??
    layout.bands.find(({ layer }) => layer === id)
  );
}

/** The suggestions of go-to: names of the user's own, layers and their parameters. */
export function suggestionsFor({ sheet, written }: Pick<State, 'sheet' | 'written'>): string[] {
  const { network } = sheet;
  const tensors = describeTensors(network);
  const names = [...written.names.values()].filter(own => rangeOfName(sheet, own)).map(({ name }) => name);
  const places = network.layers.flatMap(own => {
    const { id, name } = own;
    const parameters = tensors.filter(({ layer, role }) => layer === id && role === 'parameter');
    return kindOf(own).reshapes ? [] : [name, ...parameters.map(parameter => `${name}/${parameter.name}`)];
  });
  return [...names, ...places];
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

/** The layer whose columns a cell is in. undefined on an own sheet. */
export function layerOfCell({ id, layout }: State['sheet'], { sheet, column }: CellPlace): LayerId | undefined {
  if (sheet !== id) return undefined;
  return (layout.bands.findLast(band => band.column <= column) ?? layout.bands[0])?.layer;
}

/** The layer whose columns stand for a layer: itself, or its input's if it has none. */
export function shownFor(sheet: State['sheet'], id: LayerId): LayerId | undefined {
  let layer = sheet.layers.get(id);
  while (layer && !bandOf(sheet, layer.id)) layer = sheet.layers.get(layer.inputs[0]);
  return layer?.id;
}
