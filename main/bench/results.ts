/** The units of results. `true`: more of it is better. */
const moreIsBetter = { ms: false, 'samples/s': true, times: true, '%': false, MB: false, tensors: false } as const;

type Unit = keyof typeof moreIsBetter;

/** The result of one benchmark, in `unit`. A `ratio` above 1 means that ours is that many times better than the peer.
 *  It compares the medians. */
export type Result = {
  name: string;
  unit: Unit;
  median: number;
  /** The value that one in twenty is worse than. */
  p95: number;
  /** The largest value, if a single large one would be noticed. */
  maximum?: number;
  /** For frames and tasks: the value that one in a hundred is worse than, and how many took more than 50 and 100 ms. */
  p99?: number;
  over50?: number;
  over100?: number;
  /** How many values were measured. */
  count: number;
  peer?: string;
  peerMedian?: number;
  ratio?: number;
  /** Seconds of processor time of all cores together: the median of our rounds, and of the peer's. */
  cpuSeconds?: number;
  peerCpuSeconds?: number;
  /** The most main memory of the process, in MB, and of the peer's. */
  megabytes?: number;
  peerMegabytes?: number;
};

export type Measured = { name: string; values: readonly number[] };

/** The result of measured values, and of a peer's if there is one. It is rounded to microseconds, because the clock
 *  isn't more precise. */
export function summarize(name: string, values: readonly number[], unit: Unit = 'ms', peer?: Measured): Result {
  const more = moreIsBetter[unit];
  const median = quantile(values, 0.5);
  const result: Result = {
    name,
    unit,
    median: round(median),
    p95: round(quantile(values, more ? 0.05 : 0.95)),
    count: values.length,
  };
  if (!peer) return result;
  const peerMedian = quantile(peer.values, 0.5);
  const ratio = more ? median / peerMedian : peerMedian / median;
  return { ...result, peer: peer.name, peerMedian: round(peerMedian), ratio: round(ratio) };
}

/** What a single large value shows: the largest one, and how many are long. */
export const worstOf = (values: readonly number[]) => ({
  maximum: round(Math.max(...values)),
  p99: round(quantile(values, 0.99)),
  over50: values.filter(value => value > 50).length,
  over100: values.filter(value => value > 100).length,
});

export const round = (value: number) => Math.round(value * 1000) / 1000;

/** The value at a fraction of the sorted values: 0.5 gives the median, and one in twenty exceeds the value at 0.95. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = fraction * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}
