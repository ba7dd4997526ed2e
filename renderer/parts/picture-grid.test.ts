import { expect, test } from 'vitest';
import { pagesToDrop, pitchFor } from './picture-grid.ts';

const pages = (...sizes: number[]) => new Map(sizes.map((size, page) => [page, size]));

test('what fits stays, however far from the pictures in view', () => {
  expect(pagesToDrop(pages(10, 10, 10, 10), [3], 40)).toEqual([]);
});

test('of too many pages those furthest from what is in use go first, until the rest fits', () => {
  expect(pagesToDrop(pages(10, 10, 10, 10, 10, 10), [4, 5], 40)).toEqual([0, 1]);
  // The page of the chosen picture is not among those in view.
  expect(pagesToDrop(pages(10, 10, 10, 10, 10, 10), [0, 5], 40)).toEqual([2, 3]);
});

test('pages in use are never dropped, even where they alone are too much', () => {
  expect(pagesToDrop(pages(300, 300, 300), [1, 2], 100)).toEqual([0]);
});

test('pictures stand as far apart as the names of their classes need, but two beside each other', () => {
  const names = ['Äpfel', 'Bananen', 'Trauben (blau)'];
  expect(pitchFor(30, ['0', '9'], 148)).toBe(43);
  expect(pitchFor(30, [], 148)).toBe(43);
  // Fourteen characters in a wide list, and in the panel on the left.
  expect(pitchFor(30, names, 460)).toBe(92);
  expect(pitchFor(30, names, 148)).toBe(80);
  expect(pitchFor(30, [...names, 'the name of an animal that nobody has ever seen'], 460)).toBe(96);
  expect(pitchFor(96, names, 148)).toBe(109);
});
