import { expect, test } from 'vitest';
import { HIGH, pictureAt, WIDE } from '../../shared/film/film.ts';
import { numbersIn, paint, type Picture } from '../../shared/film/picture.ts';
import { sceneOf } from '../../shared/film/testing/small-storyboard.ts';
import { sheetOfTemplate } from '../../shared/lessons/lesson-places.ts';
import type { ColourTable } from '../parts/colour.ts';
import { printPicture } from './svg.ts';

const table: ColourTable = {
  pixels: new Uint32Array(257),
  css: Array.from({ length: 257 }, (_, step) => `rgb(${Math.min(255, step)}, 0, 0)`),
  ink: Array.from({ length: 257 }, () => '#fff'),
  faint: Array.from({ length: 257 }, () => '#999'),
};
const names = [
  'ground',
  'sunken',
  'line',
  'ink',
  'ink2',
  'ink3',
  'accent',
  'positive',
  'negative',
  'parameter',
] as const;
const others = ['change', 'override', 'ref1', 'ref2', 'ref3', 'ref4', 'ref5'] as const;
const colours = Object.fromEntries([...names, ...others].map(name => [name, '#123456']));
const look = {
  colours: colours as Record<(typeof names)[number] | (typeof others)[number], string>,
  scales: { diverging: table, pixels: table, parameter: table, probability: table, plain: table },
  fonts: { ui: 'Inter, "Segoe UI"', numerals: 'Numerals', mono: 'monospace' },
};
const measure = (text: string, font: string) => text.length * Number(/ (\S+)px/.exec(font)![1]) * 0.5;

/** Fails unless every tag is closed in its order, and every "&" begins an entity. */
function expectWellFormed(xml: string): void {
  const open: string[] = [];
  for (const [, closes, name, , isEmpty] of xml.matchAll(/<(\/?)([a-zA-Z]+)((?:\s[^<>]*?)?)(\/?)>/g)) {
    if (closes) expect(open.pop()).toBe(name);
    else if (!isEmpty) open.push(name);
  }
  expect(open).toEqual([]);
  expect(xml.replaceAll(/&(amp|lt|gt|quot);/g, '')).not.toMatch(/&/);
  expect(xml.replaceAll(/<\/?[a-zA-Z]+(\s[a-zA-Z:-]+="[^"<]*")*\s*\/?>/g, '')).not.toMatch(/[<>]/);
}

test('a scene becomes a drawing with its cells and every number as text', () => {
  const sheet = sheetOfTemplate('lesson3');
  const tensors = new Map(
    [...sheet.tensors.values()].map(({ id, size }) => [id, Float32Array.from({ length: size }, (_, nth) => nth % 7)]),
  );
  const scene = sceneOf('cell', {
    camera: { kind: 'cell', element: { tensor: 'conv1/output', index: 40 } },
    caption: 'Nine products & <b>one</b> sum "Σ"\u0001',
  });
  const film = { scene, sheet, sheets: [], written: { formulas: new Map() }, states: [{ tensors }] };
  for (const size of [WIDE, HIGH]) {
    const picture = pictureAt(film, 4, 4, { size });
    const svg = printPicture(picture, look, { measure });
    expectWellFormed(svg);
    expect(svg).toContain('Nine products &amp; &lt;b&gt;one&lt;/b&gt; sum &quot;Σ&quot;\ufffd');
    expect(svg).toContain(`viewBox="0 0 ${size.width} ${size.height}"`);
    const numbers = numbersIn(picture.items);
    expect(numbers.length).toBeGreaterThan(20);
    const texts = Array.from(svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g), ([, text]) => text);
    for (const { text } of numbers) expect(texts).toContain(text);
  }
});

test('cells of one colour are one path, holes are dots, and long texts are shrunk', () => {
  const picture: Picture = {
    size: WIDE,
    spoken: 'Cells',
    items: [
      {
        kind: 'group',
        x: 10,
        y: 20,
        scale: 2,
        alpha: 0.5,
        clip: { x: 0, y: 0, width: 100, height: 100 },
        items: [
          {
            kind: 'cells',
            box: { x: 0, y: 0, width: 80, height: 40 },
            rows: 2,
            columns: 4,
            scale: 'pixels',
            steps: new Int16Array([5, 5, 5, 9, -1, 9, 9, 5]),
          },
        ],
      },
      { kind: 'text', x: 1, y: 2, text: 'a long text', size: 20, most: 50, paint: paint('ink') },
    ],
  };
  const svg = printPicture(picture, look, { measure });
  expectWellFormed(svg);
  expect(svg).toContain('d="M0 0h60v20h-60zM60 20h20v20h-20z" fill="rgb(5, 0, 0)" fill-opacity="0.5"');
  expect(svg).toContain('d="M60 0h20v20h-20zM20 20h40v20h-40z" fill="rgb(9, 0, 0)"');
  expect(svg).toContain('<path d="M8.75 28.75h2.5v2.5h-2.5z"');
  expect(svg).toContain('textLength="50" lengthAdjust="spacingAndGlyphs"');
  expect(svg).toContain('translate(10 20) scale(2)');
});
