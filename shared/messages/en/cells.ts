import { plural } from './words.ts';

/** Captions and labels in the cells of the network's sheet, and the names of cells elsewhere. */
export const cellMessages = {
  /** The names of errors in cells. JSON, exports and the clipboard use the names on the left in every language. */
  errors: {
    '#REF!': '#REF!',
    '#NUM!': '#NUM!',
    '#DIV/0!': '#DIV/0!',
    '#VALUE!': '#VALUE!',
    '#N/A': '#N/A',
    '#NAME?': '#NAME?',
    '#NULL!': '#NULL!',
    '#CYCLE!': '#CYCLE!',
    '#SPILL!': '#SPILL!',
  },
  /** In formulas. */
  truth: { true: 'TRUE', false: 'FALSE' },
  caption: (name: string, detail: string) => (detail === '' ? name : `${name} · ${detail}`),
  mapsDetail: (maps: number, size: string) => `${maps} × ${size}`,
  inputDetail: (size: string) => `${size} · pixels 0…1`,
  convDetail: (size: string, kernels: number, kernel: string) =>
    `${size} · ${kernels} ${plural(kernels, 'kernel', 'kernels')} ${kernel}`,
  poolDetail: (size: string, maximum: boolean, window: string) => `${size} · ${maximum ? 'max' : 'mean'} ${window}`,
  globalPoolDetail: (maps: number, maximum: boolean) => `${maps} · ${maximum ? 'max' : 'mean'} of each map`,
  denseDetail: (units: number, features: number) => `${units} × ${features} weights`,
  partialCaption: (layer: string) => `${layer} partial sums`,
  map: (map: number) => `map ${map}`,
  partialMap: (map: number, first: number, last: number) => `map ${map} from ${first}–${last}`,
  kernel: (kernel: number) => `kernel ${kernel}`,
  timesMap: (map: number) => `× map ${map}`,
  bias: 'bias',
  /** Units are counted from 0 here and from 1 for the user. Classes have names. A name that is just a number or a
   *  letter gets the word "class". */
  unitOrClass: (unit: number, className?: string) =>
    className === undefined
      ? `unit ${unit + 1}`
      : className.length < 3 || /^[\d.,\s]+$/.test(className)
        ? `class ${className}`
        : className,
  rowAndColumn: (row: number, column: number) => `row ${row}, column ${column}`,
  kernelSlice: (kernel: number, map: number) => `kernel ${kernel} × map ${map}`,
  weight: (unit: string, source: string) => `weight of ${unit} from ${source}`,
  biasOf: (what: string) => `bias of ${what}`,
  partialSum: (map: number, part: number) => `map ${map}, partial sum ${part}`,
  columnOf: (column: string, unit: string) => `${column} of ${unit}`,
  denseHeadings: { bias: 'bias', output: 'output' },
  softmaxHeadings: {
    shifted: 'output−max',
    exp: 'exp',
    output: 'softmax',
    actual: 'actual',
    crossEntropy: 'cross-entropy',
  },
  sigmoidHeadings: { output: 'sigmoid', actual: 'actual', crossEntropy: 'cross-entropy' },
} as const;
