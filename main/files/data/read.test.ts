/** More than 500 lines: its tests share the pictures they read. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import type { DataChoice, DataSet, DataSource } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { english } from '../../../shared/messages/render.ts';
import { readDataSet } from './read.ts';

const folders: string[] = [];
afterAll(() => folders.forEach(folder => rmSync(folder, { recursive: true })));

type Colour = string | { r: number; g: number; b: number; alpha: number };
/** A picture of one colour. */
const plain = (background: Colour, width = 8, height = 8) =>
  sharp({ create: { width, height, channels: typeof background === 'string' ? 3 : 4, background } });
const png = (background: Colour, width?: number, height?: number) => plain(background, width, height).png().toBuffer();
const [BLACK, GREY, WHITE] = await Promise.all(['#000000', '#808080', '#ffffff'].map(colour => png(colour)));

/** A new folder with these files in it, by their names below it. */
function folderOf(files: Record<string, Uint8Array | string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'convsheet-data-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

function read(source: DataSource, changes: Partial<DataChoice> = {}, signal = new AbortController().signal) {
  const choice: DataChoice = { source, shape: [4, 4, 1], fit: 'stretch', validation: 0, test: 0, seed: 1, ...changes };
  return readDataSet(choice, { progress: () => {}, signal });
}
const readFolders = (files: Record<string, Uint8Array | string>, changes?: Partial<DataChoice>) =>
  read({ kind: 'folders', path: folderOf(files) }, changes);
const names = ({ count, nameOf }: DataSet) => Array.from({ length: count }, (_, index) => nameOf(index));
const imageOf = ({ bytes, shape }: DataSet, index: number) => {
  const size = shape[0] * shape[1] * shape[2];
  return Array.from(bytes.subarray(index * size, (index + 1) * size));
};

async function expectSentence(reading: Promise<unknown>, ...parts: string[]): Promise<void> {
  const error: unknown = await reading.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(UserError);
  for (const part of parts) expect((error as UserError).message).toContain(part);
}

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
    await expectSentence(readFolders({ 'a/notes.txt': '' }), 'There is no image in ');
    await expectSentence(readFolders({ 'a.png': BLACK }), 'has no folders with images in them');
    await expectSentence(readFolders({ 'a/1.png': BLACK }), 'has images in only one folder, "a"');
    await expectSentence(
      readFolders({ 'a/1.png': 'x', 'b/1.png': '' }),
      'None of the 2 images in ',
      'a/1.png: it is no image of a known format.',
    );
    await expectSentence(read({ kind: 'folders', path: join(folderOf({}), 'none') }), 'none');
    const file = join(folderOf({ 'a.png': BLACK }), 'a.png');
    await expectSentence(read({ kind: 'folders', path: file }), 'a.png is a file. Choose the folder');
  });

  test('that would need too much memory is refused before any image is decoded', async () => {
    const files = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`${i % 2 ? 'a' : 'b'}/${i}.png`, 'x']));
    await expectSentence(readFolders(files, { shape: [1024, 1024, 4] }), '600 images of 1024×1024×4', '2 GiB');
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
    // 30 images of "often" and 10 of "seldom": each share has its part of both.
    const seldom = (indices: Uint32Array) => indices.filter(index => first.labels[index] === 1).length;
    expect(seldom(validation)).toBe(2);
    expect(seldom(test)).toBe(1);
  });

  test('of which nothing is left for training gives a sentence', async () => {
    const files = { 'a/1.png': BLACK, 'b/1.png': WHITE };
    await expectSentence(readFolders(files, { validation: 0.5, test: 0.5 }), 'Of 2 images, none is left for training');
    const broken = { 'train/a/1.png': Buffer.from('no image'), 'test/a/1.png': BLACK, 'test/b/1.png': WHITE };
    const reason = 'train/a/1.png: it is no image of a known format.';
    await expectSentence(
      readFolders(broken),
      `has no image for training that can be used. The first that can't be, ${reason}`,
    );
  });

  test('is of one class where two folders differ in how their accents are encoded only', async () => {
    const files = { 'train/caf\u00e9/1.png': BLACK, 'train/bar/1.png': BLACK, 'test/cafe\u0301/1.png': WHITE };
    expect((await readFolders(files)).classes).toEqual(['bar', 'caf\u00e9']);
  });

  test('keeps only bytes of the wanted size in memory', async () => {
    // Decoded, these would be 480 MB; what is kept of them is 10.
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
    await expectSentence(reading, 'Reading the images was cancelled.');
    // Those that were under way may still end.
    expect(fractions.length).toBeLessThanOrEqual(12);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });
});

