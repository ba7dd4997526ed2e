/** Gradients of 2-D convolutions. Dense layers are convolutions of 1×1 maps here.
 *  Behind a ReLU or a max pool most of dy is zero, so both gradients first list what isn't, as byte offsets and values
 *  (lists.ts), and then read the lists instead of dy; where nothing is zero, the lists cost a few per cent. What one
 *  window reads of a row of x (kernelWidth · inChannels numbers, called a segment) lies in one piece: the vectors run
 *  along it. */
import { paddedSize } from './maps';
import { TABLE_BYTES } from './lists';

export * from './input-gradient';
export * from './kernel-gradient';

/** Bytes of scratch memory either gradient of such a convolution needs. */
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
  // Four lists of all pixels, or one of all channels; the last step of writing one reaches up to three numbers past its
  // end.
  const lists = 8 * (max(outHeight * outWidth, outChannels) + 8);
  return (sample + kernel + lists) * 4 + (TABLE_BYTES as i32);
}
