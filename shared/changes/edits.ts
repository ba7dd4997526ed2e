/** Lists of edits: what they say in the end, and as few of them as possible for the same contents. */
import { MAX_COLUMNS } from '../address.ts';
import type { Cell, CellEdit, ElementContent, FormulaEdit, SheetCells } from '../cells.ts';
import type { Expression } from '../formula/expression.ts';
import { flattened } from '../formula/flat.ts';
import type { TensorId } from '../tensor.ts';

/** A cell's place as one number. */
export const placeKey = (row: number, column: number) => row * MAX_COLUMNS + column;
export const rowOf = (place: number) => Math.floor(place / MAX_COLUMNS);
export const columnOf = (place: number) => place % MAX_COLUMNS;

/** What each element gets. Where it is named twice, the last content counts. */
export function formulasIn(edits: readonly FormulaEdit[]): Map<TensorId, Map<number, ElementContent | undefined>> {
  const all = new Map<TensorId, Map<number, ElementContent | undefined>>();
  for (const { tensor, indices, content } of edits) {
    const own = all.get(tensor) ?? new Map<number, ElementContent | undefined>();
    all.set(tensor, own);
    for (const index of indices) own.set(index, content);
  }
  return all;
}

/** Whether these edits name no element twice, as far as that is plain: one for each tensor, in the order of the
 *  elements. A formula that is filled in over many elements is such a list, which needs no map of them. */
export function namesOnce(edits: readonly FormulaEdit[]): boolean {
  if (new Set(edits.map(({ tensor }) => tensor)).size < edits.length) return false;
  return edits.every(({ indices }) => {
    for (let i = 1; i < indices.length; i++) if (indices[i - 1] >= indices[i]) return false;
    return true;
  });
}

/** Elements that get the same content come into one edit. `sameAs` gives the key of a content; the same object has the
 *  same key. */
export function formulaEdits(
  tensor: TensorId,
  contents: Iterable<readonly [number, ElementContent | undefined]>,
  sameAs: (content: unknown) => unknown = content => content,
) {
  return grouped(contents, sameAs).map(([content, indices]): FormulaEdit => {
    return { tensor, indices: new Uint32Array(indices), ...(content !== undefined && { content }) };
  });
}

/** What each place gets, by its key. */
export function cellsIn(edits: readonly CellEdit[]): Map<number, Cell | undefined> {
  const all = new Map<number, Cell | undefined>();
  for (const { at, cell } of edits) for (let i = 0; i < at.length; i += 2) all.set(placeKey(at[i], at[i + 1]), cell);
  return all;
}

/** Places that get the same cell come into one edit. `sameAs` as in `formulaEdits`. */
export function cellEdits(
  contents: Iterable<readonly [place: number, Cell | undefined]>,
  sameAs: (content: unknown) => unknown = content => content,
): CellEdit[] {
  return grouped(contents, sameAs).map(([cell, places]): CellEdit => {
    const at = new Uint32Array(2 * places.length);
    for (let i = 0; i < places.length; i++) {
      at[2 * i] = rowOf(places[i]);
      at[2 * i + 1] = columnOf(places[i]);
    }
    return { at, ...(cell && { cell }) };
  });
}

/** All cells of a sheet, by the keys of their places. */
export function* placesIn(cells: SheetCells): Generator<[number, Cell]> {
  for (const [row, line] of cells) for (const [column, cell] of line) yield [placeKey(row, column), cell];
}

function grouped<T>(
  contents: Iterable<readonly [number, T]>,
  sameAs: (content: unknown) => unknown,
): (readonly [T, number[]])[] {
  const groups = new Map<unknown, readonly [T, number[]]>();
  let group: readonly [T, number[]] | undefined;
  let last: unknown;
  for (const [place, content] of contents) {
    const key = sameAs(content);
    if (!group || key !== last) {
      last = key;
      group = groups.get(key) ?? [content, []];
      groups.set(key, group);
    }
    group[1].push(place);
  }
  return [...groups.values()];
}

/** Sets or deletes an entry of a map of maps. An inner map of nothing is left out. */
export function put<Outer, Inner, T>(maps: Map<Outer, Map<Inner, T>>, outer: Outer, inner: Inner, value?: T): void {
  let own = maps.get(outer);
  if (value === undefined) {
    own?.delete(inner);
    if (own?.size === 0) maps.delete(outer);
    return;
  }
  if (!own) maps.set(outer, (own = new Map<Inner, T>()));
  own.set(inner, value);
}

/** Whether two contents are the same, bit for bit. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const [mine, theirs] = [Object.keys(one), Object.keys(other)];
  // A tree may be thousands of levels deep; the list of its parts isn't.
  const at = (value: object, key: string) => {
    const item = (value as Record<string, unknown>)[key];
    return key === 'formula' && item !== undefined ? flattened(item as Expression) : item;
  };
  return mine.length === theirs.length && mine.every(key => key in other && isSame(at(one, key), at(other, key)));
}

/** `isSame` for a list of pairs. Copies of one formula share its object, so the same two meet again and again, and are
 *  compared once. */
export function comparison(): typeof isSame {
  let [mine, theirs]: unknown[] = [];
  let same = true;
  return (one, other) => {
    if (one === mine && other === theirs) return same;
    [mine, theirs] = [one, other];
    same = isSame(one, other);
    return same;
  };
}

export const copyOfCells = (cells: SheetCells): SheetCells =>
  new Map([...cells].map(([row, line]) => [row, new Map(line)]));
