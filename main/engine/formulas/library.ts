/** HyperFormula, for the formulas that aren't compiled. It holds copies of the cells that they read, and calculates one
 *  formula at a time; what reads what is known here. */
import { type CellError, isError } from '../../../shared/cell-content.ts';
import type { DetailedCellError, HyperFormula, RawCellContent } from 'hyperformula';
import { MAX_COLUMNS } from '../../../shared/address.ts';
import type { Drawn } from '../../../shared/cells.ts';
import {
  ABSOLUTE,
  type Call,
  cellsBetween,
  type CellsReference,
  type Expression,
  isReference,
  type Reference,
} from '../../../shared/formula/expression.ts';
import { formatA1 } from '../../../shared/formula/notation.ts';
import { ENGLISH, print } from '../../../shared/formula/print.ts';
import type { CellReader, RangeReader } from '../../../shared/formula/readers.ts';
import { isRange } from '../../../shared/formula/readers.ts';
import { ERRORS, NO_VALUE, type Value } from '../../../shared/formula/value.ts';
import { createRandomFor } from '../../../shared/random.ts';
import { faultOfArrays } from './array-limits.ts';
import type { Rectangle } from './graph.ts';
import { loadHyperFormula, takeEngine } from './hyperformula.ts';
import type { Node } from './nodes.ts';
import type { Source } from './readers.ts';
import { foundAt } from './references.ts';
import { isOneValue } from './steps.ts';

/** What a formula gives: one value, or the rows of an array. */
export type Result = Value | Value[][];

export type Library = {
  /** Calculates formulas that don't read one another. Their precedents are known. */
  calculate(nodes: readonly Node[]): Result[];
  /** From now on, RAND, NOW and their like give what follows from this. */
  draw(drawn: Drawn | undefined): void;
};

/** A content that was copied, and the last look that found it. */
type Copied = { content: Value; looked: number };

/** An engine and what it holds copies of, by sheet and cell. `looks`: how often a larger range was looked at. Another
 *  library may go on with them, because each copy is compared with its cell before it is read. */
export type Copies = { engine?: HyperFormula; cells: Map<string, Map<number, Copied>>; looks: number };
export const noCopies = (): Copies => ({ cells: new Map(), looks: 0 });

/** A range of more cells than this is copied by what it holds. */
const LARGE = 1000;
/** HyperFormula takes tens of milliseconds for a range of so many cells, and for ever for one of a whole sheet. */
const [SLOW, TOO_LARGE] = [200_000, 2_000_000];
/** So many contents of a slow range are kept while they are copied. */
const MOST_KEPT = 100_000;
const NOTHING_DRAWN: Drawn = { seed: 0, now: 0 };

