/** More than 500 lines: its tests share one engine and one folder of files. */
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DataChoice } from '../../shared/data.ts';
import type { UserError } from '../../shared/errors.ts';
import type { Args, Events, Kind, Replies } from '../../shared/protocol.ts';
import { createCaller, encodeFrame, forwardFrame } from '../../shared/rpc.ts';
import { defaultConfig } from '../../shared/training-defaults.ts';
import { createDocuments, type Documents } from './documents.ts';
import { nodeEngine } from './engine-link.ts';
import type { Host } from './host.ts';
import { buildStandIn, type StandIn } from './testing/stand-in.ts';
import { makeStateFolder, openMemory } from './state.ts';

let engine: StandIn;
let folder: string;
let files: string;
const open: Documents[] = [];

beforeAll(async () => {
  engine = await buildStandIn();
});
afterAll(() => engine.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convsheet-documents-'));
  makeStateFolder(folder);
  files = join(folder, 'files');
  mkdirSync(files);
});
afterEach(async () => {
  for (const documents of open.splice(0)) await documents.close();
  rmSync(folder, { recursive: true });
});

function start(host: Partial<Host> = {}): Documents {
  const documents = createDocuments({
    folder,
    memory: openMemory(folder),
    startEngine: nodeEngine(engine.path),
    promoteAfter: 20,
    host: {
      capabilities: { shell: 'server', nativeMenu: false, nativeDialogs: false, platform: 'linux' },
      quit: () => {},
      ...host,
    },
  });
  open.push(documents);
  return documents;
}

type Event = { event: keyof Events; data: Events[keyof Events] };
type Window = {
  send<K extends Kind & keyof Replies>(kind: K, args: Args<K>): Promise<Replies[K]>;
  events: Event[];
  last<E extends keyof Events>(event: E): Events[E] | undefined;
  wait<E extends keyof Events>(event: E): Promise<Events[E]>;
  close(): void;
};

function connect(documents: Documents): Window {
  const events: Event[] = [];
  const caller = createCaller(
    frame => connection.receive(frame),
    (event, data) => events.push({ event, data }),
  );
  const connection = documents.connect(
    frame => caller.receive(frame),
    reason => events.push({ event: 'notice', data: { tone: 'error', sentence: reason } }),
  );
  const last = <E extends keyof Events>(event: E) =>
    events.findLast(each => each.event === event)?.data as Events[E] | undefined;
  return {
    send: (kind, args) => caller.send(kind, args),
    events,
    last,
    async wait(event) {
      for (;;) {
        const found = last(event);
        if (found) return found;
        await new Promise(resolve => setTimeout(resolve, 5));
      }
    },
    close: () => connection.close(),
  };
}

const edit = (value: number): Args<'change'> => ({
  structure: 'stand-in',
  label: `Type ${value}`,
  changes: [
    { kind: 'values', edits: [{ tensor: 'conv1/kernel', indices: Uint32Array.of(0), values: Float32Array.of(value) }] },
  ],
});
const content = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as number[];
const sentenceOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing was refused',
    (error: UserError) => error.message,
  );
/** Puts the file's time elsewhere, as another program's writing does. */
const touch = (path: string) => utimesSync(path, 1_000_000, 1_000_000);

test('The first window edits, a second one only looks, until the first is gone', async () => {
  const documents = start();
  await documents.begin();
  const first = connect(documents);
  const second = connect(documents);
  expect((await first.send('hello', {})).role).toBe('editor');
  expect((await second.send('hello', {})).role).toBe('viewer');
  expect((await second.wait('notice')).sentence).toEqual(
    'This window only shows the workbook: it is being edited in another window.',
  );
  const refusal = 'This window only shows the workbook. Make the change in the window where it is being edited.';
  for (const refused of [
    second.send('change', edit(1)),
    second.send('undo', {}),
    second.send('redo', {}),
    second.send('showDigit', { index: 3 }),
    second.send('newWorkbook', { template: 'lenet' }),
    second.send('openFile', { path: '/a.convsheet' }),
    second.send('openBytes', { name: 'a', bytes: new Uint8Array() }),
    second.send('save', { path: join(files, 'a.convsheet') }),
    second.send('discard', {}),
    second.send('controlRun', { action: 'stop' }),
    second.send('setLearningRate', { learningRate: 1 }),
  ])
    expect(await sentenceOf(refused)).toBe(refusal);
  // It sees what the first one does.
  await second.send('watch', { windows: [] });
  await first.send('change', edit(7));
  expect((await second.wait('changes')).windows[0].values).toEqual(Float32Array.of(7));
  first.close();
  expect(await second.wait('role')).toEqual({ role: 'editor' });
  await second.send('change', edit(8));
});

