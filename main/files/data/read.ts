/** Reads data sets: the one way in for all of their kinds. */
import { basename } from 'node:path';
import type { DataChoice, DataSet } from '../../../shared/data.ts';
import { collectPairs } from './idx-pairs.ts';
import { describeNamed } from './named.ts';
import { collectFolders } from './folders.ts';
import type { Collection, ReadOptions } from './reading.ts';
import { collectTable } from './table.ts';
import { splitUp } from './split.ts';
import { stampOf } from './stamp.ts';

/** The data set of a choice, in memory. The same choice and files give the same bytes in the same order and the same split. Throws UserError where nothing can be read, with a sentence that names the
 *  file and says what to do, and where `signal` ends it; single images that can't be used are listed in `problems` instead. */
export async function readDataSet(choice: DataChoice, options: ReadOptions): Promise<DataSet> {
  const before = await stampOf(choice.source);
  const dataSet = splitUp(await collect(choice, options), choice);
  if (before === undefined) return dataSet;
  return { ...dataSet, changed: async () => (await stampOf(choice.source)) !== before };
}

async function collect(choice: DataChoice, options: ReadOptions): Promise<Collection> {
  const { source } = choice;
  if (source.kind === 'named') return collectPairs(await describeNamed(source.name), choice, options);
  if (source.kind === 'folders') return collectFolders(source.path, choice, options);
  if (source.kind === 'csv') return collectTable(source, choice, options);
  return collectPairs({ name: basename(source.images), pairs: [source] }, choice, options);
}
