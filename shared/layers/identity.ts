import type { LayerId, Shape } from '../tensor.ts';

/** What every layer has. `id` is opaque and never changes; `name` is what the user sees; `inputs` are the layers it
 *  reads. */
export type LayerIdentity = { id: LayerId; name: string; inputs: readonly LayerId[] };

/** What a layer reads: another layer's output. */
export type LayerInput = { name: string; shape: Shape };
