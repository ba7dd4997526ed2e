import { whole } from '../format.ts';

/** Sentences about copying, pasting and filling cells. */
export const clipboardMessages = {
  noRoom: (where: string, range: string) =>
    `${where} belongs to the network and takes nothing. The block to paste needs ${range}, so nothing was pasted.`,
  beyondSheet: (where: string) =>
    `The block to paste doesn't fit at ${where}: the sheet ends at XFD1048576. Nothing was pasted.`,
  tooLong: 'The text on the clipboard is longer than 200,000 numbers. Copy fewer cells.',
  nothingToFill: (where: string) => `There is no number in ${where} to fill from.`,
  nothingBefore: (where: string) => `There are no cells before ${where} to fill from.`,
  nothingToChange: (where: string) => `${where} holds no cell of the network. Select pixels, kernels or biases.`,
  noNeighbour: 'No cells stand beside those below: drag the handle as far as you want to fill.',
  nothingToSum: (where: string) => `There are no numbers above ${where} or before it to add up.`,
  noRoomForSum: (where: string) => `The sums would stand in ${where}, where something stands already.`,
  /** While copied or cut cells are marked. */
  marked: 'Enter pastes once, Escape ends it.',
  /** `keys`: the keys that paste. */
  mayNotRead: (keys: string) => `This window may not read the clipboard by itself. Press ${keys}.`,
  pasting: (cells: number) => `Pasting ${whole(cells)} cells… Esc stops it.`,
  stopped: 'Pasting was stopped, because the workbook has changed meanwhile. Paste again.',
  /** After cells were cut and pasted. `where`: the cells that were cut. */
  stays: (where: string) =>
    `Formulas go on reading ${where}. Only free cells and own sheets move with all that reads them; cells of the ` +
    'network keep their places.',
  sortAscending: 'Sort ascending',
  sortDescending: 'Sort descending',
  sortLabel: (range: string) => `Sort ${range}`,
  notSorted: (range: string) =>
    `${range} has cells of the network, which keep their places and can't be sorted. Select free cells, or cells of ` +
    'your own sheets.',
  title: 'Paste special',
  doubtTitle: 'How is this to be read?',
  doubt: 'The numbers on the clipboard can be read in more than one way, or are written as in another language.',
  reading: 'Read as',
  /** `cells`: the first cells. `rows`, `columns`: how many there are. `how`: which signs separate cells and
   *  decimals. */
  readingLine: (cells: string, rows: number, columns: number, how: string) =>
    `${rows === 1 && columns === 1 ? cells : `${cells} (${whole(rows)} × ${whole(columns)})`}: ${how}`,
  decimals: { comma: 'decimals after a comma', point: 'decimals after a point' },
  separators: { '\t': '', ';': 'semicolons between cells', ',': 'commas between cells', ' ': 'spaces between cells' },
  /** What of the copied cells is pasted. */
  what: 'Paste',
  whats: {
    all: 'Everything',
    values: 'Values',
    formulas: 'Formulas',
    formats: 'Formats',
    links: 'Links: formulas that read the copied cells',
  },
  operation: 'With the numbers that are there',
  operations: {
    replace: 'Replace them',
    add: 'Add to them',
    subtract: 'Subtract from them',
    multiply: 'Multiply them',
    divide: 'Divide them',
  },
  transpose: 'Swap rows and columns',
  skipBlanks: 'Skip blank cells',
  paste: 'Paste',
} as const;
