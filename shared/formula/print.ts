/** Writes a formula's tree as text. */
import type { Expression, Operation, Operator, Reference } from './expression.ts';

/** How a formula is written: its references, and what stands between arguments and in numbers. */
export type Notation = { reference: (reference: Reference) => string; separators: Separators };
/** A reader who writes 0,5 separates arguments by semicolons. */
export type Separators = { decimal: '.' | ','; list: ',' | ';'; column: ',' | '.' };
export const ENGLISH: Separators = { decimal: '.', list: ',', column: ',' };

/** A formula's text with the leading "=", and where each reference stands in it: start inclusive, end exclusive. */
export type Printed = { text: string; references: { start: number; end: number; reference: Reference }[] };

/** The text of a formula. Reading it gives the same tree: there are as many brackets as that takes, and a few more where
 *  spreadsheets differ or signs would stand together. */
export function print(expression: Expression, { reference, separators }: Notation): Printed {
  const references: Printed['references'] = [];
  let text = '=';
  const write = (node: Expression): void => {
    if (typeof node !== 'object') {
      text += literal(node, separators);
    } else if (node.kind === 'elements' || node.kind === 'cells') {
      const start = text.length;
      text += reference(node);
      references.push({ start, end: text.length, reference: node });
    } else if (node.kind === 'call') {
      text += `${node.name}(`;
      for (const [position, argument] of node.arguments.entries()) {
        if (position > 0) text += separators.list;
        write(argument);
      }
      text += ')';
    } else if (node.kind === 'operation') {
      writeOperation(node);
    } else if (node.kind === 'array') {
      const rows = node.rows.map(row => row.map(value => literal(value, separators)).join(separators.column));
      text += `{${rows.join(';')}}`;
    } else if (node.kind === 'error') {
      text += node.name;
    }
  };
  const writeOperation = (node: Operation): void => {
    if (node.operands.length === 1) {
      const [operand] = node.operands;
      if (node.operator !== '%') text += node.operator;
      writeOperand(operand, precedence(operand) < precedence(node));
      if (node.operator === '%') text += '%';
      return;
    }
    // A sum of thousands of terms is as deep to its left: a loop goes down there.
    const chain = [node];
    let [left] = node.operands;
    while (isBinary(left) && !needsBrackets(left, chain.at(-1)!, 0)) {
      chain.push(left);
      [left] = left.operands;
    }
    writeOperand(left, needsBrackets(left, chain.at(-1)!, 0));
    for (const outer of chain.toReversed()) {
      text += outer.operator;
      writeOperand(outer.operands[1], needsBrackets(outer.operands[1], outer, 1));
    }
  };
  const writeOperand = (operand: Expression, brackets: boolean): void => {
    if (brackets) text += '(';
    write(operand);
    if (brackets) text += ')';
  };
  write(expression);
  return { text, references };
}

/** Which operators bind tighter, in Excel's order: a sign binds tighter than a power. */
const BINDING: Record<Operator, number> = {
  '=': 1,
  '<>': 1,
  '<': 1,
  '>': 1,
  '<=': 1,
  '>=': 1,
  '&': 2,
  '+': 3,
  '-': 3,
  '*': 4,
  '/': 4,
  '^': 5,
  '%': 6,
};
const SIGN = 7;
const WHOLE = 8;

function precedence(expression: Expression): number {
  if (typeof expression === 'number') return beginsWithSign(expression) ? SIGN : WHOLE;
  if (typeof expression !== 'object' || expression.kind !== 'operation') return WHOLE;
  return isSign(expression) ? SIGN : BINDING[expression.operator];
}

/** All operators group from left to right: 2^3^2 is (2^3)^2. */
function needsBrackets(operand: Expression, { operator }: Operation, position: 0 | 1): boolean {
  const own = precedence(operand);
  if (own < BINDING[operator] || (position === 1 && own === BINDING[operator])) return true;
  // Excel reads -2^2 as (-2)^2, others as -(2^2); and 1--A1 is hard to read.
  const signShows = position === 0 ? operator === '^' : operator === '+' || operator === '-';
  return signShows && beginsWithSign(operand);
}

function beginsWithSign(expression: Expression): boolean {
  let first = expression;
  while (typeof first === 'object' && first.kind === 'operation' && !isSign(first)) [first] = first.operands;
  return typeof first === 'number' ? first < 0 : typeof first === 'object' && first.kind === 'operation';
}

function isSign(expression: Operation): boolean {
  return expression.operands.length === 1 && expression.operator !== '%';
}

function isBinary(expression: Expression): expression is Operation {
  return typeof expression === 'object' && expression.kind === 'operation' && expression.operands.length === 2;
}

function literal(value: number | string | boolean, { decimal }: Separators): string {
  if (typeof value === 'number') return numberText(value).replace('.', decimal);
  return typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : String(value).toUpperCase();
}

/** A number in full and without an exponent, which HyperFormula reads in lower case only and files for Excel hold in
 *  upper case. */
function numberText(value: number): string {
  const [mantissa, exponent] = String(Math.abs(value)).split('e');
  const sign = value < 0 ? '-' : '';
  if (!exponent) return sign + mantissa;
  const digits = mantissa.replace('.', '');
  const power = Number(exponent);
  return sign + (power < 0 ? `0.${'0'.repeat(-power - 1)}${digits}` : digits.padEnd(power + 1, '0'));
}
