/** Carries what users wrote over to another network. */
import { type CellAddress, MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import { type Comments, isFormula, type SheetCells, sheetOf, type Written } from '../cells.ts';
import { coordinatesOf, indexOf } from '../tensor.ts';
import type { Expression, Reference } from '../formula/expression.ts';
import type { ElementIndex } from '../layout/layout.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { TensorId } from '../tensor.ts';
import { type Broken, brokenBetween } from './broken.ts';
import { put } from './edits.ts';
import { relocated, rewritten } from './rewrite.ts';

/** What is written under the next network. `dropped`: elements that it doesn't have (any more), whose formulas went.
 *  `uncommented`: such elements whose comments went. `broken`: formulas that stay, but have lost cells that they read.
 *  `moved`: free cells that its layout covers, and where they are now. All places are those before. */
export type Carried = {
  written: Written;
  dropped: ElementIndex[];
  uncommented: ElementIndex[];
  broken: Broken;
  moved: { from: CellAddress; to: CellAddress }[];
};

export function carriedOver(written: Written, before: Sheet, after: Sheet): Carried {
  const places = displaced(sheetOf(written.sheets, before.id)!.cells, after);
  const elements = sameElements(before, after);
  const next = rewritten(written, before, {
    // The copies of a formula were found on the layout before, so they become formulas of their own.
    parts: true,
    concerns: (reference, _on, moves) =>
      moves || (reference.kind === 'elements' ? !elements.keeps(reference.tensor) : places.size > 0),
    reference: (reference, on) => followed(reference, on),
  });

  function followed(reference: Reference, on: string | undefined): Expression {
    if (reference.kind === 'elements') {
      const { tensor } = reference;
      const [first, last] = [reference.first, reference.last].map(index => elements.follow(tensor, index));
      if (first === undefined || last === undefined) return { kind: 'error', name: '#REF!' };
      return first === reference.first && last === reference.last ? reference : { ...reference, first, last };
    }
    if ((reference.sheet ?? on) !== before.id || reference.first.row !== reference.last.row) return reference;
    const to = reference.first.column === reference.last.column ? places.get(placeText(reference.first)) : undefined;
    return to ? { ...reference, first: to, last: to } : reference;
  }

  const dropped: ElementIndex[] = [];
  const formulas: Written['formulas'] = new Map();
  for (const [tensor, own] of next.formulas) {
    const computed = after.tensors.get(tensor)?.role === 'computed';
    for (const [index, content] of own) {
      const at = elements.follow(tensor, index);
      if (at === undefined || (!isFormula(content) && !computed)) dropped.push({ tensor, index });
      else
        put(
          formulas,
          tensor,
          at,
          isFormula<number>(content) && content.from !== at ? { ...content, from: at } : content,
        );
    }
  }
  const broken = brokenBetween(written, next, before, after);
  const went = new Set(dropped.map(({ tensor, index }) => `${tensor} ${index}`));
  broken.elements = broken.elements.filter(({ tensor, index }) => !went.has(`${tensor} ${index}`));
  const uncommented: ElementIndex[] = [];
  const comments: Comments = new Map();
  for (const [tensor, own] of next.comments)
    for (const [index, text] of own) {
      const at = elements.follow(tensor, index);
      if (at === undefined) uncommented.push({ tensor, index });
      else put(comments, tensor, at, text);
    }
  const sheets = next.sheets.map(own => {
    if (own.id !== before.id || places.size === 0) return own;
    const cells: SheetCells = new Map();
    const target = (row: number, column: number) => places.get(placeText({ row, column })) ?? { row, column };
    for (const [{ row, column }, cell] of relocated(own.cells, before, true, target)) put(cells, row, column, cell);
    return { ...own, cells };
  });
  const moved = [...places].map(([text, to]) => ({ from: placeOfText(text), to }));
  return { written: { ...next, sheets, formulas, comments }, dropped, uncommented, broken, moved };
}

/** Finds the elements of one network in another: those with the same tensor and coordinates. */
export function sameElements(before: Sheet, after: Sheet) {
  const alike = new Map<TensorId, boolean>();
  const keeps = (tensor: TensorId): boolean => {
    const known = alike.get(tensor);
    if (known !== undefined) return known;
    const [one, other] = [before.tensors.get(tensor), after.tensors.get(tensor)];
    const same = one !== undefined && one.role === other?.role && one.shape.join() === other.shape.join();
    alike.set(tensor, same);
    return same;
  };
  const follow = (tensor: TensorId, index: number): number | undefined => {
    if (keeps(tensor)) return index;
    const [one, other] = [before.tensors.get(tensor), after.tensors.get(tensor)];
    if (!one || one.role !== other?.role || one.shape.length !== other.shape.length) return undefined;
    return indexOf(other.shape, coordinatesOf(one.shape, index));
  };
  return { keeps, follow };
}

const placeText = ({ row, column }: CellAddress) => `${row},${column}`;
function placeOfText(text: string): CellAddress {
  const [row, column] = text.split(',').map(Number);
  return { row, column };
}

/** Free cells that a layout covers, each with the nearest place that is free on it. */
function displaced(cells: SheetCells, { layout }: Sheet): Map<string, CellAddress> {
  const isCovered = (row: number, column: number) => !layout.isFree(row, column);
  const places = new Map<string, CellAddress>();
  const taken = new Set<string>();
  const covered: CellAddress[] = [];
  for (const [row, line] of cells)
    for (const column of line.keys()) {
      if (isCovered(row, column)) covered.push({ row, column });
      else taken.add(placeText({ row, column }));
    }
  covered.sort((a, b) => a.row - b.row || a.column - b.column);
  const isFree = (at: CellAddress) => !isCovered(at.row, at.column) && !taken.has(placeText(at));
  for (const at of covered) {
    const to = nearest(at, isFree) ?? beyond(at, layout.columns, isFree);
    taken.add(placeText(to));
    places.set(placeText(at), to);
  }
  return places;
}

/** How far away a free place is searched in every direction. */
const NEAR = 64;

/** The nearest free place around a cell, if one is near. */
function nearest({ row, column }: CellAddress, isFree: (at: CellAddress) => boolean): CellAddress | undefined {
  for (let distance = 1; distance <= NEAR; distance++)
    for (let y = -distance; y <= distance; y++) {
      const x = distance - Math.abs(y);
      for (const at of [
        { row: row + y, column: column - x },
        { row: row + y, column: column + x },
      ])
        if (at.row >= 0 && at.column >= 0 && at.row < MAX_ROWS && at.column < MAX_COLUMNS && isFree(at)) return at;
    }
  return undefined;
}

/** The first free place of its row to the right of the network, or of a later row. */
function beyond({ row }: CellAddress, columns: number, isFree: (at: CellAddress) => boolean): CellAddress {
  for (let y = row; y < MAX_ROWS; y++)
    for (let x = columns + 1; x < MAX_COLUMNS; x++) if (isFree({ row: y, column: x })) return { row: y, column: x };
  throw new Error('No cell is free on the whole sheet.');
}
