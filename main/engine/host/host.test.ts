import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Change, editCommand } from '../../../shared/change.ts';
import { type Expression, operation, RELATIVE } from '../../../shared/formula/expression.ts';
import { UserError } from '../../../shared/errors.ts';
import type { EngineKind, Events } from '../../../shared/protocol.ts';
import { createRandom } from '../../../shared/random.ts';
import { createCaller, decodeFrame, encodeFrame } from '../../../shared/rpc.ts';
import type { Workbook } from '../../../shared/workbook.ts';
import { say } from '../../../shared/messages.ts';
import { loadHyperFormula, takeEngine } from '../formulas/hyperformula.ts';
import { digitNetwork, valuesFor } from '../oracle/example-network.ts';
import type { Content } from '../workbook/work-files.ts';
import { createEngineHost, type Host } from './host.ts';

const firstOf = (content: Content) => new Float32Array([...(content as Iterable<Uint8Array>)][0].slice().buffer)[0];

/** A host that is spoken to in real frames, with files in memory: a "file" is the workbook under its path. */
function connect({ longPass, prepareAfter }: { longPass?: number; prepareAfter?: number } = {}) {
  const events: { event: keyof Events; data: unknown; client?: number }[] = [];
  const order: string[] = [];
  const [logged, written]: string[][] = [[], []];
  const files = new Map<string, Workbook>();
  const pending: (() => void)[] = [];
  let slow = false;
  const workbook = (seed: number): Workbook => {
    const network = digitNetwork();
    const classes = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
    return { network, classes, source: { kind: 'typed' }, values: valuesFor(network, createRandom(seed)) };
  };
  const damaged = () => new UserError('broken.convsheet is damaged.');
  const host: Host = createEngineHost({
    post(frame) {
      const message = decodeFrame(frame);
      order.push(message.type === 'event' ? `${message.event} to ${message.client}` : `${message.type} ${message.id}`);
      caller.receive(frame);
    },
    readTemplate: async name => {
      if (name === 'defect') throw new TypeError('a mistake of ours');
      return workbook(1);
    },
    readFile: async path => {
      const found = files.get(path);
      if (!found) throw damaged();
      return found;
    },
    readBytes() {
      throw damaged();
    },
    toPieces: ({ values }) => [new Uint8Array(values.get('conv2d1/bias')!.slice().buffer)],
    files: {
      async write(file, content) {
        written.push(`${file} ${firstOf(content)}`);
        return { file, size: 1, checksum: 0 };
      },
      find: async ({ file }) => file,
      read: () => Promise.reject(damaged()),
    },
    async writeFile(path, content) {
      if (slow) await new Promise<void>(resolve => pending.push(resolve));
      if (path === '/defect') throw new TypeError('a mistake of ours');
      if (path.startsWith('/full')) throw new UserError('The disk is full.');
      written.push(`${path} ${firstOf(content)}`);
      return { size: 8 };
    },
    readImages: () => Promise.reject(new UserError('There are no images here.')),
    correct: async () => undefined,
    readSample: async () => '',
    readImage: () => Promise.reject(new UserError('There are no images here.')),
    readData: choice =>
      Promise.reject(
        choice.source.kind === 'folders' && choice.source.path === '/defect'
          ? new TypeError('a mistake of ours')
          : new UserError('There are no data sets here.'),
      ),
    longPass,
    prepareAfter,
    log: line => logged.push(line),
    fail: () => order.push('failed'),
  });
  const caller = createCaller(
    frame => host.receive(frame),
    (event, data, client) => events.push({ event, data, client }),
  );
  return {
    caller,
    host,
    events,
    order,
    logged,
    files,
    written,
    pending,
    workbook,
    slowDisk: () => (slow = true),
    /** The `changes` events sent to a client since the last call. */
    changes(client: number) {
      const mine = events.filter(({ event, client: to }) => event === 'changes' && to === client);
      events.length = 0;
      return mine.map(({ data }) => data as Events['changes']);
    },
  };
}

