import { whole } from '../format.ts';
import { plural } from './words.ts';

/** Words of finding and replacing. */
export const findMessages = {
  title: 'Find and replace',
  menu: 'Find…',
  replaceMenu: 'Replace…',
  searching: 'Searching',
  text: 'Find',
  replacement: 'Replace with',
  look: 'In',
  looks: { values: 'Values', formulas: 'Formulas' },
  within: 'On',
  places: { sheet: 'This sheet', workbook: 'All sheets' },
  matchCase: 'Match case',
  whole: 'Whole cells only',
  next: 'Next',
  previous: 'Previous',
  replaceOne: 'Replace',
  replaceAll: 'Replace all',
  list: 'Cells that were found',
  /** `at`: the place of the shown cell among all, from 1; 0 where none is shown. */
  count: (count: number, at: number, more: boolean) =>
    `${at > 0 ? `${whole(at)} of ` : ''}${more ? 'more than ' : ''}${whole(count)} ${plural(count, 'cell', 'cells')}`,
  none: (text: string) => `“${text}” is nowhere.`,
  noneHere: (text: string, sheet: string) => `“${text}” is nowhere on ${sheet}. Other sheets weren't looked at.`,
  more: (count: number) => `${whole(count)} more.`,
  /** What became of replacing. `computed`: the cells that hold only what the network computes. */
  replaced: (count: number) => `${whole(count)} ${plural(count, 'cell', 'cells')} replaced. Undo takes that back.`,
  computedStay: (count: number) =>
    `${whole(count)} computed ${plural(count, 'cell', 'cells')} ${plural(count, 'stays', 'stay')}: only what is ` +
    'typed can be replaced.',
  nothingReplaced: 'Nothing that is typed has this text, so nothing was replaced.',
  onlyComputed: (where: string) =>
    `${where} is computed by the network, so there is no typed text to replace. Type over it to override it.`,
  /** What undo takes back. */
  replaceLabel: (text: string, replacement: string) => `Replace “${text}” with “${replacement}”`,
} as const;
