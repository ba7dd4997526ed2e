/** All layers of a network from the image to the answer: rows of maps, and what the classes get. */
import { messages } from '../../messages.ts';
import { type Layer, sourceOf, sourcesOf, type TensorInfo } from '../../network.ts';
import type { Moment } from '../moment.ts';
import type { SceneFilm } from '../numbers.ts';
import {
  colourView,
  drawPanel,
  faded,
  isColour,
  mapsIn,
  mapView,
  type MapView,
  type Panel,
  shareOf,
  widthOf,
  wrappedView,
} from '../panel.ts';
import { type Box, type Item, paint } from '../picture.ts';
import { eased } from '../timeline.ts';
import { drawAnswer, outcomeOf } from './answer.ts';
import { isWide } from './maps.ts';
import { drawMarks, hasCome } from './marks.ts';
import { strongestMaps } from './strongest.ts';

/** So many layers are shown between the image and the answer, and so many maps of each. */
const [MOST_LAYERS, MOST_MAPS] = [7, 8];
/** More lines than this between two layers become a field. */
const MOST_LINES = 16;

/** A layer in the picture: its maps in their places. */
type Column = { info: TensorInfo; panels: Panel[]; title: string; detail: string };

export function drawNetwork(film: SceneFilm, moment: Moment, area: Box): Item[] {
  const { sheet } = film;
  const layers = layersShown(film);
  const outcome = outcomeOf(film, moment.state);
  const wide = isWide(area);
  const along = wide ? area.width : area.height;
  const answer = outcome ? (wide ? Math.min(380, along * 0.24) : along * 0.31) : 0;
  const lengths = spread(layers, along - answer, wide ? area.height : area.width);
  const columns: Column[] = [];
  let at = 0;
  for (const [nth, info] of layers.entries()) {
    columns.push(columnIn(film, info, { area, from: at, length: lengths[nth] }));
    at += lengths[nth];
  }
  const isStill = film.scene.motion.kind === 'still';
  const there = (nth: number) =>
    isStill ? eased(shareOf(moment.progress * (columns.length + 1.5), nth - 0.6, nth + 0.4)) : 1;
  const items = columns.flatMap((column, nth) =>
    faded(
      [
        ...(nth > 0 ? flowLines(film, columns, nth) : []),
        titleFor(column, wide),
        ...column.panels.flatMap(panel =>
          drawPanel(film, moment.state, panel, {
            isThere: cell => hasCome(sheet, panel, moment, cell),
            numbers: Infinity,
          }),
        ),
      ],
      there(nth),
    ),
  );
  const panels = columns.flatMap(column => column.panels);
  const marks = drawMarks(film, moment, panels);
  if (!outcome) return [...items, ...marks];
  const room: Box = wide
    ? { ...area, x: area.x + area.width - answer + 40, width: answer - 40 }
    : { ...area, y: area.y + area.height - answer + 30, height: answer - 30 };
  return [...items, ...marks, ...faded(drawAnswer(film, moment, outcome, room), there(columns.length))];
}

/** The image and the layers whose pictures differ most: not those that only pass numbers on. */
function layersShown({ sheet }: SceneFilm): TensorInfo[] {
  const outputs = sheet.network.layers.flatMap(layer => sheet.tensors.get(`${layer.id}/output`) ?? []);
  const [image, ...others] = outputs;
  const last = sheet.network.layers.at(-1)!;
  const isEnd = last.kind === 'softmax' || last.kind === 'sigmoid';
  const scores = isEnd ? sourceOf(sheet.layers, last).id : last.id;
  const own = others.filter(({ layer, shape }) => layer !== last.id && (layer !== scores || shape.length > 1));
  const kinds = new Map<Layer['kind'], number>([
    ['dropout', 0],
    ['batchNorm', 1],
  ]);
  const weight = ({ layer }: TensorInfo) => kinds.get(sheet.layers.get(layer)!.kind) ?? 2;
  let shown = own.filter(info => weight(info) > 0);
  if (shown.length > MOST_LAYERS) shown = shown.filter(info => weight(info) > 1);
  // A layer that an activation follows is shown as the activation.
  if (shown.length > MOST_LAYERS)
    shown = shown.filter(info => {
      const next = sheet.network.layers.find(({ inputs }) => inputs[0] === info.layer);
      return !next || !['relu', 'leakyRelu', 'batchNorm', 'add'].includes(next.kind);
    });
  if (shown.length > MOST_LAYERS) {
    const step = (shown.length - 1) / (MOST_LAYERS - 1);
    shown = Array.from({ length: MOST_LAYERS }, (_, nth) => shown[Math.round(nth * step)]);
  }
  return image ? [image, ...shown] : shown;
}

