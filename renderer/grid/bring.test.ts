import { describe, expect, test } from 'vitest';
import { parseAddress, parseRange } from '../../shared/address.ts';
import { isFormula, type Written } from '../../shared/cells.ts';
import { isRead } from '../../shared/changes/readers.ts';
import { applyWritten, nothingWritten, writtenBack } from '../../shared/changes/written.ts';
import { isWritten } from '../../shared/change.ts';
import { english } from '../../shared/messages/render.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import { typedInto } from '../../shared/typed-entry.ts';
import { elementAt } from '../../shared/layout/sheet.ts';
import { copier, type CopiedCell } from './bring.ts';
import { readClipboard } from './clipboard.ts';
import type { Pasted } from './clipboard-table.ts';
import { fillLines, fillRange, fillText } from './fill.ts';
import { writtenOver } from './over-elements.ts';
import { type PasteOptions, pasteTable, type RangeEntry } from './paste.ts';
import { regionToSort, sortRows } from './sort.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';
import { writtenCell, writtenText } from './written-cell.ts';

const sheet = lessonSheet();

/** A workbook with two sheets of its own. Cells are named as in Notes!A1, or AD11 on the network's sheet. */
function workbook(cells: Record<string, string> = {}) {
  const written: Written = nothingWritten();
  for (const [at, name] of ['Notes', 'Other'].entries())
    applyWritten(
      written,
      { kind: 'addSheet', sheet: { id: name.toLowerCase(), name, cells: [], widths: [] }, at: at + 1 },
      () => sheet,
    );
  const idOf = (name: string) => (name.includes('!') ? name.split('!')[0].toLowerCase() : sheet.id);
  const place = (name: string): CellPlace => ({ sheet: idOf(name), ...parseAddress(name.split('!').at(-1)!)! });
  const range = (name: string): RangePlace => ({ sheet: idOf(name), ...parseRange(name.split('!').at(-1)!)! });
  const apply = ({ command, refusal }: RangeEntry) => {
    if (refusal !== undefined) throw new Error(refusal);
    for (const change of command?.changes ?? []) if (isWritten(change)) applyWritten(written, change, () => sheet);
  };
  for (const [name, text] of Object.entries(cells)) {
    const typed = typedInto({ sheet, ...written }, place(name), text);
    if (typed.refusal !== undefined) throw new Error(`${name}: ${english(typed.refusal)}`);
    for (const change of typed.changes) if (isWritten(change)) applyWritten(written, change, () => sheet);
  }
  /** What the formula bar shows. */
  const shown = (name: string): string | undefined => {
    const state = { sheet, written };
    const element = elementAt(sheet, place(name));
    return element ? writtenOver(state, element)?.text : writtenText(state, place(name));
  };
  /** The value of a plain cell. Formulas have 7. */
  const value = (cell: CellPlace): Pasted => {
    const content = writtenCell({ written }, cell)?.content;
    if (elementAt(sheet, cell) || isFormula(content)) return 7;
    return content;
  };
  const paste = (from: string, to: string, options: PasteOptions = {}) => {
    const { row, column, height, width, sheet: on } = range(from);
    const take = copier(sheet, written);
    const rows = Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => ({ sheet: on, row: row + y, column: column + x })),
    );
    const copies: CopiedCell[][] = rows.map(cells => cells.map(take));
    const table = rows.map(cells => cells.map(value));
    return pasteTable(sheet, range(to), table, {
      copied: (y, x) => copies[y][x],
      own: written,
      value: () => 7,
      ...options,
    });
  };
  return { written, place, range, apply, shown, value, paste };
}

