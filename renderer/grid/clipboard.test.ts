import { NUMBER_ERROR } from '../../shared/cell-content.ts';
import { ERROR_NAMES } from '../../shared/formula/expression.ts';
import { describe, expect, test } from 'vitest';
import { type Clip, formatsOf, formatTable, readClipboard } from './clipboard.ts';
import type { Pasted, Table } from './clipboard-table.ts';
import { type HtmlCell, idOf, numberBehind, placeMerged } from './clipboard-html.ts';

const nothing = undefined;
/** What a text on the clipboard means: a table, or the tables that the user has to choose from. */
const read = (text: string, decimalComma: boolean) => meant(readClipboard({ text }, decimalComma));
const meant = ({ table, readings }: Clip) => table ?? { ask: readings.map(reading => reading.whole().table) };

describe('text', () => {
  test.each<[program: string, text: string, decimalComma: boolean, table: Table]>([
    [
      'Excel',
      '1\t0\t-1\r\n2\t0\t-2\r\n',
      false,
      [
        [1, 0, -1],
        [2, 0, -2],
      ],
    ],
    ['German Excel', '0,5\t-1,25\r\n', true, [[0.5, -1.25]]],
    ['Excel, one cell', '5\r\n', false, [[5]]],
    ['Excel, with an empty cell', '1\t\t3\r\n', false, [[1, nothing, 3]]],
    ['Excel, ending in empty rows (fault 15)', '1\r\n2\r\n\r\n\r\n', false, [[1], [2]]],
    ['Excel, ending in empty columns (fault 15)', '1\t\t\r\n2\t\t\r\n', false, [[1], [2]]],
    ['Excel, with spaces in its last cells (fault 15)', '1\t \r\n2\t \r\n', false, [[1], [2]]],
    [
      'Excel, with an empty row at the top',
      '\t\r\n1\t2\r\n',
      false,
      [
        [nothing, nothing],
        [1, 2],
      ],
    ],
    [
      'an editor, with rows of several lengths (fault 15)',
      '1\n2\t3\n4',
      false,
      [
        [1, nothing],
        [2, 3],
        [4, nothing],
      ],
    ],
    ['an editor, a line break (fault 15)', '\n', false, []],
    ['an editor, a line break of Windows (fault 15)', '\r\n', false, []],
    ['an editor, tabs and line breaks alone (fault 15)', '\t\t\n\t\t\n', false, []],
    ['an editor, a space (fault 15)', ' ', false, []],
    ['an editor, nothing (fault 15)', '', false, []],
    [
      'an old Mac',
      '1\t2\r3\t4',
      false,
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      'Numbers, without a last line break',
      '1\t2\n3\t4',
      false,
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['LibreOffice, minus and percent', '−3\t50%\n', false, [[-3, 0.5]]],
    ['LibreOffice, exponents', '1E-05\t1.5E+20\n', false, [[1e-5, 1.5e20]]],
    ['German LibreOffice, exponents', '1E-05\t1,5E+20\n', true, [[1e-5, 1.5e20]]],
    ['LibreOffice, digits grouped and decimal', '1,234.5\t2\n', false, [[1234.5, 2]]],
    ['German LibreOffice, digits grouped and decimal', '1.234,5\t2\n', true, [[1234.5, 2]]],
    [
      'Google Sheets, a quoted line break',
      '"two\nlines"\t1\n3\t4',
      false,
      [
        ['two\nlines', 1],
        [3, 4],
      ],
    ],
    ['Google Sheets, quotes in quotes', '"say ""hi"""\t1', false, [['say "hi"', 1]]],
    [
      'a semicolon-separated file',
      '1;2\n3;4\n',
      false,
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      'a German semicolon-separated file',
      '0,5;1,5\n2,5;3,5\n',
      true,
      [
        [0.5, 1.5],
        [2.5, 3.5],
      ],
    ],
    ['a German column', '0,5\n0,7\n0,9\n', true, [[0.5], [0.7], [0.9]]],
    ['the world, with a byte order mark', '\ufeff1\t2', false, [[1, 2]]],
    [
      'a sheet with labels',
      'kernel 1\t\n1\t2',
      false,
      [
        ['kernel 1', nothing],
        [1, 2],
      ],
    ],
    ['a sheet with formulas', '=A1+1\t2', false, [['=A1+1', 2]]],
    ['a sheet with errors', '#DIV/0!\t2', false, [['#DIV/0!', 2]]],
    ['a sheet with dates', '2026-11-28\t12:30', false, [['2026-11-28', '12:30']]],
  ])('from %s is read cell by cell', (_, text, decimalComma, table) => {
    expect(read(text, decimalComma)).toEqual(table);
  });

  test.each<[what: string, text: string, decimalComma: boolean, tables: Table[]]>([
    [
      'German decimals',
      '0,5\n0,7\n',
      false,
      [
        [[0.5], [0.7]],
        [
          [0, 5],
          [0, 7],
        ],
      ],
    ],
    ['one German decimal', '0,5', false, [[[0.5]], [[0, 5]]]],
    ['German decimals between tabs', '0,5\t0,25', false, [[[0.5, 0.25]]]],
    ['German decimals between semicolons', '0,5;1,5', false, [[[0.5, 1.5]]]],
    ['a number of millions or three cells', '1,234,567', false, [[[1234567]], [[1, 234, 567]]]],
    ['thousands, decimals or two cells', '1,234', false, [[[1234]], [[1.234]], [[1, 234]]]],
    ['thousands or decimals', '1,234\t2', false, [[[1234, 2]], [[1.234, 2]]]],
    [
      'a comma-separated file',
      '1,2,3\n4,5,6\n',
      false,
      [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ],
    ],
    [
      'a comma-separated file in German',
      '1,2,3\n4,5,6\n',
      true,
      [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ],
    ],
    ['a comma-separated file of decimals in German', '0.5,1.5\n', true, [[[0.5, 1.5]]]],
    ['thousands or decimals in German', '1.234', true, [[[1234]], [[1.234]]]],
    ['thousands or decimals in German, between tabs', '1.234\t2,5', true, [[[1234, 2.5]]]],
    ['English decimals in German', '0.5\n0.25', true, [[[0.5], [0.25]]]],
    [
      'numbers between spaces',
      '1 2\n3  4',
      false,
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ],
    [
      'a comma-separated file with quotes',
      '"1","2"\n"3","4"',
      false,
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ],
  ])('with %s is asked about, never split or read silently (fault 12)', (_, text, decimalComma, tables) => {
    expect(read(text, decimalComma)).toEqual({ ask: tables });
  });

  test('no reading makes numbers of stays text, to be refused cell by cell', () => {
    expect(read('a,b\n1,2', false)).toEqual([['a,b'], ['1,2']]);
    expect(read('1,2,x', false)).toEqual([['1,2,x']]);
  });

  test('of 125,000 lines is read (fault 17)', () => {
    const lines = Array.from({ length: 125_000 }, (_, i) => String(i / 8)).join('\r\n');
    expect(readClipboard({ text: lines }, false).table).toHaveLength(125_000);
  });
});

describe('what is copied', () => {
  const numbers: Pasted[] = [1 / 3, 0.1, -2, 1e-45, 3.4028235e38, 123456789, -0, 16777217].map(value =>
    typeof value === 'number' ? Math.fround(value) : value,
  );
  const table: Table = [numbers, [...numbers].reverse()];

  test.each([false, true])(
    'comes back with the same bits, also in another language and as text (decimal comma: %s)',
    comma => {
      const formats = formatsOf(table, comma, 'some-id');
      for (const language of [false, true]) {
        const clip = readClipboard(formats, language);
        expect(clip.id).toBe('some-id');
        expect(clip.table!.flat().every((value, i) => Object.is(value, table.flat()[i]))).toBe(true);
      }
      const read = readClipboard({ text: formats.text }, comma).table!;
      const float = (value: Pasted) => (value === 0 ? 0 : Math.fround(value as number));
      expect(read.map(row => row.map(float))).toEqual(table.map(row => row.map(float)));
    },
  );

  test('is written as this language types it, for Excel and LibreOffice with the number behind it (fault 11)', () => {
    const german = formatsOf([[0.5, 1234.25, 'map <1>']], true, 'x');
    expect(german.text).toBe('0,5\t1234,25\tmap <1>');
    expect(german.html).toContain('<td x:num="0.5" sdval="0,5" sdnum="1031;">0,5</td>');
    expect(german.html).toContain('<td>map &lt;1&gt;</td>');
    expect(formatsOf([[0.5]], false, 'x').text).toBe('0.5');
    expect(idOf(german.html!)).toBe('x');
  });

  test('has colours and formulas for other programs; they evaluate only what reads copied cells', () => {
    const table: Table = [[0.5, 'a\nb']];
    const looks = [
      { paper: '#ffcc00', ink: '#000000', formula: '=MAX(0,AH3)' },
      { bold: true, align: 'right', formula: '=A1&"<"', relative: '=RC[-1]&"<"' },
    ];
    const { html, own } = formatsOf(table, false, 'x', {
      lookOf: (_, column) => looks[column],
      formulas: new Map([['0,1', '=RC[-1]&"<"']]),
    });
    expect(html).toContain(
      '<td bgcolor="#ffcc00" style="background-color:#ffcc00;color:#000000" data-formula="=MAX(0,AH3)" x:num="0.5"',
    );
    expect(html).toContain(
      '<td align="right" style="font-weight:bold;text-align:right" data-formula="=A1&amp;&quot;&lt;&quot;" ' +
        'data-sheets-formula="=RC[-1]&amp;&quot;&lt;&quot;">a<br>b</td>',
    );
    expect(readClipboard({ text: '', own }, false).formulas).toEqual(new Map([['0,1', '=RC[-1]&"<"']]));
  });

  test('keeps texts, truths, gaps, blank expected values and what is no number', () => {
    const table: Table = [['map 1', nothing, null, NUMBER_ERROR, 2, true, '5']];
    const { own, text } = formatsOf(table, false, 'x');
    expect(text).toBe('map 1\t\t\t#NUM!\t2\tTRUE\t5');
    expect(readClipboard({ text, own }, false).table).toEqual(table);
  });

  test('keeps all digits of a cell of an own sheet, in our own format and as text', () => {
    const doubles = [1 / 3, 0.1 + 0.2, 1e300, -1.5e-300];
    const { own, text, html } = formatsOf([doubles], true, 'x');
    expect(readClipboard({ text, own }, false).table).toEqual([doubles]);
    expect(readClipboard({ text }, true).table).toEqual([doubles]);
    expect(html).toContain('x:num="0.30000000000000004"');
  });

  test('keeps every error that a cell can hold by its name', () => {
    const errors = ERROR_NAMES.map(error => ({ error }));
    const { own, text } = formatsOf([errors], false, 'x');
    expect(readClipboard({ text, own }, false).table).toEqual([errors]);
  });

  test('in a format of ours that is damaged is read as text instead', () => {
    const damaged = ['', 'x', 'null', '{}', '{"id":"x","rows":[[1,2],[3]]}', '{"id":"x","rows":[[{"error":"#X"}]]}'];
    for (const own of [...damaged, '{"id":"x","rows":[["1"]]}', '{"id":1,"rows":[[1]]}'])
      expect(readClipboard({ text: '7', own }, false), own).toEqual({ table: [[7]] });
  });

  test('of many cells goes without HTML', () => {
    const large = Array.from({ length: 20_001 }, () => [1]);
    expect(formatsOf(large, false, 'x').html).toBeUndefined();
  });

  test('reads back as text whatever stands in it', () => {
    const texts = [
      ['0.1', '-2', ''],
      ['map 1', 'with\ttab', 'and "quotes"'],
    ];
    expect(read(formatTable(texts), false)).toEqual([
      [0.1, -2, nothing],
      ['map 1', 'with\ttab', 'and "quotes"'],
    ]);
  });
});

describe('a table of HTML', () => {
  const cell = (text: string, rows = 1, columns = 1, number?: number): HtmlCell => ({ text, rows, columns, number });

  test('brings merged cells as spreadsheets paste them: the value first, then nothing', () => {
    expect(
      placeMerged([
        [cell('1', 1, 2), cell('2')],
        [cell('3'), cell('4'), cell('5')],
      ]),
    ).toEqual([
      ['1', nothing, '2'],
      ['3', '4', '5'],
    ]);
    expect(placeMerged([[cell('1', 2), cell('2')], [cell('3')], [cell('4'), cell('5')]])).toEqual([
      ['1', '2'],
      [nothing, '3'],
      ['4', '5'],
    ]);
    expect(placeMerged([[cell('1'), cell('2', 2, 2)], [cell('3')], [cell('4'), cell('5'), cell('6')]])).toEqual([
      ['1', '2', nothing],
      ['3', nothing, nothing],
      ['4', '5', '6'],
    ]);
  });

  test('brings the numbers behind what is shown, and no dates or truths', () => {
    expect(placeMerged([[cell('0.33', 1, 1, 1 / 3), cell('')]])).toEqual([[1 / 3, nothing]]);
    expect(numberBehind('0,33', { excel: '0.33333333333333331' })).toBe(1 / 3);
    expect(numberBehind('1.234', { calc: '1234', calcFormat: '1031;0;#.##0' })).toBe(1234);
    expect(numberBehind('0,33', { calc: '0,333333333333333', calcFormat: '1031;0;0,00' })).toBe(0.333333333333333);
    expect(numberBehind('50%', { sheets: '{"1":3,"3":0.5}' })).toBe(0.5);
    expect(numberBehind('$5.00', { calc: '5', calcFormat: '1033;0;[$$-409]#,##0.00' })).toBe(5);
    expect(numberBehind('28.11.26', { calc: '46354', calcFormat: '1031;0;TT.MM.JJ' })).toBeUndefined();
    expect(numberBehind('2026-11-28', { calc: '46354', calcFormat: '1033;0;YYYY-MM-DD' })).toBeUndefined();
    expect(numberBehind('TRUE', { calc: '1', calcFormat: '1033;0;BOOLEAN' })).toBeUndefined();
    expect(numberBehind('0.5', {})).toBeUndefined();
    expect(numberBehind('0.5', { sheets: '{"1":2,"2":"0.5"}' })).toBeUndefined();
    expect(numberBehind('1E+99', { excel: '1e99' })).toBe(1e99);
    expect(numberBehind('1E+999', { excel: '1e999' })).toBeUndefined();
  });
});
