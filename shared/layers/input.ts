import * as v from 'valibot';
import type { LayerKindOf, SettingsOf } from './kind.ts';
import { oncePerElement } from './kind.ts';
import { whole } from './settings.ts';
import { LIMITS } from '../limits.ts';
import { messages } from '../messages.ts';

const settings = {
  shape: v.pipe(
    v.strictTuple([whole(LIMITS.height), whole(LIMITS.width), whole(LIMITS.channels)], messages.network.expected.shape),
    v.readonly(),
  ),
};

/** The image that a network reads: its first layer, and no other. */
export const input: LayerKindOf<SettingsOf<'input', typeof settings>> = {
  kind: 'input',
  settings,
  inputs: { least: 0, most: 0, refusal: (layer, count) => messages.network.inputCount(layer, count, 0) },
  shapeOf: layer => layer.shape,
  tensorsOf: (_layer, _input, output) => [['output', 'pixels', output]],
  workOf: oncePerElement,
  units: 'none',
};
