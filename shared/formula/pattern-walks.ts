/** Finds how what is read moves with the reading cell. */
import type { Walk } from '../layers/layer-formula.ts';
import type { Span } from './reads.ts';

/** What the cells of one line read along an axis. `base`: the coordinate of the cell where the lines meet. */
type Line = { base: number; points: readonly (Span & { place: number })[] };

/** The walk that fits most points of each line, one for each axis of the reading tensor. `own`: what the cell reads
 *  where the lines meet. `length`: of the axis that is read, or Infinity where nothing is cut. undefined if what is
 *  read moves along two lines. */
export function fitted(lines: readonly Line[], own: Span, length: number): Walk | undefined {
  const still: Walk = { first: own.start, size: own.end - own.start };
  let found = still;
  for (const [axis, line] of lines.entries()) {
    const walk = along(axis, line, own, length);
    if (!walk || matching(line, walk, length) <= matching(line, still, length)) continue;
    if (found !== still) return undefined;
    found = walk;
  }
  return found;
}

/** Where a walk begins for the element with these coordinates, before it is cut. */
export function startOf({ first, along: moves }: Walk, at: readonly number[]): number {
  return moves ? first + moves.step * Math.floor(at[moves.axis] / (moves.cells ?? 1)) : first;
}

/** The span that a walk reads for the cell at `place` of a line. */
function spanAt(walk: Walk, place: number, length: number): Span {
  const { size, along: moves } = walk;
  const from = startOf(moves ? { ...walk, along: { ...moves, axis: 0 } } : walk, [place]);
  return { start: length === Infinity ? from : Math.max(0, from), end: Math.min(length, from + size) };
}

function matching({ points }: Line, walk: Walk, length: number): number {
  return points.filter(({ place, start, end }) => {
    const span = spanAt(walk, place, length);
    return span.start === start && span.end === end;
  }).length;
}

function along(axis: number, line: Line, own: Span, length: number): Walk | undefined {
  const sizes = new Set([own.end - own.start, ...line.points.map(({ start, end }) => end - start)]);
  let best: Walk | undefined;
  // Cut spans are shorter, so the longest is tried first.
  for (const size of [...sizes].sort((a, b) => b - a).slice(0, MOST_SIZES)) {
    const walk = ofSize(axis, line, size, length);
    if (walk && (!best || matching(line, walk, length) > matching(line, best, length))) best = walk;
  }
  return best;
}
const MOST_SIZES = 4;

function ofSize(axis: number, { points }: Line, size: number, length: number): Walk | undefined {
  // A cut span shows where it begins only at the end that isn't cut.
  const starts = points.flatMap(({ place, start, end }) => {
    if (end - start === size || start > 0) return [{ place, from: start }];
    return end < length ? [{ place, from: end - size }] : [];
  });
  const cells = repeatedFor(starts);
  const places = starts.map(({ place, from }) => ({ place: Math.floor(place / cells), from }));
  const steps = places.flatMap(({ place, from }, i) => {
    const next = places[i + 1];
    return next === undefined || next.place === place ? [] : [(next.from - from) / (next.place - place)];
  });
  const step = mostCommon(steps);
  if (step === undefined || !Number.isInteger(step) || step < 0) return undefined;
  const first = mostCommon(places.map(({ place, from }) => from - step * place))!;
  if (step === 0) return { first, size };
  return { first, size, along: { axis, step, ...(cells > 1 && { cells }) } };
}

/** How many neighbours read the same, before the next ones read something else. */
function repeatedFor(starts: readonly { place: number; from: number }[]): number {
  const runs: number[] = [];
  let begun: { place: number; from: number } | undefined;
  for (const { place, from } of starts) {
    if (begun?.from === from) continue;
    if (begun) runs.push(place - begun.place);
    begun = { place, from };
  }
  return mostCommon(runs) ?? 1;
}

function mostCommon(numbers: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  let best: number | undefined;
  for (const number of numbers) {
    const count = (counts.get(number) ?? 0) + 1;
    counts.set(number, count);
    if (best === undefined || count > counts.get(best)!) best = number;
  }
  return best;
}
