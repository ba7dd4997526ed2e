/** Data sets that are folders of images, a folder for each class. */
import { basename } from 'node:path';
import type { DataProblem, Split } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { messages } from '../../../shared/messages.ts';
import { collectFiles, type LabelledFile } from './files.ts';
import type { ImageFile, Listing } from './list-images.ts';
import { type Collection, inClassOrder, type ReadOptions, splitNamed, type Wanted } from './reading.ts';

/** A folder with a folder of images for each class, named as the class; images in folders further down count to it too. Where there is a folder "train" (or "training") with such folders in it, the folders beside it named
 *  "valid", "validation", "val", "test" and the like are the other splits. Classes are in the order of their names. */
export async function collectFolders(
  path: string,
  { files, problems }: Listing,
  wanted: Wanted,
  options: ReadOptions,
): Promise<Collection> {
  const placed = placeFiles(files);
  const names = inClassOrder(placed.files.map(({ className }) => className));
  if (names.length === 0) throw new UserError(messages.data.folder.noClasses(path));
  if (names.length === 1) throw new UserError(messages.data.folder.oneClass(path, names[0]));
  const numbers = new Map(names.map((name, number) => [name, number]));
  const labelled: LabelledFile[] = placed.files.map(({ file, split, className }) => ({
    file,
    split,
    labels: [numbers.get(className)!],
  }));
  return collectFiles(
    { name: basename(path), path, files: labelled, classes: names, severalLabels: false },
    [...problems, ...placed.problems],
    wanted,
    options,
  );
}

type Placed = { file: ImageFile; split: Split; className: string };

/** Class and split of each file by the folders it lies in. */
function placeFiles(files: readonly ImageFile[]): { files: Placed[]; problems: DataProblem[] } {
  const parts = files.map(({ name }) => name.split('/'));
  const hasSplits = parts.some(([top, ...below]) => splitNamed(top) === 'training' && below.length > 1);
  const placed: Placed[] = [];
  const problems: DataProblem[] = [];
  for (const [i, file] of files.entries()) {
    const [top, next] = parts[i];
    const split = hasSplits ? splitNamed(top) : 'training';
    const folders = parts[i].length - 1;
    if (split && folders > Number(hasSplits))
      placed.push({ file, split, className: (hasSplits ? next : top).normalize('NFC') });
    else problems.push({ name: file.name, reason: messages.data.reasons.noClass });
  }
  return { files: placed, problems };
}
