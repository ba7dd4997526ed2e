/** Makes changes to what users write around the network, and gives the changes that take them back. */
import {
  type Cell,
  type CellEdit,
  type FormulaEdit,
  isFormula,
  type NumberFormat,
  type SheetData,
  sheetOf,
  type WidthEdit,
  type WorkbookSheet,
  type Written,
} from '../cells.ts';
import type { CellAddress } from '../address.ts';
import type { Expression } from '../formula/expression.ts';
import { flattened } from '../formula/flat.ts';
import type { Sheet } from '../layout/sheet.ts';
import { describeTensors, type NetworkSpec } from '../network.ts';
import { firstSheets } from '../places.ts';
import {
  cellEdits,
  cellsIn,
  columnOf,
  comparison,
  formulaEdits,
  formulasIn,
  isSame,
  namesOnce,
  placesIn,
  put,
  rowOf,
} from './edits.ts';
import type { SheetChange, SimpleChange, WrittenChange } from './kinds.ts';
import { afterLines } from './lines.ts';
import { afterMove } from './move.ts';
import { changesBack } from './written-back.ts';

/** A workbook in which nothing is written. */
export function nothingWritten(): Written {
  const sheets = firstSheets.map(info => ({ ...info, cells: new Map(), widths: new Map() }));
  return { sheets, formulas: new Map(), names: new Map(), comments: new Map() };
}

/** A copy that later changes of the other don't reach. */
export function copyOfWritten({ sheets, formulas, names, comments, drawn }: Written): Written {
  const inner = <A, B, T>(maps: Map<A, Map<B, T>>) => new Map([...maps].map(([key, own]) => [key, new Map(own)]));
  return {
    sheets: sheets.map(sheet => ({ ...sheet, cells: inner(sheet.cells), widths: new Map(sheet.widths) })),
    formulas: inner(formulas),
    names: new Map(names),
    comments: inner(comments),
    ...(drawn && { drawn }),
  };
}

/** What a workbook keeps of it: copies, without what is empty. */
export function keptOf(written: Written): Partial<Written> {
  if (isUnwritten(written)) return {};
  const { sheets, formulas, names, comments, drawn } = copyOfWritten(written);
  return {
    sheets,
    ...(formulas.size > 0 && { formulas }),
    ...(names.size > 0 && { names }),
    ...(comments.size > 0 && { comments }),
    ...(drawn && { drawn }),
  };
}

/** A copy of what a workbook has kept. */
export function writtenFrom({ sheets, formulas, names, comments, drawn }: Partial<Written>): Written {
  const nothing = nothingWritten();
  return copyOfWritten({
    sheets: sheets ?? nothing.sheets,
    formulas: formulas ?? nothing.formulas,
    names: names ?? nothing.names,
    comments: comments ?? nothing.comments,
    ...(drawn && { drawn }),
  });
}

/** Whether a workbook is as if users had never written anything. */
export function isUnwritten({ sheets, formulas, names, comments, drawn }: Written): boolean {
  if (drawn) return false;
  if (formulas.size + names.size + comments.size > 0 || sheets.length !== firstSheets.length) return false;
  const [{ id, name, colour, cells, widths }] = sheets;
  return isSame({ id, name }, firstSheets[0]) && colour === undefined && cells.size + widths.size === 0;
}

/** Makes the change. It writes into the maps of `written`. `sheet` gives the network's sheet, which only some kinds
 *  need. */
export function applyWritten(written: Written, change: WrittenChange, sheet: () => Sheet): void {
  switch (change.kind) {
    case 'formulas':
      for (const { tensor, indices, content } of change.edits)
        for (const index of indices) put(written.formulas, tensor, index, content);
      break;
    case 'comments':
      for (const { tensor, index, text } of change.edits) put(written.comments, tensor, index, text);
      break;
    case 'names':
      for (const { name, formula } of change.edits) {
        if (formula === undefined) written.names.delete(name.toLowerCase());
        else written.names.set(name.toLowerCase(), { name, formula });
      }
      break;
    case 'draw':
      if (change.drawn) written.drawn = change.drawn;
      else delete written.drawn;
      break;
    case 'cells':
      writeCells(sheetOf(written.sheets, change.sheet)!, change.edits);
      break;
    case 'addSheet':
      written.sheets = written.sheets.toSpliced(change.at, 0, sheetFrom(change.sheet));
      break;
    case 'removeSheet':
      written.sheets = written.sheets.filter(({ id }) => id !== change.sheet);
      break;
    case 'sheet':
      changeSheet(written, change);
      break;
    case 'lines':
      Object.assign(written, afterLines(written, change, sheet()));
      break;
    case 'move':
      Object.assign(written, afterMove(written, change, sheet()));
      break;
    case 'restore':
      for (const each of change.changes) applyWritten(written, each, sheet);
  }
}

