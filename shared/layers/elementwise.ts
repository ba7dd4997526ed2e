/** Layers that make each number of one number of their input. */
import type { LayerIdentity, LayerInput } from './identity.ts';
import { oncePerElement, outputAlone } from './kind.ts';
import { oneInput } from './one-input.ts';
import { placeLikeInput } from '../layout/placing.ts';
import type { Placing } from '../layout/placing.ts';
import type { Shape } from '../tensor.ts';

export const elementwise = {
  inputs: oneInput,
  shapeOf: (_layer: LayerIdentity, [{ shape }]: readonly LayerInput[]): Shape => shape,
  tensorsOf: outputAlone,
  workOf: oncePerElement,
  units: 'inputs',
  negative: 'from inputs',
  place: (_layer: LayerIdentity, placing: Placing) => placeLikeInput(placing),
} as const;
