/** The last maps compared with a template for each class: templates, scores as bars, and the ranking. */
import {
  comparisonIn,
  numbersOf,
  overlaid,
  ownComparison,
  readTemplates,
  type Comparison,
  type Templates,
} from '../../explain/comparison.ts';
import { divergingStep } from '../../explain/steps.ts';
import { hasBias, type Last } from '../../explain/why.ts';
import type { ElementIndex } from '../../layout/layout.ts';
import { messages } from '../../messages.ts';
import type { TensorInfo } from '../../network.ts';
import type { Moment } from '../moment.ts';
import type { FilmState, SceneFilm } from '../numbers.ts';
import {
  colourView,
  drawPanel,
  faded,
  isColour,
  mapView,
  numberOf,
  type Panel,
  place,
  shareOf,
  TITLE,
  titleOf,
  widthOf,
} from '../panel.ts';
import { type Box, type Item, paint, type Shown } from '../picture.ts';
import { eased } from '../timeline.ts';
import { drawAnswer, outcomeOf, shortName } from './answer.ts';
import { isWide, nameOf, sizeOf } from './maps.ts';
import { drawMarks, hasCome } from './marks.ts';
import { strongestMaps } from './strongest.ts';
import { signPaint } from './ways.ts';

/** So many classes are ranked, and so many stand in a line of a wide picture. */
const [RANKED, LINE] = [5, 13];

export function drawScores(film: SceneFilm, moment: Moment, area: Box): Item[] {
  const last = comparisonIn(film.sheet);
  const templates = last && templatesIn(moment, last);
  if (!last || !templates) return drawBars(film, moment, area);
  const wide = isWide(area);
  const left: Box = wide ? { ...area, width: 380 } : { ...area, height: area.height * 0.3 };
  const right: Box = wide
    ? { ...area, x: area.x + 470, width: area.width - 470 }
    : { ...area, y: area.y + area.height * 0.34, height: area.height * 0.66 };
  const panels = panelsOf(film, last, left, wide);
  const shown = compared(film, moment, last, templates);
  return [
    ...panels.flatMap(panel => [
      titleOf(panel, nameOf(film, panel), sizeOf(panel), Math.max(panel.box.width, wide ? 180 : 260)),
      ...drawPanel(film, moment.state, panel, {
        isThere: nth => hasCome(film.sheet, panel, moment, nth),
        numbers: Infinity,
      }),
    ]),
    ...drawTiles(film, shown, last, right),
    ...drawRanking(film, shown, right),
    ...drawMarks(film, moment, panels),
  ];
}

/** What was read of states: the same in every frame that shows one. */
const read = new WeakMap<FilmState, ReturnType<typeof readTemplates>>();

function templatesIn({ source, state }: Moment, last: Last): Templates | undefined {
  if (!read.has(state)) read.set(state, readTemplates(source, last));
  return read.get(state);
}

/** The image, and the strongest of the maps that are compared. */
function panelsOf(film: SceneFilm, { read }: Last, area: Box, stacked: boolean): Panel[] {
  const above = TITLE.above + TITLE.size;
  const image = film.sheet.tensors.get(`${film.sheet.network.layers[0].id}/output`)!;
  const view = isColour(image) ? colourView(image) : mapView(image);
  const maps = strongestMaps(film, read, 2);
  if (stacked) {
    const first = { ...area, y: area.y + above, height: area.width };
    const own = place(view, first, { corner: true });
    const width = (area.width - 30) / 2;
    const y = own.box.y + own.box.height + above + 20;
    const room = { y, width, height: area.y + area.height - y };
    const others = maps.map((map, at) =>
      place(mapView(read, map), { ...room, x: area.x + at * (width + 30) }, { corner: true }),
    );
    return [own, ...others];
  }
  const width = (area.width - 80) / 3;
  return [view, ...maps.map(map => mapView(read, map))].map((each, at) =>
    place(
      each,
      { x: area.x + at * (width + 40), y: area.y + above, width, height: area.height - above },
      { corner: true },
    ),
  );
}

/** `known`: which activations have come about. `shares`: how much of the scores is shown as bars. */
type Compared = Comparison & { known: boolean[]; whole: boolean; last: Last; grown: number };

