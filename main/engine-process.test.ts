import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { editCommand } from '../shared/change.ts';
import type { Events } from '../shared/protocol.ts';
import { type Caller, createCaller } from '../shared/rpc.ts';

const program = fileURLToPath(new URL('../.build/main/engine-process.mjs', import.meta.url));
let folder: string;
let child: ChildProcess;
let engine: Caller;
const changes: Events['changes'][] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convsheet-engine-'));
  child = fork(program, [], { serialization: 'advanced', execArgv: [] });
  engine = createCaller(
    frame => child.send(frame),
    (event, data) => {
      if (event === 'changes') changes.push(data as Events['changes']);
    },
  );
  child.on('message', message => engine.receive(message as Uint8Array));
});
afterAll(async () => {
  child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

test('the process opens a starter, calculates, saves and opens again', async () => {
  const { network, state } = await engine.send('load', { from: 'template', template: 'lesson3' });
  expect(state).toMatchObject({
    source: { kind: 'digit', index: 0 },
    predicted: { class: 7 },
    actual: 7,
    modified: false,
  });
  const conv = network.layers[1].id;
  const window = {
    id: 1,
    tensor: `${conv}/output` as const,
    offset: 0,
    height: 4,
    width: 4,
    rowStride: 52,
    columnStride: 2,
    plane: 'value' as const,
  };
  await engine.send('watch', { windows: [window] }, 3);
  const edits = [{ tensor: `${conv}/bias` as const, indices: Uint32Array.of(0), values: Float32Array.of(2.5) }];
  await engine.send('change', editCommand('bias', edits), 3);
  expect(changes.at(-1)!.windows[0].values).toHaveLength(16);
  const path = join(folder, 'edited.convsheet');
  const { size } = await engine.send('write', { path });
  expect(size).toBe((await readFile(path)).length);
  const reopened = await engine.send('load', { from: 'file', path });
  expect(reopened.state.modified).toBe(false);
  expect(reopened.state.undo).toBeUndefined();
  await engine.send('watch', { windows: [{ ...window, tensor: `${conv}/bias`, height: 1, width: 1 }] }, 3);
  expect(changes.at(-1)!.windows[0].values[0]).toBe(2.5);
});

test('hostile files get a sentence and leave the open workbook alone', async () => {
  const before = await engine.send('getWorkbook', {});
  const load = (bytes: Uint8Array) => engine.send('load', { from: 'bytes', name: 'strange.convsheet', bytes });
  await expect(load(new Uint8Array(0))).rejects.toThrow('strange.convsheet');
  await expect(load(new TextEncoder().encode('%PDF-1.7'))).rejects.toThrow('strange.convsheet');
  await expect(engine.send('load', { from: 'file', path: join(folder, 'none.convsheet') })).rejects.toThrow(
    'none.convsheet',
  );
  await expect(engine.send('load', { from: 'template', template: '../lesson3' })).rejects.toThrow('../lesson3');
  expect(await engine.send('getWorkbook', {})).toEqual(before);
});

test('the process ends with its parent', async () => {
  const ended = new Promise(resolve => child.once('exit', (code, signal) => resolve({ code, signal })));
  child.disconnect();
  expect(await ended).toEqual({ code: 0, signal: null });
});
