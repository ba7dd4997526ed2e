/** Reads data sets of every kind. */
import { basename } from 'node:path';
import type { DataChoice, DataSet } from '../../../shared/data.ts';
import { correctionsFile, readCorrections, withCorrections } from './corrections.ts';
import { collectFolders } from './folders.ts';
import { collectPairs } from './idx-pairs.ts';
import type { Listing } from './list-images.ts';
import { type FileSource, lookAt } from './look-at.ts';
import { describeNamed } from './named.ts';
import { checkCancelled, type Collection, type ReadOptions, type Wanted } from './reading.ts';
import { collectNumpy } from './numpy.ts';
import { splitUp } from './split.ts';
import { collectTable } from './table.ts';

/** Reads a chosen data set into memory, with the corrections of its labels. The same choice and files give the same
 *  bytes in the same order and the same split. Throws UserError that names the file and says what to do, if nothing can
 *  be read, or if `signal` aborts. Single images that can't be used are listed in `problems`. */
export async function readDataSet(choice: DataChoice, options: ReadOptions): Promise<DataSet> {
  const { source } = choice;
  if (source.kind === 'named')
    return splitUp(await collectPairs(await describeNamed(source.name), choice, options), choice);
  const { listing, stamp } = await lookAt(source, options.signal);
  const changed = async (signal: AbortSignal) => {
    try {
      return (await lookAt(source, signal)).stamp !== stamp;
    } catch {
      checkCancelled(signal);
      return true;
    }
  };
  const file = correctionsFile(source)!;
  const data = splitUp(await collect(source, listing, choice, options), choice);
  return { ...withCorrections(data, await readCorrections(file), file), changed };
}

/** Reads the images of a source whose folder was already listed. */
async function collect(
  source: FileSource,
  listing: Listing,
  wanted: Wanted,
  options: ReadOptions,
): Promise<Collection> {
  if (source.kind === 'folders') return collectFolders(source.path, listing, wanted, options);
  if (source.kind === 'csv') return collectTable(source, listing, wanted, options);
  if (source.kind === 'numpy') return collectNumpy(source, wanted, options);
  return collectPairs({ name: basename(source.images), pairs: [source] }, wanted, options);
}
