import { expect, test } from 'vitest';
import { partOfSound } from './sound.ts';

const sound = [Float32Array.of(1, 2, 3, 4)];
const list = (from: number, count: number) => partOfSound(sound, from, count).map(channel => [...channel]);

test('a part of a sound has silence before its beginning and after its end, and two channels', () => {
  expect(list(-2, 4)).toEqual([
    [0, 0, 1, 2],
    [0, 0, 1, 2],
  ]);
  expect(list(3, 3)[0]).toEqual([4, 0, 0]);
  expect(list(-9, 3)[0]).toEqual([0, 0, 0]);
  expect(list(9, 3)[0]).toEqual([0, 0, 0]);
  expect(partOfSound(undefined, 0, 2).map(channel => [...channel])).toEqual([
    [0, 0],
    [0, 0],
  ]);
});
