/** What the cells of a layer read, axis by axis. From one such description follow a formula's references, the cells
 *  that depend on a cell, and receptive fields. */
import { outputSize, padBefore, windowRange, windowsOver } from '../geometry.ts';
import {
  coordinatesOf,
  type Pair,
  type Padding,
  type Shape,
  type TensorInfo,
  type TensorName,
  sizeOf,
} from '../tensor.ts';
import { ABSOLUTE, call, type ElementsReference, type Expression, RELATIVE } from './expression.ts';

/** From start to before end; nothing where end is not beyond start. */
export type Span = { start: number; end: number };
/** Elements of a tensor: a span along each of its axes. */
export type Box = readonly Span[];

/** How a coordinate of what is read follows from one coordinate of the cell that reads. */
export type AxisRead = {
  /** The reading cell's axis; none where all cells read all of what there is along this axis. */
  axis: number | undefined;
  /** What a span of reading cells reads. */
  read: (readers: Span) => Span;
  /** The cells that read any of a span. */
  readers: (read: Span) => Span;
};

/** Every cell reads all there is along this axis. */
export function all(size: number): AxisRead {
  const whole = { start: 0, end: size };
  return { axis: undefined, read: () => whole, readers: () => whole };
}

/** A cell reads what has its own coordinate along one of its axes, `offset` smaller where that is given: then cells
 *  outside `size` read nothing. */
export function same(axis: number, offset = 0, size = Infinity): AxisRead {
  return {
    axis,
    read: ({ start, end }) => ({ start: Math.max(0, start - offset), end: Math.min(size, end - offset) }),
    readers: ({ start, end }) => ({ start: start + offset, end: end + offset }),
  };
}

/** Where the windows of a layer stand along the rows or columns of its maps. */
export type Windows = { size: number; window: number; stride: number; padding: Padding };

/** The windows of a layer along the rows and the columns of its input. */
export function windowsOf(
  { strides, padding }: { strides: Pair; padding: Padding },
  window: Pair,
  input: Shape,
): readonly [rows: Windows, columns: Windows] {
  const along = (axis: 0 | 1): Windows => ({
    size: input[axis],
    window: window[axis],
    stride: strides[axis],
    padding,
  });
  return [along(0), along(1)];
}

/** A cell reads its window of the map. */
export function inWindow(axis: number, { size, window, stride, padding }: Windows): AxisRead {
  return {
    axis,
    read: ({ start, end }) => ({
      start: windowRange(start, size, window, stride, padding).start,
      end: windowRange(end - 1, size, window, stride, padding).end,
    }),
    readers: read => windowsOver(read, size, window, stride, padding),
  };
}

/** A cell reads those weights of the kernel that meet the map: under 'same' padding, windows at the border leave some
 *  out. */
export function metByWindow(axis: number, { size, window, stride, padding }: Windows): AxisRead {
  const pad = padBefore(size, window, stride, padding);
  const windows = outputSize(size, window, stride, padding);
  const met = (index: number): Span => {
    const { start, end, skip } = windowRange(index, size, window, stride, padding);
    return { start: skip, end: skip + end - start };
  };
  return {
    axis,
    // The first windows leave out the start of the kernel, the last ones its end.
    read: ({ start, end }) => ({ start: met(end - 1).start, end: met(start).end }),
    readers: ({ start, end }) => ({
      start: Math.max(0, Math.ceil((pad - end + 1) / stride)),
      end: Math.min(windows, Math.floor((size - 1 + pad - start) / stride) + 1),
    }),
  };
}

/** A cell whose coordinate is the number of a group reads the group's channels. */
export function inGroup(axis: number, perGroup: number, size: number): AxisRead {
  return {
    axis,
    read: ({ start, end }) => ({ start: start * perGroup, end: Math.min(size, end * perGroup) }),
    readers: ({ start, end }) => ({ start: Math.floor(start / perGroup), end: Math.ceil(end / perGroup) }),
  };
}

