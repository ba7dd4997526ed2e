import { describe, expect, test } from 'vitest';
import { type CellErrorName, NUMBER_ERROR } from '../../shared/cell-content.ts';
import { speak } from '../../shared/messages.ts';
import {
  otherLines,
  glyphsAt,
  NARROWEST,
  NO_ROOM,
  numberRoom,
  numberSize,
  numberText,
  otherText,
} from './number-text.ts';

/** The text of a number in a cell of this size, in a column of this width. */
const shown = (cellSize: number, width = cellSize, exact = false) => {
  const room = numberRoom(width, cellSize, glyphsAt(numberSize(cellSize, exact), exact ? 600 : 400));
  return (value: number) => numberText(value, room, exact);
};

test('cells without room leave out the zero before the point, and no other one', () => {
  expect([0.25, -0.25, 1.5, 10.06, 20.1, -3.04, 100.2].map(shown(16))).toEqual([
    '.25',
    '−.25',
    '1.50',
    '10.1',
    '20.1',
    '−3.0',
    '100',
  ]);
  expect(shown(24)(0.25)).toBe('0.25');
});

test('an exact zero is told from a small number, and parameters read as they were typed', () => {
  expect([0, 0.001, -0.001].map(shown(16))).toEqual(['0', '.00', '.00']);
  expect([-3, 1, 0.5].map(shown(16, 23, true))).toEqual(['−3', '1', '0.50']);
});

test('larger numbers give up decimals before they give up digits', () => {
  expect([9.994, 9.996, 99.94, 99.96, 2.5e12, 0.996, 0.994].map(shown(20))).toEqual([
    '9.99',
    '10.0',
    '99.9',
    '100',
    '3e12',
    '1.00',
    '0.99',
  ]);
});

test('scores stand in wide columns with four decimals', () => {
  expect([0.98417, 11.4253, -26.95774, 0, 0.00001, 437.5].map(shown(16, 48))).toEqual([
    '0.9842',
    '11.4253',
    '−26.9577',
    '0',
    '0.0000',
    '437.500',
  ]);
});

describe('a number never touches its neighbour (fault 44)', () => {
  const values = [0.5, -0.09, 1.25, -2.34, 12.5, -12.5, 123, -123, 1234, -1234, 12_345, -12_345, -99_999.6, 1e5, -3e38];
  const columns = [14, 15, 16, 18, 20, 24, 32, 40, 64].flatMap(size => [
    { size, width: size, exact: false },
    { size, width: Math.round(1.45 * size), exact: true },
    { size, width: 3 * size, exact: false },
  ]);
  test.each(columns)('in columns of $width px at $size px', ({ size, width, exact }) => {
    const { digit, point, minus, e } = glyphsAt(numberSize(size, exact), exact ? 600 : 400);
    for (const value of values) {
      const text = shown(size, width, exact)(value);
      if (text === NO_ROOM) continue;
      const natural = Array.from(text).reduce(
        (sum, each) => sum + (each === '.' ? point : each === '−' ? minus : each === 'e' ? e : digit),
        0,
      );
      // Two numbers are at least 2.8 px apart, and none is squeezed too much to be read.
      expect(natural * NARROWEST, `${value} as ${text}`).toBeLessThanOrEqual(width - 2.8);
      const read = Number(text.replace('−', '-'));
      if (!text.includes('e')) expect(Math.abs(read - value), `${value} as ${text}`).toBeLessThanOrEqual(0.5);
    }
  });

  test('negatives at 80 % keep a readable size, and lose a digit first', () => {
    expect([-0.09, -0.5, -2.34, -6, -12.3].map(shown(16))).toEqual(['−.09', '−.50', '−2.3', '−6.0', '−12']);
  });

  test('at 70 % a number that has no room is ##, and a small negative one is never taken for zero', () => {
    expect([-0.04, -1234, -12_345, 12_345].map(shown(14))).toEqual(['−.04', NO_ROOM, NO_ROOM, '1e4']);
  });

  test('an error is told by its name where that has room, else ## as well', () => {
    const room = (width: number) => numberRoom(width, 16, glyphsAt(numberSize(16, false), 400));
    expect(otherText(NUMBER_ERROR, room(16))).toBe(NO_ROOM);
    expect(otherText(NUMBER_ERROR, room(48))).toBe('#NUM!');
  });

  test('in a narrow cell the two halves of an error’s name stand one above the other, if they can be read', () => {
    const lines = (error: CellErrorName, cellSize: number, parameter: boolean) => {
      const size = numberSize(cellSize, parameter);
      const room = numberRoom(cellSize, cellSize, glyphsAt(size, parameter ? 600 : 400));
      const found = otherLines({ error }, room, { cellSize, size });
      expect(found.lines.length * size * found.scale).toBeLessThanOrEqual(cellSize);
      return found.lines;
    };
    expect(lines('#DIV/0!', 20, true)).toEqual(['#DIV', '/0!']);
    expect(lines('#CYCLE!', 20, false)).toEqual(['#CYC', 'LE!']);
    expect(lines('#N/A', 20, false)).toEqual(['#N/A']);
    expect(lines('#NAME?', 14, true)).toEqual([NO_ROOM]);
  });

  test('an infinite number, which float32 has no other name for, is ## as well', () => {
    expect(shown(16)(Number.POSITIVE_INFINITY)).toBe(NO_ROOM);
  });
});

test('in German a comma stands before decimals, and errors have the names of German spreadsheets', () => {
  speak('de');
  try {
    expect([0.25, -1.5, 2.5e12].map(shown(16))).toEqual([',25', '−1,5', '3e12']);
    expect(otherText(NUMBER_ERROR, numberRoom(80, 40, glyphsAt(16, 400)))).toBe('#ZAHL!');
  } finally {
    speak('en');
  }
});

test('where numbers are often tiny, their order of magnitude is written', () => {
  const room = { ...numberRoom(24, 24, glyphsAt(numberSize(24, false), 400)), tiny: true };
  expect([0, 0.25, -0.02, 0.0043, 5.3e-6].map(value => numberText(value, room, false))).toEqual([
    '0',
    '0.25',
    '−0.02',
    '4e−3',
    '5e−6',
  ]);
});
