/** Sentences of the commands train, evaluate and predict. */
import { NOT_A_NUMBER } from '../../numbers.ts';
import { fixed, whole } from '../format.ts';
import { counted, images } from './words.ts';

type Sizes = { epochs: number; batchSize: number };
type SetUp = Sizes & { optimizer: { kind: string }; learningRate: number; backend: string; seed: number };
type FAtThreshold = { threshold: number; f2: number };

const seconds = (amount: number) => {
  if (amount < 9.95) return `${fixed(amount, 1)} s`;
  const rounded = Math.round(amount);
  return rounded < 120 ? `${rounded} s` : `${Math.floor(rounded / 60)} min ${rounded % 60} s`;
};

const dataHelp = `  --data NAME          digits, letters or fashion,
  --data FOLDER        a folder with a folder of images for each class,
  --data FOLDER --labels FILE.csv   a folder of images, and a table with their labels,
  --data FILE.csv      a table with the images in it as numbers, or with images beside it,
  --data FILE --labels FILE         two IDX files
  --data FILE.npz      arrays of images and labels; or --data X.npy --labels Y.npy
How they are understood is told before anything else, and can be chosen:
  --split-folders yes|no   whether folders such as "train" and "test" are splits, not classes
  --header yes|no          whether the table begins with a row of titles
  --file-column COLUMN     its column of file names, by title or number (1 is the first); so too:
  --label-column COLUMN    its column of labels; several columns of 0 and 1: a,b,c
  --split-column COLUMN    its column that says training, validation or test; "none": no such column
  --labels-separator SIGN  none, comma, semicolon, bar, space, rows: what separates several labels of an image
  --images-array NAME, --labels-array NAME   the arrays of a .npz file`;
const sharesHelp = `  --fit stretch|crop|pad   how images of another shape are fitted to the network's input (as
                       those it was trained with, else stretch)
  --validation SHARE   share of the training images set aside to validate with, where the data brings none (0)
  --test SHARE         share set aside as test images, where the data brings none (0)
  --split-seed N       decides which images those are (1)`;

/** What options about reading are for. */
const kindOfData: Readonly<Record<string, string>> = {
  folders: 'a folder of folders',
  csv: 'a CSV file of labels',
  numpy: '.npz and .npy files',
};

