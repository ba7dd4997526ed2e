/** Inserts and deletes rows and columns of an own sheet. */
import { type CellAddress, MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import type { SheetCells, WorkbookSheet, Written } from '../cells.ts';
import type { CellsReference, Expression, Reference } from '../formula/expression.ts';
import type { Sheet } from '../layout/sheet.ts';
import { put } from './edits.ts';
import type { LinesChange } from './kinds.ts';
import { relocated, rewritten } from './rewrite.ts';

/** What is written after rows or columns were inserted or deleted. */
export function afterLines(written: Written, change: LinesChange, sheet: Sheet): Written {
  const isOn = (reference: Reference, on: string | undefined): reference is CellsReference =>
    reference.kind === 'cells' && (reference.sheet ?? on) === change.sheet;
  const next = rewritten(written, sheet, {
    concerns: isOn,
    reference: (reference, on) => (isOn(reference, on) ? adjusted(reference, change) : reference),
  });
  const sheets = next.sheets.map(own => (own.id === change.sheet ? withLines(own, change, sheet) : own));
  return { ...next, sheets };
}

function withLines(own: WorkbookSheet, change: LinesChange, sheet: Sheet): WorkbookSheet {
  const { axis } = change;
  const cells: SheetCells = new Map();
  const target = (row: number, column: number): CellAddress | undefined => {
    const at = placeAfter(axis === 'rows' ? row : column, change);
    if (at === undefined) return undefined;
    return axis === 'rows' ? { row: at, column } : { row, column: at };
  };
  for (const [{ row, column }, cell] of relocated(own.cells, sheet, false, target)) put(cells, row, column, cell);
  if (axis === 'rows' || own.widths.size === 0) return { ...own, cells };
  const widths = new Map<number, number>();
  for (const [column, width] of own.widths) {
    const at = placeAfter(column, change);
    if (at !== undefined) widths.set(at, width);
  }
  return { ...own, cells, widths };
}

/** Where a row or column is afterwards; undefined if it was deleted. */
export function placeAfter(at: number, { action, at: first, count }: LinesChange): number | undefined {
  if (at < first) return at;
  if (action === 'insert') return at + count;
  return at < first + count ? undefined : at - count;
}

/** A range grows with what is inserted inside it, and shrinks with what is deleted. */
function adjusted(reference: CellsReference, change: LinesChange): Expression {
  const axis = change.axis === 'rows' ? 'row' : 'column';
  const most = change.axis === 'rows' ? MAX_ROWS : MAX_COLUMNS;
  const [start, end] = [reference.first[axis], reference.last[axis]];
  if (start === 0 && end === most - 1) return reference;
  const [first, last] = change.action === 'insert' ? inserted(start, end, change) : deleted(start, end, change);
  if (first === start && last === end) return reference;
  if (first > last || first >= most) return { kind: 'error', name: '#REF!' };
  const { first: from, last: to } = reference;
  return { ...reference, first: { ...from, [axis]: first }, last: { ...to, [axis]: Math.min(last, most - 1) } };
}

function inserted(start: number, end: number, { at, count }: LinesChange): [number, number] {
  return [start >= at ? start + count : start, end >= at ? end + count : end];
}

function deleted(start: number, end: number, { at, count }: LinesChange): [number, number] {
  const first = start < at ? start : start < at + count ? at : start - count;
  const last = end < at ? end : end < at + count ? at - 1 : end - count;
  return [first, last];
}
