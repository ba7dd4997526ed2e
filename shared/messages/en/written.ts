import { whole } from '../format.ts';
import { plural } from './words.ts';

/** Why what users write around the network can't be changed like that, and what became of it. */
export const writtenMessages = {
  noSheet: (sheet: string) => `There is no sheet ${sheet} in this workbook (any more).`,
  notFree: (where: string) =>
    `${where} belongs to the network: only cells between its bands and beyond them are free. Choose a free cell.`,
  notYours: (where: string) =>
    `${where} belongs to the network, so only a number or a formula can stand there, and no text. The old value stays.`,
  numberIsValue: (where: string) => `${where} holds a number of its own, so it takes one as its value.`,
  networkStays: "The network's sheet can't be deleted, because it shows the network. Delete another one.",
  networkLines: (sheet: string) =>
    `Rows and columns of ${sheet} follow from the network, so none is inserted or deleted there. Use another sheet.`,
  networkWidths: (sheet: string) => `The columns of ${sheet} all have one width. Change those of another sheet.`,
  beyondSheet: (sheet: string) => `These cells lie outside ${sheet}, which ends at XFD1048576.`,
  pushedOut: (sheet: string) =>
    `The last cells of ${sheet} would be pushed out of the sheet. Empty them first, or insert fewer.`,
  noTab: (place: number) => `There is no place ${whole(place)} among the sheets.`,
  tooManySheets: (most: number) => `A workbook has at most ${whole(most)} sheets. Delete one first.`,
  tooManyCells: (most: number) => `A workbook has at most ${whole(most)} cells of your own. Nothing was changed.`,
  tooManyFormulas: (most: number) =>
    `At most ${whole(most)} cells of the network can have formulas of your own. Nothing was changed.`,
  tooManyNames: (most: number) => `A workbook has at most ${whole(most)} names. Delete one first.`,
  sheetNameBlank: 'A sheet needs a name, without spaces before or after it.',
  sheetNameLong: (most: number) => `The name of a sheet has at most ${whole(most)} characters.`,
  sheetNameSigns: (name: string) =>
    `A sheet can't be called “${name}”: none of : \\ / ? * [ ] may be in its name, and no ' at its ends.`,
  sheetNameTaken: (name: string) => `There is something called ${name} already. Choose another name for the sheet.`,
  textTooLong: (where: string, most: number) => `${where} can hold at most ${whole(most)} characters.`,
  /** What became of them with another network. */
  dropped: (count: number, shown: readonly string[]) =>
    `${whole(count)} ${plural(count, 'formula', 'formulas')} of your own went with ` +
    `${plural(count, 'its cell', 'their cells')}: ${shown.join(', ')}${count > shown.length ? ', …' : ''}. ` +
    `Undo brings ${plural(count, 'it', 'them')} back.`,
  uncommented: (count: number, shown: readonly string[]) =>
    `${whole(count)} ${plural(count, 'comment', 'comments')} went with ${plural(count, 'its cell', 'their cells')}: ` +
    `${shown.join(', ')}${count > shown.length ? ', …' : ''}. Undo brings ${plural(count, 'it', 'them')} back.`,
  broken: (count: number, shown: readonly string[]) =>
    `${whole(count)} ${plural(count, 'formula', 'formulas')} of your own ${plural(count, 'reads', 'read')} cells ` +
    `that went, and ${plural(count, 'shows', 'show')} #REF!: ${shown.join(', ')}` +
    `${count > shown.length ? ', …' : ''}. Undo brings them back.`,
  moved: (count: number, shown: readonly string[]) =>
    `The network needs the place of ${whole(count)} ${plural(count, 'cell', 'cells')} of your own. ` +
    `Moved: ${shown.join(', ')}` +
    `${count > shown.length ? ', …' : ''}.`,
  movedTo: (from: string, to: string) => `${from} → ${to}`,
  formula: (where: string, problem: string) => `${where}: ${problem}`,
} as const;
