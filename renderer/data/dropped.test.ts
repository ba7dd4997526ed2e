import { expect, test } from 'vitest';
import { meaningOf } from './dropped.ts';

const file = (name: string) => ({ name, folder: false });
const folder = (name: string) => ({ name, folder: true });

test.each([
  'a.png',
  'A.PNG',
  'b.JPG',
  'b.jpeg',
  'b.jfif',
  'c.webp',
  'd.gif',
  'e.tif',
  'e.TIFF',
  'f.avif',
  'seven.2.png',
  'x.jpg_large',
  'scan',
  'old.bmp',
  'phone.HEIC',
])('%s dropped on the window is an image for the input (fault 47)', name => {
  expect(meaningOf([file(name)])).toEqual({ kind: 'image', at: 0 });
});

test.each(['mine.convsheet', 'A.CONVSHEET', 'a b.ConvSheet'])('%s dropped is opened (fault 47)', name => {
  expect(meaningOf([file(name)])).toEqual({ kind: 'workbook', at: 0 });
});

test('a lesson dropped is opened, but a workbook beside it comes first', () => {
  expect(meaningOf([file('a.png'), file('pixels.md')])).toEqual({ kind: 'lesson', at: 1 });
  expect(meaningOf([file('pixels.md'), file('a.convsheet')])).toEqual({ kind: 'workbook', at: 1 });
});

test.each([
  ['labels.csv', 'csv'],
  ['LABELS.CSV', 'csv'],
  ['train-images-idx3-ubyte', 'idx'],
  ['train-images-idx3-ubyte.gz', 'idx'],
  ['t10k.idx', 'idx'],
])('%s dropped leads to the data set (fault 47)', (name, source) => {
  expect(meaningOf([file(name)])).toMatchObject({ kind: 'data', source, sentence: expect.stringContaining(name) });
});

test('a folder leads to the data set, even one that is called as an image or a workbook (fault 47)', () => {
  for (const name of ['photos', 'a.png', 'b.convsheet'])
    expect(meaningOf([folder(name)])).toMatchObject({
      kind: 'data',
      source: 'folders',
      sentence: expect.stringContaining(`folder ${name}`),
    });
});

test.each(['letter.pdf', 'a.txt', 'a.xlsx', 'a.zip', 'a.mp4', 'run.exe', 'a.json'])(
  '%s is refused by its name, and it is said what can be dropped (fault 47)',
  name => {
    const meant = meaningOf([file(name)]);
    expect(meant).toMatchObject({ kind: 'refused', sentence: expect.stringMatching(/^\S+ is neither .* Drop a PNG/) });
    expect((meant as { sentence: string }).sentence).toContain(name);
  },
);

test('of several things a workbook comes before an image, and that before a data set (fault 47)', () => {
  const [text, csv, photo, photos, work] = [
    file('a.txt'),
    file('labels.csv'),
    file('a.png'),
    folder('photos'),
    file('w.convsheet'),
  ];
  expect(meaningOf([text, csv, photo, photos, work])).toEqual({ kind: 'workbook', at: 4 });
  expect(meaningOf([text, csv, photos, photo])).toEqual({ kind: 'image', at: 3 });
  expect(meaningOf([text, csv, photos])).toMatchObject({ kind: 'data', source: 'csv' });
  expect(meaningOf([])).toMatchObject({ kind: 'refused' });
});