/** How much of the picture's length each layer gets: the image twice as much, vectors less. */
function spread(layers: readonly TensorInfo[], length: number, across: number): number[] {
  const weights = layers.map(({ shape }, nth) => (nth === 0 ? 1.7 : shape.length === 1 ? 0.7 : 1));
  const total = weights.reduce((sum, each) => sum + each, 0);
  const most = across * 0.62;
  const lengths = weights.map(each => (each / total) * length);
  // What the image doesn't need goes to the others.
  const spare = Math.max(0, lengths[0] - most);
  return lengths.map((each, nth) => (nth === 0 ? each - spare : each + spare / Math.max(1, layers.length - 1)));
}

const [TITLE_ROOM, HIGH_TITLE, GAP, MOST_GAP] = [64, 44, 18, 70];

/** A layer's maps: under each other in a wide picture, beside each other in a high one. */
function columnIn(
  film: SceneFilm,
  info: TensorInfo,
  { area, from, length }: { area: Box; from: number; length: number },
): Column {
  const wide = isWide(area);
  const { name } = film.sheet.layers.get(info.layer)!;
  const maps = isColour(info) ? 1 : mapsIn(info);
  const isVector = info.shape.length === 1;
  const shown = isColour(info) || isVector ? [0] : strongestMaps(film, info, MOST_MAPS);
  const views: MapView[] = isColour(info)
    ? [colourView(info)]
    : isVector
      ? [stripOf(info, wide)]
      : shown.map(map => mapView(info, map));
  const [rows, columns] = [views[0].rows, views[0].columns];
  const along = wide ? length * 0.84 : length - HIGH_TITLE - 20;
  const across = (wide ? area.height - TITLE_ROOM : area.width) - GAP * (views.length - 1);
  const side = wide
    ? Math.min(along / columns, across / views.length / rows, isVector ? 24 : 30)
    : Math.min(along / rows, across / views.length / columns, isVector ? 24 : 30);
  const [width, height] = [side * columns, side * rows];
  const spare = (wide ? area.height - TITLE_ROOM : area.width) - views.length * (wide ? height : width);
  const gap = Math.min(MOST_GAP, Math.max(GAP, spare / (views.length + 1)));
  const total = views.length * (wide ? height : width) + gap * (views.length - 1);
  const start = wide ? area.y + TITLE_ROOM + (area.height - TITLE_ROOM - total) / 2 : area.x + (area.width - total) / 2;
  const panels = views.map((view, nth): Panel => {
    const offset = start + nth * ((wide ? height : width) + gap);
    const box = wide
      ? { x: area.x + from, y: offset, width, height }
      : { x: offset, y: area.y + from + HIGH_TITLE, width, height };
    return { ...view, side, box };
  });
  const size = isVector ? String(info.size) : `${rows}×${columns}`;
  const count = maps > views.length ? messages.film.someOf(views.length, maps) : '';
  return { info, panels, title: name, detail: count || size };
}

