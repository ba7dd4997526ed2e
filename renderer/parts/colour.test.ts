import { readFileSync } from 'node:fs';
import { color } from 'd3';
import { describe, expect, test } from 'vitest';
import { divergingStep, sequentialStep } from '../../shared/explain/steps.ts';
import { type Colours, type ColourTable, createColours } from './colour.ts';

const tokens = readFileSync(new URL('../core/colours.css', import.meta.url), 'utf8');
const [light, dark] = tokens.split('[data-theme="dark"]');

function stops(theme: string, name: string): string[] {
  const found = new RegExp(`--${name}:([^;]+);`).exec(theme);
  if (!found) throw new Error(`colours.css has no --${name}`);
  return found[1].split(',').map(stop => stop.trim());
}

const inks = (theme: string) => ({ faint: stops(theme, 'ink-3')[0], parameter: stops(theme, 'parameter')[0] });

const channelsOf = (css: string) => {
  const { r, g, b } = color(css)!.rgb();
  return [r, g, b];
};

const rgb = (table: ColourTable, step: number) =>
  /rgb\((\d+),(\d+),(\d+)\)/.exec(table.css[step])!.slice(1).map(Number);

describe.each([
  ['light', light, 'green-red'],
  ['light', light, 'orange-blue'],
  ['dark', dark, 'green-red'],
  ['dark', dark, 'orange-blue'],
])('the %s theme with %s', (_name, theme, palette) => {
  const wanted = stops(theme, palette);
  const colours = createColours({ ...inks(theme), diverging: wanted, pixels: stops(theme, 'pixels') });
  const photograph = createColours({ ...inks(theme), diverging: wanted, pixels: undefined });
  const { diverging, dropped, probability } = colours;
  const hex = (step: number) =>
    `#${rgb(diverging, step)
      .map(channel => channel.toString(16).padStart(2, '0'))
      .join('')}`;

  test('runs through the colours of the style sheet', () => {
    expect([0, 64, 128, 192, 256].map(hex)).toEqual(wanted);
  });

  const scales: [string, ColourTable][] = [
    ...Object.entries(colours as Record<keyof Colours, ColourTable>),
    ['photograph', photograph.pixels],
  ];
  test.each(scales)(
    'has numbers on %s that read on every step at 4.5 to 1, faint ones too (fault 43)',
    (_scale, table) => {
      for (const inksOf of [table.ink, table.faint])
        for (let step = 0; step <= 256; step++)
          expect(contrast(rgb(table, step), channelsOf(inksOf[step])), `step ${step}`).toBeGreaterThanOrEqual(4.5);
    },
  );

  test('writes errors in a red that reads on paper (fault 43)', () => {
    expect(contrast(rgb(colours.plain, 128), channelsOf(stops(theme, 'danger')[0]))).toBeGreaterThanOrEqual(4.5);
  });

  test('keeps zeros fainter than other numbers where there is paper under them', () => {
    const on = (ink: string) => contrast(rgb(diverging, 128), channelsOf(ink));
    expect(on(diverging.faint[128])).toBeLessThan(on(diverging.ink[128]) / 2);
  });

  test('keeps what ReLU dropped pale, and begins a probability of 0 at the paper', () => {
    expect(dropped.css[128]).toBe(diverging.css[128]);
    expect(probability.css[0]).toBe(diverging.css[128]);
    expect(probability.css[256]).toBe(diverging.css[256]);
    expect(distance(rgb(dropped, 0), rgb(diverging, 128))).toBeLessThan(
      distance(rgb(diverging, 0), rgb(diverging, 128)) / 2,
    );
  });

  test('has the same colour in its picture and in its text', () => {
    for (const step of [0, 17, 128, 200, 256]) {
      const bytes = new Uint8Array(diverging.pixels.slice(step, step + 1).buffer);
      expect([...bytes]).toEqual([...rgb(diverging, step), 255]);
    }
  });
});

test('a photograph’s pixels are as bright as their values say, in both themes (fault 21)', () => {
  const { pixels } = createColours({ ...inks(light), diverging: stops(light, 'green-red'), pixels: undefined });
  expect([0, 64, 128, 256].map(step => rgb(pixels, step))).toEqual([
    [0, 0, 0],
    [64, 64, 64],
    [128, 128, 128],
    [255, 255, 255],
  ]);
});

test('signed values are as strong on one side of 0 as on the other, and values beyond the scale keep its ends', () => {
  for (let value = 0; value <= 3; value += 0.01) expect(divergingStep(value, 3) + divergingStep(-value, 3)).toBe(256);
  expect([-9, 0, 9].map(value => divergingStep(value, 3))).toEqual([0, 128, 256]);
  expect(divergingStep(5, 0)).toBe(128);
  expect([-1, 0, 0.5, 1, 2].map(sequentialStep)).toEqual([0, 0, 128, 256, 256]);
});

test('people without green or red cones tell orange from blue better than green from red', () => {
  const ends = (palette: string) => {
    const { diverging } = createColours({
      ...inks(light),
      diverging: stops(light, palette),
      pixels: stops(light, 'pixels'),
    });
    return [rgb(diverging, 40), rgb(diverging, 216)];
  };
  for (const vision of [DEUTERANOPIA, PROTANOPIA]) {
    const apart = (palette: string) => {
      const [low, high] = ends(palette).map(colour => seenBy(vision, colour));
      return distance(low, high);
    };
    expect(apart('orange-blue')).toBeGreaterThan(2 * apart('green-red'));
  }
});

/** Source: Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB. */
const DEUTERANOPIA = [
  [0.367322, 0.860646, -0.227968],
  [0.280085, 0.672501, 0.047413],
  [-0.01182, 0.04294, 0.968881],
];
const PROTANOPIA = [
  [0.152286, 1.052583, -0.204868],
  [0.114503, 0.786281, 0.099216],
  [-0.003882, -0.048116, 1.051998],
];

const linear = (channel: number) =>
  channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
const gamma = (light: number) => {
  const inside = Math.min(1, Math.max(0, light));
  return 255 * (inside <= 0.0031308 ? 12.92 * inside : 1.055 * inside ** (1 / 2.4) - 0.055);
};

function seenBy(vision: readonly (readonly number[])[], colour: readonly number[]): number[] {
  const [r, g, b] = colour.map(linear);
  return vision.map(([x, y, z]) => gamma(x * r + y * g + z * b));
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((channel, i) => channel - b[i]));
}

/** Source: w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: readonly number[], b: readonly number[]): number {
  const [low, high] = [a, b]
    .map(colour => colour.map(linear))
    .map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b)
    .sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}
