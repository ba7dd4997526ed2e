import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { encodeFrame, forwardFrame } from '../../shared/rpc.ts';
import {
  buildEngine,
  connect,
  content,
  edit,
  end,
  files,
  folder,
  makeFolder,
  removeEngine,
  removeFolder,
  sentenceOf,
  start,
  touch,
} from './testing/open-documents.ts';

beforeAll(buildEngine);
afterAll(removeEngine);
beforeEach(makeFolder);
afterEach(removeFolder);

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
  // The second window sees what the first one does.
  await second.send('watch', { windows: [] });
  await first.send('change', edit(7));
  expect((await second.wait('changes')).windows[0].values).toEqual(Float32Array.of(7));
  first.close();
  expect(await second.wait('role')).toEqual({ role: 'editor' });
  await second.send('change', edit(8));
});

test('A lesson that the app is started with is for the first window to open, beside the usual workbook', async () => {
  const documents = start();
  const lesson = join(files, 'own.md');
  await documents.begin({ file: lesson });
  const window = connect(documents);
  await window.send('hello', {});
  expect(await window.wait('command')).toEqual({ id: 'file.openRecent', argument: lesson });
  expect(documents.document).toMatchObject({ name: 'lesson3', path: undefined });
});

test('Exactly what is named is opened, whatever it is called, or nothing at all', async () => {
  const lesson = join(files, 'mine.md');
  writeFileSync(join(files, 'mine'), '[5]');
  writeFileSync(`${join(files, 'mine')}.convsheet`, '[6]');
  writeFileSync(lesson, '[7]');
  for (const [file, value] of [
    [join(files, 'mine'), '5'],
    [lesson, '7'],
  ]) {
    const documents = start();
    await documents.beginExactly({ file });
    expect(documents.workbook?.classes).toEqual([value]);
    await end(documents);
  }
  const documents = start();
  await expect(documents.beginExactly({ file: join(files, 'gone.convsheet') })).rejects.toThrow('gone.convsheet');
  await expect(documents.beginExactly({ template: 'missing' })).rejects.toThrow('There is no template "missing".');
  expect(documents.workbook).toBeUndefined();
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
  await end(documents);
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
  // The file was changed once more, so the user must be told again.
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
  await end(before);
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
