/** Follows what users have written: finds which cells and formulas are new, others or gone. */
import { type Cell, type ElementContent, isFormula, type PlacedFormula, type Written } from '../../../shared/cells.ts';
import { type Change, isWritten } from '../../../shared/change.ts';
import { columnOf, placeKey, rowOf } from '../../../shared/changes/edits.ts';
import { isElement } from '../../../shared/formula/placed.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { SheetId } from '../../../shared/places.ts';
import { createSlots } from './cells.ts';
import type { Rectangle } from './graph.ts';
import { createNode, type Node, type PlacedShared, renewNode } from './nodes.ts';
import type { Source } from './readers.ts';
import { type Shared, shared } from './references.ts';
import type { Tensor } from './tensors.ts';

type Found = {
  /** Cells that are no elements and hold something else now, without a formula. */
  changed: Rectangle[];
  /** Formulas that are new, and numbers over computed elements. */
  added: Node[];
  /** Those that are gone. */
  removed: Node[];
  /** Whether names or sheets have changed, so that every formula may mean something else. */
  everything: boolean;
};

export type WrittenCells = {
  /** Compares what is written with what was written when this was called last. `touched`: the only cells that can be
   *  others; without it, all are compared. */
  read(written: Written, touched?: Touched): Found;
  /** All formulas, and the numbers over computed elements. */
  nodes(): Node[];
  /** Those of them that stand over elements. A tensor without any is left out. */
  over(): ReadonlyMap<TensorId, ReadonlyMap<number, Node>>;
  /** Whether something is typed into a cell that is no element. */
  holds(sheet: SheetId, row: number, column: number): boolean;
};

/** Cells by sheet, by the keys of their places, and elements by tensor. */
type Touched = {
  cells: ReadonlyMap<SheetId, ReadonlySet<number>>;
  elements: ReadonlyMap<TensorId, readonly Uint32Array[]>;
};

/** The cells that changes can have written into. undefined where it can be any of them. */
export function touchedBy(changes: readonly Change[]): Touched | undefined {
  const cells = new Map<SheetId, Set<number>>();
  const elements = new Map<TensorId, Uint32Array[]>();
  for (const change of changes) {
    if (!isWritten(change) || ELSEWHERE.has(change.kind)) continue;
    if (change.kind === 'formulas') {
      for (const { tensor, indices } of change.edits) elements.set(tensor, [...(elements.get(tensor) ?? []), indices]);
      continue;
    }
    if (change.kind !== 'cells') return undefined;
    const own = cells.get(change.sheet) ?? new Set<number>();
    cells.set(change.sheet, own);
    for (const { at } of change.edits) for (let i = 0; i < at.length; i += 2) own.add(placeKey(at[i], at[i + 1]));
  }
  return { cells, elements };
}
/** The kinds of changes that write into no cells. */
const ELSEWHERE: ReadonlySet<Change['kind']> = new Set(['comments', 'draw']);

