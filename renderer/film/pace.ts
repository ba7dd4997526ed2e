/** Milliseconds after which the time left is told. */
const KNOWN_AFTER = 1500;

/** Begins to measure how fast work goes on. The function that it gives takes the share that is done, from 0 to 1, and
 *  gives the seconds left. undefined where that isn't known yet. */
export function createPace(): (share: number) => number | undefined {
  const started = performance.now();
  return share => {
    const spent = performance.now() - started;
    return spent < KNOWN_AFTER || share <= 0 ? undefined : (spent / 1000 / share) * (1 - share);
  };
}
