/** Data sets of a CSV file: a folder of images with labels in the file, or images in the file itself. */
import { basename } from 'node:path';
import type { DataNotes, DataProblem, DataReading, DataSource, Split } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { MOST_TABLE_BYTES } from '../../../shared/file-limits.ts';
import { en } from '../../../shared/messages/en.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { readFileWithin } from '../open.ts';
import { type Columns, calledAs, findColumns, flagOf, mostProbable } from './columns.ts';
import type { CsvRow } from './csv.ts';
import { collectFiles, type LabelledFile } from './files.ts';
import { createImageNames, type NameRule, toKey } from './image-names.ts';
import { separate, separatorOf } from './label-separator.ts';
import type { ImageFile, Listing } from './list-images.ts';
import { collectPixels, pixelColumns } from './pixel-table.ts';
import { type Collection, forEachInTurns, inClassOrder, type ReadOptions, type Wanted } from './reading.ts';
import { readSplits } from './split-column.ts';
import { readRows } from './table-rows.ts';

/** How many fields are handled in one turn. This takes some milliseconds. */
const FIELDS_TOGETHER = 4000;
/** If at least so many images have rows with different labels, images have several labels. Fewer are mistakes. */
const FEWEST_WITH_ROWS = 2;
const SHARE_WITH_ROWS = 0.05;

/** The image of a row and its labels in words. `problem`: why it can't be used. */
type Entry = { name: string; line: number; split: string; labels: string[]; problem?: Sentence };
/** An image with its labels in words, and the split that its row names. */
type Labelled = { file: ImageFile; name: string; line: number; split: string; labels: string[] };
type RowProblem = DataProblem & { line: number };
/** Does something with every row, and lets other work have a turn in between. */
type InTurns = <T>(rows: Iterable<T>, act: (row: T) => void) => Promise<void>;

/** Reads a CSV file with a row for each image (or for each label of an image). One column has the file's name. Labels
 *  are words in one column or more, or a column of 0 and 1 for each class. A column may name the split. Or the images
 *  are in the table as numbers.
 *  Settings that nobody has chosen are guessed, and the guesses are reported. Images without a row are skipped; rows
 *  without an image are listed as problems. Throws UserError with the option to choose if it isn't clear what is
 *  meant. */
export async function collectTable(
  { images: folder, labels: path }: Extract<DataSource, { kind: 'csv' }>,
  listing: Listing,
  wanted: Wanted,
  options: ReadOptions,
): Promise<Collection> {
  const name = basename(path);
  const rows = await readRows(await readFileWithin(path, MOST_TABLE_BYTES), name);
  const pixels = pixelColumns(rows.first);
  if (pixels) return collectPixels(path, pixels, rows, wanted, options);
  const { notes } = sentences.data;
  const reading = wanted.reading ?? {};
  const images = createImageNames(listing.files);
  const columns = findColumns(rows.first, images, reading, name);
  const told: Told = { understood: [], warnings: [] };
  if (rows.encoding) told.understood.push(notes.encoding(name, rows.encoding));
  if (!columns.hasHeader) told.understood.push(notes.noHeader(rows.first[0].fields));

  const together = Math.ceil(FIELDS_TOGETHER / columns.titles.length);
  const inTurns: InTurns = (all, act) => forEachInTurns(all, { signal: options.signal, together }, act);
  const entries = await readEntries(rows.all(), columns, inTurns);
  const separator = await separateLabels(entries, columns, reading, told, inTurns);
  if (entries.length === 0) throw new UserError(sentences.data.csv.empty(name));
  const usable = await surveyOf(entries, inTurns);
  const [first] = entries;
  if (usable.names.length === 0) throw new UserError(sentences.data.csv.noRow(name, first.name, first.problem!));
  if (usable.bare === usable.names.length) throw new UserError(sentences.data.csv.noLabels(name));

  const { rule } = images.ruleFor(usable.names);
  told.understood.push(...ruleNotes(rule));
  const known = new Map(listing.problems.map(({ name: file, reason }) => [toKey(file), reason]));
  const find = (file: string) => images.find(file, rule);
  const joined = await joinRows(entries, find, known, separator, told, inTurns);
  const { problems, byRows } = joined;
  const severalLabels = byRows || usable.several > 0 || (columns.kind === 'flags' && usable.bare > 0);
  const labelled = severalLabels ? joined.labelled : joined.labelled.filter(each => !isBare(each));
  if (!severalLabels) {
    const bare = joined.labelled.filter(isBare);
    const reason = sentences.data.reasons.noLabel;
    problems.push(...bare.map(({ name: row, line }) => ({ name: row, reason, line })));
  }
  if (labelled.length === 0) throw new UserError(noneUsable(problems, name, folder));
  const classes =
    columns.kind === 'words'
      ? inClassOrder(labelled.flatMap(({ labels }) => labels))
      : columns.labels.map(column => columns.titles[column]);
  if (classes.length === 1 && !severalLabels) throw new UserError(sentences.data.csv.oneClass(name, classes[0]));
  const { files, split } = toFiles(labelled, classes, columns, problems, told);
  const inOrder: DataProblem[] = [];
  const byLine = problems.sort((a, b) => a.line - b.line);
  await inTurns(byLine, ({ name: row, reason }) => inOrder.push({ name: row, reason }));
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
    inOrder,
    wanted,
    options,
  );
}

type Told = { [K in keyof DataNotes]: Sentence[] };
const isBare = ({ labels }: { labels: readonly string[] }) => labels.length === 0;

