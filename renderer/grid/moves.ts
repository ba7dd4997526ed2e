import type { Shown } from './tiles.ts';
import type { Frame, Place } from './frame.ts';

/** How many strengths a mark can have. A change is marked if it is at least a certain share of its tensor's largest
 *  change. */
const MOVE_LEVELS = 4;
const MARKED = 0.45;

/** The smallest cell that has room for a mark, in CSS pixels. */
const SMALLEST_MARKED = 5;

/** A tile whose values training has changed. */
export type Moved = { each: Shown; before: Float32Array; now: Float32Array };

/** Marks each cell by its change, as a share of its tensor's largest change in view. */
export function markMoves(moved: readonly Moved[]): void {
  const largest = new Map<string, number>();
  for (const { each, before, now } of moved) {
    let most = largest.get(each.tile.info.id) ?? 0;
    for (let i = 0; i < now.length; i++) most = Math.max(most, Math.abs(now[i] - before[i]) || 0);
    largest.set(each.tile.info.id, most);
  }
  for (const { each, before, now } of moved) {
    const most = largest.get(each.tile.info.id)!;
    each.moves = new Uint8Array(now.length);
    if (most === 0) continue;
    for (let i = 0; i < now.length; i++) {
      const share = Math.abs(now[i] - before[i]) / most;
      if (share >= MARKED) each.moves[i] = Math.ceil((MOVE_LEVELS * (share - MARKED)) / (1 - MARKED)) || 1;
    }
  }
}

/** Paints amber marks on the cells that the last training steps changed most: triangles beside numbers, dots in small
 *  cells. */
export function paintMoves(
  context: CanvasRenderingContext2D,
  { theme, geometry, ratio }: Frame,
  place: Place,
  tiles: Iterable<Shown>,
): void {
  if (geometry.cellSize < SMALLEST_MARKED) return;
  const moved = [...tiles].filter(({ moves }) => moves);
  if (moved.length === 0) return;
  const { seen } = place;
  const corner = Math.round(Math.min(7, Math.max(2, geometry.cellSize * 0.3)) * ratio);
  const line = place.px(1);
  context.fillStyle = theme.change;
  for (let level = 1; level <= MOVE_LEVELS; level++) {
    context.globalAlpha = 0.35 + (0.65 * level) / MOVE_LEVELS;
    context.beginPath();
    for (const { tile, moves } of moved) {
      const { block } = tile;
      const endRow = Math.min(block.row + block.height, seen.row + seen.height);
      const endColumn = Math.min(block.column + block.width, seen.column + seen.width);
      for (let column = Math.max(block.column, seen.column); column < endColumn; column++) {
        const right = place.x(column + 1) - line;
        if (right <= place.x(column)) continue;
        for (let row = Math.max(block.row, seen.row); row < endRow; row++) {
          if (moves![(row - block.row) * block.width + column - block.column] !== level) continue;
          const top = place.y(row);
          if (corner <= 3) {
            context.rect(right - corner - line, top + line, corner, corner);
            continue;
          }
          context.moveTo(right - corner, top);
          context.lineTo(right, top);
          context.lineTo(right, top + corner);
        }
      }
    }
    context.fill();
  }
  context.globalAlpha = 1;
}
