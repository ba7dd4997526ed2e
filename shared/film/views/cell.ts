/** One cell: what it looks at, what that is multiplied with, what comes out, and where it lands. */
import { formatAddress, formatRange } from '../../address.ts';
import type { Term, Way } from '../../explain/explain.ts';
import type { Numbers } from '../../explain/numbers.ts';
import { shortNumber } from '../../explain/short-number.ts';
import { divergingStep } from '../../explain/steps.ts';
import type { ElementIndex } from '../../layout/layout.ts';
import { elementAt, placeOf } from '../../layout/sheet.ts';
import { messages } from '../../messages.ts';
import { cellOf, type Moment, partOf, spot, told } from '../moment.ts';
import type { SceneFilm } from '../numbers.ts';
import {
  beam,
  boxIn,
  drawPanel,
  frame,
  mapView,
  mapsIn,
  numberIn,
  type Panel,
  place,
  scaleOf,
  TITLE,
  titleOf,
} from '../panel.ts';
import { type Box, type Item, type Paint, paint, type ScaleName } from '../picture.ts';
import { eased } from '../timeline.ts';
import { hasCome, nameOf } from './maps.ts';

/** So many parts of a sum are shown by themselves, the strongest ones. */
const MOST_TERMS = 3;
/** Rectangles with more rows or columns show only colours. */
const MOST_NUMBERS = 9;
const SIGN = 70;

/** How much of the picture is there: the window, the weights, the products, the sum, and the cell in its place. In a
 *  scan all of it is there for every cell. */
const stageOf = ({ scan, progress }: Moment) => {
  if (scan) return { window: 1, weights: 1, products: 1, sum: 1, land: 1 };
  const part = (from: number, to: number) => eased(Math.min(1, Math.max(0, (progress - from) / (to - from))));
  return {
    window: part(0, 0.12),
    weights: part(0.18, 0.3),
    products: part(0.34, 0.62),
    sum: part(0.66, 0.78),
    land: part(0.82, 0.94),
  };
};
type Stage = ReturnType<typeof stageOf>;

export function drawCell(film: SceneFilm, moment: Moment, area: Box): Item[] {
  const element = cellOf(film, moment);
  const found = element && told(film, moment, element);
  if (!element || !found || typeof found.value !== 'number') return drawPlain(film, moment, element, area);
  const { sheet } = film;
  const { way } = found.told;
  const stage = stageOf(moment);
  const read = mainRead(way);
  const part = read && partOf(sheet, read.range);
  const [left, right] = split(area);
  const source = part && place(mapView(part.info, part.map), below(left));
  const target = placedTarget(film, element, right);
  const window = source && part && boxIn(source, part.row, part.column, part.height, part.width);
  const work = { ...right, height: target ? right.height * 0.5 : right.height };
  const { items, first } = drawWay(film, way, work, stage);
  return [
    ...(source
      ? [
          titleOf(source, nameOf(film, source.info, source.map), `${source.rows}×${source.columns}`, source.box.width),
          ...drawPanel(film, moment.state, source),
        ]
      : []),
    ...(window && first ? [beam(window, first, paint('accent', 0.15 * stage.window))] : []),
    ...(window ? [frame(window, paint('accent', Math.max(0.25, stage.window)))] : []),
    ...items,
    ...(target ? drawTarget(film, moment, target, element, stage) : []),
    ...drawSum(way, { element, value: found.value }, target, right, stage),
  ];
}

/** The whole of what a cell looks at and the rest beside it, or above it in a high picture. */
function split(area: Box): [Box, Box] {
  const gap = 90;
  if (area.width > area.height) {
    const width = area.width * 0.43;
    return [
      { ...area, width },
      { ...area, x: area.x + width + gap, width: area.width - width - gap },
    ];
  }
  const height = area.height * 0.42;
  return [
    { ...area, height },
    { ...area, y: area.y + height + gap, height: area.height - height - gap },
  ];
}

/** An area without the room for a title. */
const below = (area: Box): Box => {
  const above = TITLE.above + TITLE.size / 2;
  return { ...area, y: area.y + above, height: area.height - above };
};

/** What is shown as the whole that the cell looks at: the first cells of its strongest part. */
function mainRead(way: Way): Numbers | undefined {
  switch (way.kind) {
    case 'sum':
      return strongest(way.terms)[0]?.factors[0];
    case 'window':
      return way.window;
    case 'curve':
    case 'same':
      return way.input;
    default:
      return undefined;
  }
}

