/** The words for a cell, used by panels, messages and screen readers. */
import { kindOf } from './layers/kinds.ts';
import type { ElementIndex } from './layout/layout.ts';
import { messages } from './messages.ts';
import { coordinatesOf, scoresLayer, sourceOf, unitsLayer } from './network.ts';
import type { Layer } from './network.ts';
import type { Sheet } from './layout/sheet.ts';

/** Where an element is, counted from 1. `layer`: the layer's name. `block`: "map 2", "kernel 3 × map 1", "weight of
 *  class 7 from map 2". `cell`: "row 9, column 4"; empty if the block has one cell, or is a vector in one row. */
export type Place = { layer: string; block: string; cell: string };

export function placeOf(sheet: Sheet, { tensor, index }: ElementIndex): Place {
  const info = sheet.tensors.get(tensor)!;
  const layer = sheet.layers.get(info.layer)!;
  const at = coordinatesOf(info.shape, index);
  const text = messages.cells;
  const place = (block: string, cell = ''): Place => ({ layer: layer.name, block, cell });
  const inMap = ([y, x]: readonly number[]) => text.rowAndColumn(y + 1, x + 1);
  switch (info.name) {
    case 'kernel': {
      if (kindOf(layer).weights === 'kernels') {
        const [, , inC, outC] = at;
        return place(info.shape[2] === 1 ? text.kernel(outC + 1) : text.kernelSlice(outC + 1, inC + 1), inMap(at));
      }
      const [feature, unit] = at;
      const source = sourceOf(sheet.layers, layer);
      const shape = sheet.tensors.get(`${source.id}/output`)!.shape;
      const [y, x, channel] = coordinatesOf(shape, feature);
      if (shape.length === 3)
        return place(text.weight(unitOf(sheet, layer, unit), text.map(channel + 1)), inMap([y, x]));
      return place(text.weight(unitOf(sheet, layer, unit), unitOf(sheet, source, feature)));
    }
    case 'bias':
      return place(
        text.biasOf(kindOf(layer).weights === 'kernels' ? text.kernel(at[0] + 1) : unitOf(sheet, layer, at[0])),
      );
    case 'gamma':
    case 'beta':
    case 'movingMean':
    case 'movingVariance': {
      const maps = sheet.tensors.get(`${layer.id}/output`)!.shape.length === 3;
      const channel = maps ? text.map(at[0] + 1) : unitOf(sheet, layer, at[0]);
      return place(text.columnOf(messages.layers.names[info.name], channel));
    }
    case 'weights':
      return place(messages.layers.ownWeight(at[0] + 1));
    case 'rate':
      return place(messages.layers.names.rate);
    case 'partial': {
      const [group, y, x, channel] = at;
      return place(text.partialSum(channel + 1, group + 1), inMap([y, x]));
    }
    case 'output':
      if (info.shape.length === 3) {
        const single = info.role === 'pixels' && info.shape[2] === 1;
        return place(single ? '' : text.map(at[2] + 1), inMap(at));
      }
      return place(unitOf(sheet, layer, at[0]));
    default:
      return place(text.columnOf(text.softmaxHeadings[info.name], unitOf(sheet, layer, at[0])));
  }
}

/** "conv2 · map 1 · row 9, column 4" */
export function describeElement(sheet: Sheet, element: ElementIndex): string {
  const { layer, block, cell } = placeOf(sheet, element);
  return [layer, block, cell].filter(part => part !== '').join(' · ');
}

/** The word for one unit of a vector: "class 7" for a class score and everything computed from it, else "unit 8". */
function unitOf(sheet: Sheet, layer: Layer, unit: number): string {
  const scores = scoresLayer(sheet.network);
  const named = scores !== undefined && unitsLayer(sheet.layers, layer) === scores;
  return messages.cells.unitOrClass(unit, named ? sheet.classes[unit] : undefined);
}
