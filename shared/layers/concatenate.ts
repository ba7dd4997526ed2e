import { UserError } from '../errors.ts';
import { input, isEmpty, reference, rule, same } from '../formula/reads.ts';
import type { LayerKindOf } from './kind.ts';
import { oncePerElement, outputAlone } from './kind.ts';
import { placeLikeInput } from '../layout/placing.ts';
import { LIMITS } from '../network-limits.ts';
import { messages } from '../messages.ts';
import { formatShape } from '../tensor.ts';

/** Joins two or more inputs: maps along their channels, or vectors. */
export const concatenate: LayerKindOf<{ kind: 'concatenate' }> = {
  kind: 'concatenate',
  settings: {},
  inputs: {
    least: 2,
    most: LIMITS.inputs,
    refusal: (layer, count) => messages.layers.concatenateInputCount(layer, count, LIMITS.inputs),
  },
  shapeOf(layer, inputs) {
    const [first] = inputs;
    const sides = first.shape.slice(0, -1);
    const other = inputs.find(({ shape }) => formatShape(shape.slice(0, -1)) !== formatShape(sides));
    if (!other) return [...sides, inputs.reduce((sum, { shape }) => sum + shape.at(-1)!, 0)];
    const [shape, otherShape] = [formatShape(first.shape), formatShape(other.shape)];
    throw new UserError(messages.layers.sidesDiffer(layer.name, first.name, shape, other.name, otherShape));
  },
  tensorsOf: outputAlone,
  workOf: oncePerElement,
  units: 'gathered',
  negative: 'from inputs',
  // A cell reads one input: the one that has its channel.
  cells(_layer, { inputs, output }) {
    let first = 0;
    const reads = inputs.map((shape, position) => {
      const size = shape.at(-1)!;
      const axes = output.map((_, axis) => (axis < output.length - 1 ? same(axis) : same(axis, first, size)));
      first += size;
      return [`part${position}`, input(axes, position)] as const;
    });
    return {
      output: rule(Object.fromEntries(reads), parts => reference(Object.values(parts).find(part => !isEmpty(part))!)),
    };
  },
  gradients: (_layer, { inputs }) => ({
    input(at, cells, position) {
      const first = inputs.slice(0, position).reduce((sum, shape) => sum + shape.at(-1)!, 0);
      return reference(cells.dy(...at.slice(0, -1), first + at.at(-1)!));
    },
  }),
  place(_layer, placing) {
    const names = placing.inputs.map(({ name }) => name);
    placeLikeInput(placing, size => messages.layers.concatenateDetail(size, names));
  },
};
