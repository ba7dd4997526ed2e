/** Reads arrays of NumPy: .npy files, and the arrays in .npz files. Nothing in them is run: arrays of Python objects,
 *  which are pickles, are refused. Source: numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
import { basename } from 'node:path';
import { elementCount } from '../../../shared/idx.ts';
import { UserError } from '../../../shared/errors.ts';
import { MOST_DATA_BYTES } from '../../../shared/file-limits.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { bytesAt, formatBytes, openArchive, type Source } from '../archive.ts';
import { readingFile, sourceIn } from '../open.ts';

/** What the numbers of an array are: b (truth values), u, i (integers), f, or U, S (texts). `size`: their bytes (U:
 *  four for each character). */
type Dtype = { kind: 'b' | 'u' | 'i' | 'f' | 'U' | 'S'; size: number; bigEndian: boolean };

/** An array as its header tells: its name (a file's, or the one in the .npz file), its shape, and the step of each axis
 *  in elements. */
export type ArrayInfo = {
  name: string;
  dtype: Dtype;
  shape: readonly number[];
  strides: readonly number[];
};
/** An array whose elements can be read. `data`: from its first element on. */
export type NumpyArray = ArrayInfo & { data: DataView };

const MAGIC = '\x93NUMPY';
/** The longest header. NumPy's own limit is 10,000 characters. */
const LONGEST_HEADER = 2 ** 16;
const MOST_AXES = 8;
const DTYPE = /^([<>|=]?)([buifUS])(\d{1,4})$/;
const SIZES: Readonly<Record<string, readonly number[]>> = { b: [1], u: [1, 2, 4, 8], i: [1, 2, 4, 8], f: [2, 4, 8] };
/** The longest text, in characters. */
const LONGEST_TEXT = 1000;

/** The arrays of a .npy file (one, by the file's name) or a .npz file. Their headers are read and checked with the
 *  file's size before anything else. `read` reads the elements of one. The file is open until `use` has ended. Throws
 *  UserError that names the file and the array. */
export function withArrays<T>(
  path: string,
  use: (arrays: readonly ArrayInfo[], read: (info: ArrayInfo) => NumpyArray) => Promise<T>,
): Promise<T> {
  const name = basename(path);
  return readingFile(path, async (file, size) => {
    const source = sourceIn(file.fd, size);
    const isSingle = startsWithMagic(bytesAt(source, 0, MAGIC.length));
    const { arrays, read } = isSingle ? arrayIn(source, name) : arraysIn(source, name);
    return use(arrays, read);
  });
}

type Arrays = { arrays: ArrayInfo[]; read: (info: ArrayInfo) => NumpyArray };

function arrayIn(source: Source, name: string): Arrays {
  const { info, start } = headerOf(bytesAt(source, 0, LONGEST_HEADER), name.replace(/\.npy$/i, ''), name, source.size);
  return { arrays: [info], read: () => ({ ...info, data: viewOf(bytesAt(source, start, source.size - start)) }) };
}

