/** Cuts a typed formula into tokens. The parser doesn't say what is wrong with a formula, so this does, with a
 *  position. Every formula without a fault here can be parsed. */
import { parseA1Ref, type Token, tokenize } from '@borgar/fx';
import type { Sentence } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';
import type { SheetId } from '../places.ts';
import { ERROR_NAMES, type ErrorName, type Named } from './expression.ts';
import type { FormulaLanguage, Words } from './print.ts';

/** What is wrong with a formula's text, and where: start inclusive, end exclusive. `open`: only the last so many round
 *  brackets aren't closed. */
export type FormulaProblem = { problem: Sentence; start: number; end: number; open?: number };

const { formulas: say } = sentences;
const LONGEST = 8192;
const MOST_ARGUMENTS = 255;
/** How deep brackets, functions and signs may be nested, as in Excel. */
const DEEPEST = 64;

/** What formulas of a workbook may name. Both take a name in any case. */
export type Known = {
  name: (name: string) => Named | undefined;
  sheet: (name: string) => SheetId | undefined;
};

/** The tokens of a formula, or its first fault. */
export function tokensOf(text: string, language: FormulaLanguage, known?: Known): Token[] | FormulaProblem {
  if (text.length > LONGEST) return { problem: say.tooLong, start: 0, end: text.length };
  const english = toEnglish(text, language);
  if (typeof english !== 'string') return english;
  const long = longPiece(english);
  if (long) return { problem: say.unreadable(long.start + 1, text.slice(long.start, long.end)), ...long };
  const tokens = inEnglish(withCallsJoined(tokenize(english, { withLocation: true })), text, language.words);
  return faultIn(tokens, text, language, known) ?? tokens;
}

/** A function's name in capitals and without Excel's prefix: SUM for _xlfn.sum. */
export function functionName(text: string): string {
  return text.toUpperCase().replace(/^_XLFN\.(_XLWS\.)?/, '');
}

/** The formula with English separators and with ASCII minus signs. Its length stays the same. */
function toEnglish(text: string, { decimal, list, column }: FormulaLanguage): string | FormulaProblem {
  let [english, quote, inArray] = ['', '', false];
  /** What the word that ends here begins with: a letter, or what a number may begin with. undefined between words. */
  let word: 'letter' | 'digit' | undefined;
  const isDigit = (character: string | undefined) => /\d/.test(character ?? '');
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    let written = character;
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '{' || character === '}') inArray = character === '{';
    else if (character === '−') written = '-';
    else if (character === '\u00a0') written = ' ';
    else if (decimal === ',') {
      const between = word === 'digit' && isDigit(text[at - 1]) && isDigit(text[at + 1]);
      const fault = (problem: Sentence) => ({ problem, start: at, end: at + 1 });
      if (character === decimal) {
        if (!between) return fault(say.separator(at + 1, character, list));
        written = '.';
      } else if (character === (inArray ? column : list)) written = ',';
      else if (character === '.' && between && !inArray) return fault(say.decimals(at + 1, decimal));
    }
    english += written;
    if (!WORD.test(written)) word = undefined;
    else word ??= /[\d.?]/.test(written) ? 'digit' : 'letter';
  }
  return english;
}

/** What the tokenizer takes as a part of a word, such as A1: also any letter and sign from ¡ on. */
const WORD = /[\w.?\\\u00a1-\uffff]/;

/** Longer than a name, a function or a reference to a sheet can be. */
const LONGEST_PIECE = 255;
/** A text; a name in single quotation marks or in square brackets; anything else between operators. */
const PIECES = /"(?:[^"]|"")*"?|('(?:[^']|'')*'?|\[[^\]]*\]?|[^"'[\s(){},;:+*/^&=<>%-]+)|./gs;
/** A number may be as long as it likes. */
const DIGITS = /^\d*(?:\.\d*)?(?:e\d*)?$/i;

/** The first piece of a formula that is too long to mean anything. At each of its characters, the tokenizer would look
 *  ahead to its end, which would take a hundred milliseconds. */
function longPiece(english: string): { start: number; end: number } | undefined {
  for (const { 1: piece = '', index } of english.matchAll(PIECES)) {
    if (piece.length > LONGEST_PIECE && !DIGITS.test(piece)) return { start: index, end: index + piece.length };
  }
  return undefined;
}

/** The tokens with English words. They keep their places in the text. English words are read in every language,
 *  because no German name of a function is the English name of another. */
