/** How work is cut into pieces. It depends on the shapes of the tensors alone, so that sums have the same bits on any
 *  number of threads. */

/** The most ranges: as many as a kernel adds up. */
export const MOST_RANGES = 8;

export type Range = { first: number; size: number };

/** Cuts `total` into at most 8 ranges of about the same size. None is smaller than `least`, except if all of it is. All
 *  but the last begin and end at multiples of `unit`. */
export function rangesOf(total: number, least: number, unit = 1): Range[] {
  const units = Math.ceil(total / unit);
  const count = Math.max(1, Math.min(MOST_RANGES, units, Math.floor(total / least)));
  const ranges: Range[] = [];
  for (let n = 0, first = 0; n < count; n++) {
    const end = Math.min(total, Math.floor(((n + 1) * units) / count) * unit);
    ranges.push({ first, size: end - first });
    first = end;
  }
  return ranges;
}
