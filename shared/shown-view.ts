/** What a window showed of a workbook, so that the same is shown when it is opened again. */
import * as v from 'valibot';
import { list } from './list-schema.ts';
import { planes } from './places.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31));
const pixels = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(2 ** 40));
const id = v.pipe(v.string(), v.maxLength(200));

/** A cell by what it shows, so that it is found again where the sheet has another layout; by its place where it shows
 *  none of the network's numbers. */
const cell = v.union([
  v.strictObject({ tensor: id, index: count }),
  // Earlier versions had one sheet, and didn't name it.
  v.strictObject({ sheet: v.optional(id), row: count, column: count }),
]);

const fields = {
  active: cell,
  /** The selected range, its corner in rows and columns before the active cell. */
  selection: v.strictObject({ above: count, before: count, height: count, width: count }),
  plane: v.picklist(planes),
  /** Height of a cell in CSS pixels, and how far is scrolled with cells of that size. */
  cellSize: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)),
  scroll: v.strictObject({ x: pixels, y: pixels }),
  folded: list(id, 1000),
  /** What stands beside, under and over the sheet. */
  side: v.optional(v.picklist(['training', 'evaluation', 'prediction', 'runs'])),
  kernels: v.boolean(),
  panel: v.boolean(),
  toolbars: v.boolean(),
};
/** Views of earlier versions name another plane than the values alone, as `further`. */
const earlier = v.pipe(
  v.strictObject({ ...fields, plane: v.optional(v.never()), further: v.optional(v.picklist(['gradient', 'mask'])) }),
  v.transform(({ further, ...view }) => ({ ...view, plane: further ?? ('value' as const) })),
);
export const shownViewSchema = v.union([v.strictObject(fields), earlier]);
export type ShownView = v.InferOutput<typeof shownViewSchema>;
