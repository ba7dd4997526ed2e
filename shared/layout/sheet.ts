import { intersect } from '../address.ts';
import { type CellPlace, firstSheets, type RangePlace, type SheetId } from '../places.ts';
import { buildLayout } from './build.ts';
import type { ElementIndex, Layout } from './layout.ts';
import { describeTensors, inferShapes } from '../network.ts';
import type { Layer, LayerId, NetworkSpec, TensorId, TensorInfo } from '../network.ts';

/** A network with everything that follows from it: layers by id, tensors by id (in network order), and the layout. */
export type Sheet = {
  /** Its id in the workbook's list of sheets. */
  id: SheetId;
  network: NetworkSpec;
  layers: ReadonlyMap<LayerId, Layer>;
  tensors: ReadonlyMap<TensorId, TensorInfo>;
  layout: Layout;
  /** Names of the classes, in the order of the last layer's units; may be empty. */
  classes: readonly string[];
};

/** Builds the sheet of a network. `tensors` are given only where the sheet lacks some of the network's. Throws
 *  UserError if the network doesn't fit a sheet. Cost: by the number of layers. */
export function buildSheet(
  network: NetworkSpec,
  classes: readonly string[] = [],
  tensors: readonly TensorInfo[] = describeTensors(network),
): Sheet {
  return {
    id: firstSheets[0].id,
    network,
    layers: new Map(network.layers.map(layer => [layer.id, layer])),
    tensors: new Map(tensors.map(tensor => [tensor.id, tensor])),
    layout: buildLayout(network, inferShapes(network), tensors, classes),
    classes,
  };
}

/** The element in a cell; undefined if there is none, and on any other sheet. */
export function elementAt(sheet: Sheet, { sheet: id, row, column }: CellPlace): ElementIndex | undefined {
  return id === sheet.id ? sheet.layout.elementAt(row, column) : undefined;
}

/** The cell of an element. */
export function placeOf(sheet: Sheet, tensor: TensorId, index: number): CellPlace {
  return { sheet: sheet.id, ...sheet.layout.cellOf(tensor, index) };
}

/** The range of all used cells. */
export function usedRange({ id, layout }: Sheet): RangePlace {
  return { sheet: id, row: 0, column: 0, height: layout.rows, width: layout.columns };
}

/** The used part of a range; undefined if there is none, and on any other sheet. */
export function usedPart(sheet: Sheet, range: RangePlace): RangePlace | undefined {
  const part = range.sheet === sheet.id ? intersect(range, usedRange(sheet)) : undefined;
  return part && { ...part, sheet: sheet.id };
}
