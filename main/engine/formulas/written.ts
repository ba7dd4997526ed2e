/** Follows what users have written: finds which cells and formulas are new, others or gone. */
import { type Cell, type ElementContent, isFormula, type PlacedFormula, type Written } from '../../../shared/cells.ts';
import { type Change, isWritten } from '../../../shared/change.ts';
import { columnOf, placeKey, rowOf } from '../../../shared/changes/edits.ts';
import { isElement } from '../../../shared/formula/placed.ts';
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
  /** Compares what is written with what was written when this was called last. `touched`: the only cells that can be
   *  others; without it, all are compared. */
  read(written: Written, touched?: Touched): Found;
  /** All formulas, and the numbers over computed elements. */
  nodes(): Node[];
  /** Whether something is typed into a cell that is no element. */
  holds(sheet: SheetId, row: number, column: number): boolean;
};

/** Cells by sheet, by the keys of their places. */
export type Touched = ReadonlyMap<SheetId, ReadonlySet<number>>;

/** The cells that changes can have written into. undefined where it can be any of them. */
export function touchedBy(changes: readonly Change[]): Touched | undefined {
  const touched = new Map<SheetId, Set<number>>();
  for (const change of changes) {
    if (!isWritten(change) || ELSEWHERE.has(change.kind)) continue;
    if (change.kind !== 'cells') return undefined;
    const own = touched.get(change.sheet) ?? new Set<number>();
    touched.set(change.sheet, own);
    for (const { at } of change.edits) for (let i = 0; i < at.length; i += 2) own.add(placeKey(at[i], at[i + 1]));
  }
  return touched;
}
/** The kinds of changes that write into no cells. */
const ELSEWHERE: ReadonlySet<Change['kind']> = new Set(['formulas', 'comments', 'draw']);

export function createWritten(source: Source): WrittenCells {
  const { sheet, cells, tensors } = source;
  let names: string | undefined;
  let inCells = new Map<SheetId, Contents>();
  let overElements = new Map<TensorId, Map<number, Node>>();
  const known = new WeakMap<PlacedFormula<unknown>, Shared>();
  cells.set(sheet.id, createSlots());

  function read(written: Written, touched?: Touched): Found {
    const found: Found = { changed: [], removed: [], restructured: false, everything: false };
    const meaning = JSON.stringify([written.sheets.map(({ id }) => id), [...written.names.values()]]);
    found.everything = names !== undefined && meaning !== names;
    names = meaning;
    source.sheets = written.sheets.map(({ id }) => id);
    for (const { id } of written.sheets) if (!cells.has(id)) cells.set(id, createSlots());
    for (const id of cells.keys()) if (!written.sheets.some(each => each.id === id)) forgetSheet(id, found);
    const sharedOf = (formula: PlacedFormula<unknown>, own: SheetId): Shared => {
      let all = found.everything ? undefined : known.get(formula);
      if (!all) known.set(formula, (all = shared(sheet, written.names, formula.formula, own)));
      return all;
    };

    const nextCells: typeof inCells = new Map();
    for (const { id, cells: rows } of written.sheets) {
      const before = inCells.get(id);
      if (touched && before && !found.everything) readPlaces(id, rows, before, touched.get(id) ?? []);
      nextCells.set(id, touched && before && !found.everything ? before : readSheet(id, rows));
    }
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

    /** Brings what was known of some cells up to date. */
    function readPlaces(id: SheetId, rows: Rows, known: Contents, places: Iterable<number>): void {
      for (const key of places) {
        const [row, column] = [rowOf(key), columnOf(key)];
        const content = rows.get(row)?.get(column)?.content;
        const old = known.get(key);
        if (old !== undefined && content === undefined) {
          takeOut(id, key, old);
          known.delete(key);
        } else if (content !== undefined && (typeof old === 'object' ? old.content : old) !== content)
          known.set(key, takeIn(id, key, old, content));
      }
    }

    /** A cell holds something else than before. */
    function takeIn(id: SheetId, key: number, old: Held | undefined, content: NonNullable<Cell['content']>): Held {
      const [row, column] = [rowOf(key), columnOf(key)];
      const cell = { sheet: id, row, column, height: 1, width: 1 };
      const slot = cells.get(id)!.slotAt(row, column);
      if (typeof old === 'object') found.removed.push(old);
      if (!isFormula<Place>(content)) {
        slot.content = content;
        found.changed.push(cell);
        return content;
      }
      found.restructured = true;
      return createNode(source, cell, content, { slot }, { shared: sharedOf(content, id), from: content.from });
    }

    /** A cell holds nothing any more. */
    function takeOut(id: SheetId, key: number, old: Held): void {
      const [row, column] = [rowOf(key), columnOf(key)];
      if (typeof old === 'object') found.removed.push(old);
      cells.get(id)!.slotAt(row, column).content = null;
      found.changed.push({ sheet: id, row, column, height: 1, width: 1 });
    }

    function readSheet(id: SheetId, rows: Rows) {
      const before = inCells.get(id) ?? new Map<number, never>();
      if (!found.everything && isAsBefore(rows, before)) return before;
      const after: typeof before = new Map();
      for (const [row, columns] of rows) {
        for (const [column, { content }] of columns) {
          if (content === undefined) continue;
          const key = placeKey(row, column);
          const old = before.get(key);
          const same =
            old !== undefined && !found.everything && (typeof old === 'object' ? old.content : old) === content;
          after.set(key, same ? old : takeIn(id, key, old, content));
        }
      }
      for (const [key, old] of before) if (!after.has(key)) takeOut(id, key, old);
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
    holds: (id, row, column) => inCells.get(id)?.has(placeKey(row, column)) ?? false,
    nodes: () => [
      ...[...overElements.values()].flatMap(own => [...own.values()]),
      ...[...inCells.values()].flatMap(own => [...own.values()].filter(content => typeof content === 'object')),
    ],
  };
}

/** What a cell holds, and such cells by the keys of their places. */
type Held = Node | number | string | boolean;
type Contents = Map<number, Held>;
type Place = { row: number; column: number };
type Rows = Written['sheets'][number]['cells'];

/** Whether a sheet holds the same as before. */
function isAsBefore(rows: Rows, before: ReadonlyMap<number, Held>): boolean {
  let count = 0;
  for (const [row, columns] of rows) {
    for (const [column, { content }] of columns) {
      if (content === undefined) continue;
      const old = before.get(placeKey(row, column));
      if ((typeof old === 'object' ? old.content : old) !== content) return false;
      count++;
    }
  }
  return count === before.size;
}
