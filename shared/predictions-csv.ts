import { csvText } from './csv.ts';
import { formatFloat32 } from './numbers.ts';
import type { FilePrediction } from './training.ts';

/** A network's predictions for image files as CSV: the file's name, then a column for the probability of each class. A
 *  probability is the shortest decimal that reads back as the same float32, or empty if it is no number.
 *  A spreadsheet would run a name that looks like a formula. So such a file name begins with ./ and such a class name
 *  with an apostrophe. Source: owasp.org/www-community/attacks/CSV_Injection */
export function predictionsCsv(classes: readonly string[], predictions: readonly FilePrediction[]): string {
  return csvText([
    ['file', ...classes.map(name => (isFormula(name) ? `'${name}` : name))],
    ...predictions.map(({ name, probabilities }) => [
      isFormula(name) ? `./${name}` : name,
      ...probabilities.map(value => (value === null ? '' : formatFloat32(value))),
    ]),
  ]);
}

/** Whether a spreadsheet may take a text for a formula. A number with a sign is none, and neither is a sign alone. */
function isFormula(text: string): boolean {
  return /^[=+\-@\t\r]./s.test(text) && !Number.isFinite(Number(text));
}
