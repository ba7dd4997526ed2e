import { beforeEach, describe, expect, test } from 'vitest';
import { parseNetwork } from '../../shared/network.ts';
import type { Window } from '../../shared/protocol.ts';
import { buildSheet, type Sheet } from '../../shared/layout/sheet.ts';
import { createValues, type FedValues } from './values.ts';

const conv = (id: string, filters: number, input: string) =>
  ({
    id,
    name: id,
    inputs: [input],
    kind: 'conv2d',
    filters,
    kernelSize: [3, 3],
    strides: [1, 1],
    padding: 'valid',
    useBias: true,
  }) as const;
const sheetOf = (height: number, width: number, filters = 2): Sheet =>
  buildSheet(
    parseNetwork({
      version: 1,
      layers: [
        { id: 'in', name: 'in', inputs: [], kind: 'input', shape: [height, width, 1] },
        conv('conv', filters, 'in'),
      ],
    }),
  );

let sheet: Sheet;
let asked: Window[][];
let values: FedValues;
let answer: () => void;
const turn = () => new Promise(resolve => setTimeout(resolve));

function start(of: Sheet) {
  sheet = of;
  asked = [];
  values = createValues(
    windows => {
      asked.push(windows);
      return new Promise<void>(resolve => (answer = resolve));
    },
    tensor => sheet.tensors.get(tensor),
  );
}
/** Sends what an engine would: every element's value is its own index (plus `add`). */
const send = (windows: readonly Window[], add = 0) =>
  values.receive(
    windows.map(({ id, offset, height, width, rowStride, columnStride }) => ({
      id,
      values: Float32Array.from(
        { length: height * width },
        (_, i) => add + offset + Math.floor(i / width) * rowStride + (i % width) * columnStride,
      ),
    })),
  );
/** The blocks of the input in `height` rows and `width` columns, from this row and column on. */
const inputBlocks = (row: number, column: number, height: number, width: number) => {
  const origin = sheet.layout.cellOf('in/output', 0);
  return sheet.layout.blocksIn({ row: origin.row + row, column: origin.column + column, height, width });
};