function compared(film: SceneFilm, moment: Moment, last: Last, templates: Templates): Compared {
  const { source } = moment;
  const { read, scores } = last;
  const all = numbersOf(source, read.id, read.size);
  const has = (info: TensorInfo, index: number) => hasCome(film.sheet, { info, at: nth => nth }, moment, index);
  const known = Array.from({ length: read.size }, (_, index) => has(read, index));
  const activations = all.map((each, index) => (known[index] ? each : Number.NaN));
  const isAfter = Array.from({ length: scores.size }, (_, index) => has(scores, index));
  const filled = (info: TensorInfo) =>
    info === scores ? isAfter.filter(Boolean).length : isAfter.every(Boolean) ? info.size : 0;
  const comparison = ownComparison(source, last, { templates, activations }, filled);
  const isStill = film.scene.motion.kind === 'still';
  return {
    ...comparison,
    known,
    last,
    whole: isAfter.every(Boolean),
    grown: isStill ? eased(shareOf(moment.progress, 0.1, 0.7)) : 1,
  };
}

/** What a class's score is made of so far: the element itself, or the products that have come about. */
function scoreOf({ whole, last, known, scores }: Compared, unit: number): Shown {
  const { read, dense, scores: info } = last;
  if (whole) return { value: scores[unit], terms: [[{ tensor: info.id, index: unit }]] };
  const terms: ElementIndex[][] = [];
  for (const [feature, isKnown] of known.entries())
    if (isKnown)
      terms.push([
        { tensor: read.id, index: feature },
        { tensor: `${dense.id}/kernel`, index: feature * info.size + unit },
      ]);
  if (hasBias(dense)) terms.push([{ tensor: `${dense.id}/bias`, index: unit }]);
  return { value: scores[unit], terms };
}

/** A template for each class, and its score as a bar below. */
function drawTiles(film: SceneFilm, shown: Compared, { read }: Last, area: Box): Item[] {
  const { templates, scores, ranked, whole, grown } = shown;
  const [height, width, maps] = read.shape;
  const most = isWide(area) ? LINE : 9;
  const lines = Math.ceil(scores.length / most);
  const inLine = Math.ceil(scores.length / lines);
  const step = area.width / inLine;
  const gap = Math.min(20, step * 0.12);
  const above = TITLE.above + 24;
  const lineHeight = (area.height * (isWide(area) ? 0.62 : 0.6) - above) / lines;
  const fitting = Math.min(step - gap, lines > 1 ? step * 0.72 : 150);
  const tile = Math.min(fitting, (lineHeight * 0.42 * width) / height);
  const name = Math.min(34, tile * 0.4);
  const numbered = whole && tile >= 90;
  const margin = numbered ? 34 : 4;
  const bar = lineHeight - (tile * height) / width - name - 40 - 2 * margin;
  const pictures = scores.map((_, unit) => overlaid(templates, unit, maps));
  const limit = Math.max(0, ...pictures.map(each => each.reduce((size, value) => Math.max(size, Math.abs(value)), 0)));
  const largest = Math.max(1e-9, ...scores.map(Math.abs));
  const high = Math.max(0, ...scores) / largest;
  const span = high - Math.min(0, ...scores) / largest || 1;
  const title = { box: { ...area, y: area.y + TITLE.above, height: 0 } };
  const items: Item[] = [
    titleOf(title, messages.film.templates, maps > 1 ? messages.film.overlaid(maps) : '', area.width),
  ];
  for (const unit of scores.keys()) {
    const x = area.x + (unit % inLine) * step;
    const y = area.y + above + Math.floor(unit / inLine) * lineHeight;
    const tall = (tile * height) / width;
    const zero = y + tall + 14 + margin + (bar * high) / span;
    const score = scores[unit] * grown;
    const length = ((Math.abs(score) / largest) * bar) / span;
    const best = unit === ranked[0];
    const box = { x, y, width: tile, height: tall };
    const steps = Int16Array.from(pictures[unit], value => divergingStep(value, limit));
    const under = y + tall + 18 + bar + 2 * margin;
    items.push(
      { kind: 'cells', box, rows: height, columns: width, scale: 'diverging', steps, lines: paint('line', 0.8) },
      { kind: 'path', points: [x - gap / 2, zero, x + step - gap / 2, zero], stroke: paint('ink3', 0.7), width: 2 },
      {
        kind: 'rectangle',
        box: { x: x + tile * 0.2, y: score < 0 ? zero : zero - length, width: tile * 0.6, height: length },
        fill: paint(score < 0 ? 'negative' : 'positive', best ? 1 : 0.6),
      },
      {
        kind: 'text',
        x: x + tile / 2,
        y: under + name / 2,
        text: shortName(film.sheet.classes, unit),
        size: name,
        weight: best ? 600 : 400,
        align: 'center',
        most: step - 6,
        paint: paint(best ? 'ink' : 'ink2'),
      },
    );
    if (best) items.push({ kind: 'rectangle', box, stroke: paint('ink'), width: 4 });
    if (numbered) {
      const at = score < 0 ? zero + length + 16 : zero - length - 16;
      const number = numberOf(scoreOf(shown, unit), {
        x: x + tile / 2,
        y: at,
        size: 24,
        align: 'center',
        paint: signPaint(score),
      });
      items.push(...faded([number], shareOf(grown, 0.9, 1)));
    }
  }
  return items;
}

