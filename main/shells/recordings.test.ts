import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  buildEngine,
  connect,
  end,
  folder,
  makeFolder,
  openWindow,
  removeEngine,
  removeFolder,
  sentenceOf,
} from './testing/open-documents.ts';

beforeAll(buildEngine);
afterAll(removeEngine);
beforeEach(makeFolder);
afterEach(removeFolder);

const text = (words: string) => new TextEncoder().encode(words);
const recorded = () => join(folder, 'recordings');

test('A recording is on the disk as it comes, is listed when it has ended, and can be read and removed', async () => {
  const { window } = await openWindow();
  expect(await window.send('listRecordings', {})).toEqual({ recordings: [] });
  const before = Date.now();
  const { recording } = await window.send('beginRecording', { kind: 'mkv', name: 'seven' });
  const path = join(recorded(), recording);
  await window.send('writeRecording', { recording, bytes: text('first, '), markers: [] });
  expect(readFileSync(path, 'utf8')).toBe('first, ');
  await window.send('writeRecording', { recording, bytes: text('second'), markers: [0.5, 1.25] });
  expect(await window.send('listRecordings', {})).toEqual({ recordings: [] });
  await window.send('endRecording', { recording });
  const { recordings } = await window.send('listRecordings', {});
  expect(recordings).toEqual([
    { recording, path, name: 'seven', size: 13, markers: [0.5, 1.25], begun: expect.any(Number) },
  ]);
  expect(recordings[0].begun).toBeGreaterThanOrEqual(before);
  const { bytes } = await window.send('readRecording', { recording, at: 7, length: 100 });
  expect(new TextDecoder().decode(bytes)).toBe('second');
  await window.send('dropRecording', { recording });
  expect(readdirSync(recorded())).toEqual([]);
});

test('What was recorded stays when the window or the app goes, and the next start finds it', async () => {
  const first = await openWindow();
  const a = await first.window.send('beginRecording', { kind: 'mkv', name: 'one' });
  await first.window.send('writeRecording', { recording: a.recording, bytes: text('one'), markers: [2] });
  first.window.close();
  const other = connect(first.documents);
  await other.send('hello', {});
  const b = await other.send('beginRecording', { kind: 'webm', name: 'two' });
  await other.send('writeRecording', { recording: b.recording, bytes: text('two!'), markers: [] });
  await expect.poll(async () => (await other.send('listRecordings', {})).recordings.length).toBe(1);
  await end(first.documents);
  // A note that was never written, or is broken, leaves the recording itself as it is.
  writeFileSync(join(recorded(), `${b.recording}.json`), '{"name":');
  const { window } = await openWindow();
  const { recordings } = await window.send('listRecordings', {});
  expect(recordings.map(({ name, size, markers }) => [name, size, markers])).toEqual([
    ['one', 3, [2]],
    ['', 4, []],
  ]);
});

test('A take of what is spoken says for which scene it is, and ends with its window', async () => {
  const first = await openWindow();
  const take = { kind: 'ogg', name: 'seven', scene: 'scene-2' } as const;
  const { recording } = await first.window.send('beginRecording', take);
  await first.window.send('writeRecording', { recording, bytes: text('words'), markers: [1] });
  await end(first.documents);
  const { window } = await openWindow();
  const { recordings } = await window.send('listRecordings', {});
  expect(recordings).toMatchObject([{ recording, name: 'seven', scene: 'scene-2', size: 5, markers: [1] }]);
});

test('Nobody writes another window’s recording, and no other file is read or removed', async () => {
  const { documents, window } = await openWindow();
  const viewer = connect(documents);
  await viewer.send('hello', {});
  const { recording } = await window.send('beginRecording', { kind: 'mkv', name: 'seven' });
  const second = await viewer.send('beginRecording', { kind: 'mkv', name: 'seven' });
  expect(second.recording).not.toBe(recording);
  const notOpen = 'This recording is not being made by this window any more.';
  expect(await sentenceOf(viewer.send('writeRecording', { recording, bytes: text('x'), markers: [] }))).toBe(notOpen);
  expect(await sentenceOf(viewer.send('dropRecording', { recording }))).toBe(notOpen);
  for (const outside of ['../settings.json', '/etc/passwd', `../${recording}`, `${recording}.json`])
    await expect(window.send('readRecording', { recording: outside, at: 0, length: 9 })).rejects.toThrow('recording');
  expect(readFileSync(join(recorded(), recording), 'utf8')).toBe('');
});
