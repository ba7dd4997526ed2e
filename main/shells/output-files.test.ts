import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { exportEndings, OUTPUT_LIMITS } from '../../shared/protocol.ts';
import {
  buildEngine,
  connect,
  end,
  files,
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

test('a film is written in any order, and stands under its name only when it is whole', async () => {
  const { window } = await openWindow();
  const path = join(files, 'film.mp4');
  const { output } = await window.send('beginOutput', { path });
  // Not awaited one by one: they are done in their order.
  const written = [
    window.send('writeOutput', { output, at: 0, bytes: text('????') }),
    window.send('writeOutput', { output, at: 4, bytes: text(' and its end') }),
    window.send('writeOutput', { output, at: 0, bytes: text('head') }),
  ];
  await Promise.all(written);
  expect(readdirSync(files)).toEqual([expect.stringMatching(/^\.convsheet-.*\.tmp$/)]);
  expect(await window.send('endOutput', { output })).toEqual({ path });
  expect(readdirSync(files)).toEqual(['film.mp4']);
  expect(readFileSync(path, 'utf8')).toBe('head and its end');
  const again = window.send('writeOutput', { output, at: 0, bytes: text('x') });
  expect(await sentenceOf(again)).toBe('This file is not being written any more. Export it again.');
});

test('a file that exists is replaced only if that is asked for, and one that another program wrote stays', async () => {
  const { window } = await openWindow();
  const path = join(files, 'film.webm');
  writeFileSync(path, 'old');
  expect(await sentenceOf(window.send('beginOutput', { path }))).toBe(
    'film.webm exists already. Save again to replace it, or choose another name.',
  );
  const { output } = await window.send('beginOutput', { path, overwrite: true });
  await window.send('writeOutput', { output, at: 0, bytes: text('new') });
  expect(readFileSync(path, 'utf8')).toBe('old');
  await window.send('endOutput', { output });
  expect(readFileSync(path, 'utf8')).toBe('new');

  const other = join(files, 'other.gif');
  const second = await window.send('beginOutput', { path: other });
  await window.send('writeOutput', { output: second.output, at: 0, bytes: text('ours') });
  writeFileSync(other, 'theirs');
  writeFileSync(join(files, 'other-2.gif'), 'theirs too');
  const placed = join(files, 'other-3.gif');
  expect(await window.send('endOutput', { output: second.output })).toEqual({ path: placed });
  expect([other, placed].map(each => readFileSync(each, 'utf8'))).toEqual(['theirs', 'ours']);

  // The name of a file that was removed meanwhile is free.
  const third = await window.send('beginOutput', { path, overwrite: true });
  await window.send('writeOutput', { output: third.output, at: 0, bytes: text('newer') });
  rmSync(path);
  expect(await window.send('endOutput', { output: third.output })).toEqual({ path });
  expect(readFileSync(path, 'utf8')).toBe('newer');
});

test('dropped outputs, those of a window that goes and those of an app that ends leave nothing behind', async () => {
  const { documents, window } = await openWindow();
  const viewer = connect(documents);
  await viewer.send('hello', {});
  const begin = async (by: typeof window, name: string) => {
    const { output } = await by.send('beginOutput', { path: join(files, name) });
    await by.send('writeOutput', { output, at: 0, bytes: text(name) });
    return output;
  };
  await window.send('dropOutput', { output: await begin(window, 'a.pdf') });
  expect(readdirSync(files)).toEqual([]);
  const theirs = await begin(viewer, 'b.png');
  // Nobody writes, ends or drops the output of another window.
  const foreign = [
    window.send('writeOutput', { output: theirs, at: 0, bytes: text('x') }),
    window.send('endOutput', { output: theirs }),
  ];
  for (const each of foreign) expect(await sentenceOf(each)).toContain('not being written any more');
  await window.send('dropOutput', { output: theirs });
  expect(readdirSync(files)).toHaveLength(1);
  viewer.close();
  await expect.poll(() => readdirSync(files)).toEqual([]);
  await begin(window, 'c.svg');
  // A reloaded page begins anew over the same connection.
  await window.send('hello', {});
  await expect.poll(() => readdirSync(files)).toEqual([]);
  // So is one whose file was just being begun.
  const late = window.send('beginOutput', { path: join(files, 'late.svg') });
  await window.send('hello', {});
  const { output } = await late;
  expect(await sentenceOf(window.send('endOutput', { output }))).toContain('not being written any more');
  expect(readdirSync(files)).toEqual([]);
  await begin(window, 'd.html');
  await end(documents);
  expect(readdirSync(files)).toEqual([]);
});

test('hostile requests are refused, and write nothing', async () => {
  const { window } = await openWindow();
  const refused = async (path: string) => sentenceOf(window.send('beginOutput', { path, overwrite: true }));
  expect(await refused('film.mp4')).toBe('film.mp4 is not a whole path. Choose a file by its full path.');
  expect(await refused(join(files, 'a\0.mp4'))).toContain('is not a whole path');
  expect(await refused(join(files, 'run.sh'))).toBe(
    'run.sh is not the name of a file that can be exported. Choose a name that ends in ' +
      `.${exportEndings.join(', .')}.`,
  );
  expect(await refused(join(files, '.mp4'))).toContain('.mp4 is not the name of a file');
  expect(await refused(join(files, 'gone', 'film.mp4'))).toContain(join(files, 'gone'));
  mkdirSync(join(files, 'folder.mp4'));
  expect(await refused(join(files, 'folder.mp4'))).toContain('is a folder');
  symlinkSync('/dev/null', join(files, 'null.mp4'));
  expect(await refused(join(files, 'null.mp4'))).toContain('null.mp4');
  expect(readdirSync(files).sort()).toEqual(['folder.mp4', 'null.mp4']);

  const { output } = await window.send('beginOutput', { path: join(files, 'film.mp4') });
  const write = (at: number, bytes: Uint8Array) => sentenceOf(window.send('writeOutput', { output, at, bytes }));
  expect(await write(OUTPUT_LIMITS.gap + 1, text('x'))).toContain('large hole');
  for (const at of [-1, 0.5, NaN, 2 ** 60]) expect(await write(at, text('x'))).toContain('writeOutput');
  expect(await write(0, new Uint8Array(OUTPUT_LIMITS.piece + 1))).toContain('writeOutput');
  expect(await write(0, 'text' as never)).toContain('writeOutput');

  const more = Array.from({ length: OUTPUT_LIMITS.open }, (_, nth) =>
    sentenceOf(window.send('beginOutput', { path: join(files, `${nth}.txt`) })),
  );
  const sentences = await Promise.all(more);
  const open = sentences.filter(each => each === 'nothing was refused').length;
  expect(open).toBe(OUTPUT_LIMITS.open - 1);
  expect(sentences.at(-1)).toBe('8 files are being written already. Wait until one of them is done.');
});
