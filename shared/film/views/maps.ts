/** Maps beside each other: the window slides over one, and the other comes about. */
import { messages } from '../../messages.ts';
import type { TensorId, TensorInfo } from '../../network.ts';
import { type Moment, spot } from '../moment.ts';
import type { SceneFilm } from '../numbers.ts';
import { colourView, drawPanel, isColour, mapsIn, mapView, type Panel, place, TITLE, titleOf } from '../panel.ts';
import type { Box, Item } from '../picture.ts';
import { drawMarks, hasCome } from './marks.ts';

const GAP = 110;
/** A map that is shown alone has numbers in smaller cells, too. */
const ALONE = 20;

export function drawMaps(
  film: SceneFilm,
  moment: Moment,
  maps: readonly { tensor: TensorId; map?: number }[],
  area: Box,
): Item[] {
  const { sheet } = film;
  const views = maps.map(({ tensor, map }) => {
    const info = sheet.tensors.get(tensor)!;
    if (map === undefined && isColour(info)) return colourView(info);
    // The map that a scan fills is the one that is shown.
    return mapView(info, moment.scan?.info === info ? spot(info, moment.scan.element.index).map : map);
  });
  const panels = views.map((view, at) => place(view, cut(area, at, views.length)));
  const top = Math.min(...panels.map(({ box }) => box.y));
  const aligned = isWide(area)
    ? panels.map(panel => ({ ...panel, box: { ...panel.box, y: Math.max(top, panel.box.y) } }))
    : panels;
  return [
    ...aligned.flatMap(panel => [
      titleOf(panel, nameOf(film, panel), detailOf(panel, moment), Math.max(panel.box.width + GAP * 0.7, 300)),
      ...drawPanel(film, moment.state, panel, {
        isThere: nth => hasCome(sheet, panel, moment, nth),
        ...(aligned.length === 1 && { numbers: ALONE }),
      }),
    ]),
    ...drawMarks(film, moment, aligned),
  ];
}

export const isWide = ({ width, height }: Box) => width > height;

/** The part of an area for one of several panels, beside each other or below. A title stands above each. */
function cut(area: Box, at: number, of: number): Box {
  const above = TITLE.above + TITLE.size;
  if (isWide(area)) {
    const width = (area.width - GAP * (of - 1)) / of;
    return { x: area.x + at * (width + GAP), y: area.y + above, width, height: area.height - above };
  }
  // Three or four of them stand in two columns.
  const gap = 40;
  const columns = of > 2 ? 2 : 1;
  const rows = Math.ceil(of / columns);
  const width = (area.width - gap * (columns - 1)) / columns;
  const height = (area.height - gap * (rows - 1)) / rows;
  const x = area.x + (at % columns) * (width + gap);
  return { x, y: area.y + Math.floor(at / columns) * (height + gap) + above, width, height: height - above };
}

/** What a map is called: its layer, and which map it is if there are several. */
export function nameOf(
  { sheet }: Pick<SceneFilm, 'sheet'>,
  { info, map, colour }: Pick<Panel, 'map' | 'colour'> & { info: TensorInfo },
): string {
  const { name } = sheet.layers.get(info.layer)!;
  return mapsIn(info) > 1 && !colour ? messages.film.map(name, map + 1) : name;
}

/** How large a panel's map is, as its title says. */
export const sizeOf = ({ info, rows, columns }: Panel): string =>
  info.shape.length === 1 ? String(info.size) : `${rows}×${columns}`;

function detailOf(panel: Panel, { scan }: Moment): string {
  if (scan?.info !== panel.info) return sizeOf(panel);
  const cells = panel.info.shape.length === 1 ? panel.info.size : panel.rows * panel.columns;
  return messages.film.cellOf((scan.nth % cells) + 1, cells);
}
