/** Which functions and names can complete the word that is being typed in a formula. */
import type { RangePlace } from '../places.ts';
import { functionNamed, functionNames, localName } from './language.ts';
import type { FormulaLanguage } from './print.ts';
import {
  beginsFormula,
  callAt,
  type FindName,
  mayReferAt,
  type TypedFormula,
  typedReferences,
  wordAt,
} from './tokens.ts';

/** A function, with its English name, or a name of cells, with what it names. */
export type Proposal =
  | { kind: 'function'; name: string; english: string }
  | { kind: 'name'; name: string; detail: string };

/** The proposals for the word in a text, and where it stands: start inclusive, end exclusive. */
export type Proposals = {
  start: number;
  end: number;
  items: readonly Proposal[];
  /** They are cells of the size that the argument needs, before anything is typed there. Arrows point at cells then. */
  fits?: Size;
};
type Size = { height: number; width: number };

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
  const word = beginsFormula(formula.text) ? wordAt(formula, caret) : undefined;
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

/** Functions whose arguments must all be of one size. */
const ALIKE: ReadonlySet<string> = new Set(
  'SUMPRODUCT SUMX2MY2 SUMX2PY2 SUMXMY2 CORREL PEARSON RSQ SLOPE INTERCEPT COVARIANCE.P COVARIANCE.S'.split(' '),
);
const MOST_FITTING = 5;

/** How large the argument at the caret must be, because the first one is so large. `first` is its text. undefined where
 *  any size will do. */
export function sizeAt(
  formula: TypedFormula,
  caret: number,
  language: FormulaLanguage,
  find?: FindName,
): (Size & { first: string }) | undefined {
  const call = callAt(formula, caret);
  const called = call && functionNamed(call.name, language);
  if (!call || call.argument === 0 || called === undefined || !ALIKE.has(called)) return undefined;
  const first = typedReferences(formula, find).filter(({ start, end }) => {
    const around = start > call.start ? callAt(formula, end) : undefined;
    return around?.start === call.start && around.argument === 0;
  });
  if (first.length !== 1) return undefined;
  const [{ start, end, range }] = first;
  const { height, width } = range;
  return height * width > 1 ? { height, width, first: formula.text.slice(start, end) } : undefined;
}

/** The names and blocks of cells that have the size which the argument at the caret needs, while nothing is typed
 *  there. `blocks` gives blocks of a size. */
export function fitsAt(
  formula: TypedFormula,
  caret: number,
  language: FormulaLanguage,
  names: readonly CellName[],
  blocks: (size: Size, most: number) => readonly CellName[],
): Proposals | undefined {
  if (!mayReferAt(formula, caret)) return undefined;
  const find: FindName = name => {
    const range = names.find(each => each.name.toLowerCase() === name.toLowerCase())?.range;
    return range && { range, sheet: undefined };
  };
  const size = sizeAt(formula, caret, language, find);
  if (!size) return undefined;
  const { height, width, first } = size;
  const isAsLarge = ({ range }: CellName) => range?.height === height && range.width === width;
  const plain = (text: string) => text.replaceAll('$', '').toLowerCase();
  const items = [...names.filter(isAsLarge), ...blocks(size, MOST_FITTING + 1)]
    .filter(({ name }) => plain(name) !== plain(first))
    .slice(0, MOST_FITTING)
    .map(({ name, detail }): Proposal => ({ kind: 'name', name, detail }));
  return items.length > 0 ? { start: caret, end: caret, items, fits: { height, width } } : undefined;
}
