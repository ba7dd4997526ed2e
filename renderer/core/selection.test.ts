import { expect, test } from 'vitest';
import { parseAddress, parseRange } from '../../shared/address.ts';
import { lessonSheet } from '../grid/testing/lesson-sheet.ts';
import { headOf, selected } from './selection.ts';

const sheet = lessonSheet();
const cell = (text: string) => ({ sheet: sheet.id, ...parseAddress(text)! });
const range = (text: string) => ({ sheet: sheet.id, ...parseRange(text)! });

test('a cell is selected alone, or with a range around it whose far end is scrolled to', () => {
  expect(selected({ sheet }, parseAddress('B2')!)).toEqual({
    active: cell('B2'),
    selection: range('B2'),
    areas: [],
    reveal: cell('B2'),
  });
  expect(selected({ sheet }, parseAddress('B2')!, parseRange('B2:D5'))).toMatchObject({
    active: cell('B2'),
    selection: range('B2:D5'),
    reveal: cell('D5'),
  });
});

test('ranges stay selected besides only where that is said, and nothing is scrolled to where null is', () => {
  const { areas, reveal } = selected({ sheet }, cell('B2'), range('B2'), { areas: [range('F4:F6')], reveal: null });
  expect(areas).toEqual([range('F4:F6')]);
  expect(reveal).toBeNull();
});

test('Shift moves the corner opposite to the active cell', () => {
  expect(headOf(parseAddress('B2')!, parseRange('B2:D5')!)).toEqual(parseAddress('D5'));
  expect(headOf(parseAddress('D5')!, parseRange('B2:D5')!)).toEqual(parseAddress('B2'));
  expect(headOf(parseAddress('D2')!, parseRange('B2:D5')!)).toEqual(parseAddress('B5'));
  expect(headOf(parseAddress('C3')!, parseRange('B2:D5')!), 'a cell inside').toEqual(parseAddress('C3'));
});
