import { workbookOf } from '../../shared/new-workbook.ts';
import { vgg16 } from '../../shared/templates.ts';
import { writeFileAtomically } from '../files/atomic.ts';
import { workbookPieces } from '../files/convsheet.ts';

const CLASSES = 1000;

/** VGG-16 for pictures of 224×224 in colour, the largest network that tests and benchmarks open. */
export const largeNetwork = () => vgg16([224, 224, 3], CLASSES);

/** Writes it with random weights as a workbook file. */
export async function writeVgg16(path: string, seed: number): Promise<void> {
  const workbook = workbookOf(largeNetwork(), { seed });
  workbook.values.get('input/output')!.fill(0.5);
  await writeFileAtomically(path, workbookPieces(workbook));
}
