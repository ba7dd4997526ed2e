import { columnName } from '../../shared/address.ts';
import type { Block, ElementIndex } from '../../shared/layout/layout.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import { readByRelu } from '../core/foldable.ts';
import { divergingStep } from '../../shared/explain/steps.ts';
import type { Geometry } from './geometry.ts';
import { type HeatMap, stepOf, tableOf } from './heat.ts';
import type { Shown } from './tiles.ts';
import { cutText, forgetMeasures, measured, paintLabels } from './labels.ts';
import { paintCommentMarks } from './comment-marks.ts';
import { paintCells, type PaintedCells } from './paint-cells.ts';
import { paintMoves } from './moves.ts';
import { paintOverMarks } from './over-marks.ts';
import { otherLines, numberRoom, numberSize, numberText, SMALLEST_NUMBER } from './number-text.ts';
import type { Theme } from '../parts/theme.ts';
import { type Frame, type Caption, type Place, createPlace } from './frame.ts';

/** The captions of the visible bands. A ReLU with a folded convolution has the convolution's name too. */
export function captionsOf(sheet: Sheet, geometry: Geometry): Caption[] {
  const { bands } = sheet.layout;
  return bands
    .filter(({ name, column }) => name !== '' && !geometry.isHidden(column))
    .map(({ column, width, name, detail, layer: id }) => {
      const layer = sheet.layers.get(id)!;
      const source = readByRelu(layer);
      const folded = bands.find(
        band => band.layer === source && band.role === 'maps' && geometry.isHidden(band.column),
      );
      return folded
        ? { column, width, name: `${folded.name} + ${name}`, detail: folded.detail }
        : { column, width, name, detail };
    });
}

/** Draws the visible sheet: heat, grid lines, numbers, labels, the frozen row and the headings. All positions are whole
 *  device pixels, so that lines are sharp. */
export function paintSheet(context: CanvasRenderingContext2D, frame: Frame, heat: HeatMap, cells?: PaintedCells): void {
  const { geometry, theme } = frame;
  const place = createPlace(frame);
  const withNumbers = geometry.cellSize >= SMALLEST_NUMBER;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = theme.surface;
  context.fillRect(0, 0, place.width, place.height);

  heat.paint(context, theme, withNumbers, place);
  if (withNumbers) paintGridLines(context, frame, place);
  paintFrames(context, frame, place, heat.shown, withNumbers);
  paintMoves(context, frame, place, heat.shown);
  if (withNumbers) {
    context.textBaseline = 'middle';
    context.textRendering = 'geometricPrecision';
    context.textAlign = 'center';
    for (const shown of heat.shown) {
      if (frame.formulaOf) paintFormulas(context, frame, place, shown, frame.formulaOf);
      paintNumbers(context, frame, place, shown);
    }
  }
  if (withNumbers && frame.formulas?.size) paintOverMarks(context, frame, place, heat.shown);
  if (withNumbers && frame.commented) paintCommentMarks(context, frame, place, frame.commented, heat.shown);
  paintLabels(context, frame, place);
  if (frame.geometry.frozenRows > 0) paintCaptions(context, frame, place);
  if (cells) paintCells(context, frame, place, cells);
  paintHeadings(context, frame, place, withNumbers);
}

/** Draws only the headings, which is all that a new selection changes on the canvas. */
export function paintSelection(context: CanvasRenderingContext2D, frame: Frame): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  paintHeadings(context, frame, createPlace(frame), frame.geometry.cellSize >= SMALLEST_NUMBER);
}

function paintGridLines(context: CanvasRenderingContext2D, { theme, geometry }: Frame, place: Place): void {
  const { seen } = place;
  const line = place.px(1);
  context.fillStyle = theme.gridLine;
  const right = Math.min(place.width, place.x(geometry.columns));
  const bottom = Math.min(place.height, place.y(geometry.rows));
  for (let column = seen.column; column < seen.column + seen.width; column++)
    if (!geometry.isHidden(column)) context.fillRect(place.x(column + 1) - line, place.top, line, bottom - place.top);
  for (let row = seen.row; row < seen.row + seen.height; row++)
    context.fillRect(place.left, place.y(row + 1) - line, right - place.left, line);
}