function writeCells({ cells }: WorkbookSheet, edits: readonly CellEdit[]): void {
  for (const { at, cell } of edits) for (let i = 0; i < at.length; i += 2) put(cells, at[i], at[i + 1], cell);
}

function writeWidths({ widths }: WorkbookSheet, edits: readonly WidthEdit[]): void {
  for (const { column, width } of edits) {
    if (width === undefined) widths.delete(column);
    else widths.set(column, width);
  }
}

/** The sheet itself is replaced, so that whoever looks at the list sees that something changed. */
function changeSheet(written: Written, { sheet: id, name, at, colour, widths }: SheetChange): void {
  const place = written.sheets.findIndex(sheet => sheet.id === id);
  const { colour: before, ...own } = written.sheets[place];
  const next = colour === undefined ? before : (colour ?? undefined);
  const changed = { ...own, ...(name !== undefined && { name }), ...(next !== undefined && { colour: next }) };
  if (widths) writeWidths(changed, widths);
  written.sheets = written.sheets.toSpliced(place, 1).toSpliced(at ?? place, 0, changed);
}

/** The change that takes this one back when it is made afterwards. */
export function writtenBack(written: Written, change: WrittenChange, sheet: () => Sheet): WrittenChange {
  switch (change.kind) {
    case 'addSheet':
      return { kind: 'removeSheet', sheet: change.sheet.id };
    case 'removeSheet': {
      const at = written.sheets.findIndex(({ id }) => id === change.sheet);
      return { kind: 'addSheet', sheet: dataOf(written.sheets[at]), at };
    }
    case 'lines':
      return { kind: 'restore', changes: changesBack(written, afterLines(written, change, sheet())) };
    case 'move':
      return { kind: 'restore', changes: changesBack(written, afterMove(written, change, sheet())) };
    case 'restore':
      return { kind: 'restore', changes: change.changes.map(each => simpleBack(written, each)).toReversed() };
    default:
      return simpleBack(written, change);
  }
}

function simpleBack(written: Written, change: SimpleChange): SimpleChange {
  switch (change.kind) {
    case 'formulas': {
      return { kind: 'formulas', edits: formulasBack(written, change.edits) };
    }
    case 'comments': {
      const edits = change.edits.map(({ tensor, index }) => {
        const text = written.comments.get(tensor)?.get(index);
        return { tensor, index, ...(text !== undefined && { text }) };
      });
      return { kind: 'comments', edits };
    }
    case 'names': {
      const edits = change.edits.map(({ name }) => written.names.get(name.toLowerCase()) ?? { name });
      return { kind: 'names', edits };
    }
    case 'draw':
      return { kind: 'draw', ...(written.drawn && { drawn: written.drawn }) };
    case 'cells': {
      const { cells } = sheetOf(written.sheets, change.sheet)!;
      const places = cellsIn(change.edits);
      for (const place of places.keys()) places.set(place, cells.get(rowOf(place))?.get(columnOf(place)));
      return { kind: 'cells', sheet: change.sheet, edits: cellEdits(places) };
    }
    default: {
      const own = sheetOf(written.sheets, change.sheet)!;
      const { sheet, name, at, colour, widths } = change;
      const widthNow = (column: number): WidthEdit => {
        const width = own.widths.get(column);
        return { column, ...(width !== undefined && { width }) };
      };
      return {
        kind: 'sheet',
        sheet,
        ...(name !== undefined && { name: own.name }),
        ...(at !== undefined && { at: written.sheets.indexOf(own) }),
        ...(colour !== undefined && { colour: own.colour ?? null }),
        ...(widths && { widths: widths.map(({ column }) => widthNow(column)) }),
      };
    }
  }
}

