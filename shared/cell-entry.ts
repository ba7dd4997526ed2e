/** What may be put into a cell, and the sentence that refuses anything else. Whoever changes cells asks here: the
 *  sheet, the option --set, and the shell and the engine before they do a change. */
import { formatAddress, formatRange } from './address.ts';
import { type CellContent, isError, NUMBER_ERROR } from './cell-content.ts';
import { derive } from './formula/derive.ts';
import { isAbsolute } from './formula/formula.ts';
import type { ElementIndex } from './layout/layout.ts';
import { elementAt, placeOf, type Sheet } from './layout/sheet.ts';
import type { Sentence } from './messages/sentence.ts';
import { sentences } from './messages/sentences.ts';
import { canHold, type TensorInfo } from './network.ts';
import { formatFloat32, type Notation, type ParsedNumber, parseNumber } from './numbers.ts';
import type { CellPlace } from './places.ts';

/** A refused entry with its reason. `foreign`: the refusal is a question, because the number is written as in another
 *  language (0.5 where one half is 0,5). To answer yes, enter the same text again with `foreign`. */
type Refused = { refusal: Sentence; foreign?: boolean };
/** An element and the number it will hold, or a refusal. undefined: the cell stays as it is. */
export type Read = { element: ElementIndex; value: number } | Refused | undefined;

/** Whether an element can hold a number. NaN stands for a blank. */
export function canTake({ role, name }: TensorInfo, value: number): boolean {
  if (role === 'computed') return false;
  return Number.isFinite(value) ? canHold(name, value) : role === 'actual' && Number.isNaN(value);
}

/** Why an element can't hold a number. */
export function refusalOf(
  sheet: Sheet,
  { tensor, index }: ElementIndex,
  value: number,
  notation: Notation = {},
): Sentence {
  const info = sheet.tensors.get(tensor)!;
  const cell = placeOf(sheet, tensor, index);
  const where = formatAddress(cell);
  if (info.role === 'computed') return computedRefusal(sheet, cell);
  if (!Number.isFinite(value))
    return sentences.grid.notANumber(where, NUMBER_ERROR.error, notation.decimalComma === true);
  return sentences.layers.outsideLimits(where, info.name);
}

/** Whether a text that begins with "=" is typed as a formula in a cell: with pointing, coloured references and help.
 *  What becomes of it, `readEntry` says. */
export function formulaAllowed(_sheet: Sheet, _cell: CellPlace): boolean {
  return true;
}

/** What a number or a typed text means for a cell. An empty text makes a parameter or a pixel 0 and an expected value
 *  blank. A blank makes an expected value blank and leaves other cells as they are. `foreign`: the number may be
 *  written as in another language. */
export function readEntry(
  sheet: Sheet,
  cell: CellPlace,
  content: CellContent,
  notation: Notation,
  foreign = false,
): Read {
  const element = elementAt(sheet, cell);
  const where = formatAddress(cell);
  const entered = isError(content) ? content.error : (content ?? '');
  if (!element) return String(entered).trim() === '' ? undefined : { refusal: sentences.grid.notACell(where) };
  const info = sheet.tensors.get(element.tensor)!;
  if (info.role === 'computed') return { refusal: computedRefusal(sheet, cell) };
  const parsed: ParsedNumber = typeof entered === 'number' ? { value: entered } : parseNumber(entered, notation);
  if (parsed.problem === 'empty') {
    if (info.role === 'actual') return { element, value: Number.NaN };
    return content === null ? undefined : { element, value: 0 };
  }
  const value = foreign && parsed.problem === 'separator' ? parsed.reading : parsed.value;
  if (value === undefined) return unread(parsed, where, String(entered).trim(), notation);
  const held = Math.fround(value);
  if (!Number.isFinite(held)) return { refusal: sentences.grid.tooLarge(where, String(value)) };
  if (!canTake(info, held)) return { refusal: refusalOf(sheet, element, held, notation) };
  return { element, value };
}

/** A cell's number with all its digits, as a user here would type it. */
export function writtenNumber(value: number, { decimalComma }: Notation): string {
  const text = formatFloat32(value);
  return decimalComma ? text.replace('.', ',') : text;
}

/** The reason why a cell can't take a typed text as a number. */
export function unread(parsed: ParsedNumber, where: string, typed: string, notation: Notation): Refused {
  const text = sentences.grid;
  const shown = typed.length > 40 ? `${typed.slice(0, 40)}…` : typed;
  const written = (value: number) => writtenNumber(value, notation);
  if (parsed.problem === 'separator')
    return { refusal: text.foreignNumber(where, shown, written(parsed.reading)), foreign: true };
  if (parsed.problem === 'grouping')
    return { refusal: text.twoReadings(where, shown, written(parsed.decimal), written(parsed.grouped)) };
  if (parsed.problem === 'fraction') return { refusal: text.fraction(where, shown, written(parsed.quotient)) };
  if (parsed.problem === 'blank') return { refusal: text.onlySpaces(where) };
  if (parsed.problem === 'formula') return { refusal: text.formulaInParameter(where) };
  if (parsed.problem === 'range') return { refusal: text.tooLarge(where, shown) };
  return { refusal: text.notANumber(where, shown, notation.decimalComma === true) };
}

/** The sentence that says that a cell is computed, and what to change instead: the layer's parameters, where it has
 *  some. (The other cells that the formula reads are often computed too.) */
export function computedRefusal(sheet: Sheet, cell: CellPlace): Sentence {
  const element = elementAt(sheet, cell);
  const references = (element && derive(sheet, element)?.references) ?? [];
  const parameters = references.filter(({ role }) => isAbsolute(role));
  const named = [...new Set(parameters.map(({ range }) => formatRange(range)))];
  return sentences.grid.computed(formatAddress(cell), named.slice(0, 3));
}