describe('a tensor of ordinary size', () => {
  beforeEach(() => start(sheetOf(28, 28)));

  test('is watched whole, so that scrolling over it asks for nothing more', async () => {
    values.show('grid', inputBlocks(0, 0, 10, 10));
    await turn();
    expect(asked).toHaveLength(1);
    expect(asked[0]).toEqual([
      { id: 1, tensor: 'in/output', offset: 0, height: 1, width: 784, rowStride: 784, columnStride: 1, plane: 'value' },
    ]);
    answer();
    for (let row = 1; row < 18; row++) values.show('grid', inputBlocks(row, row, 10, 10));
    await turn();
    expect(asked).toHaveLength(1);
  });

  test('gives a block its values row by row, the same array until they change', async () => {
    const [block] = inputBlocks(2, 3, 2, 4);
    values.show('grid', [block]);
    await turn();
    expect(values.block(block)).toBeUndefined();
    send(asked[0]);
    const first = values.block(block);
    expect([...first!.numbers]).toEqual([59, 60, 61, 62, 87, 88, 89, 90]);
    expect(values.block(inputBlocks(2, 3, 2, 4)[0])).toBe(first);
    send(asked[0], 1000);
    expect(values.block(block)).not.toBe(first);
    expect(values.block(block)!.numbers[0]).toBe(1059);
  });

  test('knows single elements of what is shown, and no others', async () => {
    values.show('bar', inputBlocks(0, 0, 1, 1));
    await turn();
    send(asked[0]);
    expect(values.element('in/output', 783)).toBe(783);
    expect(values.element('conv/output', 0)).toBeUndefined();
  });

  test('asks once for what several views show in a turn, and again only when one shows something else', async () => {
    const bias = sheet.layout.cellOf('conv/bias', 0);
    values.show('grid', inputBlocks(0, 0, 5, 5));
    values.show('bar', sheet.layout.blocksIn({ ...bias, height: 1, width: 1 }));
    await turn();
    expect(asked.map(windows => windows.map(({ tensor }) => tensor))).toEqual([['in/output', 'conv/bias']]);
    answer();
    values.show('bar', []);
    await turn();
    expect(asked[1].map(({ tensor, id }) => [tensor, id])).toEqual([['in/output', 1]]);
    expect(values.element('conv/bias', 0)).toBeUndefined();
  });

  test('waits for the answer before it asks again, and then asks for the newest', async () => {
    values.show('grid', inputBlocks(0, 0, 5, 5));
    await turn();
    values.show('bar', sheet.layout.blocksIn({ ...sheet.layout.cellOf('conv/bias', 0), height: 1, width: 1 }));
    await turn();
    values.show('bar', sheet.layout.blocksIn({ ...sheet.layout.cellOf('conv/kernel', 0), height: 1, width: 1 }));
    await turn();
    expect(asked).toHaveLength(1);
    answer();
    await turn();
    expect(asked).toHaveLength(2);
    expect(asked[1].map(({ tensor }) => tensor)).toEqual(['in/output', 'conv/kernel']);
  });

  test('tells of new values once for a message, and of windows given up long ago not at all', async () => {
    let told = 0;
    values.show('grid', inputBlocks(0, 0, 5, 5));
    values.onChange(() => told++);
    await turn();
    send(asked[0]);
    expect(told).toBe(1);
    values.receive([{ id: 99, values: new Float32Array(1) }]);
    expect(told).toBe(1);
  });

  test('after the engine came back everything shown is asked for again under new numbers', async () => {
    values.show('grid', inputBlocks(0, 0, 5, 5));
    await turn();
    send(asked[0]);
    values.reset(true);
    expect(values.element('in/output', 0)).toBeUndefined();
    await turn();
    expect(asked[1]).toEqual([{ ...asked[0][0], id: 2 }]);
    send(asked[0], 5);
    expect(values.element('in/output', 0)).toBeUndefined();
    send(asked[1], 7);
    expect(values.element('in/output', 0)).toBe(7);
  });

  test('another workbook forgets what the old sheet showed', async () => {
    values.show('grid', inputBlocks(0, 0, 5, 5));
    await turn();
    values.reset(false);
    await turn();
    expect(asked).toHaveLength(1);
  });
});

