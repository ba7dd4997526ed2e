import { CELL_LIMITS } from '../../cells.ts';
import { whole } from '../format.ts';
import { plural } from './words.ts';

/** Sentences about typing, deleting and tracing cells, and the sheet's names for screen readers. */
export const gridMessages = {
  name: 'Network sheet',
  editorName: 'Cell editor',
  editLabel: (where: string) => `Edit ${where}`,
  pasteLabel: (where: string) => `Paste into ${where}`,
  fillLabel: (where: string) => `Fill ${where}`,
  deleteLabel: (where: string) => `Delete ${where}`,
  notACell: (where: string) => `${where} is no cell of the network. Type into a pixel, a kernel or a bias.`,
  /** `parameters`: ranges of the parameters the formula reads. */
  computed: (where: string, parameters: readonly string[]) =>
    parameters.length === 0
      ? `${where} is computed. Change a pixel, a kernel or a bias instead.`
      : `${where} is computed. Change its parameters in ${parameters.join(', ')} instead.`,
  formulaInParameter: (where: string) =>
    `${where} holds a number of its own, so it can't take a formula. Type a number.`,
  tooLarge: (where: string, typed: string) =>
    `${where} can't hold ${typed}: the largest number is 3.4028235E+38. The old value stays.`,
  notANumber: (where: string, typed: string, decimalComma: boolean) =>
    `${where} needs a number such as ${decimalComma ? '0,5' : '0.5'}, not "${typed}". The old value stays.`,
  onlySpaces: (where: string) =>
    `${where} needs a number, and a space is none. The old value stays; for 0 type 0 or press Delete.`,
  fraction: (where: string, typed: string, decimal: string) =>
    `${where} can't take ${typed}. The old value stays; type it as ${decimal}.`,
  /** A question. `meant`: the value of the text in another language. */
  foreignNumber: (where: string, typed: string, meant: string) =>
    `Is ${typed} in ${where} meant as ${meant}? Decimals are written so here. The old value stays.`,
  oneRange: 'Several ranges are selected. Select one to copy, cut, paste or fill.',
  enterAgain: 'If so, press Enter again.',
  twoReadings: (where: string, typed: string, decimal: string, grouped: string) =>
    `${typed} in ${where} can mean ${decimal} or ${grouped}. The old value stays; type the one you mean.`,
  tooManyCells: (cells: number) => `${whole(cells)} cells are too many at once. Select fewer than 200,000.`,
  nothingToDelete: (where: string) => `There is nothing to delete in ${where}.`,
  valuesMissing: 'The values of these cells are still on their way. Try again in a moment.',
  /** The help beside a formula that is being typed. */
  formulaHelp: {
    name: 'Help with the formula',
    list: 'Functions and names',
    keys: '↑ ↓ choose · Tab takes it',
    /** Over cells of the size that an argument needs, such as 3×3. */
    fits: (size: string) => `Fits here, ${size} · Tab takes the first`,
    sameSize: (size: string, first: string) => `It must be as large as ${first}, ${size}.`,
    soFar: (value: string) => `So far ${value}`,
    proposed: (count: number) => `${whole(count)} ${plural(count, 'proposal', 'proposals')}. Tab takes the chosen one.`,
    argument: (name: string, line: string) => `${name}: ${line}`,
    noFunction: (name: string, near: readonly string[]) =>
      near.length === 0
        ? `There is no function ${name}.`
        : `There is no function ${name}. Did you mean ${near.join(' or ')}?`,
  },
  viewer: 'This window only shows the work: another one is editing it.',
  nothingToPaste: 'There is no text to paste on the clipboard.',
  formula: (value: string, formula: string) => `${value}, formula ${formula}`,
  /** What an error in a cell means, and what to do. */
  errorHelp: {
    /** `own`: the cell has a formula of the user's own. */
    of(where: string, name: string, error: string, own: boolean): string {
      const why: Record<string, string> = {
        '#DIV/0!': 'something is divided by 0. Change the divisor, or ask with IF whether it is 0',
        '#REF!': 'it reads a cell that is not there (any more). Point at another cell',
        '#NAME?': 'it has a name that means nothing here. Check how it is written',
        '#VALUE!': 'it calculates with a text, or with ranges of different sizes. Use numbers of one size',
        '#N/A':
          'a value was looked for and not found, or a function has too few or too many arguments. Change them, ' +
          'or give a value with IFERROR',
        '#NUM!':
          'there is no such number, it is too large for a cell, or finding it takes too many steps. Change the ' +
          'numbers that it follows from, or calculate with fewer cells',
        '#NULL!': 'two ranges that should overlap have no common cell. Use a separator between them',
        '#SPILL!':
          `the result has several values, and no room for them or more than ${whole(CELL_LIMITS.filled)}. Empty the ` +
          'cells beside it, or calculate with fewer cells',
        '#CYCLE!': 'it depends on a formula that needs itself. Change one of the two',
      };
      return own ? `${where} shows ${name}: ${why[error]}.` : `${where} shows ${name}, because a cell it reads does.`;
    },
    /** `source`: a cell that it reads. */
    because: (where: string, name: string, source: string) =>
      `${where} shows ${name}, because ${source} does. Mend it there.`,
    /** A formula with names that stand for nothing (any more). */
    noName: (where: string, name: string, missing: readonly string[]) =>
      `${where} shows ${name}: ${missing.join(', ')} ${plural(missing.length, 'is no name', 'are no names')} here. ` +
      'Define it under Sheet > Names, or change the formula.',
    /** A formula with functions that there aren't, and those that may be meant. */
    noFunction: (where: string, name: string, missing: readonly string[], near: readonly string[]) =>
      `${where} shows ${name}: there is no function ${missing.join(', ')}. ` +
      (near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'Check how it is written.'),
    /** A formula that needs itself, with what it reads. */
    loop: (where: string, read: readonly string[]) =>
      `${where} needs itself: it reads ${read.join(', ')}, and that follows from ${where}. So neither of them has a ` +
      'number. Change the formula, or press Delete.',
  },
  restoreLabel: (where: string) => `Bring back ${where}`,
  removeAllLabel: () => 'Remove all overrides',
  nothingOver: (where: string) => `Nothing is typed over ${where}, so there is nothing to bring back.`,
  menuName: (where: string) => `What to do with ${where}`,
  /** What the frames of a trace show. They are often out of view. */
  followsFrom: (where: string, layer: string, ranges: string) => `${where} follows from ${layer}: ${ranges}.`,
  readBy: (where: string, ranges: string) => `${where} is read by ${ranges}.`,
  foldedThere: (layer: string, relu: string) => `${relu} stands there for ${layer}, which is folded into it.`,
  readByNone: (where: string) => `No cell reads ${where}.`,
  list: (shown: readonly string[], more: number) => `${shown.join(', ')}${more > 0 ? ` and ${whole(more)} more` : ''}`,
} as const;
