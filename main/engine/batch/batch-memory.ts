/** How much memory batches take in the wasm heap, which ends at 4 GB: counted before they are made. */
import { UserError } from '../../../shared/errors.ts';
import { padBefore } from '../../../shared/geometry.ts';
import { messages } from '../../../shared/messages.ts';
import {
  describeTensors,
  inferShapes,
  type Layer,
  type NetworkSpec,
  type Shape,
  sizeOf,
} from '../../../shared/network.ts';

/** The heap has room beside for what the sheet shows of the same network. */
const MOST_BYTES = 3 * 2 ** 30;
/** Kernels count scratch memory in 32-bit numbers. */
const MOST_SCRATCH = 2 ** 30;
const NUMBER = 4;

/** The most images of which a batch fits in memory, forward and backward; 0 where not even one does. */
export function largestBatch(network: NetworkSpec): number {
  const { each, once, scratch } = memoryOf(network);
  if (Math.max(...scratch) > MOST_SCRATCH) return 0;
  const sum = each.reduce((total, bytes) => total + bytes, 0);
  // Backward, a layer's own gradient stands beside those of two layers that read each other.
  const perImage = sum + 3 * Math.max(...each);
  return Math.max(0, Math.floor((MOST_BYTES - once - Math.max(...scratch)) / perImage));
}

/** Throws UserError naming the layer that needs most, where batches of `count` images don't fit in memory. */
export function checkBatchMemory(network: NetworkSpec, count: number): void {
  const most = largestBatch(network);
  if (count <= most) return;
  const { each, scratch } = memoryOf(network);
  const needs = network.layers.map((_, at) => each[at] * count + scratch[at]);
  const { name } = network.layers[needs.indexOf(Math.max(...needs))];
  throw new UserError(messages.gradients.batchTooLarge(name, count, most));
}

/** Bytes by layer: for each image of a batch, and while the layer is calculated; and for all parameters with their
 *  gradients. */
function memoryOf(network: NetworkSpec): { each: number[]; scratch: number[]; once: number } {
  const shapes = inferShapes(network);
  const parameters = describeTensors(network).filter(({ role }) => role === 'parameter');
  return {
    each: network.layers.map(({ id, kind }) => sizeOf(shapes.get(id)!) * NUMBER * (kind === 'dropout' ? 2 : 1)),
    scratch: network.layers.map(layer => scratchOf(layer, shapes.get(layer.inputs[0]) ?? [], shapes.get(layer.id)!)),
    once: parameters.reduce((sum, { size }) => sum + 2 * size * NUMBER, 0),
  };
}

/** What kernels/assembly asks for, and XNNPACK for its list of an average pool's cells. */
function scratchOf(layer: Layer, input: Shape, output: Shape): number {
  if (layer.kind === 'averagePool2d') return output[0] * output[1] * sizeOf(layer.poolSize) * NUMBER;
  if (layer.kind === 'dense') return (input[0] * (layer.units + 8) + 8 * (layer.units + 8)) * NUMBER;
  if (layer.kind !== 'conv2d') return 0;
  const { kernelSize, strides, padding, filters } = layer;
  const padded = [0, 1].map(axis => {
    const before = padBefore(input[axis], kernelSize[axis], strides[axis], padding);
    return Math.max(input[axis] + before, (output[axis] - 1) * strides[axis] + kernelSize[axis]);
  });
  const kernel = sizeOf(kernelSize) * input[2] * (filters + 8);
  const lists = 8 * (Math.max(output[0] * output[1], filters) + 8);
  return (sizeOf(padded) * input[2] + kernel + lists) * NUMBER;
}