describe('an image', () => {
  /** The one of class a. */
  const one = async (image: Uint8Array, changes: Partial<DataChoice>) =>
    imageOf(await readFolders({ 'a/1.png': image, 'b/1.png': BLACK }, changes), 0);
  const times = <T>(count: number, values: T[]) => Array.from({ length: count }, () => values).flat();

  test('is stretched, cropped from its middle, or padded with black', async () => {
    // Three parts side by side: red, white, blue.
    const parts = await Promise.all(['#ff0000', '#ffffff', '#0000ff'].map(colour => png(colour, 4, 4)));
    const wide = await plain('#000000', 12, 4)
      .composite(parts.map((input, i) => ({ input, left: 4 * i, top: 0 })))
      .png()
      .toBuffer();
    const pixel = async (fit: 'stretch' | 'crop' | 'pad', x: number, y: number) =>
      (await one(wide, { shape: [12, 12, 3], fit })).slice(3 * (12 * y + x), 3 * (12 * y + x) + 3);
    expect(await pixel('stretch', 1, 0)).toEqual([255, 0, 0]);
    expect(await pixel('stretch', 10, 11)).toEqual([0, 0, 255]);
    expect(await pixel('crop', 5, 0)).toEqual([255, 255, 255]);
    expect(await pixel('crop', 6, 11)).toEqual([255, 255, 255]);
    expect(await pixel('pad', 1, 0)).toEqual([0, 0, 0]);
    expect(await pixel('pad', 1, 5)).toEqual([255, 0, 0]);
  });

  test('becomes grey, RGB or RGBA as the network takes it, whatever it was', async () => {
    const shape = (channels: 1 | 3 | 4): Partial<DataChoice> => ({ shape: [2, 2, channels] });
    const grey = await plain('#646464').toColourspace('b-w').png().toBuffer();
    expect(await one(grey, shape(1))).toEqual(times(4, [100]));
    expect(await one(grey, shape(3))).toEqual(times(4, [100, 100, 100]));
    expect(await one(grey, shape(4))).toEqual(times(4, [100, 100, 100, 255]));
    const colour = await png('#ff8040');
    expect(await one(colour, shape(3))).toEqual(times(4, [255, 128, 64]));
    expect(await one(colour, shape(4))).toEqual(times(4, [255, 128, 64, 255]));
    const [brightness] = await one(colour, shape(1));
    expect(brightness).toBeGreaterThan(120);
    expect(brightness).toBeLessThan(190);
    // Half of it shows the white paper below, where there is no channel for that.
    const glass = await png({ r: 255, g: 0, b: 0, alpha: 128 / 255 });
    expect(await one(glass, shape(4))).toEqual(times(4, [255, 0, 0, 128]));
    expect(await one(glass, shape(3))).toEqual(times(4, [255, 127, 127]));
  });

  test('of 16 bits is read in 8', async () => {
    const levels = Uint16Array.from({ length: 16 }, (_, i) => i * 4369);
    const deep = await sharp(levels, { raw: { width: 4, height: 4, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    const read = await one(deep, { shape: [4, 4, 1] });
    for (const [i, level] of levels.entries()) expect(Math.abs(read[i] - level / 257)).toBeLessThanOrEqual(1);
  });

  test('is turned as the camera says it was held', async () => {
    const upright = await plain('#000000', 8, 4)
      .composite([{ input: await png('#ffffff', 4, 4), left: 0, top: 0 }])
      .jpeg({ quality: 100 })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    // Held so that the left of the stored picture is the top of the scene.
    const turned = await one(upright, { shape: [4, 4, 1] });
    expect(turned.slice(0, 4).every(value => value > 200)).toBe(true);
    expect(turned.slice(12).every(value => value < 50)).toBe(true);
  });

  test('may be PNG, JPEG, WebP, GIF, TIFF or AVIF', async () => {
    const formats = ['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const;
    const files: Record<string, Uint8Array> = {};
    for (const format of formats) {
      files[`a/1.${format}`] = await plain('#ff8000').toFormat(format).toBuffer();
      files[`b/1.${format}`] = await plain('#0080ff').toFormat(format).toBuffer();
    }
    const set = await readFolders(files, { shape: [2, 2, 3] });
    expect(set.count).toBe(12);
    expect(set.problems).toEqual([]);
    for (let index = 0; index < 12; index++) {
      const [red, green, blue] = imageOf(set, index);
      expect(Math.abs(green - 128)).toBeLessThan(6);
      expect(Math.abs((index < 6 ? red : blue) - 255)).toBeLessThan(6);
      expect(index < 6 ? blue : red).toBeLessThan(6);
    }
  });

  test('of more pixels than fit is listed, not decoded', async () => {
    // The header of a PNG file, in bytes 12 to 28 with its checksum behind it, says 20,000 × 20,000.
    const huge = Buffer.from(WHITE);
    huge.writeUInt32BE(20_000, 16);
    huge.writeUInt32BE(20_000, 20);
    huge.writeUInt32BE(crc32(huge.subarray(12, 29)), 29);
    const set = await readFolders({ 'a/huge.png': huge, 'a/1.png': BLACK, 'b/1.png': WHITE });
    expect(set.count).toBe(2);
    expect(set.problems).toEqual([{ name: 'a/huge.png', reason: 'it has more than 100 megapixels' }]);
  });
});

describe('IDX files', () => {
  const idx = (shape: readonly number[], content: ArrayLike<number>, type = 8) => {
    const header = Buffer.alloc(4 + 4 * shape.length);
    header.set([0, 0, type, shape.length]);
    shape.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
    return Buffer.concat([header, Uint8Array.from(content)]);
  };
  const pixels = (count: number) => Uint8Array.from({ length: count }, (_, i) => (i * 37) % 256);
  const pair = (images: Uint8Array, labels: Uint8Array, changes?: Partial<DataChoice>) => {
    const folder = folderOf({ images, labels });
    return read({ kind: 'idx', images: join(folder, 'images'), labels: join(folder, 'labels') }, changes);
  };

  test('are read plain or packed, with classes named by their numbers', async () => {
    const [images, labels] = [idx([3, 4, 4], pixels(48)), idx([3], [2, 0, 2])];
    for (const set of [await pair(images, labels), await pair(gzipSync(images), gzipSync(labels))]) {
      expect(set).toMatchObject({ name: 'images', classes: ['0', '2'], severalLabels: false, count: 3 });
      expect(set.bytes).toEqual(pixels(48));
      expect(Array.from(set.labels)).toEqual([1, 0, 1]);
      expect(set.nameOf(2)).toBe('image 2');
    }
  });

  test('may have colours and several labels', async () => {
    const set = await pair(idx([2, 4, 4, 3], pixels(96)), idx([2, 3], [1, 0, 1, 0, 0, 0]), { shape: [4, 4, 3] });
    expect(set).toMatchObject({ classes: ['0', '2'], severalLabels: true, count: 2 });
    expect(set.bytes).toEqual(pixels(96));
    expect(Array.from(set.labels)).toEqual([1, 1, 0, 0]);
    expect(set.notes?.warnings).toEqual(['A class without an image that can be read is left out: “1”.']);
  });

  test('have as classes the labels that occur, by their own numbers (fault 7)', async () => {
    const cases: [labels: number[], classes: string[]][] = [
      [
        [1, 2, 3, 1],
        ['1', '2', '3'],
      ],
      [
        [120, 3, 17, 3],
        ['3', '17', '120'],
      ],
      [
        [0, 255, 0, 0],
        ['0', '255'],
      ],
      [
        [9, 8, 9, 8],
        ['8', '9'],
      ],
    ];
    for (const [own, classes] of cases) {
      const set = await pair(idx([4, 4, 4], pixels(64)), idx([4], own));
      expect(set.classes).toEqual(classes);
      expect(Array.from(set.labels, label => Number(set.classes[label]))).toEqual(own);
      expect(set.notes?.warnings ?? []).toEqual([]);
    }
  });

  test('of another size or colour are resized to what the network takes', async () => {
    const [images, labels] = [idx([2, 4, 4], [...Array(16).fill(200), ...Array(16).fill(50)]), idx([2], [0, 1])];
    const larger = await pair(images, labels, { shape: [6, 8, 3] });
    expect(imageOf(larger, 0)).toEqual(Array(144).fill(200));
    expect(imageOf(larger, 1)).toEqual(Array(144).fill(50));
  });

  test('that are damaged, foreign or not of each other give a sentence', async () => {
    const [images, labels] = [idx([2, 4, 4], pixels(32)), idx([2], [0, 1])];
    const packed = gzipSync(idx([2, 40, 40], pixels(3200)));
    const wrong = Buffer.from(packed);
    wrong[packed.length >> 1] ^= 255;
    const cases: [Uint8Array, Uint8Array, string][] = [
      [images.subarray(0, 40), labels, 'images is damaged'],
      [idx([0, 4, 4], []), idx([0], []), 'There are no images in images'],
      [idx([2, 0, 4], []), labels, 'There are no images in images'],
      [Buffer.concat([images, Buffer.of(0)]), labels, 'images is damaged'],
      [Buffer.alloc(0), labels, 'images is damaged'],
      [Buffer.from('P5 28 28 255 and so on'), labels, 'images is no IDX file of bytes'],
      [idx([2, 4, 4], pixels(32), 13), labels, 'images is no IDX file of bytes'],
      [images, images, 'labels is no IDX file of bytes'],
      [packed.subarray(0, packed.length - 20), labels, 'images is damaged'],
      [wrong, labels, 'images is damaged'],
      [gzipSync(idx([2, 4, 4], pixels(33))), labels, 'images is damaged'],
      [idx([2, 4, 4, 2], pixels(64)), labels, 'images of 2 channels'],
      [images, idx([3], [0, 1, 0]), 'images has 2 images, but labels has 3 labels'],
      [images, idx([2], [0, 0]), 'labels has only one class'],
      [images, idx([2, 2], [0, 1, 1, 2]), 'may only be 0 or 1'],
      [idx([2, 2 ** 31, 2 ** 31], []), labels, 'images is damaged'],
    ];
    for (const [imagesFile, labelsFile, sentence] of cases)
      await expectSentence(pair(imagesFile, labelsFile), sentence);
  });

  test('with images of more pixels than fit, or too long a side, are refused before they are unpacked', async () => {
    const labels = idx([2], [0, 1]);
    const most = 'at most 100 megapixels and 65,535 pixels a side can be read.';
    const large = gzipSync(idx([2, 10_001, 10_000], pixels(4_000_000)), { level: 0 });
    // What gzip says about the length of its content, made to agree with the header.
    large.writeUInt32LE(16 + 2 * 10_001 * 10_000, large.length - 4);
    await expectSentence(pair(large, labels), `images has images of 10001×10000; ${most}`);
    await expectSentence(pair(idx([2, 65_536, 1], pixels(131_072)), labels), `images has images of 65536×1; ${most}`);
  });

  test('with more classes than labels can have are refused', async () => {
    const flags = gzipSync(idx([2, 65_537], new Uint8Array(2 * 65_537)));
    await expectSentence(pair(idx([2, 4, 4], pixels(32)), flags), 'There are 65,537 classes; at most 65,536 work.');
  });

  test('that promise more than fits are refused before they are unpacked', async () => {
    const bomb = gzipSync(idx([50_000, 256, 256], pixels(4_000_000)), { level: 0 });
    // What gzip says about the length of its content, made to agree with the header.
    bomb.writeUInt32LE((16 + 50_000 * 65_536) % 2 ** 32, bomb.length - 4);
    await expectSentence(pair(bomb, idx([50_000], Array(50_000).fill(0))), '50,000 images of 256×256×1', '2 GiB');
  });
});

describe('a named data set', () => {
  test('digits are the 60,000 and 10,000 of MNIST, with their test images and a seeded validation share', async () => {
    const set = await read({ kind: 'named', name: 'digits' }, { shape: [28, 28, 1], validation: 0.1, test: 0.3 });
    const { training, validation, test } = set.split;
    expect([training.length, validation.length, test.length]).toEqual([54_000, 6000, 10_000]);
    expect(test[0]).toBe(60_000);
    expect(Array.from(set.labels.subarray(0, 5))).toEqual([5, 0, 4, 1, 9]);
    expect(Array.from(set.labels.subarray(60_000, 60_005))).toEqual([7, 2, 1, 0, 4]);
    expect([set.nameOf(0), set.nameOf(60_000)]).toEqual(['training image 0', 'test image 0']);
    expect(english(set.licence!)).toContain('CC BY-SA 3.0');
    // 5,421 fives are the rarest of the 60,000 digits: 542 in a tenth.
    expect(validation.filter(index => set.labels[index] === 5).length).toBe(542);
  });

  test('can be cancelled while its files are read', async () => {
    const cancel = new AbortController();
    const choice: DataChoice = {
      source: { kind: 'named', name: 'digits' },
      shape: [28, 28, 1],
      fit: 'stretch',
      validation: 0,
      test: 0,
      seed: 1,
    };
    const reading = readDataSet(choice, { progress: () => cancel.abort(), signal: cancel.signal });
    await expectSentence(reading, 'Reading the images was cancelled.');
  });

  test('letters are 26 capitals from 60 fonts, ten of each, split by font', async () => {
    const set = await read({ kind: 'named', name: 'letters' }, { shape: [28, 28, 1], validation: 0.5, test: 0.5 });
    expect(set.classes.join('')).toBe('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
    const { training, validation, test } = set.split;
    expect([training.length, validation.length, test.length]).toEqual([42 * 260, 6 * 260, 12 * 260]);
    const each = set.classes.map((_name, label) => set.labels.filter(found => found === label).length);
    expect(each).toEqual(set.classes.map(() => 600));
    // White on black, within a border: the first letter, undistorted, fills 20 of 28 pixels.
    const first = imageOf(set, 0);
    const rows = Array.from({ length: 28 }, (_, y) => Math.max(...first.slice(28 * y, 28 * (y + 1))));
    expect(rows.filter(brightest => brightest > 128).length).toBe(20);
    expect(Math.max(...rows)).toBe(255);
  });

  test.skipIf(!isInstalled())('fashion has 70,000 images of 10 kinds of clothes', async () => {
    const set = await read({ kind: 'named', name: 'fashion' }, { shape: [28, 28, 1] });
    expect(set.split.test.length).toBe(10_000);
    expect(Array.from(set.labels.subarray(0, 3), label => set.classes[label])).toEqual([
      'Ankle boot',
      'T-shirt/top',
      'T-shirt/top',
    ]);
    expect(english(set.licence!)).toContain('MIT');
  });
});

function isInstalled(): boolean {
  try {
    return readFileSync('/usr/share/datasets/fashion-mnist/t10k-labels-idx1-ubyte.gz').length > 0;
  } catch {
    return false;
  }
}
