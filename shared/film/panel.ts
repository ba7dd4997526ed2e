/** A map, a kernel or a vector as a rectangle of square cells in a picture, with its title above. */
import { classOfElement } from '../explain/why.ts';
import { divergingStep, sequentialStep } from '../explain/steps.ts';
import type { ElementIndex } from '../layout/layout.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { TensorInfo } from '../network.ts';
import type { Part } from './moment.ts';
import { numberText } from './number-form.ts';
import { elementIn, type FilmState, type SceneFilm } from './numbers.ts';
import { type Box, type Item, type Paint, paint, type ScaleName, type Shown, type Text } from './picture.ts';

/** One map of a tensor: an affine view of its elements, as rows and columns. `at`: the index of the n-th cell, row by
 *  row. `nthOf`: which cell an index is; undefined if it is in another map. `wrapped`: a long vector, row by row.
 *  `colour`: all three maps of a colour image as one. `template`: the weights of a dense layer's unit, as one of so
 *  many maps. */
export type MapView = {
  info: TensorInfo;
  map: number;
  rows: number;
  columns: number;
  at: (nth: number) => number;
  nthOf: (index: number) => number | undefined;
  wrapped?: boolean;
  colour?: boolean;
  template?: { unit: number; maps: number };
};

/** Longer vectors stand in several columns. */
const LONGEST_COLUMN = 16;
/** The cells of a vector in one column are so many times wider than high, as in the sheet. */
const VECTOR = 2.6;

/** Every `apart`-th element, from one on. */
const spread = (from: number, apart: number): Pick<MapView, 'at' | 'nthOf'> => ({
  at: nth => nth * apart + from,
  nthOf: index => ((index - from) % apart === 0 ? (index - from) / apart : undefined),
});

/** A vector row by row. */
export const wrappedView = (info: TensorInfo, rows: number, columns: number): MapView => ({
  info,
  map: 0,
  rows,
  columns,
  ...spread(0, 1),
  wrapped: true,
});

/** A vector stands in one column. Of a kernel [height, width, in, out], `map` counts the slices, those of the first
 *  kernel first. */
export function mapView(info: TensorInfo, map = 0): MapView {
  const [rows, columns = 1] = info.shape;
  if (info.shape.length === 1 && rows > LONGEST_COLUMN) {
    const wide = Math.ceil(Math.sqrt(rows));
    return wrappedView(info, Math.ceil(rows / wide), wide);
  }
  const slices = mapsIn(info);
  if (info.shape.length < 4) return { info, map, rows, columns, ...spread(map, slices) };
  const [, , inputs, outputs] = info.shape;
  const slice = (map % inputs) * outputs + Math.floor(map / inputs);
  return { info, map, rows, columns, ...spread(slice, slices) };
}

/** A colour image. */
export const isColour = ({ role, shape }: TensorInfo): boolean => role === 'pixels' && shape[2] === 3;
export const colourView = (info: TensorInfo): MapView => ({
  ...mapView(info, 0),
  nthOf: index => Math.floor(index / 3),
  colour: true,
});

/** The weights of one unit of a dense layer as a map of what the layer reads. */
export function templateView(kernel: TensorInfo, { shape }: TensorInfo, unit: number, map = 0): MapView {
  const units = kernel.shape[1];
  const [rows, columns = 1, maps = 1] = shape;
  return { info: kernel, map, rows, columns, ...spread(map * units + unit, maps * units), template: { unit, maps } };
}

/** How many maps a tensor has, each of which is one panel. */
export const mapsIn = ({ shape }: TensorInfo): number => shape.slice(2).reduce((product, size) => product * size, 1);

/** A view in its place. `side`: of a cell, in units. `stretch`: how many times wider than high the cells are. */
export type Panel = MapView & { box: Box; side: number; stretch?: number };

/** The largest panel that fits into an area, in its middle, or at its top left with `corner`. Cells are as large as a
 *  whole number of units where they are large. */
export function place(view: MapView, area: Box, { most = Infinity, corner = false } = {}): Panel {
  const stretch = view.info.shape.length === 1 && view.columns === 1 ? VECTOR : 1;
  const fitting = Math.min(area.width / view.columns / stretch, area.height / view.rows, most);
  const side = fitting > 8 ? Math.floor(fitting) : fitting;
  const [width, height] = [side * view.columns * stretch, side * view.rows];
  const x = corner ? area.x : area.x + (area.width - width) / 2;
  const y = corner ? area.y : area.y + (area.height - height) / 2;
  return { ...view, side, stretch, box: { x, y, width, height } };
}

/** The rectangle of some cells of a panel. */
export function boxIn({ box, side, stretch = 1 }: Panel, row: number, column: number, rows = 1, columns = 1): Box {
  const wide = side * stretch;
  return { x: box.x + column * wide, y: box.y + row * side, width: columns * wide, height: rows * side };
}

