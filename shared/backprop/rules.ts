/** The chain rule of a layer, as formulas: what the loss's gradient by a number is made of. The kinds of layers say it
 *  with these parts. */
import { call, type Expression, operation, sum } from '../formula/expression.ts';
import { type Part, reference, type Runs, type Span } from '../formula/reads.ts';
import { outputSize, padBefore } from '../geometry.ts';
import type { Padding, Pair, ParameterName, Shape, TensorName } from '../tensor.ts';

/** What a rule reads. A number among the spans is one coordinate. */
export type GradientCells = {
  /** A part of an input (by position) or of one of the layer's own tensors (by name). */
  of(source: number | TensorName, ...spans: readonly (Span | number)[]): Part;
  /** The gradients by a part of the layer's output. */
  dy(...spans: readonly (Span | number)[]): Part;
  runs: Runs;
};

/** The gradient by the element at these coordinates of an input or of a parameter. `position`: which input. undefined
 *  if a formula can't hold all its terms. */
export type GradientRule = (at: readonly number[], cells: GradientCells, position: number) => Expression | undefined;
/** `input` is the rule for each of the inputs. */
export type GradientRules = { input?: GradientRule; parameters?: { readonly [N in ParameterName]?: GradientRule } };

/** A formula doesn't hold more products than this. From about 400 on, it is too long for a cell of Excel. */
export const MOST_PRODUCTS = 2500;

/** A sum of more terms has brackets around so many each: a formula that is nested thousands of levels deep is too much
 *  for whatever walks through its tree. */
const TOGETHER = 250;

/** The terms added up: 0 if there are none, undefined if there are too many. */
export function total(terms: readonly Expression[]): Expression | undefined {
  if (terms.length > MOST_PRODUCTS) return undefined;
  if (terms.length === 0) return 0;
  const groups = Array.from({ length: Math.ceil(terms.length / TOGETHER) }, (_, i) =>
    sum(terms.slice(i * TOGETHER, (i + 1) * TOGETHER)),
  );
  return sum(groups);
}

/** The sum of the products of two parts of one size. */
export function product(left: Part, right: Part): Expression {
  const [one, other] = [reference(left), reference(right)];
  return one.first === one.last ? operation('*', one, other) : call('SUMPRODUCT', one, other);
}

/** The sum of a part. */
export function sumOf(part: Part): Expression {
  const cells = reference(part);
  return cells.first === cells.last ? cells : call('SUM', cells);
}

/** Windows along one axis, as a kernel reads them: `taps` weights, `rate` cells apart. */
export type Axis = { size: number; taps: number; rate: number; stride: number; padding: Padding };

/** The axes of the rows and the columns of a convolution. */
export function axesOf(
  layer: { kernelSize: Pair; strides: Pair; padding: Padding; dilationRate?: Pair },
  input: Shape,
): readonly [Axis, Axis] {
  const along = (axis: 0 | 1): Axis => ({
    size: input[axis],
    taps: layer.kernelSize[axis],
    rate: layer.dilationRate?.[axis] ?? 1,
    stride: layer.strides[axis],
    padding: layer.padding,
  });
  return [along(0), along(1)];
}

/** All rows and columns of a map. */
export const wholeMap = ([height, width]: Shape): [rows: Span, columns: Span] => [
  { start: 0, end: height },
  { start: 0, end: width },
];

const padOf = ({ size, taps, rate, stride, padding }: Axis) => padBefore(size, (taps - 1) * rate + 1, stride, padding);
const outputsOf = ({ size, taps, rate, stride, padding }: Axis) =>
  outputSize(size, (taps - 1) * rate + 1, stride, padding);

/** The outputs that read the cell `at`, each with the weight that meets it there. */
export function meetingsOf(at: number, axis: Axis): { output: number; tap: number }[] {
  const outputs = outputsOf(axis);
  return Array.from({ length: axis.taps }, (_, tap) => ({
    output: (at + padOf(axis) - tap * axis.rate) / axis.stride,
    tap,
  })).filter(({ output }) => Number.isInteger(output) && output >= 0 && output < outputs);
}

/** Where a weight meets the map: pieces of the outputs, each with the cells that the weight meets there. With a stride
 *  the cells lie apart, so each output is a piece of its own. */
function piecesOf(tap: number, axis: Axis): { outputs: Span; cells: Span }[] {
  const { size, stride, rate } = axis;
  const pad = padOf(axis);
  const first = Math.max(0, Math.ceil((pad - tap * rate) / stride));
  const end = Math.min(outputsOf(axis), Math.floor((size - 1 + pad - tap * rate) / stride) + 1);
  if (end <= first) return [];
  const cellOf = (output: number) => output * stride - pad + tap * rate;
  if (stride === 1) return [{ outputs: { start: first, end }, cells: { start: cellOf(first), end: cellOf(end) } }];
  return Array.from({ length: end - first }, (_, i) => ({
    outputs: { start: first + i, end: first + i + 1 },
    cells: { start: cellOf(first + i), end: cellOf(first + i) + 1 },
  }));
}

/** A weight's gradient: the patch of input cells that it meets, times the gradients of the outputs it makes there. */
export function weightGradient(
  cells: GradientCells,
  [row, column]: readonly [Axis, Axis],
  at: { taps: readonly [number, number]; input: number; output: number },
): Expression | undefined {
  const columns = piecesOf(at.taps[1], column);
  const pieces = piecesOf(at.taps[0], row).flatMap(down => columns.map(across => [down, across] as const));
  if (pieces.length > MOST_PRODUCTS) return undefined;
  return total(
    pieces.map(([down, across]) =>
      product(cells.of(0, down.cells, across.cells, at.input), cells.dy(down.outputs, across.outputs, at.output)),
    ),
  );
}

/** The terms of an input cell's gradient: the gradient of each output that reads it, times the weight it does so with.
 *  `output`: the map of the outputs. */
export function inputTerms(
  cells: GradientCells,
  [row, column]: readonly [Axis, Axis],
  at: { cell: readonly [number, number]; channel: number; output: number },
): Expression[] {
  const across = meetingsOf(at.cell[1], column);
  return meetingsOf(at.cell[0], row).flatMap(y =>
    across.map(x =>
      product(cells.dy(y.output, x.output, at.output), cells.of('kernel', y.tap, x.tap, at.channel, at.output)),
    ),
  );
}

/** The cells of a window that come before one of its cells, row by row: the rows above, and the cells left of it. */
function cellsBefore([row, column]: readonly number[], rows: Span, columns: Span): [rows: Span, columns: Span][] {
  const before: [Span, Span][] = [];
  if (row > rows.start) before.push([{ start: rows.start, end: row }, columns]);
  if (column > columns.start)
    before.push([
      { start: row, end: row + 1 },
      { start: columns.start, end: column },
    ]);
  return before;
}

/** `then` if a cell is the first with the largest (or smallest) number of its window, row by row, else 0. `window`
 *  gives a rectangle of the window. */
export function ifFirst(
  name: 'MAX' | 'MIN',
  { cell, at, rows, columns }: { cell: Expression; at: readonly number[]; rows: Span; columns: Span },
  window: (rows: Span, columns: Span) => Expression,
  then: Expression,
): Expression {
  if (rows.end - rows.start === 1 && columns.end - columns.start === 1) return then;
  const before = cellsBefore(at, rows, columns).map(each => window(...each));
  const isMost = operation('=', cell, call(name, window(rows, columns)));
  const isFirst = operation(name === 'MAX' ? '>' : '<', cell, call(name, ...before));
  return call('IF', before.length > 0 ? call('AND', isMost, isFirst) : isMost, then, 0);
}