/** What is read: a tensor of the cell's own layer, or the output of the layer's input at a position. */
export type Read = { of: TensorName | number; axes: readonly AxisRead[] };

/** Reads the layer's (first) input. `axes` has one for each axis of it. */
export function input(axes: readonly AxisRead[], position = 0): Read {
  return { of: position, axes };
}

/** Reads a tensor of the layer itself. `axes` has one for each axis of it. */
export function own(name: TensorName, ...axes: readonly AxisRead[]): Read {
  return { of: name, axes };
}

/** Reads what has the same coordinates as the cell. */
export function sameElement(shape: Shape): AxisRead[] {
  return shape.map((_, axis) => same(axis));
}

/** A part of a tensor. Behind a flatten layer `shape` is a vector's, and the tensor has maps. */
export type Part = { tensor: TensorInfo; shape: Shape; box: Box };

/** The reference to a part's cells: from its first element to its last. */
export function reference({ tensor, shape, box }: Part): ElementsReference {
  let [first, last] = [0, 0];
  for (const [axis, { start, end }] of box.entries()) {
    first = first * shape[axis] + start;
    last = last * shape[axis] + end - 1;
  }
  const anchors = tensor.role === 'parameter' ? ABSOLUTE : RELATIVE;
  return { kind: 'elements', tensor: tensor.id, first, last, anchors };
}

/** SUMPRODUCT of each pair. */
export function products(left: readonly Expression[], right: readonly Expression[]): Expression[] {
  return left.map((factor, i) => call('SUMPRODUCT', factor, right[i]));
}

/** The reference to a part that there may be. */
export function optional(part: Part | undefined): Expression[] {
  return part ? [reference(part)] : [];
}

/** All of a tensor. */
export function boxOf(shape: Shape): Span[] {
  return shape.map(size => ({ start: 0, end: size }));
}

/** The one element at a flat index. */
export function boxAt(shape: Shape, index: number): Span[] {
  return coordinatesOf(shape, index).map(at => ({ start: at, end: at + 1 }));
}

/** The flat index of the element that comes so far in a part, in the tensor's order. */
export function indexIn({ shape, box }: Part, position: number): number {
  let [index, rest, step] = [0, position, 1];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const { start, end } = box[axis];
    index += (start + (rest % (end - start))) * step;
    rest = Math.floor(rest / (end - start));
    step *= shape[axis];
  }
  return index;
}

/** A reference for each coordinate along an axis: one for each map, along the last axis of maps. */
export function referencesAlong(part: Part, axis: number): ElementsReference[] {
  const { start, end } = part.box[axis];
  const first = reference({ ...part, box: part.box.with(axis, { start, end: start + 1 }) });
  const step = sizeOf(part.shape.slice(axis + 1));
  return Array.from({ length: end - start }, (_, i) => ({
    ...first,
    first: first.first + i * step,
    last: first.last + i * step,
  }));
}

/** The fewest references that hold all of a part and no other numbers. Of several parts at once, whose elements belong
 *  together in their order: then what stands at the same place of their references belongs together too. */
export type Runs = (...parts: readonly Part[]) => ElementsReference[][];

/** The cells of one tensor: what each reads, and its formula made of that. */
export type CellRule = {
  reads: Readonly<Record<string, Read | undefined>>;
  formula: (parts: Readonly<Record<string, Part>>, runs: Runs) => Expression;
};

/** A cell's rule; the formula gets what is read under the same names. */
export function rule<const R extends CellRule['reads']>(
  reads: R,
  formula: (
    parts: { [Name in keyof R]: undefined extends R[Name] ? Part | undefined : Part },
    runs: Runs,
  ) => Expression,
): CellRule {
  return { reads, formula: formula as CellRule['formula'] };
}

/** The rules for the computed tensors of a layer. */
export type LayerRules<L> = (
  layer: L,
  shapes: { inputs: readonly Shape[]; output: Shape },
) => { readonly [Name in TensorName]?: CellRule };