let engine: ReturnType<typeof connect>;
beforeEach(async () => {
  engine = connect();
  await engine.caller.send('load', { from: 'template', template: 'lesson3' });
  engine.order.length = 0;
});

const bias = (value: number, label = 'bias') =>
  editCommand(label, [{ tensor: 'conv2d1/bias' as const, indices: Uint32Array.of(0), values: Float32Array.of(value) }]);
const bad = (edit: object) => ({ label: 'x', changes: [{ kind: 'values', edits: [edit] }] });
const window = {
  id: 5,
  tensor: 'conv2d1/bias' as const,
  offset: 0,
  height: 2,
  width: 1,
  rowStride: 1,
  columnStride: 1,
  plane: 'value' as const,
};

/** A choice of data that names no files. */
const defaultData = { shape: [28, 28, 1], fit: 'stretch', validation: 0, test: 0, seed: 1 } as const;

describe('requests', () => {
  test('before a workbook is open are refused with a sentence', async () => {
    const empty = connect();
    for (const kind of ['getWorkbook', 'undo'] as const) {
      await expect(empty.caller.send(kind, {})).rejects.toThrow('No workbook is open');
    }
    expect(empty.logged).toEqual([]);
  });

  test('with arguments that don’t fit are refused, naming what doesn’t', async () => {
    const wrong: [EngineKind, unknown, string][] = [
      [
        'change',
        bad({ tensor: 'conv2d1/bias', indices: [0], values: Float32Array.of(1) }),
        'changes.0.edits.0.indices',
      ],
      ['change', bad({ tensor: 'a/b/c', indices: new Uint32Array(), values: new Float32Array() }), 'tensor'],
      ['watch', { windows: [{ ...window, height: -1 }] }, 'windows.0.height'],
      ['undo', { much: true }, 'undo'],
      ['load', { from: 'internet', url: 'x' }, 'from'],
      ['showDigit', { index: 0.5 }, 'index'],
    ];
    for (const [kind, args, sentence] of wrong) {
      await expect(engine.caller.send(kind, args as never)).rejects.toThrow(sentence);
      await expect(engine.caller.send(kind, args as never)).rejects.toBeInstanceOf(UserError);
    }
    await expect(engine.caller.send('constructor' as never, {} as never)).rejects.toThrow('no request "constructor"');
    expect(engine.logged).toEqual([]);
  });

  test('that are no frames are logged and change nothing', async () => {
    engine.host.receive(new Uint8Array([1, 2, 3]));
    engine.host.receive(new Uint8Array(64).fill(255));
    engine.host.receive(encodeFrame({ type: 'reply', id: 1, result: {} }));
    expect(engine.logged).toHaveLength(2);
    expect((await engine.caller.send('getWorkbook', {})).state.revision).toBe(0);
  });

  test.each([
    ['load', { from: 'template', template: 'defect' }],
    ['describeData', { data: { ...defaultData, source: { kind: 'folders', path: '/defect' } } }],
    ['write', { path: '/defect' }],
  ] as const)('that uncover a mistake of ours end the process without an answer: %s (fault 32)', async (kind, args) => {
    engine.order.length = 0;
    void engine.caller.send(kind as 'load', args as never);
    while (engine.order.length === 0) await new Promise(setImmediate);
    expect(engine.order).toEqual(['failed']);
    expect(engine.logged.join('\n')).toContain('a mistake of ours');
  });

  test('that break off in the middle of a change end the process without an answer', async () => {
    const broken = engine.workbook(3);
    engine.files.set('/broken', broken);
    await engine.caller.send('load', { from: 'file', path: '/broken' });
    engine.order.length = 0;
    // The convolution suddenly reads a layer that doesn't exist.
    (broken.network.layers[1] as unknown as { inputs: string[] }).inputs = ['nowhere'];
    void engine.caller.send('change', bias(1));
    while (engine.order.length === 0) await new Promise(setImmediate);
    expect(engine.order).toEqual(['failed']);
    expect(engine.logged).toHaveLength(1);
  });

  test('are answered in order, also while a file is opened', async () => {
    engine.files.set('/a', engine.workbook(2));
    const labels: string[] = [];
    const note = (label: string) => (): void => void labels.push(label);
    await Promise.all([
      engine.caller.send('change', bias(1)).then(note('edit')),
      engine.caller.send('load', { from: 'file', path: '/a', id: 'second' }).then(note('load')),
      engine.caller.send('change', bias(2, 'after opening')).then(note('edit')),
      engine.caller.send('getWorkbook', {}).then(info => labels.push(`${info.id}: ${say(info.state.undo)}`)),
    ]);
    expect(labels).toEqual(['edit', 'load', 'edit', 'second: after opening']);
  });
});

