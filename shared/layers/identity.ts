import type { LayerId, Shape } from '../tensor.ts';

/** The fields of every layer. `id` never changes and has no meaning. `name` is what the user sees. `inputs` are the
 *  layers that it reads. */
export type LayerIdentity = { id: LayerId; name: string; inputs: readonly LayerId[] };

/** An input of a layer: the name and output shape of another layer. */
export type LayerInput = { name: string; shape: Shape };
