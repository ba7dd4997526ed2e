/** Kernels for what the sheet shows, in place of some of TensorFlow.js's wasm backend. The arithmetic is in assembly/,
 *  works in the backend's own heap, and is built by main/tools/build.mjs. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  backend_util,
  getKernel,
  type KernelConfig,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import type { Pair } from '../../../shared/network.ts';
import {
  address,
  type Call,
  checked,
  heapOf,
  type Kernel,
  type Pad,
  type Shape4,
  sizesOf,
  stepsOf,
  withScratch,
} from './call.ts';
import type { Exports, WebAssemblyApi } from './exports.ts';
import { builtModule } from './modules.ts';
import { PIECE, piecesOf } from './pieces.ts';

declare const WebAssembly: WebAssemblyApi;

/** The attributes of a convolution or a pool as TensorFlow.js passes them. */
type ConvolutionAttributes = { strides: Pair; pad: Pad };
type PoolAttributes = { filterSize: Pair; strides: Pair; pad: Pad };
/** `onPart` hears how much of the output is made, from 0 to 1, after each piece of `most` multiplications. */
type InPieces = { onPart?: (part: number) => void; most?: number };

/** The backend's own kernels that are used here. They may fail without an error, so they are checked. */
const BY_XNNPACK = ['Relu', 'Sigmoid'];

let registered = false;

/** Registers the kernels for the backend 'wasm' in place of its own kernels of the same names. Later calls do nothing.
 *  Throws if kernels.wasm was not built. */
export function registerKernels(backend: BackendWasm): void {
  if (registered) return;
  const { exports } = new WebAssembly.Instance(builtModule('kernels.wasm'), { env: { memory: heapOf(backend) } });
  const kernels = createKernels(exports as Exports);
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    if (getKernel(kernelName, 'wasm')) unregisterKernel(kernelName, 'wasm');
    registerKernel({ kernelName, backendName: 'wasm', kernelFunc: kernel as unknown as KernelConfig['kernelFunc'] });
  }
  registered = true;
}

/** The kernels by name. To be called before they replace the backend's own, because some use those. */
function createKernels(exports: Exports): Record<string, Kernel> {
  return {
    /** As the sheet shows it, summed in doubles: x [1,H,W,inC], filter [kH,kW,inC,outC], bias [outC] or none →
     *  [1,H',W',outC]. It reads the input channels from `first` up to, but not including, `end`. */
    ConvolveExactly(call: Call<ConvolutionAttributes & InPieces & { first: number; end: number }>) {
      const { inputs, attrs, backend } = call;
      const { x, filter, bias } = inputs;
      const { first, end } = attrs;
      const geometry = convolutionGeometry(x.shape, filter.shape, attrs);
      const [, , inChannels, outHeight, outWidth, filters] = geometry;
      const y = backend.makeOutput([1, outHeight, outWidth, filters], 'float32');
      const [kernelHeight, kernelWidth] = filter.shape;
      const channels = end - first;
      withScratch(backend, exports.exactScratch(kernelHeight, kernelWidth, channels), scratch => {
        const at = [x, filter].map(tensor => address(backend, tensor)) as [number, number];
        const biasAt = bias ? address(backend, bias) : 0;
        const work = (sizeOf(filter) / inChannels) * channels;
        inPieces(geometry, filters, work, attrs, (offset, own) =>
          exports.convolveExactly(...at, biasAt, address(backend, y) + offset, scratch, first, end, ...own),
        );
      });
      return y;
    },

    /** As the sheet shows it, summed in doubles: x [1,H,W,C] → [1,H',W',C]. */
    AveragePoolExactly({ inputs: { x }, attrs, backend }: Call<PoolAttributes & InPieces>) {
      const geometry = poolGeometry(x.shape, attrs);
      const y = backend.makeOutput([1, geometry[3], geometry[4], geometry[2]], 'float32');
      inPieces(geometry, geometry[2], poolWork(geometry), attrs, (offset, own) =>
        exports.averagePoolExactly(address(backend, x), address(backend, y) + offset, ...own),
      );
      return y;
    },

    ...Object.fromEntries(BY_XNNPACK.map(name => [name, checked(name)])),

    /** x [1,H,W,C] → [1,H',W',C]. */
    MaxPoolBatch({ inputs: { x }, attrs, backend }: Call<PoolAttributes & InPieces>) {
      const geometry = poolGeometry(x.shape, attrs);
      const y = backend.makeOutput([1, geometry[3], geometry[4], geometry[2]], 'float32');
      inPieces(geometry, geometry[2], poolWork(geometry), attrs, (offset, own) =>
        exports.maxPool(address(backend, x), address(backend, y) + offset, 1, ...own),
      );
      return y;
    },
  };
}

/** [H, W, inC, H', W', outC, kernel, strides, padding before], the kernel, strides and padding as two numbers each. */
function convolutionGeometry(input: number[], filter: number[], { strides, pad }: ConvolutionAttributes): number[] {
  const info = backend_util.computeConv2DInfo(input as Shape4, filter as Shape4, [...strides], 1, pad);
  return [...sizesOf(info), info.filterHeight, info.filterWidth, ...stepsOf(info)];
}

/** [H, W, C, H', W', window, strides, padding before], the window, strides and padding as two numbers each. */
function poolGeometry(input: number[], { filterSize, strides, pad }: PoolAttributes): number[] {
  const info = backend_util.computePool2DInfo(input as Shape4, [...filterSize], [...strides], 1, pad);
  return [...sizesOf(info).slice(0, 5), info.filterHeight, info.filterWidth, ...stepsOf(info)];
}

/** Runs a kernel for one part of its output after the other. A part is an output of its own that
 *  begins `offset` bytes further, and whose padding begins as many strides earlier. */
function inPieces(
  geometry: readonly number[],
  channels: number,
  work: number,
  { onPart, most }: InPieces,
  run: (offset: number, geometry: readonly number[]) => void,
): void {
  const last = geometry.length;
  const [outHeight, outWidth] = geometry.slice(3, 5);
  if (outHeight * outWidth * work <= (most ?? PIECE)) {
    run(0, geometry);
    return onPart?.(1);
  }
  const [strideHeight, strideWidth, padTop, padLeft] = geometry.slice(last - 4);
  for (const { row, rows, column, columns } of piecesOf(outHeight, outWidth, work, most)) {
    const own = [...geometry];
    own[3] = rows;
    own[4] = columns;
    own[last - 2] = padTop - row * strideHeight;
    own[last - 1] = padLeft - column * strideWidth;
    run((row * outWidth + column) * channels * Float32Array.BYTES_PER_ELEMENT, own);
    onPart?.((row * outWidth + column + rows * columns) / (outHeight * outWidth));
  }
}

/** Comparisons or additions for one place of a pool's output. */
const poolWork = ([, , channels, , , height, width]: readonly number[]) => channels * height * width;

function sizeOf({ shape }: TensorInfo): number {
  return shape.reduce((product, length) => product * length, 1);
}
