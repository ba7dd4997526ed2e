/** The header of IDX files of bytes. The MNIST digits come in this format. */

/** Sizes of the dimensions, outermost first, and the position of the first element in the file. */
export type IdxHeader = { shape: number[]; start: number };

/** Reads the header at the start of these bytes. undefined: more bytes are needed. 'foreign': this is no IDX file of
 *  bytes. Format: two zeros, the type (8: bytes), the number of dimensions, each dimension as a big-endian u32, then
 *  the elements. Source: yann.lecun.com/exdb/mnist */
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
