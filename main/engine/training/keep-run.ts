import type { RunRecord } from '../../../shared/training.ts';
import { thinned } from './recorder.ts';

/** So many runs are kept; one more makes the oldest forgotten. */
const MAX_RUNS = 50;
/** Points of a kept run: as many as a curve can show. */
const MAX_POINTS = 5000;

/** The kept runs with this one as the last. An earlier version of it, and the run that it goes on with, are taken
 *  out. */
export function keepRun(runs: readonly RunRecord[], run: RunRecord): RunRecord[] {
  const kept = { ...run, points: thinned(run.points, MAX_POINTS) };
  return [...runs.filter(({ id }) => id !== run.id && id !== run.continues), kept].slice(-MAX_RUNS);
}
