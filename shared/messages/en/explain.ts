import { number, readable, rounded, whole } from '../format.ts';
import { gradientMessages } from './explain-gradients.ts';
import { stageMessages } from './explain-stage.ts';
import { onImageMessages, whyMessages } from './explain-why.ts';
import { counted } from './words.ts';

const mapsRead = (maps: number, of: number) => {
  if (of === 1) return '';
  if (maps === of) return `each of the ${whole(of)} maps of `;
  return maps === 1 ? `one of the ${whole(of)} maps of ` : `each of ${whole(maps)} of the ${whole(of)} maps of `;
};
const percent = (share: number) =>
  share > 0 && share < 5e-5 ? `less than ${number(0.01)} %` : `${rounded(100 * share, 2)} %`;
/** What a map answers to, after "which is bright". */
const patterns = {
  below: 'where a bright row lies above a dark one',
  above: 'where a bright row lies below a dark one',
  right: 'where a bright column lies left of a dark one',
  left: 'where a bright column lies right of a dark one',
  spot: 'where a cell is brighter than those around it',
  all: 'where it is bright all around',
} as const;

/** Words of the panel that explains the selected cell. */
export const explainMessages = {
  title: 'Explain',
  cell: 'Explain Cell',
  help: 'Tells how the selected cell’s number comes about',
  in: (address: string) => `in ${address}`,
  tabs: { cell: 'Cell', layer: 'Layer' },
  tooMany: 'This formula reads too many cells to show them all.',
  layer: {
    none: 'Select a cell of a layer.',
    noCells: 'This layer has no cells of its own: its input is only read in another shape.',
    facts: (shape: string, parameters: number) =>
      `${shape} numbers${parameters > 0 ? ` from ${counted(parameters, 'parameter', 'parameters')}` : ''}.`,
    maps: 'Maps',
    kernels: 'Kernels',
    first: (shown: number, of: number) => `the first ${whole(shown)} of ${whole(of)}`,
    spread: 'How the numbers are spread',
    range: (from: string, to: string) => `from ${from} to ${to}`,
    allEqual: (value: string) => `All numbers are ${value}.`,
    zeros: (zeros: number, of: number) =>
      zeros === 0
        ? 'None of them is 0.'
        : `${whole(zeros)} of ${whole(of)} are 0 (${rounded((100 * zeros) / of, 1)} %).`,
    strongest: 'Where each map is strongest',
  },
  scan: {
    title: 'Scan',
    layer: 'Scan Layer',
    network: 'Scan the Whole Network',
    of: (layer: string) => `Scan ${layer}`,
    play: 'Play',
    pause: 'Pause',
    back: 'One cell back',
    on: 'One cell on',
    time: 'Place in the scan',
    speed: 'Speed',
    speeds: (times: string) => `${times}×`,
    loop: 'Repeat',
    close: 'End the scan',
    place: (layer: string, cell: number, of: number) => `${layer} · cell ${whole(cell)} of ${whole(of)}`,
    none: 'This layer computes nothing: select a cell of another one.',
    keys:
      'Space plays, the arrows go a cell back and on, PageUp and PageDown a layer, Home and End to the beginning and ' +
      'the end, Escape ends it.',
  },
  means: {
    title: 'Templates from Class Means…',
    label: 'templates from class means',
    finding: 'Averaging the images of each class',
    noTemplates:
      'Templates are the weights of a dense layer that gives one score for each class, and images with one class each.',
    done: (classes: number, layer: string) =>
      `${layer} compares each image with ${counted(classes, 'template', 'templates')} now: the mean of each class, ` +
      'minus the mean of all. Undo brings the weights and biases back.',
  },
  stage: stageMessages,
  why: whyMessages,
  onImage: onImageMessages,
  gradients: gradientMessages,
  waiting: 'The numbers are on their way.',
  gone: 'The formula reads a cell that isn’t there any more: the network has changed.',
  claims: {
    products: (cells: number, { maps, of }: { maps: number; of: number }, layer: string, bias: boolean) =>
      `${counted(cells, 'cell', 'cells')} of ${mapsRead(maps, of)}${layer}, ` +
      `times the weight in the same place, added up${bias ? ', and the bias' : ''}.`,
    parts: (products: number, cells: number) =>
      `The sum of ${counted(products, 'product', 'products')}` +
      `${cells > 0 ? ` and ${counted(cells, 'cell', 'cells')}` : ''}.`,
    cells: (count: number) => `The sum of ${counted(count, 'cell', 'cells')}.`,
    most: (label: string) => `Most of it comes from ${label}.`,
    mostPattern: (label: string, pattern: keyof typeof patterns) =>
      `Most of it comes from ${label}, which is bright ${patterns[pattern]}.`,
    pattern: (label: string, pattern: keyof typeof patterns) =>
      `The map that it reads in ${label} is bright ${patterns[pattern]}.`,
    spread: (label: string, sum: number, count: number) =>
      `${whole(count)} parts push it this way; the strongest is ${label} with ${readable(sum)}.`,
    against: (label: string, sum: number) => `${label} works against it with ${readable(sum)}.`,
    nothing: 'Every product is 0, so nothing is left to add.',
    window: {
      MAX: (count: number) => `The largest of ${counted(count, 'number', 'numbers')}`,
      MIN: (count: number) => `The smallest of ${counted(count, 'number', 'numbers')}`,
      AVERAGE: (count: number) => `The mean of ${counted(count, 'number', 'numbers')}.`,
      SUM: (count: number) => `The sum of ${counted(count, 'number', 'numbers')}.`,
    },
    chosen: (what: string, address: string, ties: number) =>
      `${what}: the one in ${address}${ties > 1 ? `, the first of ${whole(ties)} equal ones` : ''}.`,
    passed: (input: number) => `${readable(input)} isn’t below 0, so it goes through unchanged.`,
    cut: (layer: string, input: number) => `${readable(input)} is below 0, so ${layer} holds it back.`,
    function: (layer: string, input: number) =>
      layer === '' ? `A function of ${readable(input)}.` : `${layer} of ${readable(input)}: its place on the curve.`,
    same: (address: string) => `The same number as in ${address}.`,
    share: (share: number, rank: number, count: number) =>
      `Its exponential is ${percent(share)} of the sum of all ${whole(count)}: ` +
      `${rank === 1 ? 'the largest' : `number ${whole(rank)}`}.`,
    loss: (expected: boolean) =>
      expected
        ? 'The negative logarithm of the probability of what is expected: 0 for certainty, large for a miss.'
        : 'This class isn’t expected, so it adds nothing to the loss.',
    constant: 'It reads nothing but the zeros around the map, so it is always 0.',
    steps: 'Calculated step by step, from the inside out.',
  },
  parameter: 'A number that training changes.',
  pixel: 'A number of the picture.',
  blank: 'Select a cell with a number.',
  typed: 'A number that was typed here.',
  products: 'products',
  sums: 'The sum',
  others: (count: number) => counted(count, 'other part', 'other parts'),
  steps: 'Step by step',
  curve: 'The curve',
  window: 'The window',
  formula: 'The formula',
  asFormula: 'as a formula',
  withNumbers: 'with the numbers',
  cut: 'Too many numbers to put them all in: long ranges are cut.',
  asMathematics: 'as mathematics',
  mathWords: { mean: 'mean', when: 'if', otherwise: 'otherwise' },
  sees: 'What it sees',
  exciting: 'What excites it most',
  find: 'Find the images',
  findHelp: (what: string) =>
    `Runs the network on the images of the data set and finds the ten that excite ${what} most`,
  finding: 'Finding images',
  found: (count: number) => `Of ${counted(count, 'image', 'images')}; framed: where it is strongest.`,
  excitement: (name: string, value: string) => `${name}: ${value}`,
  noChannel: 'The network has no such map any more. Select a cell and try again.',
  noData: 'Choose a data set first (Train > Data).',
  facts: { reads: 'Reads', sees: 'Sees', feeds: 'Feeds' },
  reads: (cells: number, parameters: number) =>
    [
      ...(cells > 0 ? [counted(cells, 'cell', 'cells')] : []),
      ...(parameters > 0 ? [counted(parameters, 'parameter', 'parameters')] : []),
    ].join(', ') || 'nothing',
  pixels: (count: number, channels: number, where: string) =>
    `${counted(count, 'pixel', 'pixels')}${channels > 1 ? ` in ${whole(channels)} channels` : ''}, ${where}`,
  feeds: (where: readonly string[], more: number) =>
    where.length === 0 ? 'nothing' : where.join(', ') + (more > 0 ? ` and ${whole(more)} more` : ''),
  outlines: 'Outlined on the sheet',
  direct: 'Direct',
  toPixels: 'To the pixels',
  gridName: (label: string, what: string) => `${label}: ${what}`,
  curveName: (x: string, y: string) => `The curve of the function, with its point at ${x}, ${y}`,
} as const;
