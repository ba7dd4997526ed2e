/** Cuts the text of a formula that is still being typed into tokens, whatever the text is. What is wrong with a
 *  finished formula, `syntax.ts` says. */
import { type CellRange, columnIndex, columnName, MAX_COLUMNS, MAX_ROWS, rangeBetween } from '../address.ts';
import { ABSOLUTE, type Anchor, type Anchors } from './expression.ts';
import { readNumber } from '../numbers.ts';
import type { FormulaLanguage } from './print.ts';

/** A piece of the text: start inclusive, end exclusive. The tokens of a text lie side by side and cover all of it.
 *  - word: a name that is no cell, such as one that isn't typed to its end yet. function: a word before a bracket.
 *  - open, close: brackets and braces. other: what belongs to no formula. */
export type TypedToken = { kind: TokenKind; start: number; end: number };
type TokenKind =
  | 'equals'
  | 'space'
  | 'number'
  | 'text'
  | 'reference'
  | 'word'
  | 'function'
  | 'error'
  | 'open'
  | 'close'
  | 'separator'
  | 'operator'
  | 'other';

/** A text with its tokens. */
export type TypedFormula = { text: string; tokens: readonly TypedToken[] };

const LETTER = String.raw`[\p{L}_]`;
const REST = String.raw`[\p{L}\p{M}\d_.]`;
const SHEET = String.raw`(?:'(?:[^']|'')+'|${LETTER}${REST}*)!`;
const COLUMN = String.raw`\$?[A-Za-z]{1,3}`;
const ROW = String.raw`\$?[1-9]\d{0,6}`;
const CELLS = `(?:${COLUMN}${ROW}(?::${COLUMN}${ROW})?|${COLUMN}:${COLUMN}|${ROW}:${ROW})`;
/** What may not follow a reference, because it then is a part of something else, such as LOG10( or A1B. */
const AFTER = String.raw`(?!${REST}|[$!]|\s*\()`;

