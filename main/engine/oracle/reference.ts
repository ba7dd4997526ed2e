/** The oracle: every layer as plain loops over doubles, written from the definitions, and for reading, not for speed.
 *  It shares no arithmetic with the code it checks: not the geometry of windows, the derived formulas or the wasm
 *  kernels. Activations are [height, width, channels], kernels [kernelHeight, kernelWidth, inChannels, outChannels],
 *  all row-major. NaN stands for a cell's #NUM!. */
import {
  CHANNELS_PER_PARTIAL,
  describeTensors,
  inferShapes,
  type Layer,
  type LayerId,
  type LayerOf,
  type NetworkSpec,
  type Padding,
  type Pair,
  type ParameterName,
  type Shape,
  type TensorId,
  type TensorName,
} from '../../../shared/network.ts';
import { formulaElement } from './reference-trees.ts';
import { normaliseEachPixel, padWithZeros, putSideBySide, repeatNumbers } from './reference-maps.ts';
import { type Activations, empty, type Numbers, put, type ReferenceTensor, total } from './reference-tensor.ts';

export type { ReferenceTensor } from './reference-tensor.ts';

/** Computes every computed tensor of a network. A step reads its inputs from `values` if they are there, else from the
 *  step before. With the stored tensors alone it runs the whole network in doubles; with all of the engine's tensors it
 *  checks each step by itself. Throws if a stored tensor is missing. */
export function computeReference(
  network: NetworkSpec,
  values: ReadonlyMap<TensorId, Numbers>,
): Map<TensorId, ReferenceTensor> {
  const computed = new Map<TensorId, ReferenceTensor>();
  const outputs = new Map<LayerId, Activations>();
  const shapes = inferShapes(network);
  const parameters = new Map(describeTensors(network).map(({ id, shape }) => [id, shape]));

  for (const [position, layer] of network.layers.entries()) {
    const id = (name: TensorName): TensorId => `${layer.id}/${name}`;
    const read = (name: TensorName): Numbers => {
      const numbers = values.get(id(name)) ?? computed.get(id(name))?.values;
      if (!numbers) throw new Error(`The tensor ${id(name)} is missing.`);
      return numbers;
    };
    const store = (name: TensorName, tensor: ReferenceTensor) => {
      computed.set(id(name), tensor);
      return { shape: tensor.shape, values: read(name) };
    };

    if (layer.kind === 'input') {
      outputs.set(layer.id, { shape: layer.shape, values: read('output') });
      continue;
    }
    const inputs = layer.inputs.map(source => outputs.get(source)!);
    const [input] = inputs;
    if (layer.kind === 'flatten' || layer.kind === 'reshape') {
      const shape = layer.kind === 'reshape' ? layer.targetShape : [input.values.length];
      outputs.set(layer.id, { shape, values: input.values });
      continue;
    }
    if (layer.kind === 'softmax') {
      const shifted = store('shifted', subtractMaximum(input)).values;
      const exp = store('exp', exponentials(shifted)).values;
      outputs.set(layer.id, store('output', normalise(exp)));
      if (position === network.layers.length - 1) store('crossEntropy', crossEntropy(read('actual'), shifted, exp));
      continue;
    }
    if (layer.kind === 'conv2d' && input.shape[2] > channelsOfASum(layer)) {
      const { shape, values: partial } = store('partial', partialSums(input, read('kernel'), layer));
      outputs.set(layer.id, store('output', addPartialSums(shape, partial, layer.useBias ? read('bias') : undefined)));
      continue;
    }
    if (layer.kind === 'formula') {
      const shape = shapes.get(layer.id)!;
      const readable = (of: number | ParameterName) =>
        typeof of === 'number' ? inputs[of] : { values: read(of), shape: parameters.get(id(of))! };
      const output = empty(shape);
      for (let element = 0; element < output.values.length; element++)
        put(output, element, ...formulaElement(layer, readable, shape, element));
      outputs.set(layer.id, store('output', output));
      continue;
    }
    outputs.set(layer.id, store('output', outputOf(layer, inputs, read)));
    const isEnd = position === network.layers.length - 1 && input.shape.length === 1;
    if (layer.kind === 'sigmoid' && isEnd) store('crossEntropy', binaryCrossEntropy(read('actual'), input.values));
  }
  return computed;
}

