/** The kernels of a network as large pictures, those before below them; in a run with its loss. */
import { kindOf } from '../../layers/kinds.ts';
import { messages } from '../../messages.ts';
import { sourceOf, type TensorInfo } from '../../network.ts';
import type { StepPoint } from '../../training.ts';
import type { Moment } from '../moment.ts';
import type { SceneFilm } from '../numbers.ts';
import {
  drawPanel,
  frame,
  mapView,
  type MapView,
  type Panel,
  templateView,
  TITLE,
  titleOf,
  widthOf,
} from '../panel.ts';
import { type Box, type Item, paint } from '../picture.ts';
import { isWide } from './maps.ts';
import { drawMarks } from './marks.ts';
import { strongestMaps, strongestUnits } from './strongest.ts';

/** So many layers are shown, and so many kernels of each. */
const [MOST_LAYERS, MOST_KERNELS] = [2, 8];
/** In units: between pictures, the room for a name and its size, and the largest cells. The pictures of what was before
 *  are smaller. */
const [GAP, NAMED, NAME, LARGEST, BEFORE] = [28, 44, 24, 160, 0.45];

/** The kernels of a layer: a picture of each that is shown, with its name and which kernel it is of, and how many there
 *  are. */
type Row = { info: TensorInfo; views: { view: MapView; of: number; name: string }[]; of: number };
type Shown = { layer?: string; kernel?: number };

/** `kernel`: the one that stands out; the others stand back. */
export function drawKernels(film: SceneFilm, moment: Moment, { layer, kernel }: Shown, area: Box): Item[] {
  const rows = rowsOf(film, layer, kernel);
  const points = film.states.at(-1)?.points ?? [];
  const wide = isWide(area);
  const hasLoss = points.length > 1;
  const left: Box = !hasLoss
    ? area
    : wide
      ? { ...area, width: area.width * 0.58 }
      : { ...area, height: area.height * 0.62 };
  const right: Box = wide
    ? { ...area, x: area.x + area.width * 0.64, width: area.width * 0.36 }
    : { ...area, y: area.y + area.height * 0.67, height: area.height * 0.33 };
  const isChanging = film.states.length > 1;
  const panels = rows.flatMap((row, at) => {
    const height = left.height / rows.length;
    return panelsIn(
      film,
      row,
      { ...left, y: left.y + at * height, height: height - 44 },
      { isChanging, isAlone: rows.length === 1 },
    );
  });
  const shown = panels.map(({ panel }) => panel);
  return [
    ...panels.flatMap(({ panel, of, before, name, title }): Item[] => {
      const items = [
        ...(name === '' ? [] : [small(name, panel.box.x, panel.box.y - 22)]),
        ...drawPanel(film, moment.state, panel, { numbers: 30 }),
        ...(before ? drawBefore(film, before, panel.box.width) : []),
      ];
      const isBack = kernel !== undefined && of !== kernel;
      return [
        ...(title ? [title] : []),
        ...(isBack ? [{ kind: 'group' as const, items, alpha: 0.35, whole: true }] : items),
        ...(of === kernel ? [frame(panel.box, paint('ink'))] : []),
      ];
    }),
    ...drawMarks(film, moment, shown),
    ...(hasLoss ? drawLoss(points, moment, right) : []),
  ];
}

const small = (text: string, x: number, y: number): Item => ({
  kind: 'text',
  x,
  y,
  text,
  size: NAME,
  paint: paint('ink2'),
});

/** A kernel as it was in the first state, and the word for it where it has room. */
function drawBefore(film: SceneFilm, before: Panel, room: number): Item[] {
  const { x, y, width, height } = before.box;
  const word = messages.film.before;
  const fits = room - width - 12 >= widthOf(word, NAME);
  return [
    ...drawPanel(film, film.states[0], before, { numbers: Infinity }),
    ...(fits ? [small(word, x + width + 12, y + height / 2)] : []),
  ];
}

/** The layers whose kernels are shown: the wanted one, else the first convolutions, else the first dense layer. */
function rowsOf(film: SceneFilm, layer: string | undefined, kernel: number | undefined): Row[] {
  const { sheet } = film;
  const kernels = [...sheet.tensors.values()].filter(({ name }) => name === 'kernel');
  const wanted = kernels.filter(info => info.layer === layer);
  const convolutions = kernels.filter(info => kindOf(sheet.layers.get(info.layer)!).weights === 'kernels');
  const chosen = wanted.length > 0 ? wanted : convolutions.length > 0 ? convolutions : kernels.slice(0, 1);
  return chosen.slice(0, MOST_LAYERS).map(info => rowOf(film, info, kernel));
}

function rowOf(film: SceneFilm, info: TensorInfo, kernel: number | undefined): Row {
  const { sheet } = film;
  if (info.shape.length === 4) {
    const [, , inputs, outputs] = info.shape;
    const shown = strongestMaps(film, info, MOST_KERNELS);
    const isIn = kernel === undefined || shown.some(map => Math.floor(map / inputs) === kernel);
    const views = (isIn ? shown : withOne(shown, kernel * inputs)).map(map => ({
      view: mapView(info, map),
      of: Math.floor(map / inputs),
      name: messages.film.kernelOf(Math.floor(map / inputs) + 1, inputs > 1 ? (map % inputs) + 1 : undefined),
    }));
    return { info, views, of: inputs * outputs };
  }
  const read = sheet.tensors.get(`${sourceOf(sheet.layers, sheet.layers.get(info.layer)!).id}/output`)!;
  const strongest = strongestUnits(film, info, MOST_KERNELS);
  const isIn = kernel === undefined || strongest.includes(kernel);
  const views = (isIn ? strongest : withOne(strongest, kernel)).map(unit => ({
    view: templateView(info, read, unit),
    of: unit,
    name: messages.film.unit(unit + 1),
  }));
  return { info, views, of: info.shape[1] };
}

