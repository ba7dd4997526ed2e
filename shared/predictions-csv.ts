import { csvText } from './csv.ts';
import { formatFloat32 } from './numbers.ts';
import type { FilePrediction } from './training.ts';

/** What a network takes image files for, as CSV: the file's name and a column with the probability of each class, as
 *  the shortest decimal that reads back to the same float32; empty where it is no number. Names come from outside, and
 *  a spreadsheet program would calculate one that begins like a formula. So a file's name then begins with ./ and still
 *  names the file, and a class's name with an apostrophe; all other names are as they are. Source:
 *  owasp.org/www-community/attacks/CSV_Injection */
export function predictionsCsv(classes: readonly string[], predictions: readonly FilePrediction[]): string {
  return csvText([
    ['file', ...classes.map(name => (isFormula(name) ? `'${name}` : name))],
    ...predictions.map(({ name, probabilities }) => [
      isFormula(name) ? `./${name}` : name,
      ...probabilities.map(value => (value === null ? '' : formatFloat32(value))),
    ]),
  ]);
}

/** Whether a spreadsheet program may read a text as a formula. A number with a sign is none, nor is a single sign. */
function isFormula(text: string): boolean {
  return /^[=+\-@\t\r]./s.test(text) && !Number.isFinite(Number(text));
}