describe('a copied formula', () => {
  test.each([
    ['moves its references and keeps those with $', { C34: '=A2+$A$2+B$3' }, 'C34', 'D36', '=B4+$A$2+C$3'],
    ['on an own sheet too', { 'Notes!A1': '=B1*Other!C3' }, 'Notes!A1', 'Notes!B3', '=C3*Other!D5'],
    [
      'reads cells of its new sheet',
      { 'Notes!A1': '=B1+$C$1+Network!A2' },
      'Notes!A1',
      'Other!A2',
      '=B2+$C$1+Network!A3',
    ],
    ['reads the network from then on if it comes there', { 'Notes!C34': '=A2*2' }, 'Notes!C34', 'C35', '=A3*2'],
    ['reads the own sheet if it comes from the network', { C34: '=A2*2' }, 'C34', 'Notes!C34', '=A2*2'],
    ['that would leave the sheet becomes #REF!', { 'Notes!B2': '=A1' }, 'Notes!B2', 'Notes!A1', '=#REF!'],
    ['of a computed cell goes along on its sheet', {}, 'BI3', 'BI60', '=MAX(0,AH60)'],
    ['of a computed cell brings its value to another sheet', {}, 'BI3', 'Notes!A1', '7'],
    ['of a weight brings its number', {}, 'AD11', 'C34', '7'],
    ['over a computed cell of the same band moves', { AH3: '=AI3+1' }, 'AH3', 'AH4', '=AI4+1'],
    ['ties a weight that it is pasted over', { AB34: '=AC35*2' }, 'AB34', 'AD11', '=AE12*2'],
  ])('%s', (_, cells, from, to, expected) => {
    const book = workbook(cells);
    book.apply(book.paste(from, to));
    expect(book.shown(to)).toBe(expected);
  });
});

describe('other contents', () => {
  test('go along with their formats and comments, and blanks empty the cell', () => {
    const book = workbook({ 'Notes!A1': '50%', 'Notes!B1': "'007", 'Notes!C1': 'true', 'Notes!A9': 'gone' });
    const format = { bold: true as const };
    const edits = [{ at: Uint32Array.of(1, 0), cell: { content: 5, format, comment: 'why' } }];
    applyWritten(book.written, { kind: 'cells', sheet: 'notes', edits }, () => sheet);
    book.apply(book.paste('Notes!A1:C3', 'Other!A7'));
    expect([book.shown('Other!A7'), book.shown('Other!B7'), book.shown('Other!C7')]).toEqual(['50%', "'007", 'TRUE']);
    expect(writtenCell(book, book.place('Other!A8'))).toEqual({ content: 5, format, comment: 'why' });
    book.apply(book.paste('Notes!A1:C3', 'Notes!A7'));
    expect(book.shown('Notes!A9')).toBeUndefined();
  });

  test('come from other programs as if they were typed', () => {
    const book = workbook();
    const table = [['=A1*2', 'true', "'x", 0.1, undefined, 'two\nlines', '=SUM(']];
    book.apply(pasteTable(sheet, book.range('Notes!A3'), table, { own: book.written }));
    const shown = ['A3', 'B3', 'C3', 'D3', 'E3', 'F3', 'G3'].map(cell => book.shown(`Notes!${cell}`));
    expect(shown).toEqual(['=A1*2', 'TRUE', "''x", '0.1', undefined, 'two\nlines', "'=SUM("]);
  });

  test('a percentage brings its format, unless the cell has one; values alone bring none', () => {
    const book = workbook({ 'Notes!B3': '25%' });
    const clip = (text: string, html?: string) => readClipboard({ text, html }, false);
    const format = (cell: string) => writtenCell(book, book.place(cell))?.format;
    const paste = (where: string, { table, percents }: ReturnType<typeof clip>, more: PasteOptions = {}) =>
      book.apply(pasteTable(sheet, book.range(where), table!, { own: book.written, percents, ...more }));
    paste('Notes!A3', clip('50%\t12.5%\t7'));
    expect(['A3', 'B3', 'C3'].map(cell => format(`Notes!${cell}`)?.number)).toEqual([
      { kind: 'percent', digits: 0 },
      { kind: 'percent', digits: 0 },
      undefined,
    ]);
    paste('Notes!A5', clip('50%\n12.5 %'), { transpose: true });
    expect(format('Notes!B5')).toEqual({ number: { kind: 'percent', digits: 2 } });
    paste('Notes!A6', clip('50%'), { what: 'values' });
    expect(writtenCell(book, book.place('Notes!A6'))).toEqual({ content: 0.5 });
    const [reading] = clip('12,5%').readings!;
    expect(reading.whole().percents).toEqual(new Map([['0,0', { kind: 'percent', digits: 2 }]]));
  });

  test('bring their formulas from another window or Google Sheets; cells of the network take the numbers', () => {
    const book = workbook();
    const formulas = new Map([
      ['0,0', '=R[-1]C*R1C1'],
      ['0,1', "=SUM('No such sheet'!RC)"],
    ]);
    const options = { own: book.written, formulas };
    book.apply(pasteTable(sheet, book.range('Notes!C3'), [[5, 6]], options));
    expect([book.shown('Notes!C3'), book.shown('Notes!D3')]).toEqual(['=C2*$A$1', '6']);
    expect(pasteTable(sheet, book.range('AD11'), [[5, 6]], options).command!.changes).toMatchObject([
      { kind: 'values', edits: [{ values: Float32Array.of(5, 6) }] },
    ]);
  });

  test('repeat where the selection is several times as large, on free cells too', () => {
    const book = workbook({ 'Notes!A1': '=B1', 'Notes!A2': '2' });
    book.apply(book.paste('Notes!A1:A2', 'Notes!C1:D4'));
    expect(['C1', 'D3', 'C4'].map(cell => book.shown(`Notes!${cell}`))).toEqual(['=D1', '=E3', '2']);
  });

  test('share one formula, so that 100,000 copies are one edit', () => {
    const book = workbook({ 'Notes!A1': '=B1+1' });
    const { command } = book.paste('Notes!A1', 'Notes!A2:J10001');
    const [change] = command!.changes;
    expect(change.kind === 'cells' && change.edits.map(({ at }) => at.length)).toEqual([200_000]);
  });
});

