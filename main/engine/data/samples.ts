/** Data sets as the app shows them: how many images each class and split has, and the images themselves. */
import type { Augmentation, DataSet, DataSummary, Split } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { Args, SamplePage } from '../../../shared/protocol.ts';
import { createRandomFor } from '../../../shared/random.ts';
import { augment, checkAugmentation } from './augment.ts';
import { labelsOf } from './batches.ts';

/** The parts of a data set that showing its images needs. */
export type Images = Pick<DataSet, 'shape' | 'bytes' | 'count' | 'nameOf' | 'labels' | 'classes' | 'severalLabels'>;

/** Problems beyond this number are counted, but not listed. */
const MOST_PROBLEMS = 100;

export function summarize(dataSet: DataSet): DataSummary {
  const { name, shape, classes, severalLabels, split, problems, notes, reading, licence } = dataSet;
  const counts = classes.map(() => ({ training: 0, validation: 0, test: 0 }));
  const totals = { training: 0, validation: 0, test: 0 };
  for (const [kind, indices] of Object.entries(split) as [Split, Uint32Array][]) {
    totals[kind] = indices.length;
    for (const index of indices) for (const label of labelsOf(dataSet, index)) counts[label][kind]++;
  }
  return {
    name,
    shape,
    classes,
    severalLabels,
    counts,
    totals,
    problems: problems.slice(0, MOST_PROBLEMS),
    problemCount: problems.length,
    notes,
    reading,
    licence,
  };
}

/** A page of the images of a split, or of those of one class. Throws UserError if the augmentation doesn't fit them. */
export function listSamples(
  dataSet: DataSet,
  { split, class: wanted, from, count, augmentation, variant }: Omit<Args<'listSamples'>, 'data'>,
): SamplePage {
  if (augmentation) checkAugmentation(augmentation, dataSet.shape);
  const all = dataSet.split[split];
  const matching = wanted === undefined ? all : all.filter(index => labelsOf(dataSet, index).includes(wanted));
  const page = matching.subarray(from, from + count);
  const change = augmentation && { augmentation, variant: variant ?? 0 };
  return { ...pageOf(dataSet, page, change), total: matching.length };
}

/** Images by their indices. Throws UserError if there is no such image. */
export function getImages(dataSet: Images, indices: readonly number[]): SamplePage {
  const missing = indices.find(index => index >= dataSet.count);
  if (missing !== undefined) throw new UserError(sentences.data.noImage(missing, dataSet.count));
  return pageOf(dataSet, indices, undefined);
}

/** With `change`, each image is augmented. Each variant changes an image in its own way, which is the same on every
 *  page. */
function pageOf(
  dataSet: Images,
  indices: ArrayLike<number> & Iterable<number>,
  change: { augmentation: Augmentation; variant: number } | undefined,
): SamplePage {
  const { shape, bytes, nameOf } = dataSet;
  const size = shape[0] * shape[1] * shape[2];
  const pixels = new Uint8Array(indices.length * size);
  const samples = Array.from(indices, (index, i) => {
    const target = pixels.subarray(i * size, (i + 1) * size);
    if (change) {
      const random = createRandomFor(0, change.variant, index);
      augment(bytes, index * size, shape, change.augmentation, random, target);
    } else target.set(bytes.subarray(index * size, (index + 1) * size));
    return { index, name: nameOf(index), labels: labelsOf(dataSet, index) };
  });
  return { total: indices.length, shape, samples, pixels };
}
