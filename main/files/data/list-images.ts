/** Lists the image files of a folder and of the folders in it. */
import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DataProblem } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { extensionOf, hasImageExtension, isImageExtension } from '../../../shared/image-extensions.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { explainReadError } from '../file-error.ts';
import { byCodeUnits, checkCancelled } from './reading.ts';

/** An image file: its path, its name below the folder (with / between the parts), its size, and when it was written (in
 *  milliseconds). */
export type ImageFile = { path: string; name: string; bytes: number; modified: number };

/** The most files and folders, of any kind, that are examined. */
const MOST_ENTRIES = 1_000_000;

/** Folders that systems, file servers and programs make, with small pictures, copies or deleted files. Hidden folders,
 *  which begin with a dot, are skipped anyway. */
const OF_MACHINES = new Set(
  (
    '__MACOSX @eaDir #recycle #snapshot @Recycle @Recently-Snapshot @tmp @sharebin $RECYCLE.BIN RECYCLER lost+found ' +
    '__pycache__ node_modules Thumbs thumbnails'
  )
    .toLowerCase()
    .split(' '),
).add('system volume information');

/** `passedOver`: the names of folders that were skipped, because no person made them. */
export type Listing = { files: ImageFile[]; problems: DataProblem[]; passedOver: string[] };

/** The images in a folder, sorted by name, the same on every machine. Links are followed, but not in circles. Hidden
 *  files and files that computers add to archives are skipped. Files that can't be opened are listed as problems.
 *  Throws UserError if the folder can't be read, has no image, or has too many files. */
export async function listImages(folder: string, signal: AbortSignal): Promise<Listing> {
  const files: ImageFile[] = [];
  const problems: DataProblem[] = [];
  const passedOver = new Set<string>();
  let entries = 0;

  async function visit(path: string, name: string, above: readonly string[]): Promise<void> {
    const real = await realpath(path);
    if (above.includes(real)) return;
    for (const entry of await readdir(path, { withFileTypes: true })) {
      checkCancelled(signal);
      if (++entries > MOST_ENTRIES) throw new UserError(sentences.data.folder.tooMany(folder, MOST_ENTRIES));
      if (entry.name.startsWith('.')) continue;
      if (OF_MACHINES.has(entry.name.toLowerCase())) {
        if (entry.isDirectory()) passedOver.add(entry.name);
        continue;
      }
      await look(entry, join(path, entry.name), name === '' ? entry.name : `${name}/${entry.name}`, [...above, real]);
    }
  }

  async function look(entry: Dirent, path: string, name: string, above: readonly string[]): Promise<void> {
    const extension = extensionOf(entry.name);
    // An image of an unreadable format is listed as a problem. Other files are skipped.
    const known = isImageExtension(extension);
    if (!entry.isDirectory() && !entry.isSymbolicLink() && !known) return;
    try {
      const found = await stat(path);
      if (found.isDirectory()) await visit(path, name, above);
      else if (found.isFile() && hasImageExtension(entry.name))
        files.push({ path, name, bytes: found.size, modified: found.mtimeMs });
      else if (found.isFile() && known) problems.push({ name, reason: sentences.data.reasons.format(extension) });
    } catch (error) {
      if (error instanceof UserError) throw error;
      problems.push({ name, reason: sentences.data.reasons.closed((error as NodeJS.ErrnoException).code ?? 'EIO') });
    }
  }

  try {
    if (!(await stat(folder)).isDirectory()) throw new UserError(sentences.data.folder.file(folder));
    await visit(folder, '', []);
  } catch (error) {
    throw explainReadError(error, folder);
  }
  if (files.length + problems.length === 0) throw new UserError(sentences.data.folder.noImages(folder));
  const sorted = <T extends { name: string }>(found: T[]) => found.sort((a, b) => byCodeUnits(a.name, b.name));
  return { files: sorted(files), problems: sorted(problems), passedOver: [...passedOver].sort(byCodeUnits) };
}

/** The images in a folder, or the one file at a path, with any extension. Throws UserError as `listImages` does. */
export async function listImagesAt(path: string, signal: AbortSignal): Promise<Listing> {
  try {
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory()) throw new UserError(sentences.files.reading.special(path));
    if (found.isFile()) {
      const file = { path, name: basename(path), bytes: found.size, modified: found.mtimeMs };
      return { files: [file], problems: [], passedOver: [] };
    }
  } catch (error) {
    throw explainReadError(error, path);
  }
  return listImages(path, signal);
}
