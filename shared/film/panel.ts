/** A map, a kernel or a vector as a rectangle of square cells in a picture, with its title above. */
import { shortNumber } from '../explain/short-number.ts';
import { divergingStep, sequentialStep } from '../explain/steps.ts';
import type { ElementIndex } from '../layout/layout.ts';
import type { TensorInfo } from '../network.ts';
import { elementIn, type FilmState, type SceneFilm } from './numbers.ts';
import { type Box, type Item, type Paint, paint, type ScaleName } from './picture.ts';

/** One map of a tensor: an affine view of its elements, as rows and columns. */
export type MapView = { info: TensorInfo; map: number; rows: number; columns: number; at: (nth: number) => number };

/** A vector stands in one column. Of a kernel [height, width, in, out], `map` counts the slices, those of the first
 *  kernel first. */
export function mapView(info: TensorInfo, map = 0): MapView {
  const [rows, columns = 1] = info.shape;
  const slices = info.shape.slice(2).reduce((product, size) => product * size, 1);
  if (info.shape.length < 4) return { info, map, rows, columns, at: nth => nth * slices + map };
  const [, , inputs, outputs] = info.shape;
  const slice = (map % inputs) * outputs + Math.floor(map / inputs);
  return { info, map, rows, columns, at: nth => nth * slices + slice };
}

/** How many maps a tensor has, each of which is one panel. */
export const mapsIn = ({ shape }: TensorInfo): number => shape.slice(2).reduce((product, size) => product * size, 1);

/** A view in its place. `side`: of a cell, in units. */
export type Panel = MapView & { box: Box; side: number };

/** The largest panel that fits into an area, in its middle, or at its top left with `corner`. Cells are as large as a
 *  whole number of units where they are large. */
export function place(view: MapView, area: Box, { most = Infinity, corner = false } = {}): Panel {
  const fitting = Math.min(area.width / view.columns, area.height / view.rows, most);
  const side = fitting > 8 ? Math.floor(fitting) : fitting;
  const [width, height] = [side * view.columns, side * view.rows];
  const x = corner ? area.x : area.x + (area.width - width) / 2;
  const y = corner ? area.y : area.y + (area.height - height) / 2;
  return { ...view, side, box: { x, y, width, height } };
}

/** The rectangle of some cells of a panel. */
export function boxIn({ box, side }: Panel, row: number, column: number, rows = 1, columns = 1): Box {
  return { x: box.x + column * side, y: box.y + row * side, width: columns * side, height: rows * side };
}

/** Cells of at least so many units show their numbers. */
const READABLE = 34;
/** The title stands so far above its panel, and is so large. */
export const TITLE = { above: 34, size: 34, detail: 28 } as const;

export function titleOf({ box }: Pick<Panel, 'box'>, title: string, detail: string, most = 900): Item {
  const { above, size, detail: small } = TITLE;
  return {
    kind: 'text',
    x: box.x,
    y: box.y - above,
    text: title,
    size,
    weight: 600,
    paint: paint('ink'),
    most,
    behind: { text: detail, size: small, paint: paint('ink2') },
  };
}

/** The largest sizes of a tensor's numbers in all states of a scene, so that colours mean the same in all of them. */
const limits = new WeakMap<readonly FilmState[], Map<string, number>>();
export function limitOf({ states }: Pick<SceneFilm, 'states'>, { id }: TensorInfo): number {
  const known = limits.get(states) ?? new Map<string, number>();
  limits.set(states, known);
  let limit = known.get(id);
  if (limit === undefined) {
    limit = 0;
    for (const { tensors } of states)
      for (const value of tensors.get(id) ?? []) if (Math.abs(value) > limit) limit = Math.abs(value);
    known.set(id, limit);
  }
  return limit;
}

/** The scale of a tensor's numbers, and the step of each. */
export function scaleOf(
  film: Pick<SceneFilm, 'states' | 'sheet'>,
  info: TensorInfo,
): { scale: ScaleName; step: (value: number) => number } {
  if (info.role === 'pixels') return { scale: 'pixels', step: sequentialStep };
  const last = film.sheet.network.layers.at(-1)!;
  if (info.layer === last.id && info.name === 'output' && (last.kind === 'softmax' || last.kind === 'sigmoid'))
    return { scale: 'probability', step: sequentialStep };
  const limit = limitOf(film, info);
  return { scale: 'diverging', step: value => divergingStep(value, limit) };
}

/** The cells of a panel. `isThere`: whether the n-th one (row by row) has come about; the others are holes. */
export function drawPanel(
  film: SceneFilm,
  state: FilmState,
  panel: Panel,
  { isThere = () => true, numbers = true }: { isThere?: (nth: number) => boolean; numbers?: boolean } = {},
): Item[] {
  const { info, rows, columns, box, side } = panel;
  const { scale, step } = scaleOf(film, info);
  const steps = new Int16Array(rows * columns).fill(-1);
  const texts: Item[] = [];
  for (let nth = 0; nth < steps.length; nth++) {
    const element = { tensor: info.id, index: panel.at(nth) };
    const content = isThere(nth) ? elementIn(film.sheet, state, element) : undefined;
    if (typeof content !== 'number') continue;
    steps[nth] = step(content);
    if (!numbers || side < READABLE) continue;
    const cell = boxIn(panel, Math.floor(nth / columns), nth % columns);
    texts.push(numberIn(cell, content, { scale, step: steps[nth] }, [[element]]));
  }
  const lines = paint('line', side >= 6 ? 0.8 : 0);
  return [{ kind: 'cells', box, rows, columns, scale, steps, lines }, ...texts];
}

/** A number in its cell, in the ink that its colour needs. */
export function numberIn(
  cell: Box,
  value: number,
  { scale, step }: { scale: ScaleName; step: number },
  terms: readonly (readonly ElementIndex[])[],
): Item {
  return {
    kind: 'text',
    x: cell.x + cell.width / 2,
    y: cell.y + cell.height / 2,
    text: shortNumber(value),
    size: Math.min(cell.height * 0.42, cell.width * 0.38),
    font: 'numerals',
    weight: 600,
    align: 'center',
    most: cell.width * 0.92,
    paint: { scale, step, of: value === 0 ? 'faint' : 'ink' },
    shown: { value, terms },
  };
}

/** A frame around cells, a little outside of them. */
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
