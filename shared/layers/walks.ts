/** Which elements the reads of a layer's formula mean for a cell. */
import type { AxisRead, Span } from '../formula/reads.ts';
import type { Shape } from '../tensor.ts';
import { type LayerFormula, type LayerRead, partsOf, type Walk } from './layer-formula.ts';

/** A read, and the shape of the tensor that it reads. */
export type ShapedRead = LayerRead & { shape: Shape };

/** Reads that are cut at the borders together: all arguments of a SUMPRODUCT, and every other read alone. */
export function groupsIn(formula: LayerFormula): LayerRead[][] {
  if (typeof formula !== 'object') return [];
  if (formula.kind === 'read') return [[formula]];
  if (formula.kind === 'call' && formula.name === 'SUMPRODUCT')
    return [formula.arguments as readonly LayerRead[] as LayerRead[]];
  return partsOf(formula).flatMap(groupsIn);
}

/** Where a walk begins for a cell with the coordinate `at` along the walk's axis. */
export function startOf({ first, along }: Walk, at: number): number {
  return along ? first + along.step * Math.floor(at / (along.cells ?? 1)) : first;
}

/** The axis of the layer's output along which the reads of a group move over axis `place` of their tensors. undefined
 *  if they stand still. 'several' if it is not the same for all of them. */
export function movesAlong(group: readonly LayerRead[], place: number): number | undefined | 'several' {
  const axes = new Set(group.flatMap(({ axes }) => axes[place]?.along?.axis ?? []));
  return axes.size > 1 ? 'several' : [...axes][0];
}

/** The elements of a window's `size` that are on the tensors of all reads of a group, along axis `place`. Counted from
 *  the first element of the window. `at`: the cell's coordinate along the axis on which this depends. */
export function partOnTensors(group: readonly ShapedRead[], place: number, at: number): Span {
  const part = { start: 0, end: Infinity };
  for (const { axes, shape } of group) {
    if (place >= axes.length) continue;
    const start = startOf(axes[place], at);
    part.start = Math.max(part.start, -start);
    part.end = Math.min(part.end, axes[place].size, shape[place] - start);
  }
  return part;
}

/** Whether a group reads at least one element for every cell of the output, and its reads are of one size. */
export function isEverywhere(group: readonly ShapedRead[], output: Shape): boolean {
  const [{ axes }] = group;
  const most = Math.max(...group.map(read => read.axes.length));
  for (let place = 0; place < most; place++) {
    const sizes = new Set(group.map(read => read.axes[place]?.size ?? 1));
    // A range goes over rows and columns. Its other coordinates are the same everywhere.
    if (sizes.size > 1 || (place > 1 && axes[place] && axes[place].size > 1)) return false;
    const axis = movesAlong(group, place);
    if (axis === 'several' || (axis !== undefined && axis >= output.length)) return false;
    const last = axis === undefined ? 0 : output[axis] - 1;
    for (let at = 0; at <= last; at++) {
      const { start, end } = partOnTensors(group, place, at);
      if (end <= start) return false;
      // A single number is never cut.
      if (group.some(read => read.axes.every(({ size }) => size === 1)) && (start > 0 || end < 1)) return false;
    }
  }
  return true;
}

/** How a read of a group goes over axis `place` of its tensor, for the cells' rules. */
export function axisRead(read: ShapedRead, group: readonly ShapedRead[], place: number, output: Shape): AxisRead {
  const walk = read.axes[place];
  const axis = movesAlong(group, place) as number | undefined;
  const spanAt = (at: number): Span => {
    const { start, end } = partOnTensors(group, place, at);
    const first = startOf(walk, at);
    return { start: first + start, end: first + end };
  };
  if (axis === undefined) {
    const whole = spanAt(0);
    return { axis, read: () => whole, readers: () => whole };
  }
  const count = output[axis];
  return {
    axis,
    // Both ends of a span move one way only, so the first or the last cell has the outermost element.
    read({ start, end }) {
      const spans = [spanAt(start), spanAt(Math.max(start, end - 1))];
      return { start: Math.min(...spans.map(each => each.start)), end: Math.max(...spans.map(each => each.end)) };
    },
    readers({ start, end }) {
      const reads = (at: number) => {
        const span = spanAt(at);
        return span.start < end && start < span.end;
      };
      let first = 0;
      while (first < count && !reads(first)) first++;
      let last = count;
      while (last > first && !reads(last - 1)) last--;
      return { start: first, end: last };
    },
    ...(walk.along?.cells !== undefined && { steps: { cells: walk.along.cells, elements: walk.along.step } }),
  };
}
