import { expect, test } from 'vitest';
import { predictionsCsv } from './predictions-csv.ts';

/** A prediction as the engine gives it, in float32s. */
const prediction = (name: string, ...probabilities: number[]) => ({
  name,
  probabilities: probabilities.map(Math.fround),
});

test('a line for each file has its name and the probability of every class, with the digits a float32 has', () => {
  expect(predictionsCsv(['cat', 'dog'], [prediction('a.png', 0.1, 0.9), prediction('pets/b.png', 1e-7, 1)])).toBe(
    'file,cat,dog\r\na.png,0.1,0.9\r\npets/b.png,1E-07,1\r\n',
  );
});

test('probabilities read back to the same float32s', () => {
  const { probabilities } = prediction('a.png', 1 / 3, 2 / 3, 1.1754943508222875e-38, 0.99999994);
  const [, line] = predictionsCsv(['a', 'b', 'c', 'd'], [{ name: 'a.png', probabilities }]).split('\r\n');
  expect(
    line
      .split(',')
      .slice(1)
      .map(text => Math.fround(Number(text))),
  ).toEqual(probabilities);
});

test('names with commas, quotes and line breaks stand in quotes', () => {
  const csv = predictionsCsv(['cat, tabby', 'the "dog"'], [prediction('two\nlines, "one" file.png', 0.5, 0.5)]);
  expect(csv).toBe('file,"cat, tabby","the ""dog"""\r\n"two\nlines, ""one"" file.png",0.5,0.5\r\n');
});

test('no name is left for a spreadsheet program to calculate, and a file name still names its file', () => {
  const names = ['=1+1.png', '+a.png', '-b.png', '@c.png', '\td.png'];
  const csv = predictionsCsv(
    ['=HYPERLINK("x")'],
    names.map(name => prediction(name, 1)),
  );
  expect(csv).toBe(
    `file,"'=HYPERLINK(""x"")"\r\n./=1+1.png,1\r\n./+a.png,1\r\n./-b.png,1\r\n./@c.png,1\r\n./\td.png,1\r\n`,
  );
});

test('classes called by signs or numbers keep their names', () => {
  expect(predictionsCsv(['+', '-', '=', '-1', '+2.5', 'a=b'], [])).toBe('file,+,-,=,-1,+2.5,a=b\r\n');
});

test('a probability that is no number leaves its field empty', () => {
  expect(predictionsCsv(['a', 'b'], [{ name: 'a.png', probabilities: [null, 1] }])).toBe('file,a,b\r\na.png,,1\r\n');
});
