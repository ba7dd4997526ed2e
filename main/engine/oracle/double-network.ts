/** The loss of a batch, calculated by plain loops in doubles. Tests compare gradients with its finite differences. It
 *  is written from the definitions and shares no arithmetic with the kernels. Arrays are [count,height,width,channels]
 *  or [count,units], kernels [kernelHeight,kernelWidth,inChannels,outChannels] or [inFeatures,units], all row-major. */
import {
  describeTensors,
  type Layer,
  type LayerId,
  type NetworkSpec,
  type Padding,
  type ParameterName,
  type Shape,
  sizeOf,
  type TensorId,
} from '../../../shared/network.ts';
import { formulaElement } from './reference-trees.ts';
import { createRandomFor, type Random } from '../../../shared/random.ts';

/** For every element of a layer: where its maximum was, or on which side of 0 its activation was. The first pass writes
 *  these choices down, and later passes keep to them. So the loss is smooth in the parameters even at ties, and has the
 *  wanted derivative: of the first maximum, and 0 for a ReLU at 0. */
type Choices = Map<LayerId, Int32Array | Float64Array>;

type DoubleBatch = {
  images: ArrayLike<number>;
  targets: ArrayLike<number>;
  weights?: ArrayLike<number>;
  count: number;
  /** The layers that use their moving averages instead of the batch's statistics. */
  frozen?: ReadonlySet<LayerId>;
};
type Parameters = ReadonlyMap<TensorId, Shape>;
type Maps = { values: Float64Array; shape: Shape };

/** The masks that a training pass draws from `random` for the dropout layers, in network order: 0 with the probability
 *  of the layer's rate, else 1 / (1 − rate). Each sample's mask depends on its place. */
export function drawMasks(
  { layers }: NetworkSpec,
  shapes: ReadonlyMap<LayerId, Shape>,
  values: ReadonlyMap<TensorId, ArrayLike<number>>,
  count: number,
  random: Random,
): Map<LayerId, Float64Array> {
  return new Map(
    layers
      .filter(({ kind }) => kind === 'dropout')
      .map(({ id }) => {
        const rate = values.get(`${id}/rate`)![0];
        const size = sizeOf(shapes.get(id)!);
        const seed = random.integer(2 ** 32);
        const ofSample = (sample: number) => {
          const own = createRandomFor(seed, sample, 0);
          return Array.from({ length: size }, () => (own.uniform() < rate ? 0 : 1 / (1 - rate)));
        };
        return [id, Float64Array.from(Array.from({ length: count }, (_, sample) => ofSample(sample)).flat())];
      }),
  );
}

/** Σ weight·loss / count of a training-mode pass. */
export function lossInDoubles(
  network: NetworkSpec,
  shapes: ReadonlyMap<LayerId, Shape>,
  values: ReadonlyMap<TensorId, ArrayLike<number>>,
  batch: DoubleBatch,
  masks: ReadonlyMap<LayerId, Float64Array>,
  choices: Choices,
): number {
  const outputs = new Map<LayerId, Maps>();
  const parameters = new Map(describeTensors(network).map(({ id, shape }) => [id, shape]));
  for (const layer of network.layers.slice(0, -1)) {
    const inputs = layer.inputs.map(id => outputs.get(id)!);
    const read = (name: ParameterName) => values.get(`${layer.id}/${name}`);
    const output =
      layer.kind === 'input'
        ? Float64Array.from(batch.images)
        : outputOf(layer, inputs, shapes.get(layer.id)!, batch, read, masks, choices, parameters);
    outputs.set(layer.id, { values: output, shape: shapes.get(layer.id)! });
  }
  const last = network.layers.at(-1)!;
  const { values: logits, shape } = outputs.get(last.inputs[0])!;
  const [classes] = shape;
  let total = 0;
  for (let sample = 0; sample < batch.count; sample++) {
    const of = (array: ArrayLike<number>) =>
      Array.from({ length: classes }, (_, unit) => array[sample * classes + unit]);
    const loss =
      last.kind === 'softmax' ? crossEntropy(of(logits), of(batch.targets)) : binary(of(logits), of(batch.targets));
    total += loss * (batch.weights?.[sample] ?? 1);
  }
  return total / batch.count;
}

function crossEntropy(logits: number[], targets: number[]): number {
  const largest = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  return targets.reduce((loss, target, i) => loss - target * (logits[i] - largest - Math.log(sum)), 0);
}