/** A vector as a narrow strip. */
function stripOf(info: TensorInfo, wide: boolean): MapView {
  const count = info.size;
  const columns = count <= 32 ? 1 : count <= 160 ? 4 : count <= 600 ? 8 : 16;
  const rows = Math.ceil(count / columns);
  return wide ? wrappedView(info, rows, columns) : wrappedView(info, columns, rows);
}

function titleFor({ panels: [{ box }], title, detail }: Column, wide: boolean): Item {
  const size = Math.min(28, (28 * 190) / Math.max(1, widthOf(title, 28)));
  const y = wide ? box.y - 52 : box.y - 26;
  const name: Item = { kind: 'text', x: box.x, y, text: title, size, weight: 600, paint: paint('ink') };
  if (!wide) return { ...name, behind: { text: detail, size: 24, paint: paint('ink2') } };
  const small: Item = { kind: 'text', x: box.x, y: box.y - 22, text: detail, size: 21, paint: paint('ink2') };
  return { kind: 'group', items: [name, small] };
}

/** Lines from the maps that a layer reads to its own. Where each map follows from one, there is one line for each. */
function flowLines({ sheet }: SceneFilm, columns: readonly Column[], nth: number): Item[] {
  const own = columns[nth];
  const before =
    columns.slice(0, nth).findLast(({ info }) => isBehind(sheet, own.info.layer, info.layer)) ?? columns[nth - 1];
  const oneToOne = before.panels.length === own.panels.length && !isMixing(sheet.layers.get(own.info.layer)!);
  const wide = own.panels[0].box.x > before.panels[0].box.x + before.panels[0].box.width;
  const lines = oneToOne
    ? own.panels.map((panel, at) => [before.panels[at], panel] as const)
    : own.panels.flatMap(panel => before.panels.map(each => [each, panel] as const));
  // So many lines would be a grey field, and slow to draw.
  if (lines.length > MOST_LINES) return [field(before.panels, own.panels, wide)];
  const alpha = oneToOne ? 0.55 : Math.max(0.13, 0.55 / Math.sqrt(lines.length));
  return lines.map(([from, to]) => ({
    kind: 'path' as const,
    points: flow(from.box, to.box, wide),
    curved: true,
    stroke: paint('ink2', alpha),
    width: 2,
  }));
}

/** A field from all of some panels to all of others. */
function field(from: readonly Panel[], to: readonly Panel[], wide: boolean): Item {
  const [first, last, next, end] = [from[0].box, from.at(-1)!.box, to[0].box, to.at(-1)!.box];
  const [near, far] = wide ? [first.x + first.width + 4, next.x - 4] : [first.y + first.height + 4, next.y - 4];
  const points = wide
    ? [near, first.y, far, next.y, far, end.y + end.height, near, last.y + last.height]
    : [first.x, near, next.x, far, end.x + end.width, far, last.x + last.width, near];
  return { kind: 'path', points, closed: true, fill: paint('ink2', 0.13) };
}

function isBehind({ layers }: SceneFilm['sheet'], id: string, behind: string): boolean {
  let layer = layers.get(id)!;
  while (layer.inputs.length > 0) {
    if (sourcesOf(layers, layer).some(source => source.id === behind)) return true;
    layer = sourceOf(layers, layer);
  }
  return false;
}

const isMixing = ({ kind }: Layer) => kind === 'conv2d' || kind === 'dense';

/** A curve from the end of one box to the beginning of another. */
function flow(from: Box, to: Box, wide: boolean): number[] {
  if (wide) {
    const [x, y] = [from.x + from.width + 4, from.y + from.height / 2];
    const [endX, endY] = [to.x - 4, to.y + to.height / 2];
    const middle = (x + endX) / 2;
    return [x, y, middle, y, middle, endY, endX, endY];
  }
  const [x, y] = [from.x + from.width / 2, from.y + from.height + 4];
  const [endX, endY] = [to.x + to.width / 2, to.y - 4];
  const middle = (y + endY) / 2;
  return [x, y, x, middle, endX, middle, endX, endY];
}
