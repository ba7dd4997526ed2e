/** Reference loops that move numbers to other places, or normalise pixels. */
import type { LayerOf } from '../../../shared/network.ts';
import { type Activations, empty, type Numbers, put, type ReferenceTensor, total } from './reference-tensor.ts';

/** input [H,W,C] → [top+H+bottom, left+W+right, C]. Source: keras.io/api/layers/reshaping_layers/zero_padding2d */
export function padWithZeros(
  input: Activations,
  { padding: [[top, bottom], [left, right]] }: LayerOf<'zeroPadding2d'>,
): ReferenceTensor {
  const [height, width, channels] = input.shape;
  const output = empty([top + height + bottom, left + width + right, channels]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const value = input.values[(y * width + x) * channels + channel];
        put(output, ((y + top) * output.shape[1] + x + left) * channels + channel, value, Math.abs(value));
      }
    }
  }
  return output;
}

/** input [H,W,C] → [H·down, W·across, C]. Source: keras.io/api/layers/reshaping_layers/up_sampling2d */
export function repeatNumbers(input: Activations, { size: [down, across] }: LayerOf<'upSampling2d'>): ReferenceTensor {
  const [height, width, channels] = input.shape;
  const output = empty([height * down, width * across, channels]);
  for (let element = 0; element < output.values.length; element++) {
    const channel = element % channels;
    const pixel = (element - channel) / channels;
    const [y, x] = [Math.floor(pixel / output.shape[1]), pixel % output.shape[1]];
    const value = input.values[(Math.floor(y / down) * width + Math.floor(x / across)) * channels + channel];
    put(output, element, value, Math.abs(value));
  }
  return output;
}

/** Each pixel by the mean and variance of its channels. input […,channels], gamma and beta [channels] → […,channels].
 *  Source: keras.io/api/layers/normalization_layers/layer_normalization */
export function normaliseEachPixel(
  input: Activations,
  gamma: Numbers,
  beta: Numbers,
  epsilon: number,
): ReferenceTensor {
  const output = empty(input.shape);
  const channels = gamma.length;
  for (let first = 0; first < output.values.length; first += channels) {
    const pixel = Array.from({ length: channels }, (_, channel) => input.values[first + channel]);
    const mean = total(pixel) / channels;
    const variance = total(pixel.map(x => (x - mean) ** 2)) / channels;
    const largest = Math.max(...pixel.map(Math.abs));
    for (let channel = 0; channel < channels; channel++) {
      const scale = gamma[channel] / Math.sqrt(variance + epsilon);
      const value = scale * (pixel[channel] - mean) + beta[channel];
      put(output, first + channel, value, 2 * Math.abs(scale) * largest + Math.abs(beta[channel]));
    }
  }
  return output;
}

/** Inputs […,channels] → […,Σ channels]. The channels of the first input come first. */
export function putSideBySide(inputs: readonly Activations[]): ReferenceTensor {
  const [{ shape, values }] = inputs;
  const pixels = values.length / shape.at(-1)!;
  const channels = inputs.reduce((sum, each) => sum + each.shape.at(-1)!, 0);
  const output = empty([...shape.slice(0, -1), channels]);
  let element = 0;
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (const each of inputs) {
      const own = each.shape.at(-1)!;
      for (let channel = 0; channel < own; channel++) {
        const value = each.values[pixel * own + channel];
        put(output, element++, value, Math.abs(value));
      }
    }
  }
  return output;
}
