/** A training run: its set-up, its records and its state. Plain data, the same for engine, panels, command line and
 *  files. */
import * as v from 'valibot';
import { list } from './list-schema.ts';
import { augmentationSchema, dataChoiceSchema, imageSide } from './data.ts';
import { type Judged, judgingSchema } from './judging.ts';
import { issuesOf, type Sentence } from './messages/sentence.ts';
import { sentences } from './messages/sentences.ts';
import type { Layer } from './layers/kinds.ts';
import type { TensorId } from './tensor.ts';

const expected = issuesOf(sentences.training.expected);
const number = (message: string, minimum: number, maximum = Number.MAX_VALUE) =>
  v.pipe(v.number(message), v.minValue(minimum, message), v.maxValue(maximum, message));
const above = (message: string, minimum: number, maximum = Number.MAX_VALUE) =>
  v.pipe(v.number(message), v.gtValue(minimum, message), v.maxValue(maximum, message));
const whole = (message: string, minimum: number, maximum: number) =>
  v.pipe(number(message, minimum, maximum), v.integer(message));
/** A decay or momentum: from 0 to below 1. */
const decay = v.pipe(number(expected.share, 0), v.ltValue(1, expected.share));

/** The optimizer, which turns gradients into a step. Formulas and names are Keras's. Source: keras.io/api/optimizers */
const optimizerSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('sgd') }),
  v.strictObject({ kind: v.literal('momentum'), momentum: decay, nesterov: v.boolean() }),
  v.strictObject({ kind: v.literal('rmsprop'), rho: decay, momentum: decay, epsilon: above(expected.positive, 0) }),
  v.strictObject({ kind: v.literal('adam'), beta1: decay, beta2: decay, epsilon: above(expected.positive, 0) }),
  v.strictObject({ kind: v.literal('adamw'), beta1: decay, beta2: decay, epsilon: above(expected.positive, 0) }),
]);
export type OptimizerSettings = v.InferOutput<typeof optimizerSchema>;
export type OptimizerKind = OptimizerSettings['kind'];

/** How the learning rate changes over a run: a factor of the rate that was set. Lengths are in epochs.
 *  - constant: always 1.
 *  - step: times `factor` every `every` epochs.
 *  - cosine: falls from 1 to 0, then starts again (warm restarts). The first cycle is `cycle` epochs long, each next
 *    one `multiplier` times as long as the one before.
 *  - oneCycle: up from 1/25 to 1 during the share `rise` of the run, then down to 1/10,000 of the start. Momentum, if
 *    the optimizer has it, moves the other way. */
const scheduleSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('constant') }),
  v.strictObject({
    kind: v.literal('step'),
    every: above(expected.cycle, 0, 10_000),
    factor: above(expected.factor, 0, 1),
  }),
  v.strictObject({
    kind: v.literal('cosine'),
    cycle: above(expected.cycle, 0, 10_000),
    multiplier: number(expected.multiplier, 1, 10),
  }),
  v.strictObject({ kind: v.literal('oneCycle'), rise: above(expected.rise, 0, 0.9) }),
]);
export type Schedule = v.InferOutput<typeof scheduleSchema>;

/** A layer's id in a set-up. The network may no longer have that layer. */
const layerId = v.pipe(v.string(), v.maxLength(64));
const layerRate = number(expected.layerRate, 0, 1000);
/** The most groups of layers, and the most phases of a run. */
export const MOST_GROUPS = 10;
export const MOST_PHASES = 50;

/** A part of a run that learns in a way of its own. Its schedule goes over its own epochs. Each phase begins with a
 *  fresh optimizer, as `compile` does in Keras. */
