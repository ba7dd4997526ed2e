/** Pixels: the numbers of saliency and occlusion as one for each pixel, the places that stand out in them, and what
 *  cells see of the image. */
import type { CellRange } from '../address.ts';
import type { Sheet } from '../layout/sheet.ts';
import { coordinatesOf, type Shape } from '../network.ts';

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
function furthest(values: ArrayLike<number>, sign: 1 | -1): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) if (sign * values[at] > sign * values[best]) best = at;
  return best;
}

/** What can be said about such a picture, for one class. Each claim can be checked against the numbers.
 *  - pixel: the one that speaks most for it. None does if `value` isn't above 0.
 *  - sum: what all pixels come to, beside the score.
 *  - drop: the square without which the score drops most. It drops nowhere if `drop` isn't above 0.
 *  - rise: the square without which it rises most. Left out if it rises nowhere. */
export type ImageClaim =
  | { kind: 'pixel'; place: CellRange; value: number }
  | { kind: 'sum'; sum: number; score: number }
  | { kind: 'drop'; place: CellRange; drop: number; score: number }
  | { kind: 'rise'; place: CellRange; rise: number };

/** The claims about saliency [H,W]. The first one's place is the one to show. */
export function saliencyClaims(values: Float64Array, [, width]: Shape, score: number) {
  const best = furthest(values, 1);
  const place = { row: Math.floor(best / width), column: best % width, height: 1, width: 1 };
  const sum = values.reduce((total, each) => total + each, 0);
  return [
    { kind: 'pixel', place, value: values[best] },
    { kind: 'sum', sum, score },
  ] as const satisfies ImageClaim[];
}

/** The claims about occlusion. The first one's place is the one to show. */
export function occlusionClaims(patches: Patches, shape: Shape, score: number) {
  const { drops } = patches;
  const [drop, rise] = ([1, -1] as const).map(sign => furthest(drops, sign));
  const first = { kind: 'drop', place: patchAt(patches, drop, shape), drop: drops[drop], score } as const;
  const risen = { kind: 'rise', place: patchAt(patches, rise, shape), rise: -drops[rise] } as const;
  return [first, ...(drops[rise] < 0 ? [risen] : [])] as const satisfies ImageClaim[];
}

/** The pixels under rectangles of the input's cells, each in one channel: how many places of the image they are, and
 *  how many channels of it they have. */
export function pixelsUnder(sheet: Sheet, ranges: readonly CellRange[]): { places: number; channels: number } {
  const parts = new Map<string, CellRange>();
  const channels = new Set<number>();
  for (const { row, column, height, width } of ranges) {
    const { tensor, index } = sheet.layout.elementAt(row, column)!;
    const [y, x, channel] = coordinatesOf(sheet.tensors.get(tensor)!.shape, index);
    channels.add(channel);
    parts.set(`${y} ${x} ${height} ${width}`, { row: y, column: x, height, width });
  }
  const [first, ...more] = parts.values();
  if (more.length === 0) return { places: first ? first.height * first.width : 0, channels: channels.size };
  const places = new Set<string>();
  for (const { row, column, height, width } of parts.values())
    for (let i = 0; i < height * width; i++) places.add(`${row + Math.floor(i / width)} ${column + (i % width)}`);
  return { places: places.size, channels: channels.size };
}
