/** How well a network does, calculated from its probabilities and the labels. All figures equal those of scikit-learn
 *  by default: means are over the classes that occur among the labels or the predictions. With one label per image, the
 *  most probable class is predicted; of equal ones the first. With several, every label with a probability above 0.5 is
 *  predicted. An image with a NaN among its probabilities has no prediction, and counts as wrong. Source:
 *  scikit-learn.org/stable/modules/model_evaluation.html */
import { sentences } from '../../../shared/messages/sentences.ts';
import {
  type ClassMetrics,
  type ConfusionCell,
  type Evaluation,
  MOST_MATRIX_CLASSES,
  type TopLoss,
} from '../../../shared/training.ts';
import { argMax } from '../show/arg-max.ts';
import { fBeta } from './ranking.ts';

/** One number for each image and class, [count,classes], row by row. */
type Rows = ArrayLike<number>;

/** What a network predicted for the images of a split. There is at least one image. */
export type Predictions = Pick<Evaluation, 'dataName' | 'split' | 'classes' | 'notes' | 'leftOut'> & {
  severalLabels: boolean;
  /** [count,classes]. An image that has a number that isn't finite has NaN. */
  probabilities: Rows;
  /** [count,classes]: 1 for the image's class or labels, else 0. */
  targets: Rows;
  /** [count], NaN for an image with NaN among its probabilities. */
  losses: ArrayLike<number>;
  /** [count]: which images of the data set these are. */
  indices: ArrayLike<number>;
  nameOf: (index: number) => string;
};

export const THRESHOLD = 0.5;
/** The thresholds 0.05, 0.10 … 0.95. */
const THRESHOLDS = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);
/** As many as a person looks through. */
const TOP_LOSSES = 100;
const MOST_MISTAKES = 1000;

/** All metrics of a split. */
export function evaluationOf(predictions: Predictions): Evaluation {
  const { dataName, split, classes, severalLabels, probabilities, targets, losses } = predictions;
  const count = losses.length;
  const perClass = classMetrics(predictions);
  const absent = classes.filter((_, label) => perClass[label].f1 === null);
  const { notCounted } = sentences.meaning;
  return {
    dataName,
    split,
    classes,
    notes: [...predictions.notes, ...(absent.length > 0 ? [notCounted(absent)] : [])],
    count,
    leftOut: predictions.leftOut,
    noNumbers: Array.from(losses, (_, row) => row).filter(
      row => !hasNumbers(probabilities, row * classes.length, classes.length),
    ).length,
    loss: orNull(mean(Array.from(losses))),
    accuracy: severalLabels
      ? exactMatches(probabilities, targets, classes.length)
      : metricOf(probabilities, targets, classes.length, false),
    perClass,
    macro: {
      precision: meanOf(perClass.map(({ precision }) => precision)),
      recall: meanOf(perClass.map(({ recall }) => recall)),
      f1: meanOf(perClass.map(({ f1 }) => f1)),
    },
    ...(severalLabels
      ? { severalLabels: severalLabelMetrics(probabilities, targets, classes.length) }
      : confusionOf(probabilities, targets, classes.length)),
    topLosses: topLosses(predictions),
  };
}

/** The metric that a run's curves show, from 0 to 1: the accuracy, or F2 with several labels. An image that mixup made
 *  of two counts as right by the share of the predicted class. */
export function metricOf(probabilities: Rows, targets: Rows, classes: number, severalLabels: boolean): number {
  if (severalLabels) return meanFBeta(2, probabilities, targets, classes, THRESHOLD);
  let right = 0;
  for (let first = 0; first < probabilities.length; first += classes) {
    const predicted = argMax(probabilities, first, classes);
    if (predicted !== undefined) right += targets[first + predicted];
  }
  return right / (probabilities.length / classes);
}

function confusionOf(probabilities: Rows, targets: Rows, classes: number): Pick<Evaluation, 'confusion' | 'mistakes'> {
  if (classes > MOST_MATRIX_CLASSES) return { mistakes: frequentMistakes(probabilities, targets, classes) };
  const confusion = zeros(classes ** 2);
  countConfusion(confusion, probabilities, targets, classes);
  return { confusion };
}

/** The most frequent mistakes first; equally frequent ones in the order of their images. Unlike a matrix it needs no
 *  memory for every two classes. */
function frequentMistakes(probabilities: Rows, targets: Rows, classes: number): ConfusionCell[] {
  const mistakes = new Map<number, ConfusionCell>();
  for (let first = 0; first < probabilities.length; first += classes) {
    const predicted = argMax(probabilities, first, classes);
    const actual = argMax(targets, first, classes)!;
    if (predicted === undefined || predicted === actual) continue;
    const place = actual * classes + predicted;
    const mistake = mistakes.get(place);
    if (mistake) mistake.count++;
    else mistakes.set(place, { actual, predicted, count: 1 });
  }
  return [...mistakes.values()].sort((a, b) => b.count - a.count).slice(0, MOST_MISTAKES);
}

/** Adds images with one label to the counts of a confusion matrix [actual, predicted]. Images without a prediction are
 *  left out. */
export function countConfusion(counts: number[], probabilities: Rows, targets: Rows, classes: number): void {
  for (let first = 0; first < probabilities.length; first += classes) {
    const predicted = argMax(probabilities, first, classes);
    if (predicted !== undefined) counts[argMax(targets, first, classes)! * classes + predicted]++;
  }
}

