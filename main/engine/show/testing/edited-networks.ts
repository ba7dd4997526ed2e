/** Edits networks at random, and looks for values that differ from a fresh calculation. */
import { describeTensors, type LayerSettings, type NetworkSpec, type TensorId } from '../../../../shared/network.ts';
import type { Random } from '../../../../shared/random.ts';
import type { FormulaSettings } from '../../../../shared/layers/formula.ts';
import { fx, ofMap, op, ownWeight, sameElementIn } from '../../../../shared/testing/formula-layers.ts';
import { randomValues } from '../../../../shared/testing/random-network.ts';
import { chain } from '../../oracle/example-network.ts';
import { createForward, type Forward } from '../forward.ts';

type Values = Map<TensorId, Float32Array>;

/** Three axes of any size. */
const MAP = [1, 1, 1];

/** The bits of all tensors. All NaN count as equal. */
function bitsOf(network: NetworkSpec, forward: Forward): Map<TensorId, Uint32Array> {
  return new Map(
    describeTensors(network).map(({ id }) => {
      const values = forward.value(id).map(value => (Number.isNaN(value) ? Number.NaN : value));
      return [id, new Uint32Array(values.buffer)];
    }),
  );
}

function freshBits(network: NetworkSpec, stored: Values): Map<TensorId, Uint32Array> {
  const forward = createForward(network, stored);
  forward.update(stored.keys());
  const bits = bitsOf(network, forward);
  forward.dispose();
  return bits;
}

/** Writes random numbers of all sizes, and NaN, into some elements of some tensors. */
function randomEdits(stored: Values, random: Random): Map<TensorId, number[]> {
  const edits = new Map<TensorId, number[]>();
  for (const [tensor, values] of stored) {
    if (random.integer(4) !== 0) continue;
    const elements = Array.from({ length: 1 + random.integer(3) }, () => random.integer(values.length));
    const what = random.integer(10);
    for (const element of elements) {
      values[element] = what === 0 ? Number.NaN : what === 1 ? 3e38 : what === 2 ? -0 : random.normal();
    }
    if (tensor.endsWith('/movingVariance')) for (const element of elements) values[element] = random.uniform();
    edits.set(tensor, elements);
  }
  return edits;
}

/** Edits a network `count` times. Returns a sentence about the first edit after which a value differs from a fresh
 *  calculation, or after which the changed tensors weren't named right. */
export function faultAfterEdits(network: NetworkSpec, stored: Values, random: Random, count: number) {
  // In half of the cases channels are calculated alone even where that saves nothing.
  const forward = createForward(network, stored, { worthwhile: random.integer(2) === 0 ? 0 : undefined });
  try {
    forward.update(stored.keys());
    let before = bitsOf(network, forward);
    for (let edit = 0; edit < count; edit++) {
      const edits = randomEdits(stored, random);
      // Sometimes `update` isn't told which elements changed.
      const told = forward.update(edits.keys(), random.integer(4) === 0 ? undefined : edits);
      const now = bitsOf(network, forward);
      for (const [id, bits] of freshBits(network, stored)) {
        const fault = `edit ${edit} of ${[...edits.keys()].join()}: ${id}`;
        if (!sameBits(bits, now.get(id)!)) return `${fault} is not what a fresh calculation gives`;
        if (stored.has(id)) continue;
        const differs = !sameBits(bits, before.get(id)!);
        if (differs !== told.has(id))
          return `${fault} ${differs ? 'differs' : 'is as before'}, and the contrary is told`;
      }
      before = now;
    }
    return undefined;
  } finally {
    forward.dispose();
  }
}

const sameBits = (one: Uint32Array, other: Uint32Array) => one.every((bits, i) => bits === other[i]);

const x = sameElementIn(MAP);
const leaky: FormulaSettings = {
  kind: 'formula',
  instead: { kind: 'relu' },
  formulas: [fx('MAX', op('*', 0.1, x), x)],
};
const scaled: FormulaSettings = {
  kind: 'formula',
  instead: { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 },
  formulas: [op('+', op('*', ofMap('gamma', MAP), x), ownWeight(0))],
  weights: [0.5],
};

/** Convolutions with many filters, with layers between them that keep the channels apart. */
export function wideNetwork(random: Random): NetworkSpec {
  const between = (low: number, high: number) => low + random.integer(high - low + 1);
  const pick = <T>(...choices: T[]) => choices[random.integer(choices.length)];
  const conv = () => ({
    kind: 'conv2d' as const,
    filters: between(2, 44),
    kernelSize: [between(1, 3), between(1, 3)] as const,
    strides: [between(1, 2), 1] as const,
    padding: pick('same' as const, 'valid' as const),
    useBias: pick(true, false),
  });
  const pool = { poolSize: [2, 2], strides: [between(1, 2), 1], padding: 'same' } as const;
  const mapsLayer = () =>
    pick<LayerSettings>(
      { kind: 'relu' as const },
      { kind: 'sigmoid' as const },
      { kind: 'tanh' as const },
      { kind: 'leakyRelu' as const, negativeSlope: 0.1 },
      { kind: 'dropout' as const },
      { kind: 'batchNorm' as const, epsilon: 1e-3, momentum: 0.9 },
      { kind: 'maxPool2d' as const, ...pool },
      { kind: 'averagePool2d' as const, ...pool },
      leaky,
      scaled,
    );
  return chain(
    { kind: 'input', shape: [7, 6, between(1, 3)] },
    conv(),
    mapsLayer(),
    mapsLayer(),
    { ...conv(), padding: 'same' },
    mapsLayer(),
    pick({ kind: 'flatten' as const }, { kind: 'globalMaxPool2d' as const }, { kind: 'globalAveragePool2d' as const }),
    { kind: 'dense', units: between(2, 30), useBias: pick(true, false) },
    vectorLayer(random),
    { kind: 'dense', units: between(2, 5), useBias: true },
    { kind: 'softmax' },
  );
}

function vectorLayer(random: Random) {
  const choices = [
    { kind: 'relu' as const },
    { kind: 'tanh' as const },
    { kind: 'batchNorm' as const, epsilon: 1e-3, momentum: 0.9 },
  ];
  return choices[random.integer(choices.length)];
}

/** A network and values in which sums depend on the order of their terms: in doubles, 1e17 + 1 is 1e17. */
export function cancellingExample(random: Random): { network: NetworkSpec; stored: Values } {
  const network = wideNetwork(random);
  const stored = randomValues(network, random, 'plain');
  const terms = [1e17, -1e17, 1, 3, -2];
  for (const [tensor, values] of stored) {
    if (tensor.endsWith('/kernel')) values.forEach((_, i) => (values[i] = terms[random.integer(terms.length)]));
    if (tensor === 'input0/output') values.fill(1);
  }
  return { network, stored };
}
