/** What is marked in the maps of a picture: a scan's window, the way back to the pixels, the cell that is edited. */
import { formatAddress } from '../../address.ts';
import { placeOf, type Sheet } from '../../layout/sheet.ts';
import { layersBehind, type TensorInfo } from '../../network.ts';
import { nthOf } from '../../scene/scan.ts';
import { type Moment, partOf, spot } from '../moment.ts';
import type { SceneFilm } from '../numbers.ts';
import { beam, cellBox, frame, hasElement, type Panel, partBox, widthOf } from '../panel.ts';
import { type Box, type Item, paint } from '../picture.ts';

/** So many windows before the present one are still faintly shown. */
const TRAIL = 3;

/** Whether a cell of a panel has come about. Before a scan begins, the cells before its first one have. What follows
 *  from scanned cells one by one, such as their ReLU, comes with them. What follows from many of them comes last. */
export function hasCome(
  sheet: Sheet,
  { info, at }: Pick<Panel, 'info' | 'at'>,
  { scan, progress }: Moment,
  nth: number,
): boolean {
  if (!scan) return true;
  const isOwn = scan.info === info;
  if (!isOwn && !follows(sheet, info, scan.info)) return true;
  if (!isOwn && info.size !== scan.info.size) return progress >= 1;
  const own = nthOf(info, at(nth));
  return own < scan.nth || (own === scan.nth && progress > 0);
}

const behind = new WeakMap<Sheet, Map<string, ReadonlySet<string>>>();
function follows(sheet: Sheet, { layer, id, role }: TensorInfo, from: TensorInfo): boolean {
  if (role !== 'computed' || layer === from.layer) return layer === from.layer && isAfter(sheet, id, from.id);
  const known = behind.get(sheet) ?? new Map<string, ReadonlySet<string>>();
  behind.set(sheet, known);
  const layers = known.get(layer) ?? layersBehind(sheet.network, layer);
  known.set(layer, layers);
  return layers.has(from.layer);
}

/** Whether a computed tensor comes after another one of its layer. */
function isAfter({ tensors }: Sheet, one: TensorInfo['id'], other: TensorInfo['id']): boolean {
  if (tensors.get(one)?.role !== 'computed') return false;
  const order = [...tensors.keys()];
  return order.indexOf(one) > order.indexOf(other);
}

/** Everything that is marked at a moment. */
export function drawMarks(film: SceneFilm, moment: Moment, panels: readonly Panel[]): Item[] {
  return [...drawWalk(film, moment, panels), ...drawWindow(film, moment, panels), ...drawEdit(film, moment, panels)];
}

/** The window that the present cell looks through, its trail, and the cell. */
function drawWindow(film: SceneFilm, { scan, progress }: Moment, panels: readonly Panel[]): Item[] {
  if (!scan || progress === 0) return [];
  const { index } = scan.element;
  const target = panels.find(panel => hasElement(panel, scan.element));
  const cell = target && cellBox(target, index);
  const { column } = spot(scan.info, index);
  const [beams, frames]: [Item[], Item[]] = [[], []];
  for (const part of scan.reads.flatMap(range => partOf(film.sheet, range) ?? []))
    for (const panel of panels) {
      const box = panel === target ? undefined : partBox(panel, part);
      if (!box) continue;
      const isSmall = box.width < panel.box.width;
      for (let back = isSmall ? Math.min(TRAIL, column) : 0; back > 0; back--)
        frames.push(frame(moved(box, -back * panel.side, panel), paint('accent', 0.45 - 0.12 * back), 2));
      if (cell) beams.push(beam(box, cell, paint('accent', 0.16)));
      frames.push(frame(box, paint('accent'), thick(panel)));
    }
  const twins = panels.filter(
    panel => panel !== target && panel.info.size === scan.info.size && isTwin(film, panel, scan.info),
  );
  for (const twin of twins) {
    const { map } = spot(scan.info, index);
    if (twin.map === map) frames.push(frame(cellBox(twin, index), paint('ink'), thick(twin) - 1));
  }
  if (cell && target) frames.push(frame(cell, paint('ink'), thick(target)));
  return [...beams, ...frames];
}

const isTwin = ({ sheet }: SceneFilm, { info }: Panel, from: TensorInfo) =>
  info.shape.length === from.shape.length && follows(sheet, info, from);

/** How wide a frame around a cell is. */
const thick = ({ side }: Panel) => Math.min(5, Math.max(2.5, side / 5));

/** A box further left, but not beyond its panel. */
const moved = (box: Box, by: number, { box: { x } }: Panel): Box => ({ ...box, x: Math.max(x, box.x + by) });

/** The cells that a walk has come to. */
function drawWalk(film: SceneFilm, { walk }: Moment, panels: readonly Panel[]): Item[] {
  if (!walk) return [];
  const parts = walk.steps.flat().flatMap(range => partOf(film.sheet, range) ?? []);
  const own = panels.find(panel => hasElement(panel, walk.element));
  return [
    ...panels.flatMap(panel =>
      parts.flatMap(part => {
        const box = partBox(panel, part);
        return box ? [frame(box, paint('accent'), thick(panel))] : [];
      }),
    ),
    ...(own ? [frame(cellBox(own, walk.element.index), paint('ink'), thick(own))] : []),
  ];
}

/** The cell that is edited, and what is typed. */
function drawEdit({ sheet }: SceneFilm, { edit, progress }: Moment, panels: readonly Panel[]): Item[] {
  const panel = edit && panels.find(each => hasElement(each, edit.element));
  if (!edit || !panel) return [];
  const cell = cellBox(panel, edit.element.index);
  const address = formatAddress(placeOf(sheet, edit.element.tensor, edit.element.index));
  const mark = frame(cell, paint('override'), thick(panel));
  if (edit.entered && progress > 0.75) return [mark];
  const before = widthOf(address, 30) + 54;
  const width = before + Math.max(110, widthOf(edit.typed, 36) + 60);
  const isAbove = cell.y - panel.box.y > 90;
  const x = Math.min(cell.x, panel.box.x + Math.max(0, panel.box.width - width));
  const box: Box = { x, y: isAbove ? cell.y - 78 : cell.y + cell.height + 16, width, height: 62 };
  const y = box.y + 31;
  return [
    mark,
    { kind: 'rectangle', box, fill: paint('ground'), stroke: paint('override'), width: 3, radius: 8 },
    { kind: 'text', x: box.x + 18, y, text: address, size: 30, paint: paint('ink2') },
    ...typedText(edit, { x: box.x + before, y, size: 36 }),
  ];
}

/** A typed text with its caret until it is entered. */
export function typedText(
  { typed, entered }: { typed: string; entered: boolean },
  at: { x: number; y: number; size: number },
): Item[] {
  const caret = { text: '|', size: at.size, paint: paint('accent') };
  return [
    {
      kind: 'text',
      ...at,
      text: typed,
      font: 'numerals',
      weight: 600,
      paint: paint('ink'),
      ...(!entered && { behind: caret }),
    },
  ];
}
