/** Kernels for the backend 'tensorflow' that tfjs-node lacks, made of TensorFlow's own operations. They have the same
 *  names and inputs as those in kernels.ts. */
import {
  backend_util,
  getKernel,
  type KernelConfig,
  type NamedAttrMap,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { elementwise } from './elementwise/native.ts';
import { type Attribute, float, type NativeBackend, type NativeCall } from './native-call.ts';

type Shape4 = [number, number, number, number];
type Kernel = (call: NativeCall) => TensorInfo | TensorInfo[];

let registered = false;

/** Registers the kernels. Later calls do nothing. */
export function registerNativeKernels(): void {
  if (registered) return;
  const stock = (name: string) => getKernel(name, 'tensorflow').kernelFunc as unknown as Kernel;
  const kernels = {
    ...KERNELS,
    Conv2D: cropped(stock('Conv2D'), ({ inputs }) => inputs.filter.shape),
    Conv2DBackpropFilter: cropped(stock('Conv2DBackpropFilter'), ({ attrs }) => attrs.filterShape as number[]),
  };
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    if (getKernel(kernelName, 'tensorflow')) unregisterKernel(kernelName, 'tensorflow');
    registerKernel({
      kernelName,
      backendName: 'tensorflow',
      kernelFunc: kernel as unknown as KernelConfig['kernelFunc'],
    });
  }
  registered = true;
}

const KERNELS: Record<string, Kernel> = {
  ConvolveBatch({ inputs, attrs, backend }) {
    const { x, filter, bias } = inputs;
    return finish(run('Conv2D', { x, filter }, attrs, backend), bias, attrs, backend);
  },
  DenseBatch({ inputs: { x: a, kernel: b, bias }, attrs, backend }) {
    const product = run('BatchMatMul', { a, b }, { transposeA: false, transposeB: false }, backend);
    return finish(product, bias, attrs, backend);
  },

  MaxPoolBatch: ({ inputs, attrs, backend }) => run('MaxPool', inputs, attrs, backend),
  LeakyReluBatch: ({ inputs, attrs, backend }) => run('LeakyRelu', inputs, attrs, backend),
  ReluBatch: ({ inputs, attrs, backend }) => run('Relu', inputs, attrs, backend),
  ReluGrad: ({ inputs: { dy, y }, backend }) => backend.executeSingleOutput('ReluGrad', float(backend), [dy, y]),
  LeakyReluGrad: ({ inputs: { dy, x }, attrs: { alpha }, backend }) =>
    backend.executeSingleOutput(
      'LeakyReluGrad',
      [...float(backend), { name: 'alpha', type: backend.binding.TF_ATTR_FLOAT, value: alpha }],
      [dy, x],
    ),
  SigmoidGrad: ({ inputs: { dy, y }, backend }) => backend.executeSingleOutput('SigmoidGrad', float(backend), [y, dy]),
  TanhGrad: ({ inputs: { dy, y }, backend }) => backend.executeSingleOutput('TanhGrad', float(backend), [y, dy]),
  BiasAddGrad: ({ inputs: { dy }, backend }) => backend.executeSingleOutput('BiasAddGrad', float(backend), [dy]),

  FusedBatchNormV3({ inputs: { x, scale, offset }, attrs, backend }) {
    const none = backend.executeSingleOutput('ZerosLike', float(backend), [scale]);
    const outputs = onMaps(x, backend, maps =>
      backend.executeMultipleOutputs(
        'FusedBatchNorm',
        normalisation(backend, attrs),
        [maps, scale, offset, none, none],
        5,
      ),
    );
    // The first variance is divided by the count less one, the second by the count.
    const [y, mean, correctedVariance, savedMean, variance] = outputs;
    for (const unused of [none, correctedVariance, savedMean]) backend.disposeData(unused.dataId);
    return [y, mean, variance];
  },
  FusedBatchNormGradV3({ inputs: { dy, x, scale, mean, variance }, attrs, backend }) {
    const outputs = onMaps(dy, backend, gradient => {
      const maps = reshape(backend, x, gradient.shape);
      const inputs = [gradient, maps, scale, mean, variance];
      const results = backend.executeMultipleOutputs('FusedBatchNormGrad', normalisation(backend, attrs), inputs, 5);
      backend.disposeData(maps.dataId);
      return results;
    });
    for (const unused of outputs.splice(3)) backend.disposeData(unused.dataId);
    return outputs;
  },

  NormaliseChannels({ inputs: { x, mean, scale, offset }, backend }) {
    const centred = backend.executeSingleOutput('Sub', float(backend), [x, mean]);
    const scaled = backend.executeSingleOutput('Mul', float(backend), [centred, scale]);
    const y = backend.executeSingleOutput('BiasAdd', float(backend), [scaled, offset]);
    for (const done of [centred, scaled]) backend.disposeData(done.dataId);
    return y;
  },
  Elementwise: elementwise,
  ScaleChannels: ({ inputs: { x, scale }, backend }) => backend.executeSingleOutput('Mul', float(backend), [x, scale]),
};

