/** Data sets of image folders, one folder for each class. */
import { basename } from 'node:path';
import type { DataProblem, DataReading, Split } from '../../../shared/data.ts';
import { splits } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { collectFiles, type LabelledFile } from './files.ts';
import type { ImageFile, Listing } from './list-images.ts';
import { byCodeUnits, type Collection, inClassOrder, type ReadOptions, type Wanted } from './reading.ts';
import { splitNamed } from './split-names.ts';

/** Reads a folder with one folder of images for each class. Images in deeper folders belong to the class too. Folders
 *  with the names of splits are splits, either around the folders of classes or inside each of them. A folder that
 *  contains all the others is skipped. Classes are in the order of their names. Throws UserError if there are fewer
 *  than two classes, or if a split has images of no known class. */
export async function collectFolders(
  path: string,
  { files, problems, passedOver }: Listing,
  wanted: Wanted,
  options: ReadOptions,
): Promise<Collection> {
  const found = placeFiles(files, path, wanted.reading?.splitFolders);
  const { placed, warnings } = sameClasses(found.placed);
  const names = inClassOrder(placed.map(({ className }) => className));
  if (names.length === 0) throw new UserError(sentences.data.folder.noClasses(path));
  if (names.length === 1) throw new UserError(sentences.data.folder.oneClass(path, names[0]));
  const numbers = new Map(names.map((name, number) => [name, number]));
  const labelled: LabelledFile[] = placed.map(({ file, split, className }) => ({
    file,
    split,
    labels: [numbers.get(className)!],
  }));
  return collectFiles(
    {
      name: basename(path),
      path,
      files: labelled,
      classes: names,
      severalLabels: false,
      notes: {
        understood: found.understood,
        warnings: [...warnings, ...(passedOver.length > 0 ? [sentences.data.notes.passedOver(passedOver)] : [])],
      },
      reading: { splitFolders: found.splitFolders },
    },
    [...problems, ...found.problems],
    wanted,
    options,
  );
}

type Placed = { file: ImageFile; split: Split; className: string };
type Places = {
  placed: Placed[];
  problems: DataProblem[];
  understood: Sentence[];
  /** Whether folders with the names of splits are splits. */
  splitFolders: boolean;
};
/** A file, and the folders that it is in. */
type Deep = { file: ImageFile; folders: readonly string[] };

/** Finds the class and split of each file from its folders. */
function placeFiles(files: readonly ImageFile[], path: string, asked: DataReading['splitFolders']): Places {
  const all: Deep[] = files.map(file => ({ file, folders: file.name.split('/').slice(0, -1) }));
  const { inside, outside, through } = unwrap(all);
  const { notes } = sentences.data;
  const within = through.length > 0 ? [notes.within(through.join('/'))] : [];
  const beside = outside.map(({ file }) => noClass(file));
  if (asked !== false) {
    const bySplit = splitsFirst(inside, path, asked === true) ?? classesFirst(inside);
    if (bySplit)
      return { ...bySplit, problems: [...beside, ...bySplit.problems], understood: [...within, ...bySplit.understood] };
    if (asked) throw new UserError(sentences.data.folder.noSplits(path, topsOf(inside)));
  }
  const placed = inside.map(({ file, folders }): Placed => ({ file, split: 'training', className: folders[0] }));
  return { placed, problems: beside, understood: within, splitFolders: false };
}

/** Skips folders that contain all the others: "dataset/train/…" in the chosen folder, or "images/cat/…" beside a folder
 *  without images. */
function unwrap(files: readonly Deep[]): { inside: Deep[]; outside: Deep[]; through: string[] } {
  const outside = files.filter(({ folders }) => folders.length === 0);
  const inside = files.filter(({ folders }) => folders.length > 0);
  const tops = topsOf(inside);
  const below = inside.map(({ file, folders }): Deep => ({ file, folders: folders.slice(1) }));
  const holdsFolders = topsOf(below).length > 1 || depthOf(below) > 1;
  if (tops.length !== 1 || !holdsFolders || splitNamed(tops[0]) === 'training') return { inside, outside, through: [] };
  const deeper = unwrap(below);
  return { ...deeper, outside: [...outside, ...deeper.outside], through: [tops[0], ...deeper.through] };
}

