import type { LayerOf, ParameterName } from '../../../shared/network.ts';
import type { Handle } from '../batch/batch-ops.ts';
import { type Activations, finiteOrNaN } from '../show/activations.ts';
import { largestAbsolute, largestProduct, sizeOfMap } from './bounding.ts';
import type { Context, EngineKindOf, Pass, Shown } from './kind.ts';

export const batchNorm: EngineKindOf<'batchNorm'> = {
  show: (layer, [input], shown) => ({ output: normalise(input, shown, layer.epsilon) }),
  channelReads: 'same channel',
  run: (layer, [x], context) =>
    context.random && context.trained ? runBatchNorm(layer, x, context) : runFixedNorm(layer, x, context),
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
