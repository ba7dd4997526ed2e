/** Operations on whole batches, named as TensorFlow's kernels. They run on 'wasm' (with the project's own kernels) or
 *  on 'tensorflow' (tfjs-node, loaded by native.ts). As in backend.ts the kernels are called directly. So the owner of
 *  a handle has to release it as often as it was made or retained. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  backend_util,
  findBackend,
  getKernel,
  type KernelBackend,
  type NamedAttrMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Elementwise } from '../../../shared/elementwise/steps.ts';
import type { Padding, Pair, Shape } from '../../../shared/network.ts';
import { registerKernels } from '../kernels/kernels.ts';
import { registerNativeKernels } from '../kernels/native-kernels.ts';

export type BackendName = 'wasm' | 'tensorflow';
/** A tensor of the backend. */
export type Handle = TensorInfo;
type Window = { strides: Pair; padding: Padding };
export type PoolWindow = Window & { poolSize: Pair };
/** An activation that is calculated together with the operation: relu, or none. */
export type Fused = 'linear' | 'relu';
type Shape4 = [number, number, number, number];

/** In all of these, `dy` is the gradient of the loss by an operation's output. A gradient has the shape of the tensor
 *  it belongs to. N counts samples, and … stands for any axes. */
export type BatchOps = {
  upload: (values: Float32Array, shape: Shape) => Handle;
  /** A copy of the values. */
  download: (handle: Handle) => Float32Array;
  /** One more owner of the same values. */
  retain: (handle: Handle) => Handle;
  release: (handle: Handle) => void;
  /** How many tensors the backend holds. */
  count: () => number;
  /** The same values in another shape. The new handle is one more owner of them. */
  reshape: (handle: Handle, shape: Shape) => Handle;

  /** Runs any operation that has one result, by its kernel's name. Both backends have to have the kernel. */
  run: (kernel: string, inputs: Record<string, Handle> | Handle[], attributes?: object) => Handle;
  /** x [N,H,W,inC], kernel [kH,kW,inC,outC], bias [outC] → [N,H',W',outC]. */
  convolve: (x: Handle, kernel: Handle, bias: Handle | undefined, window: Window, activation: Fused) => Handle;
  convolveKernelGradient: (x: Handle, dy: Handle, kernelShape: Shape, window: Window) => Handle;
  convolveInputGradient: (dy: Handle, kernel: Handle, inputShape: Shape, window: Window) => Handle;
  /** dy […,C] → [C]. */
  biasGradient: (dy: Handle) => Handle;
  /** x [N,inFeatures], kernel [inFeatures,units], bias [units] → [N,units]. */
  dense: (x: Handle, kernel: Handle, bias: Handle | undefined, activation: Fused) => Handle;
  denseKernelGradient: (x: Handle, dy: Handle) => Handle;
  denseInputGradient: (dy: Handle, kernel: Handle) => Handle;
  /** x [N,H,W,C] → [N,H',W',C]. */
  maxPool: (x: Handle, window: PoolWindow) => Handle;
  /** `output` is the result of maxPool for x. */
  maxPoolGradient: (dy: Handle, x: Handle, output: Handle, window: PoolWindow) => Handle;
  averagePool: (x: Handle, window: PoolWindow) => Handle;
  averagePoolGradient: (dy: Handle, x: Handle, window: PoolWindow) => Handle;
  activate: (x: Handle, kind: 'relu' | 'sigmoid' | 'tanh') => Handle;
  activateGradient: (dy: Handle, output: Handle, kind: 'relu' | 'sigmoid' | 'tanh') => Handle;
  leakyRelu: (x: Handle, negativeSlope: number) => Handle;
  leakyReluGradient: (dy: Handle, x: Handle, negativeSlope: number) => Handle;
  add: (a: Handle, b: Handle) => Handle;
  multiply: (a: Handle, b: Handle) => Handle;
  /** x […,C], gamma and beta [C] → the normalised x, and mean and variance [C] of the batch (divided by the count). */
  batchNorm: (x: Handle, gamma: Handle, beta: Handle, epsilon: number) => [Handle, Handle, Handle];
  /** → the gradients of x, gamma and beta; mean and variance are the batch's. */
  batchNormGradient: (
    dy: Handle,
    x: Handle,
    gamma: Handle,
    mean: Handle,
    variance: Handle,
    epsilon: number,
  ) => [Handle, Handle, Handle];
  /** x […,C], mean, scale, offset [C] → scale · (x − mean) + offset. */
  normalise: (x: Handle, mean: Handle, scale: Handle, offset: Handle) => Handle;
  /** x […,C], scale [C] → scale · x. */
  scaleChannels: (x: Handle, scale: Handle) => Handle;
  /** Formulas for every element of a tensor of this shape, [N,…,C] → a tensor for each result. */
  elementwise: (formulas: Elementwise, operands: readonly Handle[], shape: Shape) => Handle[];
};