describe('a tensor too large to be watched whole', () => {
  beforeEach(() => start(sheetOf(300, 400)));

  test('is watched in tiles of its block, and scrolling inside a tile asks for nothing', async () => {
    values.show('grid', inputBlocks(0, 0, 40, 60));
    await turn();
    expect(asked[0]).toEqual([
      { id: 1, tensor: 'in/output', offset: 0, height: 64, width: 64, rowStride: 400, columnStride: 1, plane: 'value' },
    ]);
    answer();
    await turn();
    values.show('grid', inputBlocks(20, 4, 40, 60));
    await turn();
    expect(asked).toHaveLength(1);
    values.show('grid', inputBlocks(30, 4, 40, 60));
    await turn();
    expect(asked[1].map(({ id, offset }) => [id, offset])).toEqual([
      [1, 0],
      [2, 64 * 400],
    ]);
  });

  test('puts a block together from its tiles, once all have arrived', async () => {
    const [block] = inputBlocks(60, 120, 10, 20);
    values.show('grid', [block]);
    await turn();
    expect(asked[0]).toHaveLength(4);
    send(asked[0].slice(0, 3));
    expect(values.block(block)).toBeUndefined();
    send(asked[0].slice(3));
    const expected = Array.from({ length: 200 }, (_, i) => (60 + Math.floor(i / 20)) * 400 + 120 + (i % 20));
    expect([...values.block(block)!.numbers]).toEqual(expected);
    expect(values.element('in/output', 69 * 400 + 139)).toBe(69 * 400 + 139);
    expect(values.element('in/output', 0)).toBeUndefined();
  });

  test('a block keeps its array while other tiles come and go, until one of its own has new values', async () => {
    const [block] = inputBlocks(60, 0, 10, 20);
    values.show('grid', [block]);
    await turn();
    send(asked[0]);
    const first = values.block(block)!;
    answer();
    await turn();
    values.show('grid', [block, ...inputBlocks(200, 200, 4, 4)]);
    await turn();
    const others = asked[1].filter(({ id }) => !asked[0].some(before => before.id === id));
    expect(others).toHaveLength(1);
    send(others, 5);
    expect(values.block(block)).toBe(first);
    send(asked[0].slice(1), 5);
    expect(values.block(block)!.numbers[0]).toBe(60 * 400);
    expect(values.block(block)!.numbers[199]).toBe(69 * 400 + 19 + 5);
    answer();
    await turn();
    values.show('grid', inputBlocks(200, 200, 4, 4));
    await turn();
    expect(values.block(block)).toBeUndefined();
  });

  test('cuts tiles off at the edge of the block', async () => {
    values.show('grid', inputBlocks(290, 390, 10, 10));
    await turn();
    expect(asked[0].map(({ height, width }) => [height, width])).toEqual([[44, 16]]);
    send(asked[0]);
    expect(values.block(inputBlocks(299, 399, 1, 1)[0])!.numbers[0]).toBe(119_999);
  });

  test('channels of a map are tiles of their own, with the strides of the tensor', async () => {
    const origin = sheet.layout.cellOf('conv/output', 1);
    const blocks = sheet.layout.blocksIn({ ...origin, height: 2, width: 2 });
    values.show('grid', blocks);
    await turn();
    expect(asked[0]).toEqual([
      {
        id: 1,
        tensor: 'conv/output',
        offset: 1,
        height: 64,
        width: 64,
        rowStride: 796,
        columnStride: 2,
        plane: 'value',
      },
    ]);
    send(asked[0]);
    expect([...values.block(blocks[0])!.numbers]).toEqual([1, 3, 797, 799]);
    expect(values.element('conv/output', 799)).toBe(799);
    expect(values.element('conv/output', 798)).toBeUndefined();
  });
});

test('kernels of a large tensor are watched 64 in a row, and each has its own numbers', async () => {
  const { layers } = sheetOf(8, 8, 150).network;
  start(buildSheet(parseNetwork({ version: 1, layers: [...layers, conv('next', 150, 'conv')] })));
  const { layout } = sheet;
  const { row, column } = layout.cellOf('next/kernel', 0);
  const blocks = layout
    .blocksIn({ row, column: column + 1, height: 60, width: 600 })
    .filter(({ view }) => view.tensor === 'next/kernel');
  expect(blocks.length).toBeGreaterThan(700);
  expect(blocks.some(({ view }) => view.width < 3)).toBe(true);
  values.show('grid', blocks);
  await turn();
  expect(asked[0].length).toBeLessThan(blocks.length / 20);
  const watched = asked[0].reduce((sum, { height, width }) => sum + height * width, 0);
  expect(watched).toBeLessThan(sheet.tensors.get('next/kernel')!.size / 2);
  send(asked[0].slice(1));
  expect(values.block(blocks[0])).toBeUndefined();
  send(asked[0].slice(0, 1));
  for (const block of blocks) {
    const { offset, height, width, rowStride, columnStride } = block.view;
    const own = Array.from(
      { length: height * width },
      (_, i) => offset + Math.floor(i / width) * rowStride + (i % width) * columnStride,
    );
    expect([...values.block(block)!.numbers]).toEqual(own);
    expect(values.element('next/kernel', own[0])).toBe(own[0]);
  }
});

test('a tensor in thousands of small blocks is watched whole all the same', async () => {
  start(sheetOf(6, 6, 9000));
  const kernel = sheet.tensors.get('conv/kernel')!;
  expect(kernel.size).toBe(81_000);
  values.show(
    'grid',
    sheet.layout.blocksIn({ row: 0, column: 0, height: sheet.layout.rows, width: sheet.layout.columns }),
  );
  await turn();
  const windows = asked[0].filter(({ tensor }) => tensor === 'conv/kernel');
  expect(windows.map(({ width }) => width)).toEqual([81_000]);
});

