import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import type { DataSet } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { readDataSet } from './read.ts';

const image = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#808080' } })
  .png()
  .toBuffer();
const folders: string[] = [];
afterAll(() => folders.forEach(folder => rmSync(folder, { recursive: true })));

/** Reads a data set of this table and images with these names. */
function read(
  csv: string | Uint8Array,
  names: string[],
  validation = 0,
  signal = new AbortController().signal,
): Promise<DataSet> {
  const folder = mkdtempSync(join(tmpdir(), 'convsheet-table-'));
  folders.push(folder);
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), image);
  }
  writeFileSync(join(folder, 'labels.csv'), csv);
  return readDataSet(
    {
      source: { kind: 'csv', images: folder, labels: join(folder, 'labels.csv') },
      shape: [2, 2, 1],
      fit: 'stretch',
      validation,
      test: 0,
      seed: 1,
    },
    { progress: () => {}, signal },
  );
}
/** The labels of each image in words, by its name. */
function labelled({ count, nameOf, labels, classes, severalLabels }: DataSet): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      nameOf(index),
      severalLabels
        ? classes.filter((_name, label) => labels[index * classes.length + label] === 1).join('+')
        : classes[labels[index]],
    ]),
  );
}

describe('a CSV file of labels', () => {
  test('gives each image its label, whatever the columns beside are for', async () => {
    const csv = 'width,File Name,label\n4,b.png,cat\n4,a.png,dog\n4,c/d.png,hot dog\n';
    const set = await read(csv, ['a.png', 'b.png', 'c/d.png', 'unnamed.png']);
    expect(set).toMatchObject({ name: 'labels.csv', classes: ['cat', 'dog', 'hot dog'], severalLabels: false });
    expect(labelled(set)).toEqual({ 'b.png': 'cat', 'a.png': 'dog', 'c/d.png': 'hot dog' });
    expect(set.labels).toEqual(Uint8Array.of(0, 1, 2));
    expect(set.problems).toEqual([]);
  });

  test('finds its columns by their names, past those that only number the rows', async () => {
    const names = ['a.png', 'b.png', 'c.png'];
    for (const csv of [
      'id,filename,label\n1,a.png,x\n2,b.png,y\n3,c.png,x\n',
      ',file,label\n0,a.png,x\n1,b.png,y\n2,c.png,x\n',
      'Unnamed: 0,file,x,y\n0,a.png,1,0\n1,b.png,0,1\n2,c.png,1,0\n',
      'id,image,x,y\n1,a.png,1,0\n0,b.png,0,1\n2,c.png,1,0\n',
      'file,x,y,\na.png,1,0,\nb.png,0,1,\nc.png,1,0,\n',
      ',label\na,x\nb,y\nc,x\n',
      'Image,Id\na.png,x\nb.png,y\nc.png,x\n',
    ]) {
      const set = await read(csv, names);
      expect(set).toMatchObject({ classes: ['x', 'y'], severalLabels: false, problems: [] });
      expect(labelled(set)).toEqual({ 'a.png': 'x', 'b.png': 'y', 'c.png': 'x' });
    }
    // A column called label has the labels, even where all columns begin with a 0 or 1.
    const numbers = await read('file,label,fold\na.png,1,0\nb.png,7,1\nc.png,3,2\n', names);
    expect(labelled(numbers)).toEqual({ 'a.png': '1', 'b.png': '7', 'c.png': '3' });
  });

  test('that names an image without its extension, where two are called so, lists it and chooses none', async () => {
    const csv = 'file,label\na,x\nb.jpg,x\nb,y\nb.png,y\n';
    const set = await read(csv, ['a.jpg', 'a.png', 'b.jpg', 'b.png', 'b']);
    expect(labelled(set)).toEqual({ 'b.jpg': 'x', 'b.png': 'y' });
    const reason = (name: string) => `it may mean ${name}.jpg or ${name}.png; write the name with its extension`;
    expect(set.problems).toEqual([
      { name: 'a', reason: reason('a') },
      { name: 'b', reason: reason('b') },
    ]);
  });

  test('may name files without extension, with other slashes or spellings of accents, and in quotes', async () => {
    const csv = '\ufeffid,class\r\n001,x\r\nsub\\002.png,y\r\n./caf\u0065\u0301.png,x\r\n"a, b.png",y\r\n';
    const set = await read(csv, ['001.jpg', 'sub/002.png', 'caf\u00e9.png', 'a, b.png']);
    expect(labelled(set)).toEqual({ '001.jpg': 'x', 'sub/002.png': 'y', 'caf\u00e9.png': 'x', 'a, b.png': 'y' });
  });

  test('may give several labels in one column', async () => {
    const names = ['a.png', 'b.png', 'c.png', 'd.png'];
    const expected = { 'a.png': 'clear+road', 'b.png': 'road', 'c.png': '', 'd.png': 'clear+water' };
    for (const csv of [
      'image,tags\na,clear road\nb,road\nc,\nd,water clear\n',
      'image,tags\na,clear|road\nb,road\nc,\nd,water | clear\n',
      'image,label\na,clear;road\nb,road;\nc,\nd,water;clear;water\n',
      'image,label\na,"clear, road"\nb,road\nc,\nd,"water, clear"\n',
      'image,clear,road,water\na,1,1,0\nb,0,1,0\nc,0,0,0\nd,1,0,1\n',
      'image;clear;road;water\na;True;TRUE;false\nb;0;1.0;0\nc;0;0;0.0\nd;1;0;1\n',
    ]) {
      const set = await read(csv, names);
      expect(set).toMatchObject({ classes: ['clear', 'road', 'water'], severalLabels: true, count: 4 });
      expect(labelled(set)).toEqual(expected);
      expect(set.labels.length).toBe(12);
    }
  });

  test('with spaces separates labels where the same words come in more combinations than there are words', async () => {
    const several = await read('file,label\na,red\nb,blue\nc,red blue\n', ['a.png', 'b.png', 'c.png']);
    expect(several).toMatchObject({ severalLabels: true, classes: ['blue', 'red'] });
    const one = await read('file,label\na,polar bear\nb,brown bear\nc,cat\n', ['a.png', 'b.png', 'c.png']);
    expect(one).toMatchObject({ severalLabels: false, classes: ['brown bear', 'cat', 'polar bear'] });
  });

  test('with exactly one 1 in every row has one label per image', async () => {
    const set = await read('file,b,a\n1,0,1\n2,1,0\n', ['1.png', '2.png']);
    expect(set).toMatchObject({ severalLabels: false, classes: ['b', 'a'] });
    expect(labelled(set)).toEqual({ '1.png': 'a', '2.png': 'b' });
  });

  test('may say which split an image is for', async () => {
    const csv = 'file,label,split\na,x,train\nb,y,Training\nc,x,val\nd,y,test\ne,x,later\n';
    const set = await read(csv, ['a.png', 'b.png', 'c.png', 'd.png', 'e.png'], 0.5);
    const named = (indices: Uint32Array) => Array.from(indices, set.nameOf);
    expect(named(set.split.training)).toEqual(['a.png', 'b.png']);
    expect(named(set.split.validation)).toEqual(['c.png']);
    expect(named(set.split.test)).toEqual(['d.png']);
    expect(set.problems).toEqual([
      { name: 'e', reason: 'its row has "later" where training, validation or test belongs' },
    ]);
  });

  test('lists the rows that can not be used, and uses the others', async () => {
    const csv = 'file,label\na.png,x\nmissing.png,x\nb.png,\na.png,y\nc.png,y,z\nd.bmp,x\n../e.png,x\nf.png,y\n';
    const set = await read(csv, ['a.png', 'b.png', 'c.png', 'd.bmp', 'f.png']);
    expect(labelled(set)).toEqual({ 'a.png': 'x', 'f.png': 'y' });
    expect(set.problems).toEqual([
      { name: 'missing.png', reason: 'it is named in the CSV file, but is not in the folder' },
      { name: 'b.png', reason: 'its row has no label' },
      { name: 'a.png', reason: 'it has more than one row; the first counts' },
      { name: 'c.png', reason: 'line 6 of the CSV file has another number of fields than the header' },
      { name: 'd.bmp', reason: ".bmp files can't be read; save it as PNG or JPEG" },
      { name: '../e.png', reason: 'it is named in the CSV file, but is not in the folder' },
    ]);
    const flags = await read('file,x,y\na,1,0\nb,1,2\nc,0,1\n', ['a.png', 'b.png', 'c.png']);
    expect(labelled(flags)).toEqual({ 'a.png': 'x', 'c.png': 'y' });
    expect(flags.problems).toEqual([{ name: 'b', reason: 'its row has "2" where 0 or 1 belongs' }]);
  });

  test('of many rows lets others have a turn in every part of its reading (fault 39)', async () => {
    const count = 20_000;
    const label = (i: number) => ['cat', 'dog', 'cat|dog'][i % 3];
    const csv = ['file,label', ...Array.from({ length: count }, (_, i) => `${i}.png,${label(i)}`)].join('\n');
    const { signal } = new AbortController();
    // After each turn, the reader checks whether it was cancelled.
    let looks = 0;
    Object.defineProperty(signal, 'aborted', { get: () => ++looks < 0 });
    const set = await read(csv, ['0.png', '1.png', '2.png'], 0, signal);
    expect(labelled(set)).toEqual({ '0.png': 'cat', '1.png': 'dog', '2.png': 'cat+dog' });
    expect(set.problems.length).toBe(count - 3);
    // The rows are read, cut, examined and joined with their images. Problems are sorted.
    expect(looks).toBeGreaterThanOrEqual(5 * (count / 2000));
  });

  test('that is no table of labels gives a sentence', async () => {
    const cases: [string | Uint8Array, string][] = [
      ['', 'labels.csv has no rows'],
      ['file,label\n', 'labels.csv has no rows'],
      ['file\na.png\n', 'labels.csv has only one column'],
      [
        'file,width,height\na.png,4,4\n',
        'Which column of labels.csv has the labels is not clear. Its columns: “file”, “width” and “height”.',
      ],
      ['file,label\na.png,"x\n', 'labels.csv, line 2'],
      [Buffer.from('file,label\na.png,\xea\xee\xf2\n', 'latin1'), 'labels.csv is neither UTF-8 nor UTF-16 text'],
      ['file,label\na.png,x\n', 'labels.csv has only one label, "x"'],
      ['file,label\na.png,\n', 'No row of labels.csv has a label'],
      ['file,label\na.png,x,1\nb.png,y,2\n', 'No row of labels.csv can be used; the first, a.png: line 2 of the CSV'],
      ['file,x,y,x\na.png,1,0,0\n', 'labels.csv has two columns called "x"'],
      ['file,label\n1.png,x\n2.png,y\n', 'None of the images named in labels.csv, such as "1.png", is in '],
    ];
    for (const [csv, sentence] of cases) {
      const reading = read(csv, ['a.png']);
      await expect(reading).rejects.toBeInstanceOf(UserError);
      await expect(reading).rejects.toThrow(sentence);
    }
  });
});
