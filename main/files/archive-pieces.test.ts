import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { createRandom } from '../../shared/random.ts';
import { openArchive, sourceOf } from './archive.ts';
import { archivePieces, overheadOf } from './archive-pieces.ts';

const MiB = 2 ** 20;
const random = createRandom(1);
const noise = (length: number) => Uint8Array.from({ length }, () => random.integer(256));
const whole = (pieces: Iterable<Uint8Array>) => new Uint8Array(Buffer.concat([...pieces]));

test('content of several pieces goes out in small ones and comes back bit for bit, stored or packed', () => {
  const stored = noise(9 * MiB + 1);
  const packed = new Uint8Array(5 * MiB).fill(7);
  const entries = [
    { name: 'stored.bin', content: stored, level: 0 },
    { name: 'packed.bin', content: packed, level: 6 },
    { name: 'empty.bin', content: new Uint8Array(), level: 0 },
  ];
  const pieces = [...archivePieces(entries)];
  expect(Math.max(...pieces.map(({ length }) => length))).toBe(4 * MiB);
  // While bytes are only read, the caller gets empty pieces, so that it can do other work.
  expect(pieces.filter(({ length }) => length === 0)).toHaveLength(3 + 2);
  const bytes = whole(pieces);
  const archive = openArchive(sourceOf(bytes), 'test.zip');
  const others = unzipSync(bytes);
  for (const { name, content } of entries) {
    expect(Buffer.compare(archive.read(name), content)).toBe(0);
    expect(Buffer.compare(others[name], content)).toBe(0);
  }
});

test('no content is copied, and equal entries make equal bytes', () => {
  const content = noise(5 * MiB);
  const make = () => archivePieces([{ name: 'a', content, level: 0 }]);
  const own = [...make()].filter(({ length }) => length > MiB / 2);
  expect(own.every(({ buffer }) => buffer === content.buffer)).toBe(true);
  expect(Buffer.compare(whole(make()), whole(make()))).toBe(0);
});

test('what a file takes beside its content is known before', () => {
  const names = ['workbook.json', 'tensors/0.bin', 'tensors/10.bin'];
  const entries = names.map((name, n) => ({ name, content: noise(10 * n), level: 0 }));
  const content = entries.reduce((sum, each) => sum + each.content.length, 0);
  expect(whole(archivePieces(entries)).length).toBe(content + overheadOf(names));
});
