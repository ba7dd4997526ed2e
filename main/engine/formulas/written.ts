/** Follows what users have written: finds which cells and formulas are new, others or gone. */
import { type ElementContent, isFormula, type PlacedFormula, type Written } from '../../../shared/cells.ts';
import { isElement } from '../../../shared/formula/placed.ts';
import { MAX_COLUMNS } from '../../../shared/address.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { SheetId } from '../../../shared/places.ts';
import { createSlots } from './cells.ts';
import type { Rectangle } from './graph.ts';
import { createNode, type Node } from './nodes.ts';
import type { Source } from './readers.ts';
import { type Shared, shared } from './references.ts';

type Found = {
  /** Cells that are no elements and hold something else now, without a formula. */
  changed: Rectangle[];
  /** Formulas that are gone. */
  removed: Node[];
  /** Whether there are other formulas than before. */
  restructured: boolean;
  /** Whether names or sheets have changed, so that every formula may mean something else. */
  everything: boolean;
};

export type WrittenCells = {
  /** Compares what is written with what was written when this was called last. */
  read(written: Written): Found;
  /** All formulas, and the numbers over computed elements. */
  nodes(): Node[];
  /** Whether something is typed into a cell that is no element. */
  holds(sheet: SheetId, row: number, column: number): boolean;
};

export function createWritten(source: Source): WrittenCells {
  const { sheet, cells, tensors } = source;
  let names: string | undefined;
  let inCells = new Map<SheetId, Map<number, Node | number | string | boolean>>();
  let overElements = new Map<TensorId, Map<number, Node>>();
  const known = new WeakMap<PlacedFormula<unknown>, Shared>();
  cells.set(sheet.id, createSlots());

  function read(written: Written): Found {
    const found: Found = { changed: [], removed: [], restructured: false, everything: false };
    const meaning = JSON.stringify([written.sheets.map(({ id }) => id), [...written.names.values()]]);
    found.everything = names !== undefined && meaning !== names;
    names = meaning;
    for (const { id } of written.sheets) if (!cells.has(id)) cells.set(id, createSlots());
    for (const id of cells.keys()) if (!written.sheets.some(each => each.id === id)) forgetSheet(id, found);
    const sharedOf = (formula: PlacedFormula<unknown>, own: SheetId): Shared => {
      let all = found.everything ? undefined : known.get(formula);
      if (!all) known.set(formula, (all = shared(sheet, written.names, formula.formula, own)));
      return all;
    };

    const nextCells: typeof inCells = new Map();
    for (const { id, cells: rows } of written.sheets) nextCells.set(id, readSheet(id, rows));
    inCells = nextCells;

    const nextElements: typeof overElements = new Map();
    for (const [tensor, own] of written.formulas)
      if (tensors.has(tensor)) nextElements.set(tensor, readTensor(tensor, own));
    for (const [tensor, own] of overElements) {
      for (const [index, node] of own) if (nextElements.get(tensor)?.get(index) !== node) found.removed.push(node);
    }
    overElements = nextElements;
    found.restructured ||= found.removed.length > 0;
    return found;

    function readSheet(id: SheetId, rows: Rows) {
      const slots = cells.get(id)!;
      const before = inCells.get(id) ?? new Map<number, never>();
      if (!found.everything && isAsBefore(rows, before)) return before;
      const after: typeof before = new Map();
      for (const [row, columns] of rows) {
        for (const [column, { content }] of columns) {
          if (content === undefined) continue;
          const key = row * MAX_COLUMNS + column;
          const old = before.get(key);
          if (old !== undefined && !found.everything && (typeof old === 'object' ? old.content : old) === content) {
            after.set(key, old);
            continue;
          }
          const cell = { sheet: id, row, column, height: 1, width: 1 };
          if (!isFormula<Place>(content)) {
            after.set(key, content);
            if (typeof old === 'object') found.removed.push(old);
            slots.slotAt(row, column).content = content;
            found.changed.push(cell);
          } else {
            const formula = { shared: sharedOf(content, id), from: content.from };
            after.set(key, createNode(source, cell, content, { slot: slots.slotAt(row, column) }, formula));
            if (typeof old === 'object') found.removed.push(old);
            found.restructured = true;
          }
        }
      }
      for (const [key, old] of before) {
        if (after.has(key)) continue;
        const [row, column] = [Math.floor(key / MAX_COLUMNS), key % MAX_COLUMNS];
        if (typeof old === 'object') found.removed.push(old);
        slots.slotAt(row, column).content = null;
        found.changed.push({ sheet: id, row, column, height: 1, width: 1 });
      }
      return after;
    }

    function readTensor(id: TensorId, own: ReadonlyMap<number, ElementContent>): Map<number, Node> {
      const before = overElements.get(id);
      const after = new Map<number, Node>();
      for (const [index, content] of own) {
        if (!isElement(sheet, id, index)) continue;
        const old = before?.get(index);
        if (old && old.content === content && !(found.everything && isFormula(content))) {
          after.set(index, old);
          continue;
        }
        const at = sheet.layout.cellOf(id, index);
        const formula = isFormula<number>(content)
          ? {
              shared: sharedOf(content, sheet.id),
              from: isElement(sheet, id, content.from) ? sheet.layout.cellOf(id, content.from) : at,
            }
          : undefined;
        const cell = { sheet: sheet.id, ...at, height: 1, width: 1 };
        after.set(index, createNode(source, cell, content, { target: { tensor: tensors.get(id)!, index } }, formula));
        found.restructured = true;
      }
      return after;
    }
  }

  function forgetSheet(id: SheetId, found: Found): void {
    for (const node of inCells.get(id)?.values() ?? []) if (typeof node === 'object') found.removed.push(node);
    inCells.delete(id);
    cells.delete(id);
  }

  return {
    read,
    holds: (id, row, column) => inCells.get(id)?.has(row * MAX_COLUMNS + column) ?? false,
    nodes: () => [
      ...[...overElements.values()].flatMap(own => [...own.values()]),
      ...[...inCells.values()].flatMap(own => [...own.values()].filter(content => typeof content === 'object')),
    ],
  };
}

type Place = { row: number; column: number };
type Rows = Written['sheets'][number]['cells'];

/** Whether a sheet holds the same as before. */
function isAsBefore(rows: Rows, before: ReadonlyMap<number, Node | number | string | boolean>): boolean {
  let count = 0;
  for (const [row, columns] of rows) {
    for (const [column, { content }] of columns) {
      if (content === undefined) continue;
      const old = before.get(row * MAX_COLUMNS + column);
      if ((typeof old === 'object' ? old.content : old) !== content) return false;
      count++;
    }
  }
  return count === before.size;
}
