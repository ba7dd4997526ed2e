/** Checks changes to what users write against the workbook as it is just before them. */
import { type CellRange, formatAddress, formatRange, intersect, MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import { type CellEdit, CELL_LIMITS, type SheetCells, sheetOf, type WorkbookSheet, type Written } from '../cells.ts';
import { UserError } from '../errors.ts';
import type { Sheet } from '../layout/sheet.ts';
import { sentences } from '../messages/sentences.ts';
import { nameFault } from '../own-names.ts';
import { planeNames, type SheetId, sheetNamed } from '../places.ts';
import type { AddSheetChange, LinesChange, MoveChange, SheetChange, WrittenChange } from './kinds.ts';
import { placeAfter } from './lines.ts';

const { written: say } = sentences;

/** Throws UserError where the change can't be made. The sentence names the cell, the sheet or the name. `sheet` gives
 *  the network's. */
export function checkWritten(written: Written, change: WrittenChange, sheet: () => Sheet): void {
  switch (change.kind) {
    case 'formulas': {
      const edited = change.edits.reduce(
        (sum, { indices, content }) => sum + (content === undefined ? 0 : indices.length),
        0,
      );
      const now = [...written.formulas.values()].reduce((sum, own) => sum + own.size, 0);
      if (now + edited > CELL_LIMITS.formulas) throw new UserError(say.tooManyFormulas(CELL_LIMITS.formulas));
      break;
    }
    case 'cells':
      checkCells(written, known(written, change.sheet), change.edits, sheet());
      break;
    case 'addSheet':
      checkNewSheet(written, change);
      break;
    case 'removeSheet':
      if (known(written, change.sheet).id === sheet().id) throw new UserError(say.networkStays);
      break;
    case 'sheet':
      checkSheet(written, change, sheet());
      break;
    case 'lines':
      checkLines(known(written, change.sheet), change, sheet());
      break;
    case 'move':
      checkMove(written, change, sheet());
      break;
    case 'names':
      checkNames(written, change.edits, sheet());
      break;
    default:
  }
}

function known(written: Written, id: SheetId): WorkbookSheet {
  const found = sheetOf(written.sheets, id);
  if (!found) throw new UserError(say.noSheet(id));
  return found;
}

function checkCells(written: Written, { id }: WorkbookSheet, edits: readonly CellEdit[], sheet: Sheet): void {
  let added = 0;
  for (const { at, cell } of edits) {
    if (!cell) continue;
    added += at.length / 2;
    if (id !== sheet.id) continue;
    for (let i = 0; i < at.length; i += 2) {
      const place = { row: at[i], column: at[i + 1] };
      if (isFree(sheet, place.row, place.column)) continue;
      throw new UserError(say.notFree(formatAddress(place)));
    }
  }
  checkCount(written, added);
}

/** Whether users may write in this cell of the network's sheet. */
export function isFree({ layout }: Sheet, row: number, column: number): boolean {
  return layout.isFree(row, column);
}

function checkCount(written: Written, added: number): void {
  const count = (cells: SheetCells) => [...cells.values()].reduce((sum, line) => sum + line.size, 0);
  const now = written.sheets.reduce((sum, { cells }) => sum + count(cells), 0);
  if (now + added > CELL_LIMITS.cells) throw new UserError(say.tooManyCells(CELL_LIMITS.cells));
}

/** Why a sheet can't have this name; undefined if it can. `own`: the sheet that gets it. */
export function sheetNameFault(sheets: readonly WorkbookSheet[], name: string, own?: SheetId) {
  if (name.trim() === '' || name !== name.trim()) return say.sheetNameBlank;
  if (name.length > CELL_LIMITS.sheetName) return say.sheetNameLong(CELL_LIMITS.sheetName);
  if (/[:\\/?*[\]\p{Cc}]/u.test(name) || name.startsWith("'") || name.endsWith("'")) return say.sheetNameSigns(name);
  const reserved = Object.values(planeNames).some(plane => plane.toLowerCase() === name.toLowerCase());
  const other = sheetNamed(sheets, name);
  return reserved || (other && other.id !== own) ? say.sheetNameTaken(name) : undefined;
}

/** The first name of these that a new sheet can have. */
export function freeSheetName(sheets: readonly WorkbookSheet[], nameOf: (number: number) => string): string {
  let number = 1;
  while (sheetNameFault(sheets, nameOf(number))) number++;
  return nameOf(number);
}

function checkNewSheet(written: Written, { sheet, at }: AddSheetChange): void {
  const { sheets } = written;
  if (sheets.length >= CELL_LIMITS.sheets) throw new UserError(say.tooManySheets(CELL_LIMITS.sheets));
  if (sheetOf(sheets, sheet.id)) throw new UserError(say.sheetNameTaken(sheet.name));
  const fault = sheetNameFault(sheets, sheet.name);
  if (fault) throw new UserError(fault);
  if (at > sheets.length) throw new UserError(say.noTab(at + 1));
  checkCount(
    written,
    sheet.cells.reduce((sum, { at: places }) => sum + places.length / 2, 0),
  );
}

function checkSheet(written: Written, { sheet: id, name, at, widths }: SheetChange, sheet: Sheet): void {
  const own = known(written, id);
  const fault = name === undefined ? undefined : sheetNameFault(written.sheets, name, id);
  if (fault) throw new UserError(fault);
  if (at !== undefined && at >= written.sheets.length) throw new UserError(say.noTab(at + 1));
  if (widths && widths.length > 0 && id === sheet.id) throw new UserError(say.networkWidths(own.name));
}

function checkLines({ id, name, cells }: WorkbookSheet, change: LinesChange, sheet: Sheet): void {
  if (id === sheet.id) throw new UserError(say.networkLines(name));
  const most = change.axis === 'rows' ? MAX_ROWS : MAX_COLUMNS;
  if (change.at + change.count > most) throw new UserError(say.beyondSheet(name));
  if (change.action === 'delete') return;
  const places = change.axis === 'rows' ? [...cells.keys()] : [...cells.values()].flatMap(line => [...line.keys()]);
  if (places.some(place => placeAfter(place, change)! >= most)) throw new UserError(say.pushedOut(name));
}

function checkMove(written: Written, { sheet: source, range, to }: MoveChange, sheet: Sheet): void {
  const target = { row: to.row, column: to.column, height: range.height, width: range.width };
  for (const [id, part] of [
    [source, range],
    [to.sheet, target],
  ] as const) {
    const { name } = known(written, id);
    if (part.row + part.height > MAX_ROWS || part.column + part.width > MAX_COLUMNS)
      throw new UserError(say.beyondSheet(name));
    if (id === sheet.id && !isFreeRange(sheet, part)) throw new UserError(say.notFree(formatRange(part)));
  }
}

/** Whether all cells of a range are free. */
export function isFreeRange({ layout }: Sheet, range: CellRange): boolean {
  if (layout.blocksIn(range).length > 0 || layout.labelsIn(range).length > 0) return false;
  const used = intersect(range, { row: 0, column: 0, height: layout.rows, width: layout.columns });
  if (!used) return true;
  for (let row = used.row; row < used.row + used.height; row++)
    for (let column = used.column; column < used.column + used.width; column++)
      if (!layout.isFree(row, column)) return false;
  return true;
}

function checkNames(written: Written, edits: readonly { name: string; formula?: unknown }[], sheet: Sheet): void {
  let count = written.names.size;
  for (const { name, formula } of edits) {
    if (formula === undefined) continue;
    const fault = nameFault(sheet, name);
    if (fault) throw new UserError(fault);
    if (!written.names.has(name.toLowerCase())) count++;
  }
  if (count > CELL_LIMITS.names) throw new UserError(say.tooManyNames(CELL_LIMITS.names));
}
