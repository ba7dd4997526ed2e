/** IDX files of bytes, the format MNIST came in, plain or packed by gzip. */
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UserError } from '../../../shared/errors.ts';
import { messages } from '../../../shared/messages.ts';
import { readingFile } from '../open.ts';
import { checkCancelled, type ReadOptions } from './reading.ts';

/** Bytes read from the disk at a time. */
const CHUNK = 2 ** 20;
const GZIP = 0x1f8b;
/** Type of the elements: bytes. */
const BYTES = 8;

const product = (shape: readonly number[]) => shape.reduce((all, size) => all * size, 1);

/** The sizes an IDX file says it has, outermost first. Throws UserError where it is none of bytes with so many dimensions. */
export function readIdxShape(path: string, dimensions: readonly number[]): Promise<number[]> {
  return readingFile(path, async (file, size) => {
    for await (const { shape } of elementsOf(file, size, path, dimensions)) return shape;
    throw new UserError(messages.data.idx.damaged(basename(path)));
  });
}

/** Reads the elements of an IDX file into an array of exactly their number. `progress` is told the share that is read. Throws UserError where the file is damaged, foreign or of another length. */
export function readIdx(path: string, into: Uint8Array, { progress, signal }: ReadOptions): Promise<void> {
  return readingFile(path, async (file, size) => {
    let filled = 0;
    for await (const { shape, chunk } of elementsOf(file, size, path, [1, 2, 3, 4])) {
      checkCancelled(signal);
      if (product(shape) !== into.length) throw new UserError(messages.data.idx.damaged(basename(path)));
      into.set(chunk, filled);
      filled += chunk.length;
      progress(filled / into.length);
    }
  });
}

/** The elements, chunk by chunk; never more than the header promises, which is held against the file's length before anything else is read or unpacked.
 *  Source of the format: two zeros, the type, the number of dimensions, each dimension as a big-endian u32, the elements; yann.lecun.com/exdb/mnist. Of gzip: RFC 1952. */
async function* elementsOf(
  file: FileHandle,
  size: number,
  path: string,
  dimensions: readonly number[],
): AsyncGenerator<{ shape: number[]; chunk: Uint8Array }> {
  const damaged = () => new UserError(messages.data.idx.damaged(basename(path)));
  const packed = (await bytesAt(file, 0, 2)).readUInt16BE() === GZIP;
  // The last four bytes of a gzip file are the length of what is packed in it.
  const promised = packed ? (await bytesAt(file, size - 4, 4)).readUInt32LE() : size;
  const plain = file.createReadStream({ start: 0, highWaterMark: CHUNK, autoClose: false });
  const source = packed ? pipeline(plain, createGunzip({ chunkSize: CHUNK }), () => {}) : plain;
  let start: Buffer | undefined = Buffer.alloc(0);
  let shape: number[] = [];
  let left = 0;
  try {
    for await (let chunk of source as AsyncIterable<Buffer>) {
      if (start) {
        start = Buffer.concat([start, chunk]);
        if (start.length < 4) continue;
        if (start.readUInt16BE() !== 0 || start[2] !== BYTES || !dimensions.includes(start[3]))
          throw new UserError(messages.data.idx.foreign(basename(path)));
        const length = 4 + 4 * start[3];
        if (start.length < length) continue;
        const header: Buffer = start;
        shape = Array.from({ length: header[3] }, (_, axis) => header.readUInt32BE(4 + 4 * axis));
        left = product(shape);
        if ((length + left) % (packed ? 2 ** 32 : Number.POSITIVE_INFINITY) !== promised) throw damaged();
        chunk = start.subarray(length);
        start = undefined;
      }
      if (chunk.length > left) throw damaged();
      left -= chunk.length;
      yield { shape, chunk };
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code?.startsWith('Z_') ? damaged() : error;
  }
  if (start || left > 0) throw damaged();
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  await file.read(bytes, 0, length, Math.max(0, position));
  return bytes;
}
