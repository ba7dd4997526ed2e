/** Formula layers as the sheet's commands see them. */
import type { LayersChange } from '../../shared/changes/kinds.ts';
import { builtInAgain } from '../../shared/layer-edits/edits.ts';
import { contains } from '../../shared/address.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Layer } from '../../shared/network.ts';
import type { RangePlace } from '../../shared/places.ts';
import type { State } from '../core/store.ts';
import type { Entry } from './entry.ts';

type Sheet = State['sheet'];

/** The formula layer whose whole output is selected. */
export function formulaLayerIn(sheet: Sheet, ranges: readonly RangePlace[]): Layer | undefined {
  return sheet.network.layers.find(layer => {
    if (layer.kind !== 'formula') return false;
    const { shape, size } = sheet.tensors.get(`${layer.id}/output`)!;
    const channels = shape.length === 3 ? shape[2] : 1;
    const corners = Array.from({ length: channels }, (_, channel) => [channel, size - channels + channel]).flat();
    return corners.every(index => {
      const cell = sheet.layout.cellOf(`${layer.id}/output`, index);
      return ranges.some(range => range.sheet === sheet.id && contains(range, cell));
    });
  });
}

/** The entry that puts the built-in layer back. */
export function builtInEntry({ network }: Sheet, { id, name }: Layer): Entry {
  const change: LayersChange = { kind: 'layers', network: builtInAgain(network, id), beginning: 'initial', seed: 1 };
  return { command: { label: sentences.formulaLayers.builtInLabel(name), changes: [change] } };
}
