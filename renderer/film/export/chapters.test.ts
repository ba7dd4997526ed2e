import { expect, test } from 'vitest';
import { chaptersBox } from './chapters.ts';

test('chapters stand in a box within a box, with their times and shortened titles', () => {
  const bytes = chaptersBox([
    { at: 0, title: 'Bild' },
    { at: 2.5, title: 'ä'.repeat(200) },
  ]);
  const view = new DataView(bytes.buffer);
  const text = (at: number, length: number) => new TextDecoder().decode(bytes.subarray(at, at + length));
  expect([view.getUint32(0), text(4, 4), view.getUint32(8), text(12, 4)]).toEqual([
    bytes.length,
    'udta',
    bytes.length - 8,
    'chpl',
  ]);
  expect([bytes[16], bytes[24]]).toEqual([1, 2]);
  expect([view.getBigUint64(25), bytes[33], text(34, 4)]).toEqual([0n, 4, 'Bild']);
  // 254 bytes: half a character would be none.
  expect([view.getBigUint64(38), bytes[46], text(47, 254)]).toEqual([25_000_000n, 254, 'ä'.repeat(127)]);
  expect(bytes.length).toBe(47 + 254);
});
