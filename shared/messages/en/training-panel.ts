/** Words and sentences of plots, the Train menu and the training panel. */
import { fixed, number, rounded, whole } from '../format.ts';
import { counted, plural } from './words.ts';

type Sizes = { epochs: number; batchSize: number };

export const plotMessages = {
  /** The readout of a plot, also for screen readers: "step 3,899: training 0.138, validation 0.127". */
  readout: (at: string, values: readonly string[]) => `${at}: ${values.join(', ')}`,
  value: (name: string, value: string) => `${name} ${value}`,
  /** A line whose nearest point is beside the cursor: "validation (step 844)". */
  nameAt: (name: string, at: string) => `${name} (${at})`,
  empty: 'no points yet',
  keys: 'Arrow keys move along the curve, Page Up and Page Down in larger steps, Home and End to its ends',
  logarithmic: 'log',
  logarithmicHelp: 'Logarithmic scale',
  logarithmicOf: (plot: string) => `${plot}: log scale`,
  save: (plot: string) => `Save ${plot} as a file`,
  savePng: 'Save as PNG',
  saveSvg: 'Save as SVG',
  saveCsv: 'Save as CSV',
  notSaved: 'The picture could not be made. Try SVG instead.',
} as const;

export const trainMenuMessages = {
  title: 'Train',
  setup: 'Set up training…',
  phases: 'Phases…',
  start: 'Start training',
  pause: 'Pause or resume',
  step: 'One step',
  stop: 'Stop',
  restart: 'Start again from here',
  continue: 'Continue the last run',
  reset: 'Reset the weights',
  data: 'Data set…',
  findRate: 'Find the learning rate…',
  evaluate: 'Evaluate…',
  predict: 'Predict image files…',
  runs: 'Compare runs…',
  panel: 'Training panel',
  kernels: 'Kernels under the sheet',
} as const;

