import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lenet, resnetTiny } from '../../shared/templates.ts';
import { buildSheet, type Sheet } from '../../shared/layout/sheet.ts';
import { createColours } from '../parts/colour.ts';
import { createGeometry } from './geometry.ts';
import type { HeatMap } from './heat.ts';
import { namesWidth, placeLabels } from './labels.ts';
import { captionsOf, forgetFonts, paintSheet } from './paint.ts';
import { sketch, type Written } from './testing/sketch.ts';
import type { Theme } from '../parts/theme.ts';
import { tooltipAt } from './tooltip.ts';
import { tilesOf } from './tiles.ts';

const tokens = readFileSync(new URL('../core/colours.css', import.meta.url), 'utf8');
const token = (name: string) => new RegExp(`--${name}:([^;]+);`).exec(tokens)![1].trim();
const stops = (name: string) => token(name).split(/\s*,\s*/);
const theme = {
  dark: false,
  colours: createColours({
    diverging: stops('green-red'),
    pixels: stops('pixels'),
    faint: token('ink-3'),
    parameter: token('parameter'),
  }),
  ui: 'ui',
  numerals: 'numerals',
} as Theme;

/** The texts in a window on a sheet, scrolled to a cell. Every value is the given one. */
function textsOf(...window: Parameters<typeof drawn>): Written[] {
  return drawn(...window).written;
}

/** What is drawn in that window. */
function drawn(
  sheet: Sheet,
  cellSize: number,
  at: { row: number; column: number },
  value = -0.09,
  ratio = 1,
  active = { row: 1, column: 0 },
): ReturnType<typeof sketch> {
  const found = sketch();
  const { context } = found;
  forgetFonts();
  const geometry = createGeometry(sheet, cellSize, new Set(), namesWidth(context, 'ui', sheet, cellSize));
  const [width, height] = [1400, 800];
  const scrollX = Math.min(geometry.left(at.column), geometry.width - width);
  const scrollY = geometry.top(Math.max(1, at.row - 2));
  const range = geometry.cellsIn(scrollX, scrollY, width, height);
  const shown = tilesOf(sheet, range, new Set()).map(tile => ({
    tile,
    values: { numbers: new Float32Array(tile.block.width * tile.block.height).fill(value) },
    dropped: undefined,
    limit: 1,
    moves: undefined,
  }));
  const heat: HeatMap = { shown, setTiles() {}, refresh() {}, paint() {} };
  const labels = placeLabels(
    sheet.layout.labelsIn({ ...range, row: 0, height: range.row + range.height }),
    sheet.layout,
  );
  const captions = captionsOf(sheet, geometry);
  const selection = { ...active, height: 1, width: 1 };
  paintSheet(context, { width, height, ratio, scrollX, scrollY, geometry, theme, captions, labels, selection }, heat);
  return found;
}

/** Texts below the frozen rows, which the window's edge may cut. */
const cells = (written: readonly Written[], ratio = 1) => written.filter(({ y }) => y > 46 * ratio);

/** Pairs of texts in one line that are nearer than this, and texts that are squeezed too much to be read. */
function unreadable(written: readonly Written[], gap: number): string[] {
  const byHeight = [...written].sort((a, b) => a.y - b.y);
  let line = 0;
  const lines = byHeight.map((each, i) => ({ ...each, line: i > 0 && each.y - byHeight[i - 1].y > 2 ? ++line : line }));
  const inOrder = lines.sort((a, b) => a.line - b.line || a.left - b.left);
  return inOrder.flatMap((each, i) => {
    const before = inOrder[i - 1];
    const near = before?.line === each.line && each.left - before.right < gap;
    return [
      ...(near ? [`${before.text} | ${each.text}`] : []),
      ...(each.squeezed < 0.74 ? [`${each.text} at ${each.squeezed}`] : []),
    ];
  });
}

const DIGITS = Array.from({ length: 10 }, (_, i) => String(i));
const many = Array.from({ length: 300 }, (_, i) => `class ${String(i).padStart(3, '0')}`);
const names: [string, readonly string[]][] = [
  ['fruit', ['Äpfel', 'Bananen', 'Trauben (blau)']],
  ['300 names', many],
  ['digits', DIGITS],
  ['one very long name', ['cat', 'the name of an animal that nobody has ever seen and that has no end', 'dog']],
  ['300 codes of three letters', many.map((_, i) => `q${i}`)],
  ['no names', []],
];

