/** What is told of a whole layer, from its numbers. */
import type { CellContent } from '../cell-content.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { LayerId } from '../network.ts';

/** How numbers are spread: `counts` of equal parts of the way from the smallest to the largest, how many there are, and
 *  how many of them are 0. */
export type Spread = { from: number; to: number; counts: readonly number[]; zeros: number; of: number };

/** undefined if there are fewer than two numbers. */
export function spreadOf(numbers: readonly number[], parts: number): Spread | undefined {
  if (numbers.length < 2) return undefined;
  let [from, to, zeros] = [Infinity, -Infinity, 0];
  for (const each of numbers) {
    [from, to] = [Math.min(from, each), Math.max(to, each)];
    if (each === 0) zeros++;
  }
  const counts = Array.from({ length: parts }, () => 0);
  for (const each of numbers)
    counts[from === to ? 0 : Math.min(parts - 1, Math.floor((parts * (each - from)) / (to - from)))]++;
  return { from, to, counts, zeros, of: numbers.length };
}

/** Where a map is strongest: its largest number above 0, the first of equal ones. undefined if it has none. */
export function strongestIn(map: readonly (CellContent | undefined)[]): { at: number; value: number } | undefined {
  let best: { at: number; value: number } | undefined;
  for (const [at, value] of map.entries())
    if (typeof value === 'number' && value > (best?.value ?? 0)) best = { at, value };
  return best;
}

/** How many parameters a layer has. */
export function parametersIn({ tensors }: Sheet, layer: LayerId): number {
  return [...tensors.values()].reduce(
    (sum, each) => sum + (each.layer === layer && each.role === 'parameter' ? each.size : 0),
    0,
  );
}
