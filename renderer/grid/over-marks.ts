/** Marks the cells that the user has typed over: an override by a corner, a tied weight by a chain, a pixel with a
 *  formula by an equals sign. The shapes differ, so that no one needs the colours. */
import type { Frame, Place } from './frame.ts';
import { overKind } from './over-elements.ts';
import type { Shown } from './tiles.ts';

/** In CSS pixels: the corner of an override, and the least height of a cell that has room for another mark. */
const CORNER = 5;
const LEAST = 12;

export function paintOverMarks(
  context: CanvasRenderingContext2D,
  { formulas, theme, ratio, geometry }: Frame,
  place: Place,
  tiles: Iterable<Shown>,
): void {
  const { seen } = place;
  for (const { tile } of tiles) {
    const { block, info } = tile;
    const own = formulas!.get(block.view.tensor);
    if (!own) continue;
    const kind = overKind(info);
    if (kind !== 'override' && geometry.cellSize < LEAST) continue;
    const { view } = block;
    context.fillStyle = context.strokeStyle = theme.override;
    const endRow = Math.min(block.row + block.height, seen.row + seen.height);
    const endColumn = Math.min(block.column + block.width, seen.column + seen.width);
    for (let row = Math.max(block.row, seen.row); row < endRow; row++)
      for (let column = Math.max(block.column, seen.column); column < endColumn; column++) {
        const at = view.offset + (row - block.row) * view.rowStride + (column - block.column) * view.columnStride;
        if (!own.has(at) || geometry.isHidden(column)) continue;
        const right = place.x(column + 1) - ratio;
        if (kind === 'override') corner(context, right, place.y(row), CORNER * ratio);
        else if (kind === 'tied') chain(context, place.x(column), place.y(row + 1) - ratio, ratio, theme.surface);
        else equals(context, place.x(column), place.y(row + 1) - ratio, ratio);
      }
  }
}

function corner(context: CanvasRenderingContext2D, right: number, top: number, size: number): void {
  context.beginPath();
  context.moveTo(right - size, top);
  context.lineTo(right, top);
  context.lineTo(right, top + size);
  context.fill();
}

/** Two links of a chain at the lower left. */
function chain(context: CanvasRenderingContext2D, left: number, bottom: number, ratio: number, halo: string): void {
  const ink = context.strokeStyle;
  for (const [style, width] of [
    [halo, 2.5],
    [ink, 1.2],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = width * ratio;
    for (const x of [2.4, 5.2]) {
      context.beginPath();
      context.ellipse(left + x * ratio, bottom - 2.4 * ratio, 2.1 * ratio, 1.4 * ratio, 0, 0, 2 * Math.PI);
      context.stroke();
    }
  }
  context.strokeStyle = ink;
}

/** A small equals sign at the lower left. */
function equals(context: CanvasRenderingContext2D, left: number, bottom: number, ratio: number): void {
  for (const y of [2, 4]) context.fillRect(left + ratio, bottom - y * ratio, 4 * ratio, ratio);
}
