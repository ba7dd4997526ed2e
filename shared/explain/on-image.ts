/** Numbers of saliency and occlusion as one for each pixel, and the places that stand out in them. */
import type { CellRange } from '../address.ts';
import type { Shape } from '../network.ts';

/** Values [H,W,C], such as saliency, added up over the channels: [H,W]. */
export function overChannels(values: ArrayLike<number>, [height, width, channels]: Shape): Float64Array {
  const sums = new Float64Array(height * width);
  for (let i = 0; i < values.length; i++) sums[Math.floor(i / channels)] += values[i];
  return sums;
}

/** What patches of an image hold: `drops` [rows,columns] belong to squares of `patch` pixels that begin at `rows` and
 *  `columns`. */
export type Patches = {
  rows: readonly number[];
  columns: readonly number[];
  drops: ArrayLike<number>;
  patch: number;
};

/** For each pixel the mean of the patches that cover it: [H,W]. 0 where none does. */
export function perPixel(patches: Patches, [height, width]: Shape): Float64Array {
  const sums = new Float64Array(height * width);
  const counts = new Uint32Array(height * width);
  for (let at = 0; at < patches.drops.length; at++) {
    const { row, column, ...size } = patchAt(patches, at, [height, width]);
    for (let y = row; y < row + size.height; y++)
      for (let x = column; x < column + size.width; x++) {
        sums[y * width + x] += patches.drops[at];
        counts[y * width + x]++;
      }
  }
  return sums.map((sum, i) => (counts[i] > 0 ? sum / counts[i] : 0));
}

/** A patch in the image's rows and columns. */
export function patchAt({ rows, columns, patch }: Patches, at: number, [height, width]: Shape): CellRange {
  const [row, column] = [rows[Math.floor(at / columns.length)], columns[at % columns.length]];
  return { row, column, height: Math.min(patch, height - row), width: Math.min(patch, width - column) };
}

/** Where the largest number is, or the smallest if `sign` is −1. The first of equal ones. */
export function furthest(values: ArrayLike<number>, sign: 1 | -1): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) if (sign * values[at] > sign * values[best]) best = at;
  return best;
}
