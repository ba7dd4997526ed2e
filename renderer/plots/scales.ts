import { decimal } from '../../shared/messages/format.ts';
import { scaleLinear, scaleLog } from 'd3';
import { logTicks } from './series.ts';

/** How an axis places values. */
export type Scaling = 'linear' | 'log';

/** Values to pixels and back, with the values to mark. */
export type Axis = { at: (value: number) => number; value: (at: number) => number; ticks: readonly number[] };

/** Share of the range that is left free beyond the lowest and highest value. */
const AIR = 0.04;
/** Ticks keep this share of the room there is for each. */
const CLOSEST = 0.75;
/** A float32 has no more. */
const MOST_DIGITS = 9;

/** An axis from `from` to `to` pixels that holds both ends of `domain`, with at most about `most` ticks. */
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
    // Less than a decade may hold but one of them. Those of equal steps crowd at the high end.
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

/** Without the ticks that stand nearer than so many pixels to the one before. */
function atLeastApart(ticks: readonly number[], at: (value: number) => number, room: number): number[] {
  const kept: number[] = [];
  for (const tick of ticks) if (kept.length === 0 || Math.abs(at(tick) - at(kept.at(-1)!)) >= room) kept.push(tick);
  return kept;
}

/** A domain with some air around the values, also where they are all the same. Shares of a whole don't go beyond it. */
export function withAir(scaling: Scaling, [low, high]: readonly [number, number], share = false): [number, number] {
  if (scaling === 'log') {
    const factor = low === high ? 2 : (high / low) ** AIR;
    return [low / factor, high * factor];
  }
  const air = low === high ? Math.abs(low) * 0.1 || 1 : (high - low) * AIR;
  const inside = share && low >= 0 && high <= 1;
  return inside ? [Math.max(0, low - air), Math.min(1, high + air)] : [low - air, high + air];
}

/** What stands beside the ticks of an axis: values as they are shown elsewhere, with more digits where that would show
 *  two of them alike. */
export function tickLabels(ticks: readonly number[], format: (value: number) => string): string[] {
  let labels = ticks.map(format);
  for (let digits = 2; digits <= MOST_DIGITS && new Set(labels).size < labels.length; digits++)
    labels = ticks.map(tick => decimal(String(Number(tick.toPrecision(digits)))).replaceAll('-', '−'));
  return labels;
}

/** Room for a character of a label, and between two labels, in pixels. */
const CHARACTER = 6.5;
const BETWEEN = 6;

/** The labels along an axis, from left to right with the pixels of their middles, without those that would run into
 *  another. The last one stays. */
export function withRoom<Label extends readonly [at: number, label: string]>(labels: readonly Label[]): Label[] {
  const kept: Label[] = [];
  const apart = ([from, first]: Label, [to, second]: Label) =>
    to - from >= ((first.length + second.length) * CHARACTER) / 2 + BETWEEN;
  const last = labels.at(-1);
  for (const each of labels)
    if ((kept.length === 0 || apart(kept.at(-1)!, each)) && (each === last || apart(each, last!))) kept.push(each);
  return last && !kept.includes(last) ? [...kept, last] : kept;
}
