/** One cell: what it looks at, what that is multiplied with, what comes out, and where it lands. */
import { formatAddress } from '../../address.ts';
import type { Explanation, Way } from '../../explain/explain.ts';
import type { Numbers } from '../../explain/numbers.ts';
import type { ElementIndex } from '../../layout/layout.ts';
import { placeOf } from '../../layout/sheet.ts';
import { messages } from '../../messages.ts';
import { cellOf, type Moment, partOf, spot, told } from '../moment.ts';
import { numberText } from '../number-form.ts';
import type { SceneFilm } from '../numbers.ts';
import {
  beam,
  cellBox,
  colourView,
  drawPanel,
  faded,
  frame,
  isColour,
  mapView,
  numberOf,
  type Panel,
  partBox,
  place,
  shareOf,
  TITLE,
  titleOf,
  widthOf,
} from '../panel.ts';
import { type Box, type Item, paint } from '../picture.ts';
import { eased } from '../timeline.ts';
import { isWide, nameOf, sizeOf } from './maps.ts';
import { drawMarks, hasCome } from './marks.ts';
import { drawWay, productsIn, signPaint, type Stage, termsOf } from './ways.ts';

/** In a scan, and while something else moves, all of the picture is there for every cell. */
const stageOf = ({ progress }: Moment, isStill: boolean): Stage => {
  if (!isStill) return { window: 1, weights: 1, products: 1, sum: 1, land: 1 };
  const part = (from: number, to: number) => eased(shareOf(progress, from, to));
  return {
    window: part(0, 0.12),
    weights: part(0.18, 0.3),
    products: part(0.34, 0.62),
    sum: part(0.66, 0.78),
    land: part(0.82, 0.94),
  };
};

export function drawCell(film: SceneFilm, moment: Moment, area: Box): Item[] {
  const element = cellOf(film, moment);
  const found = element && told(film, moment, element);
  if (!element || !found || typeof found.value !== 'number') return drawPlain(film, moment, element, area);
  const { sheet } = film;
  const stage = stageOf(moment, film.scene.motion.kind === 'still');
  const read = mainRead(found.told);
  const part = read && partOf(sheet, read.range);
  const source = part && sourceIn(area, part.info, part.map);
  const right = besides(area, source);
  const window = source && part && partBox(source, part);
  const many = found.told.way.kind === 'sum' && productsIn(found.told.way.terms).length > 1;
  const upper = { ...right, height: right.height * (many ? 0.58 : 0.5) };
  const lower = { ...right, y: upper.y + upper.height + 20, height: right.height - upper.height - 20 };
  const target = targetIn(film, element, lower);
  const { items, first } = drawWay(film, found.told, upper, stage);
  return [
    ...(source
      ? [
          titleOf(source, nameOf(film, source), sizeOf(source), source.box.width + 60),
          ...drawPanel(film, moment.state, source),
        ]
      : []),
    ...(window && first ? [beam(window, first, paint('accent', 0.15 * stage.window))] : []),
    ...(window ? [frame(window, paint('accent', Math.max(0.25, stage.window)))] : []),
    ...items,
    ...drawTarget(film, moment, target, element, stage),
    ...drawSum(film, found.told.way, { element, value: found.value }, target, lower, stage),
    ...drawMarks(film, { ...moment, scan: undefined }, source ? [source, target] : [target]),
  ];
}

/** Where the whole stands that the cell looks at: on the left, or above. */
function sourceIn(area: Box, info: Panel['info'], map: number): Panel {
  const above = TITLE.above + TITLE.size / 2;
  const view = isColour(info) ? colourView(info) : mapView(info, map);
  const room = isWide(area)
    ? { ...area, y: area.y + above, width: area.width * 0.44, height: area.height - above }
    : { ...area, y: area.y + above, height: area.height * 0.4 };
  return place(view, room, { corner: true, most: 60 });
}

/** The rest of the picture. */
function besides(area: Box, source: Panel | undefined): Box {
  if (!source) return area;
  if (isWide(area)) {
    const x = source.box.x + source.box.width + 96;
    return { ...area, x, width: area.x + area.width - x };
  }
  const y = source.box.y + source.box.height + 56;
  return { ...area, y, height: area.y + area.height - y };
}

/** What is shown as the whole that the cell looks at: the first cells of its strongest part. */
function mainRead({ way, reads }: Explanation): Numbers | undefined {
  switch (way.kind) {
    case 'sum':
      return (productsIn(way.terms)[0] ?? way.terms[0])?.factors[0];
    case 'window':
      return way.window;
    case 'curve':
    case 'same':
      return way.input;
    default:
      return reads[0];
  }
}

/** Where the map stands that the cell belongs to. */
function targetIn({ sheet }: SceneFilm, element: ElementIndex, area: Box): Panel {
  const info = sheet.tensors.get(element.tensor)!;
  const above = TITLE.above + TITLE.size;
  const room = { ...area, y: area.y + above, width: area.width * 0.5, height: area.height - above };
  return place(mapView(info, spot(info, element.index).map), room, { corner: true, most: 60 });
}

