/** An image of a data set in the input cells. */
import type { TensorEdit } from '../../../shared/change.ts';
import type { DataSet } from '../../../shared/data.ts';
import { meaningOf } from '../../../shared/data-meaning.ts';
import { UserError } from '../../../shared/errors.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { inferShapes, sizeOf } from '../../../shared/network.ts';
import { labelsOf } from './batches.ts';
import { toPixels } from './pixels.ts';

/** The edits that show an image whose classes are these units of the network. Without any, or where a softmax has
 *  several, the expected class is blank. */
export function imageEdits(
  { network, tensors }: Sheet,
  pixels: Float32Array,
  units: readonly (number | undefined)[],
): TensorEdit[] {
  const edits: TensorEdit[] = [{ tensor: `${network.layers[0].id}/output`, values: pixels }];
  const actual = [...tensors.values()].find(({ role }) => role === 'actual');
  if (!actual) return edits;
  const known = units.filter(unit => unit !== undefined);
  const isTold = network.layers.at(-1)!.kind === 'softmax' ? units.length === 1 : true;
  const values = new Float32Array(actual.size).fill(isTold && known.length > 0 ? 0 : Number.NaN);
  if (isTold) for (const unit of known) values[unit] = 1;
  return [...edits, { tensor: actual.id, values }];
}

/** The edits that show an image of a data set, and the names of its classes. Throws UserError if there is no such
 *  image. */
export function dataImage(sheet: Sheet, data: DataSet, index: number): { edits: TensorEdit[]; label: string } {
  if (index >= data.count) throw new UserError(sentences.data.noImage(index, data.count));
  const { network, classes } = sheet;
  const size = sizeOf(data.shape);
  const pixels = new Float32Array(size);
  toPixels(data.bytes, index * size, size, pixels, 0);
  const { units } = meaningOf(classes, sizeOf(inferShapes(network).get(network.layers.at(-1)!.id)!), data.classes);
  const labels = labelsOf(data, index);
  const names = labels.map(label => data.classes[label]);
  return {
    edits: imageEdits(
      sheet,
      pixels,
      labels.map(label => units[label]),
    ),
    label: names.length > 0 ? names.join(', ') : data.nameOf(index),
  };
}
