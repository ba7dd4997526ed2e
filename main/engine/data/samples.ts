/** Data sets as the app shows them: how many images each class and split has, and the images themselves. */
import {
  amountsOfChange,
  type Augmentation,
  type DataSet,
  type DataSummary,
  noAugmentation,
  type Split,
  usualAugmentation,
} from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { Args, SamplePage, ShownChanges } from '../../../shared/protocol.ts';
import { createRandomFor } from '../../../shared/random.ts';
import { augment, checkAugmentation, drawShare, randomForMixup, randomForNewer } from './augment.ts';
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
  { split, class: wanted, from, count, augmentation, variant = 0, seed = 0 }: Omit<Args<'listSamples'>, 'data'>,
): SamplePage {
  if (augmentation) checkAugmentation(augmentation, dataSet.shape);
  const all = dataSet.split[split];
  const matching = wanted === undefined ? all : all.filter(index => labelsOf(dataSet, index).includes(wanted));
  const page = matching.subarray(from, from + count);
  const change = augmentation && { augmentation, seed, variant, partners: all };
  return { ...pageOf(dataSet, page, change), total: matching.length };
}

/** Images by their indices. Throws UserError if there is no such image. */
export function getImages(dataSet: Images, indices: readonly number[]): SamplePage {
  const missing = indices.find(index => index >= dataSet.count);
  if (missing !== undefined) throw new UserError(sentences.data.noImage(missing, dataSet.count));
  return pageOf(dataSet, indices, undefined);
}

/** How images are changed for show. Each variant changes an image in its own way, which is the same on every page.
 *  `partners`: the images that mixup may mix into them. */
type Change = { augmentation: Augmentation; seed: number; variant: number; partners: Uint32Array };

/** With `change`, each image is augmented. */
function pageOf(
  dataSet: Images,
  indices: ArrayLike<number> & Iterable<number>,
  change: Change | undefined,
): SamplePage {
  const { shape, bytes, nameOf } = dataSet;
  const size = shape[0] * shape[1] * shape[2];
  const pixels = new Uint8Array(indices.length * size);
  const samples = Array.from(indices, (index, i) => {
    const target = pixels.subarray(i * size, (i + 1) * size);
    if (change) {
      changeImage(dataSet, index, change, target);
    } else target.set(bytes.subarray(index * size, (index + 1) * size));
    return { index, name: nameOf(index), labels: labelsOf(dataSet, index) };
  });
  return { total: indices.length, shape, samples, pixels };
}

function changeImage(dataSet: Images, index: number, change: Change, target: Uint8Array): void {
  const { augmentation, seed, variant, partners } = change;
  const { shape, bytes } = dataSet;
  const alone = (image: number, to: Uint8Array) => {
    const random = createRandomFor(seed, variant, image);
    const more = () => randomForNewer(seed, variant, image);
    augment(bytes, image * target.length, shape, augmentation, { random, more }, to);
  };
  alone(index, target);
  if (augmentation.mixup === 0) return;
  const random = randomForMixup(seed, variant, index);
  const share = drawShare(augmentation.mixup, random);
  const partner = new Uint8Array(target.length);
  alone(partners[random.integer(partners.length)], partner);
  for (let i = 0; i < target.length; i++) target[i] = share * target[i] + (1 - share) * partner[i] + 0.5;
}

/** Of so many drawings of a change, one is shown: the one that changes the image most, or mixes it most evenly. */
const DRAWINGS = 4;

/** One training image under each change alone that images of this shape can have: as strong as it is set, or as usual
 *  where it is off. `from` goes round through the images. */
export function showChanges(
  dataSet: DataSet,
  { from, augmentation, seed }: Omit<Args<'showChanges'>, 'data'>,
): ShownChanges {
  const { shape, bytes, split, nameOf } = dataSet;
  const [height, width, channels] = shape;
  const partners = split.training;
  if (partners.length === 0) throw new UserError(sentences.runs.emptySplit(dataSet.name, 'training'));
  const index = partners[from % partners.length];
  const size = height * width * channels;
  const original = bytes.subarray(index * size, (index + 1) * size);
  const amounts = amountsOfChange.filter(key => channels >= 3 || (key !== 'saturation' && key !== 'hue'));
  const changes = [...amounts, 'flip' as const, ...(height === width ? ['symmetries' as const] : [])];
  const pixels = new Uint8Array((1 + changes.length) * size);
  pixels.set(original);
  for (const [i, key] of changes.entries()) {
    const isOn = augmentation[key] !== 0 && augmentation[key] !== false;
    const own = { ...noAugmentation, [key]: (isOn ? augmentation : usualAugmentation)[key] };
    let most = Number.NEGATIVE_INFINITY;
    for (let variant = 0; variant < DRAWINGS; variant++) {
      const drawn = new Uint8Array(size);
      changeImage(dataSet, index, { augmentation: own, seed, variant, partners }, drawn);
      const shown =
        key === 'mixup'
          ? -Math.abs(drawShare(own.mixup, randomForMixup(seed, variant, index)) - 0.5)
          : drawn.reduce((sum, byte, at) => sum + Math.abs(byte - original[at]), 0);
      if (shown <= most) continue;
      most = shown;
      pixels.set(drawn, (1 + i) * size);
    }
  }
  return { shape, name: nameOf(index), labels: labelsOf(dataSet, index), changes, pixels };
}
