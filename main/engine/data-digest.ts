/** What tells the images of a run from others. */
import { createHash } from 'node:crypto';
import type { DataSet } from '../../shared/data.ts';
import { labelsOf } from './batches.ts';

/** Bytes of each image that count. */
const SAMPLED = 64;

/** A number, as text, that follows from the images a network is trained and validated with: their order and size, and of each its name, the names of its labels and a sample of its contents. Where the folder
 *  lies makes no difference, nor do images for test. */
export function digestOf(data: DataSet): string {
  const { shape, classes, bytes, split, nameOf } = data;
  const size = shape[0] * shape[1] * shape[2];
  const hash = createHash('sha256').update(JSON.stringify(shape));
  const sampled = Math.min(SAMPLED, size);
  const sample = new Uint8Array(sampled);
  for (const [name, indices] of [
    ['training', split.training],
    ['validation', split.validation],
  ] as const) {
    hash.update(`\n${name} ${indices.length}`);
    for (const index of indices) {
      // Other pixels of each image, so that together they are all over it.
      const first = index * 7;
      for (let i = 0; i < sampled; i++)
        sample[i] = bytes[index * size + ((first + Math.floor((i * size) / sampled)) % size)];
      const labels = labelsOf(data, index).map(label => classes[label]);
      hash.update(`\n${JSON.stringify([nameOf(index), ...labels.sort()])}`).update(sample);
    }
  }
  return hash.digest('hex').slice(0, 32);
}
