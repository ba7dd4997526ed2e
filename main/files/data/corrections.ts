/** Corrections of labels: a list beside the data set, in a file of its own. The data set's files stay as they are. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { csvText } from '../../../shared/csv.ts';
import { type DataSet, type DataSource, pathsOf, splits } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { MOST_TABLE_BYTES } from '../../../shared/file-limits.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { writeFileAtomically } from '../atomic.ts';
import { explainWriteError } from '../file-error.ts';
import { readFileWithin } from '../open.ts';
import { parseCsv } from './csv.ts';
import { decodeText } from './text.ts';

/** For images by their names: the labels they have instead. None: the image is left out. */
export type Corrections = ReadonlyMap<string, readonly string[]>;

const TITLES = ['image', 'labels'];

/** The file of a data set's corrections: photos.corrections.csv beside the folder photos, or beside the file that has
 *  its labels. undefined for data sets that come by name. */
export function correctionsFile(source: DataSource): string | undefined {
  const path = pathsOf(source).at(-1);
  return path === undefined ? undefined : `${path.replace(/[\\/]+$/, '')}.corrections.csv`;
}

/** The corrections in a file, in their order. None if there is no file. Throws UserError if it can't be read. */
export async function readCorrections(path: string): Promise<Corrections> {
  if (!existsSync(path)) return new Map();
  const bytes = await readFileWithin(path, MOST_TABLE_BYTES);
  const { text } = await decodeText(bytes, basename(path));
  const rows = [...parseCsv(text, basename(path))].map(({ fields }) => fields.map(field => field.trim()));
  const isTitles = rows[0]?.[0] === TITLES[0];
  return new Map(rows.slice(Number(isTitles)).map(([name, ...labels]) => [name, labels.filter(Boolean)]));
}

/** Corrections are written one after the other, because each begins with the list that is there. */
let written: Promise<unknown> = Promise.resolve();

/** Corrects the labels of an image, or takes its correction back (undefined). Returns the correction before. Throws
 *  UserError if the file can't be written, or if the data set comes by name. */
export function correct(
  source: DataSource,
  name: string,
  labels: readonly string[] | undefined,
): Promise<readonly string[] | undefined> {
  const made = written.then(() => correctNow(source, name, labels));
  written = made.catch(() => {});
  return made;
}

async function correctNow(
  source: DataSource,
  name: string,
  labels: readonly string[] | undefined,
): Promise<readonly string[] | undefined> {
  const path = correctionsFile(source);
  if (path === undefined) throw new UserError(sentences.data.corrections.ownOnly);
  const corrections = new Map(await readCorrections(path));
  const before = corrections.get(name);
  if (labels === undefined) corrections.delete(name);
  else corrections.set(name, labels);
  if (corrections.size === 0)
    await rm(path, { force: true }).catch((error: unknown) => {
      throw explainWriteError(error, path);
    });
  else {
    const rows = [...corrections].map(([image, own]) => [image, ...(own.length > 0 ? own : [''])]);
    await writeFileAtomically(path, new TextEncoder().encode(csvText([TITLES, ...rows])));
  }
  return before;
}

/** The data set with these corrections. Every image stays in its split; those that are left out are in none. What names
 *  no image or no class is told and not used. `file`: where the corrections are, for sentences. */
export function withCorrections(data: DataSet, corrections: Corrections, file: string): DataSet {
  if (corrections.size === 0) return data;
  const { classes, severalLabels, count, nameOf } = data;
  const places = new Map(classes.map((name, place) => [name, place]));
  const labels = data.labels.slice();
  const leftOut = new Set<number>();
  const unused = new Set(corrections.keys());
  let relabelled = 0;
  for (let index = 0; index < count; index++) {
    const name = nameOf(index);
    const own = corrections.get(name);
    if (!own) continue;
    const units = own.map(label => places.get(label));
    if (units.includes(undefined) || (!severalLabels && own.length > 1)) continue;
    unused.delete(name);
    if (own.length === 0) {
      leftOut.add(index);
      continue;
    }
    relabelled++;
    if (severalLabels)
      for (let unit = 0; unit < classes.length; unit++) labels[index * classes.length + unit] = +units.includes(unit);
    else labels[index] = units[0]!;
  }
  const { notes } = data;
  const { applied, unusable } = sentences.data.corrections;
  const warnings: Sentence[] = unused.size > 0 ? [unusable(basename(file), [...unused])] : [];
  const kept = splits.map(split => [split, data.split[split].filter(index => !leftOut.has(index))] as const);
  const split = Object.fromEntries(kept) as DataSet['split'];
  if (split.training.length === 0) throw new UserError(sentences.data.corrections.nothingLeft(basename(file)));
  return {
    ...data,
    labels,
    split,
    notes: {
      understood: [...(notes?.understood ?? []), applied(basename(file), relabelled, leftOut.size)],
      warnings: [...(notes?.warnings ?? []), ...warnings],
    },
  };
}
