/** The windows of a layer's formula as plain loops, in doubles: what each cell's window sums up to, and how gradients
 *  flow back into it. */
import type { Summary } from '../../../shared/layers/formula-tree.ts';
import type { Walk } from '../../../shared/layers/layer-formula.ts';
import { movesAlong, partOnTensors, type ShapedRead, startOf } from '../../../shared/layers/walks.ts';
import { type Shape, sizeOf } from '../../../shared/network.ts';
import { allChannels, type Channels } from '../show/channels.ts';

type Numbers = ArrayLike<number>;

export type Windows = {
  /** The sums of the output's cells. `values` has the numbers of what each read reads. */
  sum(values: readonly Numbers[]): Float64Array<ArrayBuffer>;
  /** Adds the gradients of the reads to `into`, given those of the sums. Where nothing is given, nothing is added. */
  addGradients(values: readonly Numbers[], dy: Numbers, into: readonly (Float64Array | undefined)[]): void;
};

/** Where a read begins: the index of its first element is the sum of one number for each axis of the output. */
type Origin = { rows: Int32Array; columns: Int32Array; channels: Int32Array };
/** The part of a window that is on the tensor, for each coordinate along `axis` of the output (as three axes). */
type Extent = { axis: number; starts: Int32Array; ends: Int32Array };

/** The output as [rows, columns, channels]. */
const threeAxes = (output: Shape): Shape => [...[1, 1, 1].slice(output.length), ...output];

function originOf({ axes, shape }: ShapedRead, output: Shape): Origin {
  const [rows, columns, channels] = threeAxes(output).map(size => new Int32Array(size));
  const of = [rows, columns, channels].slice(3 - output.length);
  for (const [place, walk] of axes.entries()) {
    const stride = sizeOf(shape.slice(place + 1));
    const along = walk.along ? of[walk.along.axis] : undefined;
    if (along) for (let at = 0; at < along.length; at++) along[at] += startOf(walk, at) * stride;
    else for (let at = 0; at < rows.length; at++) rows[at] += walk.first * stride;
  }
  return { rows, columns, channels };
}

function extentOf(group: readonly ShapedRead[], place: number, output: Shape): Extent {
  const axis = movesAlong(group, place);
  const count = typeof axis === 'number' ? output[axis] : 1;
  const starts = new Int32Array(count);
  const ends = new Int32Array(count).fill(1);
  if (group.some(({ axes }) => place < axes.length))
    for (let at = 0; at < count; at++) {
      const { start, end } = partOnTensors(group, place, at);
      starts[at] = start;
      ends[at] = end;
    }
  return { axis: typeof axis === 'number' ? axis + 3 - output.length : -1, starts, ends };
}

/** The indices that a read of one element reads. sample: one for each cell of the output. channel: one for each of its
 *  maps or units, because it doesn't depend on the row and the column. scalar: the same one for all cells. */
type Spread = { kind: 'sample' | 'channel' | 'scalar'; indices: Int32Array<ArrayBuffer> };

/** `some`: only for these channels of the output. */
export function spreadOf(read: ShapedRead, output: Shape, some?: Channels): Spread {
  const { rows, columns, channels: all } = originOf(read, output);
  const channels = some ? Int32Array.from(some, channel => all[channel]) : all;
  const isSame = (numbers: Int32Array) => numbers.every(each => each === numbers[0]);
  if (isSame(rows) && isSame(columns)) {
    const indices = channels.map(channel => rows[0] + columns[0] + channel);
    return isSame(channels) ? { kind: 'scalar', indices: indices.slice(0, 1) } : { kind: 'channel', indices };
  }
  const indices = new Int32Array(rows.length * columns.length * channels.length);
  let element = 0;
  for (const row of rows)
    for (const column of columns) for (const channel of channels) indices[element++] = row + column + channel;
  return { kind: 'sample', indices };
}

/** Whether each cell reads the element at its own place. */
export function isSameElement({ axes, shape }: ShapedRead, output: Shape): boolean {
  const isOwn = ({ first, along }: Walk, axis: number) =>
    first === 0 && along?.axis === axis && along.step === 1 && (along.cells ?? 1) === 1;
  return (
    shape.length === output.length && axes.every((walk, axis) => shape[axis] === output[axis] && isOwn(walk, axis))
  );
}

/** The numbers at these indices. */
export function gathered(values: Numbers, indices: Int32Array): Float32Array<ArrayBuffer> {
  const found = new Float32Array(indices.length);
  for (let i = 0; i < indices.length; i++) found[i] = values[indices[i]];
  return found;
}

