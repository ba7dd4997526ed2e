/** Reads IDX files of bytes, the format of MNIST, plain or packed by gzip. */
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UserError } from '../../../shared/errors.ts';
import { elementCount, idxHeader } from '../../../shared/idx.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { readingFile } from '../open.ts';
import { checkCancelled, type ReadOptions } from './reading.ts';

/** How many bytes are read from the disk at a time. */
const CHUNK = 2 ** 20;
const GZIP = 0x1f8b;

/** The sizes in the header of an IDX file, outermost first. Throws UserError if it isn't a file of bytes with that
 *  number of dimensions. */
export function readIdxShape(path: string, dimensions: readonly number[]): Promise<number[]> {
  return readingFile(path, async (file, size) => {
    for await (const { shape } of elementsOf(file, size, path, dimensions)) return shape;
    throw new UserError(sentences.data.idx.damaged(basename(path)));
  });
}

/** Reads the elements of an IDX file into an array of exactly their number. `progress` is called with the share that
 *  was read. Throws UserError if the file is damaged, of another format or of another length. */
export function readIdx(path: string, into: Uint8Array, { progress, signal }: ReadOptions): Promise<void> {
  return readingFile(path, async (file, size) => {
    let filled = 0;
    for await (const { shape, chunk } of elementsOf(file, size, path, [1, 2, 3, 4])) {
      checkCancelled(signal);
      if (elementCount(shape) !== into.length) throw new UserError(sentences.data.idx.damaged(basename(path)));
      into.set(chunk, filled);
      filled += chunk.length;
      progress(filled / into.length);
    }
  });
}

/** The elements, chunk by chunk. The header is compared with the file's length before anything else is read or
 *  unpacked, and never more elements come than it promises. Source of gzip's lengths: RFC 1952. */
async function* elementsOf(
  file: FileHandle,
  size: number,
  path: string,
  dimensions: readonly number[],
): AsyncGenerator<{ shape: number[]; chunk: Uint8Array }> {
  const damaged = () => new UserError(sentences.data.idx.damaged(basename(path)));
  const packed = (await bytesAt(file, 0, 2)).readUInt16BE() === GZIP;
  // The last four bytes of a gzip file are the unpacked length.
  const promised = packed ? (await bytesAt(file, size - 4, 4)).readUInt32LE() : size;
  const plain = file.createReadStream({ start: 0, highWaterMark: CHUNK, autoClose: false });
  const source = packed ? pipeline(plain, createGunzip({ chunkSize: CHUNK }), () => {}) : plain;
  let shape: number[] | undefined;
  let before = Buffer.alloc(0);
  let left = 0;
  try {
    for await (const read of source as AsyncIterable<Buffer>) {
      let chunk = read;
      if (!shape) {
        before = Buffer.concat([before, read]);
        const header = idxHeader(before);
        if (!header) continue;
        if (header === 'foreign' || !dimensions.includes(header.shape.length))
          throw new UserError(sentences.data.idx.foreign(basename(path)));
        shape = header.shape;
        left = elementCount(shape);
        const length = header.start + left;
        if ((packed ? length % 2 ** 32 : length) !== promised) throw damaged();
        chunk = before.subarray(header.start);
      }
      if (chunk.length > left) throw damaged();
      left -= chunk.length;
      yield { shape, chunk };
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code?.startsWith('Z_') ? damaged() : error;
  }
  if (!shape || left > 0) throw damaged();
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  await file.read(bytes, 0, length, Math.max(0, position));
  return bytes;
}