function arraysIn(source: Source, file: string): Arrays {
  const archive = openArchive(source, file);
  const entries = new Map<string, { entry: string; start: number }>();
  const arrays = [...archive.names].sort().flatMap(entry => {
    if (!entry.endsWith('.npy')) return [];
    const name = entry.slice(0, -'.npy'.length);
    const { info, start } = headerOf(archive.head(entry, LONGEST_HEADER), name, file, archive.size(entry)!);
    entries.set(name, { entry, start });
    return [info];
  });
  if (arrays.length === 0) throw new UserError(sentences.data.numpy.noArrays(file));
  return {
    arrays,
    read(info) {
      const { entry, start } = entries.get(info.name)!;
      return { ...info, data: viewOf(archive.read(entry).subarray(start)) };
    },
  };
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const startsWithMagic = (bytes: Uint8Array) =>
  Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;

/** The header of an array, and where its elements start. `size`: the bytes that header and elements have together.
 *  Only what NumPy itself writes is understood. */
function headerOf(bytes: Uint8Array, name: string, file: string, size: number): { info: ArrayInfo; start: number } {
  const { numpy } = sentences.data;
  const damaged = () => new UserError(numpy.damaged(file, name));
  if (bytes.length < 12 || !startsWithMagic(bytes)) throw damaged();
  const view = viewOf(bytes);
  const [version, own] = [bytes[6], MAGIC.length + 2];
  const start = version === 1 ? own + 2 + view.getUint16(own, true) : own + 4 + view.getUint32(own, true);
  if (version < 1 || version > 3 || start > Math.min(bytes.length, size)) throw damaged();
  const text = Buffer.from(bytes.subarray(version === 1 ? own + 2 : own + 4, start)).toString('utf8');
  const descr = /'descr': *(?:'([^']*)'|(\[))/.exec(text);
  const order = /'fortran_order': *(True|False)/.exec(text)?.[1];
  const axes = /'shape': *\(([\d, ]*)\)/.exec(text)?.[1];
  if (!descr || order === undefined || axes === undefined) throw damaged();
  if (descr[1]?.includes('O')) throw new UserError(numpy.pickle(file, name));
  const dtype = dtypeOf(descr[1] ?? '');
  if (!dtype) throw new UserError(numpy.dtype(file, name, descr[1]?.slice(0, 20) ?? '[…]'));
  const shape = axes.split(',').flatMap(each => (each.trim() === '' ? [] : [Number(each)]));
  const needed = elementCount(shape) * dtype.size;
  if (shape.length > MOST_AXES || !(needed <= size - start)) throw damaged();
  if (needed > MOST_DATA_BYTES) throw new UserError(numpy.tooLarge(file, name, formatBytes(MOST_DATA_BYTES)));
  return { info: { name, dtype, shape, strides: stridesOf(shape, order === 'True') }, start };
}

function dtypeOf(descr: string): Dtype | undefined {
  const [, order, kind, digits] = DTYPE.exec(descr) ?? [];
  const size = Number(digits) * (kind === 'U' ? 4 : 1);
  if (kind === undefined) return undefined;
  const isText = kind === 'U' || kind === 'S';
  if (isText ? size < 1 || Number(digits) > LONGEST_TEXT : !SIZES[kind].includes(size)) return undefined;
  return { kind: kind as Dtype['kind'], size, bigEndian: order === '>' };
}

/** The step of each axis in elements. In C order the last axis is the fastest, in Fortran order the first. */
function stridesOf(shape: readonly number[], fortran: boolean): number[] {
  const strides = shape.map(() => 1);
  const axes = [...shape.keys()];
  if (!fortran) axes.reverse();
  let step = 1;
  for (const axis of axes) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}

/** A function that gives the number of an element, by its place in memory. Texts have none. */
export function numbersOf({ dtype: { kind, size, bigEndian }, data }: NumpyArray): (place: number) => number {
  const little = !bigEndian;
  if (kind === 'f' && size === 2) return place => halfOf(data.getUint16(2 * place, little));
  if (kind === 'f') return size === 4 ? at => data.getFloat32(4 * at, little) : at => data.getFloat64(8 * at, little);
  if (kind === 'i') {
    if (size === 1) return at => data.getInt8(at);
    if (size === 2) return at => data.getInt16(2 * at, little);
    return size === 4 ? at => data.getInt32(4 * at, little) : at => Number(data.getBigInt64(8 * at, little));
  }
  if (size === 1) return at => data.getUint8(at);
  if (size === 2) return at => data.getUint16(2 * at, little);
  return size === 4 ? at => data.getUint32(4 * at, little) : at => Number(data.getBigUint64(8 * at, little));
}

/** The text of an element, by its place in memory, without the zeros that fill it up. */
export function textAt({ dtype: { kind, size, bigEndian }, data }: NumpyArray, place: number): string {
  const characters: string[] = [];
  for (let at = place * size; at < (place + 1) * size; at += kind === 'U' ? 4 : 1) {
    const code = kind === 'U' ? data.getUint32(at, !bigEndian) : data.getUint8(at);
    if (code === 0) break;
    characters.push(code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd');
  }
  return characters.join('');
}

/** A number of 16 bits (IEEE 754). */
function halfOf(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
        ? fraction === 0
          ? Infinity
          : Number.NaN
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits >> 15 === 0 ? size : -size;
}
