/** A part of a sheet as the window shows it: headings, captions, cells with numbers, what is selected and read. */
import { columnName, formatAddress } from '../../address.ts';
import { isError } from '../../cell-content.ts';
import { shortNumber } from '../../explain/short-number.ts';
import { derive } from '../../formula/derive.ts';
import type { Block } from '../../layout/layout.ts';
import { placeOf } from '../../layout/sheet.ts';
import type { TensorInfo } from '../../network.ts';
import { only, type RangePlace } from '../../places.ts';
import { cellOf, type Moment } from '../moment.ts';
import { elementIn, type SceneFilm } from '../numbers.ts';
import { frame, type Heat, numberIn, scaleOf, widthOf } from '../panel.ts';
import { type Box, type ColourName, type Item, paint } from '../picture.ts';
import type { Camera, Region } from '../storyboard.ts';
import { hasCome, typedText } from './marks.ts';
import { columnsAt, cornersOf, rangeOfRegion } from './sheet-places.ts';

/** In units: the headings, the formula above them, the largest cell, and the smallest ones with numbers, texts and
 *  lines. */
const [HEADING, NUMBERS, FORMULA] = [40, 78, 74];
const [LARGEST, READABLE, WORDED, LINED] = [92, 21, 13, 8];
/** About how wide a letter of the monospaced typefaces is, as a share of its size. */
const MONO = 0.6;

/** A part of a sheet in a picture: which one, where it begins (in cells from A1), and how large its cells are. */
type View = { sheet: string; left: number; top: number; side: number; box: Box };

type SheetCamera = Omit<Extract<Camera, { kind: 'sheet' }>, 'kind' | 'plane'>;

/** Where the camera comes from, and how far it has come. */
export type From = { camera: SheetCamera; share: number };

export function drawSheet(
  film: SceneFilm,
  moment: Moment,
  { region, selection, folded }: SheetCamera,
  area: Box,
  from?: From,
): Item[] {
  const chosen = chosenIn(film, moment, selection);
  const bar = moment.edit || chosen?.formula !== undefined ? FORMULA : 0;
  const box: Box = {
    x: area.x + NUMBERS,
    y: area.y + bar + HEADING,
    width: area.width - NUMBERS,
    height: area.height - bar - HEADING,
  };
  const range = rangeOfRegion(film.sheet, region);
  const columns = columnsAt(film.sheet, range.sheet, folded);
  const view = viewOf(film, range, columns, box, from);
  const seen = visible(view, columns);
  const inside: Item[] = [
    ...drawBlocks(film, moment, view, columns, seen),
    ...drawTexts(film, moment, view, columns, seen),
    ...drawOutlines(moment, view, columns, chosen),
  ];
  return [
    ...(bar > 0 ? drawFormula(moment, chosen, { ...area, height: bar - 18 }) : []),
    ...drawHeadings(view, columns, seen),
    { kind: 'group', items: inside, clip: box },
    frame(box, paint('line'), 2),
  ];
}

type Columns = ReturnType<typeof columnsAt>;

/** The region as large as it fits, with the cells around it that have room too. */
function viewOf({ sheet }: SceneFilm, range: RangePlace, columns: Columns, box: Box, from: From | undefined): View {
  const own = cornersOf(columns, range);
  const before = from && rangeOfRegion(sheet, from.camera.region);
  const start =
    before?.sheet === range.sheet ? cornersOf(columnsAt(sheet, before.sheet, from!.camera.folded), before) : own;
  const share = before?.sheet === range.sheet ? from!.share : 1;
  const between = (a: number, b: number) => a + (b - a) * share;
  const [x, y] = [between(start.x, own.x), between(start.y, own.y)];
  const [width, height] = [between(start.width, own.width), between(start.height, own.height)];
  const side = Math.min(box.width / width, box.height / height, LARGEST);
  const left = Math.max(0, x + width / 2 - box.width / side / 2);
  const top = Math.max(0, y + height / 2 - box.height / side / 2);
  return { sheet: range.sheet, left, top, side, box };
}

/** The cells that are at least partly in the picture. */
function visible({ sheet, left, top, side, box }: View, columns: Columns): RangePlace {
  const column = columns.at(left);
  const row = Math.floor(top);
  return {
    sheet,
    row,
    column,
    height: Math.ceil(top + box.height / side) - row,
    width: columns.at(left + box.width / side) - column + 1,
  };
}

/** The rectangle of some cells in a picture. */
function boxOf({ left, top, side, box }: View, columns: Columns, range: Omit<RangePlace, 'sheet'>): Box {
  const x = columns.left(range.column);
  return {
    x: box.x + (x - left) * side,
    y: box.y + (range.row - top) * side,
    width: (columns.left(range.column + range.width) - x) * side,
    height: range.height * side,
  };
}

