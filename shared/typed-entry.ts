/** What a typed text does to a cell: a number, a formula, a text, or nothing. Whoever types asks here: the sheet and
 *  the option --set. */
import { formatAddress } from './address.ts';
import { type Read, readEntry, unread } from './cell-entry.ts';
import { type Cell, cellAt, CELL_LIMITS, type Names, sheetOf, type WorkbookSheet } from './cells.ts';
import type { Change } from './change.ts';
import { isFree } from './changes/check.ts';
import { truthNamed } from './formula/language.ts';
import { ENGLISH, type FormulaLanguage } from './formula/print.ts';
import { readTyped, type Surroundings } from './formula/typed.ts';
import { beginsFormula } from './formula/tokens.ts';
import { shownWeight } from './layer-edits/formula-parts.ts';
import { elementAt, type Sheet } from './layout/sheet.ts';
import type { Sentence } from './messages/sentence.ts';
import { sentences } from './messages/sentences.ts';
import { type Notation, parseNumber, percentFormat, readNumber } from './numbers.ts';
import type { CellPlace } from './places.ts';

/** The workbook that is typed into. `sheet` is the network's. */
export type Typing = { sheet: Sheet; sheets: readonly WorkbookSheet[]; names: Names };
/** The changes that a typed text makes, or why it is refused. `start` and `end` say where in a formula the fault is. */
export type Typed =
  | { changes: readonly Change[]; refusal?: undefined }
  | { refusal: Sentence; foreign?: boolean; start?: number; end?: number };

export type TypingOptions = { notation?: Notation; language?: FormulaLanguage; foreign?: boolean };

/** What a text means that is typed into a cell. An empty one takes away what was typed before, also an override. */
export function typedInto(workbook: Typing, place: CellPlace, text: string, options: TypingOptions = {}): Typed {
  const { sheet } = workbook;
  const element = elementAt(sheet, place);
  // In a cell that is formatted as text, everything is text.
  const own = element ? undefined : cellIn(workbook, place);
  if (own?.format?.number?.kind === 'text' && text !== '') return typedFreely(workbook, place, text, options);
  const formula = formulaText(text, { ...workbook, on: place.sheet }, options.language);
  if (formula !== undefined) return typedFormula(workbook, place, formula, options);
  if (!element) return typedFreely(workbook, place, text, options);
  const info = sheet.tensors.get(element.tensor)!;
  const { notation = {}, foreign = false } = options;
  if (info.role !== 'computed') return valuesOf(readEntry(sheet, place, text, notation, foreign));
  const indices = Uint32Array.of(element.index);
  const parsed = parseNumber(text, notation);
  const value = foreign && parsed.problem === 'separator' ? parsed.reading : parsed.value;
  if (parsed.problem === 'empty')
    return { changes: [{ kind: 'formulas', edits: [{ tensor: element.tensor, indices }] }] };
  if (value === undefined) return unread(parsed, formatAddress(place), text.trim(), notation);
  if (!Number.isFinite(Math.fround(value)))
    return { refusal: sentences.grid.tooLarge(formatAddress(place), String(value)) };
  return {
    changes: [{ kind: 'formulas', edits: [{ tensor: element.tensor, indices, content: value === 0 ? 0 : value }] }],
  };
}

/** The formula that a typed text is, beginning with "=". As in Excel, what begins with a sign or @ is one too if it
 *  can be read as one: -A1*2, @SUM(A1:A3). undefined for numbers and other texts. */
export function formulaText(text: string, around: Surroundings, language?: FormulaLanguage): string | undefined {
  const typed = text.trimStart();
  if (typed.startsWith('=') || !beginsFormula(typed)) return typed.startsWith('=') ? typed : undefined;
  const signed = `=${typed.replace(/^@/, '')}`;
  return readTyped(signed, around, language).problem === undefined ? signed : undefined;
}

