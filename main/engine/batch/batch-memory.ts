/** Estimates how much memory a batch takes in the wasm heap, before the batch is made. The heap ends at 4 GB. */
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { describeTensors, inferShapes, type Layer, type NetworkSpec, sizeOf } from '../../../shared/network.ts';
import { engineKindOf } from '../layers/kinds.ts';

/** The most bytes of the heap that a batch may take. The rest is for what the threads need while they calculate. */
const MOST_BYTES = 3 * 2 ** 30;
/** Kernels count scratch memory in 32-bit numbers. */
const MOST_SCRATCH = 2 ** 30;
const NUMBER = 4;
/** Numbers for each parameter: its own, what it was before the last step, its gradient, and two slots. */
export const PER_PARAMETER = 5;

/** The largest batch that fits in memory, forward and backward. 0 if not even one image fits. */
export function largestBatch(network: NetworkSpec): number {
  const { each, once, scratch } = memoryOf(network);
  if (Math.max(...scratch) > MOST_SCRATCH) return 0;
  const sum = each.reduce((total, bytes) => total + bytes, 0);
  // On the way back, a layer's own gradient takes room beside the gradients of two neighbouring layers.
  const perImage = sum + 3 * Math.max(...each);
  return Math.max(0, Math.floor((MOST_BYTES - once - Math.max(...scratch)) / perImage));
}

/** Throws UserError, naming the layer that needs most, if batches of `count` images don't fit in memory. */
export function checkBatchMemory(network: NetworkSpec, count: number): void {
  const most = largestBatch(network);
  if (count <= most) return;
  const { each, scratch } = memoryOf(network);
  const needs = network.layers.map((_, at) => each[at] * count + scratch[at]);
  const { name } = network.layers[needs.indexOf(Math.max(...needs))];
  throw new UserError(sentences.gradients.batchTooLarge(name, count, most));
}

function keptOf(layer: Layer): number {
  const kind = engineKindOf(layer);
  return kind.keeps?.(layer) ?? kind.kept ?? 0;
}

/** Bytes that each layer takes: `each` for every image of a batch, `scratch` only while the layer is calculated. `once`
 *  is the bytes of all parameters and of what training keeps for each. */
function memoryOf(network: NetworkSpec): { each: number[]; scratch: number[]; once: number } {
  const shapes = inferShapes(network);
  const parameters = describeTensors(network).filter(({ role }) => role === 'parameter');
  return {
    each: network.layers.map(layer => sizeOf(shapes.get(layer.id)!) * NUMBER * (1 + keptOf(layer))),
    scratch: network.layers.map(
      layer => engineKindOf(layer).scratch?.(layer, shapes.get(layer.inputs[0]) ?? [], shapes.get(layer.id)!) ?? 0,
    ),
    once: parameters.reduce((sum, { size }) => sum + PER_PARAMETER * size * NUMBER, 0),
  };
}
