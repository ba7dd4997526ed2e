/** Judges a network by its probabilities: how it ranks images at every threshold, how far its probabilities can be
 *  believed, and how far its mistakes are off. See `Judged`. */
import { type AtThresholds, type Curve, defaultBeta, type Judged, type Judging } from '../../../shared/judging.ts';
import { MOST_POINTS, numbersOf } from '../../../shared/judging.ts';
import { MOST_MATRIX_CLASSES } from '../../../shared/training.ts';
import { argMax } from '../show/arg-max.ts';
import { cohenKappa, meanAbsoluteError } from './agreement.ts';
import { type MetricRows, ownFigure } from './own-metric.ts';
import { calibrationError, reliability } from './calibration.ts';
import { countClasses, hasNumbers, meanFBeta, meanOf, orNull, type Predictions, THRESHOLD } from './metrics.ts';
import {
  averagePrecision,
  bestThreshold,
  fBeta,
  precisionRecallCurve,
  rank,
  type Ranking,
  rocArea,
  rocCurve,
  thinned,
} from './ranking.ts';

/** The numbers of classes among which an image's own may be. */
const TOP = [2, 3, 5, 10];

/** Milliseconds of calculating without letting other work through. */
const TURN = 8;

/** The figures of a split. Thresholds for another number of classes don't count. `between` is called every few
 *  milliseconds; the work ends if it throws. */