export function createLibrary(source: Source, copies = noCopies()): Library {
  let drawn: Drawn = NOTHING_DRAWN;
  /** The slow ranges that are read this time. */
  const slow = new Map<string, SlowRange>();
  let texts = new WeakMap<Node, string | CellError>();
  /** The larger ranges that were copied this time. */
  const copied = new Set<string>();

  /** The text of a formula with all its references absolute, or the error that it gives without being calculated. */
  function textOf(node: Node): string | CellError {
    const end = endOfContents(node);
    let text = end ? undefined : texts.get(node);
    if (text === undefined) {
      const expression = forHyperFormula(source, node, drawn, end);
      const reference = (cells: Reference) => formatA1(cells as CellsReference);
      text =
        faultOfArrays(expression, (name, place) => isOneValue(loadHyperFormula(), name, place)) ??
        print(expression, { language: ENGLISH, reference }).text;
      texts.set(node, text);
    }
    return text;
  }

  /** Where the contents of a formula's large ranges end; undefined if it has none. */
  function endOfContents(node: Node): End | undefined {
    let end: End | undefined;
    for (const place of node.readers.keys()) {
      const range = rangeOfRead(source, node, place);
      if (!range || range.height * range.width <= SLOW) continue;
      const { row, column } = slow.get(nameOf(range))!;
      end = { row: Math.max(end?.row ?? 0, row), column: Math.max(end?.column ?? 0, column) };
    }
    return end;
  }

  const readsMore = (node: Node, cells: number) => node.reads.some(({ height, width }) => height * width > cells);

  function readSlow(nodes: readonly Node[]): void {
    for (const node of nodes) {
      if (!readsMore(node, SLOW)) continue;
      for (const [place, reader] of node.readers.entries()) {
        const range = rangeOfRead(source, node, place);
        if (!range || range.height * range.width <= SLOW || slow.has(nameOf(range))) continue;
        const read: SlowRange = { row: 0, column: 0, contents: [], places: [] };
        slow.set(nameOf(range), read);
        (reader as RangeReader).each((content, row, column) => {
          read.row = Math.max(read.row, range.row + row + 1);
          read.column = Math.max(read.column, range.column + column + 1);
          if (read.contents.length === MOST_KEPT) return false;
          read.contents.push(content);
          read.places.push(row, column);
          return false;
        });
      }
    }
  }

  function copyAll(nodes: readonly Node[]): void {
    const { engine } = copies;
    engine!.suspendEvaluation();
    copied.clear();
    for (const node of nodes) {
      for (const [place, reader] of node.readers.entries()) {
        const range = rangeOfRead(source, node, place);
        if (range) copy(range, reader);
      }
    }
    engine!.resumeEvaluation();
  }

  /** Brings the copy of a range up to date. */
  function copy(range: Rectangle, reader: CellReader | RangeReader): void {
    const engine = copies.engine!;
    let own = copies.cells.get(range.sheet);
    if (!own) {
      copies.cells.set(range.sheet, (own = new Map()));
      engine.addSheet(range.sheet);
    }
    const sheet = engine.getSheetId(range.sheet)!;
    const known = own;
    const put = (row: number, column: number, content: Value) => {
      const key = row * MAX_COLUMNS + column;
      const before = known.get(key);
      if (before) before.looked = copies.looks;
      if (Object.is(before?.content ?? null, content)) return;
      if (content === null) known.delete(key);
      else if (before) before.content = content;
      else known.set(key, { content, looked: copies.looks });
      if (row !== run.row || column !== run.column + run.contents.length) {
        putRun();
        run = { row, column, contents: [] };
      }
      run.contents.push(rawContent(content));
    };
    // HyperFormula takes neighbours together in half the time.
    let run: { row: number; column: number; contents: RawCellContent[] } = { row: 0, column: 0, contents: [] };
    const putRun = () => {
      const { row, column: col, contents } = run;
      if (contents.length > 0) engine.setCellContents({ sheet, row, col }, [contents]);
    };
    const { row: top, column: left, height, width } = range;
    if (!isRange(reader)) put(top, left, reader.value());
    else if (height * width <= LARGE) {
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++) put(top + row, left + column, reader.at(row, column));
    } else {
      const name = nameOf(range);
      if (copied.has(name)) return;
      copied.add(name);
      // Most of a whole column is blank.
      copies.looks++;
      const read = slow.get(name);
      if (read && read.contents.length < MOST_KEPT)
        for (const [i, content] of read.contents.entries())
          put(top + read.places[2 * i], left + read.places[2 * i + 1], content);
      else
        reader.each((content, row, column) => {
          put(top + row, left + column, content);
          return false;
        });
      for (const [key, { looked }] of known) {
        if (looked === copies.looks) continue;
        const [row, column] = [Math.floor(key / MAX_COLUMNS), key % MAX_COLUMNS];
        if (row >= top && row < top + height && column >= left && column < left + width) put(row, column, null);
      }
    }
    putRun();
  }

  return {
    calculate(nodes) {
      const engine = (copies.engine ??= takeEngine());
      // A formula whose arrays are too large needs no copies.
      readSlow(nodes);
      const texts = nodes.map(textOf);
      copyAll(nodes.filter((_, i) => !isError(texts[i])));
      slow.clear();
      return texts.map(text => {
        try {
          return typeof text === 'string' ? resultOf(engine.calculateFormula(text, 0)) : text;
        } catch {
          // HyperFormula can't read the formula.
          return ERRORS['#NAME?'];
        }
      });
    },
    draw(next) {
      drawn = next ?? NOTHING_DRAWN;
      texts = new WeakMap();
    },
  };
}

/** The cells of a formula's read; undefined if it is #REF!. A tensor read by its name has a sheet of its own in the
 *  library. */
function rangeOfRead({ cells }: Source, { shared, cell, from, readers }: Node, place: number): Rectangle | undefined {
  const found = foundAt(shared!.reads[place], cell.row - from!.row, cell.column - from!.column);
  if ('error' in found) return undefined;
  if (!('tensor' in found)) return cells.has(found.sheet) ? found : undefined;
  const { height, width } = readers[place] as RangeReader;
  return { sheet: `tensor ${found.tensor}`, row: 0, column: 0, height, width };
}

/** The row and the column after the last ones that hold something. */
type End = { row: number; column: number };
/** What a slow range holds, and the row and the column of each content, counted from the range's corner: the first of
 *  it, if it holds more than is kept. */
type SlowRange = End & { contents: Value[]; places: number[] };

const nameOf = ({ sheet, row, column, height, width }: Rectangle) => `${sheet} ${row} ${column} ${height} ${width}`;

/** HyperFormula goes through a range cell by cell. So a large one is cut where the contents of the formula's large
 *  ranges end, as HyperFormula itself cuts whole columns. It doesn't end where the sheet does, because an array that is
 *  made of whole columns makes the sheet longer. */
