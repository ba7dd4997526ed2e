/** Turns image files and pixels of any size into bytes of one shape. */
import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Sharp } from 'sharp';
import { type DataProblem, type Fit } from '../../../shared/data.ts';
import { MOST_IMAGE_BYTES } from '../../../shared/file-limits.ts';
import { UserError } from '../../../shared/errors.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { ReadImage } from '../../../shared/protocol.ts';
import { createResampler } from '../../../shared/resample.ts';
import { formatBytes } from '../archive.ts';
import { readFourBands } from './four-band-tiff.ts';
import type { ImageFile } from './list-images.ts';
import { checkCancelled, type ReadOptions, roomFor, type Shape } from './reading.ts';

/** The largest image. Decoding one of this size takes 400 MB (800 MB with four channels, which are separated), and two
 *  are decoded at a time. */
export const MOST_MEGAPIXELS = 100;
const AT_ONCE = 2;
/** How many images in memory are converted before checking whether to go on, and how many pixels they may have
 *  together. */
const TOGETHER = 100;
const PIXELS_TOGETHER = 4e6;
/** Accepted pixel types: bytes, and 16 bits (of which the upper 8 are used). Others, such as floating-point numbers,
 *  have no known range. */
const DEPTHS = ['uchar', 'ushort'];
/** What sharp calls images whose first channel is a brightness. */
const GREYS = ['b-w', 'grey16'];
/** The decoders that are switched on. Others, such as that for SVG, would read more than pixels. */
const DECODERS = ['Png', 'Jpeg', 'Webp', 'Nsgif', 'Tiff', 'Heif'];

type Kernel = typeof import('sharp').default;
let loading: Promise<Kernel> | undefined;

/** Loads sharp when the first image needs it, so that the start of the app doesn't wait. */
function loadSharp(): Promise<Kernel> {
  loading ??= import('sharp').then(
    ({ default: sharp }) => {
      // One thread per image, and no caching, because no image is read twice.
      sharp.concurrency(1);
      sharp.cache(false);
      sharp.block({ operation: ['VipsForeignLoad'] });
      sharp.unblock({ operation: DECODERS.map(name => `VipsForeignLoad${name}`) });
      return sharp;
    },
    (error: unknown) => {
      loading = undefined;
      throw new UserError(sentences.data.sharpMissing, { cause: error });
    },
  );
  return loading;
}

/** Decodes image files to one shape, in their order. Unreadable files are left out and listed with a reason. `kept`:
 *  the positions of the others. Only the result and two images at a time are in memory. */
export async function readImageFiles(
  files: readonly ImageFile[],
  shape: Shape,
  fit: Fit,
  { progress, signal }: ReadOptions,
): Promise<{ bytes: Uint8Array; kept: number[]; problems: DataProblem[] }> {
  const size = shape[0] * shape[1] * shape[2];
  const bytes = roomFor(files.length, shape);
  const reasons = new Map<number, Sentence>();
  const sharp = await loadSharp();
  await eachAtOnce(files.length, { progress, signal }, async index => {
    const reason = await decode(sharp, files[index], shape, fit, bytes.subarray(index * size, (index + 1) * size));
    if (reason !== undefined) reasons.set(index, reason);
  });
  const kept = Array.from(files.keys()).filter(index => !reasons.has(index));
  for (const [to, from] of kept.entries()) {
    if (to !== from) bytes.copyWithin(to * size, from * size, (from + 1) * size);
  }
  const problems = files.flatMap(({ name }, index) => {
    const reason = reasons.get(index);
    return reason === undefined ? [] : [{ name, reason }];
  });
  return { bytes: bytes.subarray(0, kept.length * size), kept, problems };
}

/** Converts pixels in memory, [count, height, width, channels], to one shape. If they have it already, they are
 *  returned unchanged. */
export async function resizeImages(
  pixels: Uint8Array,
  from: Shape,
  shape: Shape,
  fit: Fit,
  options: ReadOptions,
): Promise<Uint8Array> {
  if (from.join() === shape.join()) return pixels;
  const [height, width, channels] = from;
  const size = height * width * channels;
  const count = pixels.length / size;
  const resized = roomFor(count, shape);
  const resizedSize = resized.length / count;
  const sharp = channels === shape[2] ? undefined : await loadSharp();
  const colouredSize = height * width * shape[2];
  const sameSize = height === shape[0] && width === shape[1];
  const resample = createResampler([height, width, shape[2]], shape, fit);
  const together = Math.max(1, Math.min(TOGETHER, Math.floor(PIXELS_TOGETHER / (height * width))));
  await eachAtOnce(Math.ceil(count / together), options, async index => {
    const first = index * together;
    const last = Math.min(first + together, count);
    // Colours are converted for all of them at once, as one tall image.
    const raw = { height: height * (last - first), width, channels: channels as 1 | 3 | 4 };
    const some = pixels.subarray(first * size, last * size);
    const coloured = sharp ? await toShape(sharp(some, { raw }), [raw.height, width, shape[2]], fit) : some;
    if (sameSize) resized.set(coloured, first * resizedSize);
    else
      for (let image = first; image < last; image++)
        resample(coloured, (image - first) * colouredSize, resized, image * resizedSize);
    await nextTurn();
  });
  return resized;
}

