/** Layers that make each number of one number of their input. */
import type { LayerIdentity, LayerInput } from './kind.ts';
import { oncePerElement, outputAlone } from './kind.ts';
import { oneInput } from './one-input.ts';
import type { Shape } from '../tensor.ts';

export const elementwise = {
  inputs: oneInput,
  shapeOf: (_layer: LayerIdentity, [{ shape }]: readonly LayerInput[]): Shape => shape,
  tensorsOf: outputAlone,
  workOf: oncePerElement,
  units: 'inputs',
} as const;
