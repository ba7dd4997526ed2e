import { elementwise } from './elementwise.ts';
import type { LayerKindOf, OwnTensor, SettingsOf } from './kind.ts';
import { placeLikeInput } from '../layout/placing.ts';
import { number } from './settings.ts';
import { messages } from '../messages.ts';

const PARAMETERS = ['gamma', 'beta', 'movingMean', 'movingVariance'] as const;
const { expected } = messages.layers;
const settings = {
  // A movingVariance may be 0, and is divided by.
  epsilon: number(1e-12, 1, expected.epsilon),
  momentum: number(0, 1, expected.momentum),
};

/** Over the last axis, by its moving averages: gamma·(x − movingMean)/√(movingVariance + epsilon) + beta. In training
 *  each batch's own mean and variance take their place, and moving = momentum·moving + (1 − momentum)·batch. */
export const batchNorm: LayerKindOf<SettingsOf<'batchNorm', typeof settings>> = {
  kind: 'batchNorm',
  settings,
  ...elementwise,
  negative: 'any',
  tensorsOf: (_layer, _input, output) => [
    ...PARAMETERS.map((name): OwnTensor => [name, 'parameter', output.slice(-1)]),
    ['output', 'computed', output],
  ],
  place: (_layer, placing) => placeLikeInput(placing, undefined, PARAMETERS),
};
