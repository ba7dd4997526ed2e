import { UserError } from '../errors.ts';
import { elementwise } from './elementwise.ts';
import { call, operation } from '../formula/expression.ts';
import { all, input, own, reference, referencesAlong, rule, same, sameElement } from '../formula/reads.ts';
import type { LayerKindOf, OwnTensor, SettingsOf } from './kind.ts';
import { checkSections, placeLikeInput } from '../layout/placing.ts';
import { messages } from '../messages.ts';
import { issuesOf } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';
import { number } from './settings.ts';

const PARAMETERS = ['gamma', 'beta'] as const;
const settings = { epsilon: number(1e-12, 1, issuesOf(sentences.layers.expected).epsilon) };
/** A function takes this many arguments. Each map gives one. */
const MOST_MAPS = 255;

/** Normalises each pixel over its channels, or a vector over its units: gamma·(x − mean)/√(variance + epsilon) + beta.
 *  As Keras' LayerNormalization with axis=-1; its epsilon is 1e-3. */
export const layerNormalization: LayerKindOf<SettingsOf<'layerNormalization', typeof settings>> = {
  kind: 'layerNormalization',
  settings,
  ...elementwise(x => x),
  negative: 'any',
  shapeOf(layer, [{ name, shape }]) {
    if (shape.length === 3 && shape[2] > MOST_MAPS)
      throw new UserError(messages.layers.tooManyNormalised(layer.name, name, shape[2], MOST_MAPS));
    return shape;
  },
  tensorsOf: (_layer, _input, output) => [
    ...PARAMETERS.map((name): OwnTensor => [name, 'parameter', output.slice(-1)]),
    ['output', 'computed', output],
  ],
  cells({ epsilon }, { output }) {
    const last = output.length - 1;
    const pixel = input(output.map((size, axis) => (axis < last ? same(axis) : all(size))));
    return {
      output: rule(
        { x: input(sameElement(output)), pixel, gamma: own('gamma', same(last)), beta: own('beta', same(last)) },
        ({ x, pixel, gamma, beta }, runs) => {
          const channels = last > 0 ? referencesAlong(pixel, last) : runs(pixel).flat();
          const difference = operation('-', reference(x), call('AVERAGE', ...channels));
          const deviation = call('SQRT', operation('+', call('VARP', ...channels), epsilon));
          const scaled = operation('/', operation('*', reference(gamma), difference), deviation);
          return operation('+', scaled, reference(beta));
        },
      ),
    };
  },
  place(_layer, placing) {
    if (placing.shape.length === 1) checkSections(placing);
    placeLikeInput(placing, undefined, PARAMETERS);
  },
};
