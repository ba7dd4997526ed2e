/** Gradients of 2-D convolutions. A dense layer is a convolution of 1×1 maps here. After a ReLU or a max pool most of
 *  dy is zero. So both gradients first list the numbers that aren't zero, as byte offsets and values (lists.ts), and
 *  then read the lists instead of dy. If nothing is zero, the lists cost a few per cent.
 *  The numbers that a window reads of one row of x (kernelWidth · inChannels) are called a segment. They lie side by
 *  side in memory, and the vectors run along them. */
import { paddedSize } from './maps';
import { TABLE_BYTES } from './lists';

export * from './input-gradient';
export * from './kernel-gradient';

/** Bytes of scratch memory that each of the two gradients needs. */
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
  const sample = paddedHeight * paddedWidth * inChannels;
  const kernel = kernelHeight * kernelWidth * inChannels * outChannels;
  // Room for four lists of all pixels, or one of all channels. Writing to a list may overwrite up to three numbers past
  // its end.
  const lists = 8 * (max(outHeight * outWidth, outChannels) + 8);
  return (sample + kernel + lists) * 4 + (TABLE_BYTES as i32);
}
