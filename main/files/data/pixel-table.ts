/** Tables that contain images: each row has a label and the pixels as numbers. */
import { basename } from 'node:path';
import type { DataProblem, Split } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { en } from '../../../shared/messages/en.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { MOST_TABLE_BYTES } from '../../../shared/file-limits.ts';
import { readFileWithin, readingFile } from '../open.ts';
import { findLabelColumn, findSplitColumn, plainTitle } from './columns.ts';
import type { CsvRow } from './csv.ts';
import { resizeImages } from './images.ts';
import {
  checkClassCount,
  type Collection,
  forEachInTurns,
  inClassOrder,
  onlyOccurring,
  type ReadOptions,
  roomFor,
  type Shape,
  stage,
  toLabels,
  type Wanted,
} from './reading.ts';
import { readSplits } from './split-column.ts';
import { readRows, type TableRows } from './table-rows.ts';

/** How many bytes are read to recognise such a table. A row of 100×100×3 pixels has 120,000. */
const HEAD = 2 ** 20;
const FEWEST_PIXELS = 16;
/** How many pixels are converted in one turn. This takes some milliseconds. */
const PIXELS_TOGETHER = 20_000;

/** `columns`: the columns of pixels in their order, or a single one that has all of them in a cell. */
type PixelColumns = { titles: readonly string[]; hasHeader: boolean; columns: readonly number[]; shape: Shape };

