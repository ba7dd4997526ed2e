/** Data sets that are a folder of images and a CSV file with their labels. */
import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DataProblem, DataSource, Split } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { messages } from '../../../shared/messages.ts';
import { readFileWithin } from '../open.ts';
import { type CsvRow, parseCsv } from './csv.ts';
import { collectFiles, type LabelledFile } from './files.ts';
import { hasImageExtension, type ImageFile, type Listing } from './list-images.ts';
import { checkCancelled, type Collection, inClassOrder, type ReadOptions, type Wanted } from './reading.ts';
import { splitNamed } from './split-names.ts';

const MOST_BYTES = 256 * 2 ** 20;
/** Rows read between two looks at whether that is still wanted. */
const ROWS_TOGETHER = 10_000;
/** What columns are called, in lower case without spaces, _ and -. */
const FILE_COLUMNS = 'file filename filepath path image imagename imagefile imageid img picture'.split(' ');
/** These too, where none of the others is there. */
const PERHAPS_FILE_COLUMNS = ['name', 'id'];
/** What columns of row numbers are called; programs also leave them without a name. */
const NUMBER_COLUMNS = ['id', 'index'];
const UNNAMED = /^(unnamed:\d+)?$/;
const SPLIT_COLUMNS = 'split set subset'.split(' ');
const LABELS_COLUMNS = 'labels classes tags categories keywords'.split(' ');
const LABEL_COLUMNS = ['label', 'class', 'classname', 'tag', 'category', 'target', ...LABELS_COLUMNS];
const FLAGS = new Map(Object.entries({ 0: false, 1: true, '0.0': false, '1.0': true, false: false, true: true }));

/** The columns of the table by their numbers: one of labels, or one of 0 and 1 for each class. */
type Columns = { file: number; split: number | undefined; labels: number[]; flags: boolean };
/** A row's image with its labels in words; `problem` says why it can't be used. */
type Entry = { name: string; split: Split; labels: string[]; problem?: string };

/** A folder of images and a CSV file with a header row and a row for each image: a column with the file's name below the folder, with or without its extension, and its labels. Those are one label in a column; or several in a column, separated
 *  by commas, semicolons, bars or spaces; or a column of 0 and 1 for each class. A column "split" may say what an image is for. Images without a row are passed over; rows without an image are listed. */
export async function collectTable(
  { images: folder, labels: file }: Extract<DataSource, { kind: 'csv' }>,
  { files, problems: known }: Listing,
  wanted: Wanted,
  options: ReadOptions,
): Promise<Collection> {
  const table = await readTable(await readFileWithin(file, MOST_BYTES), basename(file), options.signal);
  const found = byNames(files);
  const reasons = new Map(known.map(({ name, reason }) => [name, reason]));
  const numbers = new Map(table.classes.map((name, number) => [name, number]));
  const labelled: LabelledFile[] = [];
  const problems: DataProblem[] = [];
  const used = new Set<ImageFile>();
  const { missing, twice, ambiguous } = messages.data.reasons;
  for (const { name, split, labels, problem } of table.entries) {
    const images = found.get(toKey(name)) ?? [];
    const [image] = images;
    const reason =
      problem ??
      (images.length > 1 ? ambiguous(images.map(each => each.name)) : undefined) ??
      (image ? used.has(image) && twice : (reasons.get(toKey(name)) ?? missing));
    if (reason) problems.push({ name, reason });
    if (reason || !image) continue;
    used.add(image);
    labelled.push({ file: image, split, labels: labels.map(label => numbers.get(label)!) });
  }
  if (labelled.length === 0) {
    const { name, reason } = problems.find(problem => problem.reason !== missing) ?? problems[0];
    throw new UserError(
      reason === missing
        ? messages.data.csv.noneFound(basename(file), folder, name)
        : messages.data.noneReadable(folder, problems.length, name, reason),
    );
  }
  const { classes, severalLabels } = table;
  const description = { name: basename(file), path: folder, files: labelled, classes, severalLabels };
  return collectFiles(description, problems, wanted, options);
}

/** The images of each name, and of each name without its extension that isn't another's whole name. */
function byNames(files: readonly ImageFile[]): ReadonlyMap<string, ImageFile[]> {
  const collect = (keyOf: (name: string) => string) => {
    const found = new Map<string, ImageFile[]>();
    for (const file of files) {
      const key = keyOf(file.name);
      const others = found.get(key);
      if (others) others.push(file);
      else found.set(key, [file]);
    }
    return found;
  };
  return new Map([...collect(name => toKey(name).replace(/\.\w+$/, '')), ...collect(toKey)]);
}

/** A name as it is compared: names typed on a Mac may have accents as letters of their own, names typed on Windows other slashes. */
function toKey(name: string): string {
  return name
    .trim()
    .normalize('NFC')
    .replaceAll('\\', '/')
    .replace(/^(\.?\/)+/, '');
}

