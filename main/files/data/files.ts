/** Decodes image files that have labels. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type DataProblem, type DataSet, type Fit, type Split } from '../../../shared/data.ts';
import { MOST_IMAGE_BYTES } from '../../../shared/file-limits.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { ReadImage } from '../../../shared/protocol.ts';
import { explainReadError } from '../file-error.ts';
import { readImageBytes, readImageFiles, tooManyBytes } from './images.ts';
import { type ImageFile, listImagesAt } from './list-images.ts';
import { readPixelImages } from './pixel-table.ts';
import {
  checkCancelled,
  checkClassCount,
  type Collection,
  onlyOccurring,
  type ReadOptions,
  toFlags,
  toLabels,
  type Wanted,
} from './reading.ts';

export type LabelledFile = { file: ImageFile; split: Split; labels: readonly number[] };
/** `path`: where the files are, for sentences. */
type Description = Pick<DataSet, 'name' | 'classes' | 'severalLabels' | 'notes' | 'reading'> & {
  path: string;
  files: readonly LabelledFile[];
};

/** Decodes the files. Files that can't be read are added to the problems, and classes without any image are left out.
 *  Throws UserError if no file can be read, or there are too many classes. */
export async function collectFiles(
  { path, files, name, classes, severalLabels, notes, reading }: Description,
  problems: readonly DataProblem[],
  wanted: Wanted,
  options: ReadOptions,
): Promise<Collection> {
  checkClassCount(classes.length);
  const read = await readAny(
    files.map(({ file }) => file),
    problems,
    path,
    wanted,
    options,
  );
  const used = read.kept.map(index => files[index]);
  const labels = used.map(file => file.labels);
  const collected = onlyOccurring({
    name,
    shape: wanted.shape,
    classes,
    severalLabels,
    count: used.length,
    bytes: read.bytes,
    labels: severalLabels
      ? toFlags(labels, classes.length)
      : toLabels(
          labels.map(([label]) => label),
          classes.length,
        ),
    nameOf: index => used[index].file.name,
    own: used.map(({ split }) => split),
    problems: read.problems,
    notes,
    reading,
  });
  const { problems: left } = collected;
  if (!severalLabels && collected.classes.length === 1)
    throw new UserError(sentences.data.oneClassLeft(path, collected.classes[0], left.length, left[0]));
  return collected;
}

/** Images without known classes, for predictions: one file, all in a folder, or the rows of a table of pixels (`byRow`:
 *  they go by their numbers). Throws UserError if none can be read. */
export async function readImages(
  path: string,
  wanted: Wanted,
  options: ReadOptions,
): Promise<{ names: string[]; bytes: Uint8Array; problems: DataProblem[]; byRow: boolean }> {
  if (/\.(csv|tsv)$/i.test(path)) return readPixelImages(path, wanted, options);
  const found = await listImagesAt(path, options.signal);
  const { kept, bytes, problems } = await readAny(found.files, found.problems, path, wanted, options);
  return { names: kept.map(index => found.files[index].name), bytes, problems, byRow: false };
}

/** One image for the network's input, from a file or from bytes (see readImageBytes). Throws UserError if it can't be
 *  read. */
export async function readImage(
  image: { from: 'file'; path: string } | { from: 'bytes'; name: string; bytes: Uint8Array },
  { shape, fit }: { shape: Wanted['shape']; fit?: Fit },
  signal: AbortSignal,
): Promise<ReadImage> {
  const name = image.from === 'file' ? basename(image.path) : image.name;
  const bytes = image.from === 'file' ? await readWhole(image.path) : image.bytes;
  const read = await readImageBytes(name, bytes, shape, fit);
  checkCancelled(signal);
  return read;
}

/** The bytes of a regular file, if it is no larger than an image may be. */
async function readWhole(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new UserError(sentences.files.reading.folder(path));
    if (!found.isFile()) throw new UserError(sentences.ownImages.special(path));
    if (found.size > MOST_IMAGE_BYTES) throw new UserError(sentences.ownImages.unreadable(path, tooManyBytes()));
    return await readFile(path);
  } catch (error) {
    throw explainReadError(error, path);
  }
}

async function readAny(
  files: readonly ImageFile[],
  known: readonly DataProblem[],
  path: string,
  { shape, fit }: Wanted,
  options: ReadOptions,
) {
  const read = await readImageFiles(files, shape, fit, options);
  const problems = [...known, ...read.problems];
  if (read.kept.length === 0) {
    const [{ name, reason }] = problems;
    throw new UserError(sentences.data.noneReadable(path, problems.length, name, reason));
  }
  return { ...read, problems };
}