/** Binary cross-entropy: the mean over the classes of −target·ln p − (1 − target)·ln(1 − p), where p is the sigmoid of
 *  the logit. */
function binary(logits: number[], targets: number[]): number {
  const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  const losses = logits.map((logit, i) => targets[i] * softplus(-logit) + (1 - targets[i]) * softplus(logit));
  return losses.reduce((sum, loss) => sum + loss, 0) / logits.length;
}

function outputOf(
  layer: Exclude<Layer, { kind: 'input' }>,
  inputs: Maps[],
  shape: Shape,
  { count, frozen }: DoubleBatch,
  read: (name: ParameterName) => ArrayLike<number> | undefined,
  masks: ReadonlyMap<LayerId, Float64Array>,
  choices: Choices,
  parameters: Parameters,
): Float64Array {
  const [input] = inputs;
  const x = input.values;
  switch (layer.kind) {
    case 'conv2d':
      return convolve(input, count, read('kernel')!, read('bias'), shape, layer);
    case 'depthwiseConv2d':
      return convolveEachMap(input, count, read('kernel')!, read('bias'), shape, layer);
    case 'dense': {
      const kernel = read('kernel')!;
      const bias = read('bias');
      const [features] = input.shape;
      return fill(count, shape, (sample, unit) => {
        let sum = bias?.[unit] ?? 0;
        for (let i = 0; i < features; i++) sum += x[sample * features + i] * kernel[i * layer.units + unit];
        return sum;
      });
    }
    case 'maxPool2d':
    case 'averagePool2d':
      return pool(input, count, shape, layer, layer.kind === 'maxPool2d' ? { id: layer.id, choices } : undefined);
    case 'globalMaxPool2d':
    case 'globalAveragePool2d': {
      const window = { poolSize: [input.shape[0], input.shape[1]], strides: [1, 1], padding: 'valid' } as const;
      const maximum = layer.kind === 'globalMaxPool2d' ? { id: layer.id, choices } : undefined;
      return pool(input, count, [1, 1, shape[0]], window, maximum);
    }
    case 'relu':
    case 'leakyRelu': {
      const above = chosen(choices, layer.id, x.length, i => (x[i] > 0 ? 1 : 0));
      const slope = layer.kind === 'relu' ? 0 : layer.negativeSlope;
      return x.map((value, i) => (above[i] === 1 ? value : slope * value));
    }
    case 'sigmoid':
      return x.map(value => 1 / (1 + Math.exp(-value)));
    case 'elu':
      return x.map(value => (value >= 0 ? value : Math.exp(value) - 1));
    case 'silu':
      return x.map(value => value / (1 + Math.exp(-value)));
    case 'softplus':
      return x.map(value => Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value))));
    case 'gelu':
      return x.map(value => 0.5 * value * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3))));
    case 'hardSwish': {
      const part = chosen(choices, layer.id, x.length, i => (x[i] <= -3 ? 0 : x[i] < 3 ? 1 : 2));
      return x.map((value, i) => [0, (value * (value + 3)) / 6, value][part[i]]);
    }
    case 'selu': {
      const above = chosen(choices, layer.id, x.length, i => (x[i] > 0 ? 1 : 0));
      const negative = (value: number) => 1.6732632423543772 * (Math.exp(value) - 1);
      return x.map((value, i) => 1.0507009873554805 * (above[i] === 1 ? value : negative(value)));
    }
    case 'tanh':
      return x.map(Math.tanh);
    case 'flatten':
    case 'reshape':
      return x;
    case 'dropout': {
      const mask = masks.get(layer.id)!;
      return x.map((value, i) => value * mask[i]);
    }
    case 'add':
      return x.map((_, i) => inputs.reduce((sum, { values }) => sum + values[i], 0));
    case 'concatenate': {
      const channels = shape.at(-1)!;
      return fill(count, shape, (sample, element) => {
        let channel = element % channels;
        const from = inputs.find(each => {
          if (channel < each.shape.at(-1)!) return true;
          channel -= each.shape.at(-1)!;
          return false;
        })!;
        const own = from.shape.at(-1)!;
        const pixel = (sample * sizeOf(shape) + element - (element % channels)) / channels;
        return from.values[pixel * own + channel];
      });
    }
    case 'zeroPadding2d':
    case 'upSampling2d': {
      const [height, width, channels] = input.shape;
      return fill(count, shape, (sample, element) => {
        const [row, column] = [Math.floor(element / channels / shape[1]), Math.floor(element / channels) % shape[1]];
        const [y, across] =
          layer.kind === 'upSampling2d'
            ? [Math.floor(row / layer.size[0]), Math.floor(column / layer.size[1])]
            : [row - layer.padding[0][0], column - layer.padding[1][0]];
        if (y < 0 || y >= height || across < 0 || across >= width) return 0;
        return x[((sample * height + y) * width + across) * channels + (element % channels)];
      });
    }
    case 'batchNorm':
      return normalise(x, shape.at(-1)!, layer.epsilon, read, frozen?.has(layer.id) ?? false);
    case 'layerNormalization': {
      const channels = shape.at(-1)!;
      return x.map((value, i) => {
        const pixel = x.subarray(i - (i % channels), i - (i % channels) + channels);
        const mean = pixel.reduce((sum, each) => sum + each, 0) / channels;
        const variance = pixel.reduce((sum, each) => sum + (each - mean) ** 2, 0) / channels;
        const scale = read('gamma')![i % channels] / Math.sqrt(variance + layer.epsilon);
        return (value - mean) * scale + read('beta')![i % channels];
      });
    }
    case 'formula':
      return formulaOutput(layer, inputs, shape, count, { read, parameters }, choices);
    case 'softmax':
      throw new Error("A softmax can't stand before the end.");
    default:
      return layer satisfies never;
  }
}