function inEnglish(tokens: Token[], text: string, words: Words | undefined): Token[] {
  if (!words) return tokens;
  const errors = Object.entries(words.errors);
  const ends = new Set(tokens.map(({ loc }) => loc![1]));
  const translated: Token[] = [];
  for (const [i, token] of tokens.entries()) {
    const [start] = token.loc!;
    if (start < (translated.at(-1)?.loc![1] ?? 0)) continue;
    // An error such as #ZAHL! was cut into several tokens.
    const [error, written] =
      (token.value === '#' && errors.find(([, each]) => startsWith(text, start, each))) || ([] as undefined[]);
    const end = start + (written?.length ?? 0);
    const call = token.type === 'func' || (token.type === 'range_named' && tokens[i + 1]?.value === '(');
    const name = token.value.toUpperCase();
    if (error !== undefined && ends.has(end)) translated.push({ type: 'error', value: error, loc: [start, end] });
    else if (call) translated.push({ ...token, type: 'func', value: words.english.get(name) ?? token.value });
    else if (token.type === 'range_named' && (name === words.truth.true || name === words.truth.false))
      translated.push({ ...token, type: 'bool', value: name === words.truth.true ? 'TRUE' : 'FALSE' });
    else translated.push(token);
  }
  return translated;
}

const startsWith = (text: string, at: number, part: string) =>
  text.slice(at, at + part.length).toUpperCase() === part.toUpperCase();

/** Joins "SUM (" to one token. */
function withCallsJoined(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (const [i, token] of tokens.entries()) {
    const before = joined.at(-1);
    const opens = token.type === 'whitespace' && before?.type === 'range_named' && tokens[i + 1]?.value === '(';
    if (opens && /^[\p{L}\w.]+$/u.test(before.value)) joined[joined.length - 1] = { ...before, type: 'func' };
    else joined.push(token);
  }
  return joined;
}

/** An open bracket. For a function: its name and the number of its arguments. For an array: how many numbers each row
 *  has. `typed`: the name as it was typed. `comma`: the place of a decimal comma within a function. */
type Open = {
  bracket: '(' | '{';
  start: number;
  name?: string;
  typed?: string;
  nameStart?: number;
  counts: number[];
  comma?: number;
};

/** The first fault in the tokens. */
function faultIn(
  tokens: readonly Token[],
  text: string,
  { list, decimal, words }: FormulaLanguage,
  known: Known | undefined,
): FormulaProblem | undefined {
  const open: Open[] = [];
  let expectsOperand = true;
  let signs = 0;
  let before: Token | undefined;
  let ambiguous: FormulaProblem | undefined;
  for (const token of tokens) {
    if (SKIPPED.has(token.type)) continue;
    const fault = OPERANDS.has(token.type) ? operandFault(token) : operatorFault(token);
    if (fault) return { problem: fault, start: startOf(token), end: endOf(token) };
    if (ambiguous) return ambiguous;
    before = token;
  }
  const last = open.at(-1);
  if (last) {
    const problem = say.notClosed(last.start + 1, last.bracket);
    const isRound = open.every(({ bracket }) => bracket === '(');
    return { problem, start: last.start, end: last.start + 1, ...(isRound && { open: open.length }) };
  }
  if (!expectsOperand) return undefined;
  const problem = before ? say.ends(text.length + 1) : say.empty;
  return { problem, start: text.length, end: text.length };

  function operandFault(token: Token): Sentence | undefined {
    const [position, found] = [startOf(token) + 1, text.slice(startOf(token), endOf(token))];
    const fault = wordFault(token, position, found, known);
    if (fault) return fault;
    if (!expectsOperand) {
      const both = before?.type.startsWith('range') && token.type.startsWith('range');
      return both ? say.sideBySide(position, found) : say.operatorMissing(position, found);
    }
    if (open.at(-1)?.bracket === '{' && (token.type === 'func' || token.type.startsWith('range'))) {
      return say.notConstant(position, found);
    }
    // After a function's name comes its bracket, which counts as an operand.
    expectsOperand = token.type === 'func';
    if (token.type !== 'func') signs = 0;
    const comma = token.type === 'number' && decimal === ',' ? found.indexOf(decimal) : -1;
    const call = comma < 0 ? undefined : open.findLast(({ name }) => name !== undefined);
    if (call) call.comma ??= startOf(token) + comma;
    return undefined;
  }

  /** With a function's English name, a comma may be meant as in English, where it separates arguments. Where another
   *  sign does that, it is decimal. */
  function ambiguityIn({ name = '', typed = '', counts, comma }: Open): FormulaProblem | undefined {
    const local = words?.functions.get(name);
    if (comma === undefined || local === undefined || counts[0] > 1) return undefined;
    if (local === name || functionName(typed) !== name) return undefined;
    return { problem: say.twoReadings(comma + 1, decimal, name, local, list), start: comma, end: comma + 1 };
  }

  function operatorFault({ value, ...token }: Token): Sentence | undefined {
    const [position, found] = [startOf(token) + 1, text.slice(startOf(token), endOf(token))];
    const within = open.at(-1);
    if (token.type === 'unknown') return say.unreadable(position, found);
    if (token.type !== 'operator') return say.unsupported(position, found);
    if (value === '(' || value === '{') return openFault(value, position, found);
    if (value === ')' || value === '}') return closeFault(value, position);
    if (value === ',' || value === ';') return separatorFault(value, position, found);
    if (within?.bracket === '{') return say.notConstant(position, found);
    if (value === ':') return say.rangeOperator(position);
    if (!BINARY.has(value) && value !== '%') return say.unsupported(position, found);
    if (value === '%') return expectsOperand ? say.operandMissing(position, found) : undefined;
    if (expectsOperand) {
      if (value !== '+' && value !== '-') return say.operandMissing(position, found);
      signs++;
      return open.length + signs > DEEPEST ? say.tooDeep(position) : undefined;
    }
    expectsOperand = true;
    return undefined;
  }

  /** A function may have no arguments or leave one out, but an argument can't end with an operator. */
  function mayBeOmitted({ name }: Open): boolean {
    return name !== undefined && (before?.value === '(' || before?.value === ',');
  }

  function openFault(bracket: '(' | '{', position: number, found: string): Sentence | undefined {
    if (open.at(-1)?.bracket === '{') return say.notConstant(position, found);
    if (!expectsOperand) return say.operatorMissing(position, found);
    const name = bracket === '(' && before?.type === 'func' ? before : undefined;
    open.push({
      bracket,
      start: position - 1,
      ...(name && {
        name: functionName(name.value),
        typed: text.slice(startOf(name), endOf(name)),
        nameStart: startOf(name),
      }),
      counts: [1],
    });
    expectsOperand = true;
    return open.length + signs > DEEPEST ? say.tooDeep(position) : undefined;
  }

  function closeFault(bracket: ')' | '}', position: number): Sentence | undefined {
    const opened = open.at(-1);
    if (opened?.bracket !== (bracket === ')' ? '(' : '{')) return say.notOpened(position, bracket);
    if (expectsOperand && !mayBeOmitted(opened)) return say.operandMissing(position, bracket);
    if (opened.counts.some(count => count !== opened.counts[0])) return say.unevenRows(opened.start + 1);
    ambiguous = ambiguityIn(opened);
    open.pop();
    expectsOperand = false;
    return undefined;
  }

  function separatorFault(separator: ',' | ';', position: number, found: string): Sentence | undefined {
    const within = open.at(-1);
    const isArray = within?.bracket === '{';
    if (separator === ';' && !isArray) return say.separator(position, found, list);
    if (!within || (!isArray && within.name === undefined)) {
      return before?.type === 'number' ? say.decimals(startOf(before) + 1, '.') : say.union(position, found);
    }
    if (expectsOperand && !mayBeOmitted(within)) return say.operandMissing(position, found);
    if (separator === ';') within.counts.push(1);
    else within.counts[within.counts.length - 1]++;
    expectsOperand = true;
    const tooMany = !isArray && within.counts[0] > MOST_ARGUMENTS;
    return tooMany ? say.tooManyArguments(within.nameStart! + 1, within.name!) : undefined;
  }
}

