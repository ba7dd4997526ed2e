/** Kernels for TensorFlow.js's wasm backend. It lacks some gradients (Conv2DBackpropFilter, both
 *  DepthwiseConv2dNativeBackprop…), gets some wrong (MaxPoolGrad, AvgPoolGrad) and is slow at others
 *  (Conv2DBackpropInput, transposed matrices in BatchMatMul). The gradients of activations, biases and batch
 *  normalisation are registered under TensorFlow's names. Depthwise convolutions are in depthwise.ts. The arithmetic is
 *  in assembly/, works in the backend's own heap, and is built by main/tools/build.mjs. */
import { existsSync, readFileSync } from 'node:fs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  backend_util,
  getKernel,
  type KernelConfig,
  type NamedAttrMap,
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
  type Eight,
  type Five,
  type Four,
  type Kernel,
  ownKernel,
  type Pad,
  type Shape4,
  type Six,
  sizesOf,
  stepsOf,
  type Three,
  withScratch,
} from './call.ts';
import { createDepthwiseKernels } from './depthwise.ts';
import { createElementwiseKernel } from './elementwise/elementwise.ts';
import type { Exports, Memory, WebAssemblyApi } from './exports.ts';
import { PIECE, piecesOf } from './pieces.ts';

declare const WebAssembly: WebAssemblyApi;

/** The attributes of a convolution or a pool as TensorFlow.js passes them. */
type ConvolutionAttributes = { strides: Pair; pad: Pad };
type PoolAttributes = { filterSize: Pair; strides: Pair; pad: Pad };
/** `onPart` hears how much of the output is made, from 0 to 1, after each piece of `most` multiplications. */
type InPieces = { onPart?: (part: number) => void; most?: number };

type Activation = 'linear' | 'relu';

/** The backend's own kernels that are used here. They may fail without an error, so they are checked. */
const BY_XNNPACK = ['Add', 'AvgPool', 'Elu', 'Multiply', 'Relu', 'Sigmoid'];

let registered = false;

/** Registers the kernels for the backend 'wasm' in place of its own kernels of the same names. Later calls do nothing.
 *  Throws if kernels.wasm was not built. */
export function registerKernels(backend: BackendWasm): void {
  if (registered) return;
  const memory = heapOf(backend);
  const kernels = { ...createKernels(instantiate(memory)), Elementwise: createElementwiseKernel(memory) };
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    if (getKernel(kernelName, 'wasm')) unregisterKernel(kernelName, 'wasm');
    registerKernel({ kernelName, backendName: 'wasm', kernelFunc: kernel as unknown as KernelConfig['kernelFunc'] });
  }
  registered = true;
}

/** Loads kernels.wasm. The build puts it beside the bundle; code that runs from the sources finds it in the build's
 *  folder. */
function instantiate(memory: Memory): Exports {
  const file = ['kernels.wasm', '../../../.build/main/kernels.wasm']
    .map(path => new URL(path, import.meta.url))
    .find(url => existsSync(url));
  if (!file) throw new Error('kernels.wasm is missing: run "npm run build".');
  const module = new WebAssembly.Module(readFileSync(file));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
}

