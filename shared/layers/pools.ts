/** Layers that make one number of several cells of a map: of a window's, or of the whole map's. */
import type { LayerIdentity, LayerInput, SettingsOf } from './kind.ts';
import { oncePerElement, outputAlone, requireMaps } from './kind.ts';
import { oneInput } from './one-input.ts';
import { padding, windowSides } from './settings.ts';
import { messages } from '../messages.ts';
import { sizeOf } from '../tensor.ts';
import type { Shape } from '../tensor.ts';
import { windowedSize } from './windowed.ts';

const settings = { poolSize: windowSides, strides: windowSides, padding };
export type Pool<K extends string> = SettingsOf<K, typeof settings>;

/** Pools of windows. */
export const windowPool = {
  settings,
  inputs: oneInput,
  shapeOf(layer: LayerIdentity & Pool<string>, [input]: readonly LayerInput[]): Shape {
    const { poolSize: size, strides, padding } = layer;
    return [...windowedSize(layer, input, { size, strides, padding }, 'window'), input.shape[2]];
  },
  tensorsOf: outputAlone,
  /** Reading a cell takes four times as long as a multiplication. */
  workOf: (layer: Pool<string>, _input: Shape, output: Shape) => sizeOf(output) * sizeOf(layer.poolSize) * 4,
  units: 'none',
} as const;

/** Pools of whole maps: maps [h,w,c] → vector [c]. */
export const globalPool = {
  settings: {},
  inputs: oneInput,
  shapeOf(layer: LayerIdentity, [input]: readonly LayerInput[]): Shape {
    requireMaps(layer, input, messages.network.needsMaps);
    return [input.shape[2]];
  },
  tensorsOf: outputAlone,
  workOf: oncePerElement,
  units: 'own',
} as const;
