/** Which cells a cell's value depends on, and which depend on it. */
import type { ElementIndex } from '../layout/layout.ts';
import type { Sheet } from '../layout/sheet.ts';
import { coordinatesOf, type Shape, sourcesOf, type TensorInfo, type TensorName } from '../network.ts';
import type { RangePlace } from '../places.ts';
import { rangesOfPart } from './ranges.ts';
import { type Box, boxAt, boxOf, type Part, type Read, type Span } from './reads.ts';
import { partRead, rulesIn, sourceOfRead } from './sources.ts';

/** The activations that a computed cell depends on, step by step back to the input pixels. Step 1 is what its formula
 *  reads. Each next step replaces the activations of the latest layer by what their formulas read. A shortcut's
 *  activations wait until their layer is the latest. So the value follows from each step alone (and from parameters).
 *  In a step, each channel has one rectangle around its activations. It has unread cells too if a stride is larger than
 *  the window, or a kernel is dilated. Pixels, parameters, `actual` and zeros around a map have no steps. */
export function stepsToPixels(sheet: Sheet, { tensor, index }: ElementIndex): RangePlace[][] {
  const info = sheet.tensors.get(tensor);
  if (!info || info.role !== 'computed') return [];
  const steps: RangePlace[][] = [];
  const positions = new Map([...sheet.layers.keys()].map((id, position) => [id, position]));
  const reached = new Map<TensorInfo, Box[]>();
  const goBack = (from: TensorInfo, boxes: readonly Box[]): void => {
    for (const { tensor: source, box } of boxes.flatMap(cells => activationsRead(sheet, from, cells))) {
      reached.set(source, merge(reached.get(source) ?? [], box));
    }
    steps.push([...reached].flatMap(([source, read]) => read.flatMap(box => rangesOfBox(sheet, source, box))));
  };
  goBack(info, [boxAt(info.shape, index)]);
  for (;;) {
    // Cells of zeros around a map read nothing.
    if (reached.size === 0) return steps.filter(step => step.length > 0);
    const [last, boxes] = [...reached].reduce((later, entry) =>
      positions.get(entry[0].layer)! > positions.get(later[0].layer)! ? entry : later,
    );
    if (last.role === 'pixels') return steps;
    reached.delete(last);
    goBack(last, boxes);
  }
}

/** The input pixels that a cell's value depends on. A pixel depends on itself; parameters and `actual` on none. */
export function receptiveField(sheet: Sheet, element: ElementIndex): RangePlace[] {
  const info = sheet.tensors.get(element.tensor);
  if (info?.role === 'pixels') return rangesOfBox(sheet, info, boxAt(info.shape, element.index));
  return stepsToPixels(sheet, element).at(-1) ?? [];
}

/** The cells whose formula reads this one. For an activation these are windows in the next layers, for a bias its whole
 *  map, for a kernel weight the cells where it meets the map, at a softmax whole columns. They are rectangles in no
 *  order, none inside another. This is the exact inverse of the references of `derive`. Cost: by the number of layers,
 *  not of cells. */
export function dependents(sheet: Sheet, { tensor, index }: ElementIndex): RangePlace[] {
  const info = sheet.tensors.get(tensor);
  if (!info) return [];
  const source = sheet.layers.get(info.layer)!;
  return [...sheet.layers.values()]
    .filter(layer => layer === source || (info.name === 'output' && sourcesOf(sheet.layers, layer).includes(source)))
    .flatMap(layer =>
      Object.entries(rulesIn(sheet, layer)).flatMap(([name, { reads }]) => {
        // Only a softmax at the end has a cross-entropy.
        const target = sheet.tensors.get(`${layer.id}/${name as TensorName}`);
        if (!target) return [];
        let boxes: Box[] = [];
        for (const read of Object.values(reads)) {
          const of = read && sourceOfRead(sheet, layer, read);
          if (of?.tensor !== info) continue;
          const readers = readersOf(read!, boxAt(of.shape, index), target.shape);
          if (readers) boxes = include(boxes, readers);
        }
        return boxes.flatMap(box => rangesOfBox(sheet, target, box));
      }),
    );
}

/** The box of a tensor's cells that read an element; undefined if none does. */
export function readersOf(read: Read, element: Box, target: Shape): Box | undefined {
  const box = boxOf(target);
  for (const [position, { axis, readers }] of read.axes.entries()) {
    if (axis === undefined) continue;
    const { start, end } = readers(element[position]);
    box[axis] = { start: Math.max(box[axis].start, start), end: Math.min(box[axis].end, end) };
  }
  return box.some(isEmpty) ? undefined : box;
}

/** The activations of other layers that some cells read. If they read further tensors of their own layer, this follows
 *  those. */
function activationsRead(sheet: Sheet, info: TensorInfo, cells: Box): Pick<Part, 'tensor' | 'box'>[] {
  const layer = sheet.layers.get(info.layer)!;
  const reads = Object.values(rulesIn(sheet, layer)[info.name]!.reads);
  return reads.flatMap(read => {
    if (!read) return [];
    const { tensor, shape, box } = partRead(sheet, layer, read, cells);
    if (box.some(isEmpty)) return [];
    if (typeof read.of === 'number')
      return [{ tensor, box: shape === tensor.shape ? box : unflatten(box.at(-1)!, tensor) }];
    return tensor.role === 'computed' ? activationsRead(sheet, tensor, box) : [];
  });
}

/** The smallest box in a tensor that holds a span of its elements in their order. (Maps that a reshape layer makes have
 *  one cell each, so their channels are such a span.) */
function unflatten({ start, end }: Span, { shape }: TensorInfo): Box {
  const first = coordinatesOf(shape, start);
  const last = coordinatesOf(shape, end - 1);
  const apart = first.findIndex((at, axis) => at !== last[axis]);
  return shape.map((size, axis) =>
    // A span over several rows goes through all columns and channels.
    apart >= 0 && axis > apart ? { start: 0, end: size } : { start: first[axis], end: last[axis] + 1 },
  );
}

/** Adds a box to the boxes. If one has the same channels, both become one box around them. Boxes inside another are
 *  left out. */
function merge(boxes: readonly Box[], more: Box): Box[] {
  const same = boxes.find(box => isSame(box.at(-1)!, more.at(-1)!));
  if (!same) return include(boxes, more);
  const merged = same.map((span, axis) => around(span, more[axis]));
  return include(
    boxes.filter(box => box !== same),
    merged,
  );
}

/** Adds a box to the boxes. Boxes inside another are left out. */
function include(boxes: readonly Box[], more: Box): Box[] {
  if (boxes.some(box => holds(box, more))) return [...boxes];
  return [...boxes.filter(box => !holds(more, box)), more];
}

const around = (a: Span, b: Span): Span => ({ start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) });
const isSame = (a: Span, b: Span) => a.start === b.start && a.end === b.end;
const isEmpty = ({ start, end }: Span) => end <= start;
const holds = (outer: Box, inner: Box) =>
  outer.every(({ start, end }, axis) => start <= inner[axis].start && inner[axis].end <= end);

function rangesOfBox(sheet: Sheet, tensor: TensorInfo, box: Box): RangePlace[] {
  return rangesOfPart(sheet, { tensor, shape: tensor.shape, box });
}
