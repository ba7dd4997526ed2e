/** Rectangles of numbers in the sheet's colours. They are drawn: laying out an element for each number would take most
 *  of the time in which the panel follows a key. */
import { formatAddress } from '../../shared/address.ts';
import type { Value } from '../../shared/formula/value.ts';
import type { RangePlace } from '../../shared/places.ts';
import { element } from '../core/element.ts';
import { pixelRatio, pointerAt, rectOf } from '../core/magnified.ts';
import type { Theme } from '../parts/theme.ts';
import type { Canvases } from './canvases.ts';
import { type Heat, type Pointing, valueText } from './number-grid.ts';

/** Grids with more rows or columns than this show only colours. */
const MOST_NUMBERS = 7;
/** The longer side of such a grid, in CSS pixels. Three of them stand beside each other. */
const BARE_SIDE = 72;
/** The size of a cell with a number. Texts of more letters get more room, those of as many are a little narrower. */
const [CELL_WIDTH, CELL_HEIGHT, FEW_LETTERS, ROOM] = [27, 19, 6, 2];
/** So long after the last drawing screen readers are told the numbers, so many cells at once. */
const [TOLD_AFTER, TOLD_AT_ONCE] = [200, 200];

export type GridOptions = {
  width: number;
  heat: Heat;
  /** The cells that the numbers stand in, if they do. */
  range?: RangePlace;
  /** The place of the number that is framed. */
  chosen?: number;
  /** The number of the reference's colour, from 1. */
  colour?: number;
};

export type NumberGrids = ReturnType<typeof createNumberGrids>;
export function createNumberGrids(canvases: Canvases, pointing: Pointing) {
  /** The grids that screen readers aren't told of yet: how many cells each has, and what tells them. */
  let untold: { cells: number; tell: () => void }[] = [];
  let timer = 0;
  const tellSome = () => {
    for (let cells = 0; cells < TOLD_AT_ONCE && untold.length > 0; ) {
      const [next] = untold.splice(0, 1);
      next.tell();
      cells += next.cells;
    }
    timer = untold.length > 0 ? window.setTimeout(tellSome) : 0;
  };
  const end = () => {
    clearTimeout(timer);
    [timer, untold] = [0, []];
  };

  return {
    /** A drawing begins: the grids of the last one are gone. */
    begin: end,
    end,
    draw(name: string, contents: readonly Value[], options: GridOptions, theme: Theme): HTMLElement {
      const { width, range, colour } = options;
      const classes = ['number-grid', colour && `ref-${colour}`, range && 'on-sheet'];
      const root = element('div', { class: classes.filter(Boolean).join(' ') });
      const canvas = paint(root, canvases, contents, options, theme);
      if (range) point(root, contents, range, pointing);
      untold.push({
        cells: contents.length,
        tell: () => canvas.replaceChildren(tableOf(name, contents, width)),
      });
      timer ||= window.setTimeout(tellSome, TOLD_AFTER);
      return root;
    },
  };
}

/** Fills `root` with the picture. */
function paint(
  root: HTMLElement,
  canvases: Canvases,
  contents: readonly Value[],
  { width, heat, chosen }: GridOptions,
  { numerals, ink, selection }: Theme,
): HTMLCanvasElement {
  const height = contents.length / width;
  const bare = Math.max(height, width) > MOST_NUMBERS;
  const texts = bare ? [] : contents.map(valueText);
  const side = Math.max(1, Math.floor(BARE_SIDE / Math.max(height, width)));
  const [wide, high] = bare ? [side, side] : [cellWidth(texts, numerals), CELL_HEIGHT];
  const ratio = pixelRatio();
  const canvas = canvases.take(Math.round(width * wide * ratio), Math.round(height * high * ratio));
  root.append(canvas);
  root.style.width = `${width * wide}px`;
  root.style.height = `${height * high}px`;
  const pen = canvas.getContext('2d')!;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.font = fontOf(numerals);
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  for (const [at, content] of contents.entries()) {
    const [x, y] = [(at % width) * wide, Math.floor(at / width) * high];
    const step = typeof content === 'number' ? heat.step(content) : undefined;
    if (step !== undefined) {
      pen.fillStyle = heat.table.css[step];
      pen.fillRect(x, y, wide, high);
    }
    if (!bare) {
      pen.fillStyle = step === undefined ? ink : heat.table[content === 0 ? 'faint' : 'ink'][step];
      pen.fillText(texts[at], x + wide / 2, y + high / 2 + 0.5, wide - 1);
    }
  }
  if (chosen !== undefined) {
    pen.strokeStyle = selection;
    pen.lineWidth = 2;
    pen.strokeRect((chosen % width) * wide + 1, Math.floor(chosen / width) * high + 1, wide - 2, high - 2);
  }
  return canvas;
}

const fontOf = (numerals: string) => `11px ${numerals}`;

/** The width of a cell in which each of these texts has room. */
function cellWidth(texts: readonly string[], numerals: string): number {
  const long = texts.filter(({ length }) => length > FEW_LETTERS);
  if (long.length === 0) return CELL_WIDTH;
  measuring ??= element('canvas').getContext('2d')!;
  measuring.font = fontOf(numerals);
  return Math.max(CELL_WIDTH, ...long.map(text => Math.ceil(measuring!.measureText(text).width) + ROOM));
}
let measuring: CanvasRenderingContext2D | undefined;

/** The number under the pointer outlines its cell on the sheet, and a press goes there. */
function point(root: HTMLElement, contents: readonly Value[], range: RangePlace, pointing: Pointing): void {
  let last = -1;
  const placeAt = (event: MouseEvent): RangePlace & { at: number } => {
    const [pointer, { x, y, width, height }] = [pointerAt(event), rectOf(root)];
    const part = (along: number, size: number, of: number) =>
      Math.min(of - 1, Math.max(0, Math.floor((along * of) / size)));
    const row = part(pointer.y - y, height, range.height);
    const column = part(pointer.x - x, width, range.width);
    const at = row * range.width + column;
    return { ...range, row: range.row + row, column: range.column + column, height: 1, width: 1, at };
  };
  root.addEventListener('pointermove', event => {
    const { at, ...place } = placeAt(event);
    if (at === last) return;
    last = at;
    root.title = `${formatAddress(place)}: ${valueText(contents[at])}`;
    pointing.point(place);
  });
  root.addEventListener('pointerleave', () => {
    last = -1;
    pointing.point(undefined);
  });
  root.addEventListener('click', event => {
    const { at: _, ...place } = placeAt(event);
    pointing.go(place);
  });
}

/** The numbers for screen readers. */
function tableOf(name: string, contents: readonly Value[], width: number): HTMLElement {
  const rows = Array.from({ length: contents.length / width }, (_, row) => {
    const own = contents.slice(row * width, (row + 1) * width);
    return element('tr', {}, ...own.map(content => element('td', {}, valueText(content))));
  });
  return element('table', { 'aria-label': name }, element('tbody', {}, ...rows));
}