/** The table's rows, and what classes they name. Throws UserError where it has no rows or it isn't clear which column is which. */
async function readTable(bytes: Uint8Array, name: string, signal: AbortSignal) {
  const { csv } = messages.data;
  const rows = parseCsv(decodeText(bytes, name), name);
  const header = rows.next().value?.fields;
  const first = rows.next().value;
  if (!header || !first) throw new UserError(csv.empty(name));
  const columns = findColumns(header, first.fields, name);
  if (hasImageExtension(header[columns.file])) throw new UserError(csv.noHeader(name));
  const entries: Entry[] = [];
  for (let row: CsvRow | undefined = first; row; row = rows.next().value) {
    entries.push(columns.flags ? flagEntry(header, row, columns) : wordEntry(header, row, columns));
    if (entries.length % ROWS_TOGETHER > 0) continue;
    await nextTurn();
    checkCancelled(signal);
  }
  if (!columns.flags) separateLabels(entries, header[columns.labels[0]]);
  const usable = entries.filter(({ problem }) => !problem);
  if (usable.length === 0) throw new UserError(csv.noRow(name, entries[0].name, entries[0].problem!));
  const severalLabels = usable.some(({ labels }) => labels.length > 1) || (columns.flags && usable.some(isBare));
  if (!severalLabels) for (const entry of entries) if (isBare(entry)) entry.problem ??= messages.data.reasons.noLabel;
  const classes = columns.flags
    ? columns.labels.map(column => header[column].trim())
    : inClassOrder(usable.flatMap(({ labels }) => labels));
  if (classes.length === 0) throw new UserError(csv.noLabels(name));
  if (classes.length === 1 && !severalLabels) throw new UserError(csv.oneClass(name, classes[0]));
  return { entries, classes, severalLabels };
}

const isBare = ({ labels }: Entry) => labels.length === 0;

function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).normalize('NFC');
  } catch {
    throw new UserError(messages.data.csv.encoding(name));
  }
}

function findColumns(header: readonly string[], first: readonly string[], name: string): Columns {
  const { csv } = messages.data;
  if (header.length < 2) throw new UserError(csv.oneColumn(name));
  const called = header.map(title => title.toLowerCase().replaceAll(/[\s_-]/g, ''));
  const titled = [...header.keys()].filter(column => !UNNAMED.test(called[column]));
  const file = fileColumn(called, titled);
  const splitColumn = called.findIndex(title => SPLIT_COLUMNS.includes(title));
  const split = splitColumn === -1 || header.length === 2 ? undefined : splitColumn;
  const rest = titled.filter(column => column !== file && column !== split);
  const unnumbered = rest.filter(column => !NUMBER_COLUMNS.includes(called[column]));
  const others = unnumbered.length > 0 ? unnumbered : rest;
  const columns = (labels: number[], flags = false) => ({ file, split, labels, flags });
  if (others.length === 1) return columns(others);
  const label = others.find(column => LABEL_COLUMNS.includes(called[column]));
  if (label !== undefined) return columns([label]);
  const titles = others.map(column => header[column].trim());
  if (others.length === 0 || others.some(column => flagOf(first[column]) === undefined))
    throw new UserError(csv.columns(name, titles.join(', ')));
  const places = new Map(titles.map((title, i) => [title, i]));
  const twice = titles.find((title, i) => places.get(title) !== i);
  if (twice !== undefined) throw new UserError(csv.twoColumns(name, twice));
  return columns(others, true);
}

/** The column of the images' names: one that is called so, else the first that has a title, else (of two columns) the first. */
function fileColumn(called: readonly string[], titled: readonly number[]): number {
  const clear = FILE_COLUMNS.map(title => called.indexOf(title)).find(column => column !== -1);
  const perhaps = called.findIndex(title => PERHAPS_FILE_COLUMNS.includes(title));
  if (clear !== undefined || perhaps !== -1) return clear ?? perhaps;
  return titled.length > 1 ? titled[0] : 0;
}

function flagOf(value: string | undefined): boolean | undefined {
  return FLAGS.get(value?.trim().toLowerCase() ?? '');
}

/** A row with a column of 0 and 1 for each class. */
function flagEntry(header: readonly string[], row: CsvRow, columns: Columns): Entry {
  const entry = plainEntry(header, row, columns);
  const wrong = columns.labels.find(column => flagOf(row.fields[column]) === undefined);
  if (wrong !== undefined) entry.problem ??= messages.data.reasons.flag(row.fields[wrong]);
  entry.labels = columns.labels.filter(column => flagOf(row.fields[column])).map(column => header[column].trim());
  return entry;
}

/** A row with one column of labels, which are still one text. */
function wordEntry(header: readonly string[], row: CsvRow, columns: Columns): Entry {
  return { ...plainEntry(header, row, columns), labels: [row.fields[columns.labels[0]]?.trim() ?? ''] };
}

/** Makes labels of the texts in the column of this title. */
function separateLabels(entries: readonly Entry[], title: string): void {
  const separator = separatorOf(
    entries.map(({ labels: [text] }) => text),
    title,
  );
  for (const entry of entries) {
    const [text] = entry.labels;
    const labels = separator ? text.split(separator).map(label => label.trim()) : [text];
    entry.labels = [...new Set(labels)].filter(label => label !== '');
  }
}

function plainEntry(header: readonly string[], { fields, line }: CsvRow, { file, split }: Columns): Entry {
  const { reasons } = messages.data;
  const place = split === undefined ? 'training' : splitNamed(fields[split] ?? '');
  const entry: Entry = { name: fields[file] ?? '', split: place ?? 'training', labels: [] };
  if (fields.length !== header.length) entry.problem = reasons.fields(line);
  else if (!place) entry.problem = reasons.unknownSplit(fields[split!]);
  return entry;
}

/** What separates the labels in a column, undefined where each value is one label. A space may also be part of a name, as in "hot dog": it separates where the column is called "labels", "tags" and the like, or where the same words come in
 *  more combinations than there are words. */
function separatorOf(values: readonly string[], title: string): RegExp | undefined {
  if (values.some(value => /[,;|]/.test(value))) return /[,;|]/;
  const words = new Set(values.flatMap(value => value.split(/\s+/)));
  const combinations = new Set(values);
  const isPlural = LABELS_COLUMNS.includes(title.trim().toLowerCase());
  return isPlural || words.size < combinations.size ? /\s+/ : undefined;
}