/** Gives a kernel only the rows and columns of x that a window reads, and a stride of 1 along an axis with a single
 *  window. TensorFlow 2.21 (its oneDNN path, in Python too) fails otherwise: Conv2DBackpropFilter writes past its
 *  memory for 1×1 kernels, and Conv2D reads past it for 1×4 kernels with strides of 1×3 on one channel. */
function cropped(kernel: Kernel, kernelShapeOf: (call: NativeCall) => number[]): Kernel {
  return ({ inputs, attrs, backend }) => {
    const { strides, pad } = attrs as unknown as { strides: [number, number]; pad: 'valid' | 'same' };
    const shape = inputs.x.shape as Shape4;
    const filterShape = kernelShapeOf({ inputs, attrs, backend }) as Shape4;
    const info = backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad);
    const { inHeight, inWidth, outHeight, outWidth, padInfo } = info;
    const height = Math.min(inHeight, (outHeight - 1) * strides[0] + info.filterHeight);
    const width = Math.min(inWidth, (outWidth - 1) * strides[1] + info.filterWidth);
    const padded = padInfo.top + padInfo.bottom + padInfo.left + padInfo.right > 0;
    const same = padded
      ? attrs
      : { ...attrs, pad: 'valid', strides: [outHeight === 1 ? 1 : strides[0], outWidth === 1 ? 1 : strides[1]] };
    if (height === inHeight && width === inWidth) return kernel({ inputs, attrs: same, backend });
    const size = [shape[0], height, width, shape[3]];
    const x = run('Slice', { x: inputs.x }, { begin: [0, 0, 0, 0], size }, backend);
    const result = kernel({ inputs: { ...inputs, x }, attrs: same, backend });
    backend.disposeData(x.dataId);
    return result;
  };
}

function run(
  name: string,
  inputs: Record<string, TensorInfo>,
  attrs: NamedAttrMap,
  backend: NativeBackend,
): TensorInfo {
  return getKernel(name, 'tensorflow').kernelFunc({ inputs, attrs, backend }) as TensorInfo;
}

/** Adds the bias, if any, and applies the activation. */
function finish(
  product: TensorInfo,
  bias: TensorInfo | undefined,
  { activation }: NamedAttrMap,
  backend: NativeBackend,
): TensorInfo {
  let result = product;
  const replaceBy = (next: TensorInfo) => {
    backend.disposeData(result.dataId);
    result = next;
  };
  if (bias) replaceBy(backend.executeSingleOutput('BiasAdd', float(backend), [result, bias]));
  if (activation === 'relu') replaceBy(backend.executeSingleOutput('Relu', float(backend), [result]));
  return result;
}

/** Runs an operation that takes [N,H,W,C] on x of any shape. Its first output gets the shape of x. */
function onMaps(x: TensorInfo, backend: NativeBackend, use: (maps: TensorInfo) => TensorInfo[]): TensorInfo[] {
  const channels = x.shape.at(-1)!;
  const pixels = x.shape.reduce((product, length) => product * length, 1) / channels;
  const maps = reshape(backend, x, [pixels, 1, 1, channels]);
  const [first, ...others] = use(maps);
  const result = reshape(backend, first, x.shape);
  for (const done of [maps, first]) backend.disposeData(done.dataId);
  return [result, ...others];
}

function reshape(backend: NativeBackend, x: TensorInfo, shape: number[]): TensorInfo {
  return run('Reshape', { x }, { shape }, backend);
}

function normalisation(backend: NativeBackend, { epsilon }: NamedAttrMap): Attribute[] {
  const { TF_ATTR_FLOAT, TF_ATTR_STRING, TF_ATTR_BOOL } = backend.binding;
  return [
    ...float(backend),
    { name: 'epsilon', type: TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: TF_ATTR_BOOL, value: true },
  ];
}
