/** Data sets that are a CSV file: a folder of images and their labels in it, or both in it. */
import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DataNotes, DataProblem, DataReading, DataSource, Split } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { messages } from '../../../shared/messages.ts';
import { readFileWithin } from '../open.ts';
import { type Columns, calledAs, findColumns, flagOf, mostProbable } from './columns.ts';
import type { CsvRow } from './csv.ts';
import { collectFiles, type LabelledFile } from './files.ts';
import { createImageNames, type NameRule, toKey } from './image-names.ts';
import { separate, separatorOf } from './label-separator.ts';
import type { ImageFile, Listing } from './list-images.ts';
import { collectPixels, pixelColumns } from './pixel-table.ts';
import { checkCancelled, type Collection, inClassOrder, type ReadOptions, type Wanted } from './reading.ts';
import { readSplits } from './split-column.ts';
import { readRows } from './table-rows.ts';

const MOST_BYTES = 256 * 2 ** 20;
/** Rows read between two looks at whether that is still wanted. */
const ROWS_TOGETHER = 10_000;
/** Of images with rows of different labels, so many mean that an image has several labels; fewer are mistakes. */
const FEWEST_WITH_ROWS = 2;
const SHARE_WITH_ROWS = 0.05;

/** A row's image with its labels in words; `problem` says why it can't be used. */
type Entry = { name: string; line: number; split: string; labels: string[]; problem?: string };
/** An image with its labels in words, and the split that its row names. */
type Labelled = { file: ImageFile; name: string; line: number; split: string; labels: string[] };
type RowProblem = DataProblem & { line: number };

/** A CSV file with a row for each image: a column with the file's name, and its labels in words in a column or more, in a column of 0 and 1 for each class, or in a row for each label.
 *  A column may say what an image is for. Which column is which, how names lead to files, and what separates labels is guessed where it isn't chosen, and told. Or the images are in the table as numbers.
 *  Images without a row are passed over; rows without an image are listed. Throws UserError where it isn't clear what is meant, with the choice to make. */
export async function collectTable(
  { images: folder, labels: path }: Extract<DataSource, { kind: 'csv' }>,
  listing: Listing,
  wanted: Wanted,
  options: ReadOptions,
): Promise<Collection> {
  const name = basename(path);
  const rows = readRows(await readFileWithin(path, MOST_BYTES), name);
  const pixels = pixelColumns(rows.first);
  if (pixels) return collectPixels(path, pixels, rows, wanted, options);
  const { notes } = messages.data;
  const reading = wanted.reading ?? {};
  const images = createImageNames(listing.files);
  const columns = findColumns(rows.first, images, reading, name);
  const told: Told = { understood: [], warnings: [] };
  if (rows.encoding) told.understood.push(notes.encoding(name, rows.encoding));
  if (!columns.hasHeader) told.understood.push(notes.noHeader(rows.first[0].fields));

  const entries = await readEntries(rows.all(), columns, options.signal);
  const separator = separateLabels(entries, columns, reading, told);
  if (entries.length === 0) throw new UserError(messages.data.csv.empty(name));
  const usable = entries.filter(({ problem }) => !problem);
  if (usable.length === 0) throw new UserError(messages.data.csv.noRow(name, entries[0].name, entries[0].problem!));
  if (usable.every(({ labels }) => labels.length === 0)) throw new UserError(messages.data.csv.noLabels(name));

  const { rule } = images.ruleFor(usable.map(entry => entry.name));
  told.understood.push(...ruleNotes(rule));
  const known = new Map(listing.problems.map(({ name: file, reason }) => [toKey(file), reason]));
  const find = (file: string) => images.find(file, rule);
  const joined = joinRows(entries, find, known, separator, told);
  const { problems, byRows } = joined;
  const severalLabels =
    byRows || usable.some(({ labels }) => labels.length > 1) || (columns.kind === 'flags' && usable.some(isBare));
  const labelled = severalLabels ? joined.labelled : joined.labelled.filter(each => !isBare(each));
  if (!severalLabels) {
    const bare = joined.labelled.filter(isBare);
    const reason = messages.data.reasons.noLabel;
    problems.push(...bare.map(({ name: row, line }) => ({ name: row, reason, line })));
  }
  if (labelled.length === 0) throw new UserError(noneUsable(problems, name, folder));
  const classes =
    columns.kind === 'words'
      ? inClassOrder(labelled.flatMap(({ labels }) => labels))
      : columns.labels.map(column => columns.titles[column]);
  if (classes.length === 1 && !severalLabels) throw new UserError(messages.data.csv.oneClass(name, classes[0]));
  const { files, split } = toFiles(labelled, classes, columns, problems, told);
  const title = (column: number) => columns.titles[column];
  told.understood.unshift(
    notes.columns(
      title(columns.file),
      notes.columnsOf(columns.labels.map(title)),
      split ? title(columns.split!) : undefined,
    ),
  );
  return collectFiles(
    {
      name,
      path: folder,
      files,
      classes,
      severalLabels,
      notes: told,
      reading: {
        header: columns.hasHeader,
        fileColumn: title(columns.file),
        labelColumn: columns.labels.slice(0, 20).map(title).join(','),
        splitColumn: split ? title(columns.split!) : 'none',
        separator: byRows ? 'rows' : (separator ?? (columns.kind === 'words' ? 'none' : undefined)),
      },
    },
    problems.sort((a, b) => a.line - b.line).map(({ name: row, reason }) => ({ name: row, reason })),
    wanted,
    options,
  );
}

