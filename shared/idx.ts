/** The header of IDX files of bytes, the format the digits came in. */

/** Sizes of an IDX file's elements, outermost first, and the position of the first element. */
export type IdxHeader = { shape: number[]; start: number };

/** Reads the header at the start of these bytes: undefined where it is longer than they are, 'foreign' where it is none
 *  of bytes. Source: two zeros, the type (8: bytes), the number of dimensions, each dimension as a big-endian u32, then
 *  the elements; yann.lecun.com/exdb/mnist */
export function idxHeader(bytes: Uint8Array): IdxHeader | 'foreign' | undefined {
  if (bytes.length < 4) return undefined;
  const [first, second, type, dimensions] = bytes;
  if (first !== 0 || second !== 0 || type !== 8) return 'foreign';
  const start = 4 + 4 * dimensions;
  if (bytes.length < start) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { shape: Array.from({ length: dimensions }, (_, axis) => view.getUint32(4 + 4 * axis)), start };
}

/** How many elements a shape has. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
