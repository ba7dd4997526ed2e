/** What the network answers: its classes with bars, and the first of them in large letters. */
import { ranking } from '../../explain/comparison.ts';
import { messages } from '../../messages.ts';
import { sourceOf, type TensorInfo } from '../../network.ts';
import type { Moment } from '../moment.ts';
import type { NumberForm } from '../number-form.ts';
import { elementIn, type FilmState, type SceneFilm } from '../numbers.ts';
import { numberOf, widthOf } from '../panel.ts';
import { type Box, type Item, paint } from '../picture.ts';
import { hasCome } from './marks.ts';

/** The last vector of a network. `share`: whether its numbers are shares of 1. `values`: NaN for what is no number. */
export type Outcome = { info: TensorInfo; share: boolean; values: number[]; ranked: number[] };

const MOST_CLASSES = 12;

/** undefined for a network that ends in maps. */
export function outcomeOf({ sheet }: Pick<SceneFilm, 'sheet'>, state: FilmState): Outcome | undefined {
  const last = sheet.network.layers.at(-1)!;
  const info = sheet.tensors.get(`${last.id}/output`) ?? sheet.tensors.get(`${sourceOf(sheet.layers, last).id}/output`);
  if (info?.shape.length !== 1) return undefined;
  const values = Array.from({ length: info.size }, (_, index) => {
    const content = elementIn(sheet, state, { tensor: info.id, index });
    return typeof content === 'number' ? content : Number.NaN;
  });
  const share = last.kind === 'softmax' || last.kind === 'sigmoid';
  return { info, share, values, ranked: ranking(values.map(each => (Number.isNaN(each) ? -Infinity : each))) };
}

/** What a class is called in a picture. */
export const shortName = (classes: readonly string[], unit: number): string =>
  classes[unit] ?? messages.film.unit(unit + 1);

/** A line for each class, or for the best ones, and the answer above. */
export function drawAnswer(film: SceneFilm, moment: Moment, outcome: Outcome, area: Box): Item[] {
  const { sheet } = film;
  const { info, share, values, ranked } = outcome;
  const view = { info, at: (nth: number) => nth };
  if (info.size > 0 && !hasCome(sheet, view, moment, info.size - 1)) return [];
  // In a high picture the answer stands beside the classes.
  const wide = area.height > area.width;
  const [best] = ranked;
  const names = (unit: number) => shortName(sheet.classes, unit);
  const units =
    info.size <= MOST_CLASSES
      ? Array.from({ length: info.size }, (_, unit) => unit)
      : ranked.slice(0, MOST_CLASSES - 2);
  const isBest = Number.isFinite(values[best]);
  const items: Item[] = [];
  const large = isBest && info.size > 1 ? largeAnswer(outcome, names(best), headOf(area, wide)) : [];
  items.push(...large);
  const head = large.length > 0 ? headOf(area, wide) : { ...area, height: 0, width: 0 };
  const list: Box = wide
    ? { ...area, y: area.y + head.height, height: area.height - head.height }
    : { ...area, x: area.x + head.width, width: area.width - head.width };
  const line = Math.min(62, list.height / units.length);
  const size = Math.min(30, line * 0.62);
  const label = Math.min(160, 18 + Math.max(...units.map(unit => widthOf(names(unit), size))));
  const number = Math.max(90, size * 4);
  const room = list.width - label - number;
  const most = share ? 1 : Math.max(1e-9, ...values.map(each => (Number.isFinite(each) ? Math.abs(each) : 0)));
  const top = wide ? list.y : list.y + (list.height - line * units.length) / 2;
  for (const [at, unit] of units.entries()) {
    const y = top + (at + 0.5) * line;
    const value = values[unit];
    const strong = unit === best && isBest;
    const weight = strong ? 600 : 400;
    items.push({
      kind: 'text',
      x: list.x,
      y,
      text: names(unit),
      size,
      weight,
      most: label - 14,
      paint: paint(strong ? 'ink' : 'ink2'),
    });
    if (!Number.isFinite(value)) continue;
    const bar = { x: list.x + label, y: y - line * 0.24, width: room, height: line * 0.48 };
    const length = Math.max(2, (Math.abs(value) / most) * room);
    items.push(
      { kind: 'rectangle', box: bar, fill: paint('sunken') },
      {
        kind: 'rectangle',
        box: { ...bar, width: length },
        fill: paint(value < 0 ? 'negative' : 'positive', strong ? 1 : 0.55),
      },
      numberOf(
        { value, terms: [[{ tensor: info.id, index: unit }]], form: formOf(share) },
        { x: list.x + list.width, y, size, align: 'right', weight, paint: paint(strong ? 'ink' : 'ink2') },
      ),
    );
  }
  return items;
}

const formOf = (share: boolean): NumberForm => (share ? 'percent' : 'plain');

const headOf = (area: Box, wide: boolean): Box =>
  wide ? { ...area, height: Math.min(250, area.height * 0.34) } : { ...area, width: area.width * 0.36 };

/** The answer in large letters, with its probability below. */
function largeAnswer({ info, share, values, ranked: [best] }: Outcome, name: string, area: Box): Item[] {
  const size = Math.min(170, area.height * 0.62, (area.width - 30) / Math.max(1, widthOf(name, 1)));
  const y = area.y + area.height * 0.4;
  return [
    { kind: 'text', x: area.x, y, text: name, size, weight: 600, paint: paint('ink'), most: area.width - 20 },
    numberOf(
      { value: values[best], terms: [[{ tensor: info.id, index: best }]], form: formOf(share) },
      { x: area.x, y: y + size * 0.5 + 40, size: 44, paint: paint('positive') },
    ),
  ];
}
