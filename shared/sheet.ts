import type { Layout } from './layout.ts';
import type { Layer, LayerId, NetworkSpec, TensorId, TensorInfo } from './network.ts';

/** A network with everything that follows from it: layers by id, tensors by id (in network order), and the layout. */
export type Sheet = {
  network: NetworkSpec;
  layers: ReadonlyMap<LayerId, Layer>;
  tensors: ReadonlyMap<TensorId, TensorInfo>;
  layout: Layout;
};

/** The one network sheet's name in addresses such as Network!AH3. */
export const NETWORK_SHEET = 'Network';
