import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { completePath } from './workbook-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'convsheet-paths-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => {
  for (const name of ['mine.convsheet', 'LOUD.CONVSHEET', 'v1.2.convsheet', 'photo.png'])
    writeFileSync(join(folder, name), '');
  mkdirSync(join(folder, 'folder.convsheet'));
});

test.each<[typed: string, found: string]>([
  ['mine', 'mine.convsheet'],
  ['mine.convsheet', 'mine.convsheet'],
  ['LOUD', 'LOUD.CONVSHEET'],
  ['LOUD.CONVSHEET', 'LOUD.CONVSHEET'],
  ['v1.2', 'v1.2.convsheet'],
  ['photo.png', 'photo.png'],
  ['folder', 'folder'],
  ['missing', 'missing'],
])('opening %s without its ending typed means %s (fault 47)', async (typed, found) => {
  expect(await completePath(join(folder, typed))).toBe(join(folder, found));
});