const SKIPPED = new Set(['fx_prefix', 'whitespace', 'newline']);
const OPERANDS = new Set(['number', 'bool', 'string', 'error', 'func', 'range', 'range_beam', 'range_named']);
const BINARY = new Set(['+', '-', '*', '/', '^', '&', '=', '<>', '<', '>', '<=', '>=']);

const startOf = ({ loc }: Pick<Token, 'loc'>) => loc![0];
const endOf = ({ loc }: Pick<Token, 'loc'>) => loc![1];

/** What is wrong with a single number, text, name or reference. */
function wordFault(
  { type, value, unterminated }: Token,
  position: number,
  found: string,
  known: Known | undefined,
): Sentence | undefined {
  if (unterminated) return say.textNotClosed(position);
  if (type === 'number') return Number.isFinite(Number(value)) ? undefined : say.numberTooLarge(position);
  if (type === 'error') {
    return ERROR_NAMES.includes(value.toUpperCase() as ErrorName) ? undefined : say.unsupported(position, found);
  }
  if (type === 'func') return /^(LET|LAMBDA)$/.test(functionName(value)) ? say.unsupported(position, found) : undefined;
  if (type === 'range_named') {
    if (known?.name(value)) return undefined;
    const isAddress = /^\$?[A-Z]{1,3}\$?\d+$/i.test(value);
    return isAddress ? say.outsideSheet(position, found) : say.unknownName(position, found);
  }
  if (type !== 'range' && type !== 'range_beam') return undefined;
  const parsed = parseA1Ref(value) as { context: string[]; range: { trim?: string } } | undefined;
  if (!parsed) return say.unreadable(position, found);
  const { context, range } = parsed;
  if (context.length > 1) return say.otherWorkbook(position, found);
  if (context[0]?.includes(':')) return say.severalSheets(position, found);
  if (known && context.length > 0 && known.sheet(context[0]) === undefined) return say.noSheet(position, context[0]);
  return range.trim ? say.unsupported(position, found) : undefined;
}