/** A block must be at least so many line widths high and wide to get a frame. */
const LEAST_FRAMED = 7;

/** A block of parameters has a firm frame, like an input field. A map has only a thin edge. */
function paintFrames(
  context: CanvasRenderingContext2D,
  { theme }: Frame,
  place: Place,
  tiles: Iterable<Shown>,
  withNumbers: boolean,
): void {
  const line = place.px(1);
  context.lineWidth = line;
  for (const { tile } of tiles) {
    const { whole } = tile.block;
    const left = place.x(whole.column) - line;
    const top = place.y(whole.row) - line;
    const right = place.x(whole.column + whole.width) - line;
    const bottom = place.y(whole.row + whole.height) - line;
    if (left > place.width || top > place.height || right < 0 || bottom < 0 || right <= left) continue;
    // Around a few pixels, a frame would cover everything.
    const least = Math.min(right - left, bottom - top);
    if (least < LEAST_FRAMED * line) continue;
    context.strokeStyle = framed(tile, withNumbers) ? theme.fieldLine : theme.line;
    context.strokeRect(left + line / 2, top + line / 2, right - left, bottom - top);
  }
}

/** Dense weights can be edited too, but there are too many of them for firm frames when they are small. */
function framed({ parameter, info }: Shown['tile'], withNumbers: boolean): boolean {
  return parameter && (withNumbers || info.shape.length !== 2);
}

function paintNumbers(context: CanvasRenderingContext2D, frame: Frame, place: Place, shown: Shown): void {
  const { values, tile } = shown;
  if (!values) return;
  const { numbers, others } = values;
  const dropped = shown.dropped?.numbers;
  const { geometry, theme, ratio } = frame;
  const { block, parameter } = tile;
  const { seen } = place;
  const firstRow = Math.max(block.row, seen.row);
  const endRow = Math.min(block.row + block.height, seen.row + seen.height);
  const firstColumn = Math.max(block.column, seen.column);
  const endColumn = Math.min(block.column + block.width, seen.column + seen.width);
  if (firstRow >= endRow || firstColumn >= endColumn) return;

  const { cellSize } = geometry;
  const table = tableOf(theme, tile, true);
  const droppedFaint = theme.colours.dropped.faint;
  const size = numberSize(cellSize, parameter);
  const font = (scale: number) => `${parameter ? 600 : 400} ${size * scale * ratio}px ${theme.numerals}`;
  context.font = font(1);
  const widths = glyphWidths(context);
  const glyphs = {
    digit: widths.get('0')! / ratio,
    point: widths.get('.')! / ratio,
    minus: widths.get('−')! / ratio,
    e: widths.get('e')! / ratio,
  };
  const exact = parameter || tile.info.role === 'actual';
  const rowHeight = cellSize * ratio;
  let ink = '';
  for (let column = firstColumn; column < endColumn; column++) {
    const left = place.x(column);
    const wide = place.x(column + 1) - left;
    if (wide === 0) continue;
    const middle = left + (wide - ratio) / 2;
    const room = { ...numberRoom(geometry.columnWidth(column), cellSize, glyphs), tiny: tile.tiny };
    for (let row = firstRow; row < endRow; row++) {
      const at = (row - block.row) * block.width + column - block.column;
      const value = numbers[at];
      const other = others?.[at];
      if (other === null || frame.formulaOf?.(elementIn(block, row, column)) !== undefined) continue;
      if (other !== undefined) {
        paintErrorMark(context, theme, left + wide, place.y(row), ratio);
        const { lines, scale } = otherLines(other, room, { cellSize, size });
        context.font = font(scale);
        for (const [i, line] of lines.entries()) {
          const y = place.y(row) + (rowHeight * (2 * i + 1)) / (2 * lines.length) + ratio / 4;
          // Of two lines, the first keeps off the corner at the right, and the second off the mark at the left.
          const side = lines.length === 1 ? 0 : i === 0 ? -1 : 1;
          context.textAlign = side < 0 ? 'left' : side > 0 ? 'right' : 'center';
          context.fillText(line, middle + (side * room.width * ratio) / 2, y, room.width * ratio);
        }
        context.textAlign = 'center';
        context.font = font(1);
        ink = '';
        continue;
      }
      const text = numberText(value, room, exact);
      let colour: string;
      if (parameter || Math.abs(value) >= 0.005) colour = table.ink[stepOf(shown, value)];
      else if (value === 0 && dropped && dropped[at] < 0)
        colour = droppedFaint[divergingStep(dropped[at], shown.limit)];
      else colour = table.faint[stepOf(shown, value)];
      if (colour !== ink) context.fillStyle = ink = colour;
      const y = place.y(row) + rowHeight / 2 + ratio / 4;
      // The last argument squeezes a text like "−12.4", so that it stays in its cell.
      if (text.length > 1 && textWidth(text, widths) > room.width * ratio)
        context.fillText(text, middle, y, room.width * ratio);
      else context.fillText(text, middle, y);
    }
  }
}