describe.each(names)('class names: %s', (_name, classes) => {
  const sheet = buildSheet(lenet([28, 28, 1], classes.length || 5), classes);
  const end = sheet.layout.cellOf('softmax/output', 0);
  test.each([14, 16, 20, 28, 40, 64])('no text runs over or touches another at %i px (fault 18)', size => {
    expect(unreadable(cells(textsOf(sheet, size, { row: end.row, column: end.column - 8 })), 2.6)).toEqual([]);
  });
  test('nor on a screen with two device pixels in a CSS pixel (fault 18)', () => {
    const written = textsOf(sheet, 20, { row: end.row, column: end.column - 8 }, -0.09, 2);
    expect(unreadable(cells(written, 2), 5.2)).toEqual([]);
  });
});

test('each class’s name stands once before its score, as long as it is, or with an ellipsis (fault 18)', () => {
  const shown = (classes: readonly string[]) => {
    const sheet = buildSheet(lenet([28, 28, 1], classes.length), classes);
    const bias = sheet.layout.cellOf('dense2/bias', 0);
    return textsOf(sheet, 20, { row: bias.row, column: bias.column - 3 }).map(({ text }) => text);
  };
  expect(shown(['Äpfel', 'Bananen', 'Trauben (blau)'])).toEqual(
    expect.arrayContaining(['Äpfel', 'Bananen', 'Trauben (blau)']),
  );
  expect(shown(many)).toContain('class 013');
  expect(shown(many).filter(text => text.startsWith('class class'))).toEqual([]);
  const long = shown(names[3][1]).filter(text => text.startsWith('the name of'));
  expect(long.length).toBeGreaterThan(0);
  for (const text of long) expect(text).toMatch(/^the name of an animal.*…$/);
});

describe('names of parameters and of columns', () => {
  const sheet = buildSheet(resnetTiny([28, 28, 1], 10), DIGITS);
  const gamma = sheet.layout.cellOf('norm2/gamma', 0);
  const softmax = sheet.layout.cellOf('softmax/shifted', 0);
  test.each([14, 16, 20, 28, 40, 64])('stand whole over them and apart at %i px (fault 18)', size => {
    const beside = textsOf(sheet, size, { row: gamma.row, column: gamma.column - 2 });
    expect(unreadable(cells(beside), 2.6)).toEqual([]);
    expect(beside.map(({ text }) => text)).toEqual(expect.arrayContaining(['gamma', 'beta', 'mean', 'var']));
    const end = textsOf(sheet, size, { row: softmax.row, column: softmax.column - 4 });
    expect(end.map(({ text }) => text)).toEqual(expect.arrayContaining(['output−max', 'exp', 'softmax']));
  });
});

test.each([14, 16, 20, 28])('a short name gives way to a long one before it at %i px (fault 18)', size => {
  const sheet = buildSheet(lenet([28, 28, 1], 6), ['Bananen', 'x', 'y', 'Trauben (blau)', 'i', 'Äpfel']);
  const kernel = sheet.layout.cellOf('dense2/kernel', 0);
  const written = cells(textsOf(sheet, size, { row: kernel.row, column: kernel.column - 2 }));
  expect(unreadable(written, 2.6)).toEqual([]);
});

test('names of many classes are whole where they stand, and stand less often for that (fault 18)', () => {
  const birds = Array.from({ length: 300 }, (_, i) => `Vogelart ${String(i).padStart(3, '0')}`);
  const sheet = buildSheet(lenet([28, 28, 1], 300), birds);
  const kernel = sheet.layout.cellOf('dense2/kernel', 0);
  for (const size of [14, 16, 20, 28]) {
    const row = textsOf(sheet, size, kernel).filter(({ text }) => text.startsWith('Vo'));
    expect(row.length).toBeGreaterThan(3);
    expect(row.filter(({ text }) => !birds.includes(text))).toEqual([]);
  }
});

