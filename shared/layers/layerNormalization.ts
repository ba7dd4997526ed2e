import { UserError } from '../errors.ts';
import { elementwise } from './elementwise.ts';
import { type GradientCells, MOST_PRODUCTS, product, sumOf, total } from '../backprop/rules.ts';
import { call, operation, sum } from '../formula/expression.ts';
import { all, input, own, reference, referencesAlong, rule, same, sameElement } from '../formula/reads.ts';
import type { LayerKindOf, OwnTensor, SettingsOf } from './kind.ts';
import { checkSections, placeLikeInput } from '../layout/placing.ts';
import { messages } from '../messages.ts';
import { issuesOf } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';
import { number } from './settings.ts';
import { coordinatesOf, sizeOf } from '../tensor.ts';

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
  gradients({ epsilon }, { output }) {
    const last = output.length - 1;
    const [channels] = output.slice(-1);
    const whole = output.slice(0, -1).map(size => ({ start: 0, end: size }));
    /** The pixel's parts that every rule needs: its mean, its deviation, and x − mean of a channel. */
    const pixelOf = (cells: GradientCells, sides: readonly number[]) => {
      const pixel = cells.of(0, ...sides, { start: 0, end: channels });
      const all = last > 0 ? referencesAlong(pixel, last) : cells.runs(pixel).flat();
      const mean = call('AVERAGE', ...all);
      const difference = (channel: number) => operation('-', reference(cells.of(0, ...sides, channel)), mean);
      return { mean, difference, variance: operation('+', call('VARP', ...all), epsilon) };
    };
    return {
      input(at, cells) {
        const [sides, own] = [at.slice(0, -1), at.at(-1)!];
        const { mean, difference, variance } = pixelOf(cells, sides);
        const scaled = Array.from({ length: channels }, (_, channel) =>
          product(cells.dy(...sides, channel), cells.of('gamma', channel)),
        );
        const inputs = scaled.map((each, channel) => operation('*', each, reference(cells.of(0, ...sides, channel))));
        // Σ dy·γ·(x − mean) / variance
        const tilt = operation('/', operation('-', sum(inputs), operation('*', mean, sum(scaled))), variance);
        const shift = operation('/', operation('+', sum(scaled), operation('*', difference(own), tilt)), channels);
        return operation('/', operation('-', scaled[own], shift), call('SQRT', variance));
      },
      parameters: {
        gamma([channel], cells) {
          const pixels = sizeOf(output.slice(0, -1));
          if (pixels * channels > MOST_PRODUCTS) return undefined;
          return total(
            Array.from({ length: pixels }, (_, pixel) => {
              const sides = coordinatesOf(output.slice(0, -1), pixel);
              const { difference, variance } = pixelOf(cells, sides);
              const scaled = operation('*', reference(cells.dy(...sides, channel)), difference(channel));
              return operation('/', scaled, call('SQRT', variance));
            }),
          );
        },
        beta: ([channel], cells) => sumOf(cells.dy(...whole, channel)),
      },
    };
  },
  place(_layer, placing) {
    if (placing.shape.length === 1) checkSections(placing);
    placeLikeInput(placing, undefined, PARAMETERS);
  },
};
