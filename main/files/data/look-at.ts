/** Finds the files of a data set, and whether they have changed since they were read. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { english } from '../../../shared/messages/render.ts';
import { type DataSource, pathsOf } from '../../../shared/data.ts';
import { correctionsFile } from './corrections.ts';
import { explainReadError } from '../file-error.ts';
import { type Listing, listImages } from './list-images.ts';
import { holdsPixels } from './pixel-table.ts';

const NOTHING: Listing = { files: [], problems: [], passedOver: [] };

/** A source of files, that isn't known by name. */
export type FileSource = Exclude<DataSource, { kind: 'named' }>;

/** The images in the source's folder (none if it has no folder), and a stamp. The stamp changes if one of the files was
 *  added, removed, renamed or written; it depends on names, sizes and times, not on contents. Throws UserError if the
 *  files can't be examined. */
export async function lookAt(source: FileSource, signal: AbortSignal): Promise<{ listing: Listing; stamp: string }> {
  const { folder, files } = await placesOf(source);
  const listing = folder === undefined ? NOTHING : await listImages(folder, signal);
  const hash = createHash('sha256');
  for (const { name, bytes, modified } of listing.files) hash.update(`${name}\0${bytes}\0${modified}\0`);
  for (const { name, reason } of listing.problems) hash.update(`${name}\0${english(reason)}\0`);
  for (const path of files) hash.update(await stampOfFile(path));
  hash.update(await stampOfFile(correctionsFile(source)!).catch(() => ''));
  return { listing, stamp: hash.digest('hex') };
}

async function placesOf(source: FileSource): Promise<{ folder?: string; files: string[] }> {
  if (source.kind === 'folders') return { folder: source.path, files: [] };
  if (source.kind === 'csv') {
    const folder = (await holdsPixels(source.labels)) ? undefined : source.images;
    return { folder, files: [source.labels] };
  }
  return { files: pathsOf(source) };
}

async function stampOfFile(path: string): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(path);
    return `${size}\0${mtimeMs}\0`;
  } catch (error) {
    throw explainReadError(error, path);
  }
}
