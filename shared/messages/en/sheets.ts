import { whole } from '../format.ts';

const lines = (axis: 'rows' | 'columns', count: number) =>
  count === 1 ? (axis === 'rows' ? 'a row' : 'a column') : `${whole(count)} ${axis}`;

/** Words of sheets, their tabs, and their rows and columns. */
export const sheetMessages = {
  title: 'Sheet',
  add: 'New sheet',
  rename: 'Rename…',
  duplicate: 'Duplicate',
  delete: 'Delete sheet',
  moveLeft: 'Move left',
  moveRight: 'Move right',
  colour: 'Tab colour',
  colours: { red: 'Red', orange: 'Orange', green: 'Green', blue: 'Blue', violet: 'Violet', none: 'None' },
  insertRows: 'Insert rows above',
  insertColumns: 'Insert columns before',
  deleteRows: 'Delete rows',
  deleteColumns: 'Delete columns',
  recalculate: 'Recalculate random numbers and times',
  newName: (number: number) => `Sheet ${number}`,
  networkCopy: 'The sheet of the network shows the network, so there is only one. Add a new sheet instead.',
  renameQuestion: { title: 'Rename sheet', label: 'Name', button: 'Rename' },
  /** What undo takes back. */
  addLabel: (name: string) => `Add sheet ${name}`,
  duplicateLabel: (name: string) => `Duplicate sheet ${name}`,
  deleteLabel: (name: string) => `Delete sheet ${name}`,
  renameLabel: (before: string, name: string) => `Rename sheet ${before} to ${name}`,
  moveLabel: (name: string) => `Move sheet ${name}`,
  colourLabel: (name: string) => `Colour the tab of ${name}`,
  recalculateLabel: 'Recalculate',
  insertLabel: (axis: 'rows' | 'columns', count: number) => `Insert ${lines(axis, count)}`,
  deleteLinesLabel: (axis: 'rows' | 'columns', count: number) => `Delete ${lines(axis, count)}`,
} as const;
