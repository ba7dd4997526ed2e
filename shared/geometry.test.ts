import { describe, expect, test } from 'vitest';
import { outputSize, padBefore, windowRange, windowsOver } from './geometry.ts';
import type { Padding } from './network.ts';

/** Finds the same by laying windows over a padded axis: for each window, the map's cells that it covers, and how many
 *  of its cells come before them. */
function layWindows(
  size: number,
  window: number,
  stride: number,
  padding: Padding,
): { cells: number[]; skip: number }[] {
  let axis: (number | undefined)[] = Array.from({ length: size }, (_, i) => i);
  if (padding === 'same') {
    let wanted = 0;
    for (let first = 0; first < size; first += stride) wanted++;
    let after = true;
    while (axis.length < (wanted - 1) * stride + window) {
      axis = after ? [...axis, undefined] : [undefined, ...axis];
      after = !after;
    }
    while ((wanted - 1) * stride + window < axis.length) axis.pop();
  }
  const windows: { cells: number[]; skip: number }[] = [];
  for (let first = 0; first + window <= axis.length; first += stride) {
    const covered = axis.slice(first, first + window);
    windows.push({
      cells: covered.filter(cell => cell !== undefined),
      skip: covered.findIndex(cell => cell !== undefined),
    });
  }
  return windows;
}

const cases = (['valid', 'same'] as const).flatMap(padding =>
  [1, 2, 3, 4, 5, 7, 8, 12].flatMap(size =>
    [1, 2, 3, 4, 5, 6].flatMap(window => [1, 2, 3, 4].map(stride => ({ size, window, stride, padding }))),
  ),
);

describe('windows on a map', () => {
  test('a 5-cell window with same padding on 28 cells hangs over by 2 on both sides', () => {
    expect(outputSize(28, 5, 1, 'same')).toBe(28);
    expect(padBefore(28, 5, 1, 'same')).toBe(2);
    expect(windowRange(0, 28, 5, 1, 'same')).toEqual({ start: 0, end: 3, skip: 2 });
    expect(windowRange(27, 28, 5, 1, 'same')).toEqual({ start: 25, end: 28, skip: 0 });
  });

  test('an odd amount of padding goes after the map', () => {
    expect(outputSize(10, 3, 2, 'same')).toBe(5);
    expect(padBefore(10, 3, 2, 'same')).toBe(0);
    expect(windowRange(4, 10, 3, 2, 'same')).toEqual({ start: 8, end: 10, skip: 0 });
  });

  test('a window larger than the map does not fit without padding', () => {
    expect(outputSize(3, 5, 1, 'valid')).toBeLessThan(1);
  });

  test('all sizes, windows, strides and paddings agree with windows laid over a padded axis', () => {
    for (const { size, window, stride, padding } of cases) {
      const windows = layWindows(size, window, stride, padding);
      const name = `${padding} ${size}/${window}/${stride}`;
      expect(Math.max(0, outputSize(size, window, stride, padding)), name).toBe(windows.length);
      for (const [i, { cells, skip }] of windows.entries()) {
        const range = windowRange(i, size, window, stride, padding);
        expect(range, name).toEqual({ start: cells[0], end: cells.at(-1)! + 1, skip });
      }
    }
  });

  test('the windows over a run of cells are those that cover one of them', () => {
    for (const { size, window, stride, padding } of cases) {
      const windows = layWindows(size, window, stride, padding);
      for (let start = 0; start < size; start++) {
        for (let end = start + 1; end <= size; end++) {
          const touching = windows.flatMap(({ cells }, i) =>
            cells.some(cell => cell >= start && cell < end) ? [i] : [],
          );
          const found = windowsOver({ start, end }, size, window, stride, padding);
          const listed = Array.from({ length: found.end - found.start }, (_, i) => found.start + i);
          expect(listed, `${padding} ${size}/${window}/${stride} over ${start}–${end}`).toEqual(touching);
        }
      }
    }
  });
});
