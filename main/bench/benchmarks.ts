import { benchEditToPixels, benchScroll, benchStart } from './browser.ts';
import { benchEdit } from './edit.ts';

/** What one benchmark found; times in `unit`. `ratio` is the peer's median divided by ours: above 1, ours is faster. */
export type Result = {
  name: string;
  unit: 'ms';
  median: number;
  p95: number;
  /** The longest, where one alone would be noticed. */
  maximum?: number;
  /** How many times were measured. */
  count: number;
  peer?: string;
  peerMedian?: number;
  ratio?: number;
};

/** Benchmarks by name; each yields its results as they are found. A name also stands for all that begin with it and a slash. */
export const benchmarks: ReadonlyMap<string, () => AsyncIterable<Result>> = new Map([
  ['edit-to-values/lesson3', () => benchEdit('lesson3')],
  ['edit-to-values/conv8-conv16', () => benchEdit('conv8-conv16')],
  ['edit-to-pixels/lesson3', benchEditToPixels],
  ['scroll', benchScroll],
  ['start', benchStart],
]);

/** `edit` is short for what issue and help call it. */
const aliases: ReadonlyMap<string, string> = new Map([['edit', 'edit-to-values']]);

/** The benchmarks a word names: one, or a family such as edit-to-values; undefined where it names none. */
export function findBenchmarks(word: string): string[] | undefined {
  const name = aliases.get(word) ?? word;
  const found = [...benchmarks.keys()].filter(key => key === name || key.startsWith(`${name}/`));
  return found.length > 0 ? found : undefined;
}

/** The result of some times, and of a peer's where there is one; to the microsecond, because the clock knows no more. */
export function summarize(
  name: string,
  times: readonly number[],
  peer?: { name: string; times: readonly number[] },
): Result {
  const median = quantile(times, 0.5);
  const result: Result = {
    name,
    unit: 'ms',
    median: round(median),
    p95: round(quantile(times, 0.95)),
    count: times.length,
  };
  if (!peer) return result;
  const peerMedian = quantile(peer.times, 0.5);
  return { ...result, peer: peer.name, peerMedian: round(peerMedian), ratio: round(peerMedian / median) };
}

const round = (value: number) => Math.round(value * 1000) / 1000;

/** The value at a fraction of the sorted times: 0.5 the median, 0.95 exceeded by one in twenty. */
function quantile(times: readonly number[], fraction: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  const at = fraction * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}
