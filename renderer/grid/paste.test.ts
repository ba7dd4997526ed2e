import { describe, expect, test } from 'vitest';
import { editsOf } from '../../shared/change.ts';
import { parseAddress, parseRange } from '../../shared/address.ts';
import { tensorRange } from '../../shared/goto.ts';
import { placeOf } from '../../shared/layout/sheet.ts';
import { only } from '../../shared/places.ts';
import { formatsOf, readClipboard } from './clipboard.ts';
import type { Table } from './clipboard-table.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';
import { type PasteOptions, pasteTable, type RangeEntry } from './paste.ts';

const sheet = lessonSheet();
const over = (text: string) => ({ sheet: sheet.id, ...parseRange(text)! });
const paste = (where: string, table: Table, options?: PasteOptions) => pasteTable(sheet, over(where), table, options);

/** The changes of a command as plain numbers. */
function changes({ command }: RangeEntry) {
  return editsOf(command?.changes).map(({ tensor, indices, values }) => [tensor, [...indices!], [...values]]);
}

describe('a table', () => {
  test('begins at the corner of the selection, as one command, and is selected then', () => {
    const entry = paste('AD11', [
      ['1', '2'],
      [3, 4],
    ]);
    expect(changes(entry)).toEqual([['conv1/kernel', [0, 2, 6, 8], [1, 2, 3, 4]]]);
    expect([entry.command?.label, entry.range]).toEqual(['Paste into AD11:AE12', over('AD11:AE12')]);
  });

  test('of one value fills the selection, a row every row of it', () => {
    expect(changes(paste('AD11:AF11', [['7']]))).toEqual([['conv1/kernel', [0, 2, 4], [7, 7, 7]]]);
    expect(changes(paste('AD11:AE12', [['1', '2']]))).toEqual([['conv1/kernel', [0, 2, 6, 8], [1, 2, 1, 2]]]);
  });

  test('larger than the selection is pasted whole, and one that does not fit into it several times, too', () => {
    const row: Table = [[1, 2, 3]];
    expect(changes(paste('AD11:AE11', row))).toEqual([['conv1/kernel', [0, 2, 4], [1, 2, 3]]]);
    expect(paste('AD11:AE12', row).range).toEqual(over('AD11:AF11'));
  });

  test('that half fits changes nothing and says so', () => {
    expect(paste('AD13', [[1], [2]]).refusal).toBe(
      'AD14 belongs to the network and takes nothing. The block to paste needs AD13:AD14, so nothing was pasted.',
    );
    expect(paste('AB3', [[1, undefined, undefined, undefined, undefined, undefined, 'x']]).refusal).toMatch(
      /^AH3 needs a number/,
    );
  });

  test('of 125,000 lines that have no room changes nothing and says so (fault 17)', () => {
    const lines = Array.from({ length: 125_000 }, () => [1]);
    expect(paste('AD11', lines).refusal).toMatch(
      /^AD14 belongs to the network and takes nothing\. The block to paste needs AD11:AD125010/,
    );
  });

  test('of more than 200,000 cells is refused', () => {
    expect(
      paste(
        'AD11',
        Array.from({ length: 200_001 }, () => [1]),
      ).refusal,
    ).toMatch(/too many at once/);
  });

  test('of blanks changes nothing, and blanks among numbers leave what is there (fault 15)', () => {
    expect(paste('AD11:AF13', []).refusal).toBe('There is no text to paste on the clipboard.');
    expect(paste('AD11:AF13', [[undefined]]).refusal).toBe('There is no text to paste on the clipboard.');
    expect(changes(paste('AD11', [[1, undefined, 3]]))).toEqual([['conv1/kernel', [0, 4], [1, 3]]]);
    expect(changes(paste('AD13', [['5'], [undefined], ['6']]))).toEqual([
      ['conv1/kernel', [12], [5]],
      ['conv1/bias', [0], [6]],
    ]);
  });

  test('over cells of the network and free cells fills both, and over the end of the sheet nothing', () => {
    expect(paste('AF13', [[1, 2]]).command?.changes).toEqual([
      { kind: 'values', edits: [{ tensor: 'conv1/kernel', indices: Uint32Array.of(16), values: Float32Array.of(1) }] },
      { kind: 'cells', sheet: sheet.id, edits: [{ at: Uint32Array.of(12, 32), cell: { content: 2 } }] },
    ]);
    expect(paste('XFD1', [[1, 2]]).refusal).toMatch(/^The block to paste doesn't fit at XFD1/);
  });

  test('of texts is refused over numbers and taken by free cells; over labels it does nothing', () => {
    const label = sheet.layout.labelsIn(over('AD1:AF20')).find(({ kind }) => kind === 'small')!;
    const one = only({ sheet: sheet.id, ...label });
    expect(pasteTable(sheet, one, [['kernel 9']]).refusal).toBeUndefined();
    expect(pasteTable(sheet, one, [['kernel 9']]).command).toBeUndefined();
    expect(paste('AD11', [['kernel']]).refusal).toMatch(/^AD11 needs a number/);
    expect(paste('AC11', [['kernel']]).command?.changes).toMatchObject([
      { kind: 'cells', edits: [{ cell: { content: 'kernel' } }] },
    ]);
  });

  test('of an expected value that is blank makes one blank, and leaves a parameter as it is', () => {
    const actual = only(placeOf(sheet, 'softmax/actual', 3));
    expect(changes(pasteTable(sheet, actual, [[null]]))).toEqual([['softmax/actual', [3], [Number.NaN]]]);
    expect(paste('AD11', [[null]]).command).toBeUndefined();
  });

  test('keeps every bit of a float32, a negative zero too', () => {
    const numbers = [Math.fround(1 / 3), -0, Math.fround(1e-45)];
    const [[, , values]] = changes(paste('AD11', [numbers]));
    expect((values as number[]).map((value, i) => Object.is(value, numbers[i]))).toEqual([true, true, true]);
  });
});

describe('a tensor with labels and other cells between', () => {
  const whole = tensorRange(sheet, 'conv1/kernel');
  const bias = sheet.layout.cellOf('conv1/bias', 0);
  const kernel = (value: number): Table =>
    Array.from({ length: whole.height }, (_, y) =>
      Array.from({ length: whole.width }, (_, x) =>
        sheet.layout.elementAt(whole.row + y, whole.column + x)?.tensor === 'conv1/kernel' ? value : undefined,
      ),
    );

  test('takes one value in all its cells, and in no other (fault 16)', () => {
    expect(bias.row).toBeLessThan(whole.row + whole.height);
    const entry = pasteTable(sheet, whole, [[7]]);
    expect(editsOf(entry.command?.changes).map(({ tensor, indices }) => [tensor, indices!.length])).toEqual([
      ['conv1/kernel', 18],
    ]);
  });

  test('comes back as one where it was copied, by our format and as text (fault 16)', () => {
    for (const formats of [formatsOf(kernel(5), false, 'a'), { text: formatsOf(kernel(5), false, 'a').text }]) {
      const { table } = readClipboard(formats, false);
      const entry = pasteTable(sheet, whole, table!);
      expect(editsOf(entry.command?.changes).map(({ tensor, indices }) => [tensor, indices!.length])).toEqual([
        ['conv1/kernel', 18],
      ]);
      const corner = only(whole);
      expect(editsOf(pasteTable(sheet, corner, table!).command?.changes)[0].indices).toHaveLength(18);
    }
  });
});

describe('paste special', () => {
  const here = ({ row, column }: { row: number; column: number }) => row * 100 + column;

  test('swaps rows and columns', () => {
    expect(changes(paste('AD11', [[1, 2, 3]], { transpose: true }))).toEqual([['conv1/kernel', [0, 6, 12], [1, 2, 3]]]);
  });

  test('adds to what is there and multiplies it, as float32', () => {
    const { row, column } = parseAddress('AD11')!;
    const present = here({ row, column });
    expect(changes(paste('AD11', [[0.1]], { operation: 'add', value: here }))).toEqual([
      ['conv1/kernel', [0], [Math.fround(present + 0.1)]],
    ]);
    expect(changes(paste('AD11', [[-2]], { operation: 'multiply', value: here }))).toEqual([
      ['conv1/kernel', [0], [-2 * present]],
    ]);
  });

  test('refuses what no cell can hold', () => {
    expect(paste('AD11', [[3e38]], { operation: 'multiply', value: () => 2 }).refusal).toMatch(/^AD11 can't hold/);
  });
});

describe('what was cut', () => {
  test('moves in one command: its cells become 0, unless it is pasted over them', () => {
    expect(changes(paste('AD12', [[5, 6]], { cut: over('AD11:AE11') }))).toEqual([
      ['conv1/kernel', [0, 2, 6, 8], [0, 0, 5, 6]],
    ]);
    expect(changes(paste('AE11', [[5, 6]], { cut: over('AD11:AE11') }))).toEqual([
      ['conv1/kernel', [0, 2, 4], [0, 5, 6]],
    ]);
  });
});