test('when a window rests, what its first formula would wait for is made ready', async () => {
  takeEngine();
  const build = vi.spyOn(loadHyperFormula().HyperFormula, 'buildEmpty');
  const { caller } = connect({ prepareAfter: 1 });
  await caller.send('load', { from: 'template', template: 'lesson3' });
  await pause(20);
  expect(build).not.toHaveBeenCalled();
  await caller.send('getWorkbook', {}, 1);
  await vi.waitFor(() => expect(build).toHaveBeenCalledOnce(), 5000);
  build.mockRestore();
});

describe('opening', () => {
  test('gives every opened workbook an id of its own, or the one asked for', async () => {
    const first = await engine.caller.send('load', { from: 'template', template: 'lesson3' });
    const second = await engine.caller.send('load', { from: 'template', template: 'lesson3' });
    expect(first.id).not.toBe(second.id);
    expect(second).toMatchObject({ backend: 'wasm', classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] });
    expect((await engine.caller.send('load', { from: 'template', template: 'lesson3', id: 'kept' })).id).toBe('kept');
  });

  test('a damaged file leaves the open workbook and its watched windows alone', async () => {
    await engine.caller.send('watch', { windows: [window] }, 1);
    await engine.caller.send('change', bias(3), 1);
    const before = await engine.caller.send('getWorkbook', {});
    await expect(engine.caller.send('load', { from: 'file', path: '/missing' })).rejects.toThrow(
      'broken.convsheet is damaged.',
    );
    await expect(
      engine.caller.send('load', { from: 'bytes', name: 'broken.convsheet', bytes: new Uint8Array(9) }),
    ).rejects.toThrow('broken.convsheet is damaged.');
    expect(await engine.caller.send('getWorkbook', {})).toEqual(before);
    engine.changes(1);
    await engine.caller.send('undo', {}, 1);
    expect(engine.changes(1)[0].windows).toHaveLength(1);
  });

  test('forgets the windows that watched the workbook before', async () => {
    await engine.caller.send('watch', { windows: [window] }, 1);
    await engine.caller.send('load', { from: 'template', template: 'lesson3' });
    engine.changes(1);
    await engine.caller.send('change', bias(9), 1);
    expect(engine.changes(1)).toMatchObject([{ windows: [], scales: [] }]);
    await engine.caller.send('watch', { windows: [window] }, 1);
    expect(engine.changes(1)[0].windows[0].values[0]).toBe(9);
  });
});