type Told = { [K in keyof DataNotes]: string[] };
const isBare = ({ labels }: { labels: readonly string[] }) => labels.length === 0;

async function readEntries(rows: Iterable<CsvRow>, columns: Columns, signal: AbortSignal): Promise<Entry[]> {
  const entries: Entry[] = [];
  let isTitles = columns.hasHeader;
  for (const row of rows) {
    if (!isTitles) entries.push(entryOf(row, columns));
    isTitles = false;
    if (entries.length % ROWS_TOGETHER > 0) continue;
    await nextTurn();
    checkCancelled(signal);
  }
  return entries;
}

function entryOf({ fields, line }: CsvRow, { titles, file, split, labels, kind }: Columns): Entry {
  const { reasons, lineName } = messages.data;
  const name = fields[file]?.trim() ?? '';
  const entry: Entry = { name, line, split: split === undefined ? '' : (fields[split] ?? ''), labels: [] };
  if (fields.length !== titles.length) entry.problem = reasons.fields(line);
  else if (name === '') Object.assign(entry, { name: lineName(line), problem: reasons.noName });
  if (kind === 'words')
    entry.labels = labels.map(column => labelOf(fields[column] ?? '')).filter(label => label !== '');
  else if (kind === 'probabilities') {
    const most = mostProbable(fields, labels);
    if (most === undefined) entry.problem ??= reasons.probabilities;
    else entry.labels = [titles[most]];
  } else {
    const wrong = labels.find(column => flagOf(fields[column]) === undefined);
    if (wrong !== undefined) entry.problem ??= reasons.flag(fields[wrong] ?? '');
    entry.labels = labels.filter(column => flagOf(fields[column])).map(column => titles[column]);
  }
  return entry;
}

/** A label as it is called: on one line, without signs that can't be seen. What programs write for no value is none. */
function labelOf(text: string): string {
  const label = text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\p{Cc}/gu, '')
    .trim();
  return /^(nan|<na>|#n\/a|null)$/i.test(label) ? '' : label;
}

/** Makes labels of the texts in a column of words, and tells how. */
function separateLabels(entries: readonly Entry[], columns: Columns, reading: DataReading, told: Told) {
  const { notes } = messages.data;
  const { separator: chosen } = reading;
  if (columns.kind === 'probabilities') told.understood.push(notes.probabilities);
  if (columns.kind !== 'words' || columns.labels.length > 1) return chosen;
  const texts = entries.flatMap(({ labels }) => labels);
  const guess = separatorOf(texts, calledAs(columns.titles[columns.labels[0]]));
  const sign = chosen === undefined ? guess.separator : chosen === 'none' || chosen === 'rows' ? undefined : chosen;
  for (const entry of entries) entry.labels = entry.labels.flatMap(text => separate(text, sign));
  if (chosen === undefined && guess.separator) {
    const { separator, example = '' } = guess;
    told.understood.push(notes.separated(separator, example, separate(example, separator).length));
  } else if (chosen === undefined && guess.whole) told.understood.push(notes.whole(guess.whole, guess.example ?? ''));
  return chosen ?? sign;
}