const phaseSchema = v.strictObject({
  /** What users call it. Empty: it goes by its number. */
  name: v.pipe(v.string(), v.maxLength(64)),
  epochs: whole(expected.epochs, 1, 10_000),
  learningRate: above(expected.learningRate, 0, 100),
  schedule: scheduleSchema,
  /** A factor of the learning rate for each group of layers, in their order; 0 freezes the group. Groups beyond the end
   *  of the list have 1. */
  groupRates: list(layerRate, MOST_GROUPS),
  /** Whether batch normalization doesn't learn in this phase, whatever its group does: it uses and keeps its moving
   *  averages. */
  freezeNorms: v.optional(v.boolean()),
  /** The height and width that images are resized to. Left out: those of the network's input. Another size needs a
   *  network whose weights don't depend on it, such as one with a global pool. */
  imageSize: v.optional(v.strictTuple([imageSide, imageSide])),
});
export type Phase = v.InferOutput<typeof phaseSchema>;

/** At which times a run's weights may be averaged. */
export const averagings = ['cycles', 'epochs'] as const;

/** The engines a run can compute on. */
export const backends = ['wasm', 'tensorflow'] as const;
export type BackendName = (typeof backends)[number];
/** Some builds had an engine `onnx`. What it began goes on on wasm. */
const backendSchema = v.pipe(
  v.picklist([...backends, 'onnx']),
  v.transform((name): BackendName => (name === 'onnx' ? 'wasm' : name)),
);

/** How an epoch's images are chosen. */
export const samplings = ['each', 'balanced'] as const;

/** The set-up of a run. The same set-up, start and engine give the same weights; on wasm bit for bit. */
const config = v.strictObject({
  data: dataChoiceSchema,
  augmentation: augmentationSchema,
  /** With phases, the sum of theirs. */
  epochs: whole(expected.epochs, 1, 10_000),
  batchSize: whole(expected.batchSize, 1, 4096),
  /** The seed for the order of images, augmentation and dropout. */
  seed: whole(expected.seed, 0, 2 ** 32 - 1),
  optimizer: optimizerSchema,
  learningRate: above(expected.learningRate, 0, 100),
  schedule: scheduleSchema,
  /** Steps at the start of the run during which the rate grows linearly from 0 to the schedule's. */
  warmupSteps: whole(expected.steps, 0, 1_000_000),
  /** Strength of the weight decay of kernels; 0: none. AdamW subtracts it from the kernels; for other optimizers it is
   *  L2, added to their gradients. */
  weightDecay: number(expected.notNegative, 0),
  /** The largest norm of a step's gradients, all together; larger ones are scaled down. 0: no clipping. */
  clipNorm: number(expected.notNegative, 0),
  /** Factors of the learning rate for single layers, by id. 0 freezes the layer. */
  layerRates: v.record(layerId, layerRate),
  /** Groups of layers in the network's order, for the rates of phases: the first layer of each group after the first
   *  one. Left out: all layers are one group. */
  groups: v.optional(list(layerId, MOST_GROUPS - 1)),
  /** The parts of the run. Their rates, schedules and epochs are used instead of those of the run. */
  phases: v.optional(list(phaseSchema, MOST_PHASES)),
  /** How much an image of each class counts in the loss. equal: all the same. balanced: the fewer images a class has,
   *  the more. A list: one weight for each class. */
  classWeights: v.union([v.picklist(['equal', 'balanced']), list(above(expected.weights, 0), 65_536)]),
  /** Which images an epoch has. each: every training image once. balanced: as many, but every class equally often; the
   *  images of a small class come again, those of a large one not all. The seed decides which. */
  sampling: v.optional(v.picklist(samplings), 'each'),
  /** ε of label smoothing: a target t becomes (1 − ε)·t + ε / classes, and with several labels (1 − ε)·t + ε / 2, as in
   *  Keras. The losses of training steps are those of such targets, the losses of validation and evaluation aren't. */
  labelSmoothing: v.optional(decay, 0),
  /** The run ends after so many epochs without a better validation loss. 0: never. */
  patience: whole(expected.steps, 0, 1_000_000),
  /** Whether the run ends with the weights of the epoch with the best validation loss, instead of the last weights. */
  keepBest: v.boolean(),
  /** The run ends with the mean of its weights at several times of its last phase. cycles: after each cycle of a cosine
   *  schedule. epochs: after each epoch of the last quarter. Left out: with the weights of its last step. */
  averaging: v.optional(v.picklist(averagings)),
  backend: backendSchema,
});
export const trainingConfigSchema = v.pipe(
  config,
  v.check(
    ({ phases, epochs }) => !phases || phases.reduce((sum, phase) => sum + phase.epochs, 0) === epochs,
    expected.phases,
  ),
  v.check(({ averaging, keepBest }) => averaging === undefined || !keepBest, expected.averaging),
);
export type TrainingConfig = v.InferOutput<typeof trainingConfigSchema>;