/** Finds folders of splits that contain folders of classes. undefined if there are none. */
function splitsFirst(files: readonly Deep[], path: string, asked: boolean): Places | undefined {
  const tops = topsOf(files);
  // A name with other words counts only if two splits have such names: "seg_train" and "seg_test", but not "express
  // train" and "bus".
  const together = new Set(tops.map(top => splitNamed(top, true)).filter(Boolean)).size > 1;
  const named = new Map<string, Split>();
  for (const top of tops) {
    const split = splitNamed(top, together);
    if (split) named.set(top, split);
  }
  const below = new Map(
    tops.map(top => [
      top,
      unwrapSplit(
        files.filter(({ folders }) => folders[0] === top),
        named.get(top),
      ),
    ]),
  );
  const hasClasses = (top: string) => topsOf(below.get(top)!).length > 0;
  const deep = [...named.keys()].filter(hasClasses);
  const train = [...named].filter(([, split]) => split === 'training').map(([top]) => top);
  // A class may have a name such as "test tube".
  const clearly = named.size === tops.length || new Set(tops.map(top => splitNamed(top)).filter(Boolean)).size > 1;
  const flat = clearly && train.length > 0 && named.size > 1 && !train.some(hasClasses);
  if (flat) throw new UserError(sentences.data.folder.flatSplits(path, [...named.keys()]));
  // If all folders are called "test" and "val", they are splits only if each has folders of classes in it.
  const clear =
    train.some(hasClasses) || (deep.length > 1 && deep.length === tops.length) || (asked && deep.length > 0);
  if (!clear) return undefined;
  const placed: Placed[] = [];
  const problems: DataProblem[] = [];
  for (const [top, files] of below) {
    const split = named.get(top);
    for (const { file, folders } of files) {
      if (split && folders.length > 0) placed.push({ file, split, className: folders[0] });
      else problems.push(noClass(file));
    }
  }
  const known = unlabelled(placed);
  const order = (name: string) => splits.indexOf(named.get(name)!);
  const left = new Set(known.placed.map(({ file }) => file));
  const isUsed = (top: string) => below.get(top)!.some(({ file }) => left.has(file));
  const used = deep.filter(isUsed).sort((a, b) => order(a) - order(b) || byCodeUnits(a, b));
  return {
    placed: known.placed,
    problems: [...problems, ...known.problems],
    understood: [sentences.data.notes.splitFolders(used.map(top => [top, named.get(top)!] as const))],
    splitFolders: true,
  };
}

/** The files below a split: without the split's own folder, and without another one of the same split that contains
 *  everything ("training_set/training_set/cats"). */
function unwrapSplit(files: readonly Deep[], split: Split | undefined): Deep[] {
  const below = files.map(({ file, folders }): Deep => ({ file, folders: folders.slice(1) }));
  const tops = topsOf(below);
  const again =
    split && tops.length === 1 && depthOf(below) > 1 && (splitNamed(tops[0], true) === split || isContainer(tops[0]));
  return again ? unwrapSplit(below, split) : below;
}

/** Finds folders of classes that contain folders of splits: "cat/train/1.png". */
function classesFirst(files: readonly Deep[]): Places | undefined {
  const tops = topsOf(files);
  const found = new Set<Split>();
  for (const { folders } of files) {
    const split = folders.length < 2 ? undefined : splitNamed(folders[1]);
    if (!split) return undefined;
    found.add(split);
  }
  if (tops.length < 2 || found.size < 2 || !found.has('training')) return undefined;
  const placed = files.map(
    ({ file, folders }): Placed => ({ file, split: splitNamed(folders[1])!, className: folders[0] }),
  );
  const names = [...new Set(files.map(({ folders }) => folders[1]))].sort(byCodeUnits);
  const understood = [sentences.data.notes.splitFolders(names.map(name => [name, splitNamed(name)!] as const))];
  return { placed, problems: [], understood, splitFolders: true };
}

/** Removes images of no known class: a validation or test folder with only one folder that training doesn't have
 *  ("test/images", "test/unknown"). */
function unlabelled(placed: readonly Placed[]): { placed: Placed[]; problems: DataProblem[] } {
  const classesOf = (split: Split) =>
    new Set(placed.filter(each => each.split === split).map(({ className }) => keyOf(className)));
  const trained = classesOf('training');
  const none = splits.filter(split => {
    const classes = [...classesOf(split)];
    return split !== 'training' && trained.size > 1 && classes.length === 1 && !trained.has(classes[0]);
  });
  return {
    placed: placed.filter(({ split }) => !none.includes(split)),
    problems: placed.filter(({ split }) => none.includes(split)).map(({ file }) => noClass(file)),
  };
}

/** Joins folders of the same class. Their names differ only in blanks or in the encoding of accents; or also in case,
 *  if one of them has no training images. */
function sameClasses(placed: readonly Placed[]): { placed: Placed[]; warnings: Sentence[] } {
  const cleaned = placed.map(each => ({ ...each, className: each.className.normalize('NFC').trim() }));
  const trained = new Map<string, Set<string>>();
  for (const { split, className } of cleaned) {
    if (split !== 'training') continue;
    const key = keyOf(className);
    trained.set(key, (trained.get(key) ?? new Set()).add(className));
  }
  const merged = new Map<string, string>();
  for (const each of cleaned) {
    const [name, another] = trained.get(keyOf(each.className)) ?? [];
    if (name === undefined || another !== undefined || name === each.className) continue;
    merged.set(each.className, name);
    each.className = name;
  }
  const warnings = merged.size > 0 ? [sentences.data.notes.sameClass([...merged][0], merged.size)] : [];
  return { placed: cleaned, warnings };
}

const keyOf = (name: string) => name.normalize('NFC').trim().toLowerCase();
const isContainer = (name: string) => /^(images?|imgs?|pictures?|photos?|data)$/i.test(name);
const depthOf = (files: readonly Deep[]) => files.reduce((most, { folders }) => Math.max(most, folders.length), 0);
const noClass = ({ name }: ImageFile): DataProblem => ({ name, reason: sentences.data.reasons.noClass });

/** The different top folders. */
function topsOf(files: readonly Deep[]): string[] {
  return [...new Set(files.flatMap(({ folders }) => folders.slice(0, 1)))];
}
