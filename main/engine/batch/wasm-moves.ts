/** Operations that only move numbers to other places. */
import { type Shape, sizeOf } from '../../../shared/network.ts';
import type { Pool } from '../kernels/pool.ts';
import { type Range, rangesOf } from '../kernels/ranges.ts';
import type { Handle } from './operations.ts';
import { LEAST_NUMBERS, NUMBER, type Tensors } from './wasm-tensors.ts';

type Inputs = { x: Handle };

/** By TensorFlow's names of kernels. */
export function createMoves(pool: Pool, { at, make }: Tensors) {
  /** Copies numbers along axes, from and to these addresses. */
  const move = (from: number, to: number, axes: readonly Axis[]) => {
    const [first, ...others] = padded(joinedAxes(axes));
    const size = others.reduce((product, { count }) => product * count, 1);
    const bytes = (steps: 'from' | 'to', own: readonly Axis[]) => own.map(axis => axis[steps] * NUMBER);
    pool.run(
      'rearrange',
      (others.length > 4 ? each(first.count) : rangesOf(first.count, LEAST_NUMBERS / size)).map(range => {
        // With more axes than the kernel takes, there is a piece for each place of the first one.
        const own = others.length > 4 ? others : [{ ...first, count: range.size }, ...others];
        return [
          from + range.first * first.from * NUMBER,
          to + range.first * first.to * NUMBER,
          ...own.map(({ count }) => count),
          ...bytes('from', own),
          ...bytes('to', own).slice(0, -1),
        ];
      }),
    );
  };
  /** Puts a tensor into a larger one, at the place `begin`. */
  const place = (x: Handle, output: Handle, begin: readonly number[]) => {
    const [from, to] = [stepsOf(x.shape), stepsOf(output.shape)];
    const offset = begin.reduce((sum, first, axis) => sum + first * to[axis], 0);
    const axes = x.shape.map((count, axis) => ({ count, from: from[axis], to: to[axis] }));
    move(at(x), at(output) + offset * NUMBER, axes);
  };

  return {
    Transpose({ x }: Inputs, { perm }: { perm: number[] }): Handle {
      const shape = perm.map(axis => x.shape[axis]);
      const output = make(shape);
      const [from, to] = [stepsOf(x.shape), stepsOf(shape)];
      move(
        at(x),
        at(output),
        perm.map((axis, n) => ({ count: shape[n], from: from[axis], to: to[n] })),
      );
      return output;
    },
    Slice({ x }: Inputs, { begin, size }: { begin: number[]; size: number[] }): Handle {
      const output = make(size);
      const [from, to] = [stepsOf(x.shape), stepsOf(size)];
      const offset = begin.reduce((sum, first, axis) => sum + first * from[axis], 0);
      const axes = size.map((count, axis) => ({ count, from: from[axis], to: to[axis] }));
      move(at(x) + offset * NUMBER, at(output), axes);
      return output;
    },
    Concat(inputs: Handle[], { axis }: { axis: number }) {
      const total = inputs.reduce((sum, { shape }) => sum + shape[axis], 0);
      const output = make(inputs[0].shape.with(axis, total));
      const begin = inputs[0].shape.map(() => 0);
      for (const input of inputs) {
        place(input, output, begin);
        begin[axis] += input.shape[axis];
      }
      return output;
    },
    PadV2({ x }: Inputs, { paddings }: { paddings: number[][] }) {
      const output = make(x.shape.map((count, axis) => count + paddings[axis][0] + paddings[axis][1]));
      pool.run(
        'clear',
        rangesOf(sizeOf(output.shape), LEAST_NUMBERS, 4).map(({ first, size }) => [
          at(output) + first * NUMBER,
          size * NUMBER,
        ]),
      );
      const begin = paddings.map(([before]) => before);
      place(x, output, begin);
      return output;
    },
    Tile({ x }: Inputs, { reps }: { reps: number[] }) {
      const output = make(x.shape.map((count, axis) => count * reps[axis]));
      const [from, to] = [stepsOf(x.shape), stepsOf(output.shape)];
      const axes = x.shape.flatMap((count, axis) => [
        { count: reps[axis], from: 0, to: to[axis] * count },
        { count, from: from[axis], to: to[axis] },
      ]);
      move(at(x), at(output), axes);
      return output;
    },
  };
}

/** An axis along which numbers are copied, and its steps in both places, in numbers. */
type Axis = { count: number; from: number; to: number };

function stepsOf(shape: Shape): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/** The same places with as few axes as possible. */
function joinedAxes(axes: readonly Axis[]): Axis[] {
  const joined: Axis[] = [];
  for (const axis of axes) {
    if (axis.count === 1) continue;
    const last = joined.at(-1);
    if (last && last.from === axis.from * axis.count && last.to === axis.to * axis.count)
      joined[joined.length - 1] = { ...axis, count: last.count * axis.count };
    else joined.push(axis);
  }
  return joined;
}

/** At least five axes, the last one of which goes along neighbours in `to`. */
function padded(axes: readonly Axis[]): Axis[] {
  const one: Axis = { count: 1, from: 0, to: 0 };
  const all = axes.at(-1)?.to === 1 ? [...axes] : [...axes, { count: 1, from: 1, to: 1 }];
  while (all.length < 5) all.splice(all.length - 1, 0, one);
  return all;
}

const each = (count: number): Range[] => Array.from({ length: count }, (_, first) => ({ first, size: 1 }));
