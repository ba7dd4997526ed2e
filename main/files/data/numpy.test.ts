import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import type { DataReading } from '../../../shared/data.ts';
import { folderOf, read, removePictures, sentenceOf } from './testing/pictures.ts';

afterAll(removePictures);

/** A .npy file as NumPy writes it: version 1, the header padded to a multiple of 64. */
function npy(descr: string, shape: readonly number[], content: Uint8Array, { fortran = false, quoted = true } = {}) {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const type = quoted ? `'${descr}'` : descr;
  const text = `{'descr': ${type}, 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${axes}), }`;
  const header = `${text.padEnd(117)}\n`;
  const start = Uint8Array.from([0x93, ...strToU8('NUMPY'), 1, 0, header.length % 256, header.length >> 8]);
  return Uint8Array.from([...start, ...strToU8(header), ...content]);
}
const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
/** Three images [3, 4, 4] whose pixels all differ, and their labels. */
const pixels = Uint8Array.from({ length: 48 }, (_, i) => 5 * i);
const images = npy('|u1', [3, 4, 4], pixels);
const labels = npy('<i8', [3], bytesOf(BigInt64Array.of(7n, 3n, 7n)));
const npz = (arrays: Record<string, Uint8Array>) =>
  zipSync(Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes])));
const readNpz = (bytes: Uint8Array, reading?: DataReading) =>
  read({ kind: 'numpy', images: join(folderOf({ 'a.npz': bytes }), 'a.npz') }, { ...(reading && { reading }) });
const readArrays = (x: Uint8Array, y = labels) => readNpz(npz({ images: x, labels: y }));

