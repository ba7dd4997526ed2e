/** What a training run is: how it is set up, what it recorded, where it stands. Plain data, the same for the engine,
 *  the panels, the command line and files. */
import * as v from 'valibot';
import { list } from './list-schema.ts';
import { augmentationSchema, dataChoiceSchema, noAugmentation } from './data.ts';
import type { DataChoice } from './data.ts';
import { issuesOf, type Sentence } from './messages/sentence.ts';
import { sentences } from './messages/sentences.ts';
import { LARGE } from './training-defaults.ts';

const expected = issuesOf(sentences.training.expected);
const number = (message: string, minimum: number, maximum = Number.MAX_VALUE) =>
  v.pipe(v.number(message), v.minValue(minimum, message), v.maxValue(maximum, message));
const above = (message: string, minimum: number, maximum = Number.MAX_VALUE) =>
  v.pipe(v.number(message), v.gtValue(minimum, message), v.maxValue(maximum, message));
const whole = (message: string, minimum: number, maximum: number) =>
  v.pipe(number(message, minimum, maximum), v.integer(message));
/** A decay or momentum: from 0 to below 1. */
const decay = v.pipe(number(expected.share, 0), v.ltValue(1, expected.share));

/** How a step follows from gradients, with Keras's formulas and names. Source: keras.io/api/optimizers */
const optimizerSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('sgd') }),
  v.strictObject({ kind: v.literal('momentum'), momentum: decay, nesterov: v.boolean() }),
  v.strictObject({ kind: v.literal('rmsprop'), rho: decay, momentum: decay, epsilon: above(expected.positive, 0) }),
  v.strictObject({ kind: v.literal('adam'), beta1: decay, beta2: decay, epsilon: above(expected.positive, 0) }),
  v.strictObject({ kind: v.literal('adamw'), beta1: decay, beta2: decay, epsilon: above(expected.positive, 0) }),
]);
export type OptimizerSettings = v.InferOutput<typeof optimizerSchema>;
export type OptimizerKind = OptimizerSettings['kind'];

/** How the learning rate changes over a run, as a factor of the one that was set; lengths are in epochs. constant;
 *  step: times `factor` every `every` epochs; cosine: from 1 down to 0 and back up at once (warm restarts), the first
 *  cycle `cycle` epochs, each further one `multiplier` times as long; oneCycle: up from 1/25 to 1 during the first
 *  `rise` share of the run and down to 1/10,000 of the start, momentum the other way round where the optimizer has
 *  one. */
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

/** The engines a run can compute on. */
export const backends = ['wasm', 'tensorflow'] as const;
export type BackendName = (typeof backends)[number];

/** How a run is set up; with the same one, the same start and the same engine it ends in the same weights, bit for bit
 *  on wasm. */
export const trainingConfigSchema = v.strictObject({
  data: dataChoiceSchema,
  augmentation: augmentationSchema,
  epochs: whole(expected.epochs, 1, 10_000),
  batchSize: whole(expected.batchSize, 1, 4096),
  /** Of the order of images, of augmentation and dropout. */
  seed: whole(expected.seed, 0, 2 ** 32 - 1),
  optimizer: optimizerSchema,
  learningRate: above(expected.learningRate, 0, 100),
  schedule: scheduleSchema,
  /** Steps at the start of the run in which the rate grows linearly from 0 to what the schedule says. */
  warmupSteps: whole(expected.steps, 0, 1_000_000),
  /** L2 (added to the gradient of kernels) for all optimizers but AdamW, which takes it off the weights themselves. 0:
   *  none. */
  weightDecay: number(expected.notNegative, 0),
  /** Gradients of a step are scaled so that the norm of all of them together stays within this; 0: not clipped. */
  clipNorm: number(expected.notNegative, 0),
  /** Layers by id whose rate differs: times this factor; 0 freezes the layer. */
  layerRates: v.record(v.pipe(v.string(), v.maxLength(64)), number(expected.layerRate, 0, 1000)),
  /** How much an image of each class counts in the loss: all the same, inversely to the number of its images, or as
   *  listed. */
  classWeights: v.union([v.picklist(['equal', 'balanced']), list(above(expected.weights, 0), 65_536)]),
  /** Ends the run after so many epochs without a better validation loss; 0: never. */
  patience: whole(expected.steps, 0, 1_000_000),
  /** The run ends with the weights of the epoch with the best validation loss, not with the last ones. */
  keepBest: v.boolean(),
  backend: v.picklist(backends),
});
export type TrainingConfig = v.InferOutput<typeof trainingConfigSchema>;

