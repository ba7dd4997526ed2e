import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { editCommand, editsOf } from '../../shared/change.ts';
import type { Args, ClientKind, EngineKind, Kind } from '../../shared/protocol.ts';
import { type Caller, createCaller, decodeFrame, encodeFrame } from '../../shared/rpc.ts';
import { smallConfig } from '../engine/data/testing/small-digits.ts';
import { createDocuments, type Documents } from './documents.ts';
import { nodeEngine } from './engine-link.ts';
import { documentRecord, readJournal, requestRecord, unsavedWorks } from './journal.ts';
import { buildStandIn, type StandIn } from './testing/stand-in.ts';
import { makeStateFolder, openMemory } from './state.ts';

let engine: StandIn;
let folder: string;
let documents: Documents;
let caller: Caller;
/** What happens to a frame on its way to the shell. */
let onTheWay: (frame: Uint8Array) => Uint8Array;
beforeAll(async () => {
  engine = await buildStandIn();
});
afterAll(() => engine.remove());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'convsheet-other-'));
  makeStateFolder(folder);
  begin();
  await documents.begin();
  onTheWay = frame => frame;
  caller = createCaller(
    frame => connection.receive(onTheWay(frame)),
    () => {},
  );
  const connection = documents.connect(
    frame => caller.receive(frame),
    () => {},
  );
  await caller.send('hello', {});
});
afterEach(async () => {
  await documents.close();
  rmSync(folder, { recursive: true });
});

function begin() {
  documents = createDocuments({
    folder,
    memory: openMemory(folder),
    startEngine: nodeEngine(engine.path),
    host: {
      capabilities: { shell: 'server', nativeMenu: false, nativeDialogs: false, platform: 'linux' },
      quit: () => {},
    },
  });
}
const edit = (value: number): Args<'change'> => ({
  structure: 'stand-in',
  label: `Type ${value}`,
  changes: [
    { kind: 'values', edits: [{ tensor: 'conv1/kernel', indices: Uint32Array.of(0), values: Float32Array.of(value) }] },
  ],
});
const sentenceOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: Error) => error.message,
  );
const numbers = async () => (await caller.send('getWorkbook', {})).classes.map(Number);
const OTHER = 'Another workbook was opened meanwhile, so this was not done: it was meant for the one before.';

/** Every request that acts on a workbook. */
const CHANGES: [ClientKind, unknown][] = [
  ['change', edit(7)],
  ['undo', {}],
  ['redo', {}],
  ['showDigit', { index: 3 }],
  ['train', { id: 'run-1', name: 'Run 1', config: smallConfig(), start: 'here' }],
  ['controlRun', { action: 'stop' }],
  ['setLearningRate', { learningRate: 0.1 }],
  ['resetParameters', { seed: 1 }],
  ['deleteRun', { id: 'run-1' }],
  ['renameRun', { id: 'run-1', name: 'Mine' }],
  ['save', { path: join(tmpdir(), 'convsheet-no-such-folder', 'never.convsheet') }],
  ['discard', {}],
];

test.each(CHANGES)(
  '"%s" that was meant for the workbook before comes to nothing, and the open one stays as it is (fault 27)',
  async (kind, args) => {
    const before = caller.workbook;
    await caller.send('newWorkbook', { template: 'lenet' });
    await caller.send('change', edit(1));
    const late = caller.send(kind as Kind & 'change', args as never, undefined, before);
    expect(await sentenceOf(late)).toBe(OTHER);
    expect(await numbers()).toEqual([1]);
    const [work] = unsavedWorks(join(folder, 'works'));
    expect(work.content!.requests.map(request => request.kind)).toEqual(['load', 'change']);
  },
);

test.each(CHANGES)('"%s" that names no workbook is refused (fault 27)', async (kind, args) => {
  onTheWay = frame => {
    const message = decodeFrame(frame);
    if (message.type === 'request') delete message.workbook;
    return encodeFrame(message);
  };
  expect(await sentenceOf(caller.send(kind as Kind & 'change', args as never))).toContain('which workbook it is for');
});

