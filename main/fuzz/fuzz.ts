/** A search for faults by chance. Every case follows from the seed and its number, so that one that failed can be tried
 *  again alone. */
export type Fuzz = {
  /** What it tries, in a line. */
  line: string;
  /** Cases where `--count` doesn't say. */
  count: number;
  run(options: FuzzOptions): Promise<FuzzResult>;
};
type FuzzOptions = {
  seed: number;
  count: number;
  /** A line of progress. */
  log: (line: string) => void;
};
/** `summary`: what was tried and measured, in a line; a sentence for each fault. */
type FuzzResult = { summary: string; failures: readonly string[] };
