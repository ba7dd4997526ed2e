import { describe, expect, test } from 'vitest';
import { editsOf } from '../../shared/change.ts';
import { nothingWritten } from '../../shared/changes/written.ts';
import { type CellAddress, formatAddress, formatRange, parseRange } from '../../shared/address.ts';
import { tensorRange } from '../../shared/goto.ts';
import { placeOf } from '../../shared/layout/sheet.ts';
import { only } from '../../shared/places.ts';
import { type CellContent, NUMBER_ERROR } from '../../shared/cell-content.ts';
import { english } from '../../shared/messages/render.ts';
import { fillRange, fillLines, filledByNeighbour, fillText } from './fill.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';
import type { RangeEntry } from './paste.ts';

const sheet = lessonSheet();
const over = (text: string) => ({ sheet: sheet.id, ...parseRange(text)! });
const holding = (known: Record<string, CellContent>) => (cell: CellAddress) => known[formatAddress(cell)];

/** The changes by cell. */
function changed({ command }: RangeEntry): Record<string, number> {
  const cells: [string, number][] = [];
  for (const { tensor, indices, values } of editsOf(command?.changes) ?? [])
    for (const [i, index] of indices!.entries())
      cells.push([formatAddress(sheet.layout.cellOf(tensor, index)), values[i]]);
  return Object.fromEntries(cells);
}

describe('the fill handle', () => {
  test.each([
    ['copies one cell', { AD11: 2 }, 'AD11', 'AD11:AD13', { AD12: 2, AD13: 2 }],
    ['continues two', { AD11: 1, AD12: 3 }, 'AD11:AD12', 'AD11:AD13', { AD13: 5 }],
    ['continues two upwards', { AD12: 1, AD13: 3 }, 'AD12:AD13', 'AD11:AD13', { AD11: -1 }],
    ['continues two to the left', { AE11: 10, AF11: 15 }, 'AE11:AF11', 'AD11:AF11', { AD11: 5 }],
    [
      'continues each row by itself',
      { AD11: 1, AE11: 2, AD12: 0, AE12: 0 },
      'AD11:AE12',
      'AD11:AF12',
      { AF11: 3, AF12: 0 },
    ],
    [
      'continues tenths as they are written',
      { AD11: Math.fround(0.1), AD12: Math.fround(0.2) },
      'AD11:AD12',
      'AD11:AD13',
      { AD13: Math.fround(0.3) },
    ],
    ['copies one row down', { AD11: 1, AE11: 5 }, 'AD11:AE11', 'AD11:AE12', { AD12: 1, AE12: 5 }],
    ['copies -0 as it is', { AD11: -0 }, 'AD11', 'AD11:AD12', { AD12: -0 }],
  ])('%s', (_, known, source, target, expected) => {
    const entry = fillRange(sheet, over(source), over(target), holding(known));
    expect(changed(entry)).toEqual(expected);
    expect(formatRange(entry.range!)).toBe(target);
  });

  test('repeats three that go on unevenly, and continues three that go on evenly or as powers', () => {
    const pixels = (...numbers: number[]) => holding({ B2: numbers[0], B3: numbers[1], B4: numbers[2] });
    expect(changed(fillRange(sheet, over('B2:B4'), over('B2:B7'), pixels(1, 2, 5)))).toEqual({ B5: 1, B6: 2, B7: 5 });
    expect(changed(fillRange(sheet, over('B2:B4'), over('B2:B7'), pixels(1, 2, 4)))).toEqual({ B5: 8, B6: 16, B7: 32 });
    const thirds = pixels(Math.fround(1 / 3), Math.fround(2 / 3), 1);
    expect(changed(fillRange(sheet, over('B2:B4'), over('B2:B5'), thirds)).B5).toBeCloseTo(4 / 3, 6);
  });

  test('makes no zeros of labels: they have nothing to fill with (fault 15)', () => {
    expect(fillRange(sheet, over('AD10'), over('AD10:AD13'), () => undefined).refusal).toBe(
      'There is no number in AD10 to fill from.',
    );
  });

  test('passes over gaps and labels on its way (fault 16)', () => {
    const entry = fillRange(sheet, over('AD13'), over('AD13:AD15'), holding({ AD13: 4 }));
    expect(changed(entry)).toEqual({ AD15: 4 });
  });

  test('brings derived cells back where it is dragged from one of them, and shifts the formula of another', () => {
    const own = { ...nothingWritten(), formulas: new Map([['conv1/output' as const, new Map([[2, 5]])]]) };
    const entry = fillRange(sheet, over('AH3'), over('AH3:AJ3'), holding({ AH3: 1 }), own);
    expect(entry.command?.changes).toEqual([
      { kind: 'formulas', edits: [{ tensor: 'conv1/output', indices: Uint32Array.of(2) }] },
    ]);
  });

  test('refuses values that are no numbers', () => {
    expect(fillRange(sheet, over('AD11'), over('AD11:AD12'), holding({ AD11: NUMBER_ERROR })).refusal).toMatch(
      /^AD12 needs a number/,
    );
  });

  test('fills blank expected classes with blanks', () => {
    const source = only(placeOf(sheet, 'softmax/actual', 0));
    const entry = fillRange(sheet, source, { ...source, height: 3 }, () => null);
    expect([...editsOf(entry.command?.changes)[0].values]).toEqual([Number.NaN, Number.NaN]);
  });

  test('clicked twice fills down as far as the cells beside it', () => {
    expect(filledByNeighbour(sheet, over('AD11'))).toEqual(over('AD11:AD13'));
    expect(filledByNeighbour(sheet, over('AF11'))).toEqual(over('AF11:AF13'));
    expect(filledByNeighbour(sheet, over('B2:C2'))).toEqual(over('B2:C29'));
    expect(filledByNeighbour(sheet, over('AD15'))).toBeUndefined();
    expect(filledByNeighbour(sheet, over('AD13'))).toBeUndefined();
  });
});

