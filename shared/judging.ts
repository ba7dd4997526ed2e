/** How a network is judged beyond accuracy: what somebody chose for it, and the figures. Plain data, the same for
 *  engine, window, command line and files. */
import * as v from 'valibot';
import { list } from './list-schema.ts';
import type { Sentence } from './messages/sentence.ts';

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** What is chosen for judging a network, kept in its workbook. What is left out is as by default. */
export const judgingSchema = v.strictObject({
  /** In F-beta, recall counts beta times as much as precision. By default 1, or 2 with several labels. */
  beta: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(100))),
  /** The classes are in an order, as grades are. So a mistake is the larger the more classes lie on its way. */
  ordered: v.optional(v.literal(true)),
  /** A metric of the user's own, in English (see own-metric.ts). */
  metric: v.optional(v.pipe(v.string(), v.maxLength(8192))),
  /** With several labels: probabilities above these predict, by the network's classes. By default 0.5. */
  thresholds: v.optional(list(share, 65_536)),
});
export type Judging = v.InferOutput<typeof judgingSchema>;

export const defaultBeta = (severalLabels: boolean): number => (severalLabels ? 2 : 1);

/** The points of a curve. With `thresholds` the scores from which on a yes counts; Infinity: none does. */
export type Curve = { x: number[]; y: number[]; thresholds: number[] };

/** Probabilities of one interval: how many, their mean, and the share of them that are right. */
export type ReliabilityBin = { count: number; probability: number; right: number };

/** Figures of one class against all others. null where scikit-learn has none: `auc` if all images or none have the
 *  class, `fBeta` if the class is neither in images nor predicted. */
export type ScoreMetrics = { auc: number | null; averagePrecision: number; fBeta: number | null };

/** The curves of one class, thinned to MOST_POINTS thresholds. Those that scikit-learn has no numbers for are left
 *  out. */
export type ClassCurves = { roc?: Curve; precisionRecall?: Curve; reliability: readonly ReliabilityBin[] };
export const MOST_POINTS = 100;

/** Images without scores count as wrong in `topK` and `fBeta`, and are left out of all other figures, which are null if
 *  there are no others. */
export type Judged = {
  beta: number;
  perClass: readonly ScoreMetrics[];
  /** Means over the classes that have the figure; of `averagePrecision` over those that images have. */
  macro: { auc: number | null; averagePrecision: number | null; fBeta: number };
  /** With one label per image and more than k classes: the share of images whose class is among the k most
   *  probable. Of equally probable classes the last counts first, as in scikit-learn. */
  topK: readonly { k: number; share: number }[];
  /** By class. Left out if there are more classes than MOST_MATRIX_CLASSES. */
  curves?: readonly ClassCurves[];
  /** Of the predicted class's probability; with several labels, of every label's. `error`: the expected calibration
   *  error. */
  calibration: { bins: readonly ReliabilityBin[]; error: number | null };
  /** With one label per image. */
  kappa?: number | null;
  /** For ordered classes: kappa with quadratic weights, and the mean absolute error in classes; `inNumbers`: the names
   *  of the classes are numbers, and it is in these. */
  ordered?: { kappa: number | null; meanAbsoluteError: number | null; inNumbers: boolean };
  /** With several labels. `found`: the thresholds by class that make F-beta largest on these images. `chosen`: the ones
   *  of the workbook. For both: the classes' F-beta, its mean, and the mean of the images' F-beta. */
  thresholds?: { found: AtThresholds; chosen?: AtThresholds };
  /** The user's own metric, if there is one. */
  own?: OwnFigure;
};
/** What a formula gives, or why it gives nothing. */
export type OwnFigure =
  | { formula: string; value: number; problem?: undefined }
  | { formula: string; problem: Sentence };
export type AtThresholds = {
  thresholds: readonly number[];
  perClass: readonly (number | null)[];
  macro: number;
  samples: number;
};

/** The numbers that classes are called, in the classes' order; undefined if some name is no number. */
export function numbersOf(classes: readonly string[]): number[] | undefined {
  const numbers = classes.map(name => (name.trim() === '' ? Number.NaN : Number(name)));
  return numbers.length > 0 && numbers.every(Number.isFinite) ? numbers : undefined;
}
