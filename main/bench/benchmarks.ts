import { benchEdit } from './edit.ts';

/** What one benchmark found; times in `unit`. `ratio` is the peer's median divided by ours: above 1, ours is faster. */
export type Result = {
  name: string;
  unit: 'ms';
  median: number;
  p95: number;
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
]);

/** `edit` is short for what issue and help call it. */
const aliases: ReadonlyMap<string, string> = new Map([['edit', 'edit-to-values']]);

/** The benchmarks a word names: one, or a family such as edit-to-values; undefined where it names none. */
export function findBenchmarks(word: string): string[] | undefined {
  const name = aliases.get(word) ?? word;
  const found = [...benchmarks.keys()].filter(key => key === name || key.startsWith(`${name}/`));
  return found.length > 0 ? found : undefined;
}

/** The value at a fraction of the sorted times: 0.5 the median, 0.95 exceeded by one in twenty. */
export function quantile(times: readonly number[], fraction: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  const at = fraction * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}
