import { whole } from '../format.ts';
import { plural } from './words.ts';

/** Words and sentences about edits of a network's layers. */
export const layerEditMessages = {
  title: 'Layers',
  edit: 'Edit layers',
  /** In the menu of a cell. */
  editThis: 'Edit this layer',
  add: 'Add layer',
  layer: 'Layer',
  name: 'Name',
  reads: 'Reads',
  readsToo: 'Reads too',
  addInput: 'Add an input',
  removeInput: (layer: string) => `No longer read ${layer}`,
  /** The names of settings. */
  settings: {
    shape: 'Size',
    filters: 'Filters',
    kernelSize: 'Kernel',
    poolSize: 'Window',
    strides: 'Strides',
    padding: 'Padding',
    useBias: 'Bias',
    units: 'Units',
    negativeSlope: 'Slope below 0',
    epsilon: 'Epsilon',
    momentum: 'Momentum',
    dilation: 'Dilation',
    dilationRate: 'Dilation',
    groups: 'Groups',
    size: 'Factors',
  },
  /** What the numbers of a setting with several are. */
  parts: { height: 'high', width: 'wide', channels: 'channels', down: 'down', across: 'across' },
  paddings: { valid: 'none', same: 'same size' },
  was: (before: string) => `was ${before}`,
  yes: 'yes',
  no: 'no',
  kind: 'Kind',
  beginning: 'New layers',
  beginnings: { identity: 'pass their input on', initial: 'have random weights' },
  after: (layer: string) => `After ${layer}`,
  addButton: 'Add',
  duplicate: 'Duplicate',
  remove: 'Remove',
  up: 'Move up',
  down: 'Move down',
  apply: 'Apply',
  cancel: 'Cancel',
  consequences: 'Consequences',
  nothing: 'nothing has changed yet',
  columns: { layer: 'Layer', shape: 'Shape', parameters: 'Parameters' },
  gone: 'removed',
  all: 'all',
  memory: (before: string, after: string) => `Memory for one image: ${before} → ${after}`,
  overridesGo: (count: number) =>
    `${plural(count, 'A formula', `${whole(count)} formulas`)} over removed layers will go. Undo brings ` +
    `${count === 1 ? 'it' : 'them'} back.`,
  runEnds: 'The paused run ends here. Its weights stay.',
  label: (count: number) => plural(count, 'Edit a layer', `Edit ${whole(count)} layers`),
  inputStays: (layer: string) =>
    `${layer} is the network's input, which stays first. Its height, width and channels can be changed.`,
  noLayer: (id: string) => `The network has no layer ${id} any more. Choose another one.`,
  noPlace: (layer: string) => `${layer} can't be moved further in this direction.`,
  duringRun: 'A run is under way, and it trains the layers as they are. Pause or stop it first; its weights stay.',
} as const;
