import { expect, test } from 'vitest';
import { createCellWindows } from '../core/cell-values.ts';
import { cellShown } from './written-cell.ts';

/** The text of a number in a cell with room for so many characters. */
const inRoom = (room: number, value: number, ...format: [Parameters<typeof cellShown>[1]?]) =>
  cellShown(value, format[0], text => text.length <= room);

test.each([
  [20, 0.123456789012345, '0.123456789'],
  [6, 0.123456789012345, '0.1235'],
  [6, 123_456, '123456'],
  [5, 123_456, '1.2e5'],
  [20, -1.5, '−1.5'],
  [20, 1e300, '1e300'],
])('with room for %d characters, %d is shown as %s', (room, value, text) => {
  expect(inRoom(room, value)).toBe(text);
});

test('a number with a format keeps its digits, or has no room', () => {
  expect(inRoom(10, 0.5, { kind: 'percent', digits: 0 })).toBe('50%');
  expect(inRoom(3, 2, { kind: 'fixed', digits: 2 })).toBeUndefined();
});

test('the contents of a watched rectangle are found by place, and stay until others arrive', () => {
  const windows = createCellWindows();
  const range = { sheet: 'notes', row: 10, column: 5, height: 3, width: 4 };
  expect(windows.show('grid', range)).toBe(true);
  expect(windows.show('grid', { ...range })).toBe(false);
  const [{ id }] = windows.windows();
  expect(windows.receive([{ id: id + 1, cells: [] }])).toBe(false);
  expect(
    windows.receive([
      {
        id,
        cells: [
          [0, 'text'],
          [6, 0.1],
        ],
      },
    ]),
  ).toBe(true);
  expect(windows.cell({ sheet: 'notes', row: 10, column: 5 })).toBe('text');
  expect(windows.cell({ sheet: 'notes', row: 11, column: 7 })).toBe(0.1);
  expect(windows.cell({ sheet: 'network', row: 11, column: 7 })).toBeNull();
  windows.show('grid', { ...range, row: 9 });
  expect(windows.cell({ sheet: 'notes', row: 10, column: 5 })).toBe('text');
});
