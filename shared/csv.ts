import type { FilePrediction } from './training.ts';

/** What a network takes files for: one line a file, with the most probable class and the probability of each. */
export function predictionCsv(classes: readonly string[], files: readonly FilePrediction[]): string {
  return csvText([
    ['file', 'predicted', ...classes],
    ...files.map(({ name, probabilities }) => {
      const best = probabilities.indexOf(Math.max(...probabilities));
      return [name, classes[best] ?? String(best), ...probabilities];
    }),
  ]);
}

/** A table as CSV: fields with commas, quotes or line breaks stand in quotes, and lines end in CR LF. Source: RFC 4180. Numbers keep all their digits. */
export function csvText(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map(row => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
