import { expect, test } from 'vitest';
import { parseAddress, parseRange } from '../../shared/address.ts';
import { lessonSheet } from '../grid/testing/lesson-sheet.ts';
import { headOf, selected } from './selection.ts';

const sheet = lessonSheet();
const cell = (text: string) => ({ sheet: sheet.id, ...parseAddress(text)! });
const range = (text: string) => ({ sheet: sheet.id, ...parseRange(text)! });

test('a cell is selected alone, or with a range around it whose far end is scrolled to', () => {
  expect(selected(cell('B2'))).toEqual({
    active: cell('B2'),
    selection: range('B2'),
    areas: [],
    reveal: cell('B2'),
  });
  expect(selected(cell('B2'), range('B2:D5'))).toMatchObject({
    active: cell('B2'),
    selection: range('B2:D5'),
    reveal: cell('D5'),
  });
});

test('ranges stay selected besides only where that is said, and nothing is scrolled to where null is', () => {
  const { areas, reveal } = selected(cell('B2'), range('B2'), { areas: [range('F4:F6')], reveal: null });
  expect(areas).toEqual([range('F4:F6')]);
  expect(reveal).toBeNull();
});

test('Shift moves the corner opposite to the active cell', () => {
  expect(headOf(cell('B2'), range('B2:D5'))).toEqual(cell('D5'));
  expect(headOf(cell('D5'), range('B2:D5'))).toEqual(cell('B2'));
  expect(headOf(cell('D2'), range('B2:D5'))).toEqual(cell('B5'));
  expect(headOf(cell('C3'), range('B2:D5')), 'a cell inside').toEqual(cell('C3'));
});
