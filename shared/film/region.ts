/** Where a part of a sheet is that a scene shows. */
import { intersect, MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import { placeOf, type Sheet } from '../layout/sheet.ts';
import { between, type RangePlace } from '../places.ts';
import type { Region } from './storyboard.ts';

/** The smallest rectangle around the elements and so many cells around it, as far as the sheet reaches. The elements
 *  have to be there. */
export function rangeOfRegion(sheet: Sheet, region: Region): RangePlace {
  if ('sheet' in region) return region;
  const { elements, margin = 0 } = region;
  const cells = elements.map(({ tensor, index }) => placeOf(sheet, tensor, index));
  const first = { row: Math.min(...cells.map(({ row }) => row)), column: Math.min(...cells.map(each => each.column)) };
  const last = { row: Math.max(...cells.map(({ row }) => row)), column: Math.max(...cells.map(each => each.column)) };
  const inner = between({ sheet: sheet.id, ...first }, { sheet: sheet.id, ...last });
  const whole = {
    row: inner.row - margin,
    column: inner.column - margin,
    height: inner.height + 2 * margin,
    width: inner.width + 2 * margin,
  };
  return { ...intersect(whole, { row: 0, column: 0, height: MAX_ROWS, width: MAX_COLUMNS })!, sheet: sheet.id };
}
