import { expect, test } from 'vitest';
import { csvText, predictionCsv } from './csv.ts';

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

test('A file’s line has its most probable class and all probabilities; a class without a name has its number', () => {
  const files = [
    { name: 'a.png', probabilities: [0.25, 0.75] },
    { name: 'b.png', probabilities: [1, 0] },
  ];
  expect(predictionCsv(['cat', 'dog'], files)).toBe(
    'file,predicted,cat,dog\r\na.png,dog,0.25,0.75\r\nb.png,cat,1,0\r\n',
  );
  expect(predictionCsv([], files)).toBe('file,predicted\r\na.png,1,0.25,0.75\r\nb.png,0,1,0\r\n');
});
