/** Submissions to competitions: predictions written in the form of a sample file. Columns, order, ids, quotes and line
 *  ends stay as they are in the sample, byte for byte; only what is asked for is replaced. */
import { matchNames } from './data-meaning.ts';
import { UserError } from './errors.ts';
import type { Sentence } from './messages/sentence.ts';
import { sentences } from './messages/sentences.ts';
import { formatFloat32 } from './numbers.ts';
import { type FilePrediction, isLost } from './training.ts';

/** The labels that a network takes an image for: the most probable class, of equal ones the first; with several labels
 *  all that are more probable than their `thresholds`. None for an image with NaN. */
export function predictedLabels(
  file: FilePrediction,
  classes: readonly string[],
  thresholds: undefined | readonly number[],
): string[] {
  if (isLost(file)) return [];
  const probabilities = file.probabilities as readonly number[];
  if (thresholds) return classes.filter((_, n) => probabilities[n] > thresholds[n]);
  return [classes[probabilities.indexOf(probabilities.reduce((most, each) => Math.max(most, each)))]];
}

type Predictions = {
  classes: readonly string[];
  files: readonly FilePrediction[];
  /** Given where an image may have several labels: above which probability it has each. */
  thresholds?: readonly number[];
  /** Whether images are rows of a table and go by their numbers, from 1. */
  byRow: boolean;
};

/** `text`: the field as it stands in the file, with its quotes; `value`: what it says. */
type Field = { text: string; value: string };
type Row = { fields: Field[]; end: string };

/** The sample with the network's predictions in it. `remarks` say what was left out. Throws UserError with a sentence
 *  about what doesn't match: ids, classes, columns. `name`: the sample's name for sentences. */
export function submissionOf(
  sample: string,
  name: string,
  predictions: Predictions,
): { text: string; remarks: Sentence[] } {
  const { submission } = sentences;
  const { classes, files, byRow } = predictions;
  const delimiter = delimiterOf(sample);
  const rows = rowsOf(sample, delimiter, name);
  const isFilled = ({ fields }: Row) => fields.length > 1 || fields[0].value !== '';
  const [header] = rows;
  const data = rows.slice(1).filter(isFilled);
  if (!header || header.fields.length < 2 || data.length === 0) throw new UserError(submission.empty(name));
  const width = header.fields.length;
  const ragged = data.findIndex(({ fields }) => fields.length !== width);
  if (ragged !== -1) throw new UserError(submission.ragged(name, ragged + 2, width));
  const ids = findIds(data, width, files, byRow);
  const missing = ids?.images.findIndex(image => image === undefined) ?? -1;
  if (!ids) throw new UserError(submission.noIds(name, data[0].fields[0].value, files[0].name));
  if (missing !== -1) {
    const count = ids.images.filter(image => image === undefined).length;
    throw new UserError(submission.missing(name, data[missing].fields[ids.column].value, count));
  }
  const asked = ids.images as number[];
  const lost = asked.find(image => files[image].probabilities.includes(null));
  if (lost !== undefined) throw new UserError(submission.lost(files[lost].name));
  const columns = [...header.fields.keys()].filter(column => column !== ids.column);
  const fill = fillerOf(header.fields, columns, data, name, predictions);
  for (const [row, image] of asked.entries()) {
    const { fields } = data[row];
    for (const column of columns) fields[column].text = written(fill(files[image], column), fields[column], delimiter);
  }
  const left = files.length - new Set(asked).size;
  return {
    text: rows.map(({ fields, end }) => `${fields.map(({ text }) => text).join(delimiter)}${end}`).join(''),
    remarks: left > 0 ? [submission.leftOut(name, left)] : [],
  };

  /** What a column has for an image. */
  function fillerOf(
    titles: readonly Field[],
    wanted: readonly number[],
    given: readonly Row[],
    file: string,
    { thresholds }: Predictions,
  ): (image: FilePrediction, column: number) => string {
    if (wanted.length > 1) {
      const units = matchNames(
        wanted.map(column => titles[column].value),
        classes,
      );
      const unknown = wanted.filter((_, i) => units[i] === undefined).map(column => titles[column].value);
      const absent = classes.filter((_, unit) => !units.includes(unit));
      if (unknown.length > 0 || absent.length > 0) throw new UserError(submission.columns(file, unknown, absent));
      const unitOf = new Map(wanted.map((column, i) => [column, units[i]!]));
      return ({ probabilities }, column) => formatFloat32(probabilities[unitOf.get(column)!]!);
    }
    const [column] = wanted;
    const values = [...new Set(given.map(({ fields }) => fields[column].value.trim()))];
    const labels = (image: FilePrediction) => predictedLabels(image, classes, thresholds);
    if (thresholds) {
      const separator = separatorOf(values);
      const spell = spelling([...new Set(values.flatMap(value => value.split(separator)))]);
      return image => labels(image).map(spell).join(separator);
    }
    const known = matchNames(values, classes);
    const isNumber = values.every(value => value !== '' && Number.isFinite(Number(value)));
    if (isNumber && known.includes(undefined) && classes.length === 2) {
      const [titled, one] = matchNames([titles[column].value], classes).concat(matchNames(['1'], classes));
      const unit = titled ?? one;
      if (unit === undefined) throw new UserError(submission.oneProbability(file, titles[column].value, classes));
      return ({ probabilities }) => formatFloat32(probabilities[unit]!);
    }
    if (known.every(unit => unit === undefined) && values.some(value => value !== ''))
      throw new UserError(submission.labels(file, values.find(value => value !== '')!, classes));
    const spell = spelling(values);
    return image => spell(labels(image)[0]);
  }

  /** Spells classes as the sample does, where it names them. */
  function spelling(values: readonly string[]): (label: string) => string {
    const units = matchNames(values, classes);
    const spelled = new Map(units.flatMap((unit, i) => (unit === undefined ? [] : [[classes[unit], values[i]]])));
    return label => spelled.get(label) ?? label;
  }

  /** What separates labels in a cell: the sign with which the sample names most classes. */
  function separatorOf(values: readonly string[]): string {
    const found = [' ', ',', ';', '|'].map(separator => {
      const parts = new Set(values.flatMap(value => value.split(separator)));
      return [separator, matchNames([...parts], classes).filter(unit => unit !== undefined).length] as const;
    });
    return found.toSorted(([, a], [, b]) => b - a)[0][0];
  }
}