/** The change without the parts that would leave everything as it is. undefined where nothing is left. */
export function narrowedWritten(written: Written, change: WrittenChange): WrittenChange | undefined {
  switch (change.kind) {
    case 'formulas': {
      const edits = otherFormulas(written, change.edits);
      return edits.length > 0 ? { kind: 'formulas', edits } : undefined;
    }
    case 'cells': {
      const { cells } = sheetOf(written.sheets, change.sheet)!;
      const now = (place: number): Cell | undefined => cells.get(rowOf(place))?.get(columnOf(place));
      const places = cellsIn(change.edits);
      const isAsBefore = comparison();
      for (const [place, cell] of places) if (isAsBefore(now(place), cell)) places.delete(place);
      const edits = cellEdits(places);
      return edits.length > 0 ? { ...change, edits } : undefined;
    }
    case 'comments': {
      const last = new Map(change.edits.map(edit => [`${edit.tensor}[${edit.index}]`, edit]));
      const edits = [...last.values()].filter(
        ({ tensor, index, text }) => written.comments.get(tensor)?.get(index) !== text,
      );
      return edits.length > 0 ? { kind: 'comments', edits } : undefined;
    }
    case 'names': {
      const last = new Map(change.edits.map(edit => [edit.name.toLowerCase(), edit]));
      const edits = [...last].flatMap(([key, { name, formula }]) => {
        const own = written.names.get(key);
        const same = formula === undefined ? !own : isSame(own, { name, formula });
        return same ? [] : [{ name, ...(formula !== undefined && { formula }) }];
      });
      return edits.length > 0 ? { kind: 'names', edits } : undefined;
    }
    case 'draw':
      return isSame(written.drawn, change.drawn) ? undefined : change;
    case 'sheet':
      return isSame(widthsOnce(simpleBack(written, change)), widthsOnce(change)) ? undefined : change;
    default:
      return change;
  }
}

/** The edits without what stands there already. */
function otherFormulas({ formulas }: Written, edits: readonly FormulaEdit[]): FormulaEdit[] {
  const isAsBefore = comparison();
  if (!namesOnce(edits)) {
    return [...formulasIn(edits)].flatMap(([tensor, contents]) => {
      const own = formulas.get(tensor);
      for (const [index, content] of contents) if (isAsBefore(own?.get(index), content)) contents.delete(index);
      return formulaEdits(tensor, contents);
    });
  }
  return edits.flatMap(edit => {
    const own = formulas.get(edit.tensor);
    const indices = edit.indices.filter(index => !isAsBefore(own?.get(index), edit.content));
    return indices.length > 0 ? [{ ...edit, indices }] : [];
  });
}

/** The edits that put back what stands there now. */
function formulasBack({ formulas }: Written, edits: readonly FormulaEdit[]): FormulaEdit[] {
  if (!namesOnce(edits)) {
    return [...formulasIn(edits)].flatMap(([tensor, contents]) => {
      const own = formulas.get(tensor);
      for (const index of contents.keys()) contents.set(index, own?.get(index));
      return formulaEdits(tensor, contents);
    });
  }
  return edits.flatMap(({ tensor, indices }) => {
    if (indices.length === 0) return [];
    const own = formulas.get(tensor);
    const content = own?.get(indices[0]);
    if (indices.every(index => own?.get(index) === content))
      return [{ tensor, indices: indices.slice(), ...(content !== undefined && { content }) }];
    return formulaEdits(
      tensor,
      Array.from(indices, index => [index, own?.get(index)] as const),
    );
  });
}

/** The change with each column's last width. */
function widthsOnce(change: SimpleChange): SimpleChange {
  if (change.kind !== 'sheet' || !change.widths) return change;
  return { ...change, widths: [...new Map(change.widths.map(edit => [edit.column, edit])).values()] };
}

/** A sheet as plain data. */
export function dataOf({ id, name, colour, cells, widths }: WorkbookSheet): SheetData {
  return {
    id,
    name,
    ...(colour !== undefined && { colour }),
    cells: cellEdits(placesIn(cells)),
    widths: [...widths].map(([column, width]) => ({ column, width })),
  };
}

export function sheetFrom({ id, name, colour, cells, widths }: SheetData): WorkbookSheet {
  const sheet = { id, name, ...(colour !== undefined && { colour }), cells: new Map(), widths: new Map() };
  writeCells(sheet, cells);
  writeWidths(sheet, widths);
  return sheet;
}

/** The changes that write all of it into a workbook in which nothing is written. */
export function changesOf(written: Written): WrittenChange[] {
  return changesInOrder(
    written,
    maps => maps,
    content => content,
  );
}

