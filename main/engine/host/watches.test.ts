import { expect, test } from 'vitest';
import { UserError } from '../../../shared/errors.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { Window } from '../../../shared/protocol.ts';
import { createRandom } from '../../../shared/random.ts';
import { buildSheet } from '../../../shared/layout/sheet.ts';
import { chain } from '../oracle/example-network.ts';
import { createWatches } from './watches.ts';

const sheet = buildSheet(
  chain(
    { kind: 'input', shape: [4, 5, 1] },
    { kind: 'conv2d', filters: 2, kernelSize: [2, 2], strides: [1, 1], padding: 'valid', useBias: false },
  ),
);
/** Four scores made of two pixels. */
const classes = buildSheet(
  chain(
    { kind: 'input', shape: [1, 2, 1] },
    { kind: 'flatten' },
    { kind: 'dense', units: 4, useBias: false },
    { kind: 'softmax' },
  ),
);
const PIXELS: TensorId = 'input0/output';
const MAPS: TensorId = 'conv2d1/output';

function example() {
  const values = new Map<TensorId, Float32Array>(
    [...sheet.tensors.values()].map(({ id, size }) => [id, Float32Array.from({ length: size }, (_, i) => i)]),
  );
  return { values, watches: createWatches(sheet, tensor => values.get(tensor)!) };
}
const whole: Window = {
  id: 1,
  tensor: PIXELS,
  offset: 0,
  height: 4,
  width: 5,
  rowStride: 5,
  columnStride: 1,
  plane: 'value',
};
/** The last two rows and columns of the second of the convolution's maps [3,4,2]. */
const corner: Window = {
  id: 2,
  tensor: MAPS,
  offset: 13,
  height: 2,
  width: 2,
  rowStride: 8,
  columnStride: 2,
  plane: 'value',
};

test('a new window gets its values and its tensor’s scale, a known window gets nothing', () => {
  const { watches } = example();
  expect(watches.watch(7, [corner])).toEqual({
    windows: [{ id: 2, values: Float32Array.of(13, 15, 21, 23) }],
    scales: [{ tensor: MAPS, plane: 'value', maximum: 23 }],
  });
  const update = watches.watch(7, [corner, whole]);
  expect(update.windows.map(({ id }) => id)).toEqual([1]);
  expect(update.scales).toEqual([{ tensor: PIXELS, plane: 'value', maximum: 19 }]);
  expect(watches.watch(7, [whole])).toEqual({ windows: [], scales: [] });
  // The same window is watched anew: after none was watched, at another place, and by another client.
  expect(watches.watch(7, [corner]).windows).toHaveLength(1);
  // A page that was loaded anew gives its windows new numbers. It gets the scale again too.
  expect(watches.watch(7, [{ ...corner, id: 3 }]).scales).toEqual([{ tensor: MAPS, plane: 'value', maximum: 23 }]);
  expect(watches.watch(7, [corner]).windows).toHaveLength(1);
  expect(watches.watch(7, [{ ...corner, offset: 12 }]).windows[0].values).toEqual(Float32Array.of(12, 14, 20, 22));
  expect(watches.watch(8, [corner]).windows).toHaveLength(1);
});

test('after a change a client gets the windows that differ, and no others', () => {
  const { values, watches } = example();
  watches.watch(1, [whole, corner]);
  watches.watch(2, [corner]);
  watches.watch(3, []);
  values.get(MAPS)![15] = -1;
  // A change in the same tensor that no window shows, and a change in a tensor that wasn't calculated again.
  values.get(MAPS)![0] = 7;
  values.get(PIXELS)![0] = 99;
  const windows = [{ id: 2, values: Float32Array.of(13, -1, 21, 23) }];
  expect(watches.collect(new Set([MAPS]))).toEqual(
    new Map([
      [1, { windows, scales: [] }],
      [2, { windows, scales: [] }],
      [3, { windows: [], scales: [] }],
    ]),
  );
  expect(watches.collect(new Set([MAPS])).get(1)).toEqual({ windows: [], scales: [] });
});

test('NaN that stays NaN is no difference, and scales leave it out', () => {
  const { values, watches } = example();
  values.get(MAPS)!.fill(Number.NaN);
  expect(watches.watch(1, [corner]).scales).toEqual([{ tensor: MAPS, plane: 'value', maximum: 0 }]);
  values.set(MAPS, new Float32Array(24).fill(Number.NaN));
  expect(watches.collect(new Set([MAPS])).get(1)).toEqual({ windows: [], scales: [] });
  values.set(
    MAPS,
    Float32Array.from({ length: 24 }, (_, i) => (i === 3 ? -50 : Number.NaN)),
  );
  expect(watches.collect(new Set([MAPS])).get(1)).toEqual({
    windows: [],
    scales: [{ tensor: MAPS, plane: 'value', maximum: 50 }],
  });
});