/** For each class, how many images have it (`support`), are predicted as it, and both (`right`). With several labels,
 *  probabilities above the class's threshold predict; by default 0.5. */
export function countClasses(
  { probabilities, targets, classes: { length: classes }, severalLabels }: CountedPredictions,
  thresholds?: readonly number[],
): { right: number; predicted: number; support: number }[] {
  const [right, predicted, support] = [zeros(classes), zeros(classes), zeros(classes)];
  for (let first = 0; first < probabilities.length; first += classes) {
    const chosen = argMax(probabilities, first, classes);
    for (let label = 0; label < classes; label++) {
      const above = probabilities[first + label] > (thresholds?.[label] ?? THRESHOLD);
      const yes = severalLabels ? chosen !== undefined && above : label === chosen;
      const actual = targets[first + label] === 1;
      if (yes) predicted[label]++;
      if (actual) support[label]++;
      if (yes && actual) right[label]++;
    }
  }
  return right.map((both, label) => ({ right: both, predicted: predicted[label], support: support[label] }));
}
type CountedPredictions = Pick<Predictions, 'probabilities' | 'targets' | 'classes' | 'severalLabels'>;

function classMetrics(predictions: CountedPredictions): ClassMetrics[] {
  return countClasses(predictions).map(({ right, predicted, support }) => {
    if (predicted + support === 0) return { precision: null, recall: null, f1: null, support: 0 };
    return {
      precision: ratio(right, predicted),
      recall: ratio(right, support),
      f1: fBeta(1, right, predicted, support),
      support,
    };
  });
}

function severalLabelMetrics(
  probabilities: Rows,
  targets: Rows,
  classes: number,
): NonNullable<Evaluation['severalLabels']> {
  const sweep = THRESHOLDS.map(threshold => {
    return { threshold, f2: meanFBeta(2, probabilities, targets, classes, threshold) };
  });
  const best = sweep.reduce((best, point) => (point.f2 > best.f2 ? point : best));
  return {
    f2: meanFBeta(2, probabilities, targets, classes, THRESHOLD),
    f1: meanFBeta(1, probabilities, targets, classes, THRESHOLD),
    sweep,
    bestThreshold: best.threshold,
  };
}

/** The mean of the images' F-beta scores, with one threshold or one for each class. An image without a label that was
 *  found has 0. */
export function meanFBeta(
  beta: number,
  probabilities: Rows,
  targets: Rows,
  classes: number,
  threshold: number | readonly number[],
): number {
  const thresholds = typeof threshold === 'number' ? Array.from({ length: classes }, () => threshold) : threshold;
  let sum = 0;
  for (let first = 0; first < probabilities.length; first += classes) {
    const numbers = hasNumbers(probabilities, first, classes);
    let [both, predicted, actual] = [0, 0, 0];
    for (let i = first; i < first + classes; i++) {
      const yes = numbers && probabilities[i] > thresholds[i - first];
      if (yes) predicted++;
      if (targets[i] === 1) actual++;
      if (yes && targets[i] === 1) both++;
    }
    sum += fBeta(beta, both, predicted, actual);
  }
  return sum / (probabilities.length / classes);
}

/** The share of images whose labels are all right. */
function exactMatches(probabilities: Rows, targets: Rows, classes: number): number {
  let right = 0;
  for (let first = 0; first < probabilities.length; first += classes) {
    let same = hasNumbers(probabilities, first, classes);
    for (let i = first; i < first + classes; i++) same &&= probabilities[i] > THRESHOLD === (targets[i] === 1);
    if (same) right++;
  }
  return right / (probabilities.length / classes);
}

/** The images with the largest losses. Images with NaN come first, then the largest loss. */
function topLosses({
  classes,
  severalLabels,
  probabilities,
  targets,
  losses,
  indices,
  nameOf,
}: Predictions): TopLoss[] {
  const size = (loss: number) => (Number.isNaN(loss) ? Infinity : loss);
  // Infinity − Infinity is NaN. `|| 0` keeps the order of equal losses.
  const order = Array.from(losses, (_, row) => row).sort((a, b) => size(losses[b]) - size(losses[a]) || 0);
  return order.slice(0, TOP_LOSSES).map(row => {
    const rowOf = (rows: Rows) => classes.map((_, label) => rows[row * classes.length + label]);
    const scores = rowOf(probabilities);
    const chosen = argMax(scores);
    return {
      index: indices[row],
      name: nameOf(indices[row]),
      loss: orNull(losses[row]),
      predicted: chosen === undefined ? [] : severalLabels ? labelsAbove(scores, THRESHOLD) : [chosen],
      actual: labelsAbove(rowOf(targets), 0),
      ...(classes.length <= MOST_MATRIX_CLASSES && { probabilities: scores.map(orNull) }),
    };
  });
}

const labelsAbove = (values: readonly number[], threshold: number) =>
  values.flatMap((value, label) => (value > threshold ? [label] : []));

export function hasNumbers(values: Rows, first: number, classes: number): boolean {
  for (let i = first; i < first + classes; i++) if (Number.isNaN(values[i])) return false;
  return true;
}

/** NaN as null, because JSON has no NaN. */
export const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

const zeros = (length: number) => Array.from({ length }, () => 0);

const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);

/** The mean of the values that aren't null; 0 if there are none. */
export const meanOf = (values: readonly (number | null)[]) => {
  const known = values.filter(value => value !== null);
  return known.length === 0 ? 0 : mean(known);
};

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