test('pointing at a cut name, or at a band, tells all of it; at anything else nothing (fault 18)', () => {
  const long = names[3][1][1];
  const sheet = buildSheet(lenet([28, 28, 1], 3), names[3][1]);
  const { context } = sketch();
  const geometry = createGeometry(sheet, 20, new Set(), namesWidth(context, 'ui', sheet, 20));
  const { row, column } = sheet.layout.cellOf('dense2/bias', 1);
  const labels = placeLabels(
    sheet.layout.labelsIn({ row: 0, column: 0, height: sheet.layout.rows, width: sheet.layout.columns }),
    sheet.layout,
  );
  const captions = captionsOf(sheet, geometry);
  const [width, height] = [1400, 800];
  const scrollX = geometry.left(column) - 400;
  const selection = { row: 1, column: 0, height: 1, width: 1 };
  const heat: HeatMap = { shown: [], setTiles() {}, refresh() {}, paint() {} };
  paintSheet(
    context,
    { width, height, ratio: 1, scrollX, scrollY: 0, geometry, theme, captions, labels, selection },
    heat,
  );
  const told = (at: number, across: number) =>
    tooltipAt({ sheet: sheet.id, row: at, column: across }, sheet.layout, labels, captions);
  expect(told(row, column - 1)).toBe(long);
  expect(told(row - 1, column - 1)).toBe('');
  expect(told(row, column)).toBe('');
  expect(told(0, column)).toBe('dense2 · 3');
});

test('frames don’t hide what is in them where cells are a pixel or two (fault 44)', () => {
  const sheet = buildSheet(resnetTiny([28, 28, 1], 10), DIGITS);
  const conv = sheet.layout.cellOf('conv4/kernel', 0);
  for (const size of [0.5, 1, 2, 3, 6, 10]) {
    const { frames } = drawn(sheet, size, { row: 1, column: conv.column });
    for (const { width, height } of frames) expect(Math.min(width, height), `at ${size} px`).toBeGreaterThan(6);
  }
  // Kernels with cells of three pixels have frames as soon as there is room.
  expect(drawn(sheet, 6, { row: 1, column: conv.column }).frames.length).toBeGreaterThan(100);
});

test('three-letter headings of columns keep apart (fault 18)', () => {
  const sheet = buildSheet(lenet([28, 28, 1], 300), many);
  for (const size of [14, 16, 18, 20]) {
    const headings = textsOf(sheet, size, sheet.layout.cellOf('dense2/kernel', 0)).filter(({ y }) => y < 20);
    expect(headings.length).toBeGreaterThan(10);
    expect(unreadable(headings, 3), `at ${size} px`).toEqual([]);
  }
});

test('the heading of the selected column is shown wherever the others are, though it is bold', () => {
  const sheet = buildSheet(lenet([28, 28, 1], 10), DIGITS);
  const start = sheet.layout.cellOf('conv1/output', 0);
  for (const size of [14, 16, 20])
    for (const column of [start.column, start.column + 1]) {
      const seen = drawn(sheet, size, start, 0, 1, { row: 5, column }).written.filter(({ y }) => y < 20);
      const plain = drawn(sheet, size, start, 0).written.filter(({ y }) => y < 20);
      expect(seen.map(({ text }) => text)).toEqual(plain.map(({ text }) => text));
      expect(unreadable(seen, 1), `at ${size} px`).toEqual([]);
    }
});

test('numbers of neighbouring cells keep apart at every zoom, negative and large ones too (fault 44)', () => {
  const sheet = buildSheet(lenet([28, 28, 1], 10), DIGITS);
  for (const value of [-0.09, -2.34, 12.3, -12_345, 0.996, 1e30])
    for (const size of [14, 16, 18, 20, 24, 32, 64])
      expect(unreadable(textsOf(sheet, size, { row: 1, column: 0 }, value), 2.6), `${value} at ${size} px`).toEqual([]);
});

test('the name of a band that is wider than the window stays in view (habit 30)', () => {
  const sheet = buildSheet(lenet([28, 28, 1], 10), DIGITS);
  const middle = sheet.layout.cellOf('dense1/kernel', 40);
  const found = textsOf(sheet, 20, { row: 1, column: middle.column + 60 }).find(({ text }) => text === 'dense1');
  expect(found!.left).toBeGreaterThan(0);
  expect(found!.left).toBeLessThan(60);
});

test('band names that find no room are cut, and don’t run into the next one (fault 44)', () => {
  const sheet = buildSheet(lenet([96, 96, 3], 3), ['a', 'b', 'c']);
  for (const size of [0.3, 1, 2, 4])
    expect(
      unreadable(
        textsOf(sheet, size, { row: 1, column: 0 }).filter(({ y }) => y > 20 && y < 46),
        1,
      ),
      `at ${size} px`,
    ).toEqual([]);
});