export const trainCommandMessages = {
  noPeer: (name: string) =>
    `Without ${name} to compare with: CONVSHEET_PYTHON can name a Python that has ` +
    `${name === 'keras' ? 'keras and tensorflow' : 'torch'}.`,
  /** The value of an option is wrong. `expected`: the values that it takes. */
  badValue: (option: string, value: string, expected: string) => `${option} ${value}: give ${expected}.`,
  choose: (option: string, value: string, suggestion: string | undefined, known: string) =>
    `${option} ${value}: ` +
    (suggestion ? `there is no such choice. Did you mean ${suggestion}?` : `choose among ${known}.`),
  unknownSetting: (option: string, setting: string, of: string, known: string) =>
    known === ''
      ? `${option}: ${of} has no setting ${setting}; it has none. Leave it out.`
      : `${option}: ${of} has no setting ${setting}. Choose among ${known}.`,
  settingWithoutValue: (option: string, setting: string) =>
    `${option}: ${setting} needs a value, as in ${setting}=0.1.`,
  expectedNumber: 'a number',
  expectedFlag: 'true or false',
  expectedEvery: 'a whole number from 1 up',
  expectedSize: 'height and width from 1 to 1,024, and channels (1, 3 or 4) if you like, such as 64x64 or 64x64x3',
  unknownLayer: (option: string, layer: string, known: string) =>
    `${option}: the network has no layer ${layer}. Choose among ${known}.`,
  layerWithoutWeights: (option: string, layer: string, known: string) =>
    `${option}: ${layer} has no weights that learn. Choose among ${known}.`,
  bothRecipe: '--recipe makes the phases, so --phase can’t be given with it. Give one of the two.',
  besidePhases: (option: string) =>
    `${option}: a run in phases has them for each phase. Leave ${option} out, or leave --recipe and --phase out.`,
  groupsAlone: '--groups is for the phases of --phase. Give at least one.',
  recipeGroups: '--recipe makes groups of its own. Leave --groups out, or describe the phases by --phase.',
  phaseSetting: (name: string, known: readonly string[]) =>
    `--phase has no setting ${name}. Choose among ${known.join(', ')}.`,
  expectedPhaseSize: 'height and width, as in 64x64, or one number for both',
  expectedNorms: 'frozen, or leave it out',
  layerTwice: (option: string, layer: string) =>
    `${option}: ${layer} has a rate or is frozen already. Name each layer once.`,
  layerWithoutRate: (text: string) =>
    `--layer-rate ${text} has no factor. Write a layer, an equals sign and a number, as in conv1=0.1.`,
  noData: (source: string, names: string) =>
    `--data: there is no data set, folder or file ${source}. Data sets by name: ${names}.`,
  labelsNeeded: (path: string) =>
    `--data ${path} is a file of images. Name the file of its labels with --labels, or give a folder.`,
  sampleAndOutput:
    '--sample and -o FILE go together: the sample says the submission’s form, and -o where it is written.',
  notForData: (option: string, kind: string) => `${option} is for ${kindOfData[kind]}. Leave it out for other images.`,
  labelsTooMany: (source: string) => `--labels: ${source} has its own labels. Leave the option out.`,
  sizeOfFile: (size: string, input: string) =>
    `--size ${size}: the network of the file takes images of ${input}. Leave the option out, or start from a template.`,
  startTemplate: (template: string) =>
    `--start here: the weights that come with ${template} are for other images or classes. Leave the option out to ` +
    'start from fresh ones.',
  continueTemplate: '--start continue goes on with a run of a file. Give a file that was trained before.',
  notConvsheet: (path: string) =>
    `${path} doesn't end in .convsheet, the only kind of file "train" makes. Add the ending.`,
  unread: 'Nobody reads what is printed any more; the run goes on, and its file will be written.',
  writtenNowhere: (failure: string, second: string) =>
    `What was trained is lost, as it could be written nowhere. ${failure} ${second}`,
  writtenElsewhere: (failure: string, path: string) => `${failure} What was trained is in ${path} instead.`,
  notCsv: (path: string) => `--csv ${path}: the file has to end in .csv. Add the ending.`,
  emptySplit: (split: string, data: string) =>
    `--split ${split}: ${data} has no such images. Set some aside with --validation or --test, or choose another ` +
    'split.',

  reading: (fraction: number) => `Reading the images: ${Math.floor(fraction * 100)} %`,
  skipped: (name: string, reason: string) => `skipped ${name}: ${reason}`,
  warning: (sentence: string) => `warning: ${sentence}`,
  /** The classes with the numbers of their images, also those without training images. */
  classes: (
    names: readonly string[],
    counts: readonly Readonly<Record<'training' | 'validation' | 'test', number>>[],
  ) => {
    const told = names.slice(0, 20).map((name, i) => {
      const { training, validation, test } = counts[i];
      const short = name.length > 60 ? `${name.slice(0, 59)}…` : name;
      return `${short} (${whole(training + validation + test)}${training === 0 ? ', none for training' : ''})`;
    });
    return (
      'Classes: ' +
      `${told.join(', ')}${names.length > told.length ? ` and ${whole(names.length - told.length)} more` : ''}`
    );
  },
  skippedMore: (count: number) => `… and ${images(count)} more`,
  counts: (data: string, classes: number, training: number, validation: number, test: number) =>
    `${data}: ${whole(classes)} classes; ${whole(training)} training, ${whole(validation)} validation, ` +
    `${whole(test)} test images`,
  setUp: ({ epochs, batchSize, optimizer, learningRate, backend, seed }: SetUp, steps: number) =>
    `${counted(epochs, 'epoch', 'epochs')} of ${counted(steps, 'step', 'steps')} of ${images(batchSize)}, ` +
    `${optimizer.kind} at ${learningRate} on ${backend}, seed ${seed}`,
  /** `own`: which of the two numbers weren't chosen, and depend on the number of images. */
  sized: (count: number, own: { epochs: boolean; batchSize: boolean }) => {
    const what = [own.epochs ? 'epochs' : '', own.batchSize ? 'batch size' : ''].filter(Boolean).join(' and ');
    const choose = [own.epochs ? '--epochs' : '', own.batchSize ? '--batch-size' : ''].filter(Boolean).join(' and ');
    return (
      `The ${what} ${what === 'batch size' ? 'suits' : 'suit'} ${images(count)}; ${choose} ` +
      `${own.epochs && own.batchSize ? 'choose others' : 'chooses another'}.`
    );
  },
  fewSteps: (steps: number, { epochs, batchSize }: Sizes) =>
    `A run of ${counted(steps, 'step', 'steps')} changes the weights little. With these images, try --epochs ` +
    `${epochs} --batch-size ${batchSize}.`,
  line: (state: {
    epoch: number;
    epochs: number;
    share: number;
    loss: number;
    metric: string;
    samplesPerSecond: number | undefined;
    secondsLeft: number | undefined;
  }) => {
    const { samplesPerSecond: speed, secondsLeft: left } = state;
    return [
      `epoch ${state.epoch}/${state.epochs}`,
      `${Math.floor(state.share * 100)} %`,
      `loss ${fixed(state.loss, 4)}`,
      state.metric,
      speed === undefined ? '' : `${whole(Math.round(speed))} images/s`,
      left === undefined ? '' : `${seconds(left)} left`,
    ]
      .filter(Boolean)
      .join(' · ');
  },
  epoch: (epoch: number, epochs: number, figures: string) => `epoch ${epoch}/${epochs}: ${figures}`,
  metric: { one: 'accuracy', several: 'F2' },
  stoppingAtOnce: 'Stopping; nothing is written. Ctrl+C again ends at once.',
  stopping: 'Stopping; the file is written after this batch. Ctrl+C again ends at once, without it.',
  ends: {
    finished: 'The run is complete.',
    stopped: 'The run was stopped.',
    early: 'The run ended early.',
    failed: 'The run failed.',
  },
  goOn: (path: string) => `"train ${path} --start continue -o ${path}" goes on with it.`,
  saved: (path: string, bytes: number, time: number) =>
    `${path}: ${whole(bytes)} bytes, after ${seconds(time)} of training`,
  columns: {
    epoch: 'epoch',
    loss: 'loss',
    validationLoss: 'validation loss',
    validation: (metric: string) => `validation ${metric}`,
    seconds: 'seconds',
    class: 'class',
    precision: 'precision',
    recall: 'recall',
    f1: 'F1',
    images: 'images',
    mean: 'mean',
    file: 'file',
    predicted: 'predicted',
    probability: 'probability',
    learningRate: 'learning rate',
  },
  seconds,
  finding: (fraction: number) => `Trying learning rates: ${Math.floor(fraction * 100)} %`,
  suggestion: (rate: string) => `Suggested: --learning-rate ${rate}`,
  noSuggestion:
    'No clear fall, so no rate is suggested: at none of them does the loss fall by more than it varies from batch ' +
    'to batch. Weights that are trained already learn little more; --start initial begins with fresh ones.',

  /** `split`: undefined if all images of the data set are in one split. */
  evaluated: (data: string, split: string | undefined, count: number) =>
    split === undefined ? `${data}: ${images(count)}` : `${data}: ${whole(count)} ${split} images`,
  splitNames: { training: 'training', validation: 'validation', test: 'test' },
  accuracy: (share: number, right: number, count: number) =>
    `accuracy ${fixed(100 * share, 2)} % (${whole(right)} of ${whole(count)})`,
  loss: (loss: number | null) => `loss ${loss === null ? NOT_A_NUMBER : fixed(loss, 4)}`,
  severalLabels: (usual: FAtThreshold, best: FAtThreshold) =>
    `F2 ${[usual, best].map(({ f2, threshold }) => `${fixed(f2, 4)} at ${threshold}`).join(', ')}`,
  evaluating: (fraction: number) => `Evaluating: ${Math.floor(fraction * 100)} %`,
  predicting: (fraction: number) => `Looking at the images: ${Math.floor(fraction * 100)} %`,
  written: (path: string, count: number) => `${path}: ${images(count)}`,
  none: 'none',

  help: {
    train: {
      line: 'train FILE|TEMPLATE --data … -o FILE   trains, and writes the trained workbook',
      text: `Usage: convsheet train FILE|TEMPLATE --data NAME|FOLDER|FILE [OPTION]… -o FILE.convsheet
Trains the network of a file, or of a template made for the data's classes. The same command gives the same weights, on
wasm bit for bit. The run is kept in the file. Ctrl+C writes what there is (and ends with status 130; nothing is written
before the first step); "train FILE --start continue -o FILE" goes on from there and ends as if nothing had been, with
the same images. What can't be written to FILE in the end is written to the folder for temporary files (status 1).

The images
${dataHelp}
  --size HxW[xC]       to what size and channels images are brought, for a template (28x28x1)
${sharesHelp}
  --augment LIST       changes training images at random: shift=0.1 (share), rotate=10 (degrees), zoom=0.1,
                       crop=0.5 (area cut away), perspective=0.3, light=0.1, flip, symmetries, brightness=0.3,
                       contrast=0.3, saturation=0.3, hue=0.05, blur=1 (pixels), noise=0.05, cutout=0.3 (of a side),
                       mixup=0.2 (its α); separated by commas

The run
  --start WHERE        initial: from fresh weights; here: from those of the file; continue: where its last run stopped,
                       with the set-up of that run (a template: initial, a file: here). Frozen layers keep their weights
  --epochs N           passes over the training images (5; more for few images)
  --batch-size N       images per step (64; fewer for few images)
  --learning-rate N    the largest one (0.002)
  --optimizer NAME     sgd, momentum, rmsprop, adam (this), adamw; with settings: momentum,momentum=0.9,nesterov=true
                       rmsprop,rho=0.9,momentum=0,epsilon=1e-7 adam,beta1=0.9,beta2=0.999,epsilon=1e-7
  --schedule NAME      constant, step,every=1,factor=0.5 cosine,cycle=1,multiplier=2 one-cycle,rise=0.3 (this)
  --warmup N           steps in which the rate grows to what the schedule says (0)
  --seed N             of fresh weights, the order of images, augmentation and dropout (1)
  --weight-decay N     (0)         --clip N        largest norm of all gradients together (0: any)
  --patience N         ends after N epochs without a better validation loss (0: never)
  --keep-best          ends with the weights that had the best validation loss; a file written at Ctrl+C has the last
                       ones, with the best beside them for when the run goes on (with --weights-only: the best)
  --average WHAT       ends with the mean of the weights (SWA): cycles (after each cycle of the last phase) or
                       epochs (of its last quarter)
  --class-weights W    equal (this), balanced, or a number for each class: 1,2,0.5
  --sampling HOW       each: an epoch has every image once (this); balanced: it has every class equally often
  --label-smoothing N  targets are not 1 and 0, but 1 − N + N/classes and N/classes, in training alone (0)
  --freeze LAYER       its weights stay; can be repeated
  --layer-rate LAYER=FACTOR   its learning rate is multiplied by this; can be repeated
  --recipe NAME        a run in phases: quick, fine-tune (the last layers, then all), cats-and-dogs, satellite (growing
                       sizes); --learning-rate is the largest one
  --phase LIST         a phase of its own: name=Head,epochs=2,rate=0.01,schedule=cosine,cycle=1,groups=0/0/1,size=64x64,
                       norms=frozen; what is left out is as in the run; can be repeated
  --groups LAYERS      the first layers of the second and further groups: conv2,dense; groups=0/0.1/1 are their factors
  --backend NAME       wasm (this) or tensorflow ("npm run setup:native" installs it)
  --find-rate          tries learning rates instead, shows the loss of each and suggests one; needs no -o

  -o, --output FILE    where to; may be the file it began with
  --force              replaces FILE where it exists
  --weights-only       leaves the run out of the file: then the same command makes the same bytes
  --json               a line of JSON for each event: start, step (a few a second), epoch, note, end
  --every N            a step event every N steps instead

  convsheet train lenet --data digits --validation 0.1 --augment shift=0.1,rotate=10 --seed 7 -o mine.convsheet
`,
    },
    evaluate: {
      line: 'evaluate FILE|TEMPLATE --data …   how well a network does',
      text: `Usage: convsheet evaluate FILE|TEMPLATE [--data NAME|FOLDER|FILE] [OPTION]…
Tells how many images the network gets right, and how it does for each class. Without --data: on that of the file's
last run.

${dataHelp}
${sharesHelp}
                       Shares and seed that are left out are those of the file's last run on the same data.
Classes are told apart by their names; those that the network doesn't know are named and left out.
  --tta LIST           test-time augmentation: means over views of each image, as it is and with flip, symmetries (8),
                       shift=0.05 (4, by this share), crop=0.1 (5, cut by this share), rotate=10 (2, degrees);
                       separated by commas; views of flip or symmetries are there of every other one
  --split NAME         training, validation or test (test where there are such images, else validation, else training)
  --beta NUMBER        also tells F-beta, in which recall counts so many times as much as precision (1, or 2 with
                       several labels)
  --ordered            the classes are in an order: also tells kappa with quadratic weights and the mean absolute
                       error, in the numbers that the classes are called, else in classes
  --metric FORMULA     a metric of your own over the columns actual and predicted (the numbers of classes), truth and
                       probability (a column for each class): "=AVERAGE(ABS(actual-predicted))"
  --thresholds LIST    with several labels: for each one the probability above which it is predicted, 0.3,0.5; half:
                       0.5; found: the best ones on these images, which are told (those of the file, else 0.5)
  -o, --output FILE    keeps these choices and the thresholds in a workbook, for the window and for predict; may be the
                       file itself
  --force              replaces FILE where it exists
Figures are those of scikit-learn. Classes that no image has are left out of means.
  --backend NAME       wasm (this) or tensorflow
  --json               {"accuracy":…,"loss":…,"count":…,"noNumbers":…,"split":…,"perClass":[…],
                       "confusion":[…],"topLosses":[…],"judged":{…},"notes":[…],…}; the metrics of classes that
                       occur neither in the images nor in what they were taken for are null;
                       noNumbers counts images with a #NUM! on the way to their scores; null stands for it.
                       With more than 100 classes: "mistakes":[{"actual":…,"predicted":…,"count":…},…]
                       instead of confusion
`,
    },
    predict: {
      line: 'predict FILE|TEMPLATE --images FOLDER|FILE   what a network takes images for',
      text: `Usage: convsheet predict FILE|TEMPLATE --images FOLDER|FILE [--csv FILE] [OPTION]…
Tells what the network takes each image for. Images that can't be read are listed and left out.

  --images FOLDER|FILE images to look at: PNG, JPEG, WebP, GIF, TIFF, AVIF; or a table of pixels (.csv)
  --csv FILE           writes the probability of every class for each image there
  --sample FILE.csv -o FILE.csv   writes a submission in the form of this sample: its ids and their order,
                       its columns (one of labels, or a probability for each class), quotes and line ends
  --force              replaces FILE where it exists
  --tta LIST           test-time augmentation: means over views of each image, as it is and with flip, symmetries (8),
                       shift=0.05 (4, by this share), crop=0.1 (5, cut by this share), rotate=10 (2, degrees);
                       separated by commas; views of flip or symmetries are there of every other one
  --fit stretch|crop|pad   how images of another shape are fitted to the network's input (as those
                       it was trained with, else stretch)
  --thresholds LIST    with several labels: for each one the probability above which it is predicted, 0.3,0.5; half:
                       0.5 (those of the file, else 0.5)
  --backend NAME       wasm (this) or tensorflow
  --json               {"classes":[…],"noNumbers":…,"files":[{"name":…,"probabilities":[…],"predicted":["…"]},…],
                       "problems":[…]};
                       noNumbers counts images with a #NUM! on the way to their scores; null stands for it
`,
    },
  },
} as const;
