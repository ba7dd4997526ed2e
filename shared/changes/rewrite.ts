/** Rewrites the formulas of a whole workbook, where the cells that they read get other places. */
import type { CellAddress } from '../address.ts';
import { type Cell, type ElementContent, type Formulas, isFormula, type Names, type PlacedFormula } from '../cells.ts';
import type { SheetCells, Written } from '../cells.ts';
import { type Expression, mapReferences, type Reference, referencesOf } from '../formula/expression.ts';
import { formulaOfCell, formulaOfElement } from '../formula/placed.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { SheetId } from '../places.ts';
import { placesIn, columnOf, rowOf } from './edits.ts';

/** How references change. */
export type Rewriting = {
  /** The reference from now on. The same object where it stays. `on`: the sheet of its formula; undefined for a
   *  name's. `at`: the formula's place, where it stands in a cell and not over an element. */
  reference: (reference: Reference, on: SheetId | undefined, at?: CellAddress) => Expression;
  /** Whether any reference of a formula might change, wherever the formula was filled into. Where it is shared, `moves`
   *  says so: the references of its copies are found by moving its own. */
  concerns: (reference: Reference, on: SheetId | undefined, moves: boolean) => boolean;
  /** Whether copies that are concerned get formulas of their own even where no reference changes. */
  parts?: boolean;
};

/** The workbook with all its references as they are from now on. What doesn't change is the same object as before.
 *  `sheet` is the network's as it was before. */
export function rewritten(written: Written, sheet: Sheet, rewriting: Rewriting): Written {
  const { reference, concerns, parts = false } = rewriting;
  /** Asks once for all that share a formula, on one sheet. */
  const asking = (on: SheetId) => {
    const [still, moved] = [new Map<object, boolean>(), new Map<object, boolean>()];
    return (content: PlacedFormula<unknown>, moves: boolean): boolean => {
      const memo = moves ? moved : still;
      const known = memo.get(content) ?? referencesOf(content.formula).some(each => concerns(each, on, moves));
      memo.set(content, known);
      return known;
    };
  };
  const change = (expression: Expression, on: SheetId | undefined, at?: CellAddress): Expression => {
    let differs = false;
    const changed = mapReferences(expression, each => {
      const next = reference(each, on, at);
      if (next !== each) differs = true;
      return next;
    });
    return differs ? changed : expression;
  };

  const formulas: Formulas = new Map();
  const concernsElements = asking(sheet.id);
  for (const [tensor, own] of written.formulas) {
    formulas.set(
      tensor,
      mapped(own, (content: ElementContent, index) => {
        if (!isFormula<number>(content) || !concernsElements(content, content.from !== index)) return content;
        const before = formulaOfElement(sheet, tensor, index, content);
        const after = change(before, sheet.id);
        return after === before && !(parts && content.from !== index) ? content : { formula: after, from: index };
      }),
    );
  }
  const sheets = written.sheets.map(own => {
    const isConcerned = asking(own.id);
    const cells = mapCells(own.cells, (cell, at) => {
      const { content } = cell;
      if (!isFormula<CellAddress>(content)) return cell;
      const moves = content.from.row !== at.row || content.from.column !== at.column;
      if (!isConcerned(content, moves)) return cell;
      const before = formulaOfCell(sheet, at, content, own.id === sheet.id);
      const after = change(before, own.id, at);
      return after === before && !(parts && moves) ? cell : { ...cell, content: { formula: after, from: at } };
    });
    return cells === own.cells ? own : { ...own, cells };
  });
  const names: Names = mapped(written.names, name => {
    const formula = change(name.formula, undefined);
    return formula === name.formula ? name : { ...name, formula };
  });
  return { sheets, formulas, names, comments: written.comments };
}

/** The same map where every entry stays, else a copy. */
function mapped<Key, T>(map: Map<Key, T>, change: (value: T, key: Key) => T): Map<Key, T> {
  let copy: Map<Key, T> | undefined;
  for (const [key, value] of map) {
    const next = change(value, key);
    if (next !== value) (copy ??= new Map(map)).set(key, next);
  }
  return copy ?? map;
}

function mapCells(cells: SheetCells, change: (cell: Cell, at: CellAddress) => Cell): SheetCells {
  return mapped(cells, (line, row) => mapped(line, (cell, column) => change(cell, { row, column })));
}

/** The cells at other places. `target` gives each one's new place; undefined: it goes. Formulas stay as they are: those
 *  they share keep their distances. */
export function relocated(
  cells: SheetCells,
  sheet: Sheet,
  onNetwork: boolean,
  target: (row: number, column: number) => CellAddress | undefined,
): [CellAddress, Cell][] {
  const shared = new Map<string, Map<object, PlacedFormula<CellAddress>>>();
  return [...placesIn(cells)].flatMap(([place, cell]): [CellAddress, Cell][] => {
    const at = { row: rowOf(place), column: columnOf(place) };
    const to = target(at.row, at.column);
    if (!to) return [];
    const { content } = cell;
    const [rows, columns] = [to.row - at.row, to.column - at.column];
    if (!isFormula<CellAddress>(content) || (rows === 0 && columns === 0)) return [[to, cell]];
    const from = { row: content.from.row + rows, column: content.from.column + columns };
    if (from.row < 0 || from.column < 0)
      return [[to, { ...cell, content: { formula: formulaOfCell(sheet, at, content, onNetwork), from: to } }]];
    const key = `${rows},${columns}`;
    const known = shared.get(key) ?? new Map<object, PlacedFormula<CellAddress>>();
    shared.set(key, known);
    const next = known.get(content) ?? { formula: content.formula, from };
    known.set(content, next);
    return [[to, { ...cell, content: next }]];
  });
}