function valuesOf(read: Read): Typed {
  if (!read) return { changes: [] };
  if ('refusal' in read) return read;
  const { element, value } = read;
  const edit = { tensor: element.tensor, indices: Uint32Array.of(element.index), values: Float32Array.of(value) };
  return { changes: [{ kind: 'values', edits: [edit] }] };
}

function typedFormula(workbook: Typing, place: CellPlace, text: string, { language }: TypingOptions): Typed {
  const { sheet } = workbook;
  const read = readTyped(text, { ...workbook, on: place.sheet }, language);
  if (read.problem !== undefined) return { refusal: read.problem, start: read.start, end: read.end };
  const { expression: formula } = read;
  const element = elementAt(sheet, place);
  if (!element) {
    const { row, column } = place;
    return cellGets(workbook, place, { content: { formula, from: { row, column } } });
  }
  const { tensor, index } = element;
  const edit = { tensor, indices: Uint32Array.of(index), content: { formula, from: index } };
  return { changes: [{ kind: 'formulas', edits: [edit] }] };
}

/** Into a free cell or an own sheet. An apostrophe before it makes a text of anything. */
function typedFreely(workbook: Typing, place: CellPlace, text: string, options: TypingOptions): Typed {
  const { notation = {}, language = ENGLISH, foreign = false } = options;
  if (text === '') return cellGets(workbook, place, {});
  if (text.length > CELL_LIMITS.text)
    return { refusal: sentences.written.textTooLong(formatAddress(place), CELL_LIMITS.text) };
  const own = cellIn(workbook, place);
  if (own?.format?.number?.kind === 'text') return cellGets(workbook, place, { content: text });
  if (text.startsWith("'")) return cellGets(workbook, place, { content: text.slice(1) });
  const truth = truthNamed(text, language);
  if (truth !== undefined) return cellGets(workbook, place, { content: truth });
  const parsed = readNumber(text, notation);
  if (parsed.problem === 'separator' && !foreign) return unread(parsed, formatAddress(place), text.trim(), notation);
  const value = parsed.problem === 'separator' ? parsed.reading : parsed.value;
  const shown = own?.learns && value !== undefined ? shownWeight(own.content) : undefined;
  // The number is the weight's, which the cell goes on showing.
  if (shown && Number.isFinite(Math.fround(value!))) {
    const edit = { tensor: shown.tensor, indices: Uint32Array.of(shown.first), values: Float32Array.of(value!) };
    return { changes: [{ kind: 'values', edits: [edit] }] };
  }
  // As in other spreadsheets, a text with line breaks shows them.
  if (value === undefined || !Number.isFinite(value))
    return cellGets(workbook, place, {
      content: text,
      ...(text.includes('\n') && { format: { ...own?.format, wrap: true as const } }),
    });
  const percent = percentFormat(text, {
    decimalComma: (notation.decimalComma ?? false) !== (parsed.problem !== undefined),
  });
  const format = percent && !own?.format?.number ? { ...own?.format, number: percent } : own?.format;
  return cellGets(workbook, place, { content: value === 0 ? 0 : value, ...(format && { format }) });
}

const cellIn = ({ sheets }: Typing, place: CellPlace): Cell | undefined => {
  const own = sheetOf(sheets, place.sheet);
  return own && cellAt(own.cells, place);
};

/** The cell keeps its looks and its comment. */
function cellGets(workbook: Typing, place: CellPlace, given: Cell): Typed {
  const { sheet } = workbook;
  const { row, column } = place;
  if (place.sheet === sheet.id && !isFree(sheet, row, column))
    return { refusal: sentences.written.notFree(formatAddress(place)) };
  const { content: _before, ...looks } = cellIn(workbook, place) ?? {};
  const cell: Cell = { ...looks, ...given };
  const edit = { at: Uint32Array.of(row, column), ...(Object.keys(cell).length > 0 && { cell }) };
  return { changes: [{ kind: 'cells', sheet: place.sheet, edits: [edit] }] };
}
