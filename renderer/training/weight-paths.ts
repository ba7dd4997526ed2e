/** The most points of a path. */
const MOST = 64;

/** The paths of many values since a run began. A path that gets too long is thinned evenly. Its last point is always
 *  the newest. */
export type WeightPaths = {
  /** Takes the current values, and the step that the sheet shows. At a new step, values that changed become a new point
   *  (unchanged ones may still be on their way). At the same step, something else has changed them, such as an edit or
   *  undo: the newest point moves there, and the last move stays. */
  take(values: Float32Array, step: number | undefined): void;
  /** The path of a value, the oldest point first. */
  path(index: number): readonly number[];
  /** How far a value moved with the newest point. */
  move(index: number): number;
};

export function createWeightPaths(start: Float32Array, startStep: number | undefined): WeightPaths {
  const paths = Array.from(start, value => [value]);
  let moves = new Float32Array(start.length);
  let now = start;
  let at = startStep;
  /** `every`: how many steps make one point. `since`: steps since the last point that stays. */
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
      // The newest point is kept if it is due. Otherwise the next one replaces it.
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
