/** Which functions and names can complete the word that is being typed in a formula. */
import type { RangePlace } from '../places.ts';
import { functionNames, localName } from './language.ts';
import type { FormulaLanguage } from './print.ts';
import { type TypedFormula, wordAt } from './tokens.ts';

/** A function, with its English name, or a name of cells, with what it names. */
export type Proposal =
  | { kind: 'function'; name: string; english: string }
  | { kind: 'name'; name: string; detail: string };

/** The proposals for the word in a text, and where it stands: start inclusive, end exclusive. */
export type Proposals = { start: number; end: number; items: readonly Proposal[] };

/** A name, what it stands for in words, and its cells, if it stands for cells. */
export type CellName = { name: string; detail: string; range?: RangePlace };

/** The functions that are used most come first. */
export const COMMON: readonly string[] = (
  'SUM SUMPRODUCT AVERAGE MIN MAX IF ABS ROUND SQRT EXP LN COUNT COUNTIF SUMIF AND OR NOT IFERROR POWER LOG LOG10 ' +
  'MOD INT ROUNDUP ROUNDDOWN SIGN PI MEDIAN STDEV.S STDEV.P VAR.S VAR.P LARGE SMALL SUMSQ PRODUCT SUMIFS COUNTIFS ' +
  'AVERAGEIF COUNTA INDEX MATCH VLOOKUP HLOOKUP XLOOKUP OFFSET ROW COLUMN ROWS COLUMNS TRANSPOSE MMULT TANH SIN COS ' +
  'RAND CORREL SWITCH IFS LEFT RIGHT MID LEN CONCATENATE TEXT TRIM'
).split(' ');
const rank = new Map(COMMON.map((name, at) => [name, at]));

/** The most proposals for a word. One letter begins up to fifty functions. */
const MOST = 60;

/** The proposals for the word before the caret, in any case of its letters: names of cells first, then the functions
 *  that are used most, then the others in the order of the alphabet. undefined if nothing fits. */
export function proposalsAt(
  formula: TypedFormula,
  caret: number,
  language: FormulaLanguage,
  names: readonly CellName[],
): Proposals | undefined {
  const word = formula.text.startsWith('=') ? wordAt(formula, caret) : undefined;
  if (!word) return undefined;
  const typed = word.typed.toUpperCase();
  const fits = ({ name }: { name: string }) => name.toUpperCase().startsWith(typed);
  const functions = functionNames
    .map((english): Proposal & { kind: 'function' } => ({
      kind: 'function',
      name: localName(english, language),
      english,
    }))
    .filter(fits)
    .sort((a, b) => orderOf(a.english) - orderOf(b.english) || a.name.localeCompare(b.name));
  const cells = names.filter(fits).map(({ name, detail }): Proposal => ({ kind: 'name', name, detail }));
  const items = [...cells, ...functions].slice(0, MOST);
  // A name that is typed to its end needs no proposal.
  const whole = items.length === 1 && items[0].name.toUpperCase() === typed;
  const called = isCalled(formula, word.end);
  if (items.length === 0 || (whole && (items[0].kind === 'name' || called))) return undefined;
  return { start: word.start, end: word.end, items };
}

const orderOf = (english: string) => rank.get(english) ?? rank.size;

const isCalled = ({ text }: TypedFormula, end: number) => /^\s*\(/.test(text.slice(end));

/** The formula after a proposal is taken, and its caret: behind the name, for a function behind its bracket. */
export function taken(
  formula: TypedFormula,
  { start, end }: Proposals,
  item: Proposal,
): { text: string; caret: number } {
  const { text } = formula;
  const opened = item.kind === 'function' && isCalled(formula, end);
  const written = item.name + (item.kind === 'function' && !opened ? '(' : '');
  const bracket = opened ? text.indexOf('(', end) + 1 - end : 0;
  return { text: text.slice(0, start) + written + text.slice(end), caret: start + written.length + bracket };
}