function drawTarget(film: SceneFilm, moment: Moment, panel: Panel, element: ElementIndex, stage: Stage): Item[] {
  const { sheet, scene } = film;
  const address = formatAddress(placeOf(sheet, element.tensor, element.index));
  const isThere = (nth: number) => {
    if (scene.motion.kind !== 'still') return hasCome(sheet, panel, moment, nth);
    const index = panel.at(nth);
    return index < element.index || (index === element.index && stage.land > 0.5);
  };
  const cell = cellBox(panel, element.index);
  return [
    titleOf(panel, nameOf(film, panel), address, panel.box.width + 160),
    ...drawPanel(film, moment.state, panel, { isThere, numbers: panel.info.shape.length === 1 ? 24 : Infinity }),
    ...faded([frame(cell, paint('ink'), Math.min(5, Math.max(3, cell.width / 5)))], Math.max(stage.sum, 0.25)),
  ];
}

/** What is above 0 and what is below, and the result in large digits. */
function drawSum(
  film: SceneFilm,
  way: Way,
  { element, value }: { element: ElementIndex; value: number },
  target: Panel,
  area: Box,
  stage: Stage,
): Item[] {
  const right = area.x + area.width;
  const rows = way.kind === 'sum' ? sumsOf(film, way) : [];
  const left = Math.max(right - 430, target.box.x + target.box.width + 70);
  const line = 54;
  const top = area.y + TITLE.above;
  const items: Item[] = [];
  for (const [at, { label, shown }] of rows.entries()) {
    const y = top + 10 + at * line;
    const drawn: Item[] = [
      { kind: 'text', x: left, y, text: label, size: 28, paint: paint('ink2'), most: right - left - 150 },
      numberOf(shown, { x: right, y, size: 42, align: 'right', paint: signPaint(shown.value) }),
    ];
    items.push(...faded(drawn, stage.products));
  }
  const under = top + rows.length * line;
  if (rows.length > 0)
    items.push(
      ...faded(
        [{ kind: 'path', points: [left, under, right, under], stroke: paint('ink3'), width: 2 }],
        stage.products,
      ),
    );
  const text = numberText(value);
  const size = Math.min(150, (right - left) / Math.max(2.4, text.length * 0.52), area.y + area.height - under - 20);
  const y = under + 24 + size / 2;
  const number = numberOf(
    { value, terms: [[element]] },
    { x: right, y, size, align: 'right', paint: signPaint(value) },
  );
  items.push(...faded([number], stage.sum));
  const cell = cellBox(target, element.index);
  const to = { x: cell.x + cell.width + 8, y: cell.y + cell.height / 2 };
  const from = { x: right - widthOf(text, size) * 0.9 - 40, y };
  if (stage.land > 0 && from.x > to.x + 60) {
    const points = [from.x, from.y, to.x + 0.55 * (from.x - to.x), to.y, to.x, to.y];
    const path: Item = { kind: 'path', points, curved: true, stroke: paint('ink'), width: 3, arrow: true };
    items.push(...faded([path], stage.land));
  }
  return items;
}

/** The parts of a sum in a few lines: positive and negative products, and the rest. */
function sumsOf(film: SceneFilm, { terms }: Way & { kind: 'sum' }) {
  const text = messages.film;
  const products = productsIn(terms);
  const others = terms.filter(({ factors }) => factors.length === 1);
  const rows = [
    { label: text.above, of: products, which: (product: number) => product > 0 },
    { label: text.below, of: products, which: (product: number) => product < 0 },
    ...(products.length > 0 && others.length === 1 ? [{ label: others[0].label, of: others, which: () => true }] : []),
  ];
  if (products.length === 0) return [];
  return rows.flatMap(({ label, of, which }) => {
    const found = termsOf(film, of, which);
    const value = of.reduce(
      (sum, term) => sum + term.products.reduce((own, each) => own + (which(each) ? each : 0), 0),
      0,
    );
    return found ? [{ label, shown: { value, terms: found, form: 'signed' as const } }] : [];
  });
}

/** A cell that isn't computed, or whose number isn't known: its map, with the cell framed. */
function drawPlain(film: SceneFilm, moment: Moment, element: ElementIndex | undefined, area: Box): Item[] {
  const info = element && film.sheet.tensors.get(element.tensor);
  if (!element || !info) return [];
  const above = TITLE.above + TITLE.size;
  const view = mapView(info, spot(info, element.index).map);
  const panel = place(view, { ...area, y: area.y + above, height: area.height - above });
  return [
    titleOf(panel, nameOf(film, panel), formatAddress(placeOf(film.sheet, element.tensor, element.index))),
    ...drawPanel(film, moment.state, panel),
    frame(cellBox(panel, element.index), paint('accent')),
    ...drawMarks(film, moment, [panel]),
  ];
}
