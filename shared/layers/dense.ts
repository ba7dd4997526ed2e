import { product, sumOf, total } from '../backprop/rules.ts';
import { call, sum } from '../formula/expression.ts';
import { all, input, optional, own, rule, same } from '../formula/reads.ts';
import type { LayerKindOf, SettingsOf } from './kind.ts';
import { requireVector } from './kind.ts';
import { oneInput } from './one-input.ts';
import { checkSections, placeColumns } from '../layout/placing.ts';
import { denseBlocks } from '../layout/weights.ts';
import { flag, whole } from './settings.ts';
import { LIMITS } from '../network-limits.ts';
import { messages } from '../messages.ts';
import { sentences } from '../messages/sentences.ts';
import { sizeOf } from '../tensor.ts';

const settings = { units: whole(LIMITS.channels), useBias: flag };

export const dense: LayerKindOf<SettingsOf<'dense', typeof settings>> = {
  kind: 'dense',
  settings,
  inputs: oneInput,
  shapeOf(layer, [input]) {
    requireVector(layer, input, sentences.network.denseNeedsVector);
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
  // Output [unit] = Σ over the input's cells of activation × weight, + bias.
  cells: (layer, { inputs: [[size]] }) => ({
    output: rule(
      {
        activations: input([all(size)]),
        weights: own('kernel', all(size), same(0)),
        bias: layer.useBias ? own('bias', same(0)) : undefined,
      },
      ({ activations, weights, bias }, runs) =>
        sum([...runs(activations, weights).map(pair => call('SUMPRODUCT', ...pair)), ...optional(bias)]),
    ),
  }),
  gradients: ({ units }) => ({
    input: ([feature], cells) =>
      total(Array.from({ length: units }, (_, unit) => product(cells.dy(unit), cells.of('kernel', feature, unit)))),
    parameters: {
      kernel: ([feature, unit], cells) => product(cells.of(0, feature), cells.dy(unit)),
      bias: ([unit], cells) => sumOf(cells.dy(unit)),
    },
  }),
  place(layer, placing) {
    checkSections(placing);
    const detail = messages.cells.denseDetail(layer.units, placing.inputs[0].shape[0]);
    placing.band({ role: 'kernels', name: layer.name, detail }, column =>
      denseBlocks(layer, placing.sources[0], column, placing.className),
    );
    placeColumns(placing, ['bias', 'output'], messages.cells.denseHeadings);
  },
};