test('A window that is reloaded stays the editor though another one looks on', async () => {
  const documents = start();
  await documents.begin();
  const first = connect(documents);
  await first.send('hello', {});
  const viewer = connect(documents);
  await viewer.send('hello', {});
  first.close();
  const reloaded = connect(documents);
  expect((await reloaded.send('hello', {})).role).toBe('editor');
  await new Promise(resolve => setTimeout(resolve, 60));
  expect(viewer.last('role')).toBeUndefined();
});

test('Saving asks for a name first, remembers it, and the file comes back', async () => {
  const documents = start();
  await documents.begin();
  const window = connect(documents);
  await window.send('hello', {});
  await window.send('change', edit(3));
  expect(await sentenceOf(window.send('save', {}))).toBe('The workbook has no file yet. Choose where to save it.');
  const path = join(files, 'mine.convsheet');
  expect(await window.send('save', { path })).toEqual({ path });
  expect(content(path)).toEqual([3]);
  const expected = { name: 'mine', path, recent: [{ name: 'mine', path }], recovered: false };
  expect(window.last('document')).toEqual(expected);
  expect(await documents.isModified()).toBe(false);
  await window.send('newWorkbook', { template: 'lenet' });
  expect(documents.document).toMatchObject({ name: 'lenet', path: undefined });
  await window.send('openFile', { path });
  expect(window.last('document')).toEqual(expected);
  expect(window.last('workbook')?.classes).toEqual(['3']);
  await documents.close();
  open.pop();
  const settings = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8')) as { recent: unknown };
  expect(settings.recent).toEqual([{ name: 'mine', path }]);
});

test('A file that another program changed is replaced only the second time', async () => {
  const documents = start();
  await documents.begin();
  const window = connect(documents);
  await window.send('hello', {});
  const path = join(files, 'mine.convsheet');
  await window.send('save', { path });
  await window.send('save', {});
  writeFileSync(path, '[99]');
  touch(path);
  await window.send('change', edit(1));
  const refusal =
    'mine.convsheet was changed by another program since it was opened. Save again to replace it, or save under ' +
    'another name.';
  expect(await sentenceOf(window.send('save', {}))).toBe(refusal);
  expect(content(path)).toEqual([99]);
  // Changed once more meanwhile: that is news again.
  writeFileSync(path, '[98, 97]');
  expect(await sentenceOf(window.send('save', {}))).toBe(refusal);
  await window.send('save', {});
  expect(content(path)).toEqual([1]);
});

test('Another existing file is replaced only where that was said', async () => {
  const documents = start();
  await documents.begin();
  const window = connect(documents);
  await window.send('hello', {});
  const path = join(files, 'theirs.convsheet');
  writeFileSync(path, '[5]');
  expect(await sentenceOf(window.send('save', { path }))).toBe(
    'theirs.convsheet exists already. Save again to replace it, or choose another name.',
  );
  expect(content(path)).toEqual([5]);
  await window.send('save', { path, overwrite: true });
  expect(content(path)).toEqual([]);
});

test.each([
  ['relative.convsheet', 'relative.convsheet is not a whole path. Choose a file by its full path.'],
  ['/tmp/passwd', 'passwd is not the name of a ConvSheet file. Choose a name that ends in .convsheet.'],
  ['/tmp/.convsheet', '.convsheet is not the name of a ConvSheet file. Choose a name that ends in .convsheet.'],
  ['/tmp/a\0.convsheet', '/tmp/a\0.convsheet is not a whole path. Choose a file by its full path.'],
])('Nothing is written to %j', async (path, sentence) => {
  const documents = start();
  await documents.begin();
  const window = connect(documents);
  await window.send('hello', {});
  expect(await sentenceOf(window.send('save', { path }))).toBe(sentence);
  expect(await sentenceOf(window.send('openFile', { path }))).toBe(sentence);
});

test('A recent file that is gone is said so and forgotten', async () => {
  const documents = start();
  await documents.begin();
  const window = connect(documents);
  await window.send('hello', {});
  const path = join(files, 'mine.convsheet');
  await window.send('save', { path });
  rmSync(path);
  expect(await sentenceOf(window.send('openFile', { path }))).toBe(
    `${path} does not exist any more. Choose another file.`,
  );
  expect(window.last('document')?.recent).toEqual([]);
});

