import { bracketsAt, type FindName, type TypedFormula, typedReferences } from '../../shared/formula/tokens.ts';
import { element } from '../core/element.ts';
import { COLOURS } from './typed-references.ts';

/** The text of a typed formula as spans: references in the colours of their frames, and the pair of brackets at the
 *  caret. */
export function formulaText(formula: TypedFormula, caret: number | undefined, find: FindName): (Node | string)[] {
  const { text, tokens } = formula;
  const colours = new Map(typedReferences(formula, find).map(({ start, colour }) => [start, colour]));
  const pair = caret === undefined ? undefined : bracketsAt(formula, caret);
  return tokens.map(({ kind, start, end }) => {
    const part = text.slice(start, end);
    const colour = colours.get(start);
    if (colour !== undefined) return element('span', { class: `ref ref-${(colour % COLOURS) + 1}` }, part);
    if (kind === 'function') return element('span', { class: 'function' }, part);
    if (kind === 'open' || kind === 'close')
      return element('span', { class: pair?.includes(start) ? 'operator pair' : 'operator' }, part);
    return kind === 'operator' || kind === 'separator' ? element('span', { class: 'operator' }, part) : part;
  });
}
