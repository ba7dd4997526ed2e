import { elementwise } from './elementwise.ts';
import { type GradientCells, product, sumOf } from '../backprop/rules.ts';
import { call, operation } from '../formula/expression.ts';
import { input, own, reference, rule, same, sameElement } from '../formula/reads.ts';
import type { LayerKindOf, OwnTensor, SettingsOf } from './kind.ts';
import type { TensorName } from '../tensor.ts';
import { placeLikeInput } from '../layout/placing.ts';
import { number } from './settings.ts';
import { sentences } from '../messages/sentences.ts';
import { issuesOf } from '../messages/sentence.ts';

const PARAMETERS = ['gamma', 'beta', 'movingMean', 'movingVariance'] as const;
const expected = issuesOf(sentences.layers.expected);
const settings = {
  // Above 0, because movingVariance may be 0 and the sum of both is a divisor.
  epsilon: number(1e-12, 1, expected.epsilon),
  momentum: number(0, 1, expected.momentum),
};

/** Batch normalisation over the last axis: gamma·(x − movingMean)/√(movingVariance + epsilon) + beta. In training, each
 *  batch's own mean and variance are used, and moving = momentum·moving + (1 − momentum)·batch. */
export const batchNorm: LayerKindOf<SettingsOf<'batchNorm', typeof settings>> = {
  kind: 'batchNorm',
  settings,
  ...elementwise(x => x),
  negative: 'any',
  tensorsOf: (_layer, _input, output) => [
    ...PARAMETERS.map((name): OwnTensor => [name, 'parameter', output.slice(-1)]),
    ['output', 'computed', output],
  ],
  cells: ({ epsilon }, { output }) => {
    const channel = same(output.length - 1);
    return {
      output: rule(
        {
          x: input(sameElement(output)),
          gamma: own('gamma', channel),
          beta: own('beta', channel),
          mean: own('movingMean', channel),
          variance: own('movingVariance', channel),
        },
        ({ x, gamma, beta, mean, variance }) => {
          const difference = operation('-', reference(x), reference(mean));
          const deviation = call('SQRT', operation('+', reference(variance), epsilon));
          const scaled = operation('/', operation('*', reference(gamma), difference), deviation);
          return operation('+', scaled, reference(beta));
        },
      ),
    };
  },
  // As it is in use, with the moving averages. In training, each batch's own mean and variance hand gradients on too.
  gradients: ({ epsilon }, { output }) => {
    const whole = output.slice(0, -1).map(size => ({ start: 0, end: size }));
    const one = (cells: GradientCells, name: TensorName, channel: number) => reference(cells.of(name, channel));
    const deviation = (cells: GradientCells, channel: number) =>
      call('SQRT', operation('+', one(cells, 'movingVariance', channel), epsilon));
    return {
      input(at, cells) {
        const channel = at.at(-1)!;
        const scaled = operation('*', reference(cells.dy(...at)), one(cells, 'gamma', channel));
        return operation('/', scaled, deviation(cells, channel));
      },
      parameters: {
        gamma([channel], cells) {
          const [x, dy] = [cells.of(0, ...whole, channel), cells.dy(...whole, channel)];
          const ofMean = operation('*', one(cells, 'movingMean', channel), sumOf(dy));
          return operation('/', operation('-', product(x, dy), ofMean), deviation(cells, channel));
        },
        beta: ([channel], cells) => sumOf(cells.dy(...whole, channel)),
      },
    };
  },
  place: (_layer, placing) => placeLikeInput(placing, undefined, PARAMETERS),
};
