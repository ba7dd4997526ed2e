import { whole } from '../format.ts';
import { plural } from './words.ts';

const columns = (count: number) => (count === 1 ? 'a column' : `${whole(count)} columns`);

/** Words of how own sheets and free cells look, and of comments. */
export const looksMessages = {
  title: 'Format',
  number: 'Numbers',
  numbers: {
    general: 'General',
    fixed: 'Two decimals',
    thousands: 'With thousands signs',
    percent: 'Percent',
    scientific: 'Scientific',
    text: 'Text',
  },
  more: 'More decimals',
  fewer: 'Fewer decimals',
  bold: 'Bold',
  align: 'Alignment',
  aligns: { general: 'As the content', left: 'Left', center: 'Centre', right: 'Right' },
  wrap: 'Wrap text',
  clear: 'Clear formats',
  dialog: 'Cells…',
  width: 'Column width…',
  fit: 'Fit column width',
  formulas: 'Formulas in all cells',
  /** The dialog for everything at once. */
  question: {
    title: (where: string) => `Format ${where}`,
    kind: 'Numbers',
    fixed: 'Number',
    digits: 'Decimals',
    thousands: 'Signs between thousands',
    align: 'Alignment',
    example: 'Example',
    button: 'Apply',
    digitsRange: (most: number) => `A whole number from 0 to ${whole(most)} is needed.`,
  },
  widthQuestion: {
    title: 'Column width',
    label: 'Width in pixels at a zoom of 100 %',
    button: 'Set',
    range: (least: number, most: number) => `A column can be ${whole(least)} to ${whole(most)} pixels wide.`,
  },
  /** Why cells keep their looks. */
  network: (where: string) =>
    `${where} belongs to the network, and its looks say what it is. Free cells and cells of own sheets take a format.`,
  onlyFree: (count: number) =>
    `Only the ${whole(count)} free ${plural(count, 'cell', 'cells')} of the selection took it. ` +
    "The network's cells keep their looks.",
  networkWidths: "The columns of the network's sheet follow from what they show. On own sheets they can be dragged.",
  /** What undo takes back. */
  formatLabel: (where: string) => `Format ${where}`,
  widthLabel: (count: number) => `Width of ${columns(count)}`,
  comment: {
    edit: 'Comment…',
    delete: 'Delete comment',
    next: 'Next comment',
    previous: 'Previous comment',
    name: (where: string) => `Comment on ${where}`,
    placeholder: 'What is worth knowing about this cell?',
    done: 'Done',
    keys: 'Ctrl+Enter or Esc ends it',
    editLabel: (where: string) => `Comment on ${where}`,
    deleteLabel: (where: string) => `Delete the comment on ${where}`,
    spoken: (text: string) => `comment: ${text}`,
    none: 'There is no comment in this workbook. Shift+F2 writes one.',
    noneHere: (where: string) => `There is no comment on ${where}.`,
    heading: (where: string) => `${where} is a heading of the network. Comment on a cell beside it.`,
    tooLong: (most: number) => `A comment has at most ${whole(most)} characters.`,
  },
  /** Asked where whole rows or columns aren't selected. */
  lines: {
    insert: 'Insert',
    delete: 'Delete',
    rows: 'Whole rows',
    columns: 'Whole columns',
  },
} as const;
