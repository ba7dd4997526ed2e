import { describe, expect, test } from 'vitest';
import { editsOf, sourceIn } from '../../shared/change.ts';
import { formatAddress, parseAddress, parseRange } from '../../shared/address.ts';
import { parseNetwork } from '../../shared/network.ts';
import { buildSheet, placeOf } from '../../shared/layout/sheet.ts';
import { type CellPlace, only } from '../../shared/places.ts';
import { clearRange, clearRanges, enterText, type Entry, restoreRanges } from './entry.ts';
import { fillText } from './fill.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';

const sheet = lessonSheet();
const at = (text: string) => ({ sheet: sheet.id, ...parseAddress(text)! });
const over = (text: string) => ({ sheet: sheet.id, ...parseRange(text)! });

/** The changes of a command as plain numbers. */
function changes({ command }: Entry) {
  return editsOf(command?.changes).map(({ tensor, indices, values }) => [tensor, [...indices!], [...values]]);
}

describe('typing', () => {
  test('a number over a parameter is the parameter', () => {
    const entry = enterText(sheet, at('AE12'), '2.5');
    // Row 1, column 1 of the first of two filters.
    expect(changes(entry)).toEqual([['conv1/kernel', [8], [2.5]]]);
    expect(entry.command?.label).toEqual('Edit AE12');
    expect(sourceIn(entry.command?.changes)).toBeUndefined();
  });

  test('a number over a pixel is the pixel, and the picture counts as typed', () => {
    const entry = enterText(sheet, at('B2'), '1');
    expect(changes(entry)).toEqual([['input/output', [1], [1]]]);
    expect(sourceIn(entry.command?.changes)).toEqual({ kind: 'typed' });
  });

  test('nothing over a parameter makes it 0', () => {
    expect(changes(enterText(sheet, at('AD15'), ''))).toEqual([['conv1/bias', [0], [0]]]);
  });

  test.each([
    ['AD11', 'abc', 'AD11 needs a number such as 0.5, not "abc". The old value stays.'],
    ['AD11', '1e39', "AD11 can't hold 1e39: the largest number is 3.4028235E+38. The old value stays."],
    ['AH3', '1e39', "AH3 can't hold 1e39: the largest number is 3.4028235E+38. The old value stays."],
    ['AH3', 'abc', 'AH3 needs a number such as 0.5, not "abc". The old value stays.'],
    ['AC5', '1', 'AC5 is no cell of the network. Type into a pixel, a kernel or a bias.'],
    ['AD10', '1', 'AD10 is no cell of the network. Type into a pixel, a kernel or a bias.'],
  ])('into %s: %s is refused with a sentence', (cell, typed, sentence) => {
    expect(enterText(sheet, at(cell), typed)).toEqual({ refusal: sentence });
  });

  test('a number or a formula over a computed cell is an override, and emptying the cell takes it away', () => {
    const [tensor, indices] = ['conv1/output', Uint32Array.of(0)];
    const edits = (typed: string) => enterText(sheet, at('AH3'), typed).command?.changes;
    expect(edits('1')).toEqual([{ kind: 'formulas', edits: [{ tensor, indices, content: 1 }] }]);
    expect(edits('')).toEqual([{ kind: 'formulas', edits: [{ tensor, indices }] }]);
    expect(edits('=AI3')).toMatchObject([
      { kind: 'formulas', edits: [{ tensor, content: { formula: { tensor }, from: 0 } }] },
    ]);
  });

  test('Delete takes away what was typed over computed cells, as one step, and leaves the others', () => {
    const formulas = new Map([['conv1/output' as const, new Map([[0, 5]])]]);
    const range = { sheet: sheet.id, ...parseRange('AH3:AJ4')! };
    expect(clearRange(sheet, range, formulas).command?.changes).toEqual([
      { kind: 'formulas', edits: [{ tensor: 'conv1/output', indices: Uint32Array.of(0) }] },
    ]);
    expect(clearRange(sheet, range).refusal).toMatch(/^AH3 is computed/);
    expect(restoreRanges(sheet, [range], formulas).command?.changes).toHaveLength(1);
    expect(restoreRanges(sheet, [range], new Map()).refusal).toMatch(/nothing to bring back/);
  });

  test('a formula typed into several cells moves with them', () => {
    const own = { sheets: [], names: new Map(), formulas: new Map() };
    const range = { sheet: sheet.id, ...parseRange('AH3:AI3')! };
    const { command } = fillText(sheet, [range], '=AH3+1', false, { active: at('AH3'), own });
    const [change] = command!.changes;
    expect(change.kind === 'formulas' && change.edits.map(({ indices }) => [...indices])).toEqual([[0, 2]]);
  });

  test('a number a parameter can never be is refused with a sentence', () => {
    const normalised = buildSheet(
      parseNetwork({
        version: 1,
        layers: [
          { id: 'in', name: 'input', inputs: [], kind: 'input', shape: [3, 3, 1] },
          { id: 'norm', name: 'norm', inputs: ['in'], kind: 'batchNorm', epsilon: 1e-3, momentum: 0.99 },
          { id: 'drop', name: 'drop', inputs: ['norm'], kind: 'dropout' },
        ],
      }),
    );
    const [variance, rate] = (['norm/movingVariance', 'drop/rate'] as const).map(id => placeOf(normalised, id, 0));
    const sentenceOf = (cell: CellPlace, typed: string) => enterText(normalised, cell, typed).refusal;
    expect(sentenceOf(variance, '-0.1')).toBe(
      `${formatAddress(variance)} holds a variance, which can't be below 0. The old value stays; type 0 or more.`,
    );
    expect(sentenceOf(rate, '0.99999999')).toContain('holds the probability of dropping a number, from 0 to below 1.');
    expect([sentenceOf(variance, '0'), sentenceOf(rate, '0.5'), sentenceOf(rate, '')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(clearRange(normalised, only(placeOf(normalised, 'norm/output', 0))).refusal).toMatch(
      /is computed\. Change its parameters in \$?[A-Z]+\$?\d+/,
    );
  });

  test.each([
    [' ', 'AD11 needs a number, and a space is none. The old value stays; for 0 type 0 or press Delete.'],
    ['\u00a0', 'AD11 needs a number, and a space is none. The old value stays; for 0 type 0 or press Delete.'],
    ['1/3', "AD11 can't take 1/3. The old value stays; type it as 0.33333334."],
    ['1,234', '1,234 in AD11 can mean 1.234 or 1234. The old value stays; type the one you mean.'],
  ])('%j is no number that anybody would guess (fault 15)', (typed, refusal) => {
    expect(enterText(sheet, at('AD11'), typed)).toEqual({ refusal });
  });

  test('a number as another language writes it is asked about, and taken where the answer is yes', () => {
    expect(enterText(sheet, at('AD11'), '0,5')).toEqual({
      refusal: 'Is 0,5 in AD11 meant as 0.5? Decimals are written so here. The old value stays.',
      foreign: true,
    });
    expect(changes(enterText(sheet, at('AD11'), '0,5', true))).toEqual([['conv1/kernel', [0], [0.5]]]);
  });

  test('nothing over a blank cell does nothing', () => {
    expect(enterText(sheet, at('AC5'), ' ')).toEqual({});
  });
});

test('a cell of another sheet is none of the network, whatever stands at that address here', () => {
  const elsewhere = { ...at('AD11'), sheet: 'notes' };
  expect(enterText(sheet, elsewhere, '1').refusal).toMatch(/^AD11 is no cell of the network/);
  expect(clearRange(sheet, only(elsewhere)).refusal).toBe('There is nothing to delete in AD11.');
});

describe('deleting', () => {
  test('sets parameters to 0 and leaves labels alone', () => {
    expect(changes(clearRange(sheet, over('AD10:AD15')))).toEqual([
      ['conv1/kernel', [0, 6, 12], [0, 0, 0]],
      ['conv1/bias', [0], [0]],
    ]);
  });

  test('several ranges are one step, and where one refuses none is cleared', () => {
    const entry = clearRanges(sheet, [over('AD11'), over('AD11:AE11'), over('AD15')]);
    expect(changes(entry)).toEqual([
      ['conv1/kernel', [0, 2], [0, 0]],
      ['conv1/bias', [0], [0]],
    ]);
    expect(entry.command?.label).toEqual('Delete AD11, AD11:AE11, AD15');
    expect(clearRanges(sheet, [over('AD11'), over('AH3')]).refusal).toMatch(/^AH3 is computed/);
  });

  test('empties an expected value', () => {
    const cell = placeOf(sheet, 'softmax/actual', 3);
    expect(changes(clearRange(sheet, only(cell)))).toEqual([['softmax/actual', [3], [Number.NaN]]]);
  });

  test('refuses whole columns and the whole sheet without looking at every cell', () => {
    expect(clearRange(sheet, { sheet: sheet.id, row: 0, column: 0, height: 1_048_576, width: 16_384 }).refusal).toMatch(
      /is computed/,
    );
    expect(clearRange(sheet, over('AC1:AC100')).refusal).toBe('There is nothing to delete in AC1:AC100.');
  });
});