export async function judge(
  predictions: Predictions,
  judging: Judging = {},
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<Judged> {
  const { classes, severalLabels, probabilities, targets } = predictions;
  const size = classes.length;
  const beta = judging.beta ?? defaultBeta(severalLabels);
  const known = rowsWithNumbers(predictions);
  const found: ReturnType<typeof ofClass>[] = [];
  let paused = performance.now();
  for (const label of classes.keys()) {
    found.push(ofClass(label));
    if (performance.now() - paused < TURN) continue;
    // oxlint-disable-next-line no-await-in-loop -- so that other work gets its turn
    await between();
    paused = performance.now();
  }
  const atHalf = scoresOfClasses(predictions, beta);
  return {
    beta,
    perClass: found.map(({ auc, averagePrecision: mean }, label) => ({
      auc,
      averagePrecision: mean,
      fBeta: atHalf[label],
    })),
    macro: {
      auc: meanOrNull(found.map(({ auc }) => auc)),
      averagePrecision: meanOrNull(found.map(({ averagePrecision: mean, occurs }) => (occurs ? mean : null))),
      fBeta: meanOf(atHalf),
    },
    topK: severalLabels
      ? []
      : topK(
          predictions,
          TOP.filter(k => k < size),
        ),
    ...(size <= MOST_MATRIX_CLASSES && { curves: found.map(({ curves }) => curves!) }),
    calibration: calibrationOf(predictions, known),
    ...(severalLabels ? {} : agreementOf(predictions, known, judging)),
    ...(severalLabels && {
      thresholds: {
        found: at(found.map(({ threshold }) => threshold)),
        ...(judging.thresholds?.length === size && { chosen: at(judging.thresholds) }),
      },
    }),
    ...(judging.metric !== undefined && {
      own: ownFigure(judging.metric, columnsOfMetric(predictions, known, judging.thresholds)),
    }),
  };

  function ofClass(label: number) {
    const [scores, actual] = [column(probabilities, known, size, label), column(targets, known, size, label)];
    const ranking = rank(scores, actual);
    return {
      auc: orNull(rocArea(ranking)),
      averagePrecision: averagePrecision(ranking),
      occurs: (ranking.hits.at(-1) ?? 0) > 0,
      threshold: severalLabels ? bestThreshold(ranking, beta) : 0,
      ...(size <= MOST_MATRIX_CLASSES && {
        curves: { ...curvesOf(ranking), reliability: reliability(scores, actual) },
      }),
    };
  }

  function at(thresholds: readonly number[]): AtThresholds {
    const perClass = scoresOfClasses(predictions, beta, thresholds);
    const samples = meanFBeta(beta, probabilities, targets, size, thresholds);
    return { thresholds, perClass, macro: meanOf(perClass), samples };
  }
}

/** For each number k, the share of images whose class is among the k most probable. As `top_k_accuracy_score`: of
 *  equally probable classes the last counts first. */
export function topK({ classes: { length: size }, probabilities, targets }: Predictions, numbers: readonly number[]) {
  const right = numbers.map(() => 0);
  for (let first = 0; first < probabilities.length; first += size) {
    const own = argMax(targets, first, size)!;
    const mine = probabilities[first + own];
    /** How many classes come before the image's own. Without scores, all do. */
    let before = 0;
    for (let label = 0; label < size; label++) {
      const other = probabilities[first + label];
      if (Number.isNaN(other)) before = size;
      else if (other > mine || (other === mine && label > own)) before++;
    }
    for (let i = 0; i < numbers.length; i++) if (before < numbers[i]) right[i]++;
  }
  const count = probabilities.length / size;
  return numbers.map((k, i) => ({ k, share: right[i] / count }));
}

/** Each class's F-beta; null if no image has the class and none is predicted as it. */
function scoresOfClasses(predictions: Predictions, beta: number, thresholds?: readonly number[]): (number | null)[] {
  return countClasses(predictions, thresholds).map(({ right, predicted, support }) =>
    predicted + support === 0 ? null : fBeta(beta, right, predicted, support),
  );
}

function curvesOf(ranking: Ranking): { roc?: Curve; precisionRecall?: Curve } {
  const points = thinned(ranking, MOST_POINTS);
  const [actual, others] = [points.hits.at(-1) ?? 0, points.falseAlarms.at(-1) ?? 0];
  return {
    ...(actual > 0 && others > 0 && { roc: rocCurve(points) }),
    ...(actual > 0 && { precisionRecall: precisionRecallCurve(points) }),
  };
}

function calibrationOf(
  { classes: { length: size }, severalLabels, probabilities, targets }: Predictions,
  known: Uint32Array,
): Judged['calibration'] {
  const labels = severalLabels ? size : 1;
  const taken = new Float64Array(known.length * labels);
  const right = new Uint8Array(known.length * labels);
  for (const [i, row] of known.entries()) {
    const chosen = severalLabels ? 0 : argMax(probabilities, row * size, size)!;
    for (let label = 0; label < labels; label++) {
      taken[i * labels + label] = probabilities[row * size + chosen + label];
      right[i * labels + label] = targets[row * size + chosen + label];
    }
  }
  const bins = reliability(taken, right);
  return { bins, error: orNull(calibrationError(bins)) };
}

function agreementOf(
  { classes, probabilities, targets }: Predictions,
  known: Uint32Array,
  { ordered }: Judging,
): Pick<Judged, 'kappa' | 'ordered'> {
  const numberOf = numbersFor(classes);
  const chosenIn = (rows: ArrayLike<number>) => {
    const chosen = new Float64Array(known.length);
    for (let i = 0; i < chosen.length; i++)
      chosen[i] = numberOf(argMax(rows, known[i] * classes.length, classes.length)!);
    return chosen;
  };
  const [actual, predicted] = [chosenIn(targets), chosenIn(probabilities)];
  return {
    kappa: orNull(cohenKappa(actual, predicted)),
    ...(ordered && {
      ordered: {
        kappa: orNull(cohenKappa(actual, predicted, 'quadratic')),
        meanAbsoluteError: orNull(meanAbsoluteError(actual, predicted)),
        inNumbers: numbersOf(classes) !== undefined,
      },
    }),
  };
}

/** The number that a class is called, if all are called numbers, else its place. */
function numbersFor(classes: readonly string[]): (label: number) => number {
  const numbers = numbersOf(classes);
  return label => numbers?.[label] ?? label;
}

/** What a formula of the user reads: see `metricColumns`. */
function columnsOfMetric(
  { classes, severalLabels, probabilities, targets }: Predictions,
  known: Uint32Array,
  thresholds: readonly number[] | undefined,
): MetricRows {
  const size = classes.length;
  const numberOf = numbersFor(classes);
  const all = (rows: ArrayLike<number>) => () =>
    Array.from(known, row => classes.map((_, label) => rows[row * size + label]));
  const chosen = (rows: ArrayLike<number>) => () =>
    Array.from(known, row => [numberOf(argMax(rows, row * size, size)!)]);
  const limits = thresholds?.length === size ? thresholds : undefined;
  const above = () =>
    all(probabilities)().map(row => row.map((each, label) => Number(each > (limits?.[label] ?? THRESHOLD))));
  return {
    actual: severalLabels ? all(targets) : chosen(targets),
    predicted: severalLabels ? above : chosen(probabilities),
    truth: all(targets),
    probability: all(probabilities),
  };
}

/** The images whose probabilities are all numbers. */
function rowsWithNumbers({ probabilities, losses, classes }: Predictions): Uint32Array {
  const rows = new Uint32Array(losses.length);
  let count = 0;
  for (let row = 0; row < losses.length; row++)
    if (hasNumbers(probabilities, row * classes.length, classes.length)) rows[count++] = row;
  return rows.subarray(0, count);
}

function column(rows: ArrayLike<number>, known: Uint32Array, size: number, label: number): Float64Array {
  const values = new Float64Array(known.length);
  for (let i = 0; i < values.length; i++) values[i] = rows[known[i] * size + label];
  return values;
}

/** The mean of the values that aren't null; null if there are none. */
const meanOrNull = (values: readonly (number | null)[]) =>
  values.every(value => value === null) ? null : meanOf(values);
