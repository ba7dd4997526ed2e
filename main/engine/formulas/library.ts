/** HyperFormula, for the formulas that aren't compiled. It holds copies of the cells that they read, and calculates one
 *  formula at a time; what reads what is known here. */
import { isError } from '../../../shared/cell-content.ts';
import { createRequire } from 'node:module';
import type { DetailedCellError, HyperFormula, RawCellContent } from 'hyperformula';
import { intersect, MAX_COLUMNS } from '../../../shared/address.ts';
import type { Drawn } from '../../../shared/cells.ts';
import { ABSOLUTE, cellsBetween, type CellsReference, type Expression } from '../../../shared/formula/expression.ts';
import { formatA1 } from '../../../shared/formula/notation.ts';
import { ENGLISH, print } from '../../../shared/formula/print.ts';
import type { CellReader, RangeReader } from '../../../shared/formula/readers.ts';
import { isRange } from '../../../shared/formula/readers.ts';
import { ERRORS, NO_VALUE, type Value } from '../../../shared/formula/value.ts';
import { createRandomFor } from '../../../shared/random.ts';
import { CONFIGURATION } from './configuration.ts';
import type { Rectangle } from './graph.ts';
import type { Node } from './nodes.ts';
import type { Source } from './readers.ts';
import { foundAt } from './references.ts';

/** What a formula gives: one value, or the rows of an array. */
export type Result = Value | Value[][];

export type Library = {
  /** Calculates formulas that don't read one another. Their precedents are known. */
  calculate(nodes: readonly Node[]): Result[];
  /** From now on, RAND, NOW and their like give what follows from this. */
  draw(drawn: Drawn | undefined): void;
};

const NOTHING_DRAWN: Drawn = { seed: 0, now: 0 };

export function createLibrary(source: Source): Library {
  let engine: HyperFormula | undefined;
  let drawn: Drawn = NOTHING_DRAWN;
  /** What the copies hold, by sheet and cell. */
  const copies = new Map<string, Map<number, Value>>();
  let texts = new WeakMap<Node, string>();

  function start(): HyperFormula {
    // It takes a tenth of a second to load, and most workbooks never need it.
    const { HyperFormula } = createRequire(import.meta.url)('hyperformula') as typeof import('hyperformula');
    return HyperFormula.buildEmpty({ ...CONFIGURATION, undoLimit: 0 });
  }

  /** The text of a formula with all its references absolute. */
  function textOf(node: Node): string {
    let text = texts.get(node);
    if (text === undefined) {
      const expression = forHyperFormula(source, node, drawn);
      text = print(expression, {
        language: ENGLISH,
        reference: reference => formatA1(reference as CellsReference),
      }).text;
      texts.set(node, text);
    }
    return text;
  }

  function copyAll(nodes: readonly Node[]): void {
    engine!.suspendEvaluation();
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
    let own = copies.get(range.sheet);
    if (!own) {
      copies.set(range.sheet, (own = new Map()));
      engine!.addSheet(range.sheet);
    }
    const sheet = engine!.getSheetId(range.sheet)!;
    const used = isRange(reader) ? intersect(range, usedOf(range)) : range;
    if (!used) return;
    for (let row = used.row; row < used.row + used.height; row++) {
      for (let column = used.column; column < used.column + used.width; column++) {
        const content = isRange(reader) ? reader.at(row - range.row, column - range.column) : reader.value();
        const key = row * MAX_COLUMNS + column;
        if (Object.is(own.get(key) ?? null, content)) continue;
        own.set(key, content);
        engine!.setCellContents({ sheet, row, col: column }, rawContent(content));
      }
    }
  }

  /** The part of a sheet that may hold anything. Whole columns are read as far as that. */
  function usedOf({ sheet, height, width }: Rectangle) {
    const { layout } = source.sheet;
    const slots = source.cells.get(sheet)?.used();
    // A tensor is copied whole, to a sheet of its own.
    if (!slots) return { row: 0, column: 0, height, width };
    const network =
      sheet === source.sheet.id ? { height: layout.rows, width: layout.columns } : { height: 0, width: 0 };
    return {
      row: 0,
      column: 0,
      height: Math.max(slots.height, network.height),
      width: Math.max(slots.width, network.width),
    };
  }

  return {
    calculate(nodes) {
      engine ??= start();
      if (engine.countSheets() === 0) engine.addSheet('\u0000');
      copyAll(nodes);
      return nodes.map(node => {
        try {
          return resultOf(engine!.calculateFormula(textOf(node), 0));
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

const FUNCTIONS_OF_PLACE: ReadonlySet<string> = new Set(['ROW', 'COLUMN']);

/** The formula as HyperFormula reads it: with absolute references, and with values for what depends on the formula's
 *  own place or on chance. */
function forHyperFormula(source: Source, node: Node, { seed, now }: Drawn): Expression {
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
        const range = rangeOfRead(source, node, read++);
        if (!range) return { kind: 'error', name: '#REF!' };
        const last = { row: range.row + range.height - 1, column: range.column + range.width - 1 };
        return cellsBetween({ row: range.row, column: range.column }, last, ABSOLUTE, range.sheet);
      }
      case 'operation':
        return { ...expression, operands: expression.operands.map(written) };
      case 'call':
        return call(expression.name, expression.arguments.map(written));
      default:
        return expression;
    }
  }

  function call(name: string, given: Expression[]): Expression {
    if (given.length === 0 && FUNCTIONS_OF_PLACE.has(name)) return (name === 'ROW' ? row : column) + 1;
    if (given.length === 0 && name === 'SHEETS') return source.sheets.length;
    if (name === 'SHEET' && (given.length === 0 || isCells(given[0])))
      return source.sheets.indexOf(isCells(given[0]) ? given[0].sheet! : sheet) + 1;
    if (given.length === 0 && name === 'RAND') return random();
    if (given.length === 0 && name === 'NOW') return now;
    if (given.length === 0 && name === 'TODAY') return Math.floor(now);
    if (name === 'SEQUENCE' && sizeOf(given) > MOST_OF_SEQUENCE) return { kind: 'error', name: '#NUM!' };
    if (name === 'RANDBETWEEN' && given.length === 2) return between(given[0], given[1], random());
    return { kind: 'call', name, arguments: given };
  }
}

const isCells = (expression: Expression | undefined): expression is CellsReference =>
  typeof expression === 'object' && expression.kind === 'cells';

/** A list of a million numbers would take a tenth of a second. */
const MOST_OF_SEQUENCE = 200_000;

/** How many numbers SEQUENCE makes, if the formula says so plainly. */
const sizeOf = ([rows, columns = 1]: readonly Expression[]): number =>
  typeof rows === 'number' && typeof columns === 'number' ? rows * columns : 0;

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
  if (typeof value !== 'object' || value === null) return (value as Value) ?? 0;
  return ERRORS[(value as DetailedCellError).value as keyof typeof ERRORS] ?? NO_VALUE;
}