/** The last of these gives way to another one. */
const withOne = (maps: readonly number[], one: number) => [...maps.slice(0, -1), one].toSorted((a, b) => a - b);

type Placed = { of: number; panel: Panel; before?: Panel; name: string; title?: Item };

/** The pictures of a layer, in as many lines as make them largest, with the layer's name above. */
function panelsIn(
  { sheet }: SceneFilm,
  { info, views, of }: Row,
  area: Box,
  { isChanging, isAlone }: { isChanging: boolean; isAlone: boolean },
): Placed[] {
  const [{ view }] = views;
  const top = TITLE.above + 20;
  const more = isChanging ? BEFORE : 0;
  const room = area.height - top;
  const sideIn = (lines: number) => {
    const inLine = Math.ceil(views.length / lines);
    const width = (area.width - GAP * (inLine - 1)) / inLine / view.columns;
    const height = (room / lines - NAMED - (isChanging ? 14 : 0) - 10) / (view.rows * (1 + more));
    return Math.min(width, height, LARGEST);
  };
  const lines = [1, 2, 3, 4].reduce((best, each) => (sideIn(each) > sideIn(best) ? each : best));
  const side = sideIn(lines) > 8 ? Math.floor(sideIn(lines)) : sideIn(lines);
  const inLine = Math.ceil(views.length / lines);
  const [width, height] = [side * view.columns, side * view.rows];
  const gap = Math.min(70, inLine > 1 ? (area.width - width * inLine) / (inLine - 1) : 0);
  const detail = of > views.length ? messages.film.someKernels(views.length, of) : `${view.rows}×${view.columns}`;
  // Alone, they stand in the middle.
  const total = width * inLine + gap * (inLine - 1);
  const [left, upper] = isAlone
    ? [area.x + (area.width - total) / 2, area.y + Math.max(0, (room - lines * (height * (1 + more) + NAMED + 24)) / 2)]
    : [area.x, area.y];
  const title = titleOf(
    { box: { ...area, x: left, y: upper + TITLE.above } },
    sheet.layers.get(info.layer)!.name,
    detail,
  );
  const isNamed = views.every(({ name }) => widthOf(name, NAME) <= width + gap - 8);
  return views.map(({ view: own, name, of: nth }, at) => {
    const x = left + (at % inLine) * (width + gap);
    const y = upper + top + NAMED + Math.floor(at / inLine) * (room / lines);
    const shrunk = side * more;
    const box = { x, y: y + height + 14, width: shrunk * own.columns, height: shrunk * own.rows };
    return {
      of: nth,
      panel: { ...own, side, box: { x, y, width, height } },
      ...(isChanging && { before: { ...own, side: shrunk, box } }),
      name: isNamed ? name : '',
      ...(at === 0 && { title }),
    };
  });
}

/** The loss so far, on the axes of the whole run. */
function drawLoss(points: readonly StepPoint[], { state }: Moment, area: Box): Item[] {
  const step = state.step ?? 0;
  const so = points.filter(point => point.step <= step);
  const above = TITLE.above + TITLE.size;
  const box: Box = { ...area, y: area.y + above, height: area.height - above - 150 };
  const [from, to] = [points[0].step, points.at(-1)!.step];
  const high = points.reduce((most, { loss }) => (Number.isFinite(loss) ? Math.max(most, loss) : most), 0) || 1;
  const atX = (at: number) => box.x + ((at - from) / (to - from || 1)) * box.width;
  const atY = (loss: number) => box.y + box.height - (Math.min(high, loss) / high) * box.height;
  const line = so.filter(({ loss }) => Number.isFinite(loss)).flatMap(point => [atX(point.step), atY(point.loss)]);
  const now = so.at(-1);
  const bottom = box.y + box.height;
  const items: Item[] = [titleOf({ box }, messages.film.loss, '', box.width)];
  for (const share of [0, 0.5, 1])
    items.push({
      kind: 'path',
      points: [box.x, bottom - share * box.height, box.x + box.width, bottom - share * box.height],
      stroke: paint('line'),
      width: 2,
    });
  if (line.length >= 4) items.push({ kind: 'path', points: line, stroke: paint('accent'), width: 5 });
  if (now && line.length >= 2) {
    const [x, y] = line.slice(-2);
    items.push({
      kind: 'rectangle',
      box: { x: x - 9, y: y - 9, width: 18, height: 18 },
      fill: paint('ink'),
      radius: 9,
    });
  }
  const words = messages.film.step(step);
  items.push({
    kind: 'text',
    x: box.x,
    y: bottom + 90,
    text: words,
    size: Math.min(72, (72 * box.width * 0.6) / Math.max(1, widthOf(words, 72))),
    weight: 600,
    paint: paint('ink'),
  });
  if (now)
    items.push({
      kind: 'text',
      x: box.x + box.width,
      y: bottom + 90,
      text: messages.film.lossOf(now.loss),
      size: 44,
      font: 'numerals',
      weight: 600,
      align: 'right',
      paint: paint('accent'),
    });
  return items;
}