/** The element that a block shows in a cell. */
const elementIn = ({ view, row: top, column: left }: Block, row: number, column: number): ElementIndex => ({
  tensor: view.tensor,
  index: view.offset + (row - top) * view.rowStride + (column - left) * view.columnStride,
});

/** Paints the formulas of cells in place of their numbers, cut where their column ends. */
function paintFormulas(
  context: CanvasRenderingContext2D,
  { geometry, theme, ratio }: Frame,
  place: Place,
  { tile: { block } }: Shown,
  formulaOf: NonNullable<Frame['formulaOf']>,
): void {
  const { seen } = place;
  context.font = `400 ${Math.min(12, Math.max(9.5, geometry.cellSize * 0.6)) * ratio}px ${theme.ui}`;
  context.textAlign = 'left';
  context.fillStyle = theme.ink;
  const endRow = Math.min(block.row + block.height, seen.row + seen.height);
  const endColumn = Math.min(block.column + block.width, seen.column + seen.width);
  for (let column = Math.max(block.column, seen.column); column < endColumn; column++) {
    if (geometry.isHidden(column)) continue;
    const [left, right] = [place.x(column), place.x(column + 1) - 2 * ratio];
    context.save();
    context.beginPath();
    context.rect(left, place.top, right - left, place.height);
    context.clip();
    for (let row = Math.max(block.row, seen.row); row < endRow; row++) {
      const text = formulaOf(elementIn(block, row, column));
      if (text === undefined) continue;
      context.fillText(text, left + 2 * ratio, (place.y(row) + place.y(row + 1)) / 2 + ratio / 4);
    }
    context.restore();
  }
  context.textAlign = 'center';
}

/** Paints the red corner of an error. */
function paintErrorMark(
  context: CanvasRenderingContext2D,
  theme: Theme,
  right: number,
  top: number,
  ratio: number,
): void {
  const size = 4 * ratio;
  context.fillStyle = theme.danger;
  context.beginPath();
  context.moveTo(right - ratio - size, top);
  context.lineTo(right - ratio, top);
  context.lineTo(right - ratio, top + size);
  context.fill();
}

/** The widths of characters in each font, so that no text is measured while painting. */
const widthsByFont = new Map<string, Map<string, number>>();

/** Forgets all measured widths. Call it when a font has loaded. */
export function forgetFonts(): void {
  widthsByFont.clear();
  forgetMeasures();
}

function glyphWidths(context: CanvasRenderingContext2D): Map<string, number> {
  const known = widthsByFont.get(context.font);
  if (known) return known;
  if (widthsByFont.size > 200) widthsByFont.clear();
  const widths = new Map<string, number>();
  for (const glyph of '0123456789.,−e/?!#ADEGHILNOQRTUVWZ') widths.set(glyph, context.measureText(glyph).width);
  widthsByFont.set(context.font, widths);
  return widths;
}

