import { isUnderWay } from '../core/run-view.ts';
import type { DataSummary } from '../../shared/data.ts';
import type { State } from '../core/store.ts';

/** What a run under way learns from: images of its splits and of a batch. undefined where another data set is chosen by
 *  now than the run's, of which nothing else is known. */
export function learnsFrom({
  run,
  dataChoice,
  dataSummary,
}: Pick<State, 'run' | 'dataChoice' | 'dataSummary'>): (DataSummary['totals'] & { batch: number }) | undefined {
  if (!isUnderWay(run?.state) || !run?.record || !dataSummary) return undefined;
  const { data, batchSize } = run.record.config;
  return JSON.stringify(data) === JSON.stringify(dataChoice) ? { ...dataSummary.totals, batch: batchSize } : undefined;
}