describe('changes', () => {
  test('reach every client before the reply, each client with the windows it watches', async () => {
    await engine.caller.send('watch', { windows: [window] }, 1);
    await engine.caller.send('getWorkbook', {}, 2);
    engine.order.length = 0;
    engine.events.length = 0;
    const { revision } = await engine.caller.send('change', bias(42), 1);
    expect(engine.order).toEqual(['changes to 1', 'changes to 2', expect.stringMatching(/^reply/)]);
    const [mine, other] = engine.events.map(({ data }) => data as Events['changes']);
    expect(mine.state).toMatchObject({ revision, undo: 'bias', modified: true });
    expect(mine.windows).toEqual([{ id: 5, values: expect.any(Float32Array) }]);
    expect(mine.windows[0].values[0]).toBe(42);
    expect(mine.scales).toEqual([{ tensor: 'conv2d1/bias', plane: 'value', maximum: 42 }]);
    expect(other).toMatchObject({ state: { revision }, windows: [], scales: [] });
  });

  test('that are meant for other layers or classes are refused, and nothing is changed', async () => {
    await engine.caller.send('watch', { windows: [window] }, 1);
    const { structure } = await engine.caller.send('getWorkbook', {});
    await engine.caller.send('change', { structure, ...bias(7) }, 1);
    engine.changes(1);
    const other = engine.caller.send('change', { structure: '0123456789abcdef', ...bias(8) }, 1);
    await expect(other).rejects.toThrow('meant for those before');
    expect(engine.changes(1)).toEqual([]);
    expect((await engine.caller.send('getWorkbook', {})).state.undo).toEqual('bias');
  });

  test('that take long to calculate report which layer comes next; short ones report nothing', async () => {
    await engine.caller.send('change', bias(7));
    expect(engine.order).toEqual(['reply 2']);
    const slow = connect({ longPass: 0 });
    await slow.caller.send('load', { from: 'template', template: 'lesson3' });
    slow.order.length = 0;
    slow.events.length = 0;
    await slow.caller.send('change', bias(7));
    expect(slow.order).toEqual(['progress to undefined', 'progress to undefined', 'reply 2']);
    const told = slow.events.map(({ data }) => data as Events['progress']);
    expect(told.map(({ task, fraction }) => [say(task), fraction])).toEqual([
      ['Calculating input0', 0],
      ['Calculating input0', 1],
    ]);
  });

  test('of a new window come before the reply to the request for it', async () => {
    await engine.caller.send('watch', { windows: [window] }, 1);
    expect(engine.order).toEqual(['changes to 1', expect.stringMatching(/^reply/)]);
    engine.order.length = 0;
    await engine.caller.send('watch', { windows: [window] }, 1);
    expect(engine.order).toEqual([expect.stringMatching(/^reply/)]);
  });

  test('are no longer sent to a client that is gone', async () => {
    await engine.caller.send('watch', { windows: [window] }, 1);
    await engine.caller.send('dropClient', {}, 1);
    engine.events.length = 0;
    await engine.caller.send('change', bias(1));
    expect(engine.events).toEqual([]);
  });

  test('follow undo and redo; a refused command makes none', async () => {
    await engine.caller.send('watch', { windows: [window] }, 1);
    const original = engine.changes(1)[0].windows[0].values[0];
    await engine.caller.send('change', bias(5), 1);
    await engine.caller.send('undo', {}, 1);
    await engine.caller.send('redo', {}, 1);
    expect(engine.changes(1).map(({ windows }) => windows[0].values[0])).toEqual([5, original, 5]);
    const computed = { tensor: 'relu2/output' as const, indices: Uint32Array.of(0), values: Float32Array.of(1) };
    await expect(engine.caller.send('change', editCommand('bad', [computed]), 1)).rejects.toThrow('is computed');
    expect(engine.changes(1)).toEqual([]);
  });
});