/** Keras's defaults. */
export const optimizerDefaults: { readonly [K in OptimizerKind]: Extract<OptimizerSettings, { kind: K }> } = {
  sgd: { kind: 'sgd' },
  momentum: { kind: 'momentum', momentum: 0.9, nesterov: false },
  rmsprop: { kind: 'rmsprop', rho: 0.9, momentum: 0, epsilon: 1e-7 },
  adam: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  adamw: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
};

/** What a run starts with where nothing else is said; epochs and batches are those of a large data set, see
 *  sizesFor. */
export function defaultConfig(data: DataChoice): TrainingConfig {
  return {
    data,
    augmentation: noAugmentation,
    ...LARGE,
    seed: 1,
    optimizer: optimizerDefaults.adam,
    learningRate: 0.002,
    schedule: { kind: 'oneCycle', rise: 0.3 },
    warmupSteps: 0,
    weightDecay: 0,
    clipNorm: 0,
    layerRates: {},
    classWeights: 'equal',
    patience: 0,
    keepBest: false,
    backend: 'wasm',
  };
}

/** Where a run begins. initial: fresh random weights that follow from the seed; here: the weights as they are;
 *  continue: the weights as they are with the optimizer's memory of the last run. */
export const starts = ['initial', 'here', 'continue'] as const;
export type Start = (typeof starts)[number];

/** The next run as somebody has set it up in a workbook, with the data set where one was chosen. */
export const setupSchema = v.strictObject({
  ...v.omit(trainingConfigSchema, ['data']).entries,
  start: v.picklist(starts),
  data: v.optional(dataChoiceSchema),
});
export type KeptSetup = v.InferOutput<typeof setupSchema>;

/** The loss that fits the network's end: a softmax means one class per image, a sigmoid several labels. */
export type Loss = 'crossEntropy' | 'binaryCrossEntropy';

/** One step: after so many steps of the run, loss and metric of its batch, the rate it was made with. `metric` is
 *  accuracy, with several labels F2 at 0.5; both from 0 to 1. */
export type StepPoint = { step: number; loss: number; metric: number; learningRate: number };
/** One pass over the training images: means over its batches, and over the validation images at its end (undefined
 *  where there are none). */
export type EpochPoint = {
  epoch: number;
  step: number;
  loss: number;
  metric: number;
  validationLoss?: number;
  validationMetric?: number;
  seconds: number;
};
/** Something that happened during a run, in words: a cell was edited, the rate changed, the run was resumed after the
 *  engine was killed, paused, continued. */
export type RunNote = { step: number; sentence: Sentence };

export type RunEnd = 'finished' | 'stopped' | 'early' | 'failed';

/** A run that is kept: its set-up and its history. */
export type RunRecord = {
  id: string;
  /** The run that was cut short, which this one goes on with and takes the place of. */
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
  points: readonly StepPoint[];
  epochs: readonly EpochPoint[];
  notes: readonly RunNote[];
  /** Seconds of computing, pauses not counted. */
  seconds: number;
  /** How it ended, undefined while it goes on; `sentence` says why where that needs words. */
  end?: RunEnd;
  sentence?: Sentence;
};

