/** The form of changes to what users write, where they come from outside. What depends on the workbook is checked in
 *  `check.ts`. */
import * as v from 'valibot';
import { MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import { type Cell, CELL_LIMITS } from '../cells.ts';
import type { Expression } from '../formula/expression.ts';
import { isTree } from '../formula/flat.ts';
import { list } from '../list-schema.ts';
import { index, tensorId, text } from '../protocol/schemas.ts';
import type { WrittenChange } from './kinds.ts';

export const expression = v.custom<Expression>(isTree, 'Expected a formula');

const whole = (below: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(below - 1));
const row = whole(MAX_ROWS);
const column = whole(MAX_COLUMNS);
const place = v.strictObject({ row, column });
const finite = v.pipe(v.number(), v.finite());
/** Excel's last day is 2,958,465. */
const date = v.pipe(v.number(), v.minValue(0), v.maxValue(2_958_466));
export const sheetId = v.pipe(v.string(), v.regex(/^[\p{L}\p{N}_-]{1,100}$/u));
const content = v.union([
  finite,
  v.boolean(),
  text(CELL_LIMITS.text),
  v.strictObject({ formula: expression, from: place }),
]);
const colour = v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/));
const digits = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(CELL_LIMITS.digits));
const format = v.strictObject({
  number: v.optional(
    v.variant('kind', [
      v.strictObject({ kind: v.literal('fixed'), digits, thousands: v.optional(v.literal(true)) }),
      v.strictObject({ kind: v.picklist(['percent', 'scientific']), digits }),
      v.strictObject({ kind: v.literal('text') }),
    ]),
  ),
  bold: v.optional(v.literal(true)),
  align: v.optional(v.picklist(['left', 'center', 'right'])),
  wrap: v.optional(v.literal(true)),
});
const comment = v.pipe(text(CELL_LIMITS.text), v.minLength(1));
const cell: v.GenericSchema<Cell> = v.pipe(
  v.strictObject({
    content: v.optional(content),
    format: v.optional(format),
    comment: v.optional(comment),
    learns: v.optional(v.literal(true)),
  }),
  v.check(each => Object.keys(each).length > 0, 'Expected a cell with something in it'),
);
const indices = v.instance(Uint32Array<ArrayBufferLike>);
const places = v.pipe(
  v.instance(Uint32Array<ArrayBufferLike>),
  v.check(at => {
    for (let i = 0; i < at.length; i += 2) if (at[i] >= MAX_ROWS || at[i + 1] >= MAX_COLUMNS) return false;
    return at.length % 2 === 0;
  }, 'Expected places on a sheet'),
);
const cellEdits = list(v.strictObject({ at: places, cell: v.optional(cell) }), CELL_LIMITS.cells);
const width = v.pipe(v.number(), v.minValue(CELL_LIMITS.width.least), v.maxValue(CELL_LIMITS.width.most));
const widthEdits = list(v.strictObject({ column, width: v.optional(width) }), MAX_COLUMNS);
const tab = whole(CELL_LIMITS.sheets);

const size = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(CELL_LIMITS.name));

/** The kinds that users make. (`restore` is only made of others.) */
export const writtenChanges = [
  v.strictObject({
    kind: v.literal('formulas'),
    edits: list(
      v.strictObject({
        tensor: tensorId,
        indices,
        content: v.optional(v.union([finite, v.strictObject({ formula: expression, from: index })])),
      }),
      CELL_LIMITS.formulas,
    ),
  }),
  v.strictObject({ kind: v.literal('cells'), sheet: sheetId, edits: cellEdits }),
  v.strictObject({
    kind: v.literal('addSheet'),
    sheet: v.strictObject({
      id: sheetId,
      name: text(CELL_LIMITS.text),
      colour: v.optional(colour),
      cells: cellEdits,
      widths: widthEdits,
    }),
    at: tab,
  }),
  v.strictObject({ kind: v.literal('removeSheet'), sheet: sheetId }),
  v.strictObject({
    kind: v.literal('sheet'),
    sheet: sheetId,
    name: v.optional(text(CELL_LIMITS.text)),
    at: v.optional(tab),
    colour: v.optional(v.nullable(colour)),
    widths: v.optional(widthEdits),
  }),
  v.strictObject({
    kind: v.literal('lines'),
    sheet: sheetId,
    axis: v.picklist(['rows', 'columns']),
    action: v.picklist(['insert', 'delete']),
    at: row,
    count: size(MAX_ROWS),
  }),
  v.strictObject({
    kind: v.literal('move'),
    sheet: sheetId,
    range: v.strictObject({ row, column, height: size(MAX_ROWS), width: size(MAX_COLUMNS) }),
    to: v.strictObject({ sheet: sheetId, row, column }),
  }),
  v.strictObject({
    kind: v.literal('names'),
    edits: list(v.strictObject({ name, formula: v.optional(expression) }), CELL_LIMITS.names),
  }),
  v.strictObject({
    kind: v.literal('comments'),
    edits: list(v.strictObject({ tensor: tensorId, index, text: v.optional(comment) }), CELL_LIMITS.comments),
  }),
  v.strictObject({ kind: v.literal('draw'), drawn: v.optional(v.strictObject({ seed: whole(2 ** 32), now: date })) }),
] as const;

/** Changes as a file lists them. */
export const writtenList: v.GenericSchema<readonly WrittenChange[]> = list(
  v.variant('kind', [...writtenChanges]),
  5 + CELL_LIMITS.sheets,
);
