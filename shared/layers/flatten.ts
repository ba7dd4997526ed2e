import type { LayerKindOf } from './kind.ts';
import { oncePerElement } from './kind.ts';
import { oneInput } from './one-input.ts';
import { sizeOf } from '../tensor.ts';

/** Turns maps [h,w,c] into a vector [h·w·c]. It has no tensors: its output is the tensor of its input. */
export const flatten: LayerKindOf<{ kind: 'flatten' }> = {
  kind: 'flatten',
  settings: {},
  inputs: oneInput,
  shapeOf: (_layer, [{ shape }]) => [sizeOf(shape)],
  tensorsOf: () => [],
  workOf: oncePerElement,
  units: 'none',
  reshapes: true,
  negative: 'from inputs',
  cells: () => ({}),
  place: (_layer, { sources: [source], standAt }) => standAt(source),
};