/** How a run begins. initial: with fresh random weights from the seed. here: with the current weights. continue: with
 *  the current weights and the optimizer's memory of the last run. */
export const starts = ['initial', 'here', 'continue'] as const;
export type Start = (typeof starts)[number];

/** The set-up of the next run, as somebody left it in a workbook. It has a data set only if one was chosen. */
export const setupSchema = v.strictObject({
  ...v.omit(config, ['data']).entries,
  start: v.picklist(starts),
  data: v.optional(dataChoiceSchema),
  judging: v.optional(judgingSchema),
});
export type KeptSetup = v.InferOutput<typeof setupSchema>;

/** The loss function. It depends on the network's end: softmax means one class for each image, sigmoid several
 *  labels. */
export type Loss = 'crossEntropy' | 'binaryCrossEntropy';

/** One step of a run: its number, counted from 1, and the loss, metric and learning rate of its batch. The metric is
 *  accuracy, or F2 at threshold 0.5 with several labels. It is from 0 to 1. With mixup, an image counts as right by the
 *  share that the predicted class has in it, and of several labels those of the image with the larger share count. */
export type StepPoint = { step: number; loss: number; metric: number; learningRate: number };
/** One pass over the training images: the means over its batches, and over the validation images at its end (undefined
 *  if there are none). */
export type EpochPoint = {
  epoch: number;
  step: number;
  loss: number;
  metric: number;
  validationLoss?: number;
  validationMetric?: number;
  seconds: number;
};
/** Something that happened during a run, in words: a cell was edited, the rate changed, the run was paused, or resumed
 *  after the engine was killed. */
export type RunNote = { step: number; sentence: Sentence };

export type RunEnd = 'finished' | 'stopped' | 'early' | 'failed';

/** All parameters of the network after so many steps of a run. */
export type RunWeights = { step: number; values: ReadonlyMap<TensorId, Float32Array> };

/** A kept run: its set-up and its history. */
export type RunRecord = {
  id: string;
  /** The id of an earlier run that was cut short. This run continues it and replaces it. */
  continues?: string;
  name: string;
  /** ISO 8601, UTC. */
  started: string;
  config: TrainingConfig;
  start: Start;
  /** What the data set was when the run began: its name, classes and image counts. */
  dataName: string;
  classes: readonly string[];
  loss: Loss;
  stepsPerEpoch: number;
  /** The layers of the network that it trained. Left out in files where it has no weights, or of earlier versions. */
  layers?: readonly Layer[];
  points: readonly StepPoint[];
  epochs: readonly EpochPoint[];
  notes: readonly RunNote[];
  /** The weights at some of its steps: the first ones, the last ones, and some between. Left out for large networks,
   *  and in files of earlier versions. */
  weights?: readonly RunWeights[];
  /** Seconds of computing, without pauses. */
  seconds: number;
  /** How the run ended; undefined while it goes on. `sentence` gives the reason, if it needs words. */
  end?: RunEnd;
  sentence?: Sentence;
};

/** The status of a run. preparing: reads images. paused: waits for resume, step or stop. */
type RunStatus = 'preparing' | 'running' | 'paused' | 'ended';
export type RunState = {
  id: string;
  name: string;
  status: RunStatus;
  /** `step`: how many steps are done. `steps`: steps of the whole run. `stepsPerEpoch`: steps of one epoch. */
  step: number;
  steps: number;
  stepsPerEpoch: number;
  epochs: number;
  /** Seconds computed so far, and still to go (undefined until they can be estimated). */
  seconds: number;
  secondsLeft?: number;
  samplesPerSecond?: number;
  learningRate: number;
  backend: BackendName;
  /** What to say of formulas over parameters that the run can't follow; left out if there are none. */
  stays?: readonly Sentence[];
  end?: RunEnd;
  sentence?: Sentence;
};

