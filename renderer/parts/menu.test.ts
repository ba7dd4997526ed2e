import { expect, test } from 'vitest';
import { moveInMenu } from './menu.ts';

const items = ['Open…', 'Save', 'Save as…', 'Close'];

test('arrows go to the neighbouring item and around the ends', () => {
  expect(moveInMenu('ArrowDown', 0, items)).toBe(1);
  expect(moveInMenu('ArrowDown', 3, items)).toBe(0);
  expect(moveInMenu('ArrowUp', 0, items)).toBe(3);
});

test('from a menu without a chosen item, arrow down enters at the first and arrow up at the last', () => {
  expect(moveInMenu('ArrowDown', -1, items)).toBe(0);
  expect(moveInMenu('ArrowUp', -1, items)).toBe(3);
});

test('Home and End go to the ends', () => {
  expect(moveInMenu('Home', 2, items)).toBe(0);
  expect(moveInMenu('End', 0, items)).toBe(3);
});

test('a letter goes to the next item that begins with it, in any case, and around', () => {
  expect(moveInMenu('s', 0, items)).toBe(1);
  expect(moveInMenu('S', 1, items)).toBe(2);
  expect(moveInMenu('s', 2, items)).toBe(1);
  expect(moveInMenu('c', -1, items)).toBe(3);
  expect(moveInMenu('x', 0, items)).toBeUndefined();
});

test('a bar moves with the other pair of arrows', () => {
  expect(moveInMenu('ArrowRight', 3, items, 'horizontal')).toBe(0);
  expect(moveInMenu('ArrowLeft', 0, items, 'horizontal')).toBe(3);
  expect(moveInMenu('ArrowDown', 0, items, 'horizontal')).toBeUndefined();
});

test('other keys move nowhere, and an empty menu has nowhere to go', () => {
  for (const key of ['Tab', 'Escape', ' ', 'F2', 'Shift']) expect(moveInMenu(key, 0, items)).toBeUndefined();
  expect(moveInMenu('ArrowDown', -1, [])).toBeUndefined();
});