function drawBlocks(film: SceneFilm, moment: Moment, view: View, columns: Columns, range: RangePlace): Item[] {
  const { sheet } = film;
  if (range.sheet !== sheet.id) return [];
  return sheet.layout.blocksIn(range).flatMap(block => {
    const info = sheet.tensors.get(block.view.tensor);
    const box = boxOf(view, columns, block);
    return info && box.width > 0 ? drawBlock(film, moment, info, block, box, view.side) : [];
  });
}

function drawBlock(
  film: SceneFilm,
  moment: Moment,
  info: TensorInfo,
  { height: rows, width: columns, view: { offset, rowStride, columnStride } }: Block,
  box: Box,
  side: number,
): Item[] {
  const own: Heat = scaleOf(film, info);
  const heat: Heat = info.role === 'parameter' && side >= READABLE ? { ...own, scale: 'parameter' } : own;
  const steps = new Int16Array(rows * columns).fill(-1);
  const texts: Item[] = [];
  const view = { info, at: (nth: number) => nth };
  const width = box.width / columns;
  const indexAt = (nth: number) => offset + Math.floor(nth / columns) * rowStride + (nth % columns) * columnStride;
  for (let nth = 0; nth < steps.length; nth++) {
    const [row, column] = [Math.floor(nth / columns), nth % columns];
    const index = indexAt(nth);
    const content = hasCome(film.sheet, view, moment, index)
      ? elementIn(film.sheet, moment.state, { tensor: info.id, index })
      : undefined;
    if (typeof content !== 'number') continue;
    steps[nth] = heat.step(content);
    if (side < READABLE) continue;
    const cell = { x: box.x + column * width, y: box.y + row * side, width, height: side };
    texts.push(numberIn(cell, content, { scale: heat.scale, step: steps[nth] }, [[{ tensor: info.id, index }]]));
  }
  const lines = paint('line', side >= LINED ? 0.8 : 0);
  const elementAt = (nth: number) => ({ tensor: info.id, index: indexAt(nth) });
  return [{ kind: 'cells', box, rows, columns, scale: heat.scale, steps, lines, elementAt }, ...texts];
}

/** Captions, names, and what users wrote in free cells. */
function drawTexts(
  { sheet }: SceneFilm,
  { state: { cells } }: Moment,
  view: View,
  columns: Columns,
  range: RangePlace,
): Item[] {
  const { side } = view;
  if (side < WORDED) return [];
  const size = Math.min(30, side * 0.62);
  const items: Item[] = [];
  const write = (row: number, column: number, text: string, bold: boolean, most: number) => {
    const { x, y } = boxOf(view, columns, { row, column, height: 1, width: 1 });
    items.push({
      kind: 'text',
      x: x + 4,
      y: y + side / 2,
      text,
      size,
      weight: bold ? 600 : 400,
      paint: paint(bold ? 'ink' : 'ink2'),
      most,
    });
  };
  if (range.sheet === sheet.id) {
    // A caption before the picture's left edge may reach into it.
    const labels = sheet.layout.labelsIn({ ...range, column: Math.max(0, range.column - 12), width: range.width + 12 });
    const byRow = new Map<number, number>();
    for (const { row, column, text, kind } of labels.toSorted((a, b) => b.column - a.column)) {
      if (columns.left(column + 1) === columns.left(column)) continue;
      const until = byRow.get(row) ?? column + 16;
      byRow.set(row, column);
      let end = column + 1;
      while (end < Math.min(until, column + 16) && !sheet.layout.elementAt(row, end)) end++;
      const most = (columns.left(end) - columns.left(column)) * side - 8;
      write(row, column, text, kind === 'caption', most);
    }
  }
  for (const [key, content] of cells ?? []) {
    const [id, row, column] = key.split(' ');
    const [at, on] = [Number(row), Number(column)];
    const isSeen =
      at >= range.row && at < range.row + range.height && on >= range.column - 8 && on < range.column + range.width;
    if (id !== range.sheet || !isSeen || content === null) continue;
    const text = isError(content)
      ? content.error
      : typeof content === 'number'
        ? shortNumber(content)
        : String(content);
    if (typeof content === 'number') {
      const { x, y, width } = boxOf(view, columns, { row: at, column: on, height: 1, width: 1 });
      const room = { most: width - 8, align: 'right' as const };
      items.push({ kind: 'text', x: x + width - 4, y: y + side / 2, text, size, paint: paint('ink'), ...room });
    } else write(at, on, text, false, 8 * side);
  }
  return items;
}

/** What is selected: its cells, and for one computed cell its formula with what it reads. */
type Chosen = { range: RangePlace; address: string; formula?: ReturnType<typeof derive> };

function chosenIn(film: SceneFilm, moment: Moment, selection: Region | undefined): Chosen | undefined {
  const { sheet } = film;
  const moving = moment.edit?.element ?? cellOf(film, moment);
  const range = moving
    ? only(placeOf(sheet, moving.tensor, moving.index))
    : selection && rangeOfRegion(sheet, selection);
  if (!range) return undefined;
  const isOne = range.height === 1 && range.width === 1 && range.sheet === sheet.id;
  const element = isOne ? sheet.layout.elementAt(range.row, range.column) : undefined;
  const isOver = element && film.written.formulas.get(element.tensor)?.has(element.index);
  const formula = element && !isOver && !moment.edit ? derive(sheet, element) : undefined;
  return { range, address: formatAddress(range), ...(formula && { formula }) };
}

