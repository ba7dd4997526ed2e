/** Points a path keeps. */
const MOST = 64;

/** The way of many values since a run began, each thinned evenly as it grows, with its last point always the newest. */
export type WeightPaths = {
  /** Takes the values as they are, and the step the sheet stands at. At another step they become a new point, unless
   *  they are the same: they may still be on their way. At the same step something else has changed them, as an edit or
   *  undo does: the newest point goes where they are, and the last move stays what it was. */
  take(values: Float32Array, step: number | undefined): void;
  /** A value's way, the oldest point first. */
  path(index: number): readonly number[];
  /** How far a value has moved with the newest point. */
  move(index: number): number;
};

export function createWeightPaths(start: Float32Array, startStep: number | undefined): WeightPaths {
  const paths = Array.from(start, value => [value]);
  let moves = new Float32Array(start.length);
  let now = start;
  let at = startStep;
  /** Steps taken that make one point, and those since the last one that stays. */
  let every = 1;
  let since = 0;
  return {
    take(values, step) {
      if (values.every((value, i) => Object.is(value, now[i]))) return;
      const before = now;
      now = values.slice();
      if (step === at) {
        for (const [i, path] of paths.entries()) path[path.length - 1] = values[i];
        return;
      }
      at = step;
      moves = values.map((value, i) => value - before[i]);
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
    move: index => moves[index],
  };
}
