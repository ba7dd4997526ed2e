/** Random changes of what users write, such as a window might send. All of them can be made. */
import { type Cell, type CellEdit, type CellFormat, isFormula, type PlacedFormula } from '../cells.ts';
import { checkWritten, isFree } from '../changes/check.ts';
import type { WrittenChange } from '../changes/kinds.ts';
import type { Content } from '../change.ts';
import { sheetIn } from '../change.ts';
import type { CellAddress } from '../address.ts';
import { UserError } from '../errors.ts';
import { cellsBetween, type Expression, mapReferences } from '../formula/expression.ts';
import { bound } from '../formula/placed.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { Random } from '../random.ts';
import { randomExpression } from './random-expression.ts';

/** Sheets that tests write on are this large. */
const EDGE = 12;

/** A change that the workbook can take. */
export function randomWritten(content: Content, random: Random): WrittenChange {
  for (;;) {
    const change = anyChange(content, random);
    if (canBeMade(content, change)) return change;
  }
}

function canBeMade(content: Content, change: WrittenChange): boolean {
  try {
    checkWritten(content, change, () => sheetIn(content));
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function anyChange(content: Content, random: Random): WrittenChange {
  const sheet = sheetIn(content);
  const one = <T>(items: readonly T[]): T => items[random.integer(items.length)];
  const some = <T>(make: () => T, most = 4): T[] => Array.from({ length: 1 + random.integer(most) }, make);
  const anySheet = () => one(content.sheets).id;
  const tensors = [...sheet.tensors.values()];
  const place = (): CellAddress => ({ row: random.integer(EDGE), column: random.integer(EDGE) });
  switch (random.integer(12)) {
    case 0:
    case 1:
    case 2: {
      const edits = some(() => {
        const { id, role, size } = one(tensors);
        const indices = Uint32Array.from(some(() => random.integer(size), 6));
        const kind = random.integer(4);
        if (kind === 0) return { tensor: id, indices };
        if (kind === 1 && role === 'computed') return { tensor: id, indices, content: random.integer(9) / 4 };
        const formula = randomFormula(content, sheet, sheet.id, random);
        return { tensor: id, indices, content: { formula, from: random.integer(size) } };
      });
      return { kind: 'formulas', edits };
    }
    case 3: {
      const edits = some(() => {
        const { id, size } = one(tensors);
        const index = random.integer(size);
        return { tensor: id, index, ...(random.integer(3) > 0 && { text: one(['why?', 'note']) }) };
      });
      return { kind: 'comments', edits };
    }
    case 4: {
      const edits = some(() => ({
        name: one(['rate', 'Rate', 'größe', '_x.1']),
        ...(random.integer(3) > 0 && { formula: randomFormula(content, sheet, undefined, random) }),
      }));
      return { kind: 'names', edits };
    }
    case 5: {
      const id = `s${random.integer(1000)}`;
      const cells = randomCells(content, sheet, id, random);
      const widths = random.integer(2) === 0 ? [] : [{ column: random.integer(EDGE), width: 20 + random.integer(99) }];
      const colour = random.integer(2) === 0 ? {} : { colour: '#00ff7f' };
      const name = one(['Notes', 'My table', 'Größe', id]);
      return {
        kind: 'addSheet',
        sheet: { id, name, ...colour, cells, widths },
        at: random.integer(content.sheets.length + 1),
      };
    }
    case 6:
      return random.integer(3) === 0
        ? { kind: 'removeSheet', sheet: anySheet() }
        : {
            kind: 'sheet',
            sheet: anySheet(),
            ...(random.integer(2) === 0 && { name: one(['Notes', 'Other', 'LeNet']) }),
            ...(random.integer(2) === 0 && { at: random.integer(content.sheets.length) }),
            ...(random.integer(2) === 0 && { colour: one([null, '#123456']) }),
          };
    case 7: {
      const axis = one(['rows', 'columns'] as const);
      const action = one(['insert', 'delete'] as const);
      const [at, count] = [random.integer(EDGE), 1 + random.integer(3)];
      return { kind: 'lines', sheet: anySheet(), axis, action, at, count };
    }
    case 8: {
      const range = { ...place(), height: 1 + random.integer(3), width: 1 + random.integer(3) };
      return { kind: 'move', sheet: anySheet(), range, to: { sheet: anySheet(), ...place() } };
    }
    default: {
      const id = anySheet();
      return { kind: 'cells', sheet: id, edits: randomCells(content, sheet, id, random) };
    }
  }
}

/** Edits of cells, some of which share a formula. On the network's sheet only of free places. */
function randomCells(content: Content, sheet: Sheet, on: string, random: Random): CellEdit[] {
  const columns = on === sheet.id ? sheet.layout.columns : 0;
  const free = () => {
    for (;;) {
      const [row, column] = [random.integer(EDGE), random.integer(columns + EDGE)];
      if (on !== sheet.id || isFree(sheet, row, column)) return [row, column];
    }
  };
  return Array.from({ length: 1 + random.integer(5) }, () => {
    const at = Uint32Array.from(Array.from({ length: 1 + random.integer(4) }, free).flat());
    const cell = random.integer(4) === 0 ? undefined : randomCell(content, sheet, on, random, at);
    return { at, ...(cell && { cell }) };
  });
}

function randomCell(content: Content, sheet: Sheet, on: string, random: Random, [row, column]: Uint32Array): Cell {
  const kinds: (() => Cell['content'] | undefined)[] = [
    () => undefined,
    () => random.integer(100) / 8,
    () => 'a “text”, with\nlines',
    () => true,
    () => ({ formula: randomFormula(content, sheet, on, random), from: { row, column } }),
    () => ({ formula: randomFormula(content, sheet, on, random), from: { row, column } }),
  ];
  const value = kinds[random.integer(kinds.length)]();
  const formats: (CellFormat | undefined)[] = [
    undefined,
    { bold: true },
    { number: { kind: 'fixed', digits: 2 }, align: 'left' },
  ];
  const format = formats[random.integer(formats.length)];
  const comment = random.integer(4) === 0 ? 'c' : undefined;
  if (value === undefined && !format && !comment) return { content: 1 };
  return { ...(value !== undefined && { content: value }), ...(format && { format }), ...(comment && { comment }) };
}

/** A formula that reads cells of own sheets and elements of the network, near the top left. */
export function randomFormula(content: Content, sheet: Sheet, on: string | undefined, random: Random): Expression {
  const anchor = () => ({ row: random.integer(3) === 0, column: random.integer(3) === 0 });
  return mapReferences(randomExpression(random, random.integer(4)), () => {
    const to = content.sheets[random.integer(content.sheets.length)].id;
    const columns = to === sheet.id ? sheet.layout.columns + 4 : EDGE;
    const [row, column] = [random.integer(EDGE), random.integer(columns)];
    const last =
      random.integer(2) === 0 ? { row, column } : { row: row + random.integer(4), column: column + random.integer(3) };
    const elsewhere = to === on ? undefined : to;
    const [first, second] = [anchor(), anchor()];
    const anchors = last.row === row && last.column === column ? { first, last: first } : { first, last: second };
    return bound(sheet, cellsBetween({ row, column }, last, anchors, elsewhere), on === sheet.id);
  });
}

/** The formulas of cells of a sheet, with their places. */
export function formulasOn(content: Content, id: string): [CellAddress, PlacedFormula<CellAddress>][] {
  const own = content.sheets.find(sheet => sheet.id === id)!;
  return [...own.cells].flatMap(([row, line]) =>
    [...line].flatMap(([column, cell]): [CellAddress, PlacedFormula<CellAddress>][] =>
      isFormula<CellAddress>(cell.content) ? [[{ row, column }, cell.content]] : [],
    ),
  );
}
