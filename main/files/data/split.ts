/** Decides which images are for training, validation and test. */
import type { DataChoice, DataSet, Split } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { createRandom, type Random } from '../../../shared/random.ts';
import type { Collection } from './reading.ts';

/** Sets aside the chosen shares of the training images. If the source has validation (or test) images of its own, they
 *  stay, and that share is ignored. Every split has its share of each class (or of each set of labels), to within one
 *  image. The same images, shares and seed give the same split. Throws UserError if nothing is left for training. */
export function splitUp({ own, ...images }: Collection, { validation, test, seed }: DataChoice): DataSet {
  const place = own.slice();
  const random = createRandom(seed);
  const ordered = byClass(images, indicesOf(place, 'training'), random);
  if (ordered.length === 0) throw new UserError(sentences.data.noTraining(images.name, images.problems[0]));
  const shares = { test: place.includes('test') ? 0 : test, validation: place.includes('validation') ? 0 : validation };
  let rest = ordered;
  for (const split of ['test', 'validation'] as const) {
    const chosen = new Set(evenly(rest, Math.round(shares[split] * ordered.length), random));
    for (const index of chosen) place[index] = split;
    rest = rest.filter(index => !chosen.has(index));
  }
  if (rest.length === 0) throw new UserError(sentences.data.nothingToTrain(ordered.length));
  return {
    ...images,
    split: {
      training: indicesOf(place, 'training'),
      validation: indicesOf(place, 'validation'),
      test: indicesOf(place, 'test'),
    },
  };
}

function indicesOf(place: readonly Split[], split: Split): Uint32Array {
  return Uint32Array.from(place.keys()).filter(index => place[index] === split);
}

/** The images sorted by class. Those of one class are in random order. */
function byClass({ labels, classes, severalLabels }: Omit<Collection, 'own'>, indices: Uint32Array, random: Random) {
  const groups = new Map<string | number, number[]>();
  for (const index of random.shuffle(indices)) {
    const label = severalLabels
      ? labels.subarray(index * classes.length, (index + 1) * classes.length).join('')
      : labels[index];
    const group = groups.get(label);
    if (group) group.push(index);
    else groups.set(label, [index]);
  }
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.flatMap(([, group]) => group);
}

/** Picks `count` items at equal distances. Every run of items gets its share, to within one. */
function evenly(items: readonly number[], count: number, random: Random): number[] {
  const offset = random.uniform();
  const chosen = Math.min(count, items.length);
  return Array.from({ length: chosen }, (_, i) => items[Math.floor(((i + offset) * items.length) / chosen)]);
}