test('A folder lists its folders and workbooks in the order people expect, without hidden or other files', async () => {
  const documents = start();
  await documents.begin();
  const window = connect(documents);
  await window.send('hello', {});
  for (const name of ['b10.convsheet', 'b9.convsheet', 'A.CONVSHEET', '.hidden.convsheet', 'notes.txt'])
    writeFileSync(join(files, name), '[]');
  for (const name of ['zebra', '.git', 'fake.convsheet.d']) mkdirSync(join(files, name));
  const { path, parent, entries } = await window.send('listFolder', { path: files });
  expect([path, parent]).toEqual([files, folder]);
  expect(entries.map(({ name, kind }) => [name, kind])).toEqual([
    ['fake.convsheet.d', 'folder'],
    ['zebra', 'folder'],
    ['A.CONVSHEET', 'file'],
    ['b9.convsheet', 'file'],
    ['b10.convsheet', 'file'],
  ]);
  expect(entries[3]).toMatchObject({ path: join(files, 'b9.convsheet'), size: 2 });
  expect(await sentenceOf(window.send('listFolder', { path: join(files, 'missing') }))).toBe(
    `The folder ${join(files, 'missing')} does not exist. Choose another one.`,
  );
  expect((await window.send('listFolder', { path: '/' })).parent).toBeUndefined();
});

test('Of a folder with more files than are listed, it is said how many are left out (fault 39)', async () => {
  const documents = start();
  await documents.begin();
  const window = connect(documents);
  await window.send('hello', {});
  for (let i = 0; i < 5003; i++) writeFileSync(join(files, `${i}.convsheet`), '');
  const { entries, more } = await window.send('listFolder', { path: files });
  expect([entries.length, entries[4999].name, more]).toEqual([5000, '4999.convsheet', 3]);
  expect((await window.send('listFolder', { path: folder })).more).toBe(0);
});

test('A folder lists what data sets are read from where that is asked for: images, CSV and IDX files', async () => {
  const documents = start();
  await documents.begin();
  const window = connect(documents);
  await window.send('hello', {});
  const data = ['a.PNG', 'b.jpeg', 'labels.csv', 'train-images-idx3-ubyte', 'train-labels-idx1-ubyte.gz'];
  for (const name of [...data, 'mine.convsheet', 'notes.txt', '.hidden.png']) writeFileSync(join(files, name), '[]');
  mkdirSync(join(files, 'cats'));
  const { entries } = await window.send('listFolder', { path: files, show: 'data' });
  expect(entries.map(({ name }) => name)).toEqual(['cats', ...data]);
});

test('Images and labels are named by whole paths only, wherever a request names them', async () => {
  const documents = start();
  await documents.begin();
  const window = connect(documents);
  await window.send('hello', {});
  const refusal = (path: string) => `${path} is not a whole path. Choose a file by its full path.`;
  const choice = (source: DataChoice['source']): DataChoice => ({
    source,
    shape: [28, 28, 1],
    fit: 'crop',
    validation: 0.1,
    test: 0.1,
    seed: 1,
  });
  const csv = choice({ kind: 'csv', images: files, labels: 'labels.csv' });
  expect(await sentenceOf(window.send('describeData', { data: csv }))).toBe(refusal('labels.csv'));
  const folders = choice({ kind: 'folders', path: '../photos' });
  const run = { id: 'run-1', name: 'Run', config: defaultConfig(folders), start: 'here' as const };
  expect(await sentenceOf(window.send('train', run))).toBe(refusal('../photos'));
  expect(await sentenceOf(window.send('predictFiles', { path: 'photo.png', fit: 'crop' }))).toBe(refusal('photo.png'));
  const hidden = `${files}/a.png\0.convsheet`;
  expect(await sentenceOf(window.send('predictFiles', { path: hidden, fit: 'crop' }))).toBe(refusal(hidden));
});

test('The data set last used is remembered with the settings', async () => {
  const documents = start();
  await documents.begin();
  const window = connect(documents);
  await window.send('hello', {});
  const data: DataChoice = {
    source: { kind: 'folders', path: files },
    shape: [64, 64, 3],
    fit: 'pad',
    validation: 0.2,
    test: 0.1,
    seed: 7,
  };
  await window.send('setSettings', { data });
  const again = connect(documents);
  expect((await again.send('hello', {})).settings).toEqual({ theme: 'system', palette: 'greenRed', data });
});

test('Without a path, the folder last used is listed', async () => {
  const documents = start();
  await documents.begin();
  const window = connect(documents);
  await window.send('hello', {});
  await window.send('save', { path: join(files, 'mine.convsheet') });
  await window.send('newWorkbook', { template: 'lenet' });
  expect((await window.send('listFolder', {})).path).toBe(files);
});

