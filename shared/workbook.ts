import type { Fit } from './data.ts';
import type { NetworkSpec, TensorId } from './network.ts';
import type { SheetInfo } from './places.ts';
import type { KeptSetup, OptimizerKind, RunRecord } from './training.ts';

/** Where the shown example comes from: a test digit by its index, something drawn, pixels typed and pasted, or an image
 *  of another data set or file by its name. */
export type Source =
  | { kind: 'digit'; index: number }
  | { kind: 'drawing' }
  | { kind: 'typed' }
  | { kind: 'image'; name: string };

/** Everything a file holds. `values` has the pixels (input/output), every parameter, and softmax/actual (NaN where
 *  blank); what is computed is never stored. */
export type Workbook = {
  /** In the order of their tabs; left out where the network's sheet is the only one. */
  sheets?: readonly SheetInfo[];
  network: NetworkSpec;
  /** Names of the classes, in the order of the last layer's units; may be empty. */
  classes: readonly string[];
  source: Source;
  values: Map<TensorId, Float32Array>;
  /** Runs that are kept, the oldest first; left out where there are none. */
  runs?: readonly RunRecord[];
  /** How the images it was trained with were fitted to its input; left out where that isn't known. */
  fit?: Fit;
  /** Left out where nothing was trained. */
  memory?: TrainingMemory;
  /** How the next run is set up; left out where nobody has set it up. */
  setup?: KeptSetup;
};

/** What the last run leaves another one to continue with: the optimizer's memory, and how far through the order of
 *  images it came. */
export type TrainingMemory = {
  /** The run that left it, by its id; files of earlier versions don't say. */
  run?: string;
  optimizer: OptimizerKind;
  /** Steps the optimizer has made, which Adam's bias correction depends on. */
  step: number;
  /** Its slots by tensor and name, such as conv1/kernel/velocity, each of its tensor's size. */
  slots: ReadonlyMap<string, Float32Array>;
  /** Epochs begun: those that follow see the images in other orders. */
  epochs: number;
  /** Where that run stood, if it was cut short and its weights are those of its last step: with its record, it goes on
   *  as if nothing had been. */
  place?: RunPlace;
};

/** Where a run stands between two pieces of its work, beside its weights, its record and what the optimizer
 *  remembers. */
export type RunPlace = {
  /** Steps made. */
  step: number;
  /** Complete epochs, and the batches of the one after them that are done. */
  epoch: number;
  position: number;
  validating: boolean;
  /** Images trained on. */
  samples: number;
  /** Epochs of the runs this one continues. */
  firstEpoch: number;
  /** Sums over the images of the epoch under way, and the seconds it took so far. */
  epochTotals: { count: number; loss: number; metric: number; seconds: number };
  /** The epoch with the best validation loss so far; its parameters where the run is to end with those. */
  best?: { epoch: number; loss: number; parameters?: ReadonlyMap<TensorId, Float32Array> };
  /** How many images there are to train and to validate with, and what tells them from others: with others, it would be
   *  another run. Files of earlier versions have no digest. */
  images: { training: number; validation: number; digest?: string };
};