/** A layer whose output `stepOf` calculates from its inputs in one step. */
type Counted = Exclude<Layer, LayerOf<'input' | 'flatten' | 'reshape' | 'softmax' | 'formula'>>;

function outputOf(
  layer: Counted,
  inputs: readonly Activations[],
  read: (name: TensorName) => Numbers,
): ReferenceTensor {
  const [input] = inputs;
  switch (layer.kind) {
    case 'conv2d':
      return convolve(input, read('kernel'), layer.useBias ? read('bias') : undefined, layer);
    case 'dense':
      return dense(input, read('kernel'), layer.useBias ? read('bias') : undefined, layer.units);
    case 'maxPool2d':
      return pool(input, layer.poolSize, layer.strides, layer.padding, maximum);
    case 'averagePool2d':
      return pool(input, layer.poolSize, layer.strides, layer.padding, average);
    case 'globalMaxPool2d':
      return asVector(pool(input, [input.shape[0], input.shape[1]], [1, 1], 'valid', maximum));
    case 'globalAveragePool2d':
      return asVector(pool(input, [input.shape[0], input.shape[1]], [1, 1], 'valid', average));
    case 'relu':
      return forEach(input, x => [Math.max(0, x), Math.abs(x)]);
    case 'leakyRelu':
      return forEach(input, x => {
        const value = x >= 0 ? x : layer.negativeSlope * x;
        return [value, Math.abs(value)];
      });
    case 'batchNorm':
      return batchNormalise(
        input,
        read('gamma'),
        read('beta'),
        read('movingMean'),
        read('movingVariance'),
        layer.epsilon,
      );
    case 'dropout':
      return forEach(input, x => [x, Math.abs(x)]);
    case 'add':
      return addUp(inputs);
    case 'concatenate':
      return putSideBySide(inputs);
    case 'depthwiseConv2d':
      return convolveEachMap(input, read('kernel'), layer.useBias ? read('bias') : undefined, layer);
    case 'zeroPadding2d':
      return padWithZeros(input, layer);
    case 'upSampling2d':
      return repeatNumbers(input, layer);
    case 'layerNormalization':
      return normaliseEachPixel(input, read('gamma'), read('beta'), layer.epsilon);
    case 'sigmoid':
      return forEach(input, x => [1 / (1 + Math.exp(-x)), 1]);
    case 'elu':
      return forEach(input, x => [x >= 0 ? x : Math.exp(x) - 1, Math.abs(x)]);
    case 'silu':
      return forEach(input, x => [x / (1 + Math.exp(-x)), Math.abs(x)]);
    case 'softplus':
      // ln(1 + e^x) by its definition, if e^x is finite.
      return forEach(input, x => [x > 700 ? x : Math.log(1 + Math.exp(x)), Math.max(1, Math.abs(x))]);
    case 'gelu':
      return forEach(input, x => [
        0.5 * x * (1 + Math.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x))),
        Math.abs(x),
      ]);
    case 'hardSwish':
      return forEach(input, x => [(x * Math.min(Math.max(x + 3, 0), 6)) / 6, Math.abs(x)]);
    case 'selu':
      return forEach(input, x => [
        1.0507009873554805 * (x >= 0 ? x : 1.6732632423543772 * (Math.exp(x) - 1)),
        2 * Math.abs(x),
      ]);
    case 'tanh':
      return forEach(input, x => [Math.tanh(x), 1]);
    default:
      return layer satisfies never;
  }
}

/** A formula holds 128 input channels. With dilation it holds 256 weights. */
function channelsOfASum({ kernelSize: [height, width], dilationRate, groups = 1 }: LayerOf<'conv2d'>): number {
  if (groups > 1) return Infinity;
  const isDilated = dilationRate?.some(rate => rate > 1) ?? false;
  return isDilated ? Math.max(1, Math.floor(256 / (height * width))) : CHANNELS_PER_PARTIAL;
}