function textWidth(text: string, widths: Map<string, number>): number {
  let width = 0;
  for (let i = 0; i < text.length; i++) width += widths.get(text[i]) ?? 0;
  return width;
}

/** Paints the frozen row: name and details over each band. They stay at the left edge while the band is in view. */
function paintCaptions(context: CanvasRenderingContext2D, { theme, captions, ratio }: Frame, place: Place): void {
  const line = place.px(1);
  context.fillStyle = theme.surface;
  context.fillRect(place.left, place.headingBottom, place.width, place.top - place.headingBottom);
  context.fillStyle = theme.line;
  context.fillRect(0, place.top - line, place.width, line);
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  const middle = (place.headingBottom + place.top) / 2;
  const bold = `600 ${12 * ratio}px ${theme.ui}`;
  const regular = `400 ${11 * ratio}px ${theme.ui}`;
  captions.forEach((caption, i) => {
    const next = captions[i + 1];
    const end = next ? place.x(next.column) - 4 * ratio : Number.POSITIVE_INFINITY;
    const bandEnd = place.x(caption.column + caption.width);
    const start = place.x(caption.column);
    if (start > place.width || bandEnd <= place.left) return;
    context.font = bold;
    const nameWidth = measured(context, caption.name);
    // The text stays at the left edge until the end of its band pushes it out.
    const held = Math.max(start, Math.min(place.left, Math.max(start, bandEnd - nameWidth - 4 * ratio)));
    const left = held + 2 * ratio;
    context.save();
    context.beginPath();
    context.rect(
      place.left,
      place.headingBottom,
      Math.min(end, place.width) - place.left,
      place.top - place.headingBottom - line,
    );
    context.clip();
    context.fillStyle = theme.ink;
    const room = end - left;
    if (nameWidth <= room) context.fillText(caption.name, left, middle);
    else context.fillText(cutText(context, caption.name, room), left, middle);
    context.font = regular;
    const detailLeft = left + nameWidth + 8 * ratio;
    if (caption.detail && detailLeft + measured(context, caption.detail) <= end) {
      context.fillStyle = theme.ink2;
      context.fillText(caption.detail, detailLeft, middle + 0.5 * ratio);
    }
    context.restore();
  });
}

