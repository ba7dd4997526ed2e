import { expect, test } from 'vitest';
import { applyChange, type Content, inverseOf } from './change.ts';
import { nothingWritten } from './changes/written.ts';
import { writeFormula } from './formula/typed.ts';
import { parseTarget } from './goto.ts';
import { buildSheet } from './layout/sheet.ts';
import { say } from './messages.ts';
import {
  countUses,
  missingNames,
  nameFault,
  nameOfRange,
  rangeOfName,
  readNamed,
  renameChanges,
  standsForItself,
} from './own-names.ts';
import { DIGIT_SHAPE, lesson3 } from './templates.ts';
import { typedInto } from './typed-entry.ts';
import type { Change } from './change.ts';

const sheet = buildSheet(lesson3(DIGIT_SHAPE, 10));

function workbook(...changes: Change[]) {
  const written = nothingWritten();
  const all = { ...written, network: sheet.network, classes: [], values: new Map() } as unknown as Content;
  for (const change of changes) applyChange(all, change);
  return all;
}
const named = (all: Content, name: string, text: string, on = 'network'): Change => {
  const read = readNamed(text, { sheet, ...all }, on);
  if (read.problem !== undefined) throw new Error(say(read.problem));
  return { kind: 'names', edits: [{ name, formula: read.expression }] };
};
const typed = (all: Content, address: string, text: string): readonly Change[] => {
  const target = parseTarget({ sheets: all.sheets, sheet, names: all.names }, address)!;
  const read = typedInto({ sheet, ...all }, target, text);
  if (read.refusal !== undefined) throw new Error(say(read.refusal));
  return read.changes;
};
const printed = (all: Content, formula: Parameters<typeof writeFormula>[0]) =>
  writeFormula(formula, { sheet, ...all, on: 'network' }).text;

test.each([
  ['', 'at least one letter'],
  ['my rate', 'have no spaces'],
  ['1st', 'begin with a letter'],
  ['a-b', "“-” can't stand in it"],
  ['AD11', 'looks like the address'],
  ['R1C1', 'looks like the address'],
  ['true', 'truth value'],
  ['conv1_kernel', 'the name of a tensor'],
  ['x'.repeat(256), 'at most 255 characters'],
])('a name %s is refused with its reason', (name, reason) => {
  expect(say(nameFault(sheet, name))).toContain(reason);
});

test.each(['rate', '_x', 'größe.2', 'Total', 'conv9'])('%s can be a name', name => {
  expect(nameFault(sheet, name)).toBeUndefined();
});

test('a name stands for cells that stay put, or for a value; go-to finds it in any case', () => {
  const all = workbook();
  applyChange(all, named(all, 'Edges', '=AD11:AF13'));
  applyChange(all, named(all, 'rate', '0.25'));
  expect(printed(all, all.names.get('edges')!.formula)).toBe('=$AD$11:$AF$13');
  const range = { sheet: 'network', row: 10, column: 29, height: 3, width: 3 };
  expect(rangeOfName(sheet, all.names.get('edges')!)).toEqual(range);
  expect(rangeOfName(sheet, all.names.get('rate')!)).toBeUndefined();
  expect(nameOfRange(sheet, all.names, range)).toBe('Edges');
  expect(parseTarget({ sheets: all.sheets, sheet, names: all.names }, 'EDGES')).toEqual(range);
  expect(parseTarget({ sheets: all.sheets, sheet }, 'conv1_bias')).toMatchObject({ row: 14, column: 29 });
});

test('a renamed name is renamed over elements, in cells and in other names; the inverse brings all back', () => {
  const all = workbook();
  applyChange(all, named(all, 'rate', '0.25'));
  applyChange(all, named(all, 'twice', '=2*Rate'));
  for (const change of [...typed(all, 'AT9', '=rate+1'), ...typed(all, 'C34', '=IF(A2>0,rate,twice)')])
    applyChange(all, change);
  expect(countUses(all, 'RATE')).toBe(3);
  const namesNow = () => JSON.stringify([...all.names].toSorted(([a], [b]) => a.localeCompare(b)));
  const before = namesNow();
  const changes = renameChanges(all, 'rate', { name: 'speed', formula: 0.5 });
  const back = changes.map(change => {
    const inverse = inverseOf(all, change);
    applyChange(all, change);
    return inverse;
  });
  const over = [...all.formulas.values()].flatMap(own => [...own.values()]);
  expect(over.map(content => printed(all, (content as { formula: number }).formula))).toEqual(['=speed+1']);
  const cell = all.sheets[0].cells.get(33)!.get(2)!.content as unknown as { formula: number };
  expect(printed(all, cell.formula)).toBe('=IF(A2>0,speed,twice)');
  expect(printed(all, all.names.get('twice')!.formula)).toBe('=2*speed');
  expect(countUses(all, 'rate')).toBe(0);
  for (const inverse of back.toReversed()) applyChange(all, inverse);
  expect(namesNow()).toBe(before);
  expect(countUses(all, 'rate')).toBe(3);
});

test('a name can not stand for itself; names that are gone are found', () => {
  const all = workbook();
  applyChange(all, named(all, 'one', '1'));
  applyChange(all, named(all, 'two', '=one+1'));
  expect(standsForItself(all.names, 'one', all.names.get('two')!.formula)).toBe(true);
  expect(standsForItself(all.names, 'three', all.names.get('two')!.formula)).toBe(false);
  applyChange(all, { kind: 'names', edits: [{ name: 'one' }] });
  expect(missingNames(all.names.get('two')!.formula, all.names)).toEqual(['one']);
});
