/** What the cells of every kind of layer read, and their formulas. */
import { CHANNELS_PER_PARTIAL, type Layer, type LayerKind, type LayerOf } from '../network.ts';
import { call, type Expression, operation, sum } from './expression.ts';
import { all, inGroup, input, inWindow, metByWindow, own, type Part, reference, rule, same } from './reads.ts';
import { type LayerRules, sameElement, slices, windowsOf } from './reads.ts';

const rules: { [K in LayerKind]: LayerRules<LayerOf<K>> } = {
  input: () => ({}),
  flatten: () => ({}),

  /** Output [y,x,outC] = Σ over input channels of patch × kernel slice, + bias. Where a formula can't hold all
   *  channels, it adds partial sums [group,y,x,outC], each over one group of channels. */
  conv2d: (layer, { inputs: [maps] }) => {
    const [rows, columns] = windowsOf(layer, layer.kernelSize, maps);
    const channels = maps[2];
    const bias = layer.useBias ? own('bias', same(2)) : undefined;
    if (channels <= CHANNELS_PER_PARTIAL) {
      return {
        output: rule(
          {
            patch: input([inWindow(0, rows), inWindow(1, columns), all(channels)]),
            kernel: own('kernel', metByWindow(0, rows), metByWindow(1, columns), all(channels), same(2)),
            bias,
          },
          ({ patch, kernel, bias }) => sum([...products(slices(patch, 2), slices(kernel, 2)), ...optional(bias)]),
        ),
      };
    }
    const groups = Math.ceil(channels / CHANNELS_PER_PARTIAL);
    const group = inGroup(0, CHANNELS_PER_PARTIAL, channels);
    return {
      partial: rule(
        {
          patch: input([inWindow(1, rows), inWindow(2, columns), group]),
          kernel: own('kernel', metByWindow(1, rows), metByWindow(2, columns), group, same(3)),
        },
        ({ patch, kernel }) => sum(products(slices(patch, 2), slices(kernel, 2))),
      ),
      output: rule({ partial: own('partial', all(groups), same(0), same(1), same(2)), bias }, ({ partial, bias }) =>
        sum([...slices(partial, 0).map(reference), ...optional(bias)]),
      ),
    };
  },

  maxPool2d: pool('MAX'),
  /** Divides by the cells that lie on the map, as TensorFlow does under 'same'. */
  averagePool2d: pool('AVERAGE'),
  globalMaxPool2d: globalPool('MAX'),
  globalAveragePool2d: globalPool('AVERAGE'),

  /** Output [unit] = Σ over the input's cells of activation × weight, + bias. */
  dense: (layer, { inputs: [[size]] }) => ({
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

  /** The columns beside a softmax: shifted = x − max, exp, output = exp / sum, crossEntropy = −actual·ln(output), which
   *  stays finite where output is 0. */
  softmax: (_, { output: [size] }) => ({
    shifted: rule({ score: input([same(0)]), scores: input([all(size)]) }, ({ score, scores }, runs) =>
      operation('-', reference(score), call('MAX', ...runs(scores).flat())),
    ),
    exp: rule({ shifted: own('shifted', same(0)) }, ({ shifted }) => call('EXP', reference(shifted))),
    output: rule({ exp: own('exp', same(0)), exps: own('exp', all(size)) }, ({ exp, exps }, runs) =>
      operation('/', reference(exp), call('SUM', ...runs(exps).flat())),
    ),
    crossEntropy: rule(
      { actual: own('actual', same(0)), exps: own('exp', all(size)), shifted: own('shifted', same(0)) },
      ({ actual, exps, shifted }, runs) => {
        const probability = reference(actual);
        const logarithm = call('LN', call('SUM', ...runs(exps).flat()));
        const loss = operation('*', probability, operation('-', logarithm, reference(shifted)));
        return call('IF', operation('=', probability, 0), 0, loss);
      },
    ),
  }),

  relu: activation(x => call('MAX', 0, x)),
  tanh: activation(x => call('TANH', x)),
  // EXP of a large number is an error; whichever branch is taken, its EXP is at most 1.
  sigmoid: activation(x => {
    const below = operation('/', call('EXP', x), operation('+', 1, call('EXP', x)));
    const above = operation('/', 1, operation('+', 1, call('EXP', operation('-', x))));
    return call('IF', operation('<', x, 0), below, above);
  }),
  leakyRelu: activation((x, { negativeSlope }) =>
    call('IF', operation('<', x, 0), operation('*', negativeSlope, x), x),
  ),
  dropout: activation(x => x),

  /** gamma·(x − movingMean)/√(movingVariance + epsilon) + beta, each parameter its channel's. */
  batchNorm: ({ epsilon }, { output }) => {
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

  add: ({ inputs }, { output }) => ({
    output: rule(
      Object.fromEntries(inputs.map((_, position) => [`summand${position}`, input(sameElement(output), position)])),
      summands => sum(Object.values(summands).map(reference)),
    ),
  }),
};

function pool(name: 'MAX' | 'AVERAGE'): LayerRules<LayerOf<'maxPool2d' | 'averagePool2d'>> {
  return (layer, { inputs: [maps] }) => {
    const [rows, columns] = windowsOf(layer, layer.poolSize, maps);
    const window = input([inWindow(0, rows), inWindow(1, columns), same(2)]);
    return { output: rule({ window }, ({ window }) => call(name, reference(window))) };
  };
}

function globalPool(name: 'MAX' | 'AVERAGE'): LayerRules<LayerOf<'globalMaxPool2d' | 'globalAveragePool2d'>> {
  return (_, { inputs: [[height, width]] }) => ({
    output: rule({ map: input([all(height), all(width), same(0)]) }, ({ map }) => call(name, reference(map))),
  });
}

/** A function of the one number at the same place. */
function activation<L>(formula: (x: Expression, layer: L) => Expression): LayerRules<L> {
  return (layer, { output }) => ({
    output: rule({ x: input(sameElement(output)) }, ({ x }) => formula(reference(x), layer)),
  });
}

/** SUMPRODUCT of each pair of parts. */
function products(left: readonly Part[], right: readonly Part[]): Expression[] {
  return left.map((part, i) => call('SUMPRODUCT', reference(part), reference(right[i])));
}

function optional(part: Part | undefined): Expression[] {
  return part ? [reference(part)] : [];
}

/** The rules for the computed tensors of any layer. */
export const rulesOf: LayerRules<Layer> = (layer, shapes) => (rules[layer.kind] as LayerRules<Layer>)(layer, shapes);