test('Unsaved work comes back at the next start, says so once, and is gone when it was saved', async () => {
  const before = start();
  await before.begin();
  const first = connect(before);
  await first.send('hello', {});
  const path = join(files, 'mine.convsheet');
  await first.send('save', { path });
  await first.send('change', edit(1));
  await first.send('change', edit(2));
  expect(await before.close()).toEqual({ unsaved: true });
  open.pop();

  const after = start();
  await after.begin();
  const window = connect(after);
  const hello = await window.send('hello', {});
  expect(hello.document).toMatchObject({ name: 'mine', path, recovered: true });
  expect(hello.workbook.classes).toEqual(['1', '2']);
  expect(hello.workbook.state.modified).toBe(true);
  expect((await window.wait('notice')).sentence).toEqual(
    'Unsaved work on mine was restored. Save it, or close it without saving.',
  );
  await window.send('undo', {});
  await window.send('save', {});
  expect(content(path)).toEqual([1]);
  expect(window.last('document')?.recovered).toBe(false);
  expect(await after.close()).toEqual({ unsaved: false });
  open.pop();
  expect(readdirSync(join(folder, 'works'))).toEqual([]);
});

test('A start with another file opens that one, and the unsaved work waits for its own', async () => {
  const path = join(files, 'theirs.convsheet');
  writeFileSync(path, '[5]');
  const before = start();
  await before.begin();
  const first = connect(before);
  await first.send('hello', {});
  await first.send('change', edit(1));
  await before.close();
  open.pop();
  const other = start();
  await other.begin({ file: path });
  expect(other.document).toMatchObject({ name: 'theirs', recovered: false });
  await other.close();
  open.pop();
  const again = start();
  await again.begin();
  expect(again.document).toMatchObject({ name: 'lesson3', recovered: true });
});

test.each([
  ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 10)],
  // The last value of the last edit: still a frame, but not the one that was written.
  [
    'damaged',
    (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -5), Buffer.of(bytes.at(-5)! ^ 1), bytes.subarray(-4)]),
  ],
])('A journal that was %s at its end gives what is whole', async (_how, damage) => {
  const before = start();
  await before.begin();
  const first = connect(before);
  await first.send('hello', {});
  for (const value of [1, 2, 3]) await first.send('change', edit(value));
  await before.close();
  open.pop();
  const name = readdirSync(join(folder, 'works')).find(each => each.endsWith('.journal'))!;
  const path = join(folder, 'works', name);
  writeFileSync(path, damage(readFileSync(path)));
  const after = start();
  await after.begin();
  expect(after.workbook?.classes).toEqual(['1', '2']);
});

test('Zeros behind a whole journal, as a power cut may leave them, are no record', async () => {
  const before = start();
  await before.begin();
  const first = connect(before);
  await first.send('hello', {});
  await first.send('change', edit(1));
  await before.close();
  open.pop();
  const name = readdirSync(join(folder, 'works')).find(each => each.endsWith('.journal'))!;
  appendFileSync(join(folder, 'works', name), Buffer.alloc(4096));
  const after = start();
  await after.begin();
  expect(after.workbook?.classes).toEqual(['1']);
});

test('A journal that can not be read is kept under another name, and the app starts all the same', async () => {
  const path = join(folder, 'works', 'broken.journal');
  writeFileSync(path, 'not a journal');
  const documents = start();
  await documents.begin();
  expect(documents.document.name).toBe('lesson3');
  const window = connect(documents);
  await window.send('hello', {});
  expect(await window.wait('notice')).toEqual({
    tone: 'warning',
    sentence: `Unsaved work from an earlier session could not be read. The file is kept as ${path}.unreadable.`,
  });
});

test('A file that can not be opened at the start gives a sentence and the first starter network', async () => {
  const path = join(files, 'broken.convsheet');
  writeFileSync(path, 'nothing like it');
  const documents = start();
  await documents.begin({ file: path });
  expect(documents.document.name).toBe('lesson3');
  const window = connect(documents);
  await window.send('hello', {});
  expect((await window.wait('notice')).tone).toBe('error');
});

test('Dropped work does not come back', async () => {
  const before = start();
  await before.begin();
  const first = connect(before);
  await first.send('hello', {});
  await first.send('change', edit(1));
  await first.send('discard', {});
  expect(await before.close()).toEqual({ unsaved: false });
  open.pop();
  const after = start();
  await after.begin();
  expect(after.document.recovered).toBe(false);
});

