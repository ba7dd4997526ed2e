/** Maps beside each other: the window slides over one, and the other comes about. */
import { messages } from '../../messages.ts';
import type { TensorId, TensorInfo } from '../../network.ts';
import { nthOf } from '../../scene/scan.ts';
import { type Moment, partOf, type Part, spot } from '../moment.ts';
import type { SceneFilm } from '../numbers.ts';
import { beam, boxIn, drawPanel, frame, mapView, mapsIn, type Panel, place, TITLE, titleOf } from '../panel.ts';
import { type Box, type Item, paint } from '../picture.ts';

/** So many windows before the present one are still faintly shown. */
const TRAIL = 3;
const GAP = 130;

export function drawMaps(
  film: SceneFilm,
  moment: Moment,
  maps: readonly { tensor: TensorId; map?: number }[],
  area: Box,
): Item[] {
  const { sheet } = film;
  const shown = maps.map(({ tensor, map = 0 }) => {
    const info = sheet.tensors.get(tensor)!;
    // The map that a scan fills is the one that is shown.
    return mapView(info, moment.scan?.info === info ? spot(info, moment.scan.element.index).map : map);
  });
  const panels = shown.map((view, at) => place(view, cut(area, at, shown.length)));
  const top = Math.min(...panels.map(({ box }) => box.y));
  const aligned = isWide(area)
    ? panels.map(panel => ({ ...panel, box: { ...panel.box, y: Math.max(top, panel.box.y) } }))
    : panels;
  return [
    ...aligned.flatMap(panel => [
      titleOf(panel, nameOf(film, panel.info, panel.map), detailOf(panel, moment), panel.box.width + GAP / 2),
      ...drawPanel(film, moment.state, panel, { isThere: nth => hasCome(panel, moment, nth) }),
    ]),
    ...drawWalk(film, moment, aligned),
    ...drawWindow(film, moment, aligned),
  ];
}

const isWide = ({ width, height }: Box) => width > height;

/** The part of an area for one of several panels, beside each other or below. A title stands above each. */
export function cut(area: Box, at: number, of: number, gap = GAP): Box {
  const above = TITLE.above + TITLE.size;
  if (isWide(area)) {
    const width = (area.width - gap * (of - 1)) / of;
    return { x: area.x + at * (width + gap), y: area.y + above, width, height: area.height - above };
  }
  const height = (area.height - gap * (of - 1)) / of;
  return { ...area, y: area.y + at * (height + gap) + above, height: height - above };
}

/** What a map is called: its layer, and which map it is if there are several. */
export function nameOf({ sheet }: Pick<SceneFilm, 'sheet'>, info: TensorInfo, map: number): string {
  const { name } = sheet.layers.get(info.layer)!;
  return mapsIn(info) > 1 ? messages.film.map(name, map + 1) : name;
}

function detailOf({ info, rows, columns }: Panel, { scan }: Moment): string {
  const text = messages.film;
  if (scan?.info !== info) return columns === 1 ? String(rows) : `${rows}×${columns}`;
  const cells = rows * columns;
  return text.cellOf((scan.nth % cells) + 1, cells);
}

/** Whether a cell of a panel has come about. Before a scan begins, the cells before its first one have. */
export function hasCome({ info, at }: Panel, { scan, progress }: Moment, nth: number): boolean {
  if (scan?.info !== info) return true;
  const own = nthOf(info, at(nth));
  return own < scan.nth || (own === scan.nth && progress > 0);
}

/** The window that the present cell looks through, its trail, and the cell. */
function drawWindow(film: SceneFilm, { scan, progress }: Moment, panels: readonly Panel[]): Item[] {
  if (!scan || progress === 0) return [];
  const target = panels.find(({ info }) => info === scan.info);
  const [accent, ink] = [paint('accent'), paint('ink')];
  const items: Item[] = [];
  const { row, column } = spot(scan.info, scan.element.index);
  const cell = target && boxIn(target, row, column);
  for (const part of scan.reads.flatMap(range => partOf(film.sheet, range) ?? [])) {
    const panel = panels.find(each => each.info === part.info && each.map === part.map);
    if (!panel || panel === target) continue;
    const box = boxOfPart(panel, part);
    for (let back = Math.min(TRAIL, column); back > 0; back--)
      items.push(frame(moved(box, -back * panel.side, panel), paint('accent', 0.45 - 0.12 * back), 2));
    if (cell) items.push(beam(box, cell, paint('accent', 0.16)));
    items.push(frame(box, accent));
  }
  if (cell) items.push(frame(cell, ink, Math.min(5, Math.max(3, cell.width / 6))));
  return items;
}

const boxOfPart = (panel: Panel, { row, column, height, width }: Part): Box => boxIn(panel, row, column, height, width);

/** A box further left, but not beyond its panel. */
const moved = (box: Box, by: number, { box: { x } }: Panel): Box => ({ ...box, x: Math.max(x, box.x + by) });

/** The cells that a walk has come to. */
function drawWalk(film: SceneFilm, { walk }: Moment, panels: readonly Panel[]): Item[] {
  if (!walk) return [];
  const info = film.sheet.tensors.get(walk.element.tensor)!;
  const { map, row, column } = spot(info, walk.element.index);
  const own = panels.find(each => each.info === info && each.map === map);
  const parts = walk.steps.flat().flatMap(range => partOf(film.sheet, range) ?? []);
  const framed = parts.flatMap(part => {
    const panel = panels.find(each => each.info === part.info && each.map === part.map);
    return panel ? [frame(boxOfPart(panel, part), paint('accent'))] : [];
  });
  return [...framed, ...(own ? [frame(boxIn(own, row, column), paint('ink'), 4)] : [])];
}