/** The same changes for equal contents, whatever they were made by: in the order of places, names and tensors, and with
 *  one edit for all equal contents. */
export function canonicalChanges(written: Written, network: NetworkSpec): WrittenChange[] {
  const place = new Map(describeTensors(network).map(({ id }, i) => [id as string, i]));
  const order = (key: string | number) => (typeof key === 'number' ? key : (place.get(key) ?? place.size));
  const sorted = <T>(entries: [string | number, T][]): [string | number, T][] =>
    entries.sort(([a], [b]) => order(a) - order(b) || (a < b ? -1 : 1));
  const texts = new WeakMap<object, string>();
  const sameAs = (content: unknown): unknown => {
    if (typeof content !== 'object' || content === null) return content;
    const text = texts.get(content) ?? JSON.stringify(content, flatFormula);
    texts.set(content, text);
    return text;
  };
  return changesInOrder(written, sorted as <K, T>(entries: [K, T][]) => [K, T][], sameAs);
}

/** For `JSON.stringify`: writes the trees of formulas as lists. */
export function flatFormula(key: string, value: unknown): unknown {
  return key === 'formula' && value !== undefined ? flattened(value as Expression) : value;
}

const ordered = new WeakMap<Cell, Cell>();
/** The cell with its parts in one order. The same cell gives the same object. */
function inOrder(cell: Cell): Cell {
  const known = ordered.get(cell);
  if (known) return known;
  const { content, format, comment, learns } = cell;
  const { number, bold, align, wrap } = format ?? {};
  const next: Cell = {
    ...(isFormula<CellAddress>(content)
      ? { content: { formula: content.formula, from: { row: content.from.row, column: content.from.column } } }
      : content !== undefined && { content }),
    ...(format && {
      format: {
        ...(number && { number: numberInOrder(number) }),
        ...(bold && { bold }),
        ...(align && { align }),
        ...(wrap && { wrap }),
      },
    }),
    ...(comment !== undefined && { comment }),
    ...(learns && { learns }),
  };
  ordered.set(cell, next);
  return next;
}

function numberInOrder(number: NumberFormat): NumberFormat {
  if (number.kind === 'text') return number;
  const { kind, digits } = number;
  return kind === 'fixed' && number.thousands ? { kind, digits, thousands: true } : { kind, digits };
}

function changesInOrder(
  { sheets, formulas, names, comments, drawn }: Written,
  sorted: <K, T>(entries: [K, T][]) => [K, T][],
  sameAs: (content: unknown) => unknown,
): WrittenChange[] {
  const [network] = firstSheets;
  const changes: WrittenChange[] = [];
  const own = sheetOf(sheets, network.id)!;
  const data = (sheet: WorkbookSheet): SheetData => ({
    ...dataOf({ ...sheet, cells: new Map() }),
    cells: cellEdits(sorted([...placesIn(sheet.cells)].map(([place, cell]) => [place, inOrder(cell)])), sameAs),
    widths: sorted([...sheet.widths]).map(([column, width]) => ({ column, width })),
  });
  const { name, colour, cells } = data(own);
  if (cells.length > 0) changes.push({ kind: 'cells', sheet: own.id, edits: cells });
  if (name !== network.name || colour !== undefined)
    changes.push({
      kind: 'sheet',
      sheet: own.id,
      ...(name !== network.name && { name }),
      ...(colour !== undefined && { colour }),
    });
  for (const [place, sheet] of sheets.entries())
    if (sheet !== own) changes.push({ kind: 'addSheet', sheet: data(sheet), at: place });
  if (formulas.size > 0) {
    const edits = sorted([...formulas]).flatMap(([tensor, each]) => formulaEdits(tensor, sorted([...each]), sameAs));
    changes.push({ kind: 'formulas', edits });
  }
  if (names.size > 0) changes.push({ kind: 'names', edits: sorted([...names]).map(([, each]) => each) });
  if (comments.size > 0) {
    const edits = sorted([...comments]).flatMap(([tensor, each]) =>
      sorted([...each]).map(([index, text]) => ({ tensor, index, text })),
    );
    changes.push({ kind: 'comments', edits });
  }
  if (drawn) changes.push({ kind: 'draw', drawn: { seed: drawn.seed, now: drawn.now } });
  return changes;
}
