import { initialValues } from '../../shared/initial-values.ts';
import { createRandom } from '../../shared/random.ts';
import { vgg16 } from '../../shared/templates.ts';
import { writeFileAtomically } from '../files/atomic.ts';
import { workbookPieces } from '../files/convsheet.ts';

const CLASSES = 1000;

/** VGG-16 for pictures of 224×224 in colour, the largest network that tests and benchmarks open. */
export const largeNetwork = () => vgg16([224, 224, 3], CLASSES);

/** Writes it with random weights as a workbook file. */
export async function writeVgg16(path: string, seed: number): Promise<void> {
  const network = largeNetwork();
  const values = initialValues(network, createRandom(seed))
    .set('input/output', new Float32Array(224 * 224 * 3).fill(0.5))
    .set('softmax/actual', new Float32Array(CLASSES).fill(Number.NaN));
  await writeFileAtomically(path, workbookPieces({ network, classes: [], source: { kind: 'typed' }, values }));
}
