import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { appendFile, open, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Content, writeFileAtomically } from './atomic.ts';
import { workbookPieces } from './convsheet.ts';
import { openWorkbook } from './open.ts';
import { readTemplate } from './templates.ts';
import { filesOfWork } from './work-files.ts';

/** What happens to a file right after it is written. */
let spoil: (path: string) => Promise<void> = async () => {};
vi.mock('./atomic.ts', async original => {
  const real = await original<typeof import('./atomic.ts')>();
  const writeFileAtomically = async (path: string, content: Content) => {
    const written = await real.writeFileAtomically(path, content);
    await spoil(path);
    return written;
  };
  return { ...real, writeFileAtomically };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convsheet-work-files-'));
  spoil = async () => {};
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Larger than one read. */
const SIZE = 17 * 2 ** 20;
const content = Buffer.alloc(SIZE, 'not all of it alike, ');
function* inPieces() {
  for (let at = 0; at < SIZE; at += 2 ** 20) yield content.subarray(at, at + 2 ** 20);
}
async function flipBit(path: string) {
  const file = await open(path, 'r+');
  await file.write(Uint8Array.of(content[SIZE - 9] ^ 1), 0, 1, SIZE - 9);
  await file.close();
}

test('a file larger than a piece goes out in pieces and comes back bit for bit', async () => {
  const files = filesOfWork(folder)!;
  const stored = await files.write('a.checkpoint', inPieces());
  expect(stored).toMatchObject({ file: 'a.checkpoint', size: SIZE });
  expect(await files.find(stored)).toBe(join(folder, 'a.checkpoint'));
  expect(Buffer.compare(await files.read(stored), content)).toBe(0);
  expect(readdirSync(folder)).toEqual(['a.checkpoint']);
});

test.each([
  ['was cut off', (path: string) => truncate(path, SIZE - 1)],
  ['has a byte more', (path: string) => appendFile(path, 'x')],
  ['has another bit', flipBit],
])('a file that %s is not taken, neither when it is written nor later', async (_what, harm) => {
  const files = filesOfWork(folder)!;
  const stored = await files.write('a.checkpoint', inPieces());
  await harm(join(folder, 'a.checkpoint'));
  await expect(files.find(stored)).rejects.toThrow(join(folder, 'a.checkpoint'));
  await expect(files.read(stored)).rejects.toThrow(join(folder, 'a.checkpoint'));
  // The faulty file is neither repaired nor deleted.
  expect(statSync(join(folder, 'a.checkpoint')).size).toBeGreaterThan(SIZE - 2);
  spoil = harm;
  await expect(files.write('b.checkpoint', inPieces())).rejects.toThrow(join(folder, 'b.checkpoint'));
});

test('a file that is gone is named', async () => {
  const files = filesOfWork(folder)!;
  const stored = await files.write('a.checkpoint', Buffer.from('abc'));
  rmSync(join(folder, 'a.checkpoint'));
  await expect(files.find(stored)).rejects.toThrow(join(folder, 'a.checkpoint'));
});

test('a workbook file is read where it is still what it was, and refused where it was written since', async () => {
  const path = join(folder, 'mine.convsheet');
  const { network, classes, values } = await readTemplate('lesson3');
  const write = () =>
    writeFileAtomically(path, workbookPieces({ network, classes, source: { kind: 'typed' }, values }));
  await write();
  const { mtimeMs, size } = statSync(path);
  const stamp = { modified: mtimeMs, size };
  expect((await openWorkbook(path, stamp)).values).toEqual(values);
  utimesSync(path, 0, mtimeMs / 1000 + 5);
  await expect(openWorkbook(path, stamp)).rejects.toThrow(`${path} was written after it was opened here.`);
  expect((await openWorkbook(path)).values).toEqual(values);
});