/** The cell of an element in a panel that has it. */
export function cellBox(panel: Panel, index: number): Box {
  const nth = panel.nthOf(index)!;
  return boxIn(panel, Math.floor(nth / panel.columns), nth % panel.columns);
}

/** Whether a panel shows an element. */
export const hasElement = ({ info, nthOf }: Panel, { tensor, index }: ElementIndex): boolean =>
  info.id === tensor && nthOf(index) !== undefined;

/** The rectangle of a part of a panel's map. undefined if it is a part of another one. */
export function partBox(panel: Panel, { info, map, row, column, height, width }: Part): Box | undefined {
  if (panel.info !== info) return undefined;
  if (panel.template) return templateBox(panel, panel.template, { row, column, height, width });
  if (panel.map !== map && !panel.colour) return undefined;
  if (!panel.wrapped) return boxIn(panel, row, column, height, width);
  if (height === 1) return cellBox(panel, row);
  const first = Math.floor(row / panel.columns);
  return boxIn(panel, first, 0, Math.floor((row + height - 1) / panel.columns) - first + 1, panel.columns);
}

/** The rectangle of a part of a dense kernel, in which each row has the weights of what is read there. As on the sheet,
 *  it is a rectangle in each of the maps from its first cell's to its last one's. */
function templateBox(
  panel: Panel,
  { unit, maps }: MapView['template'] & {},
  { row, column, height, width }: Omit<Part, 'info' | 'map'>,
): Box | undefined {
  const [first, last] = [row, row + height - 1];
  if (unit < column || unit >= column + width) return undefined;
  if (panel.map < first % maps || panel.map > last % maps) return undefined;
  const [from, to] = [Math.floor(first / maps), Math.floor(last / maps)];
  const [top, left] = [Math.floor(from / panel.columns), from % panel.columns];
  return boxIn(panel, top, left, Math.floor(to / panel.columns) - top + 1, (to % panel.columns) - left + 1);
}

/** Cells of at least so many units show their numbers, or their names in a corner. */
const [READABLE, NAMED] = [34, 56];
/** The title stands so far above its panel, and is so large. */
export const TITLE = { above: 34, size: 34, detail: 28 } as const;

/** About how wide a text is, in units: enough to leave room for it. */
export const widthOf = (text: string, size: number): number => text.length * size * 0.56;

/** A title and a smaller text behind it, both in so much room. A long title is written smaller. */
export function titleOf({ box }: Pick<Panel, 'box'>, title: string, detail: string, most = 900): Item {
  const { above, size, detail: small } = TITLE;
  const fitting = Math.max(22, Math.min(size, (size * most) / Math.max(1, widthOf(title, size))));
  return {
    kind: 'text',
    x: box.x,
    y: box.y - above,
    text: title,
    size: fitting,
    weight: 600,
    paint: paint('ink'),
    most,
    behind: { text: detail, size: Math.min(small, fitting), paint: paint('ink2') },
  };
}

/** The largest sizes of a tensor's numbers in all states of a scene, so that colours mean the same in all of them. */
const limits = new WeakMap<readonly FilmState[], Map<string, number>>();
export function limitOf({ states }: Pick<SceneFilm, 'states'>, { id }: Pick<TensorInfo, 'id'>): number {
  const known = limits.get(states) ?? new Map<string, number>();
  limits.set(states, known);
  let limit = known.get(id);
  if (limit === undefined) {
    limit = 0;
    // Many states share the tensors that stay as they are.
    for (const numbers of new Set(states.map(({ tensors }) => tensors.get(id) ?? [])))
      for (const value of numbers) if (Math.abs(value) > limit) limit = Math.abs(value);
    known.set(id, limit);
  }
  return limit;
}

/** A scale of numbers, and the step of each. */
export type Heat = { scale: ScaleName; step: (value: number) => number };

/** The colours of a tensor's numbers. */
export function scaleOf(film: Pick<SceneFilm, 'states' | 'sheet'>, info: TensorInfo): Heat {
  if (info.role === 'pixels') return { scale: 'pixels', step: sequentialStep };
  const last = film.sheet.network.layers.at(-1)!;
  if (info.layer === last.id && info.name === 'output' && (last.kind === 'softmax' || last.kind === 'sigmoid'))
    return { scale: 'probability', step: sequentialStep };
  const limit = limitOf(film, info);
  return { scale: 'diverging', step: value => divergingStep(value, limit) };
}

/** `numbers`: cells of so many units show theirs. */
type PanelOptions = { isThere?: (nth: number) => boolean; numbers?: number };

