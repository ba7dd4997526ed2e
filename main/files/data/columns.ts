/** Finds the columns of a table that have the names of images, their labels, and their splits. */
import type { DataReading } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { CsvRow } from './csv.ts';
import type { ImageNames } from './image-names.ts';
import type { CalledAs } from './label-separator.ts';
import { hasImageExtension } from '../../../shared/image-extensions.ts';
import { splitNamed } from './split-names.ts';

/** Titles of columns with names of image files; in lower case, letters and digits only. */
const FILE_COLUMN = new RegExp(
  '^(file|filename|filepath|path|pathname|relativepath|relpath|fname|img|image|picture|photo|imageurl|url|uri)s?$' +
    '|^(image|img|picture|photo)(file)?(name|path|id|filename)s?$',
);
/** Titles that also count if there is none of the others. */
const PERHAPS_FILE_COLUMN = /^(name|id)$/;
/** Titles of columns with row numbers. Some programs leave them without a title. */
const NUMBER_COLUMN = /^(id|index|no|nr|row)$/;
const UNNAMED = /^(unnamed\d+)?$/;
/** Words of titles that may say which split an image belongs to: "data set", "train_test_split", "is_valid". */
const SPLIT_WORD = /^(splits?|partition|folds?|subset|usage|phase|datasplit)$/;
const SPLIT_COLUMN = /^(data)?sets?$|^is(a)?(train|training|valid|val|validation|test|testing|holdout)(image)?$/;
const LABEL = 'label|class|category|target|tag|species|breed';
const PLURAL = 'labels|classes|categories|targets|tags|keywords';
/** Titles of label columns, the best first: names of classes before their numbers. */
const LABEL_COLUMNS = [
  new RegExp(`^(${LABEL})(name|text|string)s?$`),
  new RegExp(`^(${LABEL}|${PLURAL})$`),
  new RegExp(`^(${LABEL})(id|number|no|index|code)s?$`),
];
/** A word that marks a label column in a title such as "main label" or "bird_species". */
const LABEL_WORD = new RegExp(`^(${LABEL}|${PLURAL})$`);
const NUMBERED_LABEL = new RegExp(`^(${LABEL})\\d+$`);
const FLAGS = new Map(
  Object.entries({
    1: true,
    '1.0': true,
    true: true,
    yes: true,
    0: false,
    '0.0': false,
    '-1': false,
    false: false,
    no: false,
  }),
);
/** How many columns are searched for names of images. */
const LOOKED_AT = 20;

export type Columns = {
  /** The titles. If the table has none, numbers from 1. */
  titles: readonly string[];
  hasHeader: boolean;
  file: number;
  split: number | undefined;
  /** The columns of labels: one or more with words, or one for each class (of 0 and 1, or of probabilities). */
  labels: readonly number[];
  kind: 'words' | 'flags' | 'probabilities';
};

