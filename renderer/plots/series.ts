import { csvText } from '../../shared/csv.ts';

/** The points of a line: x ascending, NaN in y for a gap. The arrays may grow between updates. They are only read
 *  here. */
export type Points = { x: ArrayLike<number>; y: ArrayLike<number> };

/** How a line looks. faint: single batches behind their mean. training, validation: the two curves of a run. planned:
 *  the future of a schedule. run-1, run-2: compared runs, in colours that colour-blind people can tell apart. */
export type Look = 'faint' | 'training' | 'validation' | 'planned' | 'run-1' | 'run-2';

/** A line of a plot. */
export type Series = Points & {
  /** The same from update to update. */
  id: string;
  /** The name in legend, readout and exported files. A faint line isn't in legend and readout, and may go beyond the
   *  scale of y. */
  name: string;
  look: Look;
  /** Whether every point has a dot, as long as they are few. */
  dots?: boolean;
  dashed?: boolean;
};

/** A vertical line. now: where a run is. restart: of a schedule. note: something happened. pick: a chosen or suggested
 *  value. */
export type Marker = { x: number; kind: 'now' | 'restart' | 'note' | 'pick'; label?: string };

/** With more dots than this, they would look like a thick line. */
const MOST_DOTS = 60;
/** How many pixels from a point the cursor can be to read it. */
const REACH = 10;

/** The index of the point nearest to `at`. undefined if there are no points. */
export function nearestIndex(x: ArrayLike<number>, at: number): number | undefined {
  if (x.length === 0) return undefined;
  let low = 0;
  let high = x.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low > 0 && at - x[low - 1] <= x[low] - at ? low - 1 : low;
}

/** The line whose points the cursor goes to: the one with the most points, without planned ones. */
export function trackOf(series: readonly Series[]): Series | undefined {
  const had = series.filter(({ look, x }) => look !== 'planned' && x.length > 0);
  return had.reduce<Series | undefined>(
    (most, each) => (most && most.x.length >= each.x.length ? most : each),
    undefined,
  );
}

/** The values of the lines at `at`: each line's nearest point, if it is near enough in the picture. `apart`: the point
 *  is visibly at another x. */
export function readAt(
  series: readonly Series[],
  at: number,
  px: (x: number) => number,
): { series: Series; x: number; y: number; apart: boolean }[] {
  return series.flatMap(each => {
    const index = nearestIndex(each.x, at);
    if (index === undefined || Number.isNaN(each.y[index])) return [];
    const x = each.x[index];
    const distance = Math.abs(px(x) - px(at));
    return distance > REACH ? [] : [{ series: each, x, y: each.y[index], apart: distance >= 1 }];
  });
}

/** The SVG path of a line, in tenths of a pixel. Of all points in one pixel column, only the first, lowest, highest and
 *  last are drawn. The picture is the same, and 20,000 points cost no more than a few hundred. A value without a place
 *  on the scale (0 on a logarithmic one) is a gap. Source: Jugel et al., M4: a visualization-oriented time series data
 *  aggregation, VLDB 2014. */
export function linePath({ x, y }: Points, px: (x: number) => number, py: (y: number) => number): string {
  let path = '';
  /** Whether the next point begins a new line. */
  let apart = true;
  const point = (index: number) => {
    path += `${apart ? 'M' : 'L'}${tenths(px(x[index]))} ${tenths(py(y[index]))}`;
    apart = false;
  };
  // Positive numbers have a place on every scale, and this check is faster than asking the scale.
  const isGap = (value: number) => !(value > 0 && value < Number.POSITIVE_INFINITY) && !Number.isFinite(py(value));
  const count = Math.min(x.length, y.length);
  for (let i = 0; i < count; i++) {
    if (isGap(y[i])) {
      apart = true;
      continue;
    }
    const column = Math.floor(px(x[i]));
    let [low, high, last] = [i, i, i];
    while (last + 1 < count && !isGap(y[last + 1]) && Math.floor(px(x[last + 1])) === column) {
      last++;
      if (y[last] < y[low]) low = last;
      if (y[last] > y[high]) high = last;
    }
    for (const index of new Set([i, Math.min(low, high), Math.max(low, high), last])) point(index);
    i = last;
  }
  return path;
}

/** A dot at each point of a line with dots, as lines of length 0 with round ends. Empty if the line has none. */
export function dotsPath(
  { x, y, dots }: Points & Pick<Series, 'dots'>,
  px: (x: number) => number,
  py: (y: number) => number,
): string {
  const count = Math.min(x.length, y.length);
  if (!dots || count >= MOST_DOTS) return '';
  let path = '';
  for (let i = 0; i < count; i++) if (Number.isFinite(py(y[i]))) path += `M${tenths(px(x[i]))} ${tenths(py(y[i]))}h0`;
  return path;
}

const tenths = (length: number) => Math.round(length * 10) / 10;

/** The lowest and highest finite value of the lists; with `positive` only of positive ones. undefined if there are
 *  none. */
export function extentOf(lists: readonly ArrayLike<number>[], positive = false): [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const list of lists)
    for (let i = 0; i < list.length; i++) {
      const value = list[i];
      if (!Number.isFinite(value) || (positive && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  return low <= high ? [low, high] : undefined;
}

/** The ticks of a logarithmic axis: 1, 2, 5 in each decade. If they don't fit, only powers of ten, or every second one,
 *  and so on. */
export function logTicks(low: number, high: number, most: number): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const inside = (value: number) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const fine = powers.flatMap(power => [1, 2, 5].map(digit => Number(`${digit}e${power}`))).filter(inside);
  if (fine.length <= most) return fine;
  for (let every = 1; ; every++) {
    const coarse = powers
      .filter(power => power % every === 0)
      .map(power => Number(`1e${power}`))
      .filter(inside);
    if (coarse.length <= most) return coarse;
  }
}

/** The lines as a table: a column for x, a column for each line, and a row for every x. A line without a point there
 *  has a blank. With `percent`, shares are written as percents, and the names of the columns say so. */
export function csvOf(xName: string, series: readonly Series[], percent = false): string {
  // Rounded, because 100 * 0.57 is 56.99999999999999.
  const cell = (value: number) => String(percent ? Number((100 * value).toPrecision(12)) : value);
  const rows = new Map<number, string[]>();
  for (const [column, { x, y }] of series.entries())
    for (let i = 0; i < Math.min(x.length, y.length); i++) {
      let row = rows.get(x[i]);
      if (!row) rows.set(x[i], (row = series.map(() => '')));
      if (!Number.isNaN(y[i])) row[column] = cell(y[i]);
    }
  const sorted = [...rows].sort(([a], [b]) => a - b);
  return csvText([
    [xName, ...series.map(({ name }) => (percent ? `${name}, %` : name))],
    ...sorted.map(([x, row]) => [x, ...row]),
  ]);
}
