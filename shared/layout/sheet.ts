import { firstSheets, type SheetId } from '../places.ts';
import { buildLayout } from './build.ts';
import type { Layout } from './layout.ts';
import { describeTensors, inferShapes } from '../network.ts';
import type { Layer, LayerId, NetworkSpec, TensorId, TensorInfo } from '../network.ts';

/** A network with everything that follows from it: layers by id, tensors by id (in network order), and the layout. */
export type Sheet = {
  /** Its place in the workbook's list of sheets. */
  id: SheetId;
  network: NetworkSpec;
  layers: ReadonlyMap<LayerId, Layer>;
  tensors: ReadonlyMap<TensorId, TensorInfo>;
  layout: Layout;
  /** Names of the classes, in the order of the last layer's units; may be empty. */
  classes: readonly string[];
};

/** Builds in a time that follows the number of layers. Throws UserError where the network doesn't fit a sheet. */
export function buildSheet(network: NetworkSpec, classes: readonly string[] = []): Sheet {
  const tensors = describeTensors(network);
  return {
    id: firstSheets[0].id,
    network,
    layers: new Map(network.layers.map(layer => [layer.id, layer])),
    tensors: new Map(tensors.map(tensor => [tensor.id, tensor])),
    layout: buildLayout(network, inferShapes(network), tensors, classes),
    classes,
  };
}
