/** Kernels for the backend 'tensorflow' that tfjs-node lacks, made of TensorFlow's own operations. They have the same
 *  names and inputs as those in kernels.ts. */
import {
  getKernel,
  type KernelConfig,
  type NamedAttrMap,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { elementwise } from './elementwise/native.ts';
import { type Attribute, float, type NativeBackend, type NativeCall } from './native-call.ts';
import { convolutionKernels } from './native-convolution.ts';

type Kernel = (call: NativeCall) => TensorInfo | TensorInfo[];

let registered = false;

/** Registers the kernels. Later calls do nothing. */
export function registerNativeKernels(): void {
  if (registered) return;
  for (const [kernelName, kernel] of Object.entries({ ...KERNELS, ...convolutionKernels })) {
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
