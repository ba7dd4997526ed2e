/** Writes the tree of a formula as text. */
import {
  type ErrorName,
  type Expression,
  isBinary,
  isReference,
  type Operation,
  type Operator,
  type Reference,
} from './expression.ts';
import type { TensorId } from '../tensor.ts';

/** How a formula is written: its references, and the signs between arguments and within numbers. */
export type Notation = {
  reference: (reference: Reference) => string;
  /** Whether a reference is written with a minus before it. */
  isNegative?: (reference: Reference) => boolean;
  /** Left out where a formula names only what users name themselves. */
  tensorName?: (tensor: TensorId) => string;
  language: FormulaLanguage;
};
/** How formulas are written in a reader's language. If one half is 0,5, arguments are separated by semicolons. `column`
 *  separates the columns of an array. Without `words`, its words are English. */
export type FormulaLanguage = { decimal: '.' | ','; list: ',' | ';'; column: ',' | '.'; words?: Words };
/** The words of formulas in another language than English. */
export type Words = {
  /** The name of a function here, by its English name, and the reverse. Both are in capitals. */
  functions: ReadonlyMap<string, string>;
  english: ReadonlyMap<string, string>;
  truth: { true: string; false: string };
  errors: Readonly<Record<ErrorName, string>>;
};
export const ENGLISH: FormulaLanguage = { decimal: '.', list: ',', column: ',' };

/** A formula's text with the leading "=", and the place of each reference in it: start inclusive, end exclusive. */
export type Printed = { text: string; references: { start: number; end: number; reference: Reference }[] };

/** The text of a formula. Reading that text gives the same tree. It has brackets where they are needed, where
 *  spreadsheets disagree on the order of operators, and where two signs would stand together. */
export function print(expression: Expression, notation: Notation): Printed {
  const { reference, language } = notation;
  const { words } = language;
  const references: Printed['references'] = [];
  let text = '=';
  const write = (node: Expression): void => {
    if (typeof node !== 'object') {
      text += literal(node, language);
    } else if (isReference(node)) {
      const start = text.length;
      text += reference(node);
      references.push({ start, end: text.length, reference: node });
    } else if (node.kind === 'call') {
      text += `${words?.functions.get(node.name) ?? node.name}(`;
      for (const [position, argument] of node.arguments.entries()) {
        if (position > 0) text += language.list;
        write(argument);
      }
      text += ')';
    } else if (node.kind === 'operation') {
      if (isBinary(node)) writeBinary(node);
      else writeSigned(node);
    } else if (node.kind === 'array') {
      const rows = node.rows.map(row => row.map(value => literal(value, language)).join(language.column));
      text += `{${rows.join(';')}}`;
    } else if (node.kind === 'error') {
      text += words?.errors[node.name] ?? node.name;
    } else if (node.kind === 'name') {
      text += node.name;
    } else if (node.kind === 'tensor') {
      text += notation.tensorName?.(node.tensor) ?? node.tensor.replace('/', '_');
    }
  };
  const writeSigned = (node: Operation): void => {
    const [operand] = node.operands;
    const [inner, outer] = [precedence(operand, notation), precedence(node, notation)];
    const percent = node.operator === '%';
    // Some spreadsheets don't read 50%%, and --2 is hard to read.
    const apart = percent ? inner === outer : !isOperation(operand) && beginsWithSign(operand, notation);
    if (!percent) text += node.operator;
    writeOperand(operand, inner < outer || apart);
    if (percent) text += '%';
  };
  const writeBinary = (node: Operation): void => {
    // The tree of a sum of thousands of terms is thousands of levels deep on its left side, so a loop goes down there.
    const chain = [node];
    let [left] = node.operands;
    while (isBinary(left) && !needsBrackets(left, chain.at(-1)!, 0, notation)) {
      chain.push(left);
      [left] = left.operands;
    }
    writeOperand(left, needsBrackets(left, chain.at(-1)!, 0, notation));
    for (const outer of chain.toReversed()) {
      text += outer.operator;
      writeOperand(outer.operands[1], needsBrackets(outer.operands[1], outer, 1, notation));
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

/** Which operator binds tighter: the higher number. As in Excel, a sign binds tighter than a power. */
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

function precedence(expression: Expression, notation: Notation): number {
  if (isOperation(expression) && !isSign(expression)) return BINDING[expression.operator];
  return beginsWithSign(expression, notation) ? SIGN : WHOLE;
}

/** All operators group from left to right: 2^3^2 is (2^3)^2. */
function needsBrackets(operand: Expression, { operator }: Operation, position: 0 | 1, notation: Notation): boolean {
  const own = precedence(operand, notation);
  if (own < BINDING[operator] || (position === 1 && own === BINDING[operator])) return true;
  // Excel reads -2^2 as (-2)^2, others as -(2^2); and 1--A1 is hard to read.
  const signShows = position === 0 ? operator === '^' : operator === '+' || operator === '-';
  return signShows && beginsWithSign(operand, notation);
}

function beginsWithSign(expression: Expression, { isNegative }: Notation): boolean {
  let first = expression;
  while (isOperation(first) && !isSign(first)) [first] = first.operands;
  if (typeof first !== 'object') return typeof first === 'number' && first < 0;
  if (first.kind === 'operation') return true;
  return isReference(first) && (isNegative?.(first) ?? false);
}

function isOperation(expression: Expression): expression is Operation {
  return typeof expression === 'object' && expression.kind === 'operation';
}

function isSign(expression: Operation): boolean {
  return expression.operands.length === 1 && expression.operator !== '%';
}

/** A number, text or truth value as somebody would type it. */
export function literal(value: number | string | boolean, { decimal, words }: FormulaLanguage): string {
  if (typeof value === 'number') return numberText(value).replace('.', decimal);
  if (typeof value === 'string') return `"${value.replaceAll('"', '""')}"`;
  return words ? words.truth[value ? 'true' : 'false'] : String(value).toUpperCase();
}

/** A number with all its digits and without an exponent. Excel's files write an exponent with a capital E, but
 *  HyperFormula reads only a small one. */
function numberText(value: number): string {
  const [mantissa, exponent] = String(Math.abs(value)).split('e');
  const sign = value < 0 ? '-' : '';
  if (!exponent) return sign + mantissa;
  const digits = mantissa.replace('.', '');
  const power = Number(exponent);
  return sign + (power < 0 ? `0.${'0'.repeat(-power - 1)}${digits}` : digits.padEnd(power + 1, '0'));
}
