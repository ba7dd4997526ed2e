import type { RunRecord } from '../../../shared/training.ts';
import { withinBounds } from './kept-weights.ts';
import { thinned } from './recorder.ts';

/** How many runs are kept. One more, and the oldest is forgotten. */
const MAX_RUNS = 50;
/** The most points of a kept run's curve: as many as the app can show. */
const MAX_POINTS = 5000;

/** The kept runs with this one as the last. An earlier version of it, and the run that it continues, are removed. */
export function keepRun(runs: readonly RunRecord[], run: RunRecord): RunRecord[] {
  const kept = { ...run, points: thinned(run.points, MAX_POINTS) };
  const others = runs.filter(({ id }) => id !== run.id && id !== run.continues);
  return withinBounds([...others, kept].slice(-MAX_RUNS));
}
