/** Formula layers beside the built-in layers that calculate the same. */
import { type FormulaSettings, namesRead } from '../../../shared/layers/formula.ts';
import { buildSheet } from '../../../shared/layout/sheet.ts';
import {
  type Layer,
  type LayerSettings,
  type ParameterName,
  parseNetwork,
  type Shape,
} from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import {
  convolutionByHand,
  formulasOfOne,
  fx,
  op,
  ownWeight,
  sameElementIn,
  windowIn,
  type WindowSettings,
} from '../../../shared/testing/formula-layers.ts';
import { type Example, randomValues } from '../../../shared/testing/random-network.ts';

export type FormulaCase = {
  name: string;
  /** Two inputs of this shape are there. The formula layer reads the first, and the second with `besides`. */
  formula: (shape: Shape) => FormulaSettings;
  /** The layers that do the same, one after the other. Left out if there are none. */
  builtIn?: (shape: Shape) => readonly LayerSettings[];
  /** The parameter of the formula layer that each parameter of the first built-in layer is. */
  parameters?: readonly (readonly [builtIn: ParameterName, formula: ParameterName])[];
};

const alone = (formula: FormulaSettings['formulas'][number], weights?: readonly number[]): FormulaSettings => ({
  kind: 'formula',
  instead: { kind: 'relu' },
  formulas: [formula],
  ...(weights && { weights }),
});
const three: WindowSettings = { size: [3, 3], strides: [1, 1], padding: 'same' };
const two: WindowSettings = { size: [2, 2], strides: [2, 2], padding: 'valid' };
const FILTERS = 5;
const pool = ({ size: poolSize, strides, padding }: WindowSettings) => ({ poolSize, strides, padding });

export const formulaCases: readonly FormulaCase[] = [
  {
    name: 'leaky ReLU',
    formula: shape => alone(fx('MAX', op('*', 0.1, sameElementIn(shape)), sameElementIn(shape))),
    builtIn: () => [{ kind: 'leakyRelu', negativeSlope: 0.1 }],
  },
  {
    name: 'softplus',
    formula: shape => alone(fx('LN', op('+', 1, fx('EXP', sameElementIn(shape))))),
    builtIn: () => [{ kind: 'softplus' }],
  },
  {
    name: 'x·sigmoid(x)',
    formula: shape => {
      const x = sameElementIn(shape);
      return alone(op('/', x, op('+', 1, fx('EXP', op('-', x)))));
    },
    builtIn: () => [{ kind: 'silu' }],
  },
  {
    name: 'hard swish',
    formula: shape => {
      const x = sameElementIn(shape);
      return alone(op('/', op('*', x, fx('MIN', fx('MAX', op('+', x, 3), 0), 6)), 6));
    },
    builtIn: () => [{ kind: 'hardSwish' }],
  },
  {
    name: 'a 3×3 average',
    formula: shape => ({
      kind: 'formula',
      instead: { kind: 'averagePool2d', ...pool(three) },
      formulas: [fx('AVERAGE', windowIn(shape, three))],
    }),
    builtIn: () => [{ kind: 'averagePool2d', ...pool(three) }],
  },
  {
    name: 'a 2×2 max window',
    formula: shape => ({
      kind: 'formula',
      instead: { kind: 'averagePool2d', ...pool(two) },
      formulas: [fx('MAX', windowIn(shape, two))],
    }),
    builtIn: () => [{ kind: 'maxPool2d', ...pool(two) }],
  },
  {
    name: 'a learned scale for each map',
    formula: shape => ({
      kind: 'formula',
      instead: { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.99 },
      formulas: [
        op(
          '*',
          { kind: 'read', of: 'gamma', axes: [{ first: 0, size: 1, along: { axis: 2, step: 1 } }] },
          sameElementIn(shape),
        ),
      ],
    }),
    builtIn: () => [{ kind: 'depthwiseConv2d', kernelSize: [1, 1], strides: [1, 1], padding: 'valid', useBias: false }],
    parameters: [['kernel', 'gamma']],
  },
  {
    name: 'a 3×3 convolution with SUMPRODUCT',
    formula: shape => convolutionByHand(shape, FILTERS, three),
    builtIn: shape => [convolutionByHand(shape, FILTERS, three).instead],
    parameters: [
      ['kernel', 'kernel'],
      ['bias', 'bias'],
    ],
  },
  {
    name: 'the norm of two bands',
    formula: shape => {
      const [a, b] = [sameElementIn(shape), sameElementIn(shape, 1)];
      return { ...alone(fx('SQRT', op('+', op('^', a, 2), op('^', b, 2)))), besides: 1 };
    },
  },
  {
    name: 'a 3×3 convolution and ReLU in one formula',
    formula: shape => {
      const own = convolutionByHand(shape, FILTERS, three);
      return { ...own, formulas: [fx('MAX', 0, own.formulas[0])] };
    },
    builtIn: shape => [convolutionByHand(shape, FILTERS, three).instead, { kind: 'relu' }],
    parameters: [
      ['kernel', 'kernel'],
      ['bias', 'bias'],
    ],
  },
  {
    name: 'a tanh and its leaky ReLU in one formula',
    formula: shape => {
      const x = fx('TANH', sameElementIn(shape));
      return alone(fx('MAX', op('*', 0.1, x), x));
    },
    builtIn: () => [{ kind: 'tanh' }, { kind: 'leakyRelu', negativeSlope: 0.1 }],
  },
  {
    name: 'a slope that is learned',
    formula: shape => alone(fx('MAX', op('*', ownWeight(0), sameElementIn(shape)), sameElementIn(shape)), [0.25]),
  },
];

/** A network with every one of these formulas and of `formulasOfOne`, side by side over one input. */
export function everyFormulaExample(): Example {
  const shape = [6, 5, 2] as const;
  const random = createRandom(14);
  const singles = formulasOfOne.map(make => alone(make(sameElementIn(shape)), [0.3, -0.7]));
  const all = [...singles, ...formulaCases.map(({ formula }) => formula(shape))].map(readWeights);
  const layers: Layer[] = [
    { id: 'in', name: 'input', inputs: [], kind: 'input', shape },
    { id: 'other', name: 'other', inputs: ['in'], kind: 'tanh' },
  ];
  for (const [i, settings] of all.entries()) {
    const inputs = settings.besides ? ['in', 'other'] : ['in'];
    layers.push({ id: `f${i}`, name: `formula${i}`, inputs, ...settings });
    layers.push({ id: `m${i}`, name: `mean${i}`, inputs: [`f${i}`], kind: 'globalAveragePool2d' });
  }
  layers.push({ id: 'all', name: 'all', inputs: all.map((_, i) => `m${i}`), kind: 'concatenate' });
  const network = parseNetwork({ version: 1, layers });
  return { sheet: buildSheet(network), stored: randomValues(network, random, 'plain'), random };
}

/** Without own weights where no formula reads them. */
function readWeights({ weights, ...settings }: FormulaSettings): FormulaSettings {
  return weights && namesRead(settings).has('weights') ? { ...settings, weights } : settings;
}