describe('paste special', () => {
  const cells = { 'Notes!A1': '=B1+1', 'Notes!A2': '3', 'Notes!C1': '10', 'Notes!C2': '=D2' };

  test('pastes values, formulas, formats or links', () => {
    const book = workbook(cells);
    const format = { bold: true as const };
    const edits = [{ at: Uint32Array.of(1, 0), cell: { content: 3, format } }];
    applyWritten(book.written, { kind: 'cells', sheet: 'notes', edits }, () => sheet);
    book.apply(book.paste('Notes!A1:A2', 'Notes!E1', { what: 'values' }));
    expect([book.shown('Notes!E1'), writtenCell(book, book.place('Notes!E2'))]).toEqual(['7', { content: 3 }]);
    book.apply(book.paste('Notes!A1:A2', 'Notes!F1', { what: 'formulas' }));
    expect([book.shown('Notes!F1'), writtenCell(book, book.place('Notes!F2'))]).toEqual(['=G1+1', { content: 3 }]);
    book.apply(book.paste('Notes!A1:A2', 'Notes!G1', { what: 'formats' }));
    expect([book.shown('Notes!G1'), writtenCell(book, book.place('Notes!G2'))]).toEqual([undefined, { format }]);
    book.apply(book.paste('Notes!A1:A2', 'Other!A1', { what: 'links' }));
    expect([book.shown('Other!A1'), book.shown('Other!A2')]).toEqual(['=Notes!A1', '=Notes!A2']);
    book.apply(book.paste('BI3', 'Other!B1', { what: 'links' }));
    book.apply(book.paste('BI3', 'Other!C1', { what: 'formulas' }));
    expect([book.shown('Other!B1'), book.shown('Other!C1')]).toEqual(['=Network!BI3', '=MAX(0,Network!AH3)']);
  });

  test('calculates with what is there: numbers, blanks and formulas', () => {
    const add = workbook(cells);
    add.apply(add.paste('Notes!A2', 'Notes!C1:C3', { operation: 'add' }));
    expect([add.shown('Notes!C1'), add.shown('Notes!C2'), add.shown('Notes!C3')]).toEqual(['13', '=D2+3', '3']);
    const multiply = workbook(cells);
    multiply.apply(multiply.paste('Notes!A1', 'Notes!C1:C2', { operation: 'multiply' }));
    expect([multiply.shown('Notes!C1'), multiply.shown('Notes!C2')]).toEqual(['=10*(D1+1)', '=D2*(D2+1)']);
    const divide = workbook({ 'Notes!A1': '0', 'Notes!C1': '4' });
    divide.apply(divide.paste('Notes!A1', 'Notes!C1', { operation: 'divide' }));
    expect(divide.shown('Notes!C1')).toBe('=#DIV/0!');
  });

  test('swaps rows and columns, in formulas as well', () => {
    const book = workbook({ 'Notes!B2': '=A2*$A$1', 'Notes!C2': '=SUM(A1:B1)', 'Notes!B3': '4' });
    book.apply(book.paste('Notes!B2:C3', 'Notes!F6', { transpose: true }));
    expect(['F6', 'F7', 'G6'].map(cell => book.shown(`Notes!${cell}`))).toEqual(['=F5*$A$1', '=SUM(E5:E6)', '4']);
  });

  test('leaves cells alone where the copied ones are blank, if it is asked to', () => {
    const book = workbook({ 'Notes!A1': '1', 'Notes!B2': '2' });
    book.apply(book.paste('Notes!A1:A2', 'Notes!B1', { skipBlanks: true }));
    expect([book.shown('Notes!B1'), book.shown('Notes!B2')]).toEqual(['1', '2']);
  });
});

