/** Sentences about training runs, for the engine, the shell and the command line. */
import { number, whole } from '../format.ts';
import { counted, list, plural } from './words.ts';

/** `cells` are the first of them. */
const someCells = (cells: readonly string[], count: number): string =>
  list(count > cells.length ? [...cells, `${whole(count - cells.length)} more`] : cells);
/** What becomes of weights under formulas that a run doesn't follow. */
const stayWhile = (cells: readonly string[], count: number, one: string, more: string): string =>
  [
    someCells(cells, count),
    plural(count, 'stays as it is while this run trains:', 'stay as they are while this run trains:'),
    `${plural(count, one, more)}.`,
  ].join(' ');

export const runMessages = {
  /** The undo step of a run. */
  label: (name: string) => `Train: ${name}`,
  resetLabel: 'Reset the weights',
  deleteLabel: (name: string) => `Delete ${name}`,
  renameLabel: (name: string) => `Rename ${name}`,
  reading: 'Reading the images',
  evaluating: 'Evaluating',
  predicting: 'Looking at the images',
  finding: 'Trying learning rates',

  shapeDiffers: (data: string, images: string, input: string) =>
    `The images of ${data} are ${images}, but the network’s input is ${input}. Let them be resized to ${input}, or ` +
    `open a network with an input of ${images}.`,
  classesDiffer: (data: string, classes: number, layer: string, units: number) =>
    `${data} has ${counted(classes, 'class', 'classes')}, but the network ends in ` +
    `${counted(units, 'score', 'scores')} (${layer}). Open a network that ends in ${classes}, or choose another ` +
    'data set.',
  severalLabels: (data: string, layer: string) =>
    `An image of ${data} may have several labels, so ${layer} became a sigmoid: each class has a probability of its ` +
    'own.',
  classesNamed: (data: string) => `The classes are now called what they are called in ${data}.`,
  /** The app adds this to one of the last two sentences, or to one about scores. (The command line can't undo.) */
  undoneWithRun: 'Undoing the run takes that back.',
  noClass: (data: string, index: number) => `${data} has no class number ${whole(index)}.`,
  oneClassOnly: (layer: string, data: string) =>
    `The network ends in a softmax (${layer}), which gives each image one class, but an image of ${data} may have ` +
    `several labels. Train it on ${data} first: that makes the softmax a sigmoid.`,
  emptySplit: (data: string, split: string) =>
    `${data} has no ${split} images. Choose another part of it, or set a share of the images aside.`,
  noImageInput: (input: string) =>
    `The network’s input is ${input}, and images have 1, 3 or 4 channels. Open a network for images.`,
  noPredictions: 'These predictions are no longer kept. Predict the files again.',
  noTrainingImages: (data: string) =>
    `${data} leaves no image to train on. Set smaller shares aside for validation and test, or choose another data ` +
    'set.',
  /** `share`: the share of the images that should have been set aside. */
  noValidation: (data: string, share: number) => {
    const need = 'Early stopping and keeping the best weights go by validation images';
    return share > 0
      ? `${need}, and a share of ${number(share)} of the images of ${data} is not even one. Set a larger share aside ` +
          'for validation, or switch both off.'
      : `${need}, and ${data} has none. Set a share of the images aside for validation, or switch both off.`;
  },
  allFrozen: 'Every layer is frozen, so there is nothing to train. Give at least one layer a learning rate.',
  /** `phase`: its name or number. */
  phaseFrozen: (phase: string) =>
    `Every layer is frozen in ${phase}, so there is nothing to train. Give at least one group a learning rate there.`,
  groupGone: (id: string) =>
    `A group of layers begins with ${id}, which the network doesn’t have. Choose the groups again.`,
  phaseSize: (phase: string, height: number, width: number, layer: string) =>
    `${phase} makes the images ${height}×${width}, but the weights of ${layer} depend on the size of the images. ` +
    'Leave the size as it is, or use a network with a global pool before its dense layers.',
  phaseTooSmall: (phase: string, height: number, width: number, reason: string) =>
    `${phase} makes the images ${height}×${width}, which doesn’t fit the network: ${reason}`,
  phaseNumber: (place: number) => `Phase ${whole(place)}`,
  notCutShort:
    'The last run of this workbook was not cut short, or was set up otherwise, so it can’t go on. Start another one ' +
    'from here.',
  noMemory: 'There is no earlier run to go on from in this workbook. Start from here instead.',
  otherOptimizer: (memory: string, wanted: string) =>
    `The last run was made by ${memory}, whose memory ${wanted} can’t use. Choose ${memory}, or start from here.`,

  swappedImages: (data: string) =>
    `The images of ${data} are not those the run began with, although there are as many. Put them back as they ` +
    'were, or start from here.',
  otherImages: (
    data: string,
    before: { training: number; validation: number },
    now: { training: number; validation: number },
  ) => {
    const told = ({ training, validation }: typeof before) =>
      `${counted(training, 'image', 'images')} to train and ${whole(validation)} to validate with`;
    return (
      `The run began with ${told(before)}, but ${data} now has ${told(now)}. Put its images back as they were, or ` +
      'start from here.'
    );
  },

  /** `before` and `now`: the data set of the run, and the one that is chosen now. */
  otherData: (run: string, before: string, now: string) =>
    `${run} learned from ${before}; this run goes on with ${now}.`,
  running: 'A run is under way. Stop it first, or wait until it has ended.',
  notRunning: 'No run is under way.',
  preparing: 'The images are still being read. Wait until the run is under way, or stop it.',
  resetWhileRunning: 'The weights can’t be reset while they are being trained. Stop the run first.',
  undoBeforeRun: 'What came before the run can be undone when it has ended. Stop it first, or wait.',
  unknownRun: 'This run is no longer kept.',
  stoppedPreparing: 'The run was stopped before its first step.',
  otherWorkbook: 'The run was stopped, because another workbook was opened.',
  cancelled: 'It was cancelled.',

  nanLoss: (step: number) =>
    `The loss was no longer a number in step ${whole(step)}, so the run ended with the weights before it. A smaller ` +
    'learning rate or clipped gradients help.',
  nanWeights: (step: number) =>
    `Weights or gradients grew beyond all numbers in step ${whole(step)}, so the run ended with those before it. A ` +
    'smaller learning rate or clipped gradients help.',
  nanValidation: (epoch: number) =>
    `The validation loss was no longer a number after epoch ${whole(epoch)}, so the run ended with the weights ` +
    'before its last step. A smaller learning rate or clipped gradients help.',
  notResumed: (reason: string) =>
    `The run could not go on after the engine was restarted, and ended with its last checkpoint. ${reason}`,
  checkpointFailed: (reason: string) =>
    `The run’s progress could not be kept on the disk, so it would be lost if the calculation stopped. ${reason}`,
  otherVersion:
    'A run of this work was made by another version of ConvSheet, and its result could not be read. The weights are ' +
    'those before it.',
  resultLost: (reason: string) =>
    `The result of a run of this work could not be read. ${reason} The weights are those before it.`,
  gaveUp:
    'The calculation stopped again and again before the run got any further, so it is not tried again. Choose the ' +
    'engine wasm or a smaller batch size, then train from here.',
  earlyStop: (epochs: number, best: number) =>
    `The validation loss was not better than that of epoch ${best} for ${counted(epochs, 'epoch', 'epochs')}.`,
  bestKept: (epoch: number) => `The weights are those of epoch ${epoch}, which had the best validation loss.`,
  averaged: (count: number, loss?: number, metric?: number) =>
    `The weights are the mean of ${whole(count)} sets.` +
    (loss === undefined || metric === undefined
      ? ''
      : ` With them the validation loss is ${number(Number(loss.toPrecision(3)))} and the metric ` +
        `${number(Number((100 * metric).toFixed(1)))} %.`),
  bestKeptAside: (epoch: number) =>
    `The weights are those of the last step; the best ones so far, those of epoch ${epoch}, are kept in the file ` +
    'for when it goes on.',
  savedWhileRunning: 'It was still under way when the file was saved.',

  notes: {
    edited: (label: string) => `Changed while training: ${label}.`,
    undone: (label: string) => `Undone while training: ${label}.`,
    redone: (label: string) => `Done again while training: ${label}.`,
    learningRate: (rate: number) => `The learning rate was set to ${number(rate)}.`,
    layersGone: (ids: readonly string[]) =>
      `Learning rates of layers that the network no longer has were left out: ${ids.join(', ')}.`,
    phase: (phase: string) => `From here on: ${phase}.`,
    paused: 'Paused.',
    resumed: 'Went on.',
    notFused:
      'This run began where products are multiplied and added in one step, which isn’t possible or is switched off ' +
      'here. From here on its weights differ in their last digits.',
    restored: 'Went on here after the engine was restarted.',
  },
  /** Formulas over weights that a run doesn't follow, by the reason. `cells` names the first of `count`. */
  stays: {
    values: (cells: readonly string[], count: number) =>
      stayWhile(cells, count, 'its formula reads pixels or activations', 'their formulas read pixels or activations'),
    function: (cells: readonly string[], count: number) =>
      stayWhile(
        cells,
        count,
        'its formula has no derivative by the weights that it reads',
        'their formulas have no derivative by the weights that they read',
      ),
    chance: (cells: readonly string[], count: number) =>
      stayWhile(
        cells,
        count,
        'its formula draws a number or asks for the time, which Shift+F9 does again after the run',
        'their formulas draw numbers or ask for the time, which Shift+F9 does again after the run',
      ),
    untrained: (cells: readonly string[], count: number) =>
      stayWhile(
        cells,
        count,
        'its formula reads weights, but the run doesn’t train its own layer',
        'their formulas read weights, but the run doesn’t train their own layers',
      ),
    cycle: (cells: readonly string[], count: number) =>
      stayWhile(
        cells,
        count,
        'its formula depends on itself, so the number before it is trained with',
        'their formulas depend on themselves, so the numbers before them are trained with',
      ),
    error: (cells: readonly string[], count: number) =>
      stayWhile(
        cells,
        count,
        'its formula gives an error, so the number before it is trained with',
        'their formulas give errors, so the numbers before them are trained with',
      ),
  },
  recalculateWhileRunning: 'Random numbers and times can’t be drawn again while a run trains. Stop it first.',
  /** A notice of the shell. */
  resumedFrom: (step: number) => `Training goes on from step ${whole(step)} and makes any later steps again.`,
} as const;