describe('NumPy arrays', () => {
  test('are found by their names, with splits as Keras and MedMNIST name them', async () => {
    const set = await readNpz(npz({ x_train: images, y_train: labels, x_test: images, y_test: labels }));
    expect(set).toMatchObject({ name: 'a.npz', classes: ['3', '7'], severalLabels: false, count: 6 });
    expect([set.split.training, set.split.test].map(indices => indices.length)).toEqual([3, 3]);
    expect(Array.from(set.labels)).toEqual([1, 0, 1, 1, 0, 1]);
    expect(set.bytes).toEqual(Uint8Array.from([...pixels, ...pixels]));
    const medical = await readNpz(
      npz({ train_images: images, train_labels: labels, val_images: images, val_labels: labels }),
    );
    expect(medical.split.validation).toHaveLength(3);
  });

  test('may lie in two files, and go by other names where they are chosen', async () => {
    const folder = folderOf({ 'x.npy': images, 'y.npy': labels });
    const set = await read({ kind: 'numpy', images: join(folder, 'x.npy'), labels: join(folder, 'y.npy') });
    expect(set).toMatchObject({ count: 3, reading: { imagesArray: 'x', labelsArray: 'y' } });
    const several = npz({ one: images, two: images, kinds: labels });
    expect(await sentenceOf(readNpz(several))).toContain('“kinds (3)”, “one (3×4×4)” and “two (3×4×4)”');
    expect(await readNpz(several, { imagesArray: 'two', labelsArray: 'kinds' })).toMatchObject({ count: 3 });
    expect(await sentenceOf(readNpz(several, { imagesArray: 'three', labelsArray: 'kinds' }))).toContain(
      'no array "three"',
    );
  });

  test('of every type give the same bytes', async () => {
    const half = Uint16Array.from(pixels, value => halfBits(value));
    const swapped = Uint8Array.from(bytesOf(Int32Array.from(pixels))).reduce<number[][]>((groups, byte, i) => {
      if (i % 4 === 0) groups.push([]);
      groups.at(-1)!.unshift(byte);
      return groups;
    }, []);
    const all: [descr: string, content: Uint8Array][] = [
      ['<f4', bytesOf(Float32Array.from(pixels, value => value / 255))],
      ['<f8', bytesOf(Float64Array.from(pixels, value => value / 127.5 - 1))],
      ['<f2', bytesOf(half)],
      ['<u2', bytesOf(Uint16Array.from(pixels, value => value * 257))],
      ['<i8', bytesOf(BigInt64Array.from(Array.from(pixels, BigInt)))],
      ['>i4', Uint8Array.from(swapped.flat())],
    ];
    for (const [descr, content] of all)
      expect((await readArrays(npy(descr, [3, 4, 4], content))).bytes, descr).toEqual(pixels);
  });

  test('may be in Fortran order, have their channels first, or a row for each image', async () => {
    const fortran = new Uint8Array(48);
    for (let image = 0; image < 3; image++)
      for (let y = 0; y < 4; y++)
        for (let x = 0; x < 4; x++) fortran[image + 3 * (y + 4 * x)] = pixels[16 * image + 4 * y + x];
    expect((await readArrays(npy('|u1', [3, 4, 4], fortran, { fortran: true }))).bytes).toEqual(pixels);
    expect((await readArrays(npy('|u1', [3, 16], pixels))).bytes).toEqual(pixels);
    expect((await readArrays(npy('|u1', [3, 1, 4, 4], pixels))).bytes).toEqual(pixels);
  });

  test('may have labels as texts, as columns of 0 and 1, or several of them', async () => {
    const named = await readArrays(images, npy('|S2', [3], strToU8('abb\0cd')));
    expect(named.classes).toEqual(['ab', 'b', 'cd']);
    const single = await readArrays(images, npy('|u1', [3, 2], Uint8Array.of(0, 1, 1, 0, 0, 1)));
    expect([single.severalLabels, ...single.labels]).toEqual([false, 1, 0, 1]);
    const both = await readArrays(images, npy('|b1', [3, 2], Uint8Array.of(1, 1, 1, 0, 0, 0)));
    expect([both.severalLabels, ...both.labels]).toEqual([true, 1, 1, 1, 0, 0, 0]);
  });

  test.each<[title: string, file: Uint8Array, sentence: RegExp]>([
    ['a pickle', npz({ images, labels: npy('|O', [3], new Uint8Array(24)) }), /holds Python objects \(a pickle\)/],
    ['a structure', npz({ images: npy("[('a', '<f4')]", [3], new Uint8Array(12), { quoted: false }), labels }), /type/],
    [
      'a length that isn’t there',
      npz({ images: npy('|u1', [3, 4, 5], pixels), labels }),
      /isn't as long as its header/,
    ],
    ['a giant', npz({ images: npy('|u1', [99999, 99999, 99999], pixels), labels }), /isn't as long as its header/],
    ['numbers of no brightness', npz({ images: npy('|i1', [3, 4, 4], pixels), labels }), /from -126 to 125/],
    [
      'other lengths',
      npz({ images, labels: npy('|u1', [2], Uint8Array.of(1, 2)) }),
      /3 images, but "labels" has 2 labels/,
    ],
    ['no array', zipSync({ 'a.txt': strToU8('a') }), /There is no array in a\.npz/],
    ['no NumPy', strToU8('no file of NumPy at all'), /a\.npz/],
  ])('are refused with a sentence: %s', async (_title, file, sentence) => {
    expect(await sentenceOf(readNpz(file))).toMatch(sentence);
  });

  test('whose bytes are damaged anywhere are refused with a sentence, or read', async () => {
    const whole = npz({ images, labels });
    for (let at = 0; at < whole.length; at += 7) {
      const damaged = whole.slice();
      damaged[at] ^= 0xff;
      const outcome = await readNpz(damaged).then(
        () => 'read',
        (error: Error) => error.name,
      );
      expect(outcome, `byte ${at}`).toMatch(/^(read|UserError)$/);
    }
    for (const length of [0, 5, 40, 200, whole.length - 1])
      expect(
        await readNpz(whole.slice(0, length)).then(
          () => '',
          (error: Error) => error.name,
        ),
      ).toBe('UserError');
  });
});

/** A whole number up to 255 as 16 bits of IEEE 754. */
function halfBits(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(value));
  return ((exponent + 15) << 10) | ((value / 2 ** exponent - 1) * 1024);
}
