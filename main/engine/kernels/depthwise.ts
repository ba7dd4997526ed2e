/** Depthwise convolutions on TensorFlow.js's wasm backend: their gradients, which it lacks, and its own convolutions
 *  with the padding spelt out, without which some are wrong. */
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

/** As TensorFlow.js tells it; only the convolutions themselves are told the data format. */
type DepthwiseAttributes = {
  strides: number | [number, number];
  pad: Pad | number;
  dilations?: number | [number, number];
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  dataFormat?: 'NHWC' | 'NCHW';
};

/** The kernels by name; to be called before they replace the backend's own. */
export function createDepthwiseKernels(exports: Exports): Record<string, Kernel> {
  return {
    /** x [N,H,W,C], filter [kH,kW,C,multiplier] → [N,H',W',C·multiplier]. */
    DepthwiseConv2dNative: withPaddingSpeltOut(checked('DepthwiseConv2dNative')),
    FusedDepthwiseConv2D: withPaddingSpeltOut(checked('FusedDepthwiseConv2D')),

    /** x [N,H,W,C], dy [N,H',W',C·multiplier] → [kH,kW,C,multiplier]. Throws where dilations are not 1. */
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

    /** dy [N,H',W',C·multiplier], filter [kH,kW,C,multiplier] → [N,H,W,C]. Throws where dilations are not 1. */
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

/** The backend's own kernel, told so many rows and columns of padding as the windows need. Inside, XNNPACK works them
 *  and the size of the output out again, and comes to others than tfjs-core: for "same" where a stride is larger than
 *  the kernel (github.com/tensorflow/tfjs/issues/6629), for one number where kernel or strides are not square, and for
 *  sizes rounded up. Then results are wrong or lie outside their tensor. Throws for NCHW, which the kernel takes for
 *  NHWC. */
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

/** H, W, C, H', W', C·multiplier, kernel, strides and padding before. */
function geometryOf(input: number[], filter: number[], attrs: DepthwiseAttributes): number[] {
  const info = depthwiseInfo(input, filter, attrs);
  const { dilationHeight, dilationWidth } = info;
  if (dilationHeight !== 1 || dilationWidth !== 1)
    throw new Error(
      `Gradients of depthwise convolutions on wasm take dilations of 1×1 only, not ${dilationHeight}×${dilationWidth}.`,
    );
  return [...sizesOf(info), info.filterHeight, info.filterWidth, ...stepsOf(info)];
}

/** Throws where not one window fits: the backend's own kernel would then write past its memory. */
function depthwiseInfo(input: number[], filter: number[], attrs: DepthwiseAttributes): backend_util.Conv2DInfo {
  const { strides, pad, dilations = 1, dimRoundingMode } = attrs;
  // Of a number tfjs-core makes an output as if kernel and strides were square.
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
