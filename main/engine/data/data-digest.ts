/** A fingerprint of the images of a run. */
import { createHash } from 'node:crypto';
import type { DataSet } from '../../../shared/data.ts';
import { labelsOf } from './batches.ts';

/** How many bytes of each image are read. */
const SAMPLED = 64;
/** How many images are hashed at a time. */
const AT_ONCE = 1024;

/** A fingerprint, as hexadecimal text, of the images a network is trained and validated with. It depends on their order
 *  and size, and on each image's name, the names of its labels and a sample of its pixels. It doesn't depend on the
 *  folder's path or on the test images. */
export function digestOf(data: DataSet): string {
  const { shape, classes, bytes, split, nameOf } = data;
  const size = shape[0] * shape[1] * shape[2];
  const hash = createHash('sha256').update(JSON.stringify(shape));
  const sampled = Math.min(SAMPLED, size);
  const places = Uint32Array.from({ length: sampled }, (_, i) => Math.floor((i * size) / sampled));
  const samples = new Uint8Array(AT_ONCE * sampled);
  for (const [name, indices] of [
    ['training', split.training],
    ['validation', split.validation],
  ] as const) {
    hash.update(`\n${name} ${indices.length}`);
    for (let first = 0; first < indices.length; first += AT_ONCE) {
      const some = indices.subarray(first, first + AT_ONCE);
      const told: string[][] = [];
      for (const [n, index] of some.entries()) {
        const labels = labelsOf(data, index).map(label => classes[label]);
        told.push([nameOf(index), ...labels.sort()]);
        // Other pixels of every image, so that together the samples cover all places.
        for (let i = 0; i < sampled; i++)
          samples[n * sampled + i] = bytes[index * size + ((places[i] + 7 * index) % size)];
      }
      hash.update(JSON.stringify(told)).update(samples.subarray(0, some.length * sampled));
    }
  }
  return hash.digest('hex').slice(0, 32);
}
