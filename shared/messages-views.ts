/** Sentences of the views around data sets and what a network makes of them: choosing data, browsing it, evaluating, predicting, comparing runs. */
const count = (number: number, one: string, more: string) =>
  `${number.toLocaleString('en-US')} ${number === 1 ? one : more}`;
const images = (number: number) => count(number, 'image', 'images');

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
  /** Files written beside one another by the same program differ in their ends; long paths are cut at their beginning. */
  classOrNumber: (index: number, name?: string) => name ?? String(index),
  noLabel: 'no label',
  splits: { training: 'Training', validation: 'Validation', test: 'Test' },
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
    input: 'The network’s input',
    /** `size`: "28×28". */
    inputIs: (size: string, channels: number) =>
      `${size}, ${channels === 1 ? '1 channel (grey)' : channels === 3 ? '3 channels (RGB)' : '4 channels (RGBA)'}. Every image is made so.`,
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
      `${training.toLocaleString('en-US')} for training, ${validation.toLocaleString('en-US')} for validation, ${test.toLocaleString('en-US')} for test`,
    counts: 'Images of each class',
    class: 'Class',
    total: 'All',
    licence: (licence: string) => `Licence: ${licence}`,
    severalLabels:
      'An image may have several labels here. Training then uses binary cross-entropy, and F2 tells how good the network is.',
    severalLabelsSoftmax:
      'An image may have several labels here, but the network ends in a softmax, which shares 1 among the classes. A network that ends in a sigmoid can give an image several labels.',
    otherClasses: (network: number, data: number) =>
      `The network ends in ${count(network, 'score', 'scores')}, but there are ${count(data, 'class', 'classes')} here. To train on them it needs ${data} scores at its end.`,
    noImages: (shape: string) =>
      `The network’s input is ${shape}. Images have 1 channel (grey), 3 (RGB) or 4 (RGBA) and at most 1,024 rows and columns, so no images fit it.`,
    noProblems: 'Every image could be read.',
    problems: (number: number) => `${images(number)} could not be read and ${number === 1 ? 'is' : 'are'} left out`,
    moreProblems: (number: number) => `and ${number.toLocaleString('en-US')} more`,
    augmentation: 'Augmented',
    augmentationHelp: 'The same images as training may see them, anew each time',
    original: 'As it is',
    variant: (number: number) => `Variant ${number}`,
    another: 'Other images',
    sampleOf: (name: string, labels: string) => `${name}: ${labels}`,
  },

  stop: 'Stop',
  saveCsv: 'Save as CSV',

  evaluation: {
    title: 'Evaluation',
    split: 'Images to evaluate on',
    evaluate: 'Evaluate',
    evaluating: 'Evaluating…',
    stale: 'The network or the data set has changed since. Evaluate again to see how it does now.',
    noData: 'The network’s input takes no images, so it can’t be evaluated on any.',
    of: (name: string, split: string, number: number) => `${name}, ${images(number)} (${split})`,
    accuracy: 'Accuracy',
    loss: 'Loss',
    macroF1: 'Macro F1',
    f1: 'F1',
    f2: 'F2',
    atHalf: 'Of each image’s labels, those with a probability of 0.5 or more, on average',
    exact: 'All right',
    exactHelp: 'Images with exactly the right labels',
    threshold: 'threshold',
    sweep: 'F2 by threshold',
    best: 'best',
    bestThreshold: (threshold: number) => `best at ${threshold.toFixed(2)}`,
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
      `A matrix of ${number.toLocaleString('en-US')} classes is too large to be seen. These are the most frequent mistakes.`,
    perClass: 'Classes',
    columns: { name: 'Class', precision: 'Precision', recall: 'Recall', f1: 'F1', support: 'Images' },
    macro: 'Mean',
    topLosses: 'Top losses',
    topLossesHelp: 'press one to see it in the sheet',
    noLosses: 'There are no images here.',
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
