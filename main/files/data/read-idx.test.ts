import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { DataChoice } from '../../../shared/data.ts';
import { english } from '../../../shared/messages/render.ts';
import { readDataSet } from './read.ts';
import { folderOf, imageOf, read, removePictures, sentenceOf } from './testing/pictures.ts';

afterAll(removePictures);

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
      expect(await sentenceOf(pair(imagesFile, labelsFile))).toContain(sentence);
  });

  test('with images of more pixels than fit, or too long a side, are refused before they are unpacked', async () => {
    const labels = idx([2], [0, 1]);
    const most = 'at most 100 megapixels and 65,535 pixels a side can be read.';
    const large = gzipSync(idx([2, 10_001, 10_000], pixels(4_000_000)), { level: 0 });
    // gzip's own length of the content must agree with the header.
    large.writeUInt32LE(16 + 2 * 10_001 * 10_000, large.length - 4);
    expect(await sentenceOf(pair(large, labels))).toContain(`images has images of 10001×10000; ${most}`);
    expect(await sentenceOf(pair(idx([2, 65_536, 1], pixels(131_072)), labels))).toContain(
      `images has images of 65536×1; ${most}`,
    );
  });

  test('with more classes than labels can have are refused', async () => {
    const flags = gzipSync(idx([2, 65_537], new Uint8Array(2 * 65_537)));
    expect(await sentenceOf(pair(idx([2, 4, 4], pixels(32)), flags))).toContain(
      'There are 65,537 classes; at most 65,536 work.',
    );
  });

  test('that promise more than fits are refused before they are unpacked', async () => {
    const bomb = gzipSync(idx([50_000, 256, 256], pixels(4_000_000)), { level: 0 });
    // gzip's own length of the content must agree with the header.
    bomb.writeUInt32LE((16 + 50_000 * 65_536) % 2 ** 32, bomb.length - 4);
    const sentence = await sentenceOf(pair(bomb, idx([50_000], Array(50_000).fill(0))));
    expect(sentence).toContain('50,000 images of 256×256×1');
    expect(sentence).toContain('2 GiB');
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
    // There are 5,421 fives, fewer than any other digit; a tenth of them is 542.
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
    expect(await sentenceOf(reading)).toContain('Reading the images was cancelled.');
  });

  test('letters are 26 capitals from 60 fonts, ten of each, split by font', async () => {
    const set = await read({ kind: 'named', name: 'letters' }, { shape: [28, 28, 1], validation: 0.5, test: 0.5 });
    expect(set.classes.join('')).toBe('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
    const { training, validation, test } = set.split;
    expect([training.length, validation.length, test.length]).toEqual([42 * 260, 6 * 260, 12 * 260]);
    const each = set.classes.map((_name, label) => set.labels.filter(found => found === label).length);
    expect(each).toEqual(set.classes.map(() => 600));
    // White on black with a border. The first letter, without distortion, fills 20 of 28 pixels.
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
