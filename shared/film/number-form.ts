/** How a picture writes a number. */
import { shortNumber } from '../explain/short-number.ts';
import { messages } from '../messages.ts';

/** plain: as the sheet writes it. signed: with a plus, too. percent: a share of 1. */
export type NumberForm = 'plain' | 'signed' | 'percent';

export function numberText(value: number, form: NumberForm = 'plain'): string {
  if (form === 'percent') return messages.panels.probability(value);
  const text = shortNumber(value);
  return form === 'signed' && value > 0 ? `+${text}` : text;
}
