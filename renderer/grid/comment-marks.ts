/** Marks cells with a comment by a corner at the upper left, and cells that learn by a bar below it. (Overrides and
 *  errors have theirs at the right.) */
import type { Commented, Frame, Place } from './frame.ts';
import { eachMarked } from './over-marks.ts';
import type { Shown } from './tiles.ts';

/** The size of the corner in CSS pixels. */
const CORNER = 5;

export function paintCommentMarks(
  context: CanvasRenderingContext2D,
  frame: Frame,
  place: Place,
  { comments, cells }: Commented,
  tiles: Iterable<Shown>,
): void {
  const { geometry, theme, ratio } = frame;
  const { seen } = place;
  context.fillStyle = theme.comment;
  const size = CORNER * ratio;
  const mark = (row: number, column: number) => {
    const [left, top] = [place.x(column), row < geometry.frozenRows ? place.headingBottom : place.y(row)];
    context.beginPath();
    context.moveTo(left, top);
    context.lineTo(left + size, top);
    context.lineTo(left, top + size);
    context.fill();
  };
  /** Cells that learn have a bar at their left. */
  const markLearning = (left: number, bottom: number) => {
    context.fillRect(left, bottom - 12 * ratio, 3 * ratio, 11 * ratio);
  };
  if (comments.size > 0)
    for (const { tile } of tiles) {
      const own = comments.get(tile.block.view.tensor);
      if (own) eachMarked(tile.block, own, frame, place, (_at, row, column) => mark(row, column));
    }
  for (let row = seen.row; row < seen.row + seen.height; row++)
    for (const [column, { comment, learns }] of cells.get(row) ?? []) {
      if (column >= geometry.columns || geometry.isHidden(column)) continue;
      if (comment !== undefined) mark(row, column);
      if (learns) markLearning(place.x(column), place.y(row + 1));
    }
}
