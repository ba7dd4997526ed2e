import { whole } from '../format.ts';
import { plural } from './words.ts';

/** Words of names that users give to cells and values. */
export const nameMessages = {
  title: 'Names',
  open: 'Names…',
  none: 'No names yet. Select cells and type a name into the name box, or define one here.',
  tensors: 'Every tensor has a name already, such as conv1_kernel.',
  list: 'Names of this workbook',
  name: 'Name',
  refersTo: 'Stands for',
  define: 'Define',
  change: 'Change',
  edit: 'Edit',
  editHelp: (name: string) => `Edit ${name}`,
  goTo: 'Go to',
  goToHelp: (name: string) => `Go to ${name}`,
  delete: 'Delete',
  deleteHelp: (name: string) => `Delete ${name}`,
  /** How many formulas use a name. */
  uses: (count: number) => (count === 0 ? 'unused' : `in ${whole(count)} ${plural(count, 'formula', 'formulas')}`),
  /** After a name was deleted. */
  deleted: (name: string, uses: number) =>
    uses === 0
      ? `${name} is deleted. Undo brings it back.`
      : `${name} is deleted: ${whole(uses)} ${plural(uses, 'formula', 'formulas')} that ` +
        `${plural(uses, 'uses', 'use')} it ${plural(uses, 'shows', 'show')} #NAME? now. Undo brings it back.`,
  /** After a name was typed into the name box. */
  defined: (name: string, where: string) => `${name} is now a name for ${where}. Undo takes that back.`,
  /** Why a text can't be a name. */
  blank: 'A name needs at least one letter.',
  tooLong: (most: number) => `A name has at most ${whole(most)} characters.`,
  begins: (name: string) => `“${name}” can't be a name: names begin with a letter or _.`,
  spaces: (name: string) => `“${name}” can't be a name: names have no spaces. Use _ instead.`,
  signs: (name: string, sign: string) =>
    `“${name}” can't be a name: “${sign}” can't stand in it. Use letters, digits, _ and a point.`,
  address: (name: string) => `“${name}” can't be a name: it looks like the address of a cell.`,
  truth: (name: string) => `“${name}” can't be a name: it is a truth value.`,
  tensor: (name: string) => `${name} is the name of a tensor of the network. Choose another one.`,
  taken: (name: string) => `${name} is a name already. Choose another one, or edit that one.`,
  circle: (name: string) => `${name} can't stand for itself. Give it a cell, a number or another formula.`,
  /** What undo takes back. */
  defineLabel: (name: string) => `Define ${name}`,
  changeLabel: (name: string) => `Change ${name}`,
  renameLabel: (before: string, name: string) => `Rename ${before} to ${name}`,
  deleteNameLabel: (name: string) => `Delete ${name}`,
} as const;
