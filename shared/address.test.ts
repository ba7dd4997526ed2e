import { describe, expect, test } from 'vitest';
import {
  columnIndex,
  columnName,
  contains,
  formatAddress,
  formatRange,
  intersect,
  MAX_COLUMNS,
  parseAddress,
  parseRange,
} from './address.ts';

describe('addresses', () => {
  test('columns are counted A to Z, AA, … up to XFD', () => {
    expect([0, 25, 26, 701, 702, MAX_COLUMNS - 1].map(columnName)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA', 'XFD']);
    for (let column = 0; column < MAX_COLUMNS; column++) expect(columnIndex(columnName(column))).toBe(column);
    expect(['', 'XFE', 'AAAA', 'A1', 'Ä'].map(columnIndex)).toEqual([-1, -1, -1, -1, -1]);
  });

  test('are read with or without dollars, in any case, and only as far as a sheet goes', () => {
    expect(parseAddress('$ah$3')).toEqual({ row: 2, column: 33 });
    expect(formatAddress({ row: 2, column: 33 }, true)).toBe('$AH$3');
    expect(['', 'A', '3', 'A0', 'A1048577', 'XFE1', 'A-1', 'A1.5', 'A1A'].map(parseAddress)).toEqual(
      Array.from({ length: 9 }, () => undefined),
    );
  });

  test('ranges take their corners in any order and refuse what is half an address', () => {
    const range = { row: 1, column: 0, height: 3, width: 3 };
    expect([parseRange('A2:C4'), parseRange('C4:A2'), parseRange('A4:C2')]).toEqual([range, range, range]);
    expect(formatRange(range)).toBe('A2:C4');
    expect(formatRange(parseRange('B2')!, true)).toBe('$B$2');
    expect(['A1:', ':A1', 'A1:B', 'A1:B2:C3', 'A1 B2'].map(parseRange)).toEqual(
      Array.from({ length: 5 }, () => undefined),
    );
  });

  test('ranges that only touch at an edge share nothing', () => {
    const range = parseRange('B2:C3')!;
    expect(intersect(range, parseRange('C3:D9')!)).toEqual(parseRange('C3'));
    expect(intersect(range, parseRange('D2:E3')!)).toBeUndefined();
    expect([contains(range, { row: 2, column: 2 }), contains(range, { row: 3, column: 2 })]).toEqual([true, false]);
  });
});
