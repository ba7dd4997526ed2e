import { expect, test } from 'vitest';
import { inferShapes, type LayerId, type TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { createBounds, type TrainingPass } from './bounds.ts';
import { chain, residualNetwork, valuesFor } from '../oracle/example-network.ts';
import { createSuspects } from './suspects.ts';

const network = chain(
  { kind: 'input', shape: [1, 1, 2] },
  { kind: 'flatten' },
  { kind: 'dense', units: 3, useBias: true },
  { kind: 'relu' },
  { kind: 'dense', units: 2, useBias: true },
  { kind: 'softmax' },
);

/** Follows samples with these outputs through the layers. Returns the suspects, and which outputs were read. */
function follow(
  values: ReadonlyMap<TensorId, Float32Array>,
  outputs: Record<LayerId, readonly number[]>,
  training?: TrainingPass,
  of = network,
) {
  const asked: LayerId[] = [];
  const bounds = createBounds(inferShapes(of), id => values.get(id)!);
  const suspects = createSuspects(bounds, 2, training);
  for (const layer of of.layers.slice(0, -1)) {
    suspects.follow(layer, id => {
      asked.push(id);
      return Float32Array.from(outputs[id]);
    });
  }
  return { samples: [...suspects.samples], asked };
}

const values = (kernel: number, bias = 1) =>
  new Map<TensorId, Float32Array>([
    ['dense2/kernel', new Float32Array(6).fill(kernel)],
    ['dense2/bias', new Float32Array(3).fill(bias)],
    ['dense4/kernel', new Float32Array(6).fill(1)],
    ['dense4/bias', new Float32Array(2).fill(1)],
  ]);

test('with ordinary numbers only the images are read, and no sample is a suspect', () => {
  expect(follow(values(100), { input0: [0, 1, 1, 0.5] })).toEqual({ samples: [], asked: ['input0'] });
});

test('if bounds are not enough, the numbers are read, and samples with small ones are no suspects', () => {
  // The second sample's pixels are so small that its sums can't overflow.
  const outputs = { input0: [1, 1, 1e-9, 0], flatten1: [1, 1, 1e-9, 0] };
  expect(follow(values(-3e38), outputs).samples).toEqual([0]);
  const deeper = { ...outputs, relu3: [1e30, 0, 0, 1e37, 0, 0] };
  expect(follow(values(4e35), deeper).samples).toEqual([1]);
});

test('pixels and parameters that aren’t finite make a suspect, even if they are multiplied by 0', () => {
  for (const value of [Number.NaN, Infinity, -Infinity]) {
    const outputs = { input0: [0, value, 0, 0], flatten1: [0, value, 0, 0], relu3: [0, 0, 0, 0, 0, 0] };
    expect(follow(values(0, 0), outputs).samples).toEqual([0]);
    const all = { input0: [0, 0, 0, 0], flatten1: [0, 0, 0, 0], relu3: [0, 0, 0, 0, 0, 0] };
    expect(follow(values(value), all).samples).toEqual([0, 1]);
    expect(follow(values(1, value), all).samples).toEqual([0, 1]);
  }
});

test('a layer that normalises by the batch makes all samples suspects; one that uses its averages does not', () => {
  const residual = residualNetwork();
  const stored = valuesFor(residual, createRandom(1));
  const input = Array.from({ length: 2 * 96 }, (_, i) => (i === 0 ? 1e25 : 0));
  const outputs = { input0: input, a: Array.from({ length: 2 * 144 }, (_, i) => (i === 0 ? 1e25 : 0)) };
  const learning = new Set(['normA', 'normB']);
  expect(follow(stored, outputs, { count: 2, learning }, residual).samples).toEqual([0, 1]);
  expect(follow(stored, outputs, { count: 2, learning: new Set() }, residual).samples).toEqual([]);
});

test('a batch normalisation that learns has the bound of normalised numbers, unless its squares overflow', () => {
  const residual = residualNetwork();
  const stored = valuesFor(residual, createRandom(1));
  const training = { count: 2, learning: new Set(['normA', 'normB']) };
  const bounds = createBounds(inferShapes(residual), id => stored.get(id)!);
  const norm = residual.layers.find(({ id }) => id === 'normA')!;
  const [gamma, beta] = (['gamma', 'beta'] as const).map(name =>
    Math.max(...stored.get(`normA/${name}`)!.map(Math.abs)),
  );
  // Two samples of 8×6 pixels are 96 numbers. A single number that differs from all others is at most √96 deviations
  // from the mean.
  expect(bounds.of(norm, [1e15], training)).toBeCloseTo(Math.sqrt(96) * gamma + beta, 6);
  expect(bounds.of(norm, [1e20], training)).toBeUndefined();
});
