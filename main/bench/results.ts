/** Units, and whether more of it is better. */
const moreIsBetter = { ms: false, 'samples/s': true, MB: false, tensors: false } as const;

export type Unit = keyof typeof moreIsBetter;

/** What one benchmark found; numbers in `unit`. A `ratio` above 1 means ours is that many times better than the peer,
 *  by their medians. */
export type Result = {
  name: string;
  unit: Unit;
  median: number;
  /** All but one in twenty are at least as good. */
  p95: number;
  /** The largest, where one alone would be noticed. */
  maximum?: number;
  /** Of frames and tasks: all but one in a hundred are at least as good, and how many are beyond so many
   *  milliseconds. */
  p99?: number;
  over50?: number;
  over100?: number;
  /** How many were measured. */
  count: number;
  peer?: string;
  peerMedian?: number;
  ratio?: number;
  /** Seconds of processor time on all cores together, the median of what a round of ours and of the peer's took. */
  cpuSeconds?: number;
  peerCpuSeconds?: number;
};

export type Measured = { name: string; values: readonly number[] };

/** The result of what was measured, and of a peer's where there is one; to the microsecond, because the clock knows no
 *  more. */
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

export const round = (value: number) => Math.round(value * 1000) / 1000;

/** The value at a fraction of the sorted ones: 0.5 the median, 0.95 exceeded by one in twenty. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = fraction * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}