/** The first classes by their scores, with their probabilities once all is known. */
function drawRanking(film: SceneFilm, shown: Compared, area: Box): Item[] {
  const { scores, ranked, probabilities, whole, grown } = shown;
  const { sheet } = film;
  const last = sheet.network.layers.at(-1)!;
  const first = ranked.slice(0, RANKED);
  const top = area.y + area.height * (isWide(area) ? 0.7 : 0.68);
  const line = Math.min(64, (area.y + area.height - top) / first.length);
  const size = Math.min(34, line * 0.62);
  const label = 60 + Math.min(220, Math.max(60, ...first.map(unit => widthOf(shortName(sheet.classes, unit), size))));
  const [score, probability] = [130, 150];
  const room = area.width - label - score - probability;
  // Bars of scores below 0 go to the left.
  const low = Math.min(0, ...first.map(unit => scores[unit]));
  const span = Math.max(1e-9, ...first.map(unit => scores[unit])) - low;
  const zero = area.x + label - (low / span) * room;
  const box = { ...area, y: top + 4, height: 0 };
  const items: Item[] = [titleOf({ box }, messages.film.ranking(whole), '', area.width)];
  if (low < 0)
    items.push({
      kind: 'path',
      points: [zero, top, zero, top + first.length * line],
      stroke: paint('ink3', 0.7),
      width: 2,
    });
  for (const [at, unit] of first.entries()) {
    const y = top + (at + 0.5) * line;
    const best = at === 0;
    const text = (what: string, x: number, strong = best): Item => ({
      kind: 'text',
      x,
      y,
      text: what,
      size,
      weight: strong ? 600 : 400,
      most: label - 60,
      paint: paint(strong ? 'ink' : 'ink2'),
    });
    const length = Math.max(2, (Math.abs(scores[unit] * grown) / span) * room);
    items.push(
      text(String(at + 1), area.x, false),
      text(shortName(sheet.classes, unit), area.x + 46),
      {
        kind: 'rectangle',
        box: {
          x: scores[unit] < 0 ? zero - length : zero,
          y: y - line * 0.24,
          width: length,
          height: line * 0.48,
        },
        fill: paint(scores[unit] < 0 ? 'negative' : 'positive', best ? 1 : 0.6),
      },
      numberOf(scoreOf(shown, unit), {
        x: area.x + label + room + score - 10,
        y,
        size,
        align: 'right',
        weight: best ? 600 : 400,
        paint: paint(best ? 'ink' : 'ink2'),
      }),
    );
    if (probabilities)
      items.push(
        numberOf(
          {
            value: probabilities[unit],
            terms: [[{ tensor: `${last.id}/output`, index: unit }]],
            form: 'percent',
          },
          { x: area.x + area.width, y, size, align: 'right', weight: best ? 600 : 400, paint: paint('ink2') },
        ),
      );
  }
  return items;
}

/** Without templates that could be shown: the classes with their bars, large, and what the last layer reads. */
function drawBars(film: SceneFilm, moment: Moment, area: Box): Item[] {
  const outcome = outcomeOf(film, moment.state);
  if (!outcome) return [];
  const image = film.sheet.tensors.get(`${film.sheet.network.layers[0].id}/output`)!;
  const above = TITLE.above + TITLE.size;
  const wide = isWide(area);
  const room: Box = wide
    ? { ...area, y: area.y + above, width: area.width * 0.42, height: area.height - above }
    : { ...area, y: area.y + above, height: area.height * 0.42 };
  const panel = place(isColour(image) ? colourView(image) : mapView(image), room, { corner: wide });
  const right: Box = wide
    ? { ...area, x: panel.box.x + panel.box.width + 110, width: area.width - panel.box.width - 110 }
    : { ...area, y: area.y + area.height * 0.52, height: area.height * 0.48 };
  return [
    titleOf(panel, nameOf(film, panel), sizeOf(panel)),
    ...drawPanel(film, moment.state, panel),
    ...drawAnswer(film, moment, outcome, right),
    ...drawMarks(film, moment, [panel]),
  ];
}