export const trainingPanelMessages = {
  title: 'Training',
  close: 'Close the training panel',
  noImages:
    'This network can’t be trained here: its input is no image of 1, 3 or 4 channels and at most 1,024 rows and ' +
    'columns. Open another network.',
  runName: (number: number) => `Run ${number}`,

  // ── a run ──
  statuses: { preparing: 'preparing', running: 'running', paused: 'paused', ended: 'ended' },
  ends: { finished: 'finished', stopped: 'stopped', early: 'stopped early', failed: 'failed' },
  epochOf: (epoch: number, epochs: number) => `Epoch ${whole(epoch)} of ${whole(epochs)}`,
  preparing: 'Reading images…',
  left: (time: string) => `${time} left`,
  stepOf: (step: number, steps: number) =>
    `Step ${whole(step)} of ${whole(steps)} · ${Math.floor((100 * step) / Math.max(1, steps))} %`,
  elapsed: (time: string) => `${time} elapsed`,
  /** The progress bar for screen readers. */
  progress: (percent: number) => `${percent} %`,
  pause: 'Pause',
  resume: 'Resume',
  step: 'One step',
  stop: 'Stop',
  sheetEvery: (steps: number) => plural(steps, 'Sheet: every step', `Sheet: every ${whole(steps)} steps`),
  sheetEveryHelp: 'How often sheet and curves are drawn anew',
  figures: { loss: 'Loss', validation: 'Validation', samples: 'Samples/s' },
  metrics: { crossEntropy: 'Accuracy', binaryCrossEntropy: 'F2' },
  noFigure: '–',
  percent: (share: number) => `${fixed(100 * share, 1)} %`,
  lossCurve: 'Loss',
  metricCurves: { crossEntropy: 'Accuracy, %', binaryCrossEntropy: 'F2, %' },
  metricFiles: { crossEntropy: 'accuracy', binaryCrossEntropy: 'f2' },
  rateCurve: 'Learning rate',
  stepLabel: 'step',
  epochAxis: 'epoch',
  epochLabel: (epoch: number) => `epoch ${rounded(epoch, 9)}`,
  stepNumber: (step: number) => `step ${whole(step)}`,
  training: 'training',
  validation: 'validation',
  batch: 'single batches',
  past: 'so far',
  planned: 'planned',
  best: (value: string) => `best ${value}`,
  rateNow: (rate: string, schedule: string) => `now ${rate} · ${schedule}`,
  schedules: {
    constant: 'constant',
    step: (factor: string, every: string) => `× ${factor} every ${every === '1' ? 'epoch' : `${every} epochs`}`,
    cosine: (cycles: readonly string[]) => `warm restarts ${cycles.join(', ')}`,
    cosineOnce: 'one cosine',
    oneCycle: 'one cycle',
  },
  changeRate: 'Learning rate from now on',
  set: 'Set',
  restartMarker: 'The schedule starts again',
  confusion: 'Confusion',
  confusionAt: (step: number, wrong: number, count: number) =>
    `validation at step ${whole(step)} · ${whole(wrong)} of ${whole(count)} wrong`,
  noConfusion: 'The first validation brings it.',
  confusionLater: 'With so many classes, the matrix is drawn when the run pauses or ends.',
  confusionGone: 'Evaluate… shows which classes are taken for which.',
  noValidation: 'There was no validation in this run.',
  notes: 'Notes',
  noteAt: (step: number) => `step ${whole(step)}`,
  distributions: 'Weights and gradients',
  weights: 'weights',
  gradients: 'gradients',
  noDistributions: 'They come with the next steps.',
  frozen: 'frozen',
  histogram: (layer: string, what: string, from: string, to: string) => `${layer}, ${what} from ${from} to ${to}`,
  nonFinite: (count: number) => `${counted(count, 'value is', 'values are')} no number any more`,
  endSentences: {
    finished: (epochs: number) => `Trained for ${counted(epochs, 'epoch', 'epochs')}.`,
    stopped: (step: number) => `Stopped after ${counted(step, 'step', 'steps')}.`,
    early: 'Stopped early: the validation loss got no better.',
    failed: 'The run could not go on.',
  },
  undoRun: 'Undo takes the whole run back.',
  evaluate: 'Evaluate…',
  startAgain: 'Start again',
  continue: 'Continue',
  goOnHelp: (run: string) => `${run} goes on where it was cut short, as if nothing had been`,
  continueHelp: (epochs: number) =>
    `Go on from here with the optimizer’s memory: a new run of ${counted(epochs, 'epoch', 'epochs')}`,
  setUpNext: 'Set up…',
  backToRun: 'Back to the run',

  // ── the set-up ──
  start: 'Start training',
  expected: (what: string) => `Type ${what}.`,
  fixFirst: (count: number) =>
    plural(
      count,
      'One setting will not do: put it right, then start.',
      `${whole(count)} settings will not do: put them right, then start.`,
    ),
  data: 'Data set',
  chooseData: 'Choose…',
  dataUnread: 'not read yet',
  dataReading: 'reading…',
  dataCounts: (training: number, validation: number, classes: number) =>
    `${whole(training)} training and ${counted(validation, 'validation image', 'validation images')}, ` +
    counted(classes, 'class', 'classes'),
  groups: {
    run: 'Run',
    rate: 'Learning rate',
    optimizer: 'Optimizer',
    layers: 'Layers',
    augmentation: 'Augmentation',
    ending: 'Stopping and class weights',
    more: 'More',
  },
  sized: (images: number) =>
    `Epochs and batch size are such that ${counted(images, 'training image is', 'training images are')} enough to ` +
    'learn from.',
  fewSteps: (steps: number, images: number) =>
    `A run of ${counted(steps, 'step', 'steps')} changes the weights little: ` +
    `${counted(images, 'training image needs', 'training images need')} more epochs or smaller batches.`,
  useSizes: ({ epochs, batchSize }: Sizes) => `Use ${whole(epochs)} epochs, batches of ${whole(batchSize)}`,
  /** What is on in a section of the set-up that is folded. */
  on: {
    amount: (change: string, amount: number, isAngle: boolean) => `${change} ${number(amount)}${isAngle ? '°' : ''}`,
    flip: 'flip',
    symmetries: 'all symmetries',
    frozen: (layer: string) => `${layer} frozen`,
    rate: (layer: string, rate: number) => `${layer} × ${number(rate)}`,
    patience: (epochs: number) => `patience ${whole(epochs)}`,
    keepBest: 'best weights',
    averaging: 'mean of weights',
    classWeights: { balanced: 'classes by rarity', listed: 'classes as listed' },
    sampling: 'classes drawn equally often',
    labelSmoothing: (share: number) => `label smoothing ${number(share)}`,
    weightDecay: (decay: number) => `weight decay ${number(decay)}`,
    clipNorm: (norm: number) => `clip at ${number(norm)}`,
  },
  phases: {
    title: 'Phases',
    help:
      'A run may have phases: train the last layers alone, then all of them, each group of layers at a rate of its ' +
      'own, on images of growing size. Each phase begins with a fresh optimizer.',
    edit: 'Phases…',
    numbered: (place: number) => `Phase ${whole(place)}`,
    name: 'Name',
    length: (epochs: number) => counted(epochs, 'epoch', 'epochs'),
    rate: (rate: string) => `rate ${rate}`,
    rates: (rates: readonly string[]) => `groups × ${rates.join(' / ')}`,
    normsFrozen: 'batch normalization frozen',
    norms: 'Freeze norms',
    normsHelp: 'Batch normalization keeps its moving averages, its γ and its β',
    size: 'Image height',
    sizeHelp: 'Images are resized to this height, and to the width in proportion',
    ofPhase: (what: string, phase: string) => `${what}, ${phase}`,
    group: (number: number) => `Group ${whole(number)}`,
    groupsTitle: 'Groups of layers',
    groupsHelp: 'The rate of each group is the phase’s rate times its factor; 0 freezes it.',
    beginsAt: (group: number) => `Group ${whole(group)} begins at`,
    addGroup: 'Add a group',
    removeGroup: (group: number) => `Join group ${whole(group)} with the one before`,
    spread: 'Rates of the groups',
    spreads: {
      same: 'the same',
      third: '÷3 a group (÷9, ÷3, 1)',
      tenth: '÷10 a group (÷100, ÷10, 1)',
      last: 'only the last learns',
      own: 'as typed',
    },
    recipe: 'Begin with',
    recipes: {
      none: 'a recipe…',
      quick: 'quick: 3 epochs of one cycle',
      fineTune: 'fine-tune: last layers, then all',
      catsAndDogs: 'lecture, cats and dogs: cycles 1, 1, 1, then 1, 2, 4',
      satellite: 'lecture, satellite: the same at growing sizes',
    },
    add: 'Add a phase',
    copy: (phase: string) => `Duplicate ${phase}`,
    remove: (phase: string) => `Remove ${phase}`,
    up: (phase: string) => `Move ${phase} up`,
    down: (phase: string) => `Move ${phase} down`,
    one: 'No phases',
    total: (phases: number, epochs: number) =>
      `${counted(phases, 'phase', 'phases')}, ${counted(epochs, 'epoch', 'epochs')} in all`,
    now: (place: number, of: number, name: string) =>
      `Phase ${whole(place)} of ${whole(of)}${name === '' ? '' : `: ${name}`}`,
  },
  epochs: 'Epochs',
  batchSize: 'Batch size',
  seed: 'Seed',
  optimizer: 'Optimizer',
  optimizers: { sgd: 'SGD', momentum: 'SGD with momentum', rmsprop: 'RMSProp', adam: 'Adam', adamw: 'AdamW' },
  optimizerSettings: {
    momentum: 'Momentum',
    nesterov: 'Nesterov',
    rho: 'Decay ρ',
    epsilon: 'Epsilon',
    beta1: 'Decay β₁',
    beta2: 'Decay β₂',
  },
  learningRate: 'Learning rate',
  find: 'Find…',
  finding: 'Trying growing rates on a copy of the weights…',
  cancelFinding: 'Cancel',
  finderTitle: 'Loss by learning rate',
  finderRate: 'rate',
  finderLoss: 'loss',
  suggestion: (rate: string) =>
    `Suggested: ${rate}, where the loss falls fastest. Press a point of the curve for another.`,
  noSuggestion:
    'No clear fall, so no rate is suggested: at none of them does the loss fall by more than it varies from batch ' +
    'to batch. Weights that are trained already learn little more: start from fresh ones, or press a point of the ' +
    'curve.',
  useRate: (rate: string) => `Use ${rate}`,
  schedule: 'Schedule',
  scheduleKinds: {
    constant: 'Constant',
    step: 'Steps down',
    cosine: 'Cosine with restarts',
    oneCycle: 'One cycle',
  },
  scheduleSettings: {
    every: 'Every (epochs)',
    factor: 'Multiply by',
    cycle: 'First cycle (epochs)',
    multiplier: 'Next × longer',
    rise: 'Share that rises',
  },
  schedulePreview: 'The learning rate over the run',
  warmupSteps: 'Warm-up steps',
  weightDecay: 'Weight decay',
  clipNorm: 'Clip at norm',
  zeroIsOff: '0: off',
  patience: 'Patience',
  patienceHelp: 'After so many epochs without a better validation loss',
  keepBest: 'Keep the best weights',
  keepBestHelp: 'Best by validation loss; else the last epoch’s',
  averaging: 'Average the weights',
  averagingKinds: { off: 'no', cycles: 'after each cycle', epochs: 'of the last epochs' },
  averagingHelp:
    'The run ends with the mean of its weights after each cycle of its last phase, or after the epochs of its last ' +
    'quarter; batch normalization is measured anew with them',
  classWeights: 'Classes',
  classWeightKinds: { equal: 'count the same', balanced: 'count by rarity', listed: 'as listed' },
  classWeightList: 'Weights, one for each class',
  sampling: 'Draw all classes equally often',
  samplingHelp: 'An epoch has as many images as before; those of small classes come again, those of large ones not all',
  labelSmoothing: 'Label smoothing',
  labelSmoothingHelp: 'The right class should get a little less than 1, all others a little more than 0. Usual: 0.1',
  labelSmoothingTargets: (right: string, other: string) => `right ${right}, others ${other}`,
  layerTable: 'How fast each layer learns',
  layer: 'Layer',
  parameters: 'Parameters',
  freeze: 'Freeze',
  freezeLayer: (layer: string) => `Freeze ${layer}`,
  rateFactor: 'Rate ×',
  rateFactorOf: (layer: string) => `Rate factor of ${layer}`,
  augmentations: {
    shift: 'Shift',
    rotate: 'Rotate, degrees',
    zoom: 'Zoom',
    crop: 'Crop',
    perspective: 'Perspective',
    light: 'Light',
    brightness: 'Brightness',
    contrast: 'Contrast',
    saturation: 'Saturation',
    hue: 'Hue',
    blur: 'Blur, pixels',
    noise: 'Noise',
    cutout: 'Cutout',
    mixup: 'Mixup, α',
    flip: 'Flip left and right',
    symmetries: 'All 8 symmetries',
  },
  augmentationHelp:
    'Only training images are changed, anew in every batch. Amounts without a unit are the largest shares. 0: off.',
  /** What the changes are, beyond their names. */
  augmentationHelps: {
    crop: 'The largest share of the area that is cut away. What is left is stretched to the whole size',
    perspective: 'Each corner moves inwards, by half of this share of a side at most',
    light: 'The same amount is added to all colours; contrast about the middle of the range',
    brightness: 'Colours times a factor from 1 − x to 1 + x',
    contrast: 'Distance to the mean grey, times a factor from 1 − x to 1 + x',
    saturation: 'Distance to each pixel’s grey, times a factor from 1 − x to 1 + x; not in grey images',
    hue: 'Colours turn by this share of their circle at most; not in grey images',
    blur: 'The largest standard deviation of a Gaussian blur',
    noise: 'The largest standard deviation of Gaussian noise',
    cutout: 'A square of this share of a side becomes black',
    mixup: 'Images and targets of a batch are mixed in pairs; the shares follow Beta(α, α). Usual: 0.2',
  },
  engine: 'Engine',
  engines: { wasm: 'wasm', tensorflow: 'tensorflow (native)' },
  engineMissing: 'tensorflow is not installed: npm run setup:native',
  from: 'Start from',
  starts: {
    initial: 'fresh weights',
    here: 'the weights as they are',
    continue: 'here, with the optimizer’s memory: a new run',
  },

  // ── kernels ──
  kernels: 'Kernels',
  closeKernels: 'Close the kernels',
  movedIn: (steps: number) => plural(steps, 'moved in the last step', `moved in the last ${whole(steps)} steps`),
  movedMost: 'moved most',
  byHowMuch: '▴ ▾ by how much',
  sinceStart: 'line: since the start',
  kernelOf: (layer: string, kernel: number) => `${layer} kernel ${whole(kernel)}`,
  /** Comes before a weight's number, for screen readers. */
  weightAt: (row: number, column: number) => `row ${whole(row)}, column ${whole(column)}: `,
  fromMap: (map: number) => `× map ${whole(map)}`,
  bias: 'bias',
  shownKernels: 'Layer',
  allLayers: 'all layers',
  kernelsShown: (first: number, last: number, all: number) => `${whole(first)}–${whole(last)} of ${whole(all)}`,
  otherKernels: { previous: 'Previous kernels', next: 'Next kernels' },

  // ── sheets and planes ──
  sheets: 'Sheets',
  planeHelp: {
    /** Without a run. */
    live:
      'The gradient of the loss shown by each cell: how the loss grows with the cell. The same addresses as the ' +
      'network’s',
    gradient: 'The loss’s gradient by each parameter, of the last training step: the same addresses as the network’s',
    mask: 'What dropout kept (above 0) and dropped (0) of the first image of the last training step',
  },
  planeLegends: {
    live: 'gradient of the loss shown by each cell, a scale for each tensor',
    liveOwn: 'cells with something of your own hand no gradient on',
    gradient: 'gradients of the last step, a scale for each tensor',
    /** Where computed cells are overridden. */
    alone: 'gradients of the last step, of the network without overrides',
    mask: 'first image of the last step: 0 dropped, above 0 kept',
  },
  planeKinds: {
    live: { name: 'gradient', help: 'Of the loss shown, the sum of the cross-entropy; blank where there is none' },
    gradient: { name: 'gradient', help: 'Of the last training step; blank where none was needed' },
    mask: { name: 'mask', help: 'Of the last training step: 0 where the number was dropped' },
  },
  planeRefused: {
    gradient: 'This sheet shows gradients. Change the numbers on the sheet Network.',
    mask: 'This sheet shows what dropout drew in the last training step. Change its p on the sheet Network.',
  },

  // ── around it ──
  status: (epoch: number, epochs: number, paused: boolean) =>
    `${paused ? 'Training paused' : 'Training'}, epoch ${whole(epoch)} of ${whole(epochs)}`,
  statusData: (training: number, validation: number, batch: number) =>
    `${whole(training)} training and ${counted(validation, 'validation image', 'validation images')}, batch ` +
    whole(batch),
  windowTitle: (percent: number, rest: string) => `${percent} % · ${rest}`,
  notice: {
    ended: (name: string, end: string) => `${name}: ${end}.`,
    reset: 'The weights are fresh random ones now. Undo brings the old ones back.',
  },
} as const;