/** What a token can be, in the order of trying. Each pattern takes at least one character. */
const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ['space', /\s+/y],
  ['text', /"(?:[^"]|"")*"?/y],
  ['reference', new RegExp(`(?:${SHEET})?${CELLS}${AFTER}`, 'uy')],
  ['function', new RegExp(String.raw`${LETTER}${REST}*(?=\s*\()`, 'uy')],
  ['word', new RegExp(`${LETTER}${REST}*`, 'uy')],
  ['text', /'(?:[^']|'')*'?!?/y],
  ['error', /#[\p{L}\d/]+[!?]?/uy],
  ['open', /[({]/y],
  ['close', /[)}]/y],
  ['operator', /<=|>=|<>|[-+−*/^&=<>%:]/y],
];
const numbers = {
  '.': /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y,
  ',': /(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?/y,
};

/** Whether a text may be a formula: it begins with "=" or, as Excel allows, with a sign or @ and is no number. What
 *  begins with "- " is an item of a list. */
export function beginsFormula(text: string): boolean {
  if (text.startsWith('=')) return true;
  if (!/^[-+−@](?!\s)/.test(text)) return false;
  const { problem } = readNumber(text);
  return problem === 'text' || problem === 'fraction';
}

/** Cuts a text into tokens. The cost grows with its length. */
export function typedFormula(text: string, { decimal, list, column }: FormulaLanguage): TypedFormula {
  const tokens: TypedToken[] = [];
  const add = (kind: TokenKind, end: number) => {
    tokens.push({ kind, start: tokens.at(-1)?.end ?? 0, end });
    return end;
  };
  let at = text.startsWith('=') ? add('equals', 1) : 0;
  let braces = 0;
  while (at < text.length) {
    const character = text[at];
    const separates = braces > 0 ? character === ';' || character === column : character === list;
    if (separates) {
      at = add('separator', at + 1);
      continue;
    }
    let found: readonly [TokenKind, number] | undefined;
    for (const [kind, pattern] of patterns) {
      const end = endOf(pattern, text, at);
      if (end === undefined || (kind === 'reference' && !isOnSheet(text.slice(at, end)))) continue;
      found = [kind, end];
      break;
    }
    if (!found) {
      const end = endOf(numbers[decimal], text, at);
      // A character may take two UTF-16 units.
      found = end === undefined ? ['other', at + String.fromCodePoint(text.codePointAt(at)!).length] : ['number', end];
    }
    if (character === '{') braces++;
    if (character === '}' && braces > 0) braces--;
    at = add(...found);
  }
  return { text, tokens };
}

/** Where the part of the text that a sticky pattern takes ends. */
function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** A reference in the text. `sheet` is the name before the "!", undefined if there is none; `prefix` is that part as it
 *  was typed. The same cells have the same `colour`, from 0. */
export type TypedReference = {
  start: number;
  end: number;
  sheet: string | undefined;
  prefix: string;
  range: CellRange;
  anchors: Anchors;
  colour: number;
  /** Whether the cells are named by a name such as conv1_kernel, not by their address. */
  isName: boolean;
};

/** The cells that a name stands for; undefined if it names none. `sheet` is their sheet's name. */
export type FindName = (name: string) => { sheet: string | undefined; range: CellRange } | undefined;

/** The references of a formula in the order of its text; with `find`, names of cells as well. */
export function typedReferences({ text, tokens }: TypedFormula, find?: FindName): TypedReference[] {
  const colours = new Map<string, number>();
  return tokens.flatMap(({ kind, start, end }): TypedReference[] => {
    const written = text.slice(start, end);
    const named = kind === 'word' ? find?.(written) : undefined;
    const read = named
      ? { ...named, prefix: '', anchors: ABSOLUTE, isName: true }
      : kind === 'reference' && { ...readReference(written)!, isName: false };
    if (!read) return [];
    const { row, column, height, width } = read.range;
    const key = [read.sheet?.toLowerCase(), row, column, height, width].join(' ');
    const colour = colours.get(key) ?? colours.size;
    colours.set(key, colour);
    return [{ start, end, ...read, colour }];
  });
}

const isOnSheet = (text: string) => readReference(text) !== undefined;

/** Reads Sheet!$A1:B2, A:C or 2:3. undefined if the cells lie outside a sheet. */
function readReference(text: string): Omit<TypedReference, 'start' | 'end' | 'colour' | 'isName'> | undefined {
  const cells = text.lastIndexOf('!') + 1;
  const prefix = text.slice(0, cells);
  const corners = text
    .slice(cells)
    .split(':')
    .map(corner => /^(\$?)([A-Za-z]*)(\$?)(\d*)$/.exec(corner)!);
  const parts = corners.map(([, fixedColumn, letters, fixedRow, digits]) => ({
    column: letters === '' ? undefined : columnIndex(letters),
    row: digits === '' ? undefined : Number(digits) - 1,
    // Before the number of a whole row stands only one $.
    anchor: { column: fixedColumn !== '' && letters !== '', row: (letters === '' ? fixedColumn : fixedRow) !== '' },
  }));
  const [a, b = a] = parts;
  if (parts.some(({ column = 0, row = 0 }) => column < 0 || row >= MAX_ROWS)) return undefined;
  const range = rangeBetween(
    { row: a.row ?? 0, column: a.column ?? 0 },
    { row: b.row ?? MAX_ROWS - 1, column: b.column ?? MAX_COLUMNS - 1 },
  );
  const name = prefix.slice(0, -1);
  const quoted = name.startsWith("'");
  const sheet = prefix === '' ? undefined : quoted ? name.slice(1, -1).replaceAll("''", "'") : name;
  return { sheet, prefix, range, anchors: { first: a.anchor, last: b.anchor } };
}

/** A reference as text: $A1:B2, or A:C and 2:3 for whole columns and rows. */
export function referenceText({
  prefix,
  range,
  anchors,
}: Pick<TypedReference, 'prefix' | 'range' | 'anchors'>): string {
  const { row, column, height, width } = range;
  const columnPart = (at: number, anchor: Anchor) => (anchor.column ? '$' : '') + columnName(at);
  const rowPart = (at: number, anchor: Anchor) => (anchor.row ? '$' : '') + String(at + 1);
  const corner = (y: number, x: number, anchor: Anchor) => {
    if (height === MAX_ROWS) return columnPart(x, anchor);
    return width === MAX_COLUMNS ? rowPart(y, anchor) : columnPart(x, anchor) + rowPart(y, anchor);
  };
  const first = corner(row, column, anchors.first);
  if (height === 1 && width === 1) return prefix + first;
  return `${prefix}${first}:${corner(row + height - 1, column + width - 1, anchors.last)}`;
}

/** What F4 makes of a reference: A1, $A$1, A$1, $A1, A1. */
export function cycled(reference: TypedReference): string {
  const { range, anchors } = reference;
  const { row, column } = anchors.first;
  // Whole columns have no row that could be fixed, and whole rows no column.
  const wholeColumns = range.height === MAX_ROWS;
  const wholeRows = range.width === MAX_COLUMNS;
  const next: Anchor =
    wholeColumns || wholeRows
      ? { row: wholeRows && !row, column: wholeColumns && !column }
      : { row: row === column, column: !column };
  return referenceText({ ...reference, anchors: { first: next, last: next } });
}

/** The function whose brackets the caret is in: its name as it was typed, which argument, from 0, and where in the text
 *  that begins. */
export type TypedCall = { name: string; start: number; argument: number; from: number };

/** The innermost function around the caret. undefined if there is none. */
export function callAt({ text, tokens }: TypedFormula, caret: number): TypedCall | undefined {
  const open: (TypedCall | undefined)[] = [];
  let before: TypedToken | undefined;
  for (const token of tokens) {
    if (token.end > caret) break;
    if (token.kind === 'space') continue;
    if (token.kind === 'open') {
      const called = before?.kind === 'function' && text[token.start] === '(' ? before : undefined;
      open.push(
        called && { name: text.slice(called.start, called.end), start: called.start, argument: 0, from: token.end },
      );
    } else if (token.kind === 'close') open.pop();
    else if (token.kind === 'separator') {
      const inner = open.at(-1);
      if (inner) open[open.length - 1] = { ...inner, argument: inner.argument + 1, from: token.end };
    }
    before = token;
  }
  // Within other brackets, such as those of a sum, the function around them still counts.
  return open.findLast(call => call !== undefined);
}

/** The colour of the first reference in the argument at the caret, if it has one. */
export function colourOfArgument(formula: TypedFormula, caret: number, find?: FindName): number | undefined {
  const call = callAt(formula, caret);
  if (!call) return undefined;
  const isIn = ({ start, end }: TypedReference) => start >= call.from && callAt(formula, end)?.from === call.from;
  return typedReferences(formula, find).find(isIn)?.colour;
}

/** The places of the bracket beside the caret and of its partner. undefined if there is no such pair. The bracket
 *  before the caret goes first, if it has a partner. */
export function bracketsAt({ text, tokens }: TypedFormula, caret: number): [number, number] | undefined {
  const beside = (end: boolean) =>
    tokens.find(
      ({ kind, ...token }) => (kind === 'open' || kind === 'close') && caret === (end ? token.end : token.start),
    );
  const before = beside(true);
  const after = beside(false);
  return (before && pairOf({ text, tokens }, before)) ?? (after && pairOf({ text, tokens }, after));
}

/** The places of a bracket and of its partner. */
function pairOf({ text, tokens }: TypedFormula, bracket: TypedToken): [number, number] | undefined {
  const open: TypedToken[] = [];
  for (const token of tokens) {
    if (token.kind === 'open') open.push(token);
    if (token.kind !== 'close') continue;
    const first = open.pop();
    if (!first || (text[first.start] === '(') !== (text[token.start] === ')')) return undefined;
    if (first === bracket || token === bracket) return [first.start, token.start];
  }
  return undefined;
}

/** The token that the caret is in or behind. */
export function tokenAt({ tokens }: TypedFormula, caret: number): TypedToken | undefined {
  return tokens.find(({ start, end }) => start < caret && caret <= end);
}

/** The word that is being typed: from its beginning to the caret, and the end of its token. A cell may be the beginning
 *  of a function's name, such as LOG1. */
export function wordAt(
  formula: TypedFormula,
  caret: number,
): { start: number; end: number; typed: string } | undefined {
  const token = tokenAt(formula, caret);
  const isWord = token?.kind === 'word' || token?.kind === 'function' || token?.kind === 'reference';
  if (!isWord) return undefined;
  const typed = formula.text.slice(token.start, caret);
  // What follows A1: is the other corner of a range.
  if (formula.text[token.start - 1] === ':') return undefined;
  return /[$:!]/.test(typed) ? undefined : { start: token.start, end: token.end, typed };
}

const OPERANDS: ReadonlySet<TokenKind> = new Set([
  'number',
  'text',
  'reference',
  'word',
  'function',
  'error',
  'open',
  'other',
]);

/** Whether a reference can be put in at the caret: after an operator (but not the colon of a range), an opening bracket
 *  or a separator, and not before another operand. */
export function mayReferAt({ text, tokens }: TypedFormula, caret: number): boolean {
  if (!beginsFormula(text)) return false;
  const next = tokens.findIndex(({ kind, end }) => end > caret && kind !== 'space');
  const after = tokens[next];
  if (after && (after.start < caret || OPERANDS.has(after.kind))) return false;
  const before = tokens.findLast(({ kind, end }) => end <= caret && kind !== 'space');
  if (!before) return false;
  const written = text.slice(before.start, before.end);
  if (before.kind === 'operator') return written !== '%' && written !== ':';
  return before.kind === 'equals' || before.kind === 'separator' || written === '(';
}

/** The reference that the caret is in, or beside. The one before the caret goes first. */
export function referenceAt(formula: TypedFormula, caret: number): TypedReference | undefined {
  const references = typedReferences(formula);
  return (
    references.find(({ start, end }) => start < caret && caret <= end) ??
    references.find(({ start }) => start === caret)
  );
}
