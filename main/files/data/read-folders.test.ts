import { execFileSync } from 'node:child_process';
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import type { DataChoice } from '../../../shared/data.ts';
import { readDataSet } from './read.ts';
import {
  BLACK,
  folderOf,
  GREY,
  imageOf,
  names,
  plain,
  png,
  read,
  readFolders,
  removePictures,
  sentenceOf,
  WHITE,
} from './testing/pictures.ts';

afterAll(removePictures);

describe('a folder of folders', () => {
  test('gives each image the class of its top folder, in the order of names, and passes over other files', async () => {
    const set = await readFolders({
      'b/2.png': WHITE,
      'b/deep/er/1.png': BLACK,
      'a/10.PNG': GREY,
      'a/9.png': BLACK,
      'a/.hidden.png': BLACK,
      'a/notes.txt': 'no image',
      '__MACOSX/a/9.png': 'no image',
      'readme.md': 'no image',
      'empty/notes.txt': 'no class',
    });
    expect(set).toMatchObject({ classes: ['a', 'b'], severalLabels: false, count: 4, shape: [4, 4, 1] });
    expect(names(set)).toEqual(['a/10.PNG', 'a/9.png', 'b/2.png', 'b/deep/er/1.png']);
    expect(Array.from(set.labels)).toEqual([0, 0, 1, 1]);
    expect([0, 1, 2, 3].map(index => imageOf(set, index)[5])).toEqual([128, 0, 255, 0]);
    expect(set.problems).toEqual([]);
    expect(Array.from(set.split.training)).toEqual([0, 1, 2, 3]);
  });

  test('whose names are numbers has its classes in the order of the numbers', async () => {
    const set = await readFolders({ '10/a.png': BLACK, '9/a.png': WHITE, '1/a.png': GREY });
    expect(set.classes).toEqual(['1', '9', '10']);
    expect(Array.from(set.labels, label => set.classes[label])).toEqual(['1', '10', '9']);
  });

  test('lists broken images by name with the reason and reads the others', async () => {
    const photo = await plain('#ff8000', 200, 100).jpeg().toBuffer();
    const set = await readFolders({
      'a/cut.jpg': photo.subarray(0, photo.length / 2),
      'a/empty.png': '',
      'a/good.jpg': photo,
      'b/cut.png': (await png('#123456', 64, 64)).subarray(0, 60),
      'b/good.png': WHITE,
      'b/old.bmp': 'BM',
      'b/text.png': 'This is text with the wrong name.',
      'b/vector.png': '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>',
      'beside.png': BLACK,
    });
    expect(names(set)).toEqual(['a/good.jpg', 'b/good.png']);
    expect(Array.from(set.labels)).toEqual([0, 1]);
    expect(imageOf(set, 1)).toEqual(Array.from({ length: 16 }, () => 255));
    expect(set.problems).toEqual([
      { name: 'b/old.bmp', reason: ".bmp files can't be read; save it as PNG or JPEG" },
      { name: 'beside.png', reason: 'it lies in no folder of a class' },
      { name: 'a/cut.jpg', reason: 'it is damaged' },
      { name: 'a/empty.png', reason: 'it is damaged' },
      { name: 'b/cut.png', reason: 'it is damaged' },
      { name: 'b/text.png', reason: 'it is no image of a known format' },
      { name: 'b/vector.png', reason: 'it is no image of a known format' },
    ]);
  });

  test('with folders train, val and test uses those splits, whatever shares are chosen', async () => {
    const set = await readFolders(
      {
        'Train/a/1.png': BLACK,
        'Train/b/1.png': BLACK,
        'val/b/2.png': BLACK,
        'test/a/3.png': BLACK,
        'sample/a/4.png': BLACK,
      },
      { validation: 0.5, test: 0.5 },
    );
    expect(set.classes).toEqual(['a', 'b']);
    const named = (indices: Uint32Array) => Array.from(indices, set.nameOf);
    expect(named(set.split.training)).toEqual(['Train/a/1.png', 'Train/b/1.png']);
    expect(named(set.split.validation)).toEqual(['val/b/2.png']);
    expect(named(set.split.test)).toEqual(['test/a/3.png']);
    expect(set.problems).toEqual([{ name: 'sample/a/4.png', reason: 'it lies in no folder of a class' }]);
  });

  test('with such folders lists the images beside and between them', async () => {
    const images = { 'train/a/1.png': BLACK, 'train/b/1.png': WHITE };
    const set = await readFolders({ ...images, 'cover.png': GREY, 'train/mosaic.png': GREY });
    expect(names(set)).toEqual(['train/a/1.png', 'train/b/1.png']);
    const reason = 'it lies in no folder of a class';
    expect(set.problems).toEqual(['cover.png', 'train/mosaic.png'].map(name => ({ name, reason })));
  });

  test('that are called test and val, but with no train beside them, are classes', async () => {
    const set = await readFolders({ 'test/1.png': BLACK, 'val/1.png': WHITE });
    expect(set.classes).toEqual(['test', 'val']);
  });

  test.skipIf(process.platform === 'win32')('is read through links, but not round in circles', async () => {
    const path = folderOf({ 'a/1.png': BLACK, 'b/1.png': WHITE });
    symlinkSync(path, join(path, 'a', 'round'));
    symlinkSync(join(path, 'a', '1.png'), join(path, 'b', 'link.png'));
    symlinkSync(join(path, 'nowhere.png'), join(path, 'b', 'nowhere.png'));
    execFileSync('mkfifo', [join(path, 'b', 'pipe.png')]);
    const set = await read({ kind: 'folders', path });
    expect(names(set)).toEqual(['a/1.png', 'b/1.png', 'b/link.png']);
    expect(set.problems).toEqual([{ name: 'b/nowhere.png', reason: "it can't be opened (ENOENT)" }]);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('lists what may not be opened', async () => {
    const path = folderOf({ 'a/1.png': BLACK, 'b/1.png': WHITE, 'b/2.png': WHITE });
    chmodSync(join(path, 'b', '2.png'), 0);
    expect((await read({ kind: 'folders', path })).problems).toEqual([
      { name: 'b/2.png', reason: "it can't be opened (EACCES)" },
    ]);
  });

  test('that has nothing to train on gives a sentence', async () => {
    expect(await sentenceOf(readFolders({ 'a/notes.txt': '' }))).toContain('There is no image in ');
    expect(await sentenceOf(readFolders({ 'a.png': BLACK }))).toContain('has no folders with images in them');
    expect(await sentenceOf(readFolders({ 'a/1.png': BLACK }))).toContain('has images in only one folder, "a"');
    const none = await sentenceOf(readFolders({ 'a/1.png': 'x', 'b/1.png': '' }));
    expect(none).toContain('None of the 2 images in ');
    expect(none).toContain('a/1.png: it is no image of a known format.');
    expect(await sentenceOf(read({ kind: 'folders', path: join(folderOf({}), 'none') }))).toContain('none');
    const file = join(folderOf({ 'a.png': BLACK }), 'a.png');
    expect(await sentenceOf(read({ kind: 'folders', path: file }))).toContain('a.png is a file. Choose the folder');
  });

  test('that would need too much memory is refused before any image is decoded', async () => {
    const files = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`${i % 2 ? 'a' : 'b'}/${i}.png`, 'x']));
    const sentence = await sentenceOf(readFolders(files, { shape: [1024, 1024, 4] }));
    expect(sentence).toContain('600 images of 1024×1024×4');
    expect(sentence).toContain('2 GiB');
  });

  test('gives the same bytes and splits every time, and other splits with another seed', async () => {
    const files: Record<string, Uint8Array> = {};
    for (let i = 0; i < 40; i++) files[`${i % 4 ? 'often' : 'seldom'}/${i}.png`] = await png(`rgb(${i * 6},0,0)`);
    const path = folderOf(files);
    const choice = { validation: 0.2, test: 0.1 };
    const [first, again, other] = [
      await read({ kind: 'folders', path }, choice),
      await read({ kind: 'folders', path }, choice),
      await read({ kind: 'folders', path }, { ...choice, seed: 2 }),
    ];
    expect(again.bytes).toEqual(first.bytes);
    expect(again.split).toEqual(first.split);
    expect(other.bytes).toEqual(first.bytes);
    expect(other.split).not.toEqual(first.split);
    const { training, validation, test } = first.split;
    expect([training.length, validation.length, test.length]).toEqual([28, 8, 4]);
    expect([...training, ...validation, ...test].sort((a, b) => a - b)).toEqual([...Array(40).keys()]);
    // There are 30 images of "often" and 10 of "seldom". Each split has its share of both.
    const seldom = (indices: Uint32Array) => indices.filter(index => first.labels[index] === 1).length;
    expect(seldom(validation)).toBe(2);
    expect(seldom(test)).toBe(1);
  });

  test('of which nothing is left for training gives a sentence', async () => {
    const files = { 'a/1.png': BLACK, 'b/1.png': WHITE };
    expect(await sentenceOf(readFolders(files, { validation: 0.5, test: 0.5 }))).toContain(
      'Of 2 images, none is left for training',
    );
    const broken = { 'train/a/1.png': Buffer.from('no image'), 'test/a/1.png': BLACK, 'test/b/1.png': WHITE };
    const reason = 'train/a/1.png: it is no image of a known format.';
    expect(await sentenceOf(readFolders(broken))).toContain(
      `has no image for training that can be used. The first that can't be, ${reason}`,
    );
  });

  test('is of one class where two folders differ in how their accents are encoded only', async () => {
    const files = { 'train/caf\u00e9/1.png': BLACK, 'train/bar/1.png': BLACK, 'test/cafe\u0301/1.png': WHITE };
    expect((await readFolders(files)).classes).toEqual(['bar', 'caf\u00e9']);
  });

  test('keeps only bytes of the wanted size in memory', async () => {
    // Decoded, these would be 480 MB. Only 10 MB are kept.
    const photos = await Promise.all(
      [10, 20, 30].map(sigma =>
        sharp({
          create: {
            width: 500,
            height: 400,
            channels: 3,
            background: 'grey',
            noise: { type: 'gaussian', mean: 128, sigma },
          },
        })
          .jpeg()
          .toBuffer(),
      ),
    );
    const path = folderOf(
      Object.fromEntries(Array.from({ length: 800 }, (_, i) => [`${i % 2 ? 'a' : 'b'}/${i}.jpg`, photos[i % 3]])),
    );
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 10);
    const set = await read({ kind: 'folders', path }, { shape: [64, 64, 3] });
    clearInterval(watch);
    expect(set.count).toBe(800);
    expect(most - before).toBeLessThan(200 * 2 ** 20);
  });

  test('can be cancelled while it is read', async () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i % 2 ? 'a' : 'b'}/${i}.png`, WHITE]));
    const path = folderOf(files);
    const fractions: number[] = [];
    const cancel = new AbortController();
    const choice: DataChoice = {
      source: { kind: 'folders', path },
      shape: [4, 4, 1],
      fit: 'stretch',
      validation: 0,
      test: 0,
      seed: 1,
    };
    const reading = readDataSet(choice, {
      progress(fraction) {
        fractions.push(fraction);
        if (fractions.length === 10) cancel.abort();
      },
      signal: cancel.signal,
    });
    expect(await sentenceOf(reading)).toContain('Reading the images was cancelled.');
    // Images that were being decoded may still be finished.
    expect(fractions.length).toBeLessThanOrEqual(12);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });
});
