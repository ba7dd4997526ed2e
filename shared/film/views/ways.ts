/** How a number comes about, in the upper half of a picture of one cell. */
import { formatRange } from '../../address.ts';
import type { Explanation, Term, Way } from '../../explain/explain.ts';
import type { Numbers } from '../../explain/numbers.ts';
import { divergingStep } from '../../explain/steps.ts';
import type { ElementIndex } from '../../layout/layout.ts';
import { messages } from '../../messages.ts';
import { partOf } from '../moment.ts';
import type { SceneFilm } from '../numbers.ts';
import { faded, frame, numberOf, TITLE, titleOf } from '../panel.ts';
import { type Box, type Item, paint } from '../picture.ts';
import { cellIn, drawCells, drawNumbers, elementsOf, extentOf, gridAt, heading } from './grids.ts';

/** How much of the picture is there: the window, the weights, the products, the sum, and the cell in its place. */
export type Stage = { window: number; weights: number; products: number; sum: number; land: number };
/** Items, and the rectangle that the light of the window falls on. */
type Drawn = { items: Item[]; first?: Box };

/** So many parts of a sum are shown by themselves, the strongest ones. */
export const MOST_TERMS = 2;
const SIGN = 76;
/** The room for the sum of a row. */
const ROW_SUM = 180;
const LARGEST = 100;

/** The parts of a sum that are products, the strongest first. */
export const productsIn = (terms: readonly Term[]): Term[] =>
  terms.filter(({ factors }) => factors.length > 1).toSorted((a, b) => Math.abs(b.sum) - Math.abs(a.sum));

/** What the products of some terms are products of; undefined if not all are elements of the network. `which`: only
 *  these. */
export function termsOf(
  film: SceneFilm,
  terms: readonly Term[],
  which: (product: number) => boolean = () => true,
): ElementIndex[][] | undefined {
  const found: ElementIndex[][] = [];
  for (const { factors, products } of terms) {
    const elements = factors.map(each => elementsOf(film, each));
    for (const [nth, product] of products.entries()) {
      if (!which(product)) continue;
      const own = elements.map(each => each[nth]);
      if (own.includes(undefined)) return undefined;
      found.push(own as ElementIndex[]);
    }
  }
  return found;
}

export function drawWay(film: SceneFilm, { way, reads }: Explanation, area: Box, stage: Stage): Drawn {
  switch (way.kind) {
    case 'sum':
      return productsIn(way.terms).length > 0
        ? drawProducts(film, way.terms, area, stage)
        : drawSummands(film, way.terms, area, stage);
    case 'window':
      return drawPool(film, way, area, stage);
    case 'curve':
      return drawCurve(film, way, area, stage);
    case 'same':
    case 'steps':
      return drawReads(film, reads, area, stage);
    default:
      return { items: [] };
  }
}

const headed = (area: Box): Box => {
  const above = TITLE.above + TITLE.size / 2;
  return { ...area, y: area.y + above, height: area.height - above };
};

