/** Layers that read maps through windows: convolutions and pools. */
import { UserError } from '../errors.ts';
import { outputSize, padBefore } from '../geometry.ts';
import type { LayerIdentity, LayerInput } from './identity.ts';
import { requireMaps } from './kind.ts';
import { sentences } from '../messages/sentences.ts';
import { formatShape } from '../tensor.ts';
import type { Padding, Pair, Shape } from '../tensor.ts';

export type Window = { size: Pair; strides: Pair; padding: Padding };

/** The window of a layer that has kernels. With dilation, a kernel leaves cells of it out. */
export function kernelWindow({ kernelSize, strides, padding, dilationRate }: Kernel): Window {
  const rate = dilationRate ?? [1, 1];
  return { size: [(kernelSize[0] - 1) * rate[0] + 1, (kernelSize[1] - 1) * rate[1] + 1], strides, padding };
}
type Kernel = { kernelSize: Pair; strides: Pair; padding: Padding; dilationRate?: Pair };

/** How many rows below its source's first map a layer's first map begins, so that an output cell is level with the
 *  middle of its window. */
export function centringOf({ size, strides, padding }: Window, [height]: Shape): number {
  return Math.floor((size[0] - 1) / 2) - padBefore(height, size[0], strides[0], padding);
}

/** The height and width of the output maps. `what` is the window's name in the sentence that refuses it. Throws
 *  UserError if the input has no maps, or maps smaller than the window. */
export function windowedSize(
  layer: LayerIdentity,
  input: LayerInput,
  { size, strides, padding }: Window,
  what: 'kernel' | 'window',
): [height: number, width: number] {
  requireMaps(layer, input, sentences.network.needsMaps);
  const [height, width] = [0, 1].map(axis => outputSize(input.shape[axis], size[axis], strides[axis], padding));
  if (height >= 1 && width >= 1) return [height, width];
  const shape = formatShape(input.shape);
  throw new UserError(sentences.network.windowTooLarge(layer.name, what, formatShape(size), input.name, shape));
}