/** All reads are of windows of one size. The output may have one or three axes. `some`: only these channels of it. */
export function createWindows(summary: Summary, reads: readonly ShapedRead[], output: Shape, some?: Channels): Windows {
  const [height, width, count] = threeAxes(output);
  const channels = some ?? allChannels(count);
  const origins = reads.map(read => originOf(read, output));
  const [down, across] = [0, 1].map(place => extentOf(reads, place, output));
  const strides = reads.map(({ shape, axes }) =>
    [0, 1].map(place => (place < axes.length ? sizeOf(shape.slice(place + 1)) : 0)),
  );

  /** Calls `take` for each cell, with the window's first and last row and column, and where each read begins. */
  function eachWindow(
    take: (element: number, top: number, bottom: number, left: number, right: number, from: Int32Array) => void,
  ): void {
    const from = new Int32Array(reads.length);
    const place = [0, 0, 0];
    let element = 0;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (const channel of channels) {
          [place[0], place[1], place[2]] = [y, x, channel];
          const [row, column] = [down.axis < 0 ? 0 : place[down.axis], across.axis < 0 ? 0 : place[across.axis]];
          for (let n = 0; n < from.length; n++)
            from[n] = origins[n].rows[y] + origins[n].columns[x] + origins[n].channels[channel];
          take(element++, down.starts[row], down.ends[row], across.starts[column], across.ends[column], from);
        }
  }

  /** The place of the largest (or smallest) number of a window, the first if several are. −1 if one is no number. */
  function mostIn(values: Numbers, top: number, bottom: number, left: number, right: number, from: number): number {
    const [rowStride, columnStride] = strides[0];
    let best = from + top * rowStride + left * columnStride;
    for (let row = top; row < bottom; row++)
      for (let column = left; column < right; column++) {
        const at = from + row * rowStride + column * columnStride;
        const value = values[at];
        if (Number.isNaN(value)) return -1;
        if (summary === 'MAX' ? value > values[best] : value < values[best]) best = at;
      }
    return best;
  }

  /** The sum of the products of two windows. */
  function productsIn(
    [one, other]: readonly Numbers[],
    top: number,
    bottom: number,
    left: number,
    right: number,
    from: Int32Array,
  ): number {
    const [[rowStride, columnStride], [otherRow, otherColumn]] = strides;
    let sum = 0;
    for (let row = top; row < bottom; row++) {
      let at = from[0] + row * rowStride + left * columnStride;
      let otherAt = from[1] + row * otherRow + left * otherColumn;
      for (let column = left; column < right; column++, at += columnStride, otherAt += otherColumn)
        sum += one[at] * other[otherAt];
    }
    return sum;
  }

  return {
    sum(values) {
      const sums = new Float64Array(height * width * channels.length);
      eachWindow((element, top, bottom, left, right, from) => {
        if (summary === 'MAX' || summary === 'MIN') {
          const best = mostIn(values[0], top, bottom, left, right, from[0]);
          sums[element] = best < 0 ? Number.NaN : values[0][best];
          return;
        }
        const count = (bottom - top) * (right - left);
        if (summary === 'COUNT') {
          sums[element] = count;
          return;
        }
        let sum = 0;
        if (from.length === 2) sum = productsIn(values, top, bottom, left, right, from);
        else
          for (let row = top; row < bottom; row++)
            for (let column = left; column < right; column++) {
              let term = values[0][from[0] + row * strides[0][0] + column * strides[0][1]];
              if (summary === 'SUMSQ') term *= term;
              for (let n = 1; n < from.length; n++)
                term *= values[n][from[n] + row * strides[n][0] + column * strides[n][1]];
              sum += term;
            }
        sums[element] = summary === 'AVERAGE' ? sum / count : sum;
      });
      return sums;
    },

    addGradients(values, dy, into) {
      if (summary === 'COUNT') return;
      eachWindow((element, top, bottom, left, right, from) => {
        if (summary === 'MAX' || summary === 'MIN') {
          const best = mostIn(values[0], top, bottom, left, right, from[0]);
          if (best >= 0 && into[0]) into[0][best] += dy[element];
          return;
        }
        const own = summary === 'AVERAGE' ? dy[element] / ((bottom - top) * (right - left)) : dy[element];
        for (let row = top; row < bottom; row++)
          for (let column = left; column < right; column++)
            for (const [n, gradient] of into.entries()) {
              if (!gradient) continue;
              const at = from[n] + row * strides[n][0] + column * strides[n][1];
              let share = summary === 'SUMSQ' ? 2 * own * values[0][at] : own;
              for (let other = 0; other < from.length; other++)
                if (other !== n)
                  share *= values[other][from[other] + row * strides[other][0] + column * strides[other][1]];
              gradient[at] += share;
            }
      });
    },
  };
}
