/** What each kind of layer does to a whole batch: the way forward, and the way its gradient goes back. */
import { type Layer, type LayerOf, type ParameterName, type Shape, sizeOf } from '../../../shared/network.ts';
import { createRandomFor, type Random } from '../../../shared/random.ts';
import type { BatchOps, Fused, Handle, PoolWindow } from './batch-ops.ts';

/** What a layer needs besides its inputs. */
export type Context = {
  ops: BatchOps;
  /** A stored tensor of the layer on the backend, to read but not to release. */
  parameter: (name: ParameterName) => Handle;
  /** Its values. */
  values: (name: ParameterName) => Float32Array;
  /** Given in training: draws dropout masks. */
  random?: Random;
  /** The place of the first of these samples in their batch. */
  first: number;
  /** Whether the layer learns from this batch; a batchNorm layer that doesn't uses its moving averages. */
  trained: boolean;
  /** What a conv2d or dense layer does with its sums: 'relu' where a relu layer is its only reader. */
  activation: Fused;
  /** Whether the relu layer's input is made by such a layer already. */
  alreadyActivated: boolean;
  /** Whether a relu layer's only reader is a max pool, and this is either: the pool's gradient then goes to what is
   *  above 0 only, and nothing is left to do for the relu layer's. */
  poolAfterRelu: boolean;
};

/** One layer's part in the pass of one batch. Whoever runs a layer owns `output` and `kept` and releases them when no
 *  gradient needs them any more. */
export type Pass = {
  output: Handle;
  /** What `backward` reads besides inputs and output. */
  kept?: Handle[];
  /** Makes of the loss's gradient by the output those that are wanted. Inputs and output still exist. The caller owns
   *  the results. */
  backward: (dy: Handle, wanted: Wanted) => Gradients;
  /** New moving averages, of a batchNorm layer that learns. */
  statistics?: () => [ParameterName, Float32Array][];
};
type Wanted = { parameters: boolean; input: boolean };
/** `input` is the gradient by the one input, or by each of an add layer's. */
type Gradients = { input?: Handle; parameters?: [ParameterName, Handle][] };

/** Runs a layer on a batch. `shape` is that of its output for one sample. */
export function runLayer(
  layer: Exclude<Layer, LayerOf<'input' | 'softmax'>>,
  inputs: readonly Handle[],
  shape: Shape,
  context: Context,
): Pass {
  const { ops } = context;
  const [x] = inputs;
  const count = x.shape[0];
  switch (layer.kind) {
    case 'conv2d':
      return runConvolution(layer, x, context);
    case 'dense':
      return runDense(layer, x, context);
    case 'maxPool2d':
    case 'averagePool2d':
      return runPool(context, layer.kind === 'maxPool2d', x, layer);
    case 'globalMaxPool2d':
    case 'globalAveragePool2d': {
      const window = { poolSize: [x.shape[1], x.shape[2]], strides: [1, 1], padding: 'valid' } as const;
      const pool = runPool(context, layer.kind === 'globalMaxPool2d', x, window);
      return {
        output: ops.reshape(pool.output, [count, ...shape]),
        kept: [pool.output],
        backward: (dy, wanted) =>
          using(ops, ops.reshape(dy, pool.output.shape), gradient => pool.backward(gradient, wanted)),
      };
    }
    case 'relu':
    case 'sigmoid':
    case 'tanh': {
      const output = context.alreadyActivated ? ops.retain(x) : ops.activate(x, layer.kind);
      if (context.poolAfterRelu) return withoutParameters(output, ops.retain);
      return withoutParameters(output, dy => ops.activateGradient(dy, output, layer.kind));
    }
    case 'leakyRelu':
      return withoutParameters(ops.leakyRelu(x, layer.negativeSlope), dy =>
        ops.leakyReluGradient(dy, x, layer.negativeSlope),
      );
    case 'flatten':
      return withoutParameters(ops.reshape(x, [count, ...shape]), dy => ops.reshape(dy, x.shape));
    case 'batchNorm':
      return context.random && context.trained ? runBatchNorm(layer, x, context) : runFixedNorm(layer, x, context);
    case 'dropout': {
      if (!context.random) return withoutParameters(ops.retain(x), ops.retain);
      const masks = { count, size: sizeOf(shape), first: context.first };
      const mask = ops.upload(drawMasks(masks, context.values('rate')[0], context.random), x.shape);
      return { ...withoutParameters(ops.multiply(x, mask), dy => ops.multiply(dy, mask)), kept: [mask] };
    }
    // add
    default:
      return withoutParameters(
        inputs.slice(1).reduce((sum, input) => using(ops, sum, first => ops.add(first, input)), ops.retain(x)),
        ops.retain,
      );
  }
}

function withoutParameters(output: Handle, gradient: (dy: Handle) => Handle): Pass {
  return { output, backward: (dy, { input }) => (input ? { input: gradient(dy) } : {}) };
}