async function readEntries(rows: Iterable<CsvRow>, columns: Columns, inTurns: InTurns): Promise<Entry[]> {
  const entries: Entry[] = [];
  let isTitles = columns.hasHeader;
  await inTurns(rows, row => {
    if (!isTitles) entries.push(entryOf(row, columns));
    isTitles = false;
  });
  return entries;
}

/** The usable images that rows name, and how many of their rows have no label or several. */
async function surveyOf(entries: readonly Entry[], inTurns: InTurns) {
  const found = { names: [] as string[], bare: 0, several: 0 };
  await inTurns(entries, ({ name, labels, problem }) => {
    if (problem) return;
    found.names.push(name);
    if (labels.length === 0) found.bare++;
    if (labels.length > 1) found.several++;
  });
  return found;
}

function entryOf({ fields, line }: CsvRow, { titles, file, split, labels, kind }: Columns): Entry {
  const { reasons } = sentences.data;
  const { lineName } = en.data;
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

/** A label in its final form: on one line, without invisible characters. Empty if it is what programs write for a
 *  missing value. */
function labelOf(text: string): string {
  const label = text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\p{Cc}/gu, '')
    .trim();
  return /^(nan|<na>|#n\/a|null)$/i.test(label) ? '' : label;
}

/** Cuts the texts of a column of words into labels, and reports how. */
async function separateLabels(
  entries: readonly Entry[],
  columns: Columns,
  reading: DataReading,
  told: Told,
  inTurns: InTurns,
) {
  const { notes } = sentences.data;
  const { separator: chosen } = reading;
  if (columns.kind === 'probabilities') told.understood.push(notes.probabilities);
  if (columns.kind !== 'words' || columns.labels.length > 1) return chosen;
  const texts = new Set<string>();
  await inTurns(entries, ({ labels }) => labels.forEach(label => texts.add(label)));
  const guess = separatorOf(texts, calledAs(columns.titles[columns.labels[0]]));
  const sign = chosen === undefined ? guess.separator : chosen === 'none' || chosen === 'rows' ? undefined : chosen;
  if (sign)
    await inTurns(entries, entry => {
      entry.labels = entry.labels.flatMap(text => separate(text, sign));
    });
  if (chosen === undefined && guess.separator) {
    const { separator, example = '' } = guess;
    told.understood.push(notes.separated(separator, example, separate(example, separator).length));
  } else if (chosen === undefined && guess.whole) told.understood.push(notes.whole(guess.whole, guess.example ?? ''));
  return chosen ?? sign;
}

function ruleNotes({ drop, add, anyExtension }: NameRule): Sentence[] {
  const { notes } = sentences.data;
  return [
    ...(drop === '' ? [] : [notes.without(drop)]),
    ...(add === '' ? [] : [notes.below(add)]),
    ...(anyExtension ? [notes.otherExtension] : []),
  ];
}

/** Joins the rows of each image. Different labels are all kept if many images have such rows, or if that is chosen.
 *  Otherwise the first row counts. */
async function joinRows(
  entries: readonly Entry[],
  find: (name: string) => readonly ImageFile[],
  known: ReadonlyMap<string, Sentence>,
  separator: DataReading['separator'],
  told: Told,
  inTurns: InTurns,
) {
  const { notes, reasons } = sentences.data;
  const problems: RowProblem[] = [];
  const first = new Map<ImageFile, Labelled>();
  const more: { entry: Entry; labelled: Labelled }[] = [];
  let repeated = 0;
  await inTurns(entries, entry => {
    const { name, line, split, labels } = entry;
    const files = find(name);
    const reason =
      entry.problem ??
      (files.length > 1 ? reasons.ambiguous(files.map(each => each.name)) : undefined) ??
      (files.length === 1 ? undefined : (known.get(toKey(name)) ?? reasons.missing));
    const [file] = files;
    const labelled = reason ? undefined : first.get(file);
    if (reason) problems.push({ name, reason, line });
    else if (!labelled) first.set(file, { file, name, line, split, labels });
    else if (labels.join('\0') === labelled.labels.join('\0')) repeated++;
    else more.push({ entry, labelled });
  });
  const together = new Map<Labelled, Set<string>>();
  await inTurns(more, ({ entry, labelled }) => {
    const all = together.get(labelled) ?? new Set(labelled.labels);
    together.set(labelled, all);
    for (const label of entry.labels) all.add(label);
  });
  const conflicts = together.size;
  const many = conflicts >= FEWEST_WITH_ROWS && conflicts >= SHARE_WITH_ROWS * first.size;
  const byRows = separator === 'rows' || (separator === undefined && many);
  if (byRows) for (const [labelled, all] of together) labelled.labels = [...all];
  else await inTurns(more, ({ entry: { name, line } }) => problems.push({ name, reason: reasons.twice, line }));
  if (repeated > 0) told.warnings.push(notes.repeated(repeated));
  if (byRows) told.understood.push(notes.rows(conflicts));
  return { labelled: [...first.values()], problems, byRows };
}

/** The files with the numbers of their labels and splits. Splits are used if the column names them clearly. */
function toFiles(
  labelled: readonly Labelled[],
  classes: readonly string[],
  columns: Columns,
  problems: RowProblem[],
  told: Told,
): { files: LabelledFile[]; split: boolean } {
  const { reasons } = sentences.data;
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

function noneUsable(problems: readonly DataProblem[], name: string, folder: string): Sentence {
  const { missing } = sentences.data.reasons;
  const { name: file, reason } = problems.find(problem => problem.reason !== missing) ?? problems[0];
  return reason === missing
    ? sentences.data.csv.noneFound(name, folder, file)
    : sentences.data.noneReadable(folder, problems.length, file, reason);
}
