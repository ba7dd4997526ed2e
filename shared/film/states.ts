/** The states of the network that a scene needs, and what of them. The engine finds them beside the open workbook. */
import * as v from 'valibot';
import { MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import type { Value } from '../formula/value.ts';
import type { OthersAt } from '../cell-content.ts';
import type { FormulaEdit, Formulas } from '../cells.ts';
import { applyWritten, copyOfWritten, nothingWritten } from '../changes/written.ts';
import { comparisonIn } from '../explain/comparison.ts';
import type { Sheet } from '../layout/sheet.ts';
import { list } from '../list-schema.ts';
import { kindOf } from '../layers/kinds.ts';
import { type LayerId, layersBehind, sourcesOf, type TensorId, type TensorInfo } from '../network.ts';
import { type CellPlace, MOST_CELLS, type RangePlace } from '../places.ts';
import { index, tensorId, text } from '../protocol/schemas.ts';
import type { StepPoint } from '../training.ts';
import { namedCells } from './caption-cells.ts';
import { cellKey, type FilmState, type SceneFilm } from './numbers.ts';
import { FILM_LIMITS, type FilmScene, type Region } from './storyboard.ts';
import { rangeOfRegion } from './views/sheet-places.ts';

/** A training run shows so many of its moments. */
export const MOST_MOMENTS = 60;
/** Where all tensors in all states have more numbers than this together, only those that a picture needs are asked
 *  for. */
const MOST_NUMBERS = 6_000_000;

/** Even the largest cells leave room for so many in a row. */
const LEAST_SHOWN = 24;

/** A state that is asked for, or several in the order of time.
 *  - here: the workbook as it is.
 *  - typed: after a text was typed into a cell and entered, in English notation.
 *  - image: with another image of the data set, and its class as the expected one.
 *  - trained: after each of these numbers of steps of a run that nobody keeps. Another number of steps may be another
 *    run, because schedules follow it. `of`: all its steps.
 *  - run: with the weights that a kept run had, each time it kept them. */
export const stateAsk = v.variant('kind', [
  v.strictObject({ kind: v.literal('here') }),
  v.strictObject({
    kind: v.literal('typed'),
    element: v.strictObject({ tensor: tensorId, index }),
    text: text(8192),
  }),
  v.strictObject({ kind: v.literal('image'), image: index }),
  v.strictObject({
    kind: v.literal('trained'),
    start: v.picklist(['initial', 'here']),
    steps: v.pipe(list(index, 2 * MOST_MOMENTS), v.minLength(1)),
    of: v.pipe(index, v.minValue(1), v.maxValue(FILM_LIMITS.steps)),
  }),
  v.strictObject({ kind: v.literal('run'), run: text(64) }),
]);
export type StateAsk = v.InferOutput<typeof stateAsk>;

/** A state as the engine tells it. `tensors`: those that differ from the state before. `cells`: what stands in the
 *  range that was asked for; their places count row by row. `places`: what stands in the single cells. `formulas`: what
 *  was written over elements for it. */
export type ToldState = {
  tensors: readonly { tensor: TensorId; values: Float32Array; others?: readonly OthersAt[] }[];
  cells?: readonly (readonly [place: number, content: NonNullable<Value>])[];
  places?: readonly Value[];
  formulas?: readonly FormulaEdit[];
  step?: number;
  label?: string;
};
/** `points`: the loss of the run that the states are of. */
export type ToldStates = { states: readonly ToldState[]; points?: readonly StepPoint[] };

/** `cells`: a range around the network. `places`: single cells. */
export type AskedStates = { asks: StateAsk[]; tensors: TensorId[]; cells?: RangePlace; places?: CellPlace[] };

export function statesOf({ sheet, scene }: Pick<SceneFilm, 'sheet' | 'scene'>): AskedStates {
  const all = [...sheet.tensors.values()];
  const sizeOf = (tensors: readonly TensorInfo[]) => tensors.reduce((sum, { size }) => sum + size, 0);
  const isFew = sizeOf(all) * countOf(asksOf(scene)) <= MOST_NUMBERS;
  const needed = isFew ? undefined : neededBy(sheet, scene);
  const tensors = needed ? all.filter(({ id }) => needed.has(id)) : all;
  const asks = asksOf(scene, Math.floor(MOST_NUMBERS / sizeOf(tensors)));
  const { camera } = scene;
  const cells = camera.kind === 'sheet' ? rangeAround(sheet, camera.region) : undefined;
  const isSmall = cells && cells.height * cells.width <= MOST_CELLS;
  const { places } = namedCells(scene.caption);
  return {
    asks,
    tensors: tensors.map(({ id }) => id),
    ...(isSmall && { cells }),
    ...(places.length > 0 && { places }),
  };
}

/** A region with what else a picture of it has room for, whatever its form. */
function rangeAround(sheet: Sheet, region: Region): RangePlace {
  const { row, column, height, width, sheet: on } = rangeOfRegion(sheet, region);
  const side = 2 * Math.max(height, width, LEAST_SHOWN);
  const [top, left] = [row + height / 2 - side / 2, column + width / 2 - side / 2].map(at =>
    Math.max(0, Math.floor(at)),
  );
  return {
    sheet: on,
    row: top,
    column: left,
    height: Math.min(side, MAX_ROWS - top),
    width: Math.min(side, MAX_COLUMNS - left),
  };
}

const countOf = (asks: readonly StateAsk[]) =>
  asks.reduce((sum, ask) => sum + (ask.kind === 'trained' ? ask.steps.length : 1), 0);

/** `room`: for how many states. */
function asksOf({ motion }: FilmScene, room = MOST_MOMENTS): StateAsk[] {
  switch (motion.kind) {
    case 'edit':
      return [{ kind: 'here' }, { kind: 'typed', element: motion.element, text: motion.text }];
    case 'train': {
      const { start, steps } = motion;
      return [{ kind: 'trained', start, steps: evenly(steps, Math.max(2, Math.min(MOST_MOMENTS, room))), of: steps }];
    }
    case 'run':
      return [{ kind: 'run', run: motion.run }];
    case 'images':
      return motion.images.map(image => ({ kind: 'image' as const, image }));
    default:
      return [{ kind: 'here' }];
  }
}

/** At most so many whole numbers from 0 to the last one, evenly. */
function evenly(last: number, most: number): number[] {
  const count = Math.min(last + 1, most);
  return Array.from({ length: count }, (_, at) => Math.round((at * last) / (count - 1)));
}

/** The tensors that the picture of a scene reads. */
function neededBy(sheet: Sheet, { camera, motion, caption }: FilmScene): Set<TensorId> {
  const { layers, tensors, layout, network } = sheet;
  const needed = new Set<TensorId>(namedCells(caption).tensors);
  const own = (layer: LayerId) => {
    for (const info of tensors.values()) if (info.layer === layer) needed.add(info.id);
  };
  /** A layer, and what its cells read of others. */
  const withSources = (tensor: TensorId) => {
    const layer = layers.get(tensors.get(tensor)?.layer ?? '');
    if (!layer) return;
    own(layer.id);
    for (const { id } of sourcesOf(layers, layer)) needed.add(`${id}/output`);
  };
  switch (camera.kind) {
    case 'sheet':
      for (const { view } of layout.blocksIn(rangeAround(sheet, camera.region))) needed.add(view.tensor);
      break;
    case 'maps':
      for (const { tensor } of camera.maps) needed.add(tensor);
      break;
    case 'cell':
      withSources(camera.element.tensor);
      break;
    case 'scores': {
      const last = comparisonIn(sheet);
      if (last) withSources(`${last.dense.id}/output`);
      needed.add(`${network.layers[0].id}/output`);
      break;
    }
    case 'kernels':
      for (const { id, layer, role } of tensors.values())
        if (role === 'parameter' && (camera.layer ?? layer) === layer) needed.add(id);
      break;
    case 'network':
      for (const layer of network.layers) if (!kindOf(layer).reshapes) needed.add(`${layer.id}/output`);
      break;
  }
  if (motion.kind === 'scan') withSources(motion.tensor);
  if (motion.kind === 'edit') withSources(motion.element.tensor);
  if (motion.kind === 'walk') {
    const { layer } = tensors.get(motion.element.tensor)!;
    for (const id of layersBehind(network, layer)) own(id);
  }
  own(network.layers.at(-1)!.id);
  return needed;
}

/** A scene with its states, from what the engine has told. */
export function sceneFilmOf(
  { scene, sheet, sheets, written }: Omit<SceneFilm, 'states'>,
  asked: Pick<AskedStates, 'cells' | 'places'>,
  told: ToldStates,
): SceneFilm {
  const values = new Map<TensorId, Float32Array>();
  const others = new Map<TensorId, readonly OthersAt[]>();
  const states = told.states.map(({ tensors, step, label, ...state }): FilmState => {
    for (const each of tensors) {
      values.set(each.tensor, each.values);
      others.delete(each.tensor);
      if (each.others) others.set(each.tensor, each.others);
    }
    return {
      tensors: new Map(values),
      ...(others.size > 0 && { others: new Map(others) }),
      ...((asked.cells ?? asked.places) && { cells: contentsIn(asked, state) }),
      ...(state.formulas && { written: { formulas: withFormulas(sheet, written, state.formulas) } }),
      ...(step !== undefined && { step }),
      ...(step !== undefined && told.points && { points: told.points.filter(point => point.step <= step) }),
      ...(label !== undefined && { label }),
    };
  });
  return { scene, sheet, sheets, written, states };
}

function contentsIn(
  asked: Pick<AskedStates, 'cells' | 'places'>,
  { cells = [], places = [] }: Pick<ToldState, 'cells' | 'places'>,
): Map<string, Value> {
  const found = new Map<string, Value>();
  const keep = (sheet: string, row: number, column: number, content: Value) => {
    if (content !== null) found.set(cellKey(sheet, row, column), content);
  };
  const { sheet, row, column, width } = asked.cells ?? { sheet: '', row: 0, column: 0, width: 1 };
  for (const [at, content] of cells) keep(sheet, row + Math.floor(at / width), column + (at % width), content);
  for (const [nth, content] of places.entries()) {
    const place = asked.places![nth];
    keep(place.sheet, place.row, place.column, content);
  }
  return found;
}

function withFormulas(sheet: Sheet, { formulas }: SceneFilm['written'], edits: readonly FormulaEdit[]): Formulas {
  const all = copyOfWritten({ ...nothingWritten(), formulas });
  applyWritten(all, { kind: 'formulas', edits }, () => sheet);
  return all.formulas;
}
