/** Points a path keeps. */
const MOST = 64;

/** The way of many values since a run began, each thinned evenly as it grows, with its last point always the newest. */
export type WeightPaths = {
  /** Takes the values as they are now. */
  record(values: Float32Array): void;
  /** A value's way, the oldest point first. */
  path(index: number): readonly number[];
  /** How far a value has moved with the last record. */
  move(index: number): number;
};

export function createWeightPaths(start: Float32Array): WeightPaths {
  const paths = Array.from(start, value => [value]);
  let before = start;
  let now = start;
  /** Records that make one point, and those taken since the last one that stays. */
  let every = 1;
  let since = 0;
  return {
    record(values) {
      before = now;
      now = values.slice();
      // The newest point is kept only where it is due; else the next one takes its place.
      const due = since === 0;
      since = (since + 1) % every;
      for (const [i, path] of paths.entries()) {
        if (!due) path.pop();
        path.push(values[i]);
      }
      if (paths.length === 0 || paths[0].length <= MOST) return;
      for (const [i, path] of paths.entries())
        paths[i] = path.filter((_, at) => at % 2 === 0 || at === path.length - 1);
      every *= 2;
      since = 0;
    },
    path: index => paths[index],
    move: index => now[index] - before[index],
  };
}
