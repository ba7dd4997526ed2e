/** Layers that compute each number of the output from one number of the input. */
import type { GradientRules } from '../backprop/rules.ts';
import type { Expression } from '../formula/expression.ts';
import { input, reference, rule, sameElement } from '../formula/reads.ts';
import type { LayerRules } from '../formula/reads.ts';
import type { LayerIdentity, LayerInput } from './identity.ts';
import { oncePerElement, outputAlone } from './kind.ts';
import { oneInput } from './one-input.ts';
import { placeLikeInput } from '../layout/placing.ts';
import type { Placing } from '../layout/placing.ts';
import type { Shape } from '../tensor.ts';

/** The gradient by x, where dy is the one by y. */
type Chain<Own> = (of: { x: Expression; y: Expression; dy: Expression }, layer: Own) => Expression;

/** The parts that all elementwise kinds share. `formula` gives the formula of a cell that reads x, and `chain` the one
 *  of x's gradient. Without `chain` it follows from the formula. */
export const elementwise = <Own>(formula: (x: Expression, layer: Own) => Expression, chain?: Chain<Own>) =>
  ({
    inputs: oneInput,
    shapeOf: (_layer: LayerIdentity, [{ shape }]: readonly LayerInput[]): Shape => shape,
    tensorsOf: outputAlone,
    workOf: oncePerElement,
    units: 'inputs',
    negative: 'from inputs',
    cells: ((layer, { output }) => ({
      output: rule({ x: input(sameElement(output)) }, ({ x }) => formula(reference(x), layer)),
    })) as LayerRules<LayerIdentity & Own>,
    ...(chain && {
      gradients: (layer: LayerIdentity & Own): GradientRules => ({
        input: (at, cells) =>
          chain(
            {
              x: reference(cells.of(0, ...at)),
              y: reference(cells.of('output', ...at)),
              dy: reference(cells.dy(...at)),
            },
            layer,
          ),
      }),
    }),
    place: (_layer: LayerIdentity, placing: Placing) => placeLikeInput(placing),
  }) as const;