/** The cells of a panel. `isThere`: whether the n-th one (row by row) has come about; the others are holes. */
export function drawPanel(
  film: SceneFilm,
  state: FilmState,
  panel: Panel,
  { isThere = () => true, numbers = READABLE }: PanelOptions = {},
): Item[] {
  const { info, rows, columns, box, side } = panel;
  const line = paint('line', 0.8);
  if (panel.colour) {
    const colours = new Uint8Array(rows * columns * 3);
    const values = state.tensors.get(info.id);
    for (let at = 0; at < colours.length; at++)
      colours[at] = Math.round(255 * Math.min(1, Math.max(0, values?.[at] ?? 0)));
    return [{ kind: 'pixels', box, rows, columns, colours, lines: line }];
  }
  const { scale, step } = scaleOf(film, info);
  const steps = new Int16Array(rows * columns).fill(-1);
  const texts: Item[] = [];
  const names = namesOf(film.sheet, panel);
  for (let nth = 0; nth < steps.length; nth++) {
    const index = panel.at(nth);
    if (index >= info.size) break;
    const element = { tensor: info.id, index };
    const cell = () => boxIn(panel, Math.floor(nth / columns), nth % columns);
    const name = names?.(index);
    const content = isThere(nth) ? elementIn(film.sheet, state, element) : undefined;
    if (typeof content === 'number') steps[nth] = step(content);
    const inked: Paint = steps[nth] < 0 || columns === 1 ? paint('ink2') : { scale, step: steps[nth], of: 'ink' };
    if (name !== undefined) texts.push(nameOfCell(cell(), name, inked, columns === 1));
    if (typeof content !== 'number') continue;
    if (side < numbers) continue;
    const room = cell();
    const own =
      name !== undefined && columns > 1
        ? { ...room, y: room.y + room.height * 0.24, height: room.height * 0.76 }
        : room;
    texts.push(numberIn(own, content, { scale, step: steps[nth] }, [[element]]));
  }
  const elementAt = (nth: number) => ({ tensor: info.id, index: panel.at(nth) });
  return [{ kind: 'cells', box, rows, columns, scale, steps, lines: line, elementAt }, ...texts];
}

/** The names of a panel's cells, if they belong to classes and there is room. */
function namesOf(sheet: Sheet, { info, side, columns }: Panel): ((index: number) => string | undefined) | undefined {
  if (sheet.classes.length === 0 || classOfElement(sheet, { tensor: info.id, index: 0 }) === undefined)
    return undefined;
  return side >= (columns === 1 ? 22 : NAMED) ? index => sheet.classes[index] : undefined;
}

/** A class's name: left of its cell, or in the cell's corner. */
function nameOfCell(cell: Box, name: string, ink: Paint, beside: boolean): Item {
  const size = beside ? Math.min(30, cell.height * 0.5) : cell.height * 0.2;
  return {
    kind: 'text',
    x: beside ? cell.x - 16 : cell.x + cell.width * 0.1,
    y: beside ? cell.y + cell.height / 2 : cell.y + size * 0.9,
    text: name,
    size,
    align: beside ? 'right' : 'left',
    weight: 600,
    most: beside ? 170 : cell.width * 0.8,
    paint: ink,
  };
}

/** A number with what it is made of, so that its text and its value are one thing. */
export function numberOf(
  shown: Shown,
  at: Pick<Text, 'x' | 'y' | 'size' | 'paint'> & Partial<Pick<Text, 'align' | 'most' | 'weight' | 'font'>>,
): Text {
  return { kind: 'text', text: numberText(shown.value, shown.form), font: 'numerals', weight: 600, ...at, shown };
}

/** A number in its cell, in the ink that its colour needs. */
export function numberIn(
  cell: Box,
  value: number,
  { scale, step }: { scale: ScaleName; step: number },
  terms: readonly (readonly ElementIndex[])[],
): Item {
  return numberOf(
    { value, terms },
    {
      x: cell.x + cell.width / 2,
      y: cell.y + cell.height / 2,
      size: Math.min(cell.height * 0.44, cell.width * 0.42),
      align: 'center',
      most: cell.width * 0.9,
      paint: { scale, step, of: value === 0 ? 'faint' : 'ink' },
    },
  );
}

/** A frame around cells. */
export function frame(box: Box, stroke: Paint, width = 5): Item {
  return { kind: 'rectangle', box, stroke, width };
}

/** A beam of light from one rectangle to another on its right or below. */
export function beam(from: Box, to: Box, fill: Paint): Item {
  const isRight = to.x >= from.x + from.width;
  const points = isRight
    ? [from.x + from.width, from.y, to.x, to.y, to.x, to.y + to.height, from.x + from.width, from.y + from.height]
    : [from.x, from.y + from.height, from.x + from.width, from.y + from.height, to.x + to.width, to.y, to.x, to.y];
  return { kind: 'path', points, closed: true, fill };
}

/** Items that appear: nothing of them at 0, all at 1. */
export const faded = (items: readonly Item[], alpha: number): Item[] => {
  if (alpha >= 1) return [...items];
  return alpha > 0 ? [{ kind: 'group', items, alpha }] : [];
};

/** How much of something that happens between two moments has happened. */
export const shareOf = (progress: number, from: number, to: number): number =>
  Math.min(1, Math.max(0, (progress - from) / (to - from)));
