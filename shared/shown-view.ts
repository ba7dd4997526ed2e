/** What a window shows of a workbook. It is kept so that the next opening shows the same. */
import * as v from 'valibot';
import { list } from './list-schema.ts';
import { planes } from './places.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31));
const pixels = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(2 ** 40));
const id = v.pipe(v.string(), v.maxLength(200));

/** A cell. If it shows an element of the network, it is named by that, so that it is found in another layout too;
 *  otherwise by its place. */
const cell = v.union([
  v.strictObject({ tensor: id, index: count }),
  // Earlier versions had only one sheet and didn't name it.
  v.strictObject({ sheet: v.optional(id), row: count, column: count }),
]);

const fields = {
  active: cell,
  /** The size of the selected range, and its rows above and columns before the active cell. */
  selection: v.strictObject({ above: count, before: count, height: count, width: count }),
  plane: v.picklist(planes),
  /** The height of a cell in CSS pixels, and the scroll position at that size. */
  cellSize: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)),
  scroll: v.strictObject({ x: pixels, y: pixels }),
  folded: list(id, 1000),
  /** The open panels beside, under and over the sheet. */
  side: v.optional(
    v.picklist(['training', 'evaluation', 'prediction', 'runs', 'overrides', 'find', 'layers', 'explain', 'lesson']),
  ),
  kernels: v.boolean(),
  graph: v.optional(v.boolean()),
  /** Whether the storyboard is open, and the chosen scene. */
  filming: v.optional(v.boolean()),
  filmScene: v.optional(id),
  panel: v.boolean(),
  toolbars: v.boolean(),
};
/** Earlier versions stored the shown plane as `further`, and nothing if only values were shown. */
const earlier = v.pipe(
  v.strictObject({ ...fields, plane: v.optional(v.never()), further: v.optional(v.picklist(['gradient', 'mask'])) }),
  v.transform(({ further, ...view }) => ({ ...view, plane: further ?? ('value' as const) })),
);
export const shownViewSchema = v.union([v.strictObject(fields), earlier]);
export type ShownView = v.InferOutput<typeof shownViewSchema>;
