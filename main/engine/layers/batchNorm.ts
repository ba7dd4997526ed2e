import type { LayerOf, ParameterName } from '../../../shared/network.ts';
import type { Handle } from '../batch/batch-ops.ts';
import { type Activations, finiteOrNaN } from '../show/activations.ts';
import { largestAbsolute, largestProduct, sizeOfMap } from './bounding.ts';
import { byChannel, type Value } from '../onnx/graph.ts';
import type { Context, EngineKindOf, GraphContext, GraphPass, Pass, Shown } from './kind.ts';
import { emitted } from './pass.ts';

export const batchNorm: EngineKindOf<'batchNorm'> = {
  show: (layer, [input], shown) => ({ output: normalise(input, shown, layer.epsilon) }),
  channelReads: 'same channel',
  run: (layer, [x], context) =>
    context.random && context.trained ? runBatchNorm(layer, x, context) : runFixedNorm(layer, x, context),
  emit: (layer, [x], context) =>
    context.trained ? emitBatchNorm(layer, x, context) : emitFixedNorm(layer, x, context),
  bound({ epsilon }, [bound], { output, read, remembered, training }) {
    const { gamma, beta, mean, factor } = remembered(() => {
      const factors = Float64Array.from(read('movingVariance'), variance => 1 / Math.sqrt(variance + epsilon));
      const [gamma, beta, mean] = (['gamma', 'beta', 'movingMean'] as const).map(name => largestAbsolute(read(name)));
      return { gamma, beta, mean, factor: largestAbsolute(factors) };
    });
    if (training?.learns) {
      // Of n numbers with a variance of 1, none is further than √n from the mean.
      const rows = training.count * sizeOfMap(output);
      const squares = rows * (2 * bound) ** 2;
      const way = largestProduct(2 * bound, 1 / Math.sqrt(epsilon), gamma) + beta;
      return [Math.sqrt(rows) * gamma + beta, Math.max(squares, way)];
    }
    return [(bound + mean) * factor * gamma + beta, largestProduct(bound + mean, factor, gamma) + beta];
  },
  mixesSamples: true,
};

/** input […,channels] → gamma·(x − movingMean)/√(movingVariance + epsilon) + beta, in doubles. */
function normalise({ shape, values }: Activations, { value }: Shown, epsilon: number): Activations {
  const [gamma, beta, mean] = (['gamma', 'beta', 'movingMean'] as const).map(value);
  const channels = gamma.length;
  const deviations = Float64Array.from(value('movingVariance'), variance => Math.sqrt(variance + epsilon));
  const result = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += channels) {
    for (let channel = 0; channel < channels; channel++) {
      result[i + channel] =
        (gamma[channel] * (values[i + channel] - mean[channel])) / deviations[channel] + beta[channel];
    }
  }
  return finiteOrNaN(result, shape);
}

/** In training: normalises by the batch's own mean and variance. */
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
      // A batchNorm layer that isn't trained doesn't come here, so gamma and beta always want their gradients.
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

/** In inference, or if the layer is frozen: (x − movingMean) · gamma / √(movingVariance + epsilon) + beta. */
function runFixedNorm(layer: LayerOf<'batchNorm'>, x: Handle, { ops, parameter, values }: Context): Pass {
  const variance = values('movingVariance');
  const scale = ops.upload(
    values('gamma').map((gamma, i) => gamma / Math.sqrt(variance[i] + layer.epsilon)),
    [variance.length],
  );
  const output = ops.normalise(x, parameter('movingMean'), scale, parameter('beta'));
  return {
    output,
    kept: [scale],
    backward(dy, wanted) {
      const input = wanted.input ? ops.scaleChannels(dy, scale) : undefined;
      if (!wanted.parameters) return { input };
      const averages = [parameter('movingMean'), parameter('movingVariance')] as const;
      const [ofBatch, gamma, beta] = ops.batchNormGradient(dy, x, parameter('gamma'), ...averages, layer.epsilon);
      ops.release(ofBatch);
      return {
        input,
        parameters: [
          ['gamma', gamma],
          ['beta', beta],
        ],
      };
    },
  };
}

/** The same in a graph: x [count,channels,…]. */
function emitBatchNorm({ epsilon, momentum }: LayerOf<'batchNorm'>, x: Value, context: GraphContext): GraphPass {
  const { graph, parameter } = context;
  const { add, subtract, multiply, divide } = graph;
  const own = byChannel(graph, x);
  const [count, channels, pixels] = own.shape;
  const size = count * pixels;
  /** [channels] → [channels,1], which is repeated for every pixel. */
  const wide = (each: Value) => graph.reshape(each, [channels, 1]);
  const mean = graph.mean(own, [0, 2]);
  const centred = subtract(own, wide(mean));
  const variance = graph.mean(multiply(centred, centred), [0, 2]);
  const inverse = divide(1, graph.each('Sqrt', add(variance, epsilon)));
  const scale = wide(multiply(parameter('gamma'), inverse));
  const moved = (name: ParameterName, batch: Value) =>
    [name, add(multiply(parameter(name), momentum), multiply(batch, 1 - momentum))] as const;
  return {
    output: graph.reshape(add(multiply(centred, scale), wide(parameter('beta'))), x.shape),
    backward(dy, { input }) {
      const gradient = byChannel(graph, dy);
      const beta = graph.sum(gradient, [0, 2]);
      const along = graph.sum(multiply(gradient, centred), [0, 2]);
      // What changes the batch's own mean and variance has no effect.
      const ofMean = wide(divide(beta, size));
      const ofVariance = wide(divide(multiply(along, multiply(inverse, inverse)), size));
      const dx = () => multiply(subtract(subtract(gradient, ofMean), multiply(centred, ofVariance)), scale);
      return {
        parameters: [
          ['gamma', multiply(along, inverse)],
          ['beta', beta],
        ],
        input: input ? graph.reshape(dx(), x.shape) : undefined,
      };
    },
    statistics: [moved('movingMean', mean), moved('movingVariance', variance)],
  };
}

function emitFixedNorm({ epsilon }: LayerOf<'batchNorm'>, x: Value, { graph, parameter }: GraphContext): GraphPass {
  const own = byChannel(graph, x);
  const wide = (each: Value) => graph.reshape(each, [own.shape[1], 1]);
  const deviation = graph.each('Sqrt', graph.add(parameter('movingVariance'), epsilon));
  const scale = wide(graph.divide(parameter('gamma'), deviation));
  const centred = graph.subtract(own, wide(parameter('movingMean')));
  const y = graph.add(graph.multiply(centred, scale), wide(parameter('beta')));
  return emitted(graph.reshape(y, x.shape), dy => graph.reshape(graph.multiply(byChannel(graph, dy), scale), x.shape));
}