/** Counts of values in equal intervals between `from` and `to`. Values that aren't finite are counted in
 *  `nonFinite`. */
export type Histogram = { from: number; to: number; counts: readonly number[]; nonFinite: number };
/** The weights of a layer and the gradients of its last step. */
export type LayerHistograms = { layer: string; weights: Histogram; gradients?: Histogram };

/** The result of the learning-rate finder: the smoothed loss for each rate (rates grow exponentially), and the
 *  suggested rate. `suggestion` is undefined if the loss falls nowhere. */
export type RateCurve = { points: readonly { learningRate: number; loss: number }[]; suggestion?: number };

type Figures<F> = { precision: F; recall: F; f1: F };
/** Metrics of one class, equal to scikit-learn's with zero_division=0. null if no image has the class and none is
 *  predicted as it. */
export type ClassMetrics = Figures<number | null> & { support: number };
/** With more classes than this there is no confusion matrix: its cells would be too small and too many. */
export const MOST_MATRIX_CLASSES = 100;
/** One cell of a confusion matrix: `count` images of the class `actual` are predicted as `predicted`. */
export type ConfusionCell = { actual: number; predicted: number; count: number };
/** An image with a large loss. `predicted` and `actual` are its classes; with several labels, all of them. If its
 *  scores aren't finite, `loss` and those probabilities are null, and nothing is predicted. */
export type TopLoss = {
  index: number;
  name: string;
  loss: number | null;
  predicted: number[];
  actual: number[];
  /** Left out if there are more classes than MOST_MATRIX_CLASSES. */
  probabilities?: readonly (number | null)[];
};
/** The F2 score if probabilities above the threshold count as a yes. */
type FAtThreshold = { threshold: number; f2: number };
/** How well the network does on a split. */
export type Evaluation = {
  dataName: string;
  split: 'training' | 'validation' | 'test';
  /** The network's classes. All labels, lists and matrices here are in their order. */
  classes: readonly string[];
  /** Sentences about classes that the figures leave out: those that the network doesn't know, or that no image has. */
  notes: readonly Sentence[];
  /** `count`: images evaluated. `leftOut`: images of the split that were left out, because the network doesn't know
   *  their class. */
  count: number;
  leftOut: number;
  /** Images without scores, because some number was too large for float32. They count as wrong and are in no column of
   *  `confusion`. */
  noNumbers: number;
  /** The mean loss of the images; null if one of their losses isn't finite. */
  loss: number | null;
  /** The share of images with the right class, or with exactly the right set of labels. */
  accuracy: number;
  perClass: readonly ClassMetrics[];
  /** Means over the classes whose metrics aren't null. */
  macro: Figures<number>;
  /** With one label per image and at most MOST_MATRIX_CLASSES classes: counts [actual, predicted], row by row. */
  confusion?: readonly number[];
  /** With one label per image and more classes: the matrix's cells off the diagonal, the largest first, at most
   *  1,000. */
  mistakes?: readonly ConfusionCell[];
  /** With several labels: F2 averaged over samples, at threshold 0.5 and at others. */
  severalLabels?: {
    f2: number;
    f1: number;
    sweep: readonly FAtThreshold[];
    bestThreshold: number;
  };
  topLosses: readonly TopLoss[];
};
/** An evaluation with the figures that follow from the probabilities. */
export type JudgedEvaluation = Evaluation & { judged: Judged };
/** The network's prediction for an image file. null: a probability that is no number. */
export type FilePrediction = { name: string; probabilities: readonly (number | null)[] };
/** Whether some probability of a file is no number, so that there is no prediction. */
export const isLost = ({ probabilities }: FilePrediction): boolean => probabilities.includes(null);
