import { describe, expect, test } from 'vitest';
import { createAxis } from './scales.ts';
import { csvOf, dotsPath, extentOf, linePath, logTicks, nearestIndex, readAt, type Series, trackOf } from './series.ts';

const same = (value: number) => value;
const line = (name: string, x: number[], y: number[], look: Series['look'] = 'training'): Series => ({
  id: name,
  name,
  look,
  x,
  y,
});

describe('the path of a line', () => {
  test('goes through every point where each has a pixel column of its own', () => {
    expect(linePath({ x: [0, 10, 20], y: [1, 2.34, 3] }, same, same)).toBe('M0 1L10 2.3L20 3');
  });

  test('is broken at a gap, and begins after one', () => {
    expect(linePath({ x: [0, 1, 2, 3], y: [Number.NaN, 5, Number.NaN, 6] }, same, same)).toBe('M1 5M3 6');
  });

  test('keeps the first, lowest, highest and last of the points in a column, in their order', () => {
    const x = [0.1, 0.2, 0.3, 0.4, 0.5, 1.5];
    expect(linePath({ x, y: [3, 9, 4, 1, 2, 7] }, same, same)).toBe('M0.1 3L0.2 9L0.4 1L0.5 2L1.5 7');
  });

  test('of 20,000 points has at most four for each pixel and reaches the same extremes', () => {
    const x = Array.from({ length: 20_000 }, (_, i) => i);
    const y = x.map(i => Math.sin(i / 50) * 100 + ((i * 7919) % 31));
    const points = linePath({ x, y }, at => at / 50, same)
      .slice(1)
      .split('L')
      .map(pair => pair.split(' ').map(Number));
    expect(points.length).toBeLessThanOrEqual(4 * 401);
    const [low, high] = extentOf([y])!;
    expect(Math.min(...points.map(([, at]) => at))).toBeCloseTo(low, 1);
    expect(Math.max(...points.map(([, at]) => at))).toBeCloseTo(high, 1);
  });
});

test('a loss of 0 has no place on a logarithmic scale: it is a gap, and what comes after it is drawn', () => {
  const { at } = createAxis('log', [0.1, 10], 100, 0, 5);
  const points = { x: [0, 1, 2, 3], y: [10, 0, 0.1, 1], dots: true };
  expect(linePath(points, same, at)).toBe('M0 0M2 100L3 50');
  expect(dotsPath(points, same, at)).toBe('M0 0h0M2 100h0M3 50h0');
  // All in one pixel column.
  expect(linePath(points, () => 0, at)).toBe('M0 0M0 100L0 50');
  // On a linear scale it has a place.
  expect(linePath({ x: [0, 1], y: [0, -1] }, same, createAxis('linear', [-1, 1], 100, 0, 5).at)).toBe('M0 50L1 100');
});

test('a line has dots only while they are few', () => {
  const points = (count: number) => ({ x: Array.from({ length: count }, (_, i) => i), y: new Float32Array(count) });
  expect(dotsPath({ ...points(59), dots: true }, same, same).match(/M/g)).toHaveLength(59);
  expect(dotsPath({ ...points(60), dots: true }, same, same)).toBe('');
  expect(dotsPath(points(3), same, same)).toBe('');
});

describe('reading values', () => {
  const steps = Array.from({ length: 60 }, (_, i) => i + 1);
  const past = line(
    'so far',
    steps,
    steps.map(step => step / 1000),
  );
  const plan = Array.from({ length: 160 }, (_, i) => 60 + 5 * i);
  const planned = line(
    'planned',
    plan,
    plan.map(() => 0.002),
    'planned',
  );
  const validation = line('validation', [30, 844], [0.5, 0.25], 'validation');

  test('the cursor goes along what has happened, however many points the plan has', () => {
    expect(trackOf([planned, validation, past])).toBe(past);
    expect(trackOf([planned])).toBeUndefined();
    expect(trackOf([line('none', [], [])])).toBeUndefined();
  });

  test('a line says nothing where its nearest point is far away, and of one beside the cursor where it is', () => {
    const read = (at: number) =>
      readAt([past, validation, planned], at, same).map(({ series, x, apart }) => [series.name, x, apart]);
    expect(read(5)).toEqual([['so far', 5, false]]);
    expect(read(33)).toEqual([
      ['so far', 33, false],
      ['validation', 30, true],
    ]);
    expect(read(60)).toEqual([
      ['so far', 60, false],
      ['planned', 60, false],
    ]);
  });

  test('what is no number is not read', () => {
    expect(readAt([line('training', [1], [Number.NaN])], 1, same)).toEqual([]);
  });
});

test('the nearest point is found before, between and behind all points', () => {
  const x = [10, 20, 40];
  expect([0, 14, 15, 16, 29, 31, 99].map(at => nearestIndex(x, at))).toEqual([0, 0, 0, 1, 1, 2, 2]);
  expect(nearestIndex([], 3)).toBeUndefined();
});

test('the extent leaves out what is not finite, and what has no logarithm', () => {
  expect(
    extentOf([
      [3, Number.NaN, -1],
      [Number.POSITIVE_INFINITY, 8],
    ]),
  ).toEqual([-1, 8]);
  expect(extentOf([[3, 0, -1, 8]], true)).toEqual([3, 8]);
  expect(extentOf([[Number.NaN]])).toBeUndefined();
});

test('a logarithmic axis is marked at 1, 2 and 5, over many decades only at powers of ten', () => {
  expect(logTicks(0.05, 2.4, 6)).toEqual([0.05, 0.1, 0.2, 0.5, 1, 2]);
  expect(logTicks(1e-6, 10, 8)).toEqual([1e-6, 1e-5, 1e-4, 0.001, 0.01, 0.1, 1, 10]);
  expect(logTicks(1e-6, 10, 4)).toEqual([1e-6, 1e-4, 0.01, 1]);
});

test('a table has a row for every x and blanks where a line has no point', () => {
  const lines = [
    line('training', [1, 2, 3], [0.5, 0.25, Number.NaN]),
    line('validation, "best"', [3, 2.5], [0.3, 0.4]),
  ];
  expect(csvOf('step', lines)).toBe(
    'step,training,"validation, ""best"""\r\n1,0.5,\r\n2,0.25,\r\n2.5,,0.4\r\n3,,0.3\r\n',
  );
});

test('a table of shares that are shown as percents has percents, and says so', () => {
  const lines = [line('training', [1, 2], [0.5, 0.57]), line('validation', [2], [Number.NaN])];
  expect(csvOf('step', lines, true)).toBe('step,"training, %","validation, %"\r\n1,50,\r\n2,57,\r\n');
});
