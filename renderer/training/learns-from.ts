import { isUnderWay } from '../core/run-view.ts';
import type { DataSummary } from '../../shared/data.ts';
import type { State } from '../core/store.ts';

/** What the run under way learns from: the images of its splits and of a batch. undefined if another data set than the
 *  run's is chosen now, because only the chosen one is known. */
export function learnsFrom({
  run,
  dataChoice,
  dataSummary,
}: Pick<State, 'run' | 'dataChoice' | 'dataSummary'>): (DataSummary['totals'] & { batch: number }) | undefined {
  if (!isUnderWay(run?.state) || !run?.record || !dataSummary) return undefined;
  const { data, batchSize } = run.record.config;
  return JSON.stringify(data) === JSON.stringify(dataChoice) ? { ...dataSummary.totals, batch: batchSize } : undefined;
}
