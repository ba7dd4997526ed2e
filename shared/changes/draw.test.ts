import { expect, test } from 'vitest';
import type { Change } from '../change.ts';
import { call, type Expression, operation } from '../formula/expression.ts';
import { drawNow, withDraw } from './draw.ts';

const cell = (formula: Expression): Change => ({
  kind: 'cells',
  sheet: 'notes',
  edits: [{ at: Uint32Array.of(0, 0), cell: { content: { formula, from: { row: 0, column: 0 } } } }],
});
const over = (formula: Expression): Change => ({
  kind: 'formulas',
  edits: [{ tensor: 'conv/kernel', indices: Uint32Array.of(1), content: { formula, from: 1 } }],
});
const drawn = { seed: 7, now: 45_000.5 };
const kinds = (...changes: Change[]) =>
  withDraw(changes, new Map([['luck', { name: 'Luck', formula: call('RAND') }]]), () => drawn).map(({ kind }) => kind);

test('a formula of chance or time is entered with new numbers, whatever it stands in; others are not', () => {
  expect(kinds(cell(call('RAND')))).toEqual(['cells', 'draw']);
  expect(kinds(over(operation('*', 2, call('ROUND', call('NOW'), 1))))).toEqual(['formulas', 'draw']);
  expect(kinds(cell({ kind: 'name', name: 'LUCK' }))).toEqual(['cells', 'draw']);
  expect(kinds({ kind: 'names', edits: [{ name: 'day', formula: call('TODAY') }] })).toEqual(['names', 'draw']);
  expect(kinds(cell(call('SUM', 1, 2)), over(call('PI')))).toEqual(['cells', 'formulas']);
  const long = Array.from({ length: 4000 }, () => 1).reduce<Expression>((sum, one) => operation('+', sum, one), 0);
  expect(kinds(cell(long))).toEqual(['cells']);
});

test('the time is a spreadsheet’s date of this place, and the seed is one that a change may have', () => {
  const before = new Date();
  const { seed, now } = drawNow();
  expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
  const day = new Date(Math.floor(now - 25_569) * 86_400_000);
  expect([day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()]).toEqual([
    before.getFullYear(),
    before.getMonth(),
    before.getDate(),
  ]);
  expect(Math.abs((now % 1) * 24 - before.getHours())).toBeLessThan(1.01);
});
