import { UserError } from '../errors.ts';
import { sum } from '../formula/expression.ts';
import { input, reference, rule, sameElement } from '../formula/reads.ts';
import type { LayerKindOf } from './kind.ts';
import { oncePerElement, outputAlone } from './kind.ts';
import { placeLikeInput } from '../layout/placing.ts';
import { LIMITS } from '../network-limits.ts';
import { messages } from '../messages.ts';
import { sentences } from '../messages/sentences.ts';
import { formatShape } from '../tensor.ts';

/** The sum of two or more inputs of one shape. */
export const add: LayerKindOf<{ kind: 'add' }> = {
  kind: 'add',
  settings: {},
  inputs: {
    least: 2,
    most: LIMITS.inputs,
    refusal: (layer, count) => sentences.layers.addInputCount(layer, count, LIMITS.inputs),
  },
  shapeOf(layer, inputs) {
    const [first] = inputs;
    const shape = formatShape(first.shape);
    const other = inputs.find(input => formatShape(input.shape) !== shape);
    if (!other) return first.shape;
    throw new UserError(
      sentences.layers.shapesDiffer(layer.name, first.name, shape, other.name, formatShape(other.shape)),
    );
  },
  tensorsOf: outputAlone,
  workOf: oncePerElement,
  units: 'gathered',
  negative: 'from inputs',
  cells: ({ inputs }, { output }) => ({
    output: rule(
      Object.fromEntries(inputs.map((_, position) => [`summand${position}`, input(sameElement(output), position)])),
      summands => sum(Object.values(summands).map(reference)),
    ),
  }),
  gradients: () => ({ input: (at, cells) => reference(cells.dy(...at)) }),
  place(_layer, placing) {
    const summands = placing.inputs.map(({ name }) => name);
    placeLikeInput(placing, size => messages.layers.addDetail(size, summands));
  },
};