describe('saving', () => {
  test('writes the workbook as it was when it was asked for, and counts that as saved', async () => {
    await engine.caller.send('getWorkbook', {}, 1);
    await engine.caller.send('change', bias(1), 1);
    engine.slowDisk();
    const first = engine.caller.send('write', { path: '/first' });
    await engine.caller.send('change', bias(2), 1);
    const second = engine.caller.send('write', { path: '/second' });
    while (engine.pending.length === 0) await new Promise(setImmediate);
    engine.changes(1);
    engine.pending.shift()!();
    expect(await first).toEqual({ size: 8 });
    expect(engine.changes(1).map(({ state }) => state.modified)).toEqual([true]);
    // The newer write waits for the older one, so that the newer file stays.
    while (engine.pending.length === 0) await new Promise(setImmediate);
    engine.pending.shift()!();
    await second;
    expect(engine.changes(1).map(({ state }) => state.modified)).toEqual([false]);
    expect(engine.written).toEqual(['/first 1', '/second 2']);
    await engine.caller.send('undo', {}, 1);
    expect(engine.changes(1)[0].state.modified).toBe(true);
  });

  test('that fails leaves it unsaved, and can be tried again', async () => {
    await engine.caller.send('change', bias(1));
    await expect(engine.caller.send('write', { path: '/full/x' })).rejects.toThrow('The disk is full.');
    expect((await engine.caller.send('getWorkbook', {})).state.modified).toBe(true);
    await engine.caller.send('write', { path: '/x' });
    expect((await engine.caller.send('getWorkbook', {})).state.modified).toBe(false);
  });

  test('a checkpoint can be made and opened, and doesn’t count as saved; the shell can say that it does', async () => {
    await engine.caller.send('change', bias(6));
    const made = engine.caller.send('checkpoint', { file: 'a.checkpoint' });
    // An edit that comes while the checkpoint is written is not in it.
    const edited = engine.caller.send('change', bias(7));
    expect(await made).toEqual({ file: 'a.checkpoint', size: 1, checksum: 0, modified: true });
    await edited;
    expect(engine.written).toEqual(['a.checkpoint 6']);
    const modified = async () => (await engine.caller.send('getWorkbook', {})).state.modified;
    expect(await modified()).toBe(true);
    await engine.caller.send('setModified', { modified: false });
    expect(await modified()).toBe(false);
    await engine.caller.send('setModified', { modified: true });
    expect(await modified()).toBe(true);
  });
});

describe('test digits', () => {
  test('are shown, listed and found', async () => {
    await engine.caller.send('watch', { windows: [] }, 1);
    await engine.caller.send('showDigit', { index: 1 }, 1);
    expect(engine.changes(1)[0].state).toMatchObject({ source: { kind: 'digit', index: 1 }, actual: 2 });
    const page = await engine.caller.send('listDigits', { filter: { class: 2 }, from: 0, count: 2 }, 1);
    expect(page).toMatchObject({ total: 1032, digits: [{ index: 1, class: 2 }, { class: 2 }] });
    expect(page.pixels.length).toBe(2 * 784);
    expect(await engine.caller.send('findDigit', { filter: {}, index: 1, direction: 'next' }, 1)).toEqual({ index: 2 });
  });

  test('that the network gets wrong are searched while edits are answered', async () => {
    const search = { done: false };
    const wrong = engine.caller.send('listDigits', { filter: { wrong: true }, from: 0, count: 1 }, 1).then(page => {
      search.done = true;
      return page;
    });
    let edits = 0;
    while (!search.done && edits < 5) {
      await engine.caller.send(
        'change',
        {
          ...bias(0),
        },
        1,
      );
      edits++;
    }
    expect(search.done).toBe(false);
    expect((await wrong).total).toBeGreaterThan(5000);
    expect(engine.events.filter(({ event }) => event === 'progress').at(-1)).toEqual({
      event: 'progress',
      data: { task: 'Classifying the test digits', fraction: 1 },
      client: 1,
    });
  });

  test('end the search with a sentence when another workbook is opened', async () => {
    const page = engine.caller.send('listDigits', { filter: { wrong: true }, from: 0, count: 1 }, 1);
    page.catch(() => {});
    await engine.caller.send('load', { from: 'template', template: 'lesson3' });
    await expect(page).rejects.toThrow('Another workbook was opened meanwhile');
    expect((await engine.caller.send('listDigits', { filter: {}, from: 0, count: 1 }, 1)).total).toBe(10_000);
  });
});

