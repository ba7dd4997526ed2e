/** A search for faults with random cases. Every case depends on the seed and its number, so a case that failed can be
 *  tried again alone. */
export type Fuzz = {
  /** What is tried, in one line. */
  line: string;
  /** How many cases are tried if `--count` isn't given. */
  count: number;
  run(options: FuzzOptions): Promise<FuzzResult>;
};
type FuzzOptions = {
  seed: number;
  count: number;
  /** Prints a line of progress. */
  log: (line: string) => void;
};
/** `summary`: what was tried and measured, in one line. `failures`: a sentence for each fault. */
type FuzzResult = { summary: string; failures: readonly string[] };
