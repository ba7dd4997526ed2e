/** Words and sentences of these views: choosing and browsing data, evaluating, predicting, comparing runs. */
import { fixed, whole } from '../format.ts';
import { counted, images, plural } from './words.ts';

export const viewMessages = {
  chooseData: {
    title: 'Choose a file',
    confirm: 'Choose',
    files: 'Folders, images and label files',
    empty: 'There are no images, CSV or IDX files here.',
  },
  chooseFolder: {
    title: 'Choose a folder',
    confirm: 'Choose this folder',
    files: 'Folders and what is in this one',
    empty: 'This folder is empty.',
  },
  close: 'Close',
  images,
  showImage: (name: string) => `Show ${name}`,
  otherShape: (name: string) =>
    `${name} was made for another input than this network’s. Read the data set again, then choose the image.`,
  classOrNumber: (index: number, name?: string) => name ?? String(index),
  noLabel: 'no label',
  splits: { training: 'Training', validation: 'Validation', test: 'Test' },
  allImages: 'all images',
  ofSplit: { training: 'training images', validation: 'validation images', test: 'test images' },
  split: 'Images',
  onlyClass: 'Show one class',
  allClasses: 'All classes',
  /** `channels`: 1, 3 or 4. */
  channels: (channels: number) => (channels === 1 ? 'grey' : channels === 3 ? 'RGB' : 'RGBA'),

  data: {
    title: 'Data set',
    source: 'Images and labels',
    sources: {
      digits: { name: 'Digits', detail: 'handwritten 0–9' },
      letters: { name: 'Letters', detail: 'A–Z in many fonts' },
      fashion: { name: 'Fashion', detail: 'clothes, where installed' },
      folders: { name: 'Folder of folders', detail: 'one for each class' },
      csv: { name: 'Folder and CSV', detail: 'several labels too' },
      idx: { name: 'IDX files', detail: 'as MNIST comes' },
    },
    paths: {
      folders: 'Folder',
      csvImages: 'Folder of images',
      csvLabels: 'CSV file of labels',
      idxImages: 'IDX file of images',
      idxLabels: 'IDX file of labels',
    },
    choose: 'Choose…',
    chooseWhat: (what: string) => `Choose: ${what}`,
    notChosen: 'not chosen yet',
    besideTable: 'the folder of the CSV file',
    /** The settings for reading folders and tables. */
    readAs: {
      title: 'How it is read',
      automatic: (guess: string | undefined) => (guess === undefined ? 'automatic' : `automatic: ${guess}`),
      parts: {
        splitFolders: 'Folders such as “train”',
        header: 'First row',
        fileColumn: 'Column of files',
        labelColumn: 'Column of labels',
        splitColumn: 'Column of splits',
        separator: 'Several labels',
      },
      splitFoldersValues: ['splits', 'classes'],
      headerValues: ['titles', 'an image'],
      separators: {
        none: 'none',
        comma: 'between commas',
        semicolon: 'between semicolons',
        bar: 'between bars',
        space: 'between spaces',
        rows: 'one a row',
      },
      columnHelp: 'A column goes by its title, or its number from 1; “none”: no column of splits.',
    },
    understood: 'How it was understood',
    input: 'The network’s input',
    /** `size`: "28×28". */
    inputIs: (size: string, channels: number) =>
      `${size}, ${channels === 1 ? '1 channel (grey)' : channels === 3 ? '3 channels (RGB)' : '4 channels (RGBA)'}. ` +
      'Every image is made so.',
    fit: 'Images of other proportions',
    fits: { stretch: 'Stretch', crop: 'Crop', pad: 'Pad' },
    fitHelp: {
      stretch: 'The whole image, its proportions changed.',
      crop: 'The largest part from its middle.',
      pad: 'The whole image, with black beside it.',
    },
    setAside: 'Set aside',
    validation: 'Validation, %',
    test: 'Test, %',
    seed: 'Seed',
    ownTest: 'A data set that brings test images of its own uses those.',
    shareInvalid: 'Set aside from 0 to 90 % of the images each for validation and test, and at most 95 % together.',
    seedInvalid: 'The seed is a whole number from 0 to 4,294,967,295.',
    pathsMissing: 'Choose where the images and labels are.',
    reading: 'Reading the images…',
    stopReading: 'Stop',
    stopped: 'Reading was stopped.',
    readAgain: 'Read again',
    use: 'Use this data set',
    preview: 'Preview',
    samples: 'Sample images',
    noSamples: 'There are no images here.',
    totals: (training: number, validation: number, test: number) =>
      `${whole(training)} for training, ${whole(validation)} for validation, ${whole(test)} for test`,
    counts: 'Images of each class',
    class: 'Class',
    total: 'All',
    licence: (licence: string) => `Licence: ${licence}`,
    severalLabels:
      'An image may have several labels here. Training then uses binary cross-entropy, and F2 tells how good the ' +
      'network is.',
    severalLabelsSoftmax:
      'An image may have several labels here. Training makes the softmax at the network’s end a sigmoid, so that ' +
      'each class has a probability of its own, and uses binary cross-entropy; F2 tells how good the network is.',
    noImages: (shape: string) =>
      `The network’s input is ${shape}. Images have 1 channel (grey), 3 (RGB) or 4 (RGBA) and at most 1,024 rows ` +
      'and columns, so no images fit it.',
    noProblems: 'Every image could be read.',
    problems: (number: number) => `${images(number)} could not be read and ${plural(number, 'is', 'are')} left out`,
    moreProblems: (number: number) => `and ${whole(number)} more`,
    augmentationHelp: 'The same images as training may see them, anew each time',
    original: 'As it is',
    variant: (number: number) => `Variant ${number}`,
    another: 'Other images',
    sampleOf: (name: string, labels: string) => `${name}: ${labels}`,
  },

  stop: 'Stop',
  saveCsv: 'Save as CSV',
  moreClasses: (number: number) => `and ${whole(number)} more`,

  evaluation: {
    title: 'Evaluation',
    split: 'Images to evaluate on',
    evaluate: 'Evaluate',
    evaluating: 'Evaluating…',
    stale: 'The network or the data set has changed since. Evaluate again to see how it does now.',
    noData: 'The network’s input takes no images, so it can’t be evaluated on any.',
    otherClasses:
      'The run was made with other classes than the chosen data set has, so no images belong to that cell of its ' +
      'matrix. Choose the data set of the run and press it again.',
    /** `split`: undefined if all images of the data set are in one split. */
    of: (name: string, split: string | undefined, number: number) =>
      `${name}, ${images(number)}${split === undefined ? '' : ` (${split})`}`,
    accuracy: 'Accuracy',
    loss: 'Loss',
    macroF1: 'Macro F1',
    f1: 'F1',
    f2: 'F2',
    atHalf: 'Of each image’s labels, those with a probability above 0.5, on average',
    exact: 'All labels right',
    exactHelp: 'Images with exactly the right labels',
    threshold: 'threshold',
    sweep: 'F2 by threshold',
    best: 'best',
    bestThreshold: (threshold: number) => `best at ${fixed(threshold, 2)}`,
    fileName: 'evaluation',
    sweepFile: 'f2-by-threshold',
    confusion: 'Confusion',
    axes: 'rows: actual, columns: predicted',
    mistakes: 'Most frequent mistakes',
    noMistakes: 'No mistakes.',
    takenFor: (actual: string, predicted: string) => `${actual} taken for ${predicted}`,
    cell: (actual: string, predicted: string, number: number, right: boolean) =>
      `${right ? `${actual}, rightly known` : `${actual} taken for ${predicted}`}: ${images(number)}`,
    tooManyClasses: (number: number) =>
      `A matrix of ${whole(number)} classes is too large to be seen. These are the most frequent mistakes.`,
    perClass: 'Classes',
    columns: { name: 'Class', precision: 'Precision', recall: 'Recall', f1: 'F1', support: 'Images' },
    macro: 'Mean',
    topLosses: 'Top losses',
    topLossesHelp: 'choose one to see it in the sheet',
    lossOf: (name: string, label: string, loss: string) => `${name}: ${label}, loss ${loss}`,
    noLosses: 'There are no images here.',
  },

  prediction: {
    looksInverted: (inverted: number, of: number) =>
      (inverted === of && of > 1
        ? 'They all look '
        : `${inverted} of ${images(of)} ${plural(inverted, 'looks', 'look')} `) +
      'dark on bright; this network has learned from bright on dark.',
    invert: 'Invert and predict again',
    inverted: 'The images were inverted before they were predicted.',
    asTheyAre: 'Predict as they are',
    title: 'Predict image files',
    what: 'See what the network takes image files of this computer for.',
    file: 'Image file…',
    folder: 'Folder…',
    predicting: 'Predicting…',
    files: 'Files',
    help: 'Choose a file to see it in the sheet.',
    stale: 'The network has changed since. Predict again to see what it says now.',
    spoken: (file: string, best: string, others: readonly string[]) =>
      `${file}: ${best}${others.length > 0 ? `, then ${others.join(', ')}` : ''}`,
    fileName: 'predictions',
  },

  runs: {
    title: 'Runs',
    none: 'No run is kept yet. Every run of Train > Start training is, with its settings, seed and curves.',
    list: 'Kept runs',
    compareHelp: 'tick two to compare',
    compare: (name: string) => `Compare ${name}`,
    started: (date: string, data: string) => `${date} · ${data}`,
    settings: (epochs: number, batch: number, optimizer: string, rate: string) =>
      `${counted(epochs, 'epoch', 'epochs')}, batch ${whole(batch)}, ${optimizer} ${rate}`,
    best: (metric: string, loss: string) => `validation ${metric}, loss ${loss}`,
    noValidation: 'no validation',
    underWay: 'under way',
    rename: (name: string) => `Rename ${name}`,
    renameQuestion: { title: 'Rename the run', label: 'Name', button: 'Rename' },
    nameMissing: 'Type a name.',
    remove: (name: string) => `Delete ${name}`,
    removed: (name: string) => `${name} is deleted; the weights stay as they are. Undo brings it back.`,
    use: 'Use these settings',
    useHelp: (name: string) => `Use these settings: ${name}`,
    used: (name: string) => `The settings of ${name} are set for the next run.`,
    loss: 'Loss',
    epoch: 'epoch',
    training: (name: string) => `${name}, training`,
    validation: (name: string) => `${name}, validation`,
    differences: 'Settings that differ',
    same: 'Their settings are the same.',
    setting: 'Setting',
    file: (curve: string) => `compared-${curve}`,
    yes: 'yes',
    no: 'no',
    nothing: '–',
    percent: (number: string) => `${number} %`,
    place: 'Place of the data',
    validationShare: 'Set aside for validation',
    testShare: 'Set aside for test',
    splitSeed: 'Seed of the split',
  },

  /** A notification of the operating system, when a run has ended and nobody looks at the window. */
  notification: {
    title: (run: string) => `${run} has ended`,
    ends: {
      finished: 'The training is finished.',
      stopped: 'The training was stopped.',
      early: 'The training ended early: the validation loss got no better.',
      failed: 'The training could not go on.',
    },
  },

  browse: {
    title: 'Images',
    next: 'Next image',
    previous: 'Previous image',
    random: 'Random image',
    load: 'Read the data set',
    loadHelp: 'Its images are not in memory yet.',
  },
} as const;