/** 2-D cross-correlation (the kernel is not flipped) over each group's input channels from `first` up to, but not
 *  including, `end`; over all of them if left out. input [H,W,inC], kernel [kH,kW,inC/groups,outC], bias [outC] →
 *  [H',W',outC]. Sources: tensorflow.org/api_docs/python/tf/nn/convolution,
 *  keras.io/api/layers/convolution_layers/convolution2d */
function convolve(
  input: Activations,
  kernel: Numbers,
  bias: Numbers | undefined,
  layer: LayerOf<'conv2d'>,
  first = 0,
  end = Infinity,
): ReferenceTensor {
  const { kernelSize, strides, padding, filters, dilationRate = [1, 1], groups = 1 } = layer;
  const [kernelHeight, kernelWidth] = kernelSize;
  const [height, width, inChannels] = input.shape;
  const rows = windows(height, (kernelHeight - 1) * dilationRate[0] + 1, strides[0], padding);
  const columns = windows(width, (kernelWidth - 1) * dilationRate[1] + 1, strides[1], padding);
  const inGroup = inChannels / groups;
  const output = empty([rows.length, columns.length, filters]);
  let element = 0;
  for (const top of rows) {
    for (const left of columns) {
      for (let outC = 0; outC < filters; outC++) {
        const group = Math.floor((outC * groups) / filters);
        let sum = bias ? bias[outC] : 0;
        let magnitude = Math.abs(sum);
        for (let ky = 0; ky < kernelHeight; ky++) {
          for (let kx = 0; kx < kernelWidth; kx++) {
            const y = top + ky * dilationRate[0];
            const x = left + kx * dilationRate[1];
            if (y < 0 || y >= height || x < 0 || x >= width) continue;
            for (let inC = first; inC < Math.min(end, inGroup); inC++) {
              const term =
                input.values[(y * width + x) * inChannels + group * inGroup + inC] *
                kernel[((ky * kernelWidth + kx) * inGroup + inC) * filters + outC];
              sum += term;
              magnitude += Math.abs(term);
            }
          }
        }
        put(output, element++, sum, magnitude);
      }
    }
  }
  return output;
}

/** Convolves each map with its own kernel. input [H,W,C], kernel [kH,kW,1,C], bias [C] → [H',W',C]. Source:
 *  keras.io/api/layers/convolution_layers/depthwise_convolution2d */
function convolveEachMap(
  input: Activations,
  kernel: Numbers,
  bias: Numbers | undefined,
  { kernelSize: [kernelHeight, kernelWidth], strides, padding }: LayerOf<'depthwiseConv2d'>,
): ReferenceTensor {
  const [height, width, channels] = input.shape;
  const rows = windows(height, kernelHeight, strides[0], padding);
  const columns = windows(width, kernelWidth, strides[1], padding);
  const output = empty([rows.length, columns.length, channels]);
  let element = 0;
  for (const top of rows) {
    for (const left of columns) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = bias ? bias[channel] : 0;
        let magnitude = Math.abs(sum);
        for (let ky = 0; ky < kernelHeight; ky++) {
          for (let kx = 0; kx < kernelWidth; kx++) {
            const y = top + ky;
            const x = left + kx;
            if (y < 0 || y >= height || x < 0 || x >= width) continue;
            const weight = kernel[(ky * kernelWidth + kx) * channels + channel];
            const term = input.values[(y * width + x) * channels + channel] * weight;
            sum += term;
            magnitude += Math.abs(term);
          }
        }
        put(output, element++, sum, magnitude);
      }
    }
  }
  return output;
}

/** The sums of a convolution over each group of input channels, without the bias. input [H,W,inC] →
 *  [groups,H',W',outC]. */