/** Whether a CSV file has pixels instead of names of images. Throws UserError if it can't be read. */
export async function holdsPixels(path: string): Promise<boolean> {
  const head = await readingFile(path, async file => {
    const bytes = Buffer.alloc(HEAD);
    const { bytesRead } = await file.read(bytes, 0, HEAD, 0);
    // The last row may be cut off, so it is left out.
    const end = bytesRead < HEAD ? bytesRead : bytes.lastIndexOf('\n') + 1;
    return bytes.subarray(0, end);
  });
  try {
    return pixelColumns((await readRows(head, basename(path))).first) !== undefined;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** The columns of pixels: with numbered titles ("pixel0", "1x1"); without titles, if all columns have numbers up to
 *  255; or one column "pixels" with numbers between blanks. undefined if there are none. */
export function pixelColumns(rows: readonly CsvRow[]): PixelColumns | undefined {
  const [first, second] = rows.map(({ fields }) => fields);
  if (!first) return undefined;
  if (first.length > FEWEST_PIXELS && first.every(isByte)) {
    const shape = shapeOf(first.length - 1);
    const columns = Array.from({ length: first.length - 1 }, (_, i) => i + 1);
    return shape && { titles: first.map((_, i) => String(i + 1)), hasHeader: false, columns, shape };
  }
  if (!second) return undefined;
  const titles = first.map(title => title.trim());
  const numbered = titles.flatMap((title, i) => (/^\D*\d+(x\d+)?$/.test(title) ? [i] : []));
  const stems = new Map<string, number[]>();
  for (const column of numbered) {
    const stem = titles[column].replace(/\d+(x\d+)?$/, '');
    const others = stems.get(stem);
    if (others) others.push(column);
    else stems.set(stem, [column]);
  }
  const columns = [...stems.values()].sort((a, b) => b.length - a.length)[0] ?? [];
  const single = titles.findIndex(title => plainTitle(title) === 'pixels');
  const inOne = single !== -1 && second[single]?.trim().split(/\s+/);
  const shape = inOne ? shapeOf(inOne.length) : shapeOf(columns.length);
  const data = rows.slice(1);
  const ofBytes = data.filter(({ fields }) => columns.every(column => isByte(fields[column] ?? '')));
  // Columns of only 0 and 1 are classes.
  const hasGreys = ofBytes.some(({ fields }) => columns.some(column => Number(fields[column]) > 1));
  if (!shape || !(inOne || (hasGreys && 2 * ofBytes.length > data.length))) return undefined;
  return { titles, hasHeader: true, columns: inOne ? [single] : columns, shape };
}

/** The shape of square images with so many numbers: grey, else with three or four channels. */
export function shapeOf(count: number): Shape | undefined {
  const channels = [1, 3, 4].find(each => Number.isInteger(Math.sqrt(count / each)));
  const side = Math.sqrt(count / (channels ?? 1));
  return channels && count >= FEWEST_PIXELS ? [side, side, channels] : undefined;
}

function isByte(text: string): boolean {
  const number = text.trim() === '' ? -1 : Number(text);
  return Number.isInteger(number) && number >= 0 && number <= 255;
}

/** The pixels of all rows [count, height, width, channels]. `take` gets each row whose pixels are good, with
 *  its number from 1, and may give a reason to leave it out. Rows that are left out are added to the problems. */
async function readPixels(
  { titles, hasHeader, columns, shape }: PixelColumns,
  rows: TableRows,
  problems: DataProblem[],
  signal: AbortSignal,
  take: (row: CsvRow, number: number) => Sentence | undefined,
): Promise<Uint8Array> {
  const { reasons } = sentences.data;
  const size = shape[0] * shape[1] * shape[2];
  let bytes = roomFor(64, shape);
  let count = 0;
  let number = 0;
  let isTitles = hasHeader;
  const read = (row: CsvRow) => {
    const { fields, line } = row;
    number++;
    const pixels =
      columns.length === 1 ? fields[columns[0]]?.trim().split(/\s+/) : columns.map(column => fields[column]);
    const reason =
      fields.length !== titles.length || pixels.length !== size
        ? reasons.fields(line)
        : pixels.every(isByte)
          ? take(row, number)
          : reasons.pixel;
    if (reason !== undefined) {
      problems.push({ name: en.data.lineName(line), reason });
      return;
    }
    if ((count + 1) * size > bytes.length) {
      const larger = roomFor(2 * count, shape);
      larger.set(bytes);
      bytes = larger;
    }
    for (let i = 0, at = count * size; i < size; i++, at++) bytes[at] = Number(pixels[i]);
    count++;
  };
  await forEachInTurns(rows.all(), { signal, together: Math.ceil(PIXELS_TOGETHER / size) }, row => {
    if (!isTitles) read(row);
    isTitles = false;
  });
  return bytes.subarray(0, count * size);
}

/** The images of a table without regard to their labels, for predictions. They are named by its column of ids, else by
 *  their rows, from 1 (`byRow`). Throws UserError if there is none. */
export async function readPixelImages(
  path: string,
  wanted: Wanted,
  { progress, signal }: ReadOptions,
): Promise<{ names: string[]; bytes: Uint8Array; problems: DataProblem[]; byRow: boolean }> {
  const { csv } = sentences.data;
  const file = basename(path);
  const rows = await readRows(await readFileWithin(path, MOST_TABLE_BYTES), file);
  const table = pixelColumns(rows.first);
  if (!table) throw new UserError(csv.noPixels(file));
  const ids = table.titles.findIndex(title => /^(id|imageid|image|file|filename|name)$/.test(plainTitle(title)));
  const problems: DataProblem[] = [];
  const names: string[] = [];
  const bytes = await readPixels(table, rows, problems, signal, ({ fields }, number) => {
    names.push(ids === -1 ? String(number) : fields[ids].trim());
    return undefined;
  });
  if (names.length === 0)
    throw new UserError(problems[0] ? csv.noRow(file, problems[0].name, problems[0].reason) : csv.empty(file));
  const resized = await resizeImages(bytes, table.shape, wanted.shape, wanted.fit, {
    progress: stage(progress, 0.5, 1),
    signal,
  });
  return { names, bytes: resized, problems, byRow: ids === -1 };
}

/** The images of the table in the wanted shape. Throws UserError if it isn't clear which column has the labels. */
export async function collectPixels(
  path: string,
  table: PixelColumns,
  rows: TableRows,
  wanted: Wanted,
  { progress, signal }: ReadOptions,
): Promise<Collection> {
  const { notes, reasons, csv } = sentences.data;
  const { titles, hasHeader, columns, shape } = table;
  const size = shape[0] * shape[1] * shape[2];
  const name = basename(path);
  const others = [...titles.keys()].filter(column => !columns.includes(column));
  const cells = rows.first.slice(Number(hasHeader)).map(({ fields }) => fields);
  const reading = wanted.reading ?? {};
  const split = findSplitColumn(titles, others, cells, reading, name);
  const label = findLabelColumn(
    titles,
    others.filter(column => column !== split),
    reading,
    name,
  );
  const problems: DataProblem[] = [];
  const found: { label: string; split: string; line: number }[] = [];
  const bytes = await readPixels(table, rows, problems, signal, ({ fields, line }) => {
    if (fields[label].trim() === '') return reasons.noLabel;
    found.push({ label: fields[label].trim(), split: split === undefined ? '' : fields[split], line });
    return undefined;
  });
  const splits = split === undefined ? undefined : readSplits(titles[split], new Set(found.map(each => each.split)));
  const clear = splits && 'splitOf' in splits ? splits : undefined;
  const used: { label: string; split: Split; line: number }[] = [];
  for (const [row, each] of found.entries()) {
    const named = clear ? clear.splitOf(each.split) : 'training';
    if (named) {
      bytes.copyWithin(used.length * size, row * size, (row + 1) * size);
      used.push({ ...each, split: named });
    } else problems.push({ name: en.data.lineName(each.line), reason: reasons.unknownSplit(each.split) });
  }
  if (used.length === 0)
    throw new UserError(problems[0] ? csv.noRow(name, problems[0].name, problems[0].reason) : csv.empty(name));
  const classes = inClassOrder(used.map(each => each.label));
  if (classes.length === 1) throw new UserError(csv.oneClass(name, classes[0]));
  checkClassCount(classes.length);
  const numbers = new Map(classes.map((each, number) => [each, number]));
  const resized = await resizeImages(bytes.subarray(0, used.length * size), shape, wanted.shape, wanted.fit, {
    progress: stage(progress, 0.5, 1),
    signal,
  });
  const lines = Uint32Array.from(used, each => each.line);
  const [from, to] = [titles[columns[0]], titles[columns.at(-1)!]];
  return onlyOccurring({
    name,
    shape: wanted.shape,
    classes,
    severalLabels: false,
    count: used.length,
    bytes: resized,
    labels: toLabels(
      used.map(each => numbers.get(each.label)!),
      classes.length,
    ),
    nameOf: index => en.data.lineName(lines[index]),
    own: used.map(each => each.split),
    problems,
    notes: {
      understood: [
        notes.pixels(size, from, to, shape.join('×')),
        notes.labelsIn(titles[label], clear ? titles[split!] : undefined),
        ...(clear?.note === undefined ? [] : [clear.note]),
      ],
      warnings: splits && 'warning' in splits ? [splits.warning] : [],
    },
    reading: {
      header: hasHeader,
      labelColumn: titles[label],
      splitColumn: clear ? titles[split!] : 'none',
    },
  });
}
