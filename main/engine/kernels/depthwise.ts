/** Depthwise convolutions for TensorFlow.js's wasm backend. It lacks their gradients, and some of its own convolutions
 *  are wrong unless their padding is given in numbers. */
import { backend_util } from '@tensorflow/tfjs-core';
import {
  address,
  type Call,
  checked,
  type Kernel,
  type Pad,
  type Shape4,
  sizesOf,
  stepsOf,
  type Three,
  withScratch,
} from './call.ts';
import type { Exports } from './exports.ts';

/** The attributes as TensorFlow.js passes them. Only the convolutions get the data format, the gradients don't. */
type DepthwiseAttributes = {
  strides: number | [number, number];
  pad: Pad | number;
  dilations?: number | [number, number];
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  dataFormat?: 'NHWC' | 'NCHW';
};

/** The kernels by name. To be called before they replace the backend's own. */
export function createDepthwiseKernels(exports: Exports): Record<string, Kernel> {
  return {
    /** x [N,H,W,C], filter [kH,kW,C,multiplier] → [N,H',W',C·multiplier]. */
    DepthwiseConv2dNative: withPaddingSpeltOut(checked('DepthwiseConv2dNative')),
    FusedDepthwiseConv2D: withPaddingSpeltOut(checked('FusedDepthwiseConv2D')),

    /** x [N,H,W,C], dy [N,H',W',C·multiplier] → [kH,kW,C,multiplier]. Throws if dilations are not 1. */
    DepthwiseConv2dNativeBackpropFilter({
      inputs: { x, dy },
      attrs,
      backend,
    }: Call<DepthwiseAttributes & { filterShape: Shape4 }>) {
      const geometry = geometryOf(x.shape, attrs.filterShape, attrs);
      const dw = backend.makeOutput(attrs.filterShape, 'float32');
      withScratch(backend, exports.depthwiseScratch(...geometry), scratch => {
        const at = [x, dy, dw].map(tensor => address(backend, tensor)) as Three;
        exports.depthwiseFilterGradient(...at, scratch, x.shape[0], ...geometry);
      });
      return dw;
    },

    /** dy [N,H',W',C·multiplier], filter [kH,kW,C,multiplier] → [N,H,W,C]. Throws if dilations are not 1. */
    DepthwiseConv2dNativeBackpropInput({
      inputs: { dy, filter },
      attrs,
      backend,
    }: Call<DepthwiseAttributes & { inputShape: Shape4 }>) {
      const geometry = geometryOf(attrs.inputShape, filter.shape, attrs);
      const dx = backend.makeOutput(attrs.inputShape, 'float32');
      withScratch(backend, exports.depthwiseScratch(...geometry), scratch => {
        const at = [dy, filter, dx].map(tensor => address(backend, tensor)) as Three;
        exports.depthwiseInputGradient(...at, scratch, dy.shape[0], ...geometry);
      });
      return dx;
    },
  };
}

/** The backend's own kernel, called with the padding in numbers. Left to itself, XNNPACK works out the padding and the
 *  output's size again, and differs from tfjs-core in three cases: 'same' with a stride larger than the kernel
 *  (github.com/tensorflow/tfjs/issues/6629), one number as padding with a kernel or strides that aren't square, and
 *  sizes that are rounded up. The results are then wrong or lie outside their tensor. Throws for NCHW, which the kernel
 *  would read as NHWC. */
function withPaddingSpeltOut(kernel: Kernel): Kernel {
  return (call: Call<DepthwiseAttributes>) => {
    const { inputs, attrs } = call;
    if (attrs.dataFormat === 'NCHW') throw new Error('Depthwise convolutions on wasm take channels last (NHWC) only.');
    const info = depthwiseInfo(inputs.x.shape, inputs.filter.shape, attrs);
    const { padInfo, inHeight, outHeight, strideHeight, effectiveFilterHeight } = info;
    const { inWidth, outWidth, strideWidth, effectiveFilterWidth } = info;
    const bottom = (outHeight - 1) * strideHeight + effectiveFilterHeight - inHeight - padInfo.top;
    const right = (outWidth - 1) * strideWidth + effectiveFilterWidth - inWidth - padInfo.left;
    const pad = around(padInfo.top, Math.max(bottom, 0), padInfo.left, Math.max(right, 0));
    return kernel({ ...call, attrs: { ...attrs, pad, dimRoundingMode: 'floor' } } as unknown as Call<never>);
  };
}

/** [H, W, C, H', W', C·multiplier, kernel, strides, padding before], the kernel, strides and padding as two numbers
 *  each. */
function geometryOf(input: number[], filter: number[], attrs: DepthwiseAttributes): number[] {
  const info = depthwiseInfo(input, filter, attrs);
  const { dilationHeight, dilationWidth } = info;
  if (dilationHeight !== 1 || dilationWidth !== 1)
    throw new Error(
      `Gradients of depthwise convolutions on wasm take dilations of 1×1 only, not ${dilationHeight}×${dilationWidth}.`,
    );
  return [...sizesOf(info), info.filterHeight, info.filterWidth, ...stepsOf(info)];
}

/** Throws if not even one window fits. The backend's own kernel would then write past its memory. */
function depthwiseInfo(input: number[], filter: number[], attrs: DepthwiseAttributes): backend_util.Conv2DInfo {
  const { strides, pad, dilations = 1, dimRoundingMode } = attrs;
  // Given a number, tfjs-core calculates the output's size as if the kernel and the strides were square.
  const sides = typeof pad === 'number' ? around(pad, pad, pad, pad) : pad;
  const shapes = [input as Shape4, filter as Shape4] as const;
  const info = backend_util.computeConv2DInfo(...shapes, strides, dilations, sides, dimRoundingMode, true);
  const { inHeight, inWidth, outHeight, outWidth, effectiveFilterHeight, effectiveFilterWidth } = info;
  if (outHeight < 1 || outWidth < 1)
    throw new Error(
      `A depthwise kernel of ${effectiveFilterHeight}×${effectiveFilterWidth} does not fit on a map of ` +
        `${inHeight}×${inWidth} with its padding.`,
    );
  return info;
}

function around(top: number, bottom: number, left: number, right: number): Pad {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}
