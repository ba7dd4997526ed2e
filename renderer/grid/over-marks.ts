/** Marks the cells that the user has typed over: an override by a corner, a tied weight by a chain, a pixel with a
 *  formula by an equals sign. The shapes differ, so that no one needs the colours. */
import type { Block } from '../../shared/layout/layout.ts';
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
  for (const { tile } of tiles) {
    const { block, info } = tile;
    const own = formulas!.get(block.view.tensor);
    if (!own) continue;
    const kind = overKind(info);
    if (kind !== 'override' && geometry.cellSize < LEAST) continue;
    context.fillStyle = context.strokeStyle = theme.override;
    eachMarked(block, own, { geometry }, place, (_at, row, column) => {
      const right = place.x(column + 1) - ratio;
      if (kind === 'override') corner(context, right, place.y(row), CORNER * ratio);
      else if (kind === 'tied') chain(context, place.x(column), place.y(row + 1) - ratio, ratio, theme.surface);
      else equals(context, place.x(column), place.y(row + 1) - ratio, ratio);
    });
  }
}

/** Calls `take` for each cell of a block in view whose element is a key of `own`. */
export function eachMarked(
  { row: top, column: left, height, width, view }: Block,
  own: ReadonlyMap<number, unknown>,
  { geometry }: Pick<Frame, 'geometry'>,
  { seen }: Place,
  take: (at: number, row: number, column: number) => void,
): void {
  const endRow = Math.min(top + height, seen.row + seen.height);
  const endColumn = Math.min(left + width, seen.column + seen.width);
  for (let row = Math.max(top, seen.row); row < endRow; row++)
    for (let column = Math.max(left, seen.column); column < endColumn; column++) {
      const at = view.offset + (row - top) * view.rowStride + (column - left) * view.columnStride;
      if (own.has(at) && !geometry.isHidden(column)) take(at, row, column);
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
