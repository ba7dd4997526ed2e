import { decimal } from '../../shared/messages/format.ts';
import { scaleLinear, scaleLog } from 'd3';
import { logTicks } from './series.ts';

/** How an axis places its values. */
export type Scaling = 'linear' | 'log';

/** An axis: values to pixels and back, and the values to mark. */
export type Axis = { at: (value: number) => number; value: (at: number) => number; ticks: readonly number[] };

/** The share of the range that stays free beyond the lowest and the highest value. */
const MARGIN = 0.04;
/** How much of its room a tick needs at least. */
const CLOSEST = 0.75;
/** The most digits that a float32 has. */
const MOST_DIGITS = 9;

/** An axis from `from` to `to` pixels that shows all of `domain`, with about `most` ticks at most. */
export function createAxis(
  scaling: Scaling,
  [low, high]: readonly [number, number],
  from: number,
  to: number,
  most: number,
): Axis {
  if (scaling === 'log') {
    const scale = scaleLog([low, high], [from, to]);
    const ticks = logTicks(low, high, most);
    // Less than a decade may have only one logarithmic tick. Then evenly spaced values are used, which are crowded at
    // the high end.
    const room = (CLOSEST * Math.abs(to - from)) / most;
    const close =
      ticks.length < 3 ? atLeastApart(scaleLinear([low, high], [from, to]).ticks(most), scale, room) : ticks;
    return { at: scale, value: at => scale.invert(at), ticks: close };
  }
  const scale = scaleLinear([low, high], [from, to]);
  return {
    at: scale,
    value: at => scale.invert(at),
    ticks: scale.ticks(most).filter(tick => tick >= low && tick <= high),
  };
}

/** Leaves out ticks that are nearer than `room` pixels to the one before. */
function atLeastApart(ticks: readonly number[], at: (value: number) => number, room: number): number[] {
  const kept: number[] = [];
  for (const tick of ticks) if (kept.length === 0 || Math.abs(at(tick) - at(kept.at(-1)!)) >= room) kept.push(tick);
  return kept;
}

/** A range with some free room around the values, even if all values are equal. A share stays between 0 and 1. */
export function withMargin(scaling: Scaling, [low, high]: readonly [number, number], share = false): [number, number] {
  if (scaling === 'log') {
    const factor = low === high ? 2 : (high / low) ** MARGIN;
    return [low / factor, high * factor];
  }
  const air = low === high ? Math.abs(low) * 0.1 || 1 : (high - low) * MARGIN;
  const inside = share && low >= 0 && high <= 1;
  return inside ? [Math.max(0, low - air), Math.min(1, high + air)] : [low - air, high + air];
}

/** The labels of an axis: values as elsewhere, with more digits if two would look the same. */
export function tickLabels(ticks: readonly number[], format: (value: number) => string): string[] {
  let labels = ticks.map(format);
  for (let digits = 2; digits <= MOST_DIGITS && new Set(labels).size < labels.length; digits++)
    labels = ticks.map(tick => decimal(String(Number(tick.toPrecision(digits)))).replaceAll('-', '−'));
  return labels;
}

/** The width of a label's character, and the gap between labels, in pixels. */
const CHARACTER = 6.5;
const BETWEEN = 6;

/** The labels of an axis (with the middle of each in pixels) without those that would touch another. The last one
 *  stays. */
export function withRoom<Label extends readonly [at: number, label: string]>(labels: readonly Label[]): Label[] {
  const kept: Label[] = [];
  const apart = ([from, first]: Label, [to, second]: Label) =>
    to - from >= ((first.length + second.length) * CHARACTER) / 2 + BETWEEN;
  const last = labels.at(-1);
  for (const each of labels)
    if ((kept.length === 0 || apart(kept.at(-1)!, each)) && (each === last || apart(each, last!))) kept.push(each);
  return last && !kept.includes(last) ? [...kept, last] : kept;
}
