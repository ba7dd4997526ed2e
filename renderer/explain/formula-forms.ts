import { beginningOf, readsIn, summands } from '../../shared/explain/explain.ts';
import { filledIn } from '../../shared/explain/filled.ts';
import { type Expression, type Reference, sum } from '../../shared/formula/expression.ts';
import { spokenFormulas } from '../../shared/formula/language.ts';
import { mathematicsOf } from '../../shared/formula/mathematics.ts';
import { print } from '../../shared/formula/print.ts';
import { messages } from '../../shared/messages.ts';
import { element } from '../core/element.ts';
import { section } from '../parts/sides.ts';
import { colourOf, type Drawing } from './drawing.ts';
import { mathNode } from './mathematics.ts';

/** Longer formulas are cut, and sums of more parts where they are shown as mathematics. */
const [LONGEST, MOST_SUMMANDS] = [1200, 8];

/** The formula three ways: as it stands in the cell, with the numbers put in, and as mathematics. */
export function drawFormula({ source, at, expression, told }: Drawing): HTMLElement {
  const text = messages.explain;
  const language = spokenFormulas();
  const read = readsIn(expression, told);
  const addressOf = (reference: Reference) => read(reference)?.address ?? '';
  const colour = (reference: Reference) => {
    const own = read(reference);
    return own && colourOf(told, own);
  };
  // More isn't shown anyway.
  const begun = beginningOf(expression, LONGEST / 10);
  const written = print(begun, { language, reference: addressOf, tensorName: name => name.replace('/', '_') });
  const coloured: (Node | string)[] = [];
  let before = 0;
  for (const { start, end, reference } of written.references) {
    if (end > LONGEST) break;
    const address = element('span', { class: `ref ref-${colour(reference) ?? 1}` }, written.text.slice(start, end));
    coloured.push(written.text.slice(before, start), address);
    before = end;
  }
  coloured.push(written.text.length > LONGEST || begun !== expression ? '…' : written.text.slice(before));
  const filled = filledIn(source, at, expression, told, language);
  const notation = { show: addressOf, words: text.mathWords, language };
  const entry = (name: string, ...inside: (Node | string)[]) => [element('dt', {}, name), element('dd', {}, ...inside)];
  return section(
    text.formula,
    [],
    element(
      'dl',
      { class: 'explain-formula' },
      ...entry(text.asFormula, element('code', {}, ...coloured)),
      ...entry(
        text.withNumbers,
        // A long one is scrolled, also by the keyboard.
        element(
          'code',
          { class: 'explain-numbers', role: 'group', 'aria-label': text.withNumbers, tabindex: 0 },
          filled.text,
        ),
        ...(filled.whole ? [] : [element('p', { class: 'remark' }, text.cut)]),
      ),
      ...entry(text.asMathematics, mathNode(mathematicsOf(shortened(expression), notation), colour)),
    ),
  );
}

/** A long sum with only its first and last parts. */
function shortened(expression: Expression): Expression {
  const parts = summands(expression);
  if (parts.length <= MOST_SUMMANDS) return expression;
  const dots: Expression = { kind: 'name', name: '⋯' };
  return sum([...parts.slice(0, MOST_SUMMANDS - 2), dots, parts.at(-1)!]);
}