function formulaOutput(
  layer: Layer & { kind: 'formula' },
  inputs: readonly Maps[],
  shape: Shape,
  count: number,
  { read, parameters }: { read: (name: ParameterName) => ArrayLike<number> | undefined; parameters: Parameters },
  choices: Choices,
): Float64Array {
  const known = choices.get(layer.id);
  const own: number[] = [];
  let place = 0;
  const choose = (choice: () => number): number => {
    if (known) return known[place++];
    own.push(choice());
    return own.at(-1)!;
  };
  const output = fill(count, shape, (sample, element) => {
    const readable = (of: number | ParameterName) => {
      if (typeof of === 'string') return { values: read(of)!, shape: parameters.get(`${layer.id}/${of}`)! };
      const size = sizeOf(inputs[of].shape);
      return { shape: inputs[of].shape, values: inputs[of].values.subarray(sample * size, (sample + 1) * size) };
    };
    return formulaElement(layer, readable, shape, element, choose)[0];
  });
  if (!known) choices.set(layer.id, Float64Array.from(own));
  return output;
}

function chosen(choices: Choices, id: LayerId, length: number, choose: (i: number) => number): Int32Array {
  const known = (choices.get(id) as Int32Array | undefined) ?? Int32Array.from({ length }, (_, i) => choose(i));
  choices.set(id, known);
  return known;
}

/** An array of `count` times `shape`. `make` gets the numbers of the sample and of the element. */
function fill(count: number, shape: Shape, make: (sample: number, element: number) => number): Float64Array {
  const size = shape.reduce((product, length) => product * length, 1);
  return Float64Array.from({ length: count * size }, (_, i) => make(Math.floor(i / size), i % size));
}

/** Where a window starts along an axis. Below 0 if it begins before the map. Source:
 *  tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2 */
function windowStart(index: number, size: number, window: number, stride: number, padding: Padding): number {
  if (padding === 'valid') return index * stride;
  const needed = Math.max(0, (Math.ceil(size / stride) - 1) * stride + window - size);
  return index * stride - Math.floor(needed / 2);
}

function convolve(
  { values: x, shape: [height, width, inChannels] }: Maps,
  count: number,
  kernel: ArrayLike<number>,
  bias: ArrayLike<number> | undefined,
  [outHeight, outWidth, filters]: Shape,
  { kernelSize, strides, padding, dilationRate = [1, 1], groups = 1 }: Layer & { kind: 'conv2d' },
): Float64Array {
  return fill(count, [outHeight, outWidth, filters], (sample, element) => {
    const outC = element % filters;
    const column = Math.floor(element / filters) % outWidth;
    const row = Math.floor(element / filters / outWidth);
    const top = windowStart(row, height, (kernelSize[0] - 1) * dilationRate[0] + 1, strides[0], padding);
    const left = windowStart(column, width, (kernelSize[1] - 1) * dilationRate[1] + 1, strides[1], padding);
    const inGroup = inChannels / groups;
    const first = Math.floor(outC / (filters / groups)) * inGroup;
    let sum = bias?.[outC] ?? 0;
    for (let ky = 0; ky < kernelSize[0]; ky++) {
      for (let kx = 0; kx < kernelSize[1]; kx++) {
        const [iy, ix] = [top + ky * dilationRate[0], left + kx * dilationRate[1]];
        if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
        for (let inC = 0; inC < inGroup; inC++) {
          const at = ((sample * height + iy) * width + ix) * inChannels + first + inC;
          sum += x[at] * kernel[((ky * kernelSize[1] + kx) * inGroup + inC) * filters + outC];
        }
      }
    }
    return sum;
  });
}