describe('what was cut', () => {
  test('moves, references to it follow everywhere, and taking it back restores all of it', () => {
    const book = workbook({
      'Notes!A1': '5',
      'Notes!A2': '=A1+B1',
      'Notes!C1': '=SUM(A1:A2)',
      'Other!A1': '=Notes!A1*2',
      AD11: '=Notes!A1',
      AH3: '=Notes!A2',
      C34: '=Notes!A1',
    });
    const before = structuredClone(book.written);
    const entry = book.paste('Notes!A1:A2', 'Other!D4', { cut: book.range('Notes!A1:A2') });
    const [change] = entry.command!.changes;
    const back = isWritten(change) && writtenBack(book.written, change, () => sheet);
    book.apply(entry);
    expect(['Other!D4', 'Other!D5', 'Notes!C1', 'Other!A1', 'AD11', 'AH3', 'C34'].map(book.shown)).toEqual([
      '5',
      '=D4+Notes!B1',
      '=SUM(Other!D4:D5)',
      '=D4*2',
      '=Other!D4',
      '=Other!D5',
      '=Other!D4',
    ]);
    if (back) applyWritten(book.written, back, () => sheet);
    expect(book.written).toEqual(before);
  });

  test('out of the network brings its values and leaves 0, and what read it reads it on', () => {
    const book = workbook({ 'Notes!A1': '=Network!AD11' });
    const entry = book.paste('AD11', 'Notes!B1', { cut: book.range('AD11') });
    expect(entry.command!.changes.map(({ kind }) => kind)).toEqual(['values', 'cells']);
    book.apply(entry);
    expect([book.shown('Notes!B1'), book.shown('Notes!A1')]).toEqual(['7', '=Network!AD11']);
    const read = (where: string) => isRead(sheet, book.written, book.range(where));
    expect([read('AD11'), read('AD11:AF13'), read('AE11'), read('Notes!AD11')]).toEqual([true, true, false, false]);
  });
});

