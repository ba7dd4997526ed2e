/** Gradients of 2-D convolutions. After a ReLU or a max pool most of dy is zero. Then both gradients first list the
 *  numbers that aren't zero, as byte offsets and values (lists.ts), and read the lists instead of dy. If few are zero,
 *  they go over all of them, or by tiles (tiles.ts) where the convolution does. Which way is taken depends on the
 *  numbers and shapes alone.
 *  The numbers that a window reads of one row of x (kernelWidth · inChannels) are called a segment. They lie side by
 *  side in memory, and the vectors run along them. */
import { inputScratch } from './input-gradient';
import { filterScratch } from './kernel-gradient';
import { paddedSize } from './maps';
import { isTiled } from './tiles';
import { tilesGradientScratch } from './tiles-gradient';

export { inputGradient } from './input-gradient';
export { filterGradient } from './kernel-gradient';

/** Bytes of scratch memory that is enough for each of the two gradients. */
export function convolutionScratch(
  height: i32,
  width: i32,
  inChannels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): i32 {
  const paddedHeight = paddedSize(height, padTop, outHeight, kernelHeight, strideHeight);
  const paddedWidth = paddedSize(width, padLeft, outWidth, kernelWidth, strideWidth);
  const sample = paddedHeight * paddedWidth * inChannels * 4;
  const tiled = isTiled(
    inChannels,
    outHeight,
    outWidth,
    outChannels,
    kernelHeight,
    kernelWidth,
    strideHeight,
    strideWidth,
  );
  return max(
    max(
      sample + filterScratch(inChannels, outHeight, outWidth, outChannels, kernelHeight, kernelWidth),
      tiled ? tilesGradientScratch(inChannels, outChannels) : 0,
    ),
    inputScratch(
      height,
      width,
      inChannels,
      outHeight,
      outWidth,
      outChannels,
      kernelHeight,
      kernelWidth,
      strideHeight,
      strideWidth,
      padTop,
      padLeft,
    ),
  );
}
