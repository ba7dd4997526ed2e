/** Reads the sample of a submission. */
import { basename } from 'node:path';
import { TextDecoder } from 'node:util';
import { UserError } from '../../../shared/errors.ts';
import { MOST_TABLE_BYTES } from '../../../shared/file-limits.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { readFileWithin } from '../open.ts';

/** The text of a sample with every character of it, so that it can be written again byte for byte. Throws UserError if
 *  it can't be read, or is no UTF-8. */
export async function readSample(path: string): Promise<string> {
  const bytes = await readFileWithin(path, MOST_TABLE_BYTES);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UserError(sentences.data.csv.encoding(basename(path)));
  }
}
