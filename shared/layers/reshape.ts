import * as v from 'valibot';
import { UserError } from '../errors.ts';
import type { LayerIdentity, LayerInput } from './identity.ts';
import type { LayerKindOf, SettingsOf } from './kind.ts';
import { oncePerElement } from './kind.ts';
import { oneInput } from './one-input.ts';
import { issuesOf } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';
import { LIMITS } from '../network-limits.ts';
import { formatShape, type Shape, sizeOf } from '../tensor.ts';
import { whole } from './settings.ts';

const { targetShape } = issuesOf(sentences.layers.expected);
const side = whole(LIMITS.height);
const settings = {
  targetShape: v.union([v.strictTuple([side]), v.strictTuple([side, side, side])], targetShape),
};
type Reshape = SettingsOf<'reshape', typeof settings>;

/** The pitch of maps of one cell: the cell, the label above it, and a gap. */
const PITCH = 3;

/** Reads its input in another shape, row by row, as Keras' Reshape does. Like a flatten layer it has no tensors and
 *  only renames: maps become a vector, or a vector becomes maps of one cell each, 1×1×n. Other maps would mix rows,
 *  columns and channels, so that a window over them is no rectangle on the sheet. */
export const reshape: LayerKindOf<Reshape> = {
  kind: 'reshape',
  settings,
  inputs: oneInput,
  shapeOf,
  tensorsOf: () => [],
  workOf: oncePerElement,
  units: 'none',
  reshapes: true,
  negative: 'from inputs',
  cells: () => ({}),
  place(_layer, { sources: [source], shape, standAt }) {
    if (shape.length === 1) return standAt(source);
    standAt({
      kind: 'maps',
      row: source.row,
      slot: source.row - 1,
      pitch: PITCH,
      perSection: source.perSection,
      shape,
    });
  },
};

function shapeOf({ name, targetShape: shape }: LayerIdentity & Reshape, [input]: readonly LayerInput[]): Shape {
  const { reshapeSize, reshapeOrder } = sentences.layers;
  const size = sizeOf(input.shape);
  const told = [name, input.name, formatShape(input.shape)] as const;
  if (sizeOf(shape) !== size) throw new UserError(reshapeSize(...told, formatShape(shape), size));
  const isOneCell = shape.length === 3 && shape[0] === 1 && shape[1] === 1 && input.shape.length === 1;
  if (shape.length === 3 && !isOneCell) throw new UserError(reshapeOrder(...told, formatShape(shape), size));
  return shape;
}
