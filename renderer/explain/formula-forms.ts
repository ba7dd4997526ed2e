import { planeOf } from '../../shared/backprop/gradients.ts';
import { contentOf } from '../../shared/explain/numbers.ts';
import { readsIn, summands } from '../../shared/explain/explain.ts';
import { type Expression, type Reference, sum } from '../../shared/formula/expression.ts';
import { spokenFormulas } from '../../shared/formula/language.ts';
import { mathematicsOf } from '../../shared/formula/mathematics.ts';
import { withNumbers } from '../../shared/formula/notation.ts';
import { cellsOf } from '../../shared/formula/placed.ts';
import { print } from '../../shared/formula/print.ts';
import { messages } from '../../shared/messages.ts';
import { element } from '../core/element.ts';
import { section } from '../parts/sides.ts';
import { colourOf, type Drawing } from './drawing.ts';
import { exactly } from './gradient.ts';
import { mathNode } from './mathematics.ts';
import { shortNumber } from './number-grid.ts';

/** Longer texts of formulas are cut, and sums of more parts where they are shown as mathematics. */
const [LONGEST, MOST_SUMMANDS] = [1200, 8];

/** Stands for the sheet of references to gradients. No sheet has this id. */
const GRADIENTS = '∂';

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
  const written = print(expression, { language, reference: addressOf, tensorName: name => name.replace('/', '_') });
  const coloured: (Node | string)[] = [];
  let before = 0;
  for (const { start, end, reference } of written.references) {
    if (end > LONGEST) break;
    const address = element('span', { class: `ref ref-${colour(reference) ?? 1}` }, written.text.slice(start, end));
    coloured.push(written.text.slice(before, start), address);
    before = end;
  }
  coloured.push(written.text.length > LONGEST ? '…' : written.text.slice(before));
  const filled = print(
    expression,
    withNumbers(
      reference => ({
        ...cellsOf(source.sheet, reference, at.sheet === source.sheet.id)!,
        ...(planeOf(reference) === 'gradient' && { sheet: GRADIENTS }),
      }),
      (cell, sheet = at.sheet) => {
        const place =
          sheet === GRADIENTS ? ({ sheet: source.sheet.id, plane: 'gradient', ...cell } as const) : { sheet, ...cell };
        const content = contentOf(source, place) ?? null;
        return typeof content === 'boolean' ? Number(content) : content;
      },
      { language, format: at.plane === 'gradient' ? exactly : shortNumber },
    ),
  ).text;
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
        element('code', {}, filled.length > LONGEST ? `${filled.slice(0, LONGEST)}…` : filled),
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
