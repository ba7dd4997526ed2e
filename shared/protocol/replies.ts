/** What the engine tells: the data in its replies and events. */
import type { OthersAt } from '../cell-content.ts';
import type { WrittenChange } from '../changes/kinds.ts';
import type { Value } from '../formula/value.ts';
import type { Augmentation, Fit } from '../data.ts';
import type { Storyboard } from '../film/storyboard.ts';
import type { Sentence } from '../messages/sentence.ts';
import type { NetworkSpec, TensorId } from '../network.ts';
import type { Plane, SheetInfo } from '../places.ts';
import type { ShownView } from '../shown-view.ts';
import type { KeptSetup, RunRecord, RunState } from '../training.ts';
import type { Source } from '../workbook.ts';

/** The state that changes with every command. */
export type WorkbookState = {
  revision: number;
  /** The revision after the last change of anything but the storyboard. What is known of the workbook's numbers stays
   *  true as long as this stays. */
  contentRevision: number;
  /** Changes with every command that changes a parameter. Predictions for other digits stay valid as long as this
   *  stays. */
  parameterRevision: number;
  /** The labels of the commands that undo and redo would take back or repeat. undefined if there are none. */
  undo?: Sentence;
  redo?: Sentence;
  /** Whether the workbook differs from what was last opened or saved. */
  modified: boolean;
  source: Source;
  /** How the training images were fitted to the input. Left out if that isn't known. */
  fit?: Fit;
  /** Findings that aren't told. Left out if there are none. */
  hushed?: readonly string[];
  /** The most probable class and its probability. undefined if the network doesn't end in class scores, or a score
   *  isn't finite. */
  predicted?: { class: number; probability: number };
  /** The expected class; undefined if blank. */
  actual?: number;
  /** How long the last recalculation took. */
  milliseconds: number;
};
/** An opened workbook. Every opening has another `id`. */
export type WorkbookInfo = {
  id: string;
  /** Sheets in the order of their tabs. */
  sheets: readonly SheetInfo[];
  /** The changes that make what users wrote, from a workbook in which nothing is written. Left out if there is nothing.
   *  The event `written` tells of what comes later. */
  written?: readonly WrittenChange[];
  network: NetworkSpec;
  classes: readonly string[];
  /** The name of the structure (network and classes). A change has to name the structure that it is meant for. */
  structure: string;
  state: WorkbookState;
  backend: string;
  /** Kept runs, the oldest first, without their points. */
  runs: readonly RunSummary[];
  /** The run under way, or the last one since the workbook was opened. */
  run?: RunState;
  /** Whether the optimizer's memory of the last run is kept, so that training can continue. */
  canContinue: boolean;
  /** The id of the last run, if it was cut short and can resume. */
  goesOn?: string;
  /** Whether the native engine is installed. */
  nativeBackend: boolean;
  /** The set-up of the next run. Left out if nobody has changed it. */
  setup?: KeptSetup;
  /** Left out if there is none. The event `storyboard` tells of changes. */
  storyboard?: Storyboard;
  /** The view of the workbook when it was last open, if the shell knows it. */
  view?: ShownView;
};
/** A kept run as lists show it. `kept`: the steps at which it has kept its weights, and the sizes of these. Left out if
 *  it hasn't. `layers` come along with them. */
export type RunSummary = Omit<RunRecord, 'points' | 'notes' | 'weights'> & {
  kept?: { steps: readonly number[]; sizes: readonly (readonly [tensor: TensorId, size: number])[] };
};
/** The numbers of a window, row by row. `others`: cells that have no plain number; left out if there are none. */
export type WindowValues = { id: number; values: Float32Array; others?: readonly OthersAt[] };
/** The contents of a window of free cells or an own sheet. Each cell that isn't blank is listed with its place, which
 *  counts row by row. */
export type CellsWindowValues = { id: number; cells: [place: number, content: NonNullable<Value>][] };
/** The largest absolute finite value of a tensor in a plane. The colour scale needs it. */
export type Scale = { tensor: TensorId; plane: Plane; maximum: number };

/** A test digit. `unit`: the network's unit for its class, if there is one. `predicted`: the predicted unit, if
 *  known. */
export type DigitInfo = { index: number; class: number; unit?: number; predicted?: number };
export type DigitPage = {
  total: number;
  digits: DigitInfo[];
  /** count × 28 × 28 bytes, 0 black to 255 white. */
  pixels: Uint8Array;
};
/** Images of a data set. `index`: the image's index in the data set. `pixels`: the images one after the other, as bytes
 *  [height, width, channels]. `probabilities` is given if the network was asked. */
export type SamplePage = {
  total: number;
  shape: readonly [height: number, width: number, channels: number];
  samples: { index: number; name: string; labels: number[]; probabilities?: readonly number[] }[];
  pixels: Uint8Array;
};
/** An image, and how each change of `changes` alone changes it. `pixels`: the original, then each changed one, as bytes
 *  [height, width, channels]. */
export type ShownChanges = {
  shape: readonly [height: number, width: number, channels: number];
  name: string;
  labels: number[];
  changes: readonly (keyof Augmentation)[];
  pixels: Uint8Array;
};
/** An image's name, and its size after it was turned upright. `pixels`: bytes [height, width, channels] for the
 *  network's input, if it was read for that. */
export type ReadImage = { name: string; width: number; height: number; pixels?: Uint8Array };
