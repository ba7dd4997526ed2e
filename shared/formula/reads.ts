/** Describes what the cells of a layer read, axis by axis. References, dependents and receptive fields all follow from
 *  this one description. */
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

/** A span from `start` to before `end`. It is empty if `end` isn't larger than `start`. */
export type Span = { start: number; end: number };
/** Elements of a tensor: a span along each of its axes. */
export type Box = readonly Span[];

/** How one coordinate of the elements that are read follows from one coordinate of the reading cell. */
export type AxisRead = {
  /** The reading cell's axis. undefined if every cell reads everything along this axis. */
  axis: number | undefined;
  /** What the cells of a span read. */
  read: (readers: Span) => Span;
  /** The cells that read anything in a span. */
  readers: (read: Span) => Span;
  /** Given if so many neighbouring cells read the same elements, and the next ones read as many elements further. */
  steps?: { cells: number; elements: number };
};

/** Every cell reads everything along this axis. */
export function all(size: number): AxisRead {
  const whole = { start: 0, end: size };
  return { axis: undefined, read: () => whole, readers: () => whole };
}

/** A cell reads the element with its own coordinate along an axis, minus `offset`. A cell whose result would lie
 *  outside `size` reads nothing. */
export function same(axis: number, offset = 0, size = Infinity): AxisRead {
  return {
    axis,
    read: ({ start, end }) => ({ start: Math.max(0, start - offset), end: Math.min(size, end - offset) }),
    readers: ({ start, end }) => ({ start: start + offset, end: end + offset }),
  };
}

/** The windows of a layer along the rows or columns of its maps. */
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

/** A cell reads the map's cells in its window. */
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

/** A cell reads the kernel's weights that meet the map. With 'same' padding, windows at the border leave some weights
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

/** A cell reads the element that is repeated so many times along an axis. */
export function repeated(axis: number, times: number): AxisRead {
  return {
    axis,
    read: ({ start, end }) => ({ start: Math.floor(start / times), end: Math.ceil(end / times) }),
    readers: ({ start, end }) => ({ start: start * times, end: end * times }),
    steps: { cells: times, elements: 1 },
  };
}

/** The cell's coordinate is the number of a group. It reads that group's channels. */
export function inGroup(axis: number, perGroup: number, size: number): AxisRead {
  return {
    axis,
    read: ({ start, end }) => ({ start: start * perGroup, end: Math.min(size, end * perGroup) }),
    readers: ({ start, end }) => ({ start: Math.floor(start / perGroup), end: Math.ceil(end / perGroup) }),
  };
}

/** The cells' channels are split into groups of `perCell` each. A cell reads the `perRead` channels of its group. */
export function inGroupOf(axis: number, perCell: number, perRead: number): AxisRead {
  const scale = ({ start, end }: Span, from: number, to: number): Span => ({
    start: Math.floor(start / from) * to,
    end: Math.ceil(end / from) * to,
  });
  return {
    axis,
    read: readers => scale(readers, perCell, perRead),
    readers: read => scale(read, perRead, perCell),
    steps: { cells: perCell, elements: perRead },
  };
}

/** A cell reads the weight `tap` if the cell that this weight meets is on the map. That cell has the reading cell's own
 *  coordinate minus `offset`, and the map `size` cells. */
export function tapAt(axis: number, tap: number, offset: number, size: number): AxisRead {
  const { read, readers } = same(axis, offset, size);
  const nothing = { start: 0, end: 0 };
  const one = { start: tap, end: tap + 1 };
  return {
    axis,
    read: span => (read(span).end > read(span).start ? one : nothing),
    readers: ({ start, end }) => (start <= tap && tap < end ? readers({ start: 0, end: size }) : nothing),
  };
}

/** What is read: a tensor of the cell's own layer (by name), or the output of one of the layer's inputs (by
 *  position). */
export type Read = { of: TensorName | number; axes: readonly AxisRead[] };

/** Reads an input of the layer, by default the first. `axes` describes each axis of that input. */
export function input(axes: readonly AxisRead[], position = 0): Read {
  return { of: position, axes };
}

/** Reads a tensor of the layer itself. `axes` describes each axis of it. */
export function own(name: TensorName, ...axes: readonly AxisRead[]): Read {
  return { of: name, axes };
}

/** Reads the element with the same coordinates as the cell. */
export function sameElement(shape: Shape): AxisRead[] {
  return shape.map((_, axis) => same(axis));
}

/** A part of a tensor: a box of its elements. After a flatten layer, `shape` is that of the vector, although the tensor
 *  has maps. `plane`: see ElementsReference. */
export type Part = { tensor: TensorInfo; shape: Shape; box: Box; plane?: ElementsReference['plane'] };

/** The reference to a part's cells, from its first element to its last. */
export function reference({ tensor, shape, box, plane }: Part): ElementsReference {
  let [first, last] = [0, 0];
  for (const [axis, { start, end }] of box.entries()) {
    first = first * shape[axis] + start;
    last = last * shape[axis] + end - 1;
  }
  const anchors = tensor.role === 'parameter' ? ABSOLUTE : RELATIVE;
  return { kind: 'elements', tensor: tensor.id, first, last, anchors, ...(plane && { plane }) };
}

/** SUMPRODUCT of each pair of items. */
export function products(left: readonly Expression[], right: readonly Expression[]): Expression[] {
  return left.map((factor, i) => call('SUMPRODUCT', factor, right[i]));
}

/** The reference to a part as a list. The list is empty without a part. */
export function optional(part: Part | undefined): Expression[] {
  return part ? [reference(part)] : [];
}

/** Whether a part has no elements. */
export function isEmpty({ box }: Part): boolean {
  return box.some(({ start, end }) => end <= start);
}

/** The box of a whole tensor. */
export function boxOf(shape: Shape): Span[] {
  return shape.map(size => ({ start: 0, end: size }));
}

/** The box of the element at a flat index. */
export function boxAt(shape: Shape, index: number): Span[] {
  return coordinatesOf(shape, index).map(at => ({ start: at, end: at + 1 }));
}

/** How many elements a box has. */
export function sizeOfBox(box: Box): number {
  return box.reduce((size, { start, end }) => size * Math.max(0, end - start), 1);
}

/** The flat index of an element, given its position within a part (in the tensor's order). */
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

/** One reference for each coordinate along an axis. Along the last axis of maps, that is one for each map. */
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

/** References that together hold all of a part and no other numbers, as few as possible. Given several parts with
 *  elements that belong together, each item has one reference for every part, and these belong together too. */
export type Runs = (...parts: readonly Part[]) => ElementsReference[][];

/** The rule for the cells of one tensor: what each cell reads, and the formula made of that. */
export type CellRule = {
  reads: Readonly<Record<string, Read | undefined>>;
  /** `cell`: the box of the cell itself. */
  formula: (parts: Readonly<Record<string, Part>>, runs: Runs, cell: Box) => Expression;
};

/** Makes a rule. The formula gets the parts under the names of `reads`. */
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
