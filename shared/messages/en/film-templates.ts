import { whole } from '../format.ts';

const patterns = {
  below: 'where a bright row lies above a dark one',
  above: 'where a bright row lies below a dark one',
  right: 'where a bright column lies left of a dark one',
  left: 'where a bright column lies right of a dark one',
  spot: 'where a cell is brighter than those around it',
  all: 'where it is bright all around',
} as const;

/** Titles, captions and speaker's notes of the films that the app makes by itself. */
export const filmTemplateMessages = {
  names: {
    'one-cell': 'One Cell of a Convolution',
    'whole-network': 'The Whole Network in 90 Seconds',
    training: 'What Training Did',
    'another-letter': 'Another Image',
  },
  refusals: {
    nothingComputed: 'This network has no layer that computes anything, so there is no cell to make a film of.',
    notTrained: 'This network has no weights to train, so there is no training to make a film of.',
    blank: 'The image is blank, so a film of it would show nothing but zeros. Open or draw an image first.',
    noImages: 'There are no other images to show. Choose a data set first.',
  },
  image: {
    title: 'The image',
    caption: (height: number, width: number, colour: boolean) =>
      colour
        ? `The image is three grids of ${height} × ${width} numbers: red, green and blue.`
        : `The image is a grid of ${height} × ${width} numbers from 0 to 1.`,
    notes: 'Ask: what does a computer see here? Nothing but numbers, one for each pixel.',
  },
  pixels: {
    title: 'Pixels are cells',
    caption: (height: number, width: number) =>
      `Every pixel is a cell of the sheet. The kernel looks at ${height} × ${width} of them at a time.`,
    notes: 'Point at a bright cell and at a dark one. Read two numbers aloud.',
  },
  kernel: {
    title: 'The kernel',
    caption: (kernel: number, pattern: keyof typeof patterns | undefined) =>
      pattern === undefined
        ? `Kernel ${whole(kernel)} is a small grid of weights. Training changes them.`
        : `Kernel ${whole(kernel)} makes a map that is bright ${patterns[pattern]}.`,
    notes: 'Green weights count for, red ones against. Ask: which spot of the image fits this pattern?',
  },
  cell: {
    title: 'One step',
    caption: (count: number, value: string, bias?: string) =>
      `${whole(count)} ${count === 1 ? 'number' : 'numbers'} times as many weights, added up` +
      `${bias === undefined ? '' : `, and the bias ${bias}`}: one cell, ${value}.`,
    notes: 'Go slowly: the window, the weights, the products, the sum. The cell lands where the window looked.',
  },
  strongest: (layer: string, map: number) =>
    `When this film was made, this was the strongest cell of ${layer}, in map ${whole(map)}.`,
  formula: {
    title: 'The formula',
    caption: 'In the sheet that is one formula.',
    notes:
      'Each part of the formula has the colour of the frame around its cells, as far as they are in the picture. ' +
      'Every cell of the map has this formula.',
  },
  scan: {
    title: 'The window slides',
    caption: (count: number, signed: boolean) =>
      `The window slides over everything: ${whole(count)} cells.` +
      (signed ? '\nGreen: like the kernel. Red: the opposite.' : ''),
    notes: 'Stop in the middle. Ask: what will the rest of the map look like?',
  },
  relu: {
    title: 'ReLU',
    caption: 'What is negative becomes 0. All else stays as it is.',
    notes: 'ReLU keeps what fits the kernel and forgets the rest.',
  },
  pool: {
    title: 'Pooling',
    caption: (height: number, width: number, maximum: boolean) =>
      maximum
        ? `Of every ${height} × ${width} cells, only the largest stays.`
        : `Every ${height} × ${width} cells become one: their mean.`,
    notes: 'The map gets smaller, and it matters less where exactly something was.',
  },
  maps: {
    title: 'All maps of the layer',
    caption: (layer: string, kernels: number) =>
      `${layer} has ${whole(kernels)} kernels, so it makes ${whole(kernels)} maps. Each looks for something else.`,
    notes: 'Compare the maps: what does each of them see?',
  },
  unit: {
    title: 'One unit',
    caption: (layer: string, count: number, value: string) =>
      `A cell of ${layer} reads all ${whole(count)} numbers at once. Here they add up to ${value}.`,
    notes: 'Every number has its own weight. The products show what counted for this unit, and what against it.',
  },
  units: {
    title: 'All units',
    caption: (layer: string, count: number) => `${layer} has ${whole(count)} such cells, each with weights of its own.`,
    notes: 'They all read the same numbers. Only the weights differ.',
  },
  whole: {
    title: 'From the image to the answer',
    caption: (layers: number, parameters: number) =>
      `From the image to the answer: ${whole(layers)} layers with ${whole(parameters)} weights.`,
    notes: 'An overview. Name the layers from left to right; we will look into each of them.',
  },
  deeper: {
    title: 'Maps of maps',
    caption: (layer: string, maps: number) =>
      `${layer} looks at the ${whole(maps)} maps before it, and puts together what they found.`,
    notes: 'A kernel of this layer has a slice for each map. Their sums are added up.',
  },
  scores: {
    title: 'Scores',
    caption: (answer: string) => `What is left is compared with every class. Best fits ${answer}.`,
    notes: 'Each class has a template of weights. The score says how well the maps fit it.',
  },
  probabilities: {
    title: 'Probabilities',
    caption: (answer: string, share: string, second: string | undefined) =>
      `Softmax turns scores into probabilities: ${share} for ${answer}` +
      (second === undefined ? '.' : `, and next comes ${second}.`),
    notes: 'They add up to 1. A small lead in the scores becomes a large one here.',
  },
  back: {
    title: 'Back to the pixels',
    caption: 'Where does the answer come from? Step by step back to the pixels.',
    notes: 'The frames show which cells the answer follows from, layer by layer.',
  },
  end: {
    title: 'The answer',
    caption: (answer: string, share: string | undefined) =>
      share === undefined ? `The answer: ${answer}.` : `The answer: ${answer}, with ${share}.`,
    notes: 'All of it is additions and multiplications, each in a cell that can be looked at.',
  },
  before: {
    title: 'Before training',
    caption: (fresh: boolean) =>
      fresh ? 'Before training, the weights are chance.' : 'These are the weights before the training.',
    notes: 'Nobody has told the network what to look for.',
  },
  guess: {
    title: 'A guess',
    caption: (fresh: boolean) =>
      fresh ? 'So its answer is chance, too.' : 'With them, this is the answer of the network.',
    notes: 'All layers compute, but nothing in them means anything yet.',
  },
  learning: {
    title: 'Training',
    caption: (steps: number) => `In ${whole(steps)} steps, every weight is moved a little, so that the loss falls.`,
    captionLoss: (steps: number, from: string, to: string) =>
      `In ${whole(steps)} steps, every weight is moved a little: the loss falls from ${from} to ${to}.`,
    notes: 'Watch the kernels and the loss at once. Most happens in the beginning.',
  },
  clearer: {
    title: 'The maps get clearer',
    caption: 'With every step the maps and the answer get clearer.',
    notes: 'The image stays the same. Only the weights change.',
  },
  after: {
    title: 'After training',
    caption: (patterns: number) =>
      patterns > 0 ? 'Now the kernels look for something.' : 'Now the weights mean something.',
    notes: 'Compare with the small pictures below: that is how they began.',
  },
  learnt: {
    title: 'The answer now',
    caption: 'And this is the answer to the same image now.',
    notes: 'Show a few other images, too.',
  },
  now: {
    title: 'This image',
    caption: (answer: string) => `The network has seen this image: ${answer}.`,
    captionPlain: 'The network has seen this image.',
    notes: 'What happens with another one?',
  },
  others: {
    title: 'Other images',
    caption: 'The same network, other images: only the pixels change, and everything follows.',
    notes: 'The weights stay as they are. Stop at one and ask for the answer before it appears.',
  },
  othersMaps: {
    title: 'What each layer sees',
    caption: 'Every image leaves other traces in the maps.',
    notes: 'Look for what the images have in common, and where they differ.',
  },
  othersScores: {
    title: 'Which class fits',
    caption: 'And each time another template fits best.',
    notes: 'Where is the lead small? Those are the images that are easily confused.',
  },
} as const;