const REFERENCES: readonly ColourName[] = ['ref1', 'ref2', 'ref3', 'ref4', 'ref5'];

function drawOutlines(
  { edit, walk, progress }: Moment,
  view: View,
  columns: Columns,
  chosen: Chosen | undefined,
): Item[] {
  const items: Item[] = [];
  const thick = Math.min(5, Math.max(2.5, view.side / 8));
  const outline = (range: RangePlace, colour: ColourName, dash?: readonly number[]) => {
    const box = boxOf(view, columns, range);
    if (range.sheet === view.sheet && box.width > 0)
      items.push({
        kind: 'rectangle',
        box,
        stroke: paint(colour),
        width: thick,
        ...(dash && { dash }),
      });
  };
  for (const range of walk?.steps.flat() ?? []) outline(range, 'accent');
  for (const [at, { range }] of (chosen?.formula?.references ?? []).entries())
    outline(range, REFERENCES[at % REFERENCES.length]);
  if (chosen) outline(chosen.range, edit ? 'override' : 'ink');
  if (!edit || !chosen || (edit.entered && progress > 0.75)) return items;
  const cell = boxOf(view, columns, chosen.range);
  const size = Math.min(40, view.side * 0.62);
  const width = Math.max(cell.width, widthOf(edit.typed, size) + 30);
  const box = { ...cell, width };
  return [
    ...items,
    { kind: 'rectangle', box, fill: paint('ground'), stroke: paint('override'), width: thick },
    ...typedText(edit, { x: box.x + 6, y: box.y + box.height / 2, size }),
  ];
}

/** The selected cell's address and formula, as the formula bar shows them. */
function drawFormula({ edit }: Moment, chosen: Chosen | undefined, area: Box): Item[] {
  const box = { ...area };
  const y = box.y + box.height / 2;
  const address = chosen?.address ?? '';
  const start = box.x + Math.max(130, widthOf(address, 30) + 40);
  const items: Item[] = [
    { kind: 'rectangle', box, fill: paint('sunken'), radius: 8 },
    { kind: 'text', x: box.x + 20, y, text: address, size: 30, weight: 600, paint: paint('ink') },
  ];
  if (edit) return [...items, ...typedText(edit, { x: start, y, size: 32 })];
  const formula = chosen?.formula;
  if (!formula) return items;
  const room = box.x + box.width - start - 20;
  const size = Math.max(20, Math.min(30, room / (MONO * formula.text.length)));
  const fits = Math.floor(room / (MONO * size));
  const text = formula.text.length > fits ? `${formula.text.slice(0, fits - 1)}…` : formula.text;
  const part = (from: number, to: number, colour: ColourName) => {
    if (from >= text.length || from >= to) return;
    items.push({
      kind: 'text',
      x: start + from * MONO * size,
      y,
      text: text.slice(from, to),
      size,
      font: 'mono',
      paint: paint(colour),
    });
  };
  let at = 0;
  for (const [nth, reference] of formula.references.entries()) {
    part(at, reference.start, 'ink2');
    part(reference.start, reference.end, REFERENCES[nth % REFERENCES.length]);
    at = reference.end;
  }
  part(at, text.length, 'ink2');
  return items;
}

/** Column letters above and row numbers beside, each where it has room. */
function drawHeadings(view: View, columns: Columns, range: RangePlace): Item[] {
  const { box, side } = view;
  const size = 22;
  const items: Item[] = [];
  const label = (x: number, y: number, text: string): Item => ({
    kind: 'text',
    x,
    y,
    text,
    size,
    align: 'center',
    paint: paint('ink3'),
  });
  let taken = box.x - 4;
  for (let column = range.column; column < range.column + range.width; column++) {
    const { x, width } = boxOf(view, columns, { row: 0, column, height: 1, width: 1 });
    if (width === 0) continue;
    const text = columnName(column);
    const middle = x + width / 2;
    const wide = widthOf(text, size) + 8;
    const isInside = middle - wide / 2 >= taken && middle + wide / 2 <= box.x + box.width;
    if (!isInside || (width < wide * 0.7 && column % 5 !== 0)) continue;
    taken = middle + wide / 2;
    items.push(label(middle, box.y - HEADING / 2, text));
  }
  const every = side >= 26 ? 1 : side >= 12 ? 2 : side >= 6 ? 5 : 10;
  for (let row = range.row; row < range.row + range.height; row++) {
    const y = box.y + (row + 0.5 - view.top) * side;
    if ((row + 1) % every === 0 && y > box.y + 8 && y < box.y + box.height - 8)
      items.push(label(box.x - NUMBERS / 2, y, String(row + 1)));
  }
  return items;
}