function partialSums(input: Activations, kernel: Numbers, layer: LayerOf<'conv2d'>): ReferenceTensor {
  const inChannels = input.shape[2];
  const groups: ReferenceTensor[] = [];
  const each = channelsOfASum(layer);
  for (let first = 0; first < inChannels; first += each) {
    groups.push(convolve(input, kernel, undefined, layer, first, first + each));
  }
  return {
    shape: [groups.length, ...groups[0].shape],
    values: Float64Array.from(groups.flatMap(group => [...group.values])),
    magnitudes: Float64Array.from(groups.flatMap(group => [...group.magnitudes])),
  };
}

/** partial [groups,H',W',outC], bias [outC] → [H',W',outC]. */
function addPartialSums(
  [groups, height, width, filters]: Shape,
  partial: Numbers,
  bias: Numbers | undefined,
): ReferenceTensor {
  const output = empty([height, width, filters]);
  for (let element = 0; element < output.values.length; element++) {
    let sum = bias ? bias[element % filters] : 0;
    let magnitude = Math.abs(sum);
    for (let group = 0; group < groups; group++) {
      const term = partial[group * output.values.length + element];
      sum += term;
      magnitude += Math.abs(term);
    }
    put(output, element, sum, magnitude);
  }
  return output;
}

/** input [inFeatures], kernel [inFeatures,units], bias [units] → [units]. */
function dense(input: Activations, kernel: Numbers, bias: Numbers | undefined, units: number): ReferenceTensor {
  const output = empty([units]);
  for (let unit = 0; unit < units; unit++) {
    let sum = bias ? bias[unit] : 0;
    let magnitude = Math.abs(sum);
    for (let feature = 0; feature < input.values.length; feature++) {
      const term = input.values[feature] * kernel[feature * units + unit];
      sum += term;
      magnitude += Math.abs(term);
    }
    put(output, unit, sum, magnitude);
  }
  return output;
}

/** Makes one number of the cells of a window that are on the map: the value and its Σ|terms|. */
type Summary = (cells: number[]) => [value: number, magnitude: number];

function maximum(cells: number[]): [number, number] {
  let largest = cells[0];
  for (const cell of cells) {
    if (Number.isNaN(cell)) return [Number.NaN, 0];
    if (cell > largest) largest = cell;
  }
  return [largest, Math.abs(largest)];
}

/** Padding doesn't count: TensorFlow divides by the number of cells on the map. */
function average(cells: number[]): [number, number] {
  let sum = 0;
  let magnitude = 0;
  for (const cell of cells) {
    sum += cell / cells.length;
    magnitude += Math.abs(cell) / cells.length;
  }
  return [sum, magnitude];
}

/** input [H,W,C] → [H',W',C]. */
function pool(
  input: Activations,
  [poolHeight, poolWidth]: Pair,
  strides: Pair,
  padding: Padding,
  summarise: Summary,
): ReferenceTensor {
  const [height, width, channels] = input.shape;
  const rows = windows(height, poolHeight, strides[0], padding);
  const columns = windows(width, poolWidth, strides[1], padding);
  const output = empty([rows.length, columns.length, channels]);
  let element = 0;
  for (const top of rows) {
    for (const left of columns) {
      for (let channel = 0; channel < channels; channel++) {
        const cells: number[] = [];
        for (let y = Math.max(0, top); y < Math.min(height, top + poolHeight); y++) {
          for (let x = Math.max(0, left); x < Math.min(width, left + poolWidth); x++) {
            cells.push(input.values[(y * width + x) * channels + channel]);
          }
        }
        put(output, element++, ...summarise(cells));
      }
    }
  }
  return output;
}

/** [1,1,C] → [C]. */
function asVector({ shape, values, magnitudes }: ReferenceTensor): ReferenceTensor {
  return { shape: [shape[2]], values, magnitudes };
}

function forEach(input: Activations, of: (x: number) => [value: number, magnitude: number]): ReferenceTensor {
  const output = empty(input.shape);
  for (let element = 0; element < input.values.length; element++) put(output, element, ...of(input.values[element]));
  return output;
}

/** Inference with a channel's moving averages. input […,channels], all else [channels] → […,channels]. Source:
 *  keras.io/api/layers/normalization_layers/batch_normalization */
