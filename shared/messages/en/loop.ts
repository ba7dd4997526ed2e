import { whole } from '../format.ts';

/** Words of the card that shows how a formula depends on itself. */
export const loopMessages = {
  show: 'Show the loop',
  showHelp: (where: string) => `Show the loop of ${where}`,
  title: (where: string) => `${where} needs itself`,
  what: 'Each of these cells reads the next one. Change the formula of one of them, or press Delete there.',
  itself: 'This cell reads itself. Change its formula, or press Delete there.',
  more: (count: number) => `${whole(count)} more cells.`,
  none: (where: string) => `${where} is in no loop. If it shows #CYCLE!, a cell that it reads is in one.`,
} as const;
