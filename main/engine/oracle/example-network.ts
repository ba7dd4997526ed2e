/** Networks for the engine's tests, and random values for them. */
import {
  describeTensors,
  type LayerSettings,
  type NetworkSpec,
  parseNetwork,
  type TensorId,
} from '../../../shared/network.ts';
import type { Source } from '../../../shared/explain/numbers.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { Random } from '../../../shared/random.ts';

/** A chain of layers. Each is named after its kind and its place: input0, conv2d1, relu2. */
export function chain(...settings: LayerSettings[]): NetworkSpec {
  const names = settings.map(({ kind }, position) => `${kind}${position}`);
  return parseNetwork({
    version: 1,
    layers: settings.map((setting, position) => ({
      id: names[position],
      name: names[position],
      inputs: position === 0 ? [] : [names[position - 1]],
      ...setting,
    })),
  });
}

/** input 28×28 → conv → relu → conv → relu → max pool 2×2 → dense 10 → softmax. All kernels are 3×3. */
export function digitNetwork(first = 2, second = 2): NetworkSpec {
  const conv = { kind: 'conv2d', kernelSize: [3, 3], strides: [1, 1], padding: 'valid', useBias: true } as const;
  return chain(
    { kind: 'input', shape: [28, 28, 1] },
    { ...conv, filters: first },
    { kind: 'relu' },
    { ...conv, filters: second },
    { kind: 'relu' },
    { kind: 'maxPool2d', poolSize: [2, 2], strides: [2, 2], padding: 'valid' },
    { kind: 'flatten' },
    { kind: 'dense', units: 10, useBias: true },
    { kind: 'softmax' },
  );
}

/** input 8×6×2 → conv a → batchNorm → leaky ReLU → conv b → batchNorm → + a → ReLU → dropout → mean of each map → dense
 *  5 → softmax. */
export function residualNetwork(): NetworkSpec {
  const conv = { kind: 'conv2d', filters: 3, kernelSize: [3, 3], strides: [1, 1], padding: 'same', useBias: false };
  const norm = { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.99 };
  const layer = (id: string, inputs: string[], settings: object) => ({ id, name: id, inputs, ...settings });
  return parseNetwork({
    version: 1,
    layers: [
      layer('input0', [], { kind: 'input', shape: [8, 6, 2] }),
      layer('a', ['input0'], conv),
      layer('normA', ['a'], norm),
      layer('leaky', ['normA'], { kind: 'leakyRelu', negativeSlope: 0.2 }),
      layer('b', ['leaky'], conv),
      layer('normB', ['b'], norm),
      layer('sum', ['normB', 'a'], { kind: 'add' }),
      layer('relu', ['sum'], { kind: 'relu' }),
      layer('drop', ['relu'], { kind: 'dropout' }),
      layer('mean', ['drop'], { kind: 'globalAveragePool2d' }),
      layer('dense', ['mean'], { kind: 'dense', units: 5, useBias: true }),
      layer('softmax', ['dense'], { kind: 'softmax' }),
    ],
  });
}

/** Values for every stored tensor: N(0,1), or what `draw` gives. Variances and rates are from 0 to 1; `actual` is
 *  blank. */
export function valuesFor(network: NetworkSpec, random: Random, draw: () => number = random.normal) {
  const stored = new Map<TensorId, Float32Array>();
  for (const { id, role, name, size } of describeTensors(network)) {
    if (role === 'computed') continue;
    const limited = name === 'movingVariance' || name === 'rate';
    const value = () => (role === 'actual' ? Number.NaN : limited ? Math.abs(draw()) % 1 : draw());
    stored.set(id, Float32Array.from({ length: size }, value));
  }
  return stored;
}

/** Numbers of tensors, in float32 or in doubles. */
export type Numbers = ReadonlyMap<TensorId, ArrayLike<number>>;

/** A sheet with these numbers and gradients, as explanations read it. NaN is a blank, such as an expected value that
 *  nobody knows; so are gradients that aren't given, and all other cells. */
export const sourceOf = (sheet: Sheet, numbers: Numbers, gradients: Numbers = new Map()): Source => ({
  sheet,
  sheets: [{ id: sheet.id, name: 'Network' }],
  element({ tensor, index }, plane) {
    const number = plane === 'gradient' ? (gradients.get(tensor)?.[index] ?? null) : numbers.get(tensor)?.[index];
    return Number.isNaN(number) ? null : number;
  },
  cell: () => null,
});
