import type { Comments, Drawn, Formulas, Names, WorkbookSheet } from './cells.ts';
import type { Fit } from './data.ts';
import type { Storyboard } from './film/storyboard.ts';
import type { NetworkSpec, TensorId } from './network.ts';
import type { KeptSetup, OptimizerKind, RunRecord } from './training.ts';

/** Where the shown example comes from: a test digit (by its index), a drawing, typed or pasted pixels, or an image of
 *  another data set or file (by its name). */
export type Source =
  | { kind: 'digit'; index: number }
  | { kind: 'drawing' }
  | { kind: 'typed' }
  | { kind: 'image'; name: string };

/** Everything that a file holds. `values` has the pixels (input/output), every parameter, and what is expected (actual:
 *  NaN where blank). Computed tensors are never stored. */
export type Workbook = {
  /** Sheets in the order of their tabs. Left out if the network's sheet is the only one, and nothing is written on
   *  it. */
  sheets?: readonly WorkbookSheet[];
  /** These are left out where there are none. */
  formulas?: Formulas;
  names?: Names;
  comments?: Comments;
  drawn?: Drawn;
  network: NetworkSpec;
  /** Names of the classes, in the order of the last layer's units. May be empty. */
  classes: readonly string[];
  source: Source;
  values: Map<TensorId, Float32Array>;
  /** Kept runs, the oldest first. Left out if there are none. */
  runs?: readonly RunRecord[];
  /** How the training images were fitted to the network's input. Left out if that isn't known. */
  fit?: Fit;
  /** Left out if nothing was trained. */
  memory?: TrainingMemory;
  /** Findings that the user doesn't want to be told again (see `keyOf` in lint.ts). Left out if there are none. */
  hushed?: readonly string[];
  /** The set-up of the next run. Left out if nobody has changed it. */
  setup?: KeptSetup;
  /** Left out if there is none. */
  storyboard?: Storyboard;
  /** The bytes of all narrations of the storyboard, by their ids. Left out if it has none. */
  narrations?: ReadonlyMap<string, Uint8Array>;
};

/** What the last run leaves for the next one to continue with: the optimizer's memory, and its place in the order of
 *  images. */
export type TrainingMemory = {
  /** The id of the run that left it. Files of earlier versions don't have it. */
  run?: string;
  optimizer: OptimizerKind;
  /** Steps the optimizer has made, which Adam's bias correction depends on. */
  step: number;
  /** The optimizer's slots by tensor and name, such as conv1/kernel/velocity. Each has the size of its tensor. */
  slots: ReadonlyMap<string, Float32Array>;
  /** How many epochs have begun. Each epoch has its own order of images, and the next run's epochs count on from
   *  here. */
  epochs: number;
  /** Given if that run was cut short, and the weights are still those of its last step. With its record, the run can go
   *  on as if it had never stopped. */
  place?: RunPlace;
};

/** Where a run stands between two batches. Its weights, its record and the optimizer's memory are kept elsewhere. */
export type RunPlace = {
  /** Steps made. */
  step: number;
  /** `epoch`: complete epochs. `position`: batches done of the next one. */
  epoch: number;
  position: number;
  validating: boolean;
  /** Images trained on. */
  samples: number;
  /** How many epochs the earlier runs made that this one continues. */
  firstEpoch: number;
  /** Whether it multiplies and adds in one step, which rounds once. Left out: it rounds every product. */
  fused?: boolean;
  /** Sums over the images of the current epoch, and the seconds it took so far. */
  epochTotals: { count: number; loss: number; metric: number; seconds: number };
  /** The epoch with the best validation loss so far. It has the parameters if the run is to end with them. */
  best?: { epoch: number; loss: number; parameters?: ReadonlyMap<TensorId, Float32Array> };
  /** The mean of the weights so far, if the run is to end with it, and of how many sets of weights it is. */
  mean?: { count: number; parameters: ReadonlyMap<TensorId, Float32Array> };
  /** The number of images to train and validate with, and a digest of them. With other images it would be another run.
   *  Files of earlier versions have no digest. */
  images: { training: number; validation: number; digest?: string };
};