function convolveEachMap(
  { values: x, shape: [height, width, channels] }: Maps,
  count: number,
  kernel: ArrayLike<number>,
  bias: ArrayLike<number> | undefined,
  shape: Shape,
  { kernelSize, strides, padding }: Layer & { kind: 'depthwiseConv2d' },
): Float64Array {
  return fill(count, shape, (sample, element) => {
    const channel = element % channels;
    const column = Math.floor(element / channels) % shape[1];
    const row = Math.floor(element / channels / shape[1]);
    const top = windowStart(row, height, kernelSize[0], strides[0], padding);
    const left = windowStart(column, width, kernelSize[1], strides[1], padding);
    let sum = bias?.[channel] ?? 0;
    for (let ky = 0; ky < kernelSize[0]; ky++) {
      for (let kx = 0; kx < kernelSize[1]; kx++) {
        const [iy, ix] = [top + ky, left + kx];
        if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
        const at = ((sample * height + iy) * width + ix) * channels + channel;
        sum += x[at] * kernel[(ky * kernelSize[1] + kx) * channels + channel];
      }
    }
    return sum;
  });
}

function pool(
  { values: x, shape: [height, width, channels] }: Maps,
  count: number,
  [outHeight, outWidth]: Shape,
  { poolSize, strides, padding }: { poolSize: readonly number[]; strides: readonly number[]; padding: Padding },
  maximum: { id: LayerId; choices: Choices } | undefined,
): Float64Array {
  /** The elements of x that a window covers, in row-major order. */
  const cellsOf = (sample: number, element: number): number[] => {
    const channel = element % channels;
    const column = Math.floor(element / channels) % outWidth;
    const row = Math.floor(element / channels / outWidth);
    const top = windowStart(row, height, poolSize[0], strides[0], padding);
    const left = windowStart(column, width, poolSize[1], strides[1], padding);
    const cells: number[] = [];
    for (let iy = Math.max(0, top); iy < Math.min(height, top + poolSize[0]); iy++)
      for (let ix = Math.max(0, left); ix < Math.min(width, left + poolSize[1]); ix++)
        cells.push(((sample * height + iy) * width + ix) * channels + channel);
    return cells;
  };
  const shape = [outHeight, outWidth, channels];
  if (!maximum)
    return fill(count, shape, (sample, element) => {
      const cells = cellsOf(sample, element);
      return cells.reduce((sum, cell) => sum + x[cell], 0) / cells.length;
    });
  const size = outHeight * outWidth * channels;
  const winners = chosen(maximum.choices, maximum.id, count * size, i =>
    cellsOf(Math.floor(i / size), i % size).reduce((best, cell) => (x[cell] > x[best] ? cell : best)),
  );
  return Float64Array.from(winners, winner => x[winner]);
}

/** Normalises x […,channels] by its own mean and variance, or by the moving averages. */
function normalise(
  x: Float64Array,
  channels: number,
  epsilon: number,
  read: (name: ParameterName) => ArrayLike<number> | undefined,
  frozen: boolean,
): Float64Array {
  const rows = x.length / channels;
  const mean = Float64Array.from({ length: channels }, (_, channel) => {
    if (frozen) return read('movingMean')![channel];
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += x[row * channels + channel];
    return sum / rows;
  });
  const variance = mean.map((centre, channel) => {
    if (frozen) return read('movingVariance')![channel];
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += (x[row * channels + channel] - centre) ** 2;
    return sum / rows;
  });
  return x.map((value, i) => {
    const channel = i % channels;
    const scale = read('gamma')![channel] / Math.sqrt(variance[channel] + epsilon);
    return (value - mean[channel]) * scale + read('beta')![channel];
  });
}