function ruleNotes({ drop, add, anyExtension }: NameRule): string[] {
  const { notes } = messages.data;
  return [
    ...(drop === '' ? [] : [notes.without(drop)]),
    ...(add === '' ? [] : [notes.below(add)]),
    ...(anyExtension ? [notes.otherExtension] : []),
  ];
}

/** The image of each row. Rows of one image with different labels give it all of them, where there are many such or that is chosen; else the first counts. */
function joinRows(
  entries: readonly Entry[],
  find: (name: string) => readonly ImageFile[],
  known: ReadonlyMap<string, string>,
  separator: DataReading['separator'],
  told: Told,
) {
  const { notes, reasons } = messages.data;
  const problems: RowProblem[] = [];
  const found: { entry: Entry; file: ImageFile }[] = [];
  for (const entry of entries) {
    const files = find(entry.name);
    const reason =
      entry.problem ??
      (files.length > 1 ? reasons.ambiguous(files.map(each => each.name)) : undefined) ??
      (files.length === 1 ? undefined : (known.get(toKey(entry.name)) ?? reasons.missing));
    if (reason) problems.push({ name: entry.name, reason, line: entry.line });
    else found.push({ entry, file: files[0] });
  }
  const first = new Map<ImageFile, Labelled>();
  const more: { entry: Entry; file: ImageFile }[] = [];
  let repeated = 0;
  for (const { entry, file } of found) {
    const labelled = first.get(file);
    if (!labelled)
      first.set(file, { file, name: entry.name, line: entry.line, split: entry.split, labels: entry.labels });
    else if (entry.labels.join('\0') === labelled.labels.join('\0')) repeated++;
    else more.push({ entry, file });
  }
  const conflicts = new Set(more.map(({ file }) => file)).size;
  const many = conflicts >= FEWEST_WITH_ROWS && conflicts >= SHARE_WITH_ROWS * first.size;
  const byRows = separator === 'rows' || (separator === undefined && many);
  for (const { entry, file } of more) {
    const labelled = first.get(file)!;
    if (byRows) labelled.labels = [...new Set([...labelled.labels, ...entry.labels])];
    else problems.push({ name: entry.name, reason: reasons.twice, line: entry.line });
  }
  if (repeated > 0) told.warnings.push(notes.repeated(repeated));
  if (byRows) told.understood.push(notes.rows(conflicts));
  return { labelled: [...first.values()], problems, byRows };
}

/** The files with the numbers of their labels, and of the split their rows name: where the column says so in a way that is clear. */
function toFiles(
  labelled: readonly Labelled[],
  classes: readonly string[],
  columns: Columns,
  problems: RowProblem[],
  told: Told,
): { files: LabelledFile[]; split: boolean } {
  const { reasons } = messages.data;
  const numbers = new Map(classes.map((name, number) => [name, number]));
  const values = new Set(labelled.map(each => each.split));
  const splits = columns.split === undefined ? undefined : readSplits(columns.titles[columns.split], values);
  if (splits && 'warning' in splits) told.warnings.push(splits.warning);
  const clear = splits && 'splitOf' in splits ? splits : undefined;
  if (clear?.note !== undefined) told.understood.push(clear.note);
  const files: LabelledFile[] = [];
  for (const { file, name, line, split: value, labels } of labelled) {
    const split: Split | undefined = clear ? clear.splitOf(value) : 'training';
    if (split) files.push({ file, split, labels: labels.map(label => numbers.get(label)!) });
    else problems.push({ name, reason: reasons.unknownSplit(value), line });
  }
  return { files, split: clear !== undefined };
}

function noneUsable(problems: readonly DataProblem[], name: string, folder: string): string {
  const { missing } = messages.data.reasons;
  const { name: file, reason } = problems.find(problem => problem.reason !== missing) ?? problems[0];
  return reason === missing
    ? messages.data.csv.noneFound(name, folder, file)
    : messages.data.noneReadable(folder, problems.length, file, reason);
}