/** Gives a handle to `use` and releases it. */
function using<Result>(ops: BatchOps, handle: Handle, use: (handle: Handle) => Result): Result {
  const result = use(handle);
  ops.release(handle);
  return result;
}

function runConvolution(layer: LayerOf<'conv2d'>, x: Handle, { ops, parameter, activation }: Context): Pass {
  const kernel = parameter('kernel');
  return {
    output: ops.convolve(x, kernel, layer.useBias ? parameter('bias') : undefined, layer, activation),
    backward: (dy, wanted) => ({
      parameters: wanted.parameters
        ? [
            ['kernel', ops.convolveKernelGradient(x, dy, kernel.shape, layer)],
            ...(layer.useBias ? ([['bias', ops.biasGradient(dy)]] as [ParameterName, Handle][]) : []),
          ]
        : [],
      input: wanted.input ? ops.convolveInputGradient(dy, kernel, x.shape, layer) : undefined,
    }),
  };
}

function runDense(layer: LayerOf<'dense'>, x: Handle, { ops, parameter, activation }: Context): Pass {
  const kernel = parameter('kernel');
  return {
    output: ops.dense(x, kernel, layer.useBias ? parameter('bias') : undefined, activation),
    backward: (dy, wanted) => ({
      parameters: wanted.parameters
        ? [
            ['kernel', ops.denseKernelGradient(x, dy)],
            ...(layer.useBias ? ([['bias', ops.biasGradient(dy)]] as [ParameterName, Handle][]) : []),
          ]
        : [],
      input: wanted.input ? ops.denseInputGradient(dy, kernel) : undefined,
    }),
  };
}

function runPool({ ops, poolAfterRelu }: Context, maximum: boolean, x: Handle, window: PoolWindow): Pass {
  if (!maximum) return withoutParameters(ops.averagePool(x, window), dy => ops.averagePoolGradient(dy, x, window));
  const output = ops.maxPool(x, window);
  return withoutParameters(output, dy => {
    const above = poolAfterRelu ? ops.activateGradient(dy, output, 'relu') : ops.retain(dy);
    return using(ops, above, gradient => ops.maxPoolGradient(gradient, x, output, window));
  });
}

/** By the batch's own mean and variance. */
function runBatchNorm(layer: LayerOf<'batchNorm'>, x: Handle, { ops, parameter, values }: Context): Pass {
  const { epsilon, momentum } = layer;
  const [output, mean, variance] = ops.batchNorm(x, parameter('gamma'), parameter('beta'), epsilon);
  const movedTo = (name: ParameterName, batch: Handle): [ParameterName, Float32Array] => {
    const found = ops.download(batch);
    return [name, values(name).map((moving, i) => moving * momentum + found[i] * (1 - momentum))];
  };
  return {
    output,
    kept: [mean, variance],
    backward(dy, wanted) {
      const [dx, gamma, beta] = ops.batchNormGradient(dy, x, parameter('gamma'), mean, variance, epsilon);
      if (!wanted.input) ops.release(dx);
      // A batchNorm layer that isn't trained goes by its moving averages.
      return {
        parameters: [
          ['gamma', gamma],
          ['beta', beta],
        ],
        input: wanted.input ? dx : undefined,
      };
    },
    statistics: () => [movedTo('movingMean', mean), movedTo('movingVariance', variance)],
  };
}

/** By the moving averages: (x − movingMean) · gamma / √(movingVariance + epsilon) + beta. */
function runFixedNorm(layer: LayerOf<'batchNorm'>, x: Handle, { ops, parameter, values }: Context): Pass {
  const variance = values('movingVariance');
  const scale = ops.upload(
    values('gamma').map((gamma, i) => gamma / Math.sqrt(variance[i] + layer.epsilon)),
    [variance.length],
  );
  const output = ops.normalise(x, parameter('movingMean'), scale, parameter('beta'));
  return { ...withoutParameters(output, dy => ops.scaleChannels(dy, scale)), kept: [scale] };
}

/** Inverted dropout's masks [count,size]: 0 with probability `rate`, else what keeps the expected sum: 1 / (1 − rate).
 *  Each sample has random numbers of its own, which follow from its place in the batch: so a sample's mask is the same
 *  whichever others are calculated together with it. */
export function drawMasks(
  { count, size, first }: { count: number; size: number; first: number },
  rate: number,
  random: Random,
): Float32Array {
  const kept = 1 / (1 - rate);
  const masks = new Float32Array(count * size);
  const seed = random.integer(2 ** 32);
  for (let sample = 0; sample < count; sample++) {
    const { uniform } = createRandomFor(seed, first + sample, 0);
    for (let i = sample * size; i < (sample + 1) * size; i++) if (uniform() >= rate) masks[i] = kept;
  }
  return masks;
}