function cut(range: Rectangle, { row, column }: End): Rectangle {
  if (range.height * range.width <= SLOW) return range;
  const height = Math.max(1, Math.min(range.height, row - range.row));
  return { ...range, height, width: Math.max(1, Math.min(range.width, column - range.column)) };
}

const FUNCTIONS_OF_PLACE: ReadonlySet<string> = new Set(['ROW', 'COLUMN']);

/** The formula as HyperFormula reads it: with absolute references, with its large ranges cut, and with values for what
 *  depends on the formula's own place or on chance. */
function forHyperFormula(source: Source, node: Node, { seed, now }: Drawn, end: End | undefined): Expression {
  const { row, column, sheet } = node.cell;
  let [read, chances] = [0, 0];
  const random = () => {
    const place = row * MAX_COLUMNS + column;
    return createRandomFor(seed, place % 2 ** 32, hash(sheet) ^ chances++).uniform();
  };
  return written(node.shared!.expression);

  function written(expression: Expression): Expression {
    if (typeof expression === 'boolean') return { kind: 'call', name: expression ? 'TRUE' : 'FALSE', arguments: [] };
    if (typeof expression !== 'object') return expression;
    switch (expression.kind) {
      case 'elements':
      case 'cells':
      case 'tensor': {
        const whole = rangeOfRead(source, node, read++);
        if (!whole) return { kind: 'error', name: '#REF!' };
        const range = end ? cut(whole, end) : whole;
        if (range.height * range.width > TOO_LARGE) return { kind: 'error', name: '#NUM!' };
        const last = { row: range.row + range.height - 1, column: range.column + range.width - 1 };
        return cellsBetween({ row: range.row, column: range.column }, last, ABSOLUTE, range.sheet);
      }
      case 'operation':
        return { ...expression, operands: expression.operands.map(written) };
      case 'call':
        return sizeAsked(expression) ?? call(expression.name, expression.arguments.map(written));
      default:
        return expression;
    }
  }

  /** How many rows or columns a range has that may be cut. */
  function sizeAsked({ name, arguments: [first, ...others] }: Call): number | undefined {
    const isAsked = (name === 'ROWS' || name === 'COLUMNS') && others.length === 0;
    if (!isAsked || !isRead(first)) return undefined;
    const range = rangeOfRead(source, node, read);
    if (range) read++;
    return range && (name === 'ROWS' ? range.height : range.width);
  }

  function call(name: string, given: Expression[]): Expression {
    if (given.length === 0 && FUNCTIONS_OF_PLACE.has(name)) return (name === 'ROW' ? row : column) + 1;
    if (given.length === 0 && name === 'SHEETS') return source.sheets.length;
    if (name === 'SHEET' && (given.length === 0 || isCells(given[0])))
      return source.sheets.indexOf(isCells(given[0]) ? given[0].sheet! : sheet) + 1;
    if (given.length === 0 && name === 'RAND') return random();
    if (given.length === 0 && name === 'NOW') return now;
    if (given.length === 0 && name === 'TODAY') return Math.floor(now);
    if (name === 'RANDBETWEEN' && given.length === 2) return between(given[0], given[1], random());
    return { kind: 'call', name, arguments: given };
  }
}

const isRead = (expression: Expression | undefined) =>
  typeof expression === 'object' && (isReference(expression) || expression.kind === 'tensor');
const isCells = (expression: Expression | undefined): expression is CellsReference =>
  typeof expression === 'object' && expression.kind === 'cells';

/** A whole number from `least` to `most`: `least` + ⌊chance·(`most` − `least` + 1)⌋. */
function between(least: Expression, most: Expression, chance: number): Expression {
  const binary = (operator: '+' | '-' | '*', ...operands: Expression[]): Expression => ({
    kind: 'operation',
    operator,
    operands,
  });
  const count = binary('+', binary('-', most, least), 1);
  const steps: Expression = { kind: 'call', name: 'ROUNDDOWN', arguments: [binary('*', chance, count), 0] };
  return binary('+', least, steps);
}

function hash(text: string): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
  return sum >>> 0;
}

/** Texts get an apostrophe, so that HyperFormula takes none for a number or a formula. */
function rawContent(content: Value): RawCellContent {
  if (isError(content)) return content.error;
  return typeof content === 'string' ? `'${content}` : content;
}

function resultOf(result: unknown): Result {
  return Array.isArray(result) ? result.map(row => (row as unknown[]).map(valueOf)) : valueOf(result);
}

function valueOf(value: unknown): Value {
  // In arrays, HyperFormula gives NaN where a function isn't defined.
  if (typeof value === 'number' && !Number.isFinite(value)) return ERRORS['#NUM!'];
  if (typeof value !== 'object' || value === null) return (value as Value) ?? 0;
  return ERRORS[(value as DetailedCellError).value as keyof typeof ERRORS] ?? NO_VALUE;
}
