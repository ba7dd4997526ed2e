/** Round trips of formulas: printed and read, moved, and written as R1C1. Each function returns a sentence that says
 *  what went wrong with a random formula. */
import { translateFormulaToA1, translateFormulaToR1C1 } from '@borgar/fx';
import { derive, expressionOf } from '../formula/derive.ts';
import { type CellsReference, type Expression, mapReferences, shift } from '../formula/expression.ts';
import { a1, type Locate, r1c1 } from '../formula/notation.ts';
import { parseFormula } from '../formula/parse.ts';
import { ENGLISH, print, type FormulaLanguage } from '../formula/print.ts';
import { elementsIn, locateIn } from '../formula/ranges.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { Random } from '../random.ts';
import { randomExpression, randomReference } from './random-expression.ts';

export const GERMAN: FormulaLanguage = { decimal: ',', list: ';', column: '.' };

/** The formulas of these tests refer only to cells. */
export const asCells: Locate = reference => reference as CellsReference;
export const printed = (expression: Expression, language = ENGLISH) => print(expression, a1(asCells, language)).text;

const isSame = (one: unknown, other: unknown) => textOf(one) === textOf(other);
const textOf = (value: unknown) => JSON.stringify(value, (_, each) => (Object.is(each, -0) ? '-0' : each));

/** A fault if the text isn't read as this tree. */
function faultOfReading(text: string, tree: Expression, language = ENGLISH): string | undefined {
  const result = parseFormula(text, language);
  if (result.problem !== undefined) return `${text} is not read`;
  return isSame(result.expression, tree) ? undefined : `${text} is read as another tree`;
}

/** Prints and reads a random tree, in English and with a decimal comma. */
export function faultOfTree(random: Random, depth: number): string | undefined {
  const tree = randomExpression(random, depth);
  return [ENGLISH, GERMAN]
    .map(language => {
      const text = printed(tree, language);
      return text.length <= 8192 ? faultOfReading(text, tree, language) : undefined;
    })
    .find(fault => fault !== undefined);
}

/** Checks the first, a middle and the last formula of every tensor: their text reads as the derived tree, turned into
 *  cells and back. Adds the kinds of layers to `kinds`. */
export function faultOfDerived(sheet: Sheet, kinds: Set<string>): string | undefined {
  const [locate, bind] = [locateIn(sheet), elementsIn(sheet)];
  for (const { id, layer, role, size } of sheet.tensors.values()) {
    if (role !== 'computed') continue;
    for (const index of new Set([0, size >> 1, size - 1])) {
      const element = { tensor: id, index };
      const { text } = derive(sheet, element)!;
      const derived = expressionOf(sheet, element)!;
      const tree = mapReferences(derived, locate);
      const fault = faultOfReading(text, tree);
      if (fault) return fault;
      if (
        !isSame(
          mapReferences(tree, cells => bind(cells as CellsReference)),
          derived,
        )
      )
        return `${text} is bound to other elements`;
      if (printed(tree) !== text) return `${text} prints as ${printed(tree)}`;
    }
    kinds.add(sheet.layers.get(layer)!.kind);
  }
  return undefined;
}

const PIECES =
  'A1 $B$2:C3 1 .5 2E3 "t" + - * ^ % & < <> = ( ) , { } ; : SUM( IF( #REF! # @ TRUE x \' " ! S!A1 [ ] \\ ()'.split(' ');
PIECES.push(' ');

/** Random typed text is either read, and printed the same, or refused with a position. `read`: whether it was read. */
export function faultOfTyped(random: Random): { fault?: string; read: boolean } {
  const length = 1 + random.integer(8);
  const text = `=${Array.from({ length }, () => PIECES[random.integer(PIECES.length)]).join('')}`;
  const result = parseFormula(text);
  if (result.problem !== undefined)
    return { fault: result.start <= result.end ? undefined : `${text} is refused at no place`, read: false };
  return { fault: faultOfReading(printed(result.expression), result.expression), read: true };
}

/** A random reference becomes R1C1 as another program writes it, and back. */
export function faultOfR1C1(random: Random): string | undefined {
  const reference = randomReference(random);
  const from = { row: random.integer(1_048_576), column: random.integer(16_384) };
  const text = printed(reference);
  const anchor = printed({ kind: 'cells', first: from, last: from, anchors: reference.anchors }).slice(1).split(':')[0];
  const other = translateFormulaToR1C1(text, anchor);
  if (print(reference, r1c1(asCells, from)).text !== other) return `${text} at ${anchor} is not ${other}`;
  return translateFormulaToA1(other, anchor) === text ? undefined : `${other} at ${anchor} is not ${text}`;
}

/** All copies of a formula have the same text in R1C1. */
export function faultOfCopy(random: Random): string | undefined {
  const tree = mapReferences(randomExpression(random, 4), () => {
    const reference = randomReference(random, { rows: 100, columns: 100 });
    // If one corner stays and the other moves, they may pass each other. So both get the same anchors.
    return { ...reference, anchors: { first: reference.anchors.first, last: reference.anchors.first } };
  });
  const [rows, columns] = [random.integer(1000), random.integer(1000)];
  const copy = shift(tree, { rows, columns }, asCells);
  const text = (of: Expression, row: number, column: number) => print(of, r1c1(asCells, { row, column })).text;
  const original = text(tree, 500, 500);
  return text(copy, 500 + rows, 500 + columns) === original ? undefined : `${original} changes when it is copied`;
}
