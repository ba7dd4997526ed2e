/** How a run is set up by default: its optimizer and learning rate, how many epochs it has, and how large its batches
 *  are. */
import { type DataChoice, noAugmentation } from './data.ts';
import type { OptimizerKind, OptimizerSettings, TrainingConfig } from './training.ts';

/** How many epochs and how large batches a run has. A small data set gets enough steps to learn something too. */
export type Sizes = { epochs: number; batchSize: number };

/** The sizes for a large data set. */
export const LARGE: Sizes = { epochs: 5, batchSize: 64 };
/** A run of fewer steps hardly changes the weights. */
export const FEW_STEPS = 20;
/** With this many steps, the starter networks learn to tell 50 pictures apart. */
const ENOUGH_STEPS = 300;
const MOST_EPOCHS = 100;
const SMALLEST_BATCH = 4;
/** An epoch has at least about so many batches, unless they would be too small. */
const BATCHES = 8;

/** The sizes for so many training images (undefined: their number isn't known). If one of the two is chosen, the other
 *  follows from it. */
export function sizesFor(images: number | undefined, chosen: Partial<Sizes> = {}): Sizes {
  if (images === undefined) return { ...LARGE, ...chosen };
  const batchSize = chosen.batchSize ?? batchFor(images);
  const epochs = chosen.epochs ?? epochsFor(stepsOf(images, batchSize));
  return { epochs, batchSize };
}

/** The number of steps in one epoch. */
export const stepsOf = (images: number, batchSize: number): number => Math.max(1, Math.ceil(images / batchSize));

/** The batch size, a power of two, that gives an epoch about eight batches. */
function batchFor(images: number): number {
  const wanted = 2 ** Math.round(Math.log2(Math.max(1, images) / BATCHES));
  return Math.min(LARGE.batchSize, Math.max(SMALLEST_BATCH, wanted));
}

/** The epochs that give enough steps, as a multiple of five. */
function epochsFor(stepsPerEpoch: number): number {
  const wanted = 5 * Math.ceil(ENOUGH_STEPS / stepsPerEpoch / 5);
  return Math.min(MOST_EPOCHS, Math.max(LARGE.epochs, wanted));
}

/** The default settings of each optimizer, the same as Keras's. */
export const optimizerDefaults: { readonly [K in OptimizerKind]: Extract<OptimizerSettings, { kind: K }> } = {
  sgd: { kind: 'sgd' },
  momentum: { kind: 'momentum', momentum: 0.9, nesterov: false },
  rmsprop: { kind: 'rmsprop', rho: 0.9, momentum: 0, epsilon: 1e-7 },
  adam: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  adamw: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
};

/** The default set-up. Its epochs and batch size suit a large data set; for others, see sizesFor. */
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
    sampling: 'each',
    labelSmoothing: 0,
    patience: 0,
    keepBest: false,
    backend: 'wasm',
  };
}
