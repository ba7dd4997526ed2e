/** Operations on whole batches, named as TensorFlow's kernels: what layers are made of. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { InParts } from '../kernels/pool.ts';
import type { Space } from '../kernels/space.ts';
import type { Elementwise } from '../../../shared/elementwise/steps.ts';
import type { Padding, Pair, Shape } from '../../../shared/network.ts';

export type BackendName = 'wasm' | 'tensorflow';
/** A tensor. On wasm, `dataId` is a block of the memory that threads share. */
export type Handle = TensorInfo;
export type Window = { strides: Pair; padding: Padding };
export type PoolWindow = Window & { poolSize: Pair };
/** An activation that is calculated together with the operation: relu, or none. */
export type Fused = 'linear' | 'relu';

/** In all of these, `dy` is the gradient of the loss by an operation's output. A gradient has the shape of the tensor
 *  it belongs to. N counts samples, and … stands for any axes. */
export type BatchOps = {
  upload: (values: Float32Array, shape: Shape) => Handle;
  /** A copy of the values. */
  download: (handle: Handle) => Float32Array;
  /** One more owner of the same values. */
  retain: (handle: Handle) => Handle;
  release: (handle: Handle) => void;
  /** A tensor of numbers that are in `space` already. They stay there. */
  tensorOf?: (values: Float32Array, shape: Shape) => Handle;
  /** The values themselves, where they can be read without a copy: they hold until the handle is released. */
  read: (handle: Handle) => Float32Array;
  /** How many tensors the backend holds. */
  count: () => number;
  /** The same values in another shape. The new handle is one more owner of them. */
  reshape: (handle: Handle, shape: Shape) => Handle;

  /** Runs any operation that has one result, by its kernel's name. Both backends have to have the kernel. */
  run: (kernel: string, inputs: Record<string, Handle> | Handle[], attributes?: object) => Handle;
  /** x [N,H,W,inC], kernel [kH,kW,inC,outC], bias [outC] → [N,H',W',outC]. `mayOverflow`: numbers may be so large that
   *  nothing may be calculated on the way that is larger than the sums. */
  convolve: (
    x: Handle,
    kernel: Handle,
    bias: Handle | undefined,
    window: Window,
    activation: Fused,
    mayOverflow?: boolean,
  ) => Handle;
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

  /** Where numbers can be that are used with the batches. Left out if that isn't possible. */
  space?: Space;

  /** Does what `use` does, where the backend can, in parts (see pool.ts). */
  inParts: <Result>(use: () => Result) => InParts<Result>;
  /** Says that there is much to do: whatever else can calculate along may start. */
  start: () => void;
  /** To be called once, when these operations aren't used any more. */
  dispose: () => void;
};