test('cells without a number are sent by name: an error where it is computed, else a blank', () => {
  const broken = Float32Array.of(1, Number.NaN, 2, Number.NaN);
  const watches = createWatches(classes, () => broken);
  const scores: Window = { ...whole, tensor: 'dense2/output', height: 1, width: 4 };
  const expected: Window = { ...scores, id: 2, tensor: 'softmax3/actual' };
  const gradients: Window = { ...scores, id: 3, plane: 'gradient' };
  const at = Uint32Array.of(1, 3);
  expect(watches.watch(1, [scores, expected, gradients]).windows).toEqual([
    { id: 1, values: broken, others: [{ content: { error: '#NUM!' }, at }] },
    { id: 2, values: broken, others: [{ content: null, at }] },
    { id: 3, values: broken, others: [{ content: null, at }] },
  ]);
  broken[1] = 5;
  broken[3] = 6;
  expect(watches.collect(new Set<TensorId>(['dense2/output'])).get(1)!.windows).toEqual([
    { id: 1, values: broken },
    { id: 3, values: broken },
  ]);
});

test('a client that is gone gets nothing', () => {
  const { watches } = example();
  watches.watch(1, [whole]);
  watches.drop(1);
  expect(watches.collect(new Set([PIXELS]))).toEqual(new Map());
});

test('windows that leave their tensor are refused, and the client keeps the ones it had', () => {
  const { values, watches } = example();
  watches.watch(1, [corner]);
  const refused: [Window, string][] = [
    [{ ...whole, height: 5 }, 'lies outside it'],
    [{ ...corner, columnStride: 4 }, 'lies outside it'],
    [{ ...whole, rowStride: 2 ** 52, columnStride: 2 ** 52 }, 'lies outside it'],
    [{ ...whole, offset: 2 ** 53 - 1 }, 'lies outside it'],
    [{ ...whole, tensor: 'conv9/output' }, 'nothing called conv9/output'],
    [{ ...whole, height: 2 ** 40, width: 2 ** 40, rowStride: 0, columnStride: 0 }, 'More cells are shown'],
  ];
  for (const [window, sentence] of refused) {
    expect(() => watches.watch(1, [whole, window])).toThrow(UserError);
    expect(() => watches.watch(1, [whole, window])).toThrow(sentence);
  }
  values.get(MAPS)![13] = 0;
  expect(
    watches
      .collect(new Set([MAPS]))
      .get(1)!
      .windows.map(({ id }) => id),
  ).toEqual([2]);
});

test('a client that applies every change always has the tensors’ values', () => {
  const { values, watches } = example();
  const random = createRandom(1);
  let windows: Window[] = [];
  const held = new Map<number, Float32Array>();
  for (let turn = 0; turn < 300; turn++) {
    if (random.integer(4) === 0) {
      windows = Array.from({ length: random.integer(5) }, (_, id) => {
        const offset = random.integer(10);
        const [height, width] = [random.integer(3), random.integer(4)];
        return {
          id,
          tensor: random.integer(2) ? PIXELS : MAPS,
          offset,
          height,
          width,
          rowStride: 3,
          columnStride: 1,
          plane: 'value',
        };
      });
      for (const { id, values } of watches.watch(1, windows).windows) held.set(id, values);
    } else {
      const tensor = random.integer(2) ? PIXELS : MAPS;
      const next = values.get(tensor)!.slice();
      next[random.integer(next.length)] = random.integer(3) === 0 ? Number.NaN : random.integer(3);
      values.set(tensor, next);
      for (const { id, values } of watches.collect(new Set([tensor])).get(1)?.windows ?? []) held.set(id, values);
    }
    for (const { id, tensor, offset, height, width } of windows) {
      const expected = Array.from(
        { length: height * width },
        (_, i) => values.get(tensor)![offset + 3 * Math.floor(i / width) + (i % width)],
      );
      expect(Array.from(held.get(id)!)).toEqual(expected);
    }
  }
});

test('the scale of numbers that are all the same ends at 1 or more (fault 44)', () => {
  const maximum = (fill: number, other = fill) => {
    const { values, watches } = example();
    values.get(MAPS)!.fill(fill)[5] = other;
    return watches.watch(1, [corner]).scales[0].maximum;
  };
  expect([-0.09, 0, 1, -3].map(value => maximum(value))).toEqual([Math.fround(1), 0, 1, 3]);
  expect(maximum(-0.25, -0.5)).toBe(0.5);
});