/** The kernels by name. To be called before they replace the backend's own, because some use those. */
function createKernels(exports: Exports): Record<string, Kernel> {
  const matMul = ownKernel('BatchMatMul');

  /** A kernel whose every number depends on one number of `dy` and one of another input. */
  const elementwise =
    (run: (dy: number, other: number, dx: number, count: number, attrs: NamedAttrMap) => void, name: string) =>
    ({ inputs, attrs, backend }: Call<NamedAttrMap>) => {
      const { dy, [name]: other } = inputs;
      const dx = backend.makeOutput(dy.shape, 'float32');
      run(address(backend, dy), address(backend, other), address(backend, dx), sizeOf(dy), attrs);
      return dx;
    };

  const convolve = (
    backend: BackendWasm,
    { x, w, bias }: { x: TensorInfo; w: TensorInfo; bias?: TensorInfo },
    geometry: number[],
    shape: number[],
    activation: Activation,
  ) => {
    const y = backend.makeOutput(shape, 'float32');
    const added = bias ?? zeros(backend, shape.at(-1)!);
    withScratch(backend, exports.convolveScratch(...geometry), scratch => {
      const at = [x, w, added, y].map(tensor => address(backend, tensor)) as Four;
      exports.convolve(...at, scratch, activation === 'relu' ? 1 : 0, x.shape[0], ...geometry);
    });
    if (!bias) backend.disposeData(added.dataId);
    return y;
  };

  const filterGradient = (backend: BackendWasm, x: TensorInfo, dy: TensorInfo, geometry: number[], shape: number[]) => {
    const dw = backend.makeOutput(shape, 'float32');
    withScratch(backend, exports.convolutionScratch(...geometry), scratch => {
      const at = [x, dy, dw].map(tensor => address(backend, tensor)) as Three;
      exports.filterGradient(...at, scratch, x.shape[0], ...geometry);
    });
    return dw;
  };

  const inputGradient = (backend: BackendWasm, dy: TensorInfo, w: TensorInfo, geometry: number[], shape: number[]) => {
    const dx = backend.makeOutput(shape, 'float32');
    withScratch(backend, exports.convolutionScratch(...geometry), scratch => {
      const at = [dy, w, dx].map(tensor => address(backend, tensor)) as Three;
      exports.inputGradient(...at, scratch, dy.shape[0], ...geometry);
    });
    return dx;
  };

  return {
    /** x [N,H,W,inC], filter [kH,kW,inC,outC], bias [outC] or none → [N,H',W',outC]. */
    ConvolveBatch(call: Call<ConvolutionAttributes & { activation: Activation }>) {
      const { inputs, attrs, backend } = call;
      const { x, filter: w, bias } = inputs;
      const geometry = convolutionGeometry(x.shape, w.shape, attrs);
      const [, , , outHeight, outWidth, filters] = geometry;
      const shape = [x.shape[0], outHeight, outWidth, filters];
      return convolve(backend, { x, w, bias }, geometry, shape, attrs.activation);
    },

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

    /** x [N,inFeatures], kernel [inFeatures,units], bias [units] or none → [N,units]. */
    DenseBatch({ inputs: { x, kernel: w, bias }, attrs, backend }: Call<{ activation: Activation }>) {
      const [inFeatures, units] = w.shape;
      const [count] = x.shape;
      const y = backend.makeOutput([count, units], 'float32');
      withScratch(backend, exports.productScratch(), scratch =>
        exports.multiply(
          ...matrix(backend, x, inFeatures),
          ...matrix(backend, w, units),
          bias ? address(backend, bias) : 0,
          ...matrix(backend, y, units),
          scratch,
          attrs.activation === 'relu' ? 1 : 0,
          count,
          inFeatures,
          units,
        ),
      );
      return y;
    },

    /** x [N,H,W,inC], dy [N,H',W',outC] → [kH,kW,inC,outC]. */
    Conv2DBackpropFilter({ inputs: { x, dy }, attrs, backend }: Call<ConvolutionAttributes & { filterShape: Shape4 }>) {
      return filterGradient(backend, x, dy, convolutionGeometry(x.shape, attrs.filterShape, attrs), attrs.filterShape);
    },

    /** dy [N,H',W',outC], filter [kH,kW,inC,outC] → [N,H,W,inC]. */
    Conv2DBackpropInput({
      inputs: { dy, filter },
      attrs,
      backend,
    }: Call<ConvolutionAttributes & { inputShape: Shape4 }>) {
      const geometry = convolutionGeometry(attrs.inputShape, filter.shape, attrs);
      return inputGradient(backend, dy, filter, geometry, attrs.inputShape);
    },

    ...createDepthwiseKernels(exports),
    ...Object.fromEntries(BY_XNNPACK.map(name => [name, checked(name)])),

    /** a [N,K] or transposed [K,N], b [K,M] or transposed [M,K] → [N,M]. With one of them transposed it is a gradient
     *  of a dense layer: aᵀ·b of the kernel, a·bᵀ of the input. */
    BatchMatMul(call: Call<{ transposeA: boolean; transposeB: boolean }>) {
      const { inputs, attrs, backend } = call;
      const { a, b } = inputs;
      if (attrs.transposeA === attrs.transposeB || a.shape.length > 2) return matMul(call as Call<never>);
      const [rows, columns] = a.shape;
      const shape = attrs.transposeA ? [columns, b.shape[1]] : [rows, b.shape[0]];
      const product = backend.makeOutput(shape, 'float32');
      const multiply = attrs.transposeA ? exports.multiplyTransposedA : exports.multiplyTransposedB;
      withScratch(backend, exports.productScratch(), scratch =>
        multiply(
          ...matrix(backend, a, columns),
          ...matrix(backend, b, b.shape[1]),
          ...matrix(backend, product, shape[1]),
          scratch,
          rows,
          columns,
          attrs.transposeA ? b.shape[1] : b.shape[0],
        ),
      );
      return product;
    },

    /** x [N,H,W,C] → [N,H',W',C]. */
    MaxPoolBatch({ inputs: { x }, attrs, backend }: Call<PoolAttributes & InPieces>) {
      const geometry = poolGeometry(x.shape, attrs);
      const y = backend.makeOutput([x.shape[0], geometry[3], geometry[4], geometry[2]], 'float32');
      if (x.shape[0] > 1) exports.maxPool(address(backend, x), address(backend, y), x.shape[0], ...geometry);
      else
        inPieces(geometry, geometry[2], poolWork(geometry), attrs, (offset, own) =>
          exports.maxPool(address(backend, x), address(backend, y) + offset, 1, ...own),
        );
      return y;
    },

    /** dy and output [N,H',W',C], input [N,H,W,C] → [N,H,W,C]. */
    MaxPoolGrad({ inputs: { dy, input, output }, attrs, backend }: Call<PoolAttributes>) {
      const dx = backend.makeOutput(input.shape, 'float32');
      const at = [input, output, dy, dx].map(tensor => address(backend, tensor)) as Four;
      exports.maxPoolGradient(...at, input.shape[0], ...poolGeometry(input.shape, attrs));
      return dx;
    },

    /** dy [N,H',W',C], input [N,H,W,C] → [N,H,W,C]. Only the input's shape is read. */
    AvgPoolGrad({ inputs: { dy, input }, attrs, backend }: Call<PoolAttributes>) {
      const dx = backend.makeOutput(input.shape, 'float32');
      exports.averagePoolGradient(
        address(backend, dy),
        address(backend, dx),
        input.shape[0],
        ...poolGeometry(input.shape, attrs),
      );
      return dx;
    },

    ReluBatch({ inputs: { x }, backend }: Call<unknown>) {
      const y = backend.makeOutput(x.shape, 'float32');
      exports.relu(address(backend, x), address(backend, y), sizeOf(x));
      return y;
    },
    LeakyReluBatch({ inputs: { x }, attrs: { alpha }, backend }: Call<{ alpha: number }>) {
      const y = backend.makeOutput(x.shape, 'float32');
      exports.leakyRelu(address(backend, x), address(backend, y), alpha, sizeOf(x));
      return y;
    },
    /** dy and the layer's output y. */
    ReluGrad: elementwise(exports.reluGradient, 'y'),
    /** dy and the layer's input x. */
    LeakyReluGrad: elementwise(
      (dy, x, dx, count, { alpha }) => exports.leakyReluGradient(dy, x, dx, alpha as number, count),
      'x',
    ),
    /** dy and the layer's output y. */
    SigmoidGrad: elementwise(exports.sigmoidGradient, 'y'),
    /** dy and the layer's output y. */
    TanhGrad: elementwise(exports.tanhGradient, 'y'),

    /** dy [...,C] → [C]. */
    BiasAddGrad({ inputs: { dy }, backend }: Call<unknown>) {
      const [rows, channels] = rowsOf(dy);
      const db = backend.makeOutput([channels], 'float32');
      exports.biasGradient(address(backend, dy), address(backend, db), rows, channels);
      return db;
    },

    /** In training: x [...,C], scale, offset [C] → y, and the batch's mean and variance (divided by the count) [C]. */
    FusedBatchNormV3({ inputs: { x, scale, offset }, attrs, backend }: Call<{ epsilon: number }>) {
      const [rows, channels] = rowsOf(x);
      const outputs = [x.shape, [channels], [channels]].map(shape => backend.makeOutput(shape, 'float32'));
      const at = [x, scale, offset, ...outputs].map(tensor => address(backend, tensor)) as Six;
      exports.batchNorm(...at, attrs.epsilon, rows, channels);
      return outputs;
    },

    /** dy, x [...,C], scale and the batch's mean and variance [C] → the gradients of x, scale and offset. */
    FusedBatchNormGradV3({ inputs: { dy, x, scale, mean, variance }, attrs, backend }: Call<{ epsilon: number }>) {
      const [rows, channels] = rowsOf(x);
      const outputs = [x.shape, [channels], [channels]].map(shape => backend.makeOutput(shape, 'float32'));
      const at = [dy, x, scale, mean, variance, ...outputs].map(tensor => address(backend, tensor)) as Eight;
      exports.batchNormGradient(...at, attrs.epsilon, rows, channels);
      return outputs;
    },

    /** x [...,C], mean, scale, offset [C] → scale · (x − mean) + offset. */
    NormaliseChannels({ inputs: { x, mean, scale, offset }, backend }: Call<unknown>) {
      const y = backend.makeOutput(x.shape, 'float32');
      const at = [x, mean, scale, offset, y].map(tensor => address(backend, tensor)) as Five;
      exports.normaliseChannels(...at, ...rowsOf(x));
      return y;
    },

    /** x [...,C], scale [C] → scale · x. */
    ScaleChannels({ inputs: { x, scale }, backend }: Call<unknown>) {
      const y = backend.makeOutput(x.shape, 'float32');
      exports.scaleChannels(address(backend, x), address(backend, scale), address(backend, y), ...rowsOf(x));
      return y;
    },
  };
}

function zeros(backend: BackendWasm, size: number): TensorInfo {
  return backend.makeOutput([size], 'float32', undefined, new Float32Array(size));
}

/** Where a matrix lies, and how many bytes apart its rows are. */
function matrix(backend: BackendWasm, tensor: TensorInfo, columns: number): [at: number, step: number] {
  return [address(backend, tensor), columns * Float32Array.BYTES_PER_ELEMENT];
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

/** The size of [...,C] as a matrix with C columns. */
function rowsOf(tensor: TensorInfo): [rows: number, channels: number] {
  const channels = tensor.shape.at(-1)!;
  return [sizeOf(tensor) / channels, channels];
}
