/** The common parts of all readers of data sets: progress, cancelling, limits, and results. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { UserError } from '../../../shared/errors.ts';
import { MOST_DATA_BYTES } from '../../../shared/file-limits.ts';
import type { DataChoice, DataSet, Split } from '../../../shared/data.ts';
import { en } from '../../../shared/messages/en.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { formatBytes } from '../archive.ts';

export type ReadOptions = {
  /** Is called with the share of the work that is done, from 0 to 1. */
  progress: (fraction: number) => void;
  /** Aborts the reading, with a UserError. */
  signal: AbortSignal;
};

export type Shape = DataSet['shape'];
/** The wanted form of the images. */
export type Wanted = Pick<DataChoice, 'shape' | 'fit' | 'reading'>;

/** Labelled images, before the chosen shares are set aside. */
export type Collection = Omit<DataSet, 'split'> & {
  /** The split of each image [count] in the source. Images without one are in training. */
  own: readonly Split[];
};

/** The most classes that are read. */
const MOST_CLASSES = 65_536;

/** Reports the progress of one stage of the work, from one share to another. */
export function stage(progress: ReadOptions['progress'], from: number, to: number): ReadOptions['progress'] {
  return fraction => progress(from + (to - from) * fraction);
}

export function checkCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new UserError(sentences.data.cancelled);
}

/** Does something with each item. From time to time it lets other work have a turn, because the same process answers
 *  the user. Throws UserError if the reading is aborted. */
export async function forEachInTurns<T>(
  items: Iterable<T>,
  { signal, together }: { signal: AbortSignal; together: number },
  act: (item: T) => void,
): Promise<void> {
  let left = together;
  for (const item of items) {
    act(item);
    if (--left > 0) continue;
    left = together;
    // Lets other work have a turn.
    await nextTurn();
    checkCancelled(signal);
  }
}

/** Names of images by their numbers in each of several files or arrays: "test image 5". `counts`: how many images each
 *  has; `uses`: what they are for. */
export function numberedNames(counts: readonly number[], uses: readonly (Split | undefined)[]): DataSet['nameOf'] {
  return index => {
    let part = 0;
    let position = index;
    while (position >= counts[part]) position -= counts[part++];
    return `${en.data.imageNumber[uses[part] ?? 'any']} ${position}`;
  };
}

/** Memory for so many images. The limit is checked first. */
export function roomFor(count: number, shape: Shape): Uint8Array {
  const bytes = count * shape[0] * shape[1] * shape[2];
  if (bytes > MOST_DATA_BYTES)
    throw new UserError(sentences.data.tooLarge(count, shape.join('×'), formatBytes(MOST_DATA_BYTES)));
  return new Uint8Array(bytes);
}

/** The class of each image, in an array of the smallest type. */
export function toLabels(classes: readonly number[], classCount: number): Uint8Array | Uint16Array {
  return classCount > 256 ? Uint16Array.from(classes) : Uint8Array.from(classes);
}

/** Rows of 0 and 1 from the classes of each image. */
export function toFlags(labels: readonly (readonly number[])[], classCount: number): Uint8Array {
  const flags = roomFor(labels.length, [1, 1, classCount]);
  for (const [image, own] of labels.entries()) for (const label of own) flags[image * classCount + label] = 1;
  return flags;
}

/** Throws UserError if there are too many classes. */
export function checkClassCount(count: number): void {
  if (count > MOST_CLASSES) throw new UserError(sentences.data.tooManyClasses(count, MOST_CLASSES));
}

/** Classes sorted by name: numbers by size, others by their characters' codes. */
export function inClassOrder(names: Iterable<string>): string[] {
  const different = [...new Set(names)];
  const numbers = different.every(name => /^-?\d{1,9}(\.\d{1,9})?$/.test(name));
  return different.sort((a, b) => (numbers && Number(a) - Number(b)) || byCodeUnits(a, b));
}

/** Compares names by their characters' codes, so that the order is the same in every language and on every machine. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The images with only the classes that occur. The files may name others, or all images of a class may be broken. */
export function onlyOccurring(images: Collection): Collection {
  const { classes, severalLabels, labels, count, notes } = images;
  const occurs = new Uint8Array(classes.length);
  if (severalLabels) for (let i = 0; i < labels.length; i++) occurs[i % classes.length] |= labels[i];
  else for (const label of labels) occurs[label] = 1;
  const kept = classes.flatMap((_, number) => (occurs[number] === 1 ? [number] : []));
  if (kept.length === classes.length) return images;
  const missing = classes.filter((_, number) => occurs[number] === 0);
  const places = new Map(kept.map((number, place) => [number, place]));
  const placed = severalLabels
    ? Uint8Array.from({ length: count * kept.length }, (_, i) => {
        return labels[Math.floor(i / kept.length) * classes.length + kept[i % kept.length]];
      })
    : toLabels(
        Array.from(labels, label => places.get(label)!),
        kept.length,
      );
  const warnings = [...(notes?.warnings ?? []), sentences.data.notes.noImages(missing)];
  return {
    ...images,
    classes: kept.map(number => classes[number]),
    labels: placed,
    notes: { understood: notes?.understood ?? [], warnings },
  };
}