describe('what users write', () => {
  const formulaOf = (text: Expression, row: number, column: number) => ({
    at: Uint32Array.of(row, column),
    cell: { content: { formula: text, from: { row, column } } },
  });
  const reads: Expression = { kind: 'elements', tensor: 'conv2d1/bias', first: 0, last: 0, anchors: RELATIVE };
  const notes = {
    kind: 'addSheet' as const,
    sheet: {
      id: 'n',
      name: 'Notes',
      cells: [
        formulaOf(operation('*', reads, 2), 0, 0),
        { at: Uint32Array.of(1, 1), cell: { content: 'a text' } },
        formulaOf(operation('/', 1, 0), 2, 0),
      ],
      widths: [],
    },
    at: 1,
  } satisfies Change;
  const cells = { id: 3, sheet: 'n', row: 0, column: 0, height: 3, width: 2 };

  test('is told to every client before the values, and to new ones with the workbook', async () => {
    const { caller, order } = engine;
    await caller.send('watch', { windows: [], cells: [cells] }, 1);
    await caller.send('watch', { windows: [] }, 2);
    order.length = 0;
    await caller.send('change', { label: 'x', changes: [notes] }, 1);
    expect(order.map(told => told.replace(/\d+$/, ''))).toEqual([
      'written to undefined',
      'changes to ',
      'changes to ',
      'reply ',
    ]);
    const written = engine.events.find(({ event }) => event === 'written')!.data as Events['written'];
    expect(written.changes).toEqual([notes]);
    const info = await caller.send('getWorkbook', {});
    expect(info.sheets).toEqual([
      { id: 'network', name: 'Network' },
      { id: 'n', name: 'Notes' },
    ]);
    expect(info.written).toEqual([notes]);
    await caller.send('undo', {});
    expect(await caller.send('getWorkbook', {})).not.toHaveProperty('written');
  });

  test('shows in the windows of its sheets, which come again only where something differs', async () => {
    const { caller } = engine;
    await caller.send('change', { label: 'x', changes: [notes] });
    const value = engine.workbook(1).values.get('conv2d1/bias')![0];
    await caller.send('watch', { windows: [], cells: [cells] }, 1);
    const [first] = engine.changes(1);
    const rest = [
      [3, 'a text'],
      [4, { error: '#DIV/0!' }],
    ];
    expect(first.cells).toEqual([{ id: 3, cells: [[0, 2 * value], ...rest] }]);
    await caller.send('watch', { windows: [], cells: [cells] }, 1);
    expect(engine.changes(1)).toEqual([]);
    await caller.send('change', bias(8), 1);
    expect(engine.changes(1).map(each => each.cells)).toEqual([[{ id: 3, cells: [[0, 16], ...rest] }]]);
    const other = { tensor: 'conv2d1/bias' as const, indices: Uint32Array.of(1), values: Float32Array.of(3) };
    await caller.send('change', editCommand('other', [other]), 1);
    expect(engine.changes(1).map(each => each.cells)).toEqual([undefined]);
    await caller.send('change', { label: 'x', changes: [{ kind: 'removeSheet', sheet: 'n' }] }, 1);
    expect(engine.changes(1).map(each => each.cells)).toEqual([[{ id: 3, cells: [] }]]);
  });

  test('that can’t be is refused with a sentence, and changes nothing', async () => {
    const { caller } = engine;
    const change = (change: Change) => caller.send('change', { label: 'x', changes: [notes, change] });
    await expect(change({ kind: 'removeSheet', sheet: 'x' })).rejects.toThrow('no sheet x');
    await expect(change({ ...notes, sheet: { ...notes.sheet, id: 'm' } })).rejects.toThrow('Notes already');
    expect(await caller.send('getWorkbook', {})).not.toHaveProperty('written');
    const beyond = [{ tensor: 'conv2d1/bias' as const, indices: Uint32Array.of(9), content: { formula: 1, from: 9 } }];
    await expect(change({ kind: 'formulas', edits: beyond })).rejects.toThrow('there is no number 10');
    const number = [{ tensor: 'conv2d1/bias' as const, indices: Uint32Array.of(0), content: 2 }];
    await expect(change({ kind: 'formulas', edits: number })).rejects.toThrow('takes one as its value');
    expect(await caller.send('getWorkbook', {})).not.toHaveProperty('written');
  });
});
