import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test, vi } from 'vitest';
import type { DataChoice } from '../../../shared/data.ts';
import { listImages } from './list-images.ts';
import { readDataSet } from './read.ts';

vi.mock(import('./list-images.ts'), async original => {
  const module = await original();
  return { ...module, listImages: vi.fn(module.listImages) };
});

const folder = mkdtempSync(join(tmpdir(), 'convsheet-stamp-'));
afterAll(() => rmSync(folder, { recursive: true }));
const image = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#808080' } })
  .png()
  .toBuffer();
const { signal } = new AbortController();
const read = (source: DataChoice['source']) => {
  const choice: DataChoice = { source, shape: [2, 2, 1], fit: 'stretch', validation: 0, test: 0, seed: 1 };
  return readDataSet(choice, { progress: () => {}, signal });
};

test('a data set knows when a file of its folder is mended, added or gone, or its labels are', async () => {
  for (const name of ['a', 'b']) mkdirSync(join(folder, 'set', name), { recursive: true });
  const path = (name: string) => join(folder, 'set', name);
  writeFileSync(path('a/1.png'), image);
  writeFileSync(path('b/1.png'), image);
  writeFileSync(path('b/broken.png'), 'no image');
  writeFileSync(join(folder, 'labels.csv'), 'file,label\na/1.png,x\nb/1.png,y\n');
  const sources: DataChoice['source'][] = [
    { kind: 'folders', path: join(folder, 'set') },
    { kind: 'csv', images: join(folder, 'set'), labels: join(folder, 'labels.csv') },
  ];
  for (const source of sources) {
    vi.mocked(listImages).mockClear();
    const first = await read(source);
    // The folder was listed once, and can be cancelled.
    expect(vi.mocked(listImages).mock.calls).toEqual([[join(folder, 'set'), signal]]);
    expect(await first.changed!(signal)).toBe(false);
    writeFileSync(path('b/broken.png'), image);
    expect(await first.changed!(signal)).toBe(true);
    const second = await read(source);
    expect(await second.changed!(signal)).toBe(false);
    rmSync(path('b/broken.png'));
    expect(await second.changed!(signal)).toBe(true);
    writeFileSync(path('b/broken.png'), 'no image');
  }
  const table = await read(sources[1]);
  // The same size, but written at another time.
  utimesSync(join(folder, 'labels.csv'), new Date(), new Date(Date.now() + 5000));
  expect(await table.changed!(signal)).toBe(true);
  rmSync(join(folder, 'set'), { recursive: true });
  expect(await table.changed!(signal)).toBe(true);
});

test('to find out whether a data set has changed can be cancelled', async () => {
  for (const name of ['a', 'b']) {
    mkdirSync(join(folder, 'other', name), { recursive: true });
    writeFileSync(join(folder, 'other', name, '1.png'), image);
  }
  const { changed } = await read({ kind: 'folders', path: join(folder, 'other') });
  await expect(changed!(AbortSignal.abort())).rejects.toThrow('Reading the images was cancelled.');
});

test('what comes by name does not change', async () => {
  expect((await read({ kind: 'named', name: 'letters' })).changed).toBeUndefined();
});