/** The strongest parts of a sum under each other, each as cells × weights = products. */
function drawProducts(film: SceneFilm, terms: readonly Term[], area: Box, stage: Stage): Drawn {
  const all = productsIn(terms);
  const shown = all.slice(0, MOST_TERMS);
  const isOne = all.length === 1;
  const limit = Math.max(0, ...shown.flatMap(({ products }) => products.map(Math.abs)));
  const [one] = shown;
  const { rows, columns } = extentOf(one.factors[0]);
  const count = one.factors.length + 1;
  const inside = headed(area);
  if (all.length > shown.length) inside.height -= 40;
  // What each line is of stands above it.
  const gap = isOne ? 0 : TITLE.above + 0.65 * TITLE.size;
  const height = (inside.height - gap * (shown.length - 1)) / shown.length;
  const width = area.width - SIGN * (count - 1) - (isOne ? 0 : ROW_SUM);
  const side = Math.min(width / (columns * count), height / rows, LARGEST);
  const step = side * columns + SIGN;
  const items: Item[] = [];
  let first: Box | undefined;
  for (const [at, term] of shown.entries()) {
    const { label, factors, products } = term;
    const y = inside.y + at * (side * rows + gap);
    const grids = Array.from({ length: count }, (_, nth) => gridAt({ x: area.x + nth * step, y }, factors[0], side));
    const result = grids[count - 1];
    first ??= grids[0].box;
    const sign = (text: string, nth: number): Item => ({
      kind: 'text',
      x: grids[nth].box.x - SIGN / 2,
      y: y + result.box.height / 2,
      text,
      size: 52,
      align: 'center',
      paint: paint('ink2'),
    });
    const layer = film.sheet.layers.get(partOf(film.sheet, factors[0].range)?.info.layer ?? '')?.name;
    const name = isOne ? (layer ?? label) : label;
    const names = [name, ...factors.slice(1).map(() => messages.film.weights)];
    for (const [nth, factor] of factors.entries()) {
      const drawn = [
        ...(at === 0 || nth === 0 ? [heading(grids[nth], names[nth], isOne ? factor.address : '', step - 40)] : []),
        ...drawCells(film, factor, grids[nth], paint(nth === 0 ? 'accent' : 'ref2')),
        ...(nth > 0 ? [sign('×', nth)] : []),
      ];
      items.push(...faded(drawn, nth === 0 ? stage.window : stage.weights));
    }
    const elements = factors.map(factor => elementsOf(film, factor));
    const own = (nth: number) => {
      const found = elements.map(each => each[nth]);
      return found.includes(undefined) ? undefined : [found as ElementIndex[]];
    };
    const heat = { scale: 'diverging' as const, step: (product: number) => divergingStep(product, limit) };
    const there = stage.products * products.length;
    items.push(
      ...faded(
        [...(at === 0 ? [heading(result, messages.film.products, '', step - 40)] : []), sign('=', count - 1)],
        stage.weights,
      ),
      ...faded(drawNumbers(result, products, heat, own, there), stage.products > 0 ? 1 : 0),
      ...faded([frame(result.box, paint('ink3'), 3)], stage.weights),
    );
    const parts = isOne ? undefined : termsOf(film, [term]);
    if (parts) {
      const { x, width: wide, height: high } = result.box;
      const sum = numberOf(
        { value: term.sum, terms: parts, form: 'signed' },
        { x: x + wide + ROW_SUM - 20, y: y + high / 2, size: 46, align: 'right', paint: signPaint(term.sum) },
      );
      items.push(...faded([sum], stage.products));
    }
  }
  if (all.length > shown.length) {
    const y = inside.y + shown.length * (side * rows + gap) - gap + 34;
    const text = messages.film.strongestOf(shown.length, all.length);
    const note: Item = { kind: 'text', x: area.x, y, text, size: 26, paint: paint('ink2') };
    items.push(...faded([note], stage.window));
  }
  return { items, ...(first && { first }) };
}

/** Green above 0, red below. */
export const signPaint = (value: number) => paint(value < 0 ? 'negative' : value > 0 ? 'positive' : 'ink');

/** Cells that are added up, beside each other. */
function drawSummands(film: SceneFilm, terms: readonly Term[], area: Box, stage: Stage): Drawn {
  const shown = terms.slice(0, 4);
  return drawRow(
    film,
    shown.map(({ label, factors: [numbers] }) => ({ label, numbers })),
    area,
    stage,
    '+',
  );
}

/** The rectangles that a formula reads, beside each other. */
function drawReads(film: SceneFilm, reads: readonly Numbers[], area: Box, stage: Stage): Drawn {
  const shown = reads.slice(0, 5).map(numbers => {
    const part = partOf(film.sheet, numbers.range);
    const layer = part && film.sheet.layers.get(part.info.layer)?.name;
    return { label: layer ?? numbers.address, numbers };
  });
  return drawRow(film, shown, area, stage);
}