function batchNormalise(
  input: Activations,
  gamma: Numbers,
  beta: Numbers,
  movingMean: Numbers,
  movingVariance: Numbers,
  epsilon: number,
): ReferenceTensor {
  const output = empty(input.shape);
  for (let element = 0; element < output.values.length; element++) {
    const channel = element % gamma.length;
    const scale = gamma[channel] / Math.sqrt(movingVariance[channel] + epsilon);
    const x = input.values[element];
    const value = scale * (x - movingMean[channel]) + beta[channel];
    const magnitude = Math.abs(scale) * (Math.abs(x) + Math.abs(movingMean[channel])) + Math.abs(beta[channel]);
    put(output, element, value, magnitude);
  }
  return output;
}

/** Inputs of one shape → their sum, element by element. */
function addUp(inputs: readonly Activations[]): ReferenceTensor {
  const output = empty(inputs[0].shape);
  for (let element = 0; element < output.values.length; element++) {
    let sum = 0;
    let magnitude = 0;
    for (const { values } of inputs) {
      sum += values[element];
      magnitude += Math.abs(values[element]);
    }
    put(output, element, sum, magnitude);
  }
  return output;
}

/** input [units] → input − max(input). */
function subtractMaximum(input: Activations): ReferenceTensor {
  const [largest] = maximum(Array.from(input.values));
  return forEach(input, x => [x - largest, Math.abs(x) + Math.abs(largest)]);
}

/** shifted [units] → e^shifted. */
function exponentials(shifted: Numbers): ReferenceTensor {
  return forEach({ shape: [shifted.length], values: shifted }, x => [Math.exp(x), Math.exp(x)]);
}

/** exp [units] → exp / Σexp. */
function normalise(exp: Numbers): ReferenceTensor {
  const sum = total(exp);
  return forEach({ shape: [exp.length], values: exp }, x => [x / sum, x / sum]);
}

/** actual, shifted, exp [units] → actual·(ln Σexp − shifted), or 0 if actual is 0 or blank (NaN). */
function crossEntropy(actual: Numbers, shifted: Numbers, exp: Numbers): ReferenceTensor {
  const output = empty([actual.length]);
  const logarithm = Math.log(total(exp));
  for (let unit = 0; unit < actual.length; unit++) {
    if (actual[unit] === 0 || Number.isNaN(actual[unit])) continue;
    const value = actual[unit] * (logarithm - shifted[unit]);
    put(output, unit, value, Math.abs(actual[unit]) * (Math.abs(logarithm) + Math.abs(shifted[unit])));
  }
  return output;
}

/** actual, scores [units] → −actual·ln p − (1 − actual)·ln(1 − p), divided by the units; 0 where actual is blank (NaN).
 *  By definition, 1 − p is e^−score·p. */
function binaryCrossEntropy(actual: Numbers, scores: Numbers): ReferenceTensor {
  const output = empty([actual.length]);
  for (let unit = 0; unit < actual.length; unit++) {
    if (Number.isNaN(actual[unit])) continue;
    const score = scores[unit];
    // ln p, where e^−score may overflow.
    const logarithm = score < -700 ? score : -Math.log(1 + Math.exp(-score));
    const value = -actual[unit] * logarithm - (1 - actual[unit]) * (logarithm - score);
    put(output, unit, value / actual.length, (Math.abs(score) + Math.abs(logarithm)) / actual.length);
  }
  return output;
}

/** Where the windows along an axis of `size` cells begin. Below 0 if they begin before the map. 'valid': only whole
 *  windows. 'same': ⌈size/stride⌉ windows, with the smaller half of the padding before the map. Source:
 *  tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2 */
function windows(size: number, window: number, stride: number, padding: Padding): number[] {
  const starts: number[] = [];
  if (padding === 'valid') {
    for (let start = 0; start + window <= size; start += stride) starts.push(start);
    return starts;
  }
  const needed = size % stride === 0 ? Math.max(window - stride, 0) : Math.max(window - (size % stride), 0);
  for (let start = 0; start < size; start += stride) starts.push(start - Math.floor(needed / 2));
  return starts;
}