test('what was entered is read in place of the old value until it is answered, the latest edit first', async () => {
  start(sheetOf(28, 28));
  values.show('grid', inputBlocks(0, 0, 28, 28));
  await turn();
  send(asked[0]);
  const answers: { resolve(): void; reject(error: Error): void }[] = [];
  const enter = (index: number, value: number) =>
    values.expect(
      [{ tensor: 'in/output', indices: Uint32Array.of(index, 9), values: Float32Array.of(value, 0.5) }],
      new Promise<void>((resolve, reject) => answers.push({ resolve, reject })),
    );
  const read = (index: number) => values.element('in/output', index);
  enter(7, 100);
  enter(7, 200);
  expect([read(7), read(8), read(9)]).toEqual([200, 8, 0.5]);
  expect(values.element('in/output', 7, 'gradient'), 'another plane').toBeUndefined();
  let told = 0;
  values.onChange(() => told++);
  answers[1].resolve();
  await turn();
  expect([read(7), told]).toEqual([100, 0]);
  // A refused edit has no effect.
  answers[0].reject(new Error('refused'));
  await turn();
  expect([read(7), read(9), told]).toEqual([7, 9, 1]);
  enter(7, 300);
  values.reset(true);
  expect(read(7), 'the engine is restarted with the edit').toBe(300);
  values.reset(false);
  expect(read(7), 'another workbook').toBeUndefined();
});

test('what is no number is found by its place, in a tensor watched whole and across tiles', async () => {
  start(sheetOf(28, 28));
  const block = inputBlocks(2, 3, 1, 3)[0];
  values.show('grid', [block]);
  await turn();
  values.receive([
    {
      id: asked[0][0].id,
      values: new Float32Array(784).fill(1),
      others: [
        { content: { error: '#NUM!' }, at: Uint32Array.of(60) },
        { content: null, at: Uint32Array.of(61, 700) },
      ],
    },
  ]);
  expect(values.block(block)!.others).toEqual([undefined, { error: '#NUM!' }, null]);
  const read = (index: number) => values.element('in/output', index);
  expect([read(59), read(60), read(61), read(700)]).toEqual([1, { error: '#NUM!' }, null, null]);
  send(asked[0]);
  expect(values.block(block)!.others).toBeUndefined();
  expect(read(60)).toBe(60);

  start(sheetOf(300, 400));
  const [across] = inputBlocks(63, 63, 2, 2);
  values.show('grid', [across]);
  await turn();
  for (const window of asked[0]) {
    send([window]);
    if (window.offset !== 64) continue;
    const corner = { id: window.id, values: new Float32Array(64 * 64).fill(2) };
    values.receive([{ ...corner, others: [{ content: 'text', at: Uint32Array.of(63 * 64) }] }]);
  }
  expect(values.block(across)!.others).toEqual([undefined, 'text', undefined, undefined]);
  expect(values.element('in/output', 63 * 400 + 64)).toBe('text');
});

test('an expected class that was entered as blank reads as one', () => {
  const network = parseNetwork({
    version: 1,
    layers: [
      { id: 'in', name: 'in', inputs: [], kind: 'input', shape: [1, 1, 1] },
      { id: 'flat', name: 'flat', inputs: ['in'], kind: 'flatten' },
      { id: 'scores', name: 'scores', inputs: ['flat'], kind: 'dense', units: 2, useBias: false },
      { id: 'classes', name: 'classes', inputs: ['scores'], kind: 'softmax' },
    ],
  });
  start(buildSheet(network));
  const edit = { tensor: 'classes/actual' as const, indices: Uint32Array.of(0), values: Float32Array.of(Number.NaN) };
  values.expect([edit], new Promise(() => {}));
  expect(values.element('classes/actual', 0)).toBeNull();
});
