/** Changes of an image that leave its pixels where they are. Images are [height, width, channels], bytes from the start
 *  of `bytes`, and are changed in place. A fourth channel is no colour. */
import type { DataSet } from '../../../shared/data.ts';
import type { Random } from '../../../shared/random.ts';

type Shape = DataSet['shape'];

/** How much of red, green and blue is in grey. Source: ITU-R BT.601, as torchvision rounds it */
const GREY = [0.2989, 0.587, 0.114];

const coloursOf = ([, , channels]: Shape) => Math.min(channels, 3);
/** The nearest byte. */
const byteOf = (value: number) => Math.min(255, Math.max(0, value)) + 0.5;

/** Each colour v becomes contrast·v + brightness. */
export function relight(bytes: Uint8Array, shape: Shape, contrast: number, brightness: number): void {
  const [height, width, channels] = shape;
  const colours = coloursOf(shape);
  for (let first = 0; first < height * width * channels; first += channels)
    for (let at = first; at < first + colours; at++) bytes[at] = byteOf(contrast * bytes[at] + brightness);
}

/** Factors of brightness, contrast and saturation, and a turn of the hue as a share of the circle. */
export type Colouring = { brightness: number; contrast: number; saturation: number; hue: number };

/** Colours as torchvision's adjust_brightness, adjust_contrast, adjust_saturation and adjust_hue one after another do,
 *  with one rounding at the end. Images of one channel, or two, have neither saturation nor hue. Source:
 *  docs.pytorch.org/vision/stable/transforms.html */
export function recolour(bytes: Uint8Array, shape: Shape, { brightness, contrast, saturation, hue }: Colouring): void {
  const [height, width, channels] = shape;
  const colours = coloursOf(shape);
  const isColour = colours === 3;
  const size = height * width * channels;
  const pixel = new Float64Array(3);
  const bright = (at: number) => {
    for (let i = 0; i < colours; i++) pixel[i] = Math.min(1, (brightness * bytes[at + i]) / 255);
  };
  let mean = 0;
  if (contrast !== 1) {
    for (let at = 0; at < size; at += channels) {
      bright(at);
      mean += isColour ? greyOf(pixel) : pixel[0];
    }
    mean /= height * width;
  }
  for (let at = 0; at < size; at += channels) {
    bright(at);
    blend(pixel, mean, contrast);
    if (isColour) {
      blend(pixel, greyOf(pixel), saturation);
      if (hue !== 0) turnHue(pixel, hue);
    }
    for (let i = 0; i < colours; i++) bytes[at + i] = byteOf(255 * pixel[i]);
  }
}

const greyOf = (pixel: Float64Array) => GREY[0] * pixel[0] + GREY[1] * pixel[1] + GREY[2] * pixel[2];

/** Moves colours away from `grey` by a factor, and keeps them between 0 and 1. */
function blend(pixel: Float64Array, grey: number, factor: number): void {
  if (factor === 1) return;
  for (let i = 0; i < 3; i++) pixel[i] = Math.min(1, Math.max(0, factor * pixel[i] + (1 - factor) * grey));
}

/** Turns the hue of red, green and blue (0 to 1), in the HSV cylinder. */
function turnHue(pixel: Float64Array, turn: number): void {
  const [red, green, blue] = pixel;
  const most = Math.max(red, green, blue);
  const spread = most - Math.min(red, green, blue);
  if (spread === 0) return;
  let sixth: number;
  if (most === red) sixth = (green - blue) / spread;
  else if (most === green) sixth = 2 + (blue - red) / spread;
  else sixth = 4 + (red - green) / spread;
  const turned = sixth + 6 * turn;
  for (const [i, offset] of [5, 3, 1].entries()) {
    const place = (((offset + turned) % 6) + 6) % 6;
    pixel[i] = most - spread * Math.max(0, Math.min(place, 4 - place, 1));
  }
}

/** Gaussian blur of all channels; beyond the image its edge goes on. `deviation`: in pixels, above 0. */
export function blur(bytes: Uint8Array, [height, width, channels]: Shape, deviation: number): void {
  const reach = Math.ceil(3 * deviation);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * deviation ** 2)));
  const sum = kernel.reduce((all, each) => all + each, 0);
  const row = width * channels;
  const across = new Float32Array(height * row);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < channels; channel++) {
        let total = 0;
        for (let k = 0; k < kernel.length; k++) {
          const from = Math.min(width - 1, Math.max(0, x + k - reach));
          total += kernel[k] * bytes[y * row + from * channels + channel];
        }
        across[y * row + x * channels + channel] = total / sum;
      }
  for (let y = 0; y < height; y++)
    for (let x = 0; x < row; x++) {
      let total = 0;
      for (let k = 0; k < kernel.length; k++)
        total += kernel[k] * across[Math.min(height - 1, Math.max(0, y + k - reach)) * row + x];
      bytes[y * row + x] = byteOf(total / sum);
    }
}

/** Adds a normal number to every colour of every pixel. `deviation`: as a share of the range. */
export function addNoise(bytes: Uint8Array, shape: Shape, deviation: number, random: Random): void {
  const [height, width, channels] = shape;
  const colours = coloursOf(shape);
  for (let first = 0; first < height * width * channels; first += channels)
    for (let at = first; at < first + colours; at++) bytes[at] = byteOf(bytes[at] + 255 * deviation * random.normal());
}

/** Puts 0 into a rectangle: `share` of each side, around the pixel at row `y` and column `x`. */
export function cutOut(bytes: Uint8Array, [height, width, channels]: Shape, share: number, y: number, x: number): void {
  const [rows, columns] = [Math.round(share * height), Math.round(share * width)];
  const [top, left] = [y - Math.floor(rows / 2), x - Math.floor(columns / 2)];
  for (let each = Math.max(0, top); each < Math.min(height, top + rows); each++)
    bytes.fill(
      0,
      (each * width + Math.max(0, left)) * channels,
      (each * width + Math.min(width, left + columns)) * channels,
    );
}