/** A title in the form for comparing. */
export function plainTitle(title: string): string {
  return title.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** The words of a title, in lower case: bird, species and 2 for "BirdSpecies_2". */
function wordsOf(title: string): string[] {
  const spaced = title.replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2');
  return spaced.toLowerCase().split(/[^\p{L}\p{N}]+/u);
}

/** Whether a title is that of a label column. */
function isLabelTitle(title: string): boolean {
  const plain = plainTitle(title);
  return LABEL_COLUMNS.some(pattern => pattern.test(plain));
}

/** What a title says about the number of labels in a cell. */
export function calledAs(title: string): CalledAs {
  const plain = plainTitle(title);
  if (/^(tags|keywords)$/.test(plain)) return 'tags';
  return new RegExp(`^(${PLURAL})$`).test(plain) ? 'several' : 'one';
}

/** The value of a cell in a column of 0 and 1. undefined if it is neither. */
export function flagOf(value: string | undefined): boolean | undefined {
  return FLAGS.get(value?.trim().toLowerCase() ?? '');
}

/** Finds the columns: those that were chosen, those whose cells name images, and by their titles. `rows`: the first
 *  rows, of which the very first may have titles. `name`: the table's name for messages. If it isn't clear which column
 *  is which, throws UserError with the columns and the option that chooses. */
export function findColumns(rows: readonly CsvRow[], images: ImageNames, reading: DataReading, name: string): Columns {
  const { csv } = sentences.data;
  const [first, ...below] = rows.map(({ fields }) => fields);
  if (first.length < 2) throw new UserError(csv.oneColumn(name));
  const hasHeader = reading.header ?? isHeader(first, below, images);
  const titles = hasHeader ? first.map(title => title.trim()) : first.map((_, i) => String(i + 1));
  const cells = hasHeader ? below : [first, ...below];
  if (cells.length === 0) throw new UserError(csv.empty(name));
  const called = titles.map(plainTitle);
  const titled = [...titles.keys()].filter(column => !hasHeader || !UNNAMED.test(called[column]));
  const labelsChosen = labelColumnsOf(reading.labelColumn, titles, name);
  const splitChosen = splitChosenBy(reading, titles, name);
  const free = titled.filter(column => !labelsChosen?.includes(column) && column !== splitChosen);
  const file =
    reading.fileColumn === undefined
      ? fileColumn(called, free, cells, images)
      : columnOf(reading.fileColumn, titles, '--file-column', name);
  const notFile = titled.filter(column => column !== file && !labelsChosen?.includes(column));
  const split = findSplitColumn(titles, notFile, cells, reading, name);

  const columns = (labels: readonly number[], kind = kindOf(labels, cells)) => {
    return { titles, hasHeader, file, split, labels, kind };
  };
  if (labelsChosen) return columns(labelsChosen);
  const rest = titled.filter(column => column !== file && column !== split);
  const unnumbered = rest.filter(column => !NUMBER_COLUMN.test(called[column]));
  const others = unnumbered.length > 0 ? unnumbered : rest;
  const numbered = others.filter(column => NUMBERED_LABEL.test(called[column]));
  if (numbered.length > 1) return columns(numbered, 'words');
  const found = columns(others);
  const label = labelColumn(titles, others, hasHeader, found.kind === 'words');
  if (label !== undefined) return columns([label]);
  if (others.length === 0 || found.kind === 'words')
    throw new UserError(
      csv.columns(name, hasHeader ? titles.filter(Boolean) : first.map((field, i) => `${i + 1}: ${field}`)),
    );
  const twice = others.find((column, i) => others.findIndex(other => titles[other] === titles[column]) !== i);
  if (twice !== undefined) throw new UserError(csv.twoColumns(name, titles[twice]));
  return found;
}

/** The one column of labels among `others`. Throws UserError if none has such a title. */
export function findLabelColumn(
  titles: readonly string[],
  others: readonly number[],
  reading: DataReading,
  name: string,
): number {
  if (reading.labelColumn !== undefined) return columnOf(reading.labelColumn, titles, '--label-column', name);
  const label = labelColumn(titles, others, true, true);
  if (label === undefined)
    throw new UserError(sentences.data.csv.columns(name, others.map(column => titles[column]).filter(Boolean)));
  return label;
}

/** The column that says what images are for, as it is chosen, or as its title or its cells tell. */
export function findSplitColumn(
  titles: readonly string[],
  free: readonly number[],
  cells: readonly (readonly string[])[],
  reading: DataReading,
  name: string,
): number | undefined {
  return reading.splitColumn === undefined ? splitColumn(titles, free, cells) : splitChosenBy(reading, titles, name);
}

function splitChosenBy(
  { splitColumn: title }: DataReading,
  titles: readonly string[],
  name: string,
): number | undefined {
  if (title === undefined || (title === 'none' && !titles.includes(title))) return undefined;
  return columnOf(title, titles, '--split-column', name);
}

/** The column of labels, by its title. `byWord`: one word of the title is enough. */
function labelColumn(
  titles: readonly string[],
  others: readonly number[],
  hasHeader: boolean,
  byWord: boolean,
): number | undefined {
  if (others.length === 1) return others[0];
  if (!hasHeader) return undefined;
  for (const pattern of LABEL_COLUMNS) {
    const label = others.find(column => pattern.test(plainTitle(titles[column])));
    if (label !== undefined) return label;
  }
  const worded = others.filter(column => wordsOf(titles[column]).some(word => LABEL_WORD.test(word)));
  return byWord && worded.length === 1 ? worded[0] : undefined;
}

/** Whether the first row has titles. A row of titles names no image. */
function isHeader(first: readonly string[], below: readonly (readonly string[])[], images: ImageNames): boolean {
  if (first.some(field => hasImageExtension(field.trim()))) return false;
  const called = first.map(plainTitle);
  if (called.some(title => FILE_COLUMN.test(title) || isLabelTitle(title))) return true;
  return !first.slice(0, LOOKED_AT).some((field, column) => {
    const { rule, found } = images.ruleFor(below.map(fields => fields[column] ?? ''));
    return found > 0 && images.find(field, rule).length > 0;
  });
}

/** A column by its title or number. */
function columnOf(wanted: string, titles: readonly string[], option: string, name: string): number {
  const exact = titles.indexOf(wanted.trim());
  const alike = titles.findIndex(title => plainTitle(title) === plainTitle(wanted));
  const number = Number(wanted) - 1;
  const found = [exact, alike, number].find(
    column => column >= 0 && column < titles.length && Number.isInteger(column),
  );
  if (found === undefined)
    throw new UserError(sentences.data.csv.noColumn(name, wanted, titles.filter(Boolean), option));
  return found;
}

/** The chosen columns of labels: one; or several with commas between them, unless the text with its commas is a
 *  title. */
function labelColumnsOf(wanted: string | undefined, titles: readonly string[], name: string): number[] | undefined {
  if (wanted === undefined) return undefined;
  const parts = titles.includes(wanted.trim()) ? [wanted] : wanted.split(',');
  return parts.map(part => columnOf(part, titles, '--label-column', name));
}

/** The column whose cells name images. If there are several, the one with the best title. If no cell names an image,
 *  the one with the best title, else the first. */
function fileColumn(
  called: readonly string[],
  free: readonly number[],
  cells: readonly (readonly string[])[],
  images: ImageNames,
): number {
  const rank = (column: number) => {
    if (FILE_COLUMN.test(called[column])) return 0;
    if (PERHAPS_FILE_COLUMN.test(called[column])) return 1;
    return isLabelTitle(called[column]) ? 3 : 2;
  };
  const near = free.filter(column => column < LOOKED_AT);
  const found = new Map(near.map(column => [column, images.ruleFor(cells.map(fields => fields[column] ?? '')).found]));
  const most = Math.max(0, ...found.values());
  const candidates = most === 0 ? free : near.filter(column => found.get(column)! >= most / 2);
  const named =
    cells.length > 0 && most === 0 ? near.find(column => hasImageExtension(cells[0][column] ?? '')) : undefined;
  const ranked = candidates.toSorted((a, b) => rank(a) - rank(b) || (found.get(b) ?? 0) - (found.get(a) ?? 0) || a - b);
  if (named !== undefined && rank(ranked[0]) > 0) return named;
  // Without any title it may be the last of two columns.
  return free.length > 1 || most > 0 ? ranked[0] : 0;
}

/** The column of splits: one with such a title, or whose cells are names of splits. */
function splitColumn(
  titles: readonly string[],
  free: readonly number[],
  cells: readonly (readonly string[])[],
): number | undefined {
  if (free.length < 2) return undefined;
  const isTitled = (title: string) =>
    SPLIT_COLUMN.test(plainTitle(title)) || wordsOf(title).some(word => SPLIT_WORD.test(word));
  const titled = free.filter(column => isTitled(titles[column]));
  const namesSplits = (column: number) => cells.every(fields => splitNamed(fields[column] ?? '') !== undefined);
  return titled.find(namesSplits) ?? titled[0] ?? free.find(namesSplits);
}

/** The kind of the label columns. One column has words; several have 0 and 1, or probabilities that add up to 1. */
function kindOf(labels: readonly number[], cells: readonly (readonly string[])[]): Columns['kind'] {
  if (labels.length < 2) return 'words';
  // Rows that don't fit are reported one by one.
  const inMost = (holds: (fields: readonly string[]) => boolean) => 2 * cells.filter(holds).length > cells.length;
  if (inMost(fields => labels.every(column => flagOf(fields[column]) !== undefined))) return 'flags';
  return inMost(fields => mostProbable(fields, labels) !== undefined) ? 'probabilities' : 'words';
}

/** The column with the largest probability of a row. undefined if the fields aren't probabilities. */
export function mostProbable(fields: readonly string[], labels: readonly number[]): number | undefined {
  const shares = labels.map(column => (fields[column]?.trim() ? Number(fields[column]) : Number.NaN));
  const sum = shares.reduce((total, share) => total + share, 0);
  const most = Math.max(...shares);
  return Math.abs(sum - 1) < 0.02 && Math.min(...shares) >= 0 ? labels[shares.indexOf(most)] : undefined;
}