function paintHeadings(
  context: CanvasRenderingContext2D,
  { theme, geometry, selection, ratio }: Frame,
  place: Place,
  withNumbers: boolean,
): void {
  const { seen } = place;
  const line = place.px(1);
  const { cellSize } = geometry;
  context.fillStyle = theme.chrome;
  context.fillRect(0, 0, place.width, place.headingBottom);
  context.fillRect(0, 0, place.left, place.height);
  context.fillStyle = theme.line;
  context.fillRect(place.left - line, 0, line, place.height);
  context.fillRect(0, place.headingBottom - line, place.width, line);
  context.fillRect(0, place.top - line, place.left, line);

  paintMarks(context, { theme, geometry, selection }, place);

  context.textBaseline = 'middle';
  const regular = `400 ${10 * ratio}px ${theme.numerals}`;
  const bold = `600 ${10 * ratio}px ${theme.numerals}`;
  const firstColumn = selection.column;
  const endColumn = selection.column + selection.width;
  const middle = place.headingBottom / 2;
  context.save();
  context.beginPath();
  context.rect(place.left, 0, place.width - place.left, place.headingBottom);
  context.clip();
  context.font = regular;
  let lastEnd = Number.NEGATIVE_INFINITY;
  for (let column = seen.column; column < seen.column + seen.width; column++) {
    if (geometry.isHidden(column)) continue;
    const left = place.x(column);
    const wide = place.x(column + 1) - left;
    const selected = column >= firstColumn && column < endColumn;
    if (withNumbers) {
      context.fillStyle = theme.line;
      context.fillRect(left + wide - line, 4 * ratio, line, place.headingBottom - 8 * ratio);
      const name = columnName(column);
      // Long names are over every second or fourth column, so that they don't touch. The blanks between bands have no
      // names. A selected name is bold: that alone doesn't hide it, it is squeezed.
      context.font = regular;
      const needed = measured(context, name) + 4 * ratio;
      if (needed > wide && wide < 14 * ratio) continue;
      if (needed > wide && column % 2 ** Math.ceil(Math.log2(needed / wide)) !== 0) continue;
      context.font = selected ? bold : regular;
      context.fillStyle = selected ? theme.ink : theme.ink3;
      context.textAlign = 'center';
      context.fillText(name, left + (wide - line) / 2, middle, Math.max(needed, wide) - 4 * ratio);
    } else if ((column === 0 || column % 10 === 9) && left > lastEnd + 24 * ratio) {
      const name = columnName(column);
      context.textAlign = 'left';
      context.fillStyle = selected ? theme.ink : theme.ink3;
      context.fillText(name, left, middle);
      lastEnd = left + measured(context, name);
    }
  }
  context.restore();

  context.save();
  context.beginPath();
  context.rect(0, place.top, place.left, place.height - place.top);
  context.clip();
  context.textAlign = 'center';
  const rowMiddle = (place.left - line) / 2;
  const step = cellSize >= 11 ? 1 : roundCount(28 / cellSize);
  const firstRow = step === 1 ? seen.row : Math.max(1, Math.ceil((seen.row + 1) / step)) * step - 1;
  for (let row = firstRow; row < seen.row + seen.height; row += step) {
    const selected = row >= selection.row && row < selection.row + selection.height;
    context.font = selected ? bold : regular;
    context.fillStyle = selected ? theme.ink : theme.ink3;
    const middle = (place.y(row) + place.y(row + 1)) / 2;
    if (middle > place.top) context.fillText(String(row + 1), rowMiddle, middle + 0.5 * ratio);
  }
  context.restore();
  if (geometry.frozenRows === 0) return;
  const captionSelected = selection.row === 0;
  context.font = captionSelected ? bold : regular;
  context.fillStyle = captionSelected ? theme.ink : theme.ink3;
  context.textAlign = 'center';
  context.fillText('1', rowMiddle, (place.headingBottom + place.top) / 2 + 0.5 * ratio);
}

/** The smallest of 10, 20, 50, 100, 200, … that is at least `least`. */
function roundCount(least: number): number {
  let tens = 10;
  while (5 * tens < least) tens *= 10;
  return [tens, 2 * tens, 5 * tens].find(count => count >= least)!;
}

/** Paints darker headings beside the selection, underlined in its colour. */
function paintMarks(
  context: CanvasRenderingContext2D,
  { theme, geometry, selection }: Pick<Frame, 'theme' | 'geometry' | 'selection'>,
  place: Place,
): void {
  const bar = place.px(2);
  const line = place.px(1);
  const left = Math.max(place.left, place.x(selection.column));
  const right = Math.min(place.width, place.x(Math.min(geometry.columns, selection.column + selection.width)));
  if (right > left) {
    context.fillStyle = theme.line;
    context.fillRect(left, 0, right - left - line, place.headingBottom - line);
    context.fillStyle = theme.selection;
    context.fillRect(left - line, place.headingBottom - bar, right - left + line, bar);
  }
  const frozen = selection.row < geometry.frozenRows;
  const end = selection.row + selection.height;
  const top = frozen ? place.headingBottom : Math.max(place.top, place.y(selection.row));
  const bottom = Math.min(place.height, end <= geometry.frozenRows ? place.top : place.y(end));
  if (bottom > top) {
    context.fillStyle = theme.line;
    context.fillRect(0, top, place.left - line, bottom - top - line);
    context.fillStyle = theme.selection;
    context.fillRect(place.left - bar, top - line, bar, bottom - top + line);
  }
}