function drawRow(
  film: SceneFilm,
  shown: readonly { label: string; numbers: Numbers }[],
  area: Box,
  stage: Stage,
  between?: string,
): Drawn {
  const inside = headed(area);
  const extents = shown.map(({ numbers }) => extentOf(numbers));
  const least = 150;
  const columns = extents.reduce((sum, each) => sum + each.columns, 0);
  const fitting = (inside.width - SIGN * (shown.length - 1)) / Math.max(1, columns);
  const side = Math.min(fitting, inside.height / Math.max(1, ...extents.map(({ rows }) => rows)), 120);
  const items: Item[] = [];
  let first: Box | undefined;
  let { x } = inside;
  for (const [at, { label, numbers }] of shown.entries()) {
    const grid = gridAt({ x, y: inside.y }, numbers, side);
    first ??= grid.box;
    const wide = Math.max(least, grid.box.width);
    items.push(heading(grid, label, numbers.address, wide + SIGN - 20));
    items.push(...drawCells(film, numbers, grid, paint(at === 0 ? 'accent' : 'ref2')));
    if (between !== undefined && at + 1 < shown.length)
      items.push({
        kind: 'text',
        x: x + wide + SIGN / 2,
        y: inside.y + side / 2,
        text: between,
        size: 52,
        align: 'center',
        paint: paint('ink2'),
      });
    x += wide + SIGN;
  }
  return { items: faded(items, stage.window), ...(first && { first }) };
}

function drawPool(film: SceneFilm, way: Way & { kind: 'window' }, area: Box, stage: Stage): Drawn {
  const inside = headed(area);
  const { rows, columns } = extentOf(way.window);
  const side = Math.min(inside.width / columns, inside.height / rows, 140);
  const grid = gridAt(inside, way.window, side);
  const items = [heading(grid, messages.film.window[way.name], formatRange(way.window.range), area.width)];
  items.push(...drawCells(film, way.window, grid, paint('accent')));
  if (way.chosen !== undefined && stage.products > 0)
    items.push(frame(cellIn(grid, way.chosen), paint('ink', stage.products), 6));
  return { items: faded(items, stage.window), first: grid.box };
}

/** The graph of a function around its number, and the point on it. */
function drawCurve(film: SceneFilm, way: Way & { kind: 'curve' }, area: Box, stage: Stage): Drawn {
  const inside = headed(area);
  const height = Math.min(inside.height - 20, 400);
  const box = { ...inside, width: Math.min(inside.width, height * 1.9), height };
  const xs = way.points.map(([x]) => x);
  const ys = way.points.map(([, y]) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [low, high] = [Math.min(0, ...ys), Math.max(0, ...ys)];
  const atX = (x: number) => box.x + ((x - left) / (right - left || 1)) * box.width;
  const atY = (y: number) => box.y + box.height - ((y - low) / (high - low || 1)) * box.height;
  const [x] = way.input.contents;
  const [element] = elementsOf(film, way.input);
  const points = way.points.flatMap(([px, py]) => [atX(px), atY(py)]);
  const axis = (...at: number[]): Item => ({ kind: 'path', points: at, stroke: paint('ink3'), width: 2 });
  const layer = film.sheet.layers.get(film.sheet.tensors.get(element?.tensor ?? 'x/output')?.layer ?? '');
  const items: Item[] = [
    titleOf({ box }, layer?.name ?? way.input.address, layer ? way.input.address : '', box.width),
    axis(box.x, atY(0), box.x + box.width, atY(0)),
    axis(atX(0), box.y, atX(0), box.y + box.height),
    ...faded([{ kind: 'path', points, stroke: paint('accent'), width: 6 }], stage.window),
  ];
  if (typeof x !== 'number') return { items };
  const nearest = way.points.reduce((best, each) => (Math.abs(each[0] - x) < Math.abs(best[0] - x) ? each : best));
  const y = atY(nearest[1]);
  const point = { x: atX(x) - 13, y: y - 13, width: 26, height: 26 };
  const dashed = (...at: number[]): Item => ({
    kind: 'path',
    points: at,
    stroke: paint('ink2'),
    width: 2,
    dash: [8, 8],
  });
  const isLeft = atX(x) < box.x + box.width / 2;
  const number = element && [
    numberOf(
      { value: x, terms: [[element]] },
      {
        x: atX(x) + (isLeft ? 20 : -20),
        y: atY(0) + (nearest[1] < 0 ? -30 : 34),
        size: 40,
        align: isLeft ? 'left' : 'right',
        paint: signPaint(x),
      },
    ),
  ];
  items.push(
    ...faded([dashed(atX(x), atY(0), atX(x), y, atX(0), y), ...(number ?? [])], stage.products),
    ...faded([{ kind: 'rectangle', box: point, fill: paint('ink'), radius: 13 }], stage.products),
  );
  return { items, first: point };
}