/** The column of ids and the image of each row, by the way in which the most ids name an image: by its path, its file
 *  name, or that without its ending. undefined if no id names an image. */
function findIds(
  data: readonly Row[],
  width: number,
  files: readonly FilePrediction[],
  byRow: boolean,
): { column: number; images: (number | undefined)[] } | undefined {
  const base = (name: string) => name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const names = [
    (name: string) => name,
    base,
    (name: string) => base(name).replace(/\.[^.]*$/, ''),
    // Some samples count rows from 0.
    ...(byRow ? [(name: string) => String(Number(name) - 1)] : []),
  ].map(nameOf => byName(files.map(({ name }) => nameOf(name))));
  let best: { column: number; images: (number | undefined)[]; found: number } | undefined;
  for (let column = 0; column < width; column++)
    for (const places of names) {
      const images = data.map(({ fields }) => places.get(fields[column].value.trim()));
      const found = images.filter(image => image !== undefined).length;
      if (found > (best?.found ?? 0)) best = { column, images, found };
    }
  return best;
}

/** The places of names. Names that occur twice tell nothing. */
function byName(names: readonly string[]): Map<string, number | undefined> {
  const places = new Map<string, number | undefined>();
  for (const [place, name] of names.entries()) places.set(name, places.has(name) ? undefined : place);
  return places;
}

/** A value in the style of the sample's field: in quotes if that is, else only where it needs them. */
function written(value: string, { text }: Field, delimiter: string): string {
  const isQuoted = text.trimStart().startsWith('"');
  const needs = value.includes(delimiter) || /["\r\n]/.test(value);
  return isQuoted || needs ? `"${value.replaceAll('"', '""')}"` : value;
}

/** What separates fields: what the first line has most of. */
function delimiterOf(text: string): string {
  const [line] = text.split(/\r\n|\r|\n/, 1);
  const plain = line.replaceAll(/"[^"]*"/g, '');
  return [',', ';', '\t'].toSorted((a, b) => plain.split(b).length - plain.split(a).length)[0];
}

/** All rows of a CSV text with every character of it. A mark of the byte order belongs to the first field's text. */
function rowsOf(text: string, delimiter: string, name: string): Row[] {
  const rows: Row[] = [];
  let at = 0;
  while (at < text.length) {
    const row: Row = { fields: [], end: '' };
    for (;;) {
      const start = at;
      const mark = at === 0 && text.startsWith('\ufeff') ? 1 : 0;
      at += mark;
      const isQuoted = text[at] === '"';
      if (isQuoted) at = closed(text, at + 1, name, rows.length + 1);
      const inQuotes = at;
      while (at < text.length && text[at] !== delimiter && text[at] !== '\r' && text[at] !== '\n') at++;
      if (isQuoted && at !== inQuotes) throw new UserError(sentences.data.csv.quote(name, rows.length + 1));
      const plain = text.slice(start + mark, at);
      row.fields.push({
        text: text.slice(start, at),
        value: isQuoted ? plain.slice(1, -1).replaceAll('""', '"') : plain,
      });
      if (text[at] !== delimiter) break;
      at++;
    }
    row.end = text.startsWith('\r\n', at) ? '\r\n' : text.slice(at, at + 1);
    at += row.end.length;
    rows.push(row);
  }
  return rows;
}

/** The position after the closing quote. */
function closed(text: string, from: number, name: string, line: number): number {
  for (let end = text.indexOf('"', from); end !== -1; end = text.indexOf('"', end + 2))
    if (text[end + 1] !== '"') return end + 1;
  throw new UserError(sentences.data.csv.quote(name, line));
}