describe('filling', () => {
  const fill = (book: ReturnType<typeof workbook>, from: string, to: string) =>
    book.apply(fillRange(sheet, book.range(from), book.range(to), book.value, book.written));

  test('moves formulas and continues numbers, powers and texts with a number on own sheets', () => {
    const book = workbook({
      'Notes!A1': '=B1',
      'Notes!B1': '1',
      'Notes!B2': '3',
      'Notes!C1': '1',
      'Notes!C2': '2',
      'Notes!C3': '4',
      'Notes!D1': 'Layer 1',
      'Notes!E1': 'img 009',
      'Notes!F1': '2026-11-28',
      'Notes!G1': '0.1',
      'Notes!G2': '0.2',
    });
    for (const [from, to] of [
      ['A1', 'A1:A3'],
      ['B1:B2', 'B1:B3'],
      ['C1:C3', 'C1:C5'],
      ['D1', 'D1:D3'],
      ['E1', 'E1:E3'],
    ])
      fill(book, `Notes!${from}`, `Notes!${to}`);
    for (const [from, to] of [
      ['F1', 'F1:F3'],
      ['G1:G2', 'G1:G4'],
    ])
      fill(book, `Notes!${from}`, `Notes!${to}`);
    expect(['A3', 'B3', 'C4', 'C5', 'D3', 'E3', 'F3', 'G3', 'G4'].map(cell => book.shown(`Notes!${cell}`))).toEqual([
      '=B3',
      '5',
      '8',
      '16',
      'Layer 3',
      'img 011',
      '2026-11-28',
      '0.3',
      '0.4',
    ]);
  });

  test('goes from free cells into the network and out of it', () => {
    const book = workbook({ AC11: '=AB11', AG11: '=AC11' });
    fill(book, 'AC11', 'AC11:AF11');
    expect(['AD11', 'AE11', 'AF11'].map(book.shown)).toEqual(['=AC11', '=AD11', '=AE11']);
    book.apply(fillLines(sheet, book.range('AF11:AG11'), 'right', book.value, book.written));
    expect(book.shown('AG11')).toBe('=AF11');
  });

  test('types one formula into all selected cells, whatever they are', () => {
    const book = workbook();
    const [active, own] = [book.place('AC11'), book.written];
    book.apply(fillText(sheet, [book.range('AC11:AD12')], '=A1+1', false, { active, own }));
    expect(['AC11', 'AC12', 'AD11', 'AD12'].map(book.shown)).toEqual(['=A1+1', '=A2+1', '=B1+1', '=B2+1']);
    book.apply(fillText(sheet, [book.range('Notes!A1:B2')], 'x', false, { active: book.place('Notes!A1'), own }));
    expect(book.shown('Notes!B2')).toBe('x');
  });
});

describe('sorting', () => {
  const cells = {
    'Notes!A1': 'pear',
    'Notes!B1': '=A1&"!"',
    'Notes!A2': '3',
    'Notes!A4': 'Apple',
    'Notes!B4': '4',
    'Notes!A5': '-1',
    'Notes!A6': 'true',
  };
  const sorted = (descending: boolean) => {
    const book = workbook(cells);
    const range = book.range('Notes!A1:B6');
    book.apply(sortRows(sheet, range, 0, descending, { value: book.value, own: book.written }));
    return ['A1', 'A2', 'A3', 'A4', 'A5', 'A6'].map(cell => book.shown(`Notes!${cell}`));
  };

  test('puts numbers before texts, and blanks last in both orders', () => {
    expect(sorted(false)).toEqual(['-1', '3', 'Apple', 'pear', 'TRUE', undefined]);
    expect(sorted(true)).toEqual(['TRUE', 'pear', 'Apple', '3', '-1', undefined]);
  });

  test('takes the whole rows along, with formulas as if they were copied', () => {
    const book = workbook(cells);
    book.apply(sortRows(sheet, book.range('Notes!A1:B6'), 0, false, { value: book.value, own: book.written }));
    expect([book.shown('Notes!B3'), book.shown('Notes!B4')]).toEqual(['4', '=A4&"!"']);
  });

  test('begins at one cell with all that touches it, and is refused in the network with a sentence', () => {
    const book = workbook(cells);
    expect(regionToSort(book.written, book.range('Notes!B1'))).toEqual(book.range('Notes!A1:B2'));
    expect(
      sortRows(sheet, book.range('AC11:AF13'), 30, false, { value: book.value, own: book.written }).refusal,
    ).toMatch(/^AC11:AF13 has cells of the network/);
  });
});