/** Where a run under way stands. preparing: images are being read; paused: waits for resume, step or stop. */
type RunStatus = 'preparing' | 'running' | 'paused' | 'ended';
export type RunState = {
  id: string;
  name: string;
  status: RunStatus;
  /** Steps made, all steps of the run, and steps of one epoch. */
  step: number;
  steps: number;
  stepsPerEpoch: number;
  epochs: number;
  /** Seconds computed so far, and still to go (undefined before that can be told). */
  seconds: number;
  secondsLeft?: number;
  samplesPerSecond?: number;
  learningRate: number;
  backend: BackendName;
  end?: RunEnd;
  sentence?: Sentence;
};

/** Counts of values in equal intervals from `from` to `to`; non-finite ones are counted apart. */
export type Histogram = { from: number; to: number; counts: readonly number[]; nonFinite: number };
/** The weights of a layer and the gradients of its last step. */
export type LayerHistograms = { layer: string; weights: Histogram; gradients?: Histogram };

/** What the learning-rate finder found: loss (smoothed) by rate, rates growing exponentially; the suggested rate,
 *  undefined where no part of the curve falls. */
export type RateCurve = { points: readonly { learningRate: number; loss: number }[]; suggestion?: number };

type Figures<F> = { precision: F; recall: F; f1: F };
/** Metrics of one class, equal to scikit-learn's with zero_division=0. null for a class that neither is in the images
 *  nor was any of them taken for, of which they say nothing. */
export type ClassMetrics = Figures<number | null> & { support: number };
/** More classes than this have no confusion matrix: its cells would be too small to see and to hit, and there are the
 *  square of them. */
export const MOST_MATRIX_CLASSES = 100;
/** A cell of a confusion matrix: so many images of the class `actual` are taken for `predicted`. */
export type ConfusionCell = { actual: number; predicted: number; count: number };
/** An image the network is most wrong about. `predicted` and `actual`: classes; with several labels, all of them. Where
 *  it came out as no number, `loss` and the probabilities that are none are null, and nothing is predicted. */
export type TopLoss = {
  index: number;
  name: string;
  loss: number | null;
  predicted: number[];
  actual: number[];
  /** Left out where there are more than MOST_MATRIX_CLASSES. */
  probabilities?: readonly (number | null)[];
};
/** F2 where probabilities above the threshold count as a yes. */
type FAtThreshold = { threshold: number; f2: number };
/** How well the network does on a split. */
export type Evaluation = {
  dataName: string;
  split: 'training' | 'validation' | 'test';
  /** The network's, which labels and the places in lists and matrices stand for. */
  classes: readonly string[];
  /** What these figures are not about, in sentences: classes that the network doesn't know, or that don't occur. */
  notes: readonly Sentence[];
  /** Images evaluated, and those of the split left out because the network doesn't know their class. */
  count: number;
  leftOut: number;
  /** Images that came out as no number, because one on the way to their scores left float32. They count as wrong, and
   *  are in no column of `confusion`. */
  noNumbers: number;
  /** The mean of the images' losses; null where one of those is no number. */
  loss: number | null;
  /** Share of images whose class (or exact set of labels) is right. */
  accuracy: number;
  perClass: readonly ClassMetrics[];
  /** Means over the classes that occur: whose metrics aren't null. */
  macro: Figures<number>;
  /** One label per image, of at most MOST_MATRIX_CLASSES classes: [actual, predicted] counts, row by row. */
  confusion?: readonly number[];
  /** One label per image, of more classes: the cells beside the diagonal, the largest first, at most 1,000. */
  mistakes?: readonly ConfusionCell[];
  /** Several labels: F2 (samples-averaged, as the lecture's satellite task) at 0.5, and by threshold. */
  severalLabels?: {
    f2: number;
    f1: number;
    sweep: readonly FAtThreshold[];
    bestThreshold: number;
  };
  topLosses: readonly TopLoss[];
};
/** What the network takes an image file for; null stands for a probability that is no number. */
export type FilePrediction = { name: string; probabilities: readonly (number | null)[] };
/** Whether the file came out as no number, so that it is taken for nothing. */
export const isLost = ({ probabilities }: FilePrediction): boolean => probabilities.includes(null);
