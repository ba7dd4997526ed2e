import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { UserError } from '../../../shared/errors.ts';
import { readImages } from './files.ts';

const folder = mkdtempSync(join(tmpdir(), 'convsheet-images-'));
afterAll(() => rmSync(folder, { recursive: true }));

const options = { progress: () => {}, signal: new AbortController().signal };
const wanted = { shape: [2, 2, 1] as [number, number, 1], fit: 'stretch' as const };
const write = async (name: string, brightness: number) => {
  const background = { r: brightness, g: brightness, b: brightness };
  const image = sharp({ create: { width: 6, height: 3, channels: 3, background } });
  writeFileSync(join(folder, name), await image.png().toBuffer());
};
mkdirSync(join(folder, 'below'));
await write('b [1].png', 200);
await write('ä, "quoted" #%.png', 100);
await write('below/a.png', 50);
await write('scan', 150);
writeFileSync(join(folder, 'broken.jpg'), 'no image');
writeFileSync(join(folder, 'notes.txt'), 'no image');

test('a folder gives all of its images, whatever they are called, and lists the broken ones', async () => {
  const read = await readImages(folder, wanted, options);
  expect(read.names).toEqual(['b [1].png', 'below/a.png', 'ä, "quoted" #%.png']);
  expect(Array.from(read.bytes)).toEqual([200, 50, 100].flatMap(value => [value, value, value, value]));
  expect(read.problems).toEqual([{ name: 'broken.jpg', reason: 'it is no image of a known format' }]);
});

test('a path of one file gives that image, whatever its extension', async () => {
  const read = await readImages(join(folder, 'scan'), wanted, options);
  expect(read).toEqual({ names: ['scan'], bytes: Uint8Array.of(150, 150, 150, 150), problems: [], byRow: false });
});

test.skipIf(process.platform === 'win32')('a pipe is refused, not waited for', async () => {
  execFileSync('mkfifo', [join(folder, 'below', 'pipe')]);
  await expect(readImages(join(folder, 'below', 'pipe'), wanted, options)).rejects.toBeInstanceOf(UserError);
});

test('what is missing or no image gives a sentence that names it', async () => {
  for (const [name, sentence] of [
    ['none.png', 'none.png'],
    ['broken.jpg', "can't be used: broken.jpg: it is no image of a known format."],
    ['notes.txt', "can't be used: notes.txt: it is no image of a known format."],
  ]) {
    const reading = readImages(join(folder, name), wanted, options);
    await expect(reading).rejects.toBeInstanceOf(UserError);
    await expect(reading).rejects.toThrow(sentence);
  }
});
