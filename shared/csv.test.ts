import { expect, test } from 'vitest';
import { csvText } from './csv.ts';

test('Fields with commas, quotes and line breaks stand in quotes; numbers keep all their digits', () => {
  expect(
    csvText([
      ['file', 'share'],
      ['one, two.png', 0.1],
      ['the "good" one.png', 1 / 3],
      ['two\nlines', 1e-20],
    ]),
  ).toBe('file,share\r\n"one, two.png",0.1\r\n"the ""good"" one.png",0.3333333333333333\r\n"two\nlines",1e-20\r\n');
});

test('A table without rows is an empty file', () => {
  expect(csvText([])).toBe('');
});