test('A file opened from outside before the window is there is opened by it, once', async () => {
  const documents = start();
  await documents.begin();
  documents.command('file.openRecent', '/home/first.convsheet');
  documents.command('file.openRecent', '/home/second.convsheet');
  const window = connect(documents);
  await window.send('hello', {});
  expect(await window.wait('command')).toEqual({ id: 'file.openRecent', argument: '/home/second.convsheet' });
  await window.send('hello', {});
  await window.send('getWorkbook', {});
  expect(window.events.filter(({ event }) => event === 'command')).toHaveLength(1);
});

test('Settings are shared by the windows and remembered', async () => {
  const before = start();
  await before.begin();
  const [first, second] = [connect(before), connect(before)];
  await first.send('hello', {});
  await second.send('hello', {});
  expect(await second.send('setSettings', { theme: 'dark' })).toEqual({ theme: 'dark', palette: 'greenRed' });
  expect(first.last('settings')).toEqual({ theme: 'dark', palette: 'greenRed' });
  await before.close();
  open.pop();
  const after = start();
  await after.begin();
  expect((await connect(after).send('hello', {})).settings).toEqual({ theme: 'dark', palette: 'greenRed' });
});

test('Settings that make no sense are as if they were never written', async () => {
  writeFileSync(join(folder, 'settings.json'), '{"settings": {"theme": "pink"}}');
  const documents = start();
  await documents.begin();
  expect((await connect(documents).send('hello', {})).settings).toEqual({ theme: 'system', palette: 'greenRed' });
});

test('A frame larger than any message may be ends the connection', () => {
  const documents = start();
  const refused: string[] = [];
  const connection = documents.connect(
    () => {},
    reason => refused.push(reason),
  );
  connection.receive(new Uint8Array(256 * 2 ** 20 + 1));
  connection.receive(encodeFrame({ type: 'reply', id: 1, result: {} }));
  connection.receive(forwardFrame(encodeFrame({ type: 'request', id: 1, kind: 'undo', args: {} }), { id: 1 }));
  expect(refused).toEqual([
    'A message of the window was larger than 256 MB and was refused.',
    'The request "reply" was refused: a window may not send it.',
    'The request "request" was refused: a window may not send it.',
  ]);
});

test('What a window shows is kept with the file, and told whenever it is opened (habit 34)', async () => {
  const view = {
    active: { tensor: 'conv1/kernel', index: 3 },
    selection: { above: 0, before: 0, height: 1, width: 1 },
    plane: 'value' as const,
    cellSize: 24,
    scroll: { x: 10, y: 20 },
    folded: ['conv1'],
    kernels: false,
    panel: false,
    toolbars: true,
  };
  const documents = start();
  await documents.begin();
  const window = connect(documents);
  expect((await window.send('hello', {})).workbook.view).toBeUndefined();
  await window.send('keepView', { view });
  // Also after a reload, and in a second window, which keeps none.
  expect((await window.send('hello', {})).workbook.view).toEqual(view);
  const second = connect(documents);
  expect((await second.send('hello', {})).workbook.view).toEqual(view);
  expect(await sentenceOf(second.send('keepView', { view }))).toContain('only shows the workbook');
  expect(await documents.isModified()).toBe(false);

  const path = join(files, 'mine.convsheet');
  await window.send('save', { path });
  await window.send('newWorkbook', { template: 'lenet' });
  expect(window.last('workbook')?.view).toBeUndefined();
  await window.send('openFile', { path });
  expect(window.last('workbook')?.view).toEqual(view);
  await documents.close();

  const later = start();
  await later.begin({ file: path });
  const again = connect(later);
  expect((await again.send('hello', {})).workbook.view).toEqual(view);
});

test('Unsaved work that is restored is shown as it was, with a file and without (habit 34)', async () => {
  const view = (cellSize: number) => ({
    active: { row: 1, column: 1 },
    selection: { above: 0, before: 0, height: 1, width: 1 },
    plane: 'value' as const,
    cellSize,
    scroll: { x: 0, y: 0 },
    folded: [],
    kernels: true,
    panel: true,
    toolbars: true,
  });
  for (const path of [undefined, join(files, 'mine.convsheet')]) {
    const documents = start();
    // oxlint-disable no-await-in-loop -- one start after the other
    await documents.begin();
    const window = connect(documents);
    await window.send('hello', {});
    if (path) await window.send('save', { path });
    await window.send('change', edit(5));
    await window.send('keepView', { view: view(path ? 9 : 8) });
    await documents.close();
    const restored = start();
    await restored.begin();
    const { document, workbook } = await connect(restored).send('hello', {});
    expect(document.recovered).toBe(true);
    expect(workbook.view).toEqual(view(path ? 9 : 8));
    await restored.close();
    // oxlint-enable no-await-in-loop
  }
});
