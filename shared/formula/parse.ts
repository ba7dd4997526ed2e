/** Reads a formula that was typed. */
import { type AstExpression, parse, parseA1Ref } from '@borgar/fx';
import { MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import { call, cellsBetween, type CellsReference, type Constant, type Expression } from './expression.ts';
import { type ErrorName, operation, type Operator } from './expression.ts';
import { ENGLISH, type FormulaLanguage } from './print.ts';
import { type FormulaProblem, functionName, type Known, tokensOf } from './syntax.ts';

/** Reads a formula in the user's notation. Returns its tree, or a sentence about its first fault. Printing the tree
 *  gives the same formula again. `known` has the names of the workbook: with it, a sheet is named by its id in the
 *  tree. Without it, any sheet and no name is read. */
export function parseFormula(
  text: string,
  language: FormulaLanguage = ENGLISH,
  known?: Known,
): { expression: Expression; problem?: undefined } | FormulaProblem {
  const tokens = tokensOf(text, language, known);
  return Array.isArray(tokens) ? { expression: expressionOf(parse(tokens), known) } : tokens;
}

function expressionOf(node: AstExpression, known: Known | undefined): Expression {
  // The tree of a sum of a thousand terms is a thousand levels deep on its left side, so a loop goes down there.
  const outer: { operator: Operator; rest: AstExpression[] }[] = [];
  let inner = node;
  while (inner.type === 'BinaryExpression' || inner.type === 'UnaryExpression') {
    const [first, ...rest] = inner.arguments;
    // faultIn has already refused other operators.
    outer.push({ operator: inner.operator as Operator, rest });
    inner = first;
  }
  return outer.reduceRight(
    (left: Expression, { operator, rest }) => {
      // A minus before a number belongs to the number.
      if (operator === '-' && rest.length === 0 && typeof left === 'number' && left >= 0) return left === 0 ? 0 : -left;
      return operation(operator, left, ...rest.map(each => expressionOf(each, known)));
    },
    operandOf(inner, known),
  );
}

function operandOf(node: AstExpression, known: Known | undefined): Expression {
  switch (node.type) {
    case 'Literal':
      return node.value === 0 ? 0 : node.value;
    case 'ErrorLiteral':
      return { kind: 'error', name: node.value as ErrorName };
    case 'ReferenceIdentifier':
      return known?.name(node.value) ?? referenceOf(node.value, known);
    case 'ArrayExpression':
      return { kind: 'array', rows: node.elements.map(row => row.map(each => (each as { value: Constant }).value)) };
    case 'CallExpression': {
      // The library's types don't say that an argument may be left out.
      const given = node.arguments as (AstExpression | null)[];
      return call(functionName(node.callee.name), ...given.map(each => (each ? expressionOf(each, known) : OMITTED)));
    }
    default:
      throw new Error(`A formula with ${node.type} should have been refused.`);
  }
}

const OMITTED: Expression = { kind: 'omitted' };

/** The cells of an address or range. Whole columns have no rows in their text, so their rows are absolute (and for
 *  whole rows, their columns). */
function referenceOf(text: string, known: Known | undefined): CellsReference {
  const { context, range } = parseA1Ref(text) as { context: string[]; range: Bounds };
  const { top, left, bottom, right } = range;
  return cellsBetween(
    { row: top ?? 0, column: left ?? 0 },
    { row: bottom ?? MAX_ROWS - 1, column: right ?? MAX_COLUMNS - 1 },
    { first: { row: range.$top, column: range.$left }, last: { row: range.$bottom, column: range.$right } },
    known && context.length > 0 ? known.sheet(context[0]) : context.at(0),
  );
}

type Bounds = Record<'top' | 'left' | 'bottom' | 'right', number | null> &
  Record<'$top' | '$left' | '$bottom' | '$right', boolean>;