async function eachAtOnce(
  count: number,
  { progress, signal }: ReadOptions,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < count) {
      checkCancelled(signal);
      await work(next++);
      progress(++done / count);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Fills `into` with the image, or returns the reason why it can't. */
async function decode(
  sharp: Kernel,
  file: ImageFile,
  shape: Shape,
  fit: Fit,
  into: Uint8Array,
): Promise<Sentence | undefined> {
  if (file.bytes > MOST_IMAGE_BYTES) return tooManyBytes();
  try {
    await (await openImage(sharp, await readFile(file.path))).decode(shape, fit, into);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** One image from the bytes of its file. Without `fit`, it is decoded only if it has exactly the wanted size; otherwise
 *  only its size is returned. Throws UserError that says why it can't be read. */
export async function readImageBytes(
  name: string,
  bytes: Uint8Array,
  shape: Shape,
  fit: Fit | undefined,
): Promise<ReadImage> {
  const sharp = await loadSharp();
  try {
    const image = await openImage(sharp, bytes);
    const { width, height } = image;
    const same = height === shape[0] && width === shape[1];
    if (!fit && !same) return { name, width, height };
    const pixels = roomFor(1, shape);
    await image.decode(shape, fit ?? 'stretch', pixels);
    return { name, width, height, pixels };
  } catch (error) {
    throw new UserError(sentences.ownImages.unreadable(name, reasonOf(error)), { cause: error });
  }
}

export const tooManyBytes = () => sentences.data.reasons.bytes(formatBytes(MOST_IMAGE_BYTES));

/** An image's size after turning it upright, and a function that decodes it to a shape. Throws if it is no image, or
 *  too large. */
async function openImage(sharp: Kernel, bytes: Uint8Array) {
  const image = sharp(bytes, { limitInputPixels: MOST_MEGAPIXELS * 1e6, failOn: 'error' });
  const { depth, hasAlpha, autoOrient, channels, space } = await image.metadata();
  if (!DEPTHS.includes(depth)) throw new UserError(sentences.data.reasons.depth(depth));
  return {
    width: autoOrient.width,
    height: autoOrient.height,
    async decode(shape: Shape, fit: Fit, into: Uint8Array) {
      const bands = shape[2] === 4 && channels === 4 ? readFourBands(bytes, MOST_MEGAPIXELS * 1e6) : undefined;
      if (bands) {
        createResampler([bands.height, bands.width, 4], shape, fit)(bands.pixels, 0, into, 0);
        return;
      }
      // Such an image has four channels without saying that they are colours. sharp would take the first for grey.
      if (channels === 4 && GREYS.includes(space)) throw new UserError(sentences.data.reasons.fourBands);
      const upright = image.autoOrient();
      if (shape[2] === 4 && hasAlpha) await fourToShape(sharp, upright, shape, fit, into);
      else into.set(await toShape(upright, shape, fit));
    },
  };
}

/** Why an image can't be read, as a part of a sentence. */
function reasonOf(error: unknown): Sentence {
  const { reasons } = sentences.data;
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof UserError) return error.sentence;
  if (code !== undefined) return reasons.closed(code);
  if (/pixel limit/.test(message)) return reasons.pixels(MOST_MEGAPIXELS);
  if (/unsupported image format|blocked/.test(message)) return reasons.unknownFormat;
  return reasons.damaged;
}

/** Resizes four channels one by one. sharp would multiply colours by alpha, and lose the colours of transparent parts.
 *  Source: sharp's documentation, resize. */
async function fourToShape(sharp: Kernel, image: Sharp, shape: Shape, fit: Fit, into: Uint8Array): Promise<void> {
  const { data, info } = await image
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const pixels = width * height;
  const [colours, alphas] = [new Uint8Array(3 * pixels), new Uint8Array(pixels)];
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < 3; channel++) colours[3 * pixel + channel] = data[4 * pixel + channel];
    alphas[pixel] = data[4 * pixel + 3];
  }
  const size = (background: string) => ({ width: shape[1], height: shape[0], fit: FITTED[fit], background }) as const;
  const colour = sharp(colours, { raw: { width, height, channels: 3 } }).resize(size('black'));
  const alpha = sharp(alphas, { raw: { width, height, channels: 1 } })
    .resize(size('white'))
    .toColourspace('b-w');
  const [resizedColours, resizedAlphas] = await Promise.all([colour, alpha].map(each => each.raw().toBuffer()));
  for (let pixel = 0; pixel < resizedAlphas.length; pixel++) {
    for (let channel = 0; channel < 3; channel++) into[4 * pixel + channel] = resizedColours[3 * pixel + channel];
    into[4 * pixel + 3] = resizedAlphas[pixel];
  }
}

/** sharp's names for the ways to fit an image. */
const FITTED = { stretch: 'fill', crop: 'cover', pad: 'contain' } as const;

/** Converts an image to a shape. If the shape has no channel for transparency, transparent parts are shown on white.
 *  Empty parts of the shape are opaque black. Pixels of more than 8 bits become bytes. */
function toShape(image: Sharp, [height, width, channels]: Shape, fit: Fit): Promise<Buffer> {
  const coloured = channels === 4 ? image.ensureAlpha() : image.flatten({ background: 'white' });
  return coloured
    .resize(width, height, { fit: FITTED[fit], background: { r: 0, g: 0, b: 0, alpha: 1 } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer();
}