export function createWritten(source: Source): WrittenCells {
  const { sheet, cells, tensors } = source;
  let names: string | undefined;
  let inCells = new Map<SheetId, Contents>();
  const overElements = new Map<TensorId, Map<number, Node>>();
  /** By the sheet as well, because a duplicated sheet may hold the same objects, which mean its own cells there. */
  let known = new Map<SheetId, WeakMap<PlacedFormula<unknown>, Shared>>();
  cells.set(sheet.id, createSlots());

  function read(written: Written, touched?: Touched): Found {
    const found: Found = { changed: [], added: [], removed: [], everything: false };
    const meaning = JSON.stringify([written.sheets.map(({ id }) => id), [...written.names.values()]]);
    found.everything = names !== undefined && meaning !== names;
    names = meaning;
    source.sheets = written.sheets.map(({ id }) => id);
    for (const { id } of written.sheets) if (!cells.has(id)) cells.set(id, createSlots());
    for (const id of cells.keys()) if (!written.sheets.some(each => each.id === id)) forgetSheet(id, found);
    if (found.everything) known = new Map();
    /** The formula over elements that was read last. */
    let filled: { tensor: TensorId; content: PlacedFormula<number>; formula: PlacedShared } | undefined;
    const sharedOf = (formula: PlacedFormula<unknown>, own: SheetId): Shared => {
      let here = known.get(own);
      if (!here) known.set(own, (here = new WeakMap()));
      let all = here.get(formula);
      if (!all) here.set(formula, (all = shared(sheet, written.names, formula.formula, own)));
      return all;
    };

    const nextCells: typeof inCells = new Map();
    for (const { id, cells: rows } of written.sheets) {
      const before = inCells.get(id);
      if (touched && before && !found.everything) readPlaces(id, rows, before, touched.cells.get(id) ?? []);
      nextCells.set(id, touched && before && !found.everything ? before : readSheet(id, rows));
    }
    inCells = nextCells;

    if (touched && !found.everything) {
      for (const [tensor, lists] of touched.elements)
        for (const indices of lists) readElements(tensor, written.formulas.get(tensor), indices);
    } else readAllElements(written.formulas);
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
      const slot = cells.get(id)!.usedAt(row, column);
      if (typeof old === 'object') found.removed.push(old);
      if (!isFormula<Place>(content)) {
        slot.content = content;
        found.changed.push(cell);
        return content;
      }
      const node = createNode(source, cell, content, { slot }, { shared: sharedOf(content, id), from: content.from });
      found.added.push(node);
      return node;
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

    function readAllElements(formulas: Written['formulas']): void {
      const before = new Map(overElements);
      overElements.clear();
      for (const [id, contents] of formulas) {
        readElements(id, contents, contents.keys(), before.get(id) ?? new Map<number, Node>());
      }
      for (const [id, own] of before)
        for (const [index, node] of own) if (!overElements.get(id)?.has(index)) found.removed.push(node);
    }

    /** Brings what was known of some elements up to date. `before`: all that was known of the tensor, if none of it is
     *  kept yet. */
    function readElements(
      id: TensorId,
      contents: ReadonlyMap<number, ElementContent> | undefined,
      indices: Iterable<number>,
      before?: ReadonlyMap<number, Node>,
    ): void {
      const tensor = tensors.get(id);
      if (!tensor) return;
      const own = overElements.get(id) ?? new Map<number, Node>();
      overElements.set(id, own);
      for (const index of indices) {
        const content = index < tensor.info.size ? contents?.get(index) : undefined;
        const old = (before ?? own).get(index);
        if (content !== undefined) own.set(index, takeOver(tensor, index, content, old));
        else if (own.delete(index)) found.removed.push(old!);
      }
      if (own.size === 0) overElements.delete(id);
    }

    /** What stands over an element now: the node that was there, if there was one. */
    function takeOver(tensor: Tensor, index: number, content: ElementContent, old: Node | undefined): Node {
      const isPlaced = isFormula<number>(content);
      if (old && old.content === content && !(found.everything && isPlaced)) return old;
      const { id } = tensor.info;
      if (old) found.removed.push(old);
      // The library and arrays remember the nodes of formulas that weren't compiled.
      if (old && (!old.shared || old.shared.program)) {
        renewNode(source, old, content, isPlaced ? placed(id, content, old.cell) : undefined);
        found.added.push(old);
        return old;
      }
      const { row, column } = sheet.layout.cellOf(id, index);
      const cell = { sheet: sheet.id, row, column, height: 1, width: 1 };
      const formula = isPlaced ? placed(id, content, { row, column }) : undefined;
      const node = createNode(source, cell, content, { target: { tensor, index } }, formula);
      found.added.push(node);
      return node;
    }

    /** A formula over an element. If the element that it was written for is gone, it counts as written `here`. */
    function placed(tensor: TensorId, content: PlacedFormula<number>, here: Place): PlacedShared {
      if (content === filled?.content && tensor === filled.tensor) return filled.formula;
      const isThere = isElement(sheet, tensor, content.from);
      const from = isThere ? sheet.layout.cellOf(tensor, content.from) : here;
      const formula = { shared: sharedOf(content, sheet.id), from };
      if (isThere) filled = { tensor, content, formula };
      return formula;
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
    over: () => overElements,
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
