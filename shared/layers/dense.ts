import type { LayerKindOf, SettingsOf } from './kind.ts';
import { requireVector } from './kind.ts';
import { oneInput } from './one-input.ts';
import { checkSections, placeColumns } from '../layout/placing.ts';
import { denseBlocks } from '../layout/weights.ts';
import { flag, whole } from './settings.ts';
import { LIMITS } from '../limits.ts';
import { messages } from '../messages.ts';
import { sizeOf } from '../tensor.ts';

const settings = { units: whole(LIMITS.channels), useBias: flag };

export const dense: LayerKindOf<SettingsOf<'dense', typeof settings>> = {
  kind: 'dense',
  settings,
  inputs: oneInput,
  shapeOf(layer, [input]) {
    requireVector(layer, input, messages.network.denseNeedsVector);
    return [layer.units];
  },
  tensorsOf: (layer, input, output) => [
    ['kernel', 'parameter', [input[0], layer.units]],
    ...(layer.useBias ? [['bias', 'parameter', output] as const] : []),
    ['output', 'computed', output],
  ],
  workOf: (layer, input) => sizeOf(input) * layer.units,
  units: 'own',
  weights: 'units',
  negative: 'any',
  place(layer, placing) {
    checkSections(placing);
    const detail = messages.cells.denseDetail(layer.units, placing.inputs[0].shape[0]);
    placing.band({ role: 'kernels', name: layer.name, detail }, column =>
      denseBlocks(layer, placing.sources[0], column, placing.className),
    );
    placeColumns(placing, ['bias', 'output'], messages.cells.denseHeadings);
  },
};
