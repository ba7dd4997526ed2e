import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DataChoice } from '../../shared/data.ts';
import { defaultConfig } from '../../shared/training-defaults.ts';
import {
  buildEngine,
  connect,
  files,
  folder,
  makeFolder,
  removeEngine,
  removeFolder,
  sentenceOf,
  start,
} from './testing/open-documents.ts';

beforeAll(buildEngine);
afterAll(removeEngine);
beforeEach(makeFolder);
afterEach(removeFolder);

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