test('Edits typed while another workbook is opened are in their own or refused (fault 27)', async () => {
  for (let round = 0; round < 10; round++) {
    const opening = caller.send('newWorkbook', { template: round % 2 ? 'lenet' : 'lesson3' });
    const typed: Promise<string>[] = [];
    const typedInto: (string | undefined)[] = [];
    for (let i = 0; i < 100; i++) {
      typedInto.push(caller.workbook);
      typed.push(sentenceOf(caller.send('change', edit(i))));
      await new Promise(resolve => setImmediate(resolve));
    }
    await opening;
    const outcomes = await Promise.all(typed);
    const here = typedInto.flatMap((workbook, i) =>
      workbook === caller.workbook && outcomes[i] === 'done' ? [i] : [],
    );
    expect(await numbers()).toEqual(here);
  }
});

test('A change that names no structure of the workbook, or another one, is refused and not journaled', async () => {
  await caller.send('change', edit(1));
  const meant = (structure: string | undefined) => sentenceOf(caller.send('change', { ...edit(5), structure }));
  expect(await meant(undefined)).toContain('meant for those before');
  expect(await meant('0123456789abcdef')).toContain('meant for those before');
  expect(await meant(caller.structure)).toBe('done');
  const [{ content }] = unsavedWorks(join(folder, 'works'));
  expect(content!.requests.map(({ kind }) => kind)).toEqual(['load', 'change', 'change']);
  expect(await numbers()).toEqual([1, 5]);
});

test('An edit that the open workbook can not take is not written into the journal (fault 36)', async () => {
  await caller.send('change', edit(1));
  const wrong = (tensor: 'conv1/output' | 'conv9/kernel' | 'conv1/kernel', index: number, values: number[]) =>
    sentenceOf(
      caller.send('change', {
        structure: 'stand-in',
        ...editCommand('wrong', [
          { tensor: 'conv1/kernel', indices: Uint32Array.of(0), values: Float32Array.of(5) },
          { tensor, indices: Uint32Array.from(values, () => index), values: Float32Array.from(values) },
        ]),
      }),
    );
  expect(await wrong('conv1/output', 0, [])).toContain('is computed');
  expect(await wrong('conv1/output', 0, [1])).toContain('is computed');
  expect(await wrong('conv9/kernel', 0, [1])).toContain('nothing called conv9/kernel');
  expect(await wrong('conv1/kernel', 4, [1])).toBe('conv1/kernel has 4 numbers; there is no number 5.');
  expect(await wrong('conv1/kernel', 0, [Number.NaN])).toContain('needs a number');
  const [{ content }] = unsavedWorks(join(folder, 'works'));
  expect(content!.requests.map(({ args }) => (args as Args<'change'>).label)).toEqual([undefined, 'Type 1']);
  expect(await numbers()).toEqual([1]);
});

test('A journal of an earlier version, whose requests name no workbook, is replayed (fault 27)', async () => {
  await documents.close();
  const kept = join(folder, 'works', 'earlier.journal');
  const { label, changes } = edit(1);
  const earlier = { kind: 'edit' as EngineKind, args: { label, edits: editsOf(changes), source: { kind: 'typed' } } };
  const load = { kind: 'load' as const, args: { from: 'template', template: 'lesson3', id: 'before' } };
  const records = [documentRecord({ name: 'lesson3' }), requestRecord(load), requestRecord(earlier)];
  writeFileSync(kept, Buffer.concat(records));
  expect(readFileSync(kept).includes('workbook')).toBe(false);
  expect(readJournal(kept)!.requests[1]).toEqual({
    kind: 'change',
    args: editCommand('Type 1', editsOf(changes), { source: { kind: 'typed' } }),
  });
  begin();
  await documents.begin();
  expect(documents.workbook!.classes).toEqual(['1']);
});
