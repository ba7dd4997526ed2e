import type { NumberFormat } from '../../shared/cells.ts';

/** The number formats of the menu. */
export const NUMBERS = {
  general: undefined,
  fixed: { kind: 'fixed', digits: 2 },
  thousands: { kind: 'fixed', digits: 2, thousands: true },
  percent: { kind: 'percent', digits: 0 },
  scientific: { kind: 'scientific', digits: 2 },
  text: { kind: 'text' },
} as const satisfies Record<string, NumberFormat | undefined>;
export type NumberName = keyof typeof NUMBERS;
export const NUMBER_NAMES = Object.keys(NUMBERS) as NumberName[];
export const ALIGNS = ['general', 'left', 'center', 'right'] as const;

/** The name of a number format, whatever its decimals. */
export function numberName(format: NumberFormat | undefined): NumberName {
  if (!format) return 'general';
  return format.kind === 'fixed' && format.thousands ? 'thousands' : format.kind;
}