/** The backend has to be started: by `startBackend`, or by native.ts. */
export function createBatchOps(name: BackendName): BatchOps {
  const backend = findBackend(name) as KernelBackend | null;
  if (!backend) throw new Error(`The backend ${name} has not been started.`);
  if (name === 'wasm') registerKernels(backend as BackendWasm);
  else registerNativeKernels();

  const runAll = (kernel: string, inputs: Record<string, Handle> | Handle[], attributes: object = {}) =>
    getKernel(kernel, name).kernelFunc({
      inputs: inputs as Record<string, Handle>,
      backend,
      attrs: attributes as NamedAttrMap,
    }) as Handle[];
  const run: BatchOps['run'] = (kernel, inputs, attributes) => runAll(kernel, inputs, attributes) as unknown as Handle;

  /** With "same", XNNPACK works out the padding again and gets it wrong for some strides. So wasm is given the padding
   *  in numbers. tensorflow takes only the word. */
  const convolutionOf = (inputShape: Shape, kernelShape: Shape, { strides, padding }: Window) => {
    const attributes = { strides: [...strides], dilations: [1, 1], dataFormat: 'NHWC' };
    if (name === 'tensorflow') return { ...attributes, pad: padding };
    const { padInfo } = backend_util.computeConv2DInfo(
      inputShape as Shape4,
      kernelShape as Shape4,
      [...strides],
      1,
      padding,
    );
    const pad = [
      [0, 0],
      [padInfo.top, padInfo.bottom],
      [padInfo.left, padInfo.right],
      [0, 0],
    ];
    return { ...attributes, pad };
  };
  const poolOf = ({ poolSize, strides, padding }: PoolWindow) => ({
    filterSize: [...poolSize],
    strides: [...strides],
    pad: padding,
  });

  const upload: BatchOps['upload'] = (values, shape) => ({
    dataId: backend.write(values, [...shape], 'float32'),
    shape: [...shape],
    dtype: 'float32',
  });
  const download: BatchOps['download'] = handle => backend.readSync(handle.dataId) as Float32Array;

  return {
    upload,
    download,
    retain(handle) {
      backend.incRef(handle.dataId);
      return handle;
    },
    release: handle => void backend.disposeData(handle.dataId),
    count: () => backend.numDataIds(),
    reshape: (x, shape) => run('Reshape', { x }, { shape: [...shape] }),

    run,
    convolve: (x, filter, bias, window, activation) =>
      run('ConvolveBatch', withBias({ x, filter }, bias), {
        ...convolutionOf(x.shape, filter.shape, window),
        activation,
      }),
    convolveKernelGradient: (x, dy, filterShape, window) =>
      run('Conv2DBackpropFilter', { x, dy }, { ...convolutionOf(x.shape, filterShape, window), filterShape }),
    convolveInputGradient: (dy, filter, inputShape, window) =>
      run('Conv2DBackpropInput', { dy, filter }, { ...convolutionOf(inputShape, filter.shape, window), inputShape }),
    biasGradient: dy => run('BiasAddGrad', { dy }),
    dense: (x, kernel, bias, activation) => run('DenseBatch', withBias({ x, kernel }, bias), { activation }),
    denseKernelGradient: (x, dy) => run('BatchMatMul', { a: x, b: dy }, { transposeA: true, transposeB: false }),
    denseInputGradient: (dy, kernel) =>
      run('BatchMatMul', { a: dy, b: kernel }, { transposeA: false, transposeB: true }),
    maxPool: (x, window) => run('MaxPoolBatch', { x }, poolOf(window)),
    maxPoolGradient: (dy, input, output, window) => run('MaxPoolGrad', { dy, input, output }, poolOf(window)),
    averagePool: (x, window) => run('AvgPool', { x }, poolOf(window)),
    averagePoolGradient: (dy, input, window) => run('AvgPoolGrad', { dy, input }, poolOf(window)),
    activate: (x, kind) => run(kind === 'relu' ? 'ReluBatch' : ACTIVATIONS[kind], { x }),
    activateGradient: (dy, y, kind) => run(`${ACTIVATIONS[kind]}Grad`, { dy, y }),
    leakyRelu: (x, alpha) => run('LeakyReluBatch', { x }, { alpha }),
    leakyReluGradient: (dy, x, alpha) => run('LeakyReluGrad', { dy, x }, { alpha }),
    add: (a, b) => run('Add', { a, b }),
    multiply: (a, b) => run('Multiply', { a, b }),
    batchNorm: (x, scale, offset, epsilon) =>
      runAll('FusedBatchNormV3', { x, scale, offset }, { epsilon }) as [Handle, Handle, Handle],
    batchNormGradient: (dy, x, scale, mean, variance, epsilon) =>
      runAll('FusedBatchNormGradV3', { dy, x, scale, mean, variance }, { epsilon }) as [Handle, Handle, Handle],
    normalise: (x, mean, scale, offset) => run('NormaliseChannels', { x, mean, scale, offset }),
    scaleChannels: (x, scale) => run('ScaleChannels', { x, scale }),
    elementwise: (formulas, operands, shape) => runAll('Elementwise', {}, { formulas, operands, shape }),
  };
}

function withBias(inputs: Record<string, Handle>, bias: Handle | undefined): Record<string, Handle> {
  return bias ? { ...inputs, bias } : inputs;
}

const ACTIVATIONS = { relu: 'Relu', sigmoid: 'Sigmoid', tanh: 'Tanh' } as const;
