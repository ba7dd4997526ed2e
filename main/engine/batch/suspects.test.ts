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

/** What is found of samples with these outputs by layer, and which outputs were asked for. */
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

test('of ordinary numbers only the images are looked at, and no sample is suspect', () => {
  expect(follow(values(100), { input0: [0, 1, 1, 0.5] })).toEqual({ samples: [], asked: ['input0'] });
});

test('where bounds say too little, the numbers are looked at, and clear the samples that have small ones', () => {
  // The second sample's pixels are so small that its sums can't overflow.
  const outputs = { input0: [1, 1, 1e-9, 0], flatten1: [1, 1, 1e-9, 0] };
  expect(follow(values(-3e38), outputs).samples).toEqual([0]);
  const deeper = { ...outputs, relu3: [1e30, 0, 0, 1e37, 0, 0] };
  expect(follow(values(4e35), deeper).samples).toEqual([1]);
});

test('pixels and parameters that aren’t finite make a suspect, whatever they are multiplied by', () => {
  for (const value of [Number.NaN, Infinity, -Infinity]) {
    const outputs = { input0: [0, value, 0, 0], flatten1: [0, value, 0, 0], relu3: [0, 0, 0, 0, 0, 0] };
    expect(follow(values(0, 0), outputs).samples).toEqual([0]);
    const all = { input0: [0, 0, 0, 0], flatten1: [0, 0, 0, 0], relu3: [0, 0, 0, 0, 0, 0] };
    expect(follow(values(value), all).samples).toEqual([0, 1]);
    expect(follow(values(1, value), all).samples).toEqual([0, 1]);
  }
});

test('a layer that normalises by the batch makes suspects of all its samples; one by its averages does not', () => {
  const residual = residualNetwork();
  const stored = valuesFor(residual, createRandom(1));
  const input = Array.from({ length: 2 * 96 }, (_, i) => (i === 0 ? 1e25 : 0));
  const outputs = { input0: input, a: Array.from({ length: 2 * 144 }, (_, i) => (i === 0 ? 1e25 : 0)) };
  const learning = new Set(['normA', 'normB']);
  expect(follow(stored, outputs, { count: 2, learning }, residual).samples).toEqual([0, 1]);
  expect(follow(stored, outputs, { count: 2, learning: new Set() }, residual).samples).toEqual([]);
});

test('after its first numbers a batch normalisation’s bound is that of normalised ones', () => {
  const residual = residualNetwork();
  const stored = valuesFor(residual, createRandom(1));
  const training = { count: 2, learning: new Set(['normA', 'normB']) };
  const bounds = createBounds(inferShapes(residual), id => stored.get(id)!);
  const norm = residual.layers.find(({ id }) => id === 'normA')!;
  const [gamma, beta] = (['gamma', 'beta'] as const).map(name =>
    Math.max(...stored.get(`normA/${name}`)!.map(Math.abs)),
  );
  // Two samples of 8×6 pixels: one alone away from all others is √96 deviations off, at most.
  expect(bounds.of(norm, [1e15], training)).toBeCloseTo(Math.sqrt(96) * gamma + beta, 6);
  expect(bounds.of(norm, [1e20], training)).toBeUndefined();
});
