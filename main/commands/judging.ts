/** The options of `evaluate` and `predict` about what is measured, and at which thresholds labels are predicted. */
import * as v from 'valibot';
import { spokenFormulas } from '../../shared/formula/language.ts';
import type { DataChoice } from '../../shared/data.ts';
import { defaultConfig } from '../../shared/training-defaults.ts';
import { type Judging, judgingSchema } from '../../shared/judging.ts';
import { messages, say } from '../../shared/messages.ts';
import { inferShapes, sizeOf } from '../../shared/network.ts';
import { printMetric, readMetric } from '../../shared/own-metric.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { type Options, UsageError } from './arguments.ts';
import { toNumber } from './values.ts';

export const judgingOptions = {
  beta: { type: 'string' },
  ordered: { type: 'boolean' },
  metric: { type: 'string' },
  thresholds: { type: 'string' },
} as const satisfies Options;

type Chosen = { beta?: string; ordered: boolean; metric?: string; thresholds?: string };

/** What the options choose, else what the workbook keeps. Throws UsageError naming the option. */
export function judgingOf(workbook: Workbook, { beta, ordered, metric, thresholds }: Chosen): Judging {
  const text = messages.judging;
  const judging: Judging = { ...workbook.setup?.judging };
  if (beta !== undefined) {
    judging.beta = toNumber(beta);
    if (!v.is(judgingSchema, { beta: judging.beta })) throw new UsageError(text.betaOption(beta));
  }
  if (ordered) judging.ordered = true;
  if (metric !== undefined) {
    const read = readMetric(metric, spokenFormulas());
    if (read.problem !== undefined) throw new UsageError(text.metricOption(say(read.problem)));
    judging.metric = printMetric(read.expression);
  }
  if (thresholds !== undefined) judging.thresholds = readThresholds(thresholds, workbook);
  return judging;
}

/** The workbook with what is measured kept in it, for the window and for `predict`. `data`: a data set for the set-up,
 *  if it has none. */
export function withJudging(workbook: Workbook, judging: Judging, data: DataChoice): Workbook {
  const { data: _, ...config } = workbook.runs?.at(-1)?.config ?? defaultConfig(data);
  return { ...workbook, setup: { ...(workbook.setup ?? { ...config, start: 'here' }), judging } };
}

/** The thresholds of an option: one number for each label, or "half" or "found" for none of the workbook's own. */
function readThresholds(typed: string, { network }: Workbook): number[] | undefined {
  const text = messages.judging;
  if (network.layers.at(-1)!.kind !== 'sigmoid') throw new UsageError(text.thresholdsForLabels);
  if (typed === 'half' || typed === 'found') return undefined;
  const labels = sizeOf(inferShapes(network).get(network.layers.at(-1)!.id)!);
  const thresholds = typed.split(',').map(toNumber);
  if (thresholds.length !== labels || !v.is(judgingSchema, { thresholds }))
    throw new UsageError(text.badThresholds(typed, labels));
  return thresholds;
}