/** The parts of a sum that are products, the strongest first. If there are none, its other parts. */
function strongest(terms: readonly Term[]): Term[] {
  const products = terms.filter(({ factors }) => factors.length > 1);
  return (products.length > 0 ? products : [...terms]).toSorted((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
}

function drawWay(film: SceneFilm, way: Way, area: Box, stage: Stage): { items: Item[]; first?: Box } {
  switch (way.kind) {
    case 'sum':
      return drawTerms(film, way.terms, area, stage);
    case 'window': {
      const grid = gridIn(way.window, below(area), Infinity);
      const items = [heading(grid, messages.film.window[way.name], formatRange(way.window.range))];
      items.push(...drawNumbers(film, way.window, grid, paint('accent')));
      if (way.chosen !== undefined && stage.products > 0)
        items.push(frame(cellIn(grid, way.chosen), paint('ink', stage.products)));
      return { items: faded(items, stage.window), first: grid.box };
    }
    case 'curve':
      return drawCurve(way, below(area), stage);
    default:
      return { items: [] };
  }
}

/** The strongest parts of a sum under each other, each as cells × weights = products. */
function drawTerms(film: SceneFilm, terms: readonly Term[], area: Box, stage: Stage): { items: Item[]; first?: Box } {
  const shown = strongest(terms).slice(0, MOST_TERMS);
  const limit = Math.max(0, ...shown.flatMap(({ products }) => products.map(Math.abs)));
  const items: Item[] = [];
  let first: Box | undefined;
  for (const [at, { label, factors, products }] of shown.entries()) {
    const row = { ...area, y: area.y + (at * area.height) / shown.length, height: area.height / shown.length };
    const count = factors.length > 1 ? factors.length + 1 : 1;
    const inside = below(at === 0 ? row : { ...row, y: row.y - 10 });
    const width = (inside.width - SIGN * (count - 1)) / count;
    const names = [film.sheet.layers.get(partOf(film.sheet, factors[0].range)?.info.layer ?? '')?.name ?? label];
    for (const [nth, factor] of factors.entries()) {
      const grid = gridIn(factor, { ...inside, x: inside.x + nth * (width + SIGN), width }, area.height);
      if (nth === 0) first ??= grid.box;
      const stroke = nth === 0 ? paint('accent') : paint('ref2');
      const drawn = [
        heading(grid, nth === 0 ? (names[0] ?? label) : messages.film.weights(label), factor.address),
        ...drawNumbers(film, factor, grid, stroke),
        ...(nth > 0 ? [sign('×', grid, inside)] : []),
      ];
      items.push(...faded(drawn, nth === 0 ? stage.window : stage.weights));
    }
    if (factors.length > 1) {
      const grid = gridIn(factors[0], { ...inside, x: inside.x + (count - 1) * (width + SIGN), width }, area.height);
      const many = products.length;
      const drawn = products.flatMap((product, cell) => {
        const there = Math.min(1, Math.max(0, stage.products * many - cell));
        if (there === 0 || !fits(factors[0])) return [];
        const step = divergingStep(product, limit);
        const box = cellIn(grid, cell);
        const elements = factors.map(each => elementsOf(film, each)[cell]);
        const shownTerms = elements.every(each => each !== undefined) ? [elements] : [];
        const colour: Item = { kind: 'rectangle', box, fill: { scale: 'diverging', step } };
        return faded([colour, numberIn(box, product, { scale: 'diverging', step }, shownTerms)], there);
      });
      const whole: Item[] = fits(factors[0])
        ? []
        : [
            cellsItem(
              grid,
              products.map(product => divergingStep(product, limit)),
              'diverging',
            ),
          ];
      items.push(
        ...faded([heading(grid, messages.film.products, ''), sign('=', grid, inside)], stage.weights),
        ...drawn,
        ...faded(whole, stage.products),
        ...faded([frame(grid.box, paint('ink3'), 3)], stage.products > 0 ? 1 : 0),
      );
    }
  }
  return { items, ...(first && { first }) };
}

/** A rectangle of numbers in a picture. */
type Grid = { box: Box; rows: number; columns: number; side: number };

function gridIn({ range: { height: rows, width: columns } }: Numbers, area: Box, most: number): Grid {
  const side = Math.min(area.width / columns, area.height / rows, most);
  return { rows, columns, side, box: { x: area.x, y: area.y, width: side * columns, height: side * rows } };
}

const cellIn = ({ box, columns, side }: Grid, nth: number): Box => ({
  x: box.x + (nth % columns) * side,
  y: box.y + Math.floor(nth / columns) * side,
  width: side,
  height: side,
});

const fits = ({ range }: Numbers) => Math.max(range.height, range.width) <= MOST_NUMBERS;

const cellsItem = ({ box, rows, columns }: Grid, steps: readonly number[], scale: ScaleName): Item => {
  return { kind: 'cells', box, rows, columns, scale, steps: Int16Array.from(steps), lines: paint('line', 0.8) };
};

/** Cells of the sheet with their numbers, in the sheet's colours. */
function drawNumbers(film: SceneFilm, numbers: Numbers, grid: Grid, stroke: Paint): Item[] {
  const elements = elementsOf(film, numbers);
  const info = elements[0] && film.sheet.tensors.get(elements[0].tensor);
  const { scale, step } = info ? scaleOf(film, info) : { scale: 'plain' as const, step: () => 128 };
  const steps = numbers.contents.map(each => (typeof each === 'number' ? step(each) : -1));
  const texts = numbers.contents.flatMap((each, nth) => {
    const element = elements[nth];
    if (typeof each !== 'number' || !fits(numbers)) return [];
    return [numberIn(cellIn(grid, nth), each, { scale, step: steps[nth] }, element ? [[element]] : [])];
  });
  return [cellsItem(grid, steps, scale), ...texts, frame(grid.box, stroke)];
}

/** The elements that some cells show. undefined for a cell that shows none. */
function elementsOf({ sheet }: SceneFilm, { range }: Numbers): (ElementIndex | undefined)[] {
  return Array.from({ length: range.height * range.width }, (_, nth) =>
    elementAt(sheet, {
      sheet: range.sheet,
      row: range.row + Math.floor(nth / range.width),
      column: range.column + (nth % range.width),
    }),
  );
}

const heading = (grid: Grid, title: string, detail: string): Item => titleOf(grid, title, detail, grid.box.width + 20);

const sign = (text: string, { box }: Grid, { x }: Box): Item => ({
  kind: 'text',
  x: Math.max(x, box.x) - SIGN / 2,
  y: box.y + box.height / 2,
  text,
  size: 52,
  align: 'center',
  paint: paint('ink2'),
});

const faded = (items: readonly Item[], alpha: number): Item[] => {
  if (alpha >= 1) return [...items];
  return alpha > 0 ? [{ kind: 'group', items, alpha }] : [];
};

/** The graph of a function around its number, and the point on it. */
function drawCurve(way: Way & { kind: 'curve' }, area: Box, stage: Stage): { items: Item[]; first?: Box } {
  const side = Math.min(area.width, area.height);
  const box = { ...area, width: Math.min(area.width, side * 1.6), height: side };
  const xs = way.points.map(([x]) => x);
  const ys = way.points.map(([, y]) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [low, high] = [Math.min(0, ...ys), Math.max(0, ...ys)];
  const atX = (x: number) => box.x + ((x - left) / (right - left || 1)) * box.width;
  const atY = (y: number) => box.y + box.height - ((y - low) / (high - low || 1)) * box.height;
  const [x] = way.input.contents;
  const points = way.points.flatMap(([px, py]) => [atX(px), atY(py)]);
  const items: Item[] = [
    { kind: 'path', points: [box.x, atY(0), box.x + box.width, atY(0)], stroke: paint('ink3'), width: 2 },
    { kind: 'path', points: [atX(0), box.y, atX(0), box.y + box.height], stroke: paint('ink3'), width: 2 },
    ...faded([{ kind: 'path', points, stroke: paint('accent'), width: 5 }], stage.window),
  ];
  if (typeof x !== 'number') return { items };
  const nearest = way.points.reduce((best, each) => (Math.abs(each[0] - x) < Math.abs(best[0] - x) ? each : best));
  const at = { x: atX(x) - 11, y: atY(nearest[1]) - 11, width: 22, height: 22 };
  items.push(...faded([{ kind: 'rectangle', box: at, fill: paint('ink'), radius: 11 }], stage.products));
  return { items, first: at };
}

/** Where the map stands that the cell belongs to. A vector's cell lands in its column. */
function placedTarget(film: SceneFilm, element: ElementIndex, area: Box): Panel | undefined {
  const info = film.sheet.tensors.get(element.tensor)!;
  const { map } = spot(info, element.index);
  const half = { ...area, y: area.y + area.height * 0.54, height: area.height * 0.46, width: area.width * 0.55 };
  return place(mapView(info, map), below(half), { corner: true, most: 60 });
}

function drawTarget(film: SceneFilm, moment: Moment, panel: Panel, element: ElementIndex, stage: Stage): Item[] {
  const { row, column } = spot(panel.info, element.index);
  const own = row * panel.columns + column;
  const address = formatAddress(placeOf(film.sheet, element.tensor, element.index));
  const title = mapsIn(panel.info) > 1 ? nameOf(film, panel.info, panel.map) : nameOf(film, panel.info, 0);
  const isThere = (nth: number) => {
    if (moment.scan) return hasCome(panel, moment, nth);
    return nth < own || (nth === own && stage.land > 0.5);
  };
  return [
    titleOf(panel, title, address, panel.box.width + 60),
    ...drawPanel(film, moment.state, panel, { isThere, numbers: false }),
    ...faded([frame(boxIn(panel, row, column), paint('ink'), 4)], Math.max(stage.sum, 0.2)),
  ];
}

/** What is above 0 and what is below, and the result in large digits. */
function drawSum(
  way: Way,
  { element, value }: { element: ElementIndex; value: number },
  target: Panel | undefined,
  area: Box,
  stage: Stage,
): Item[] {
  const x = area.x + area.width;
  const y = area.y + area.height * 0.58;
  const color = (number: number) => paint(number < 0 ? 'negative' : number > 0 ? 'positive' : 'ink');
  const number = (
    text: string,
    at: { x: number; y: number; size: number },
    of: number,
    shown?: ElementIndex,
  ): Item => ({
    kind: 'text',
    ...at,
    text,
    font: 'numerals',
    weight: 600,
    align: 'right',
    paint: color(of),
    ...(shown && { shown: { value: of, terms: [[shown]] } }),
  });
  const items: Item[] = [];
  if (way.kind === 'sum') {
    const products = way.terms.flatMap(term => term.products);
    const plus = products.reduce((sum, each) => sum + Math.max(0, each), 0);
    const minus = products.reduce((sum, each) => sum + Math.min(0, each), 0);
    const parts = [
      number(`+${shortNumber(plus)}`, { x: x - 190, y, size: 44 }, plus),
      number(shortNumber(minus), { x, y, size: 44 }, minus),
      { kind: 'path', points: [x - 360, y + 40, x, y + 40], stroke: paint('ink3'), width: 2 } satisfies Item,
    ];
    items.push(...faded(parts, stage.products));
  }
  const big = { x, y: y + 140, size: 150 };
  items.push(...faded([number(shortNumber(value), big, value, element)], stage.sum));
  if (target && stage.land > 0) {
    const { row, column } = spot(target.info, element.index);
    const cell = boxIn(target, row, column);
    const to = { x: cell.x + cell.width + 8, y: cell.y + cell.height / 2 };
    const from = { x: x - 400, y: big.y };
    const points = [from.x, from.y, (from.x + to.x) / 2, (2 * from.y + to.y) / 3, to.x, to.y];
    if (from.x > to.x + 60)
      items.push(
        ...faded([{ kind: 'path', points, curved: true, stroke: paint('ink'), width: 3, arrow: true }], stage.land),
      );
  }
  return items;
}

/** A cell that isn't computed, or whose number isn't known: its map, with the cell framed. */
function drawPlain(film: SceneFilm, moment: Moment, element: ElementIndex | undefined, area: Box): Item[] {
  const info = element && film.sheet.tensors.get(element.tensor);
  if (!element || !info) return [];
  const { map, row, column } = spot(info, element.index);
  const panel = place(mapView(info, map), below(area));
  return [
    titleOf(panel, nameOf(film, info, map), formatAddress(placeOf(film.sheet, element.tensor, element.index))),
    ...drawPanel(film, moment.state, panel),
    frame(boxIn(panel, row, column), paint('accent')),
  ];
}
