/** A formula with the numbers put in where its references stood. */
import { planeOf } from '../backprop/gradients.ts';
import type { Expression } from '../formula/expression.ts';
import { withNumbers } from '../formula/notation.ts';
import { cellsOf } from '../formula/placed.ts';
import { ENGLISH, type FormulaLanguage, print } from '../formula/print.ts';
import type { CellPlace } from '../places.ts';
import { beginningOf, type Explanation } from './explain.ts';
import { contentOf, type Source } from './numbers.ts';

/** `whole`: all numbers stand in the text, so that it gives the cell's value. Else long ranges are cut. */
export type Filled = { text: string; whole: boolean };

/** So many numbers are put in. Nobody reads more, and a page of them takes long to draw. */
const MOST_NUMBERS = 4000;
/** With more numbers, so many parts of a sum are written. */
const MOST_PARTS = 200;

/** Stands for the sheet of references to gradients. No sheet has this id. */
const GRADIENTS = '∂';

/** The text of an explained formula of the cell `at`. */
export function filledIn(
  source: Source,
  at: CellPlace,
  expression: Expression,
  { reads }: Pick<Explanation, 'reads'>,
  language: FormulaLanguage = ENGLISH,
): Filled {
  const whole = reads.reduce((count, { contents }) => count + contents.length, 0) <= MOST_NUMBERS;
  const notation = withNumbers(
    reference => ({
      ...cellsOf(source.sheet, reference, at.sheet === source.sheet.id)!,
      ...(planeOf(reference) === 'gradient' && { sheet: GRADIENTS }),
    }),
    (cell, sheet = at.sheet) => {
      const isGradient = sheet === GRADIENTS;
      const place: CellPlace = isGradient ? { sheet: source.sheet.id, plane: 'gradient', ...cell } : { sheet, ...cell };
      return contentOf(source, place) ?? null;
    },
    { language, ...(whole && { most: Infinity }) },
  );
  if (whole) return { text: print(expression, notation).text, whole };
  const begun = beginningOf(expression, MOST_PARTS);
  const { text } = print(begun, notation);
  return { text: begun === expression ? text : `${text}+…`, whole };
}
