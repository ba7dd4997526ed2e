/** What the films that the app makes need to know of a network: its layers, its strongest cells, its answer. */
import { kernelPattern, type KernelPattern } from '../../explain/kernel-patterns.ts';
import type { ElementIndex } from '../../layout/layout.ts';
import type { Sheet } from '../../layout/sheet.ts';
import { kindOf } from '../../layers/kinds.ts';
import { type Layer, sourceOf, type TensorInfo } from '../../network.ts';
import { spot } from '../moment.ts';
import { elementIn, type FilmState } from '../numbers.ts';
import { mapsIn, mapView } from '../panel.ts';
import { outcomeOf } from '../views/answer.ts';

export type Facts = {
  sheet: Sheet;
  now: FilmState;
  image: TensorInfo;
  /** Whether all of its numbers are the same, as in an empty network. */
  blank: boolean;
  /** The first convolution, and all of them; the dense layers. */
  convolutions: Layer[];
  dense: Layer[];
  /** `share`: whether it is a probability. `second`: whether there is another class. */
  answer?: { element: ElementIndex; share: boolean; second: boolean };
};

export function factsOf(sheet: Sheet, now: FilmState): Facts {
  const { layers } = sheet.network;
  const convolutions = layers.filter(layer => kindOf(layer).weights === 'kernels');
  const dense = layers.filter(layer => kindOf(layer).weights === 'units');
  const image = sheet.tensors.get(`${layers[0].id}/output`)!;
  const pixels = now.tensors.get(image.id);
  const blank = pixels?.every(value => value === pixels[0]) ?? false;
  const answer = answerIn(sheet, now);
  return { sheet, now, image, blank, convolutions, dense, ...(answer && { answer }) };
}

function answerIn(sheet: Sheet, now: FilmState): Facts['answer'] {
  const outcome = outcomeOf({ sheet }, now);
  if (!outcome || outcome.info.size < 2) return undefined;
  const { info, share, values, ranked } = outcome;
  const [best, second] = ranked;
  if (!Number.isFinite(values[best])) return undefined;
  return { element: { tensor: info.id, index: best }, share, second: second !== undefined };
}

export const outputOf = ({ tensors }: Sheet, { id }: Layer): TensorInfo => tensors.get(`${id}/output`)!;
export const kernelOf = ({ tensors }: Sheet, { id }: Layer): TensorInfo => tensors.get(`${id}/kernel`)!;

/** What a layer reads. */
export const readBy = (sheet: Sheet, layer: Layer): TensorInfo => outputOf(sheet, sourceOf(sheet.layers, layer));

/** The largest number of a tensor, away from the edges of its maps where there are others, and which map it is in. */
export function strongestCell(
  { sheet, now }: Pick<Facts, 'sheet' | 'now'>,
  info: TensorInfo,
): { element: ElementIndex; map: number; value: number } {
  let best = { index: 0, size: -Infinity };
  for (let index = 0; index < info.size; index++) {
    const content = elementIn(sheet, now, { tensor: info.id, index });
    if (typeof content === 'number' && content > best.size) best = { index, size: content };
  }
  const value = Number.isFinite(best.size) ? best.size : 0;
  return { element: { tensor: info.id, index: best.index }, map: spot(info, best.index).map, value };
}

/** What a kernel of a layer that reads one map is like. */
export function patternOf({ now, sheet }: Pick<Facts, 'sheet' | 'now'>, layer: Layer, map: number) {
  const kernel = kernelOf(sheet, layer);
  const values = now.tensors.get(kernel.id);
  if (!values || kernel.shape[2] !== 1) return undefined;
  const view = mapView(kernel, map);
  const weights = Array.from({ length: view.rows * view.columns }, (_, nth) => values[view.at(nth)]);
  return kernelPattern(weights, view.rows, view.columns);
}

/** How many kernels of a layer are like a pattern. */
export function patternsIn(facts: Pick<Facts, 'sheet' | 'now'>, layer: Layer): number {
  const all = Array.from({ length: mapsIn(outputOf(facts.sheet, layer)) }, (_, map) => patternOf(facts, layer, map));
  return all.filter((each): each is KernelPattern => each !== undefined).length;
}

/** The layer right after another one, if it is of this kind. */
export function nextOf({ sheet: { network } }: Pick<Facts, 'sheet'>, layer: Layer, kinds: readonly Layer['kind'][]) {
  const next = network.layers.find(({ inputs }) => inputs[0] === layer.id);
  return next && kinds.includes(next.kind) ? next : undefined;
}