describe('Ctrl+D and Ctrl+R', () => {
  test('copy the first row or column over the others', () => {
    const known = holding({ AD11: 1, AE11: 2, AD12: 3, AE12: 4 });
    expect(changed(fillLines(sheet, over('AD11:AE13'), 'down', known))).toEqual({ AD12: 1, AE12: 2, AD13: 1, AE13: 2 });
    expect(changed(fillLines(sheet, over('AD11:AE12'), 'right', known))).toEqual({ AE11: 1, AE12: 3 });
  });

  test('copy from the row above and the column to the left into a single one', () => {
    const known = holding({ AD11: 1, AE11: 2 });
    expect(changed(fillLines(sheet, over('AD12:AE12'), 'down', known))).toEqual({ AD12: 1, AE12: 2 });
    expect(changed(fillLines(sheet, over('AF11'), 'right', known))).toEqual({ AF11: 2 });
    expect(fillLines(sheet, over('AD11'), 'down', () => undefined).refusal).toBe(
      'There is no number in AD10 to fill from.',
    );
    expect(fillLines(sheet, over('A2'), 'right', known).refusal).toBe('There are no cells before A2 to fill from.');
  });

  test('of a whole tensor fill only its own cells (fault 16)', () => {
    const whole = tensorRange(sheet, 'conv1/kernel');
    const entry = fillLines(sheet, whole, 'down', holding({ AD11: 1, AE11: 2, AF11: 3 }));
    expect(editsOf(entry.command?.changes).map(({ tensor, indices }) => [tensor, indices!.length])).toEqual([
      ['conv1/kernel', 15],
    ]);
  });
});

describe('a typed number', () => {
  test('fills every selected cell', () => {
    expect(changed(fillText(sheet, [over('AD11:AE11')], '3'))).toEqual({ AD11: 3, AE11: 3 });
    expect(fillText(sheet, [over('AD11:AE11')], 'x').refusal).toMatch(/^AD11 needs a number/);
  });

  test('fills all ranges that are selected, as one step that names them', () => {
    const entry = fillText(sheet, [over('AD13'), over('AD11:AE11')], '3');
    expect(changed(entry)).toEqual({ AD11: 3, AE11: 3, AD13: 3 });
    expect(english(entry.command!.label)).toContain('AD13, AD11:AE11');
    expect(fillText(sheet, [over('AD11'), over('AH3')], '3').command?.changes).toHaveLength(2);
  });

  test('fills a tensor with labels between, and only it (fault 16)', () => {
    const entry = fillText(sheet, [tensorRange(sheet, 'conv1/kernel')], '0.5');
    expect(editsOf(entry.command?.changes).map(({ tensor, indices }) => [tensor, indices!.length])).toEqual([
      ['conv1/kernel', 18],
    ]);
  });
});
