import type { RunRecord } from '../../../shared/training.ts';
import { thinned } from './recorder.ts';

/** Runs that are kept; then the oldest is forgotten. */
const MAX_RUNS = 50;
/** Points of a kept run: as many as a curve can show. */
const MAX_POINTS = 5000;

/** The runs with this one as the last; where it was among them, in place of what it was, and of the run it goes on
 *  with. */
export function keepRun(runs: readonly RunRecord[], run: RunRecord): RunRecord[] {
  const kept = { ...run, points: thinned(run.points, MAX_POINTS) };
  return [...runs.filter(({ id }) => id !== run.id && id !== run.continues), kept].slice(-MAX_RUNS);
}
