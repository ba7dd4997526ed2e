import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LayerKind, layerKinds } from '../../../shared/layers/kinds.ts';
import { describeTensors } from '../../../shared/network.ts';
import { startBackend } from '../backend/backend.ts';
import { createBatchOps } from '../batch/batch-ops.ts';
import { loadNative, nativeAvailable } from '../backend/native.ts';
import { engineKinds } from '../layers/kinds.ts';
import { type GradientCase, gradientCases, randomCases, suites } from './gradient-cases.ts';
import { engineMismatches, gradientsOf, mismatchesOf } from './gradient-check.ts';
import { tiedCases } from './tied-cases.ts';
import { calculating, withWrongGradient } from './wrong-layers.ts';

/** What a case tries: kinds of layers, their settings, numbers of inputs and weights of samples. */
function triedBy({ suite, network, batch }: Sampled): string[] {
  const tried = network.layers.flatMap(({ id: _id, name: _name, inputs, ...settings }) => [
    settings.kind,
    `${inputs.length} inputs`,
    ...(suite === 'whole random networks' ? [] : Object.entries(settings)).map(entry =>
      [settings.kind, ...entry].join(),
    ),
  ]);
  return batch.weights ? [...tried, 'weighted'] : tried;
}

type Sampled = ReturnType<typeof gradientCases> extends Iterable<infer Case> ? Case : never;
const all = [...gradientCases(0, 2500)];
/** The first cases, some of each suite, and those that try something that no case before them does. `npm run fuzz --
 *  gradients` tries all of them, and any number of random networks. */
const tried = new Set<string>();
const bySuite = new Map<string, number>();
const sample = all.filter((example, number) => {
  const what = triedBy(example);
  const some = bySuite.get(example.suite) ?? 0;
  if (number >= 60 && some >= 6 && what.every(each => tried.has(each))) return false;
  for (const each of what) tried.add(each);
  bySuite.set(example.suite, some + 1);
  return true;
});
/** The most milliseconds that a suite may take on a busy machine. */
const WITHIN = 240_000;
const counts = { networks: 0, derivatives: 0, illConditioned: 0 };

beforeAll(() => startBackend());
afterAll(() => {
  const { networks, derivatives, illConditioned } = counts;
  console.log(
    `${networks} networks, ${derivatives} derivatives held against finite differences, ${illConditioned} of them ` +
      'beyond float32.',
  );
});

test('the sample has every kind of layer, and few cases more than were drawn', () => {
  expect(Object.keys(layerKinds).filter(kind => !tried.has(kind))).toEqual([]);
  expect(tried.size).toBeGreaterThan(150);
  expect(sample.length).toBeLessThan(200);
});

test.each(Object.keys(suites))(
  'gradients equal finite differences in doubles: %s',
  name => {
    const cases = sample.filter(({ suite }) => suite === name);
    expect(cases.length).toBeGreaterThan(5);
    expect(cases.flatMap(example => mismatchesOf(example, counts))).toEqual([]);
    expect(counts.illConditioned).toBeLessThan(counts.derivatives / 500);
  },
  WITHIN,
);

test(
  'gradients of weights that others are tied to equal finite differences in doubles, and both engines agree',
  async () => {
    const found = { networks: 0, derivatives: 0, illConditioned: 0 };
    const engines = { compared: 0, illConditioned: 0 };
    const cases = [...take(tiedCases(), 15)];
    expect(cases.flatMap(example => mismatchesOf(example, found))).toEqual([]);
    expect(found.illConditioned).toBeLessThan(found.derivatives / 100);
    // The ties make a difference: without them the derivatives are others.
    const loose = smallestFirst(cases)
      .slice(0, 5)
      .map(({ ties, ...example }) => ({ ...example, ties: { ...ties!, over: withoutChain(ties!) } }));
    const ignored = { networks: 0, derivatives: 0, illConditioned: 0 };
    expect(loose.filter(example => mismatchesOf(example, ignored).length > 0).length).toBeGreaterThan(3);
    if (!nativeAvailable()) return;
    await loadNative();
    expect(cases.flatMap(example => engineMismatches(example, engines))).toEqual([]);
  },
  WITHIN,
);

/** The cases with a layer of this kind before the last one, those with the least to calculate first. */
function casesWith(kind: LayerKind): GradientCase[] {
  return smallestFirst(sample.filter(({ network }) => network.layers.slice(0, -1).some(layer => layer.kind === kind)));
}

function smallestFirst(cases: readonly GradientCase[]): GradientCase[] {
  const size = ({ network }: GradientCase) => describeTensors(network).reduce((sum, each) => sum + each.size, 0);
  return cases.toSorted((a, b) => size(a) - size(b));
}

/** The same formulas, which hand no gradients on. */
function withoutChain(ties: NonNullable<GradientCase['ties']>): typeof ties.over {
  return parameters => ({ ...ties.over(parameters), chain: () => {} });
}

function* take<T>(cases: Iterable<T>, count: number): Generator<T> {
  let taken = 0;
  for (const each of cases) {
    if (taken++ === count) return;
    yield each;
  }
}

test.each(calculating.filter(kind => 'run' in engineKinds[kind]))(
  '%s with gradients a hundredth too large is found out',
  kind => {
    const ignored = { networks: 0, derivatives: 0, illConditioned: 0 };
    const isFoundOut = (example: GradientCase) =>
      withWrongGradient(kind, () => mismatchesOf(example, ignored)).length > 0;
    expect(casesWith(kind).some(isFoundOut)).toBe(true);
  },
  WITHIN,
);

/** Without its last element; or with the wrong sign where a rare branch of the layer is. */
const rarelyWrong: [string, (gradient: Float32Array, input: Float32Array) => Float32Array][] = [
  ['left out for one element', gradient => gradient.map((value, i) => (i < gradient.length - 1 ? value : 0))],
  [
    'of the wrong sign below −3',
    (gradient, input) =>
      gradient.map((value, i) => (gradient.length === input.length && input[i] < -3 ? -value : value)),
  ],
];
test.each(rarelyWrong)(
  'a gradient %s is found out',
  (_, wrong) => {
    for (const kind of ['tanh', 'leakyRelu', 'batchNorm', 'depthwiseConv2d', 'formula'] as const) {
      const ignored = { networks: 0, derivatives: 0, illConditioned: 0 };
      let [made, found] = [0, 0];
      for (const example of casesWith(kind)) {
        if (made === 4) break;
        let isWrong = false;
        const spoilt: typeof wrong = (gradient, input) => {
          const changed = wrong(gradient, input);
          isWrong ||= changed.some((value, i) => value !== gradient[i]);
          return changed;
        };
        // Most cases have nothing that is wrong, and finite differences take long.
        withWrongGradient(kind, () => gradientsOf(example, 'wasm'), spoilt);
        if (!isWrong) continue;
        made++;
        if (withWrongGradient(kind, () => mismatchesOf(example, ignored).length > 0, spoilt)) found++;
      }
      expect(made, kind).toBeGreaterThan(0);
      // What hardly anything depends on can't be seen.
      expect(found, kind).toBeGreaterThanOrEqual(0.75 * made);
    }
  },
  WITHIN,
);

test.skipIf(!nativeAvailable())(
  nativeAvailable()
    ? 'gradients on wasm and on tensorflow agree'
    : 'gradients on wasm and on tensorflow agree (not compared: the native engine is not installed)',
  async () => {
    await loadNative();
    const ops = createBatchOps('tensorflow');
    const held = ops.count();
    const found = { compared: 0, illConditioned: 0 };
    expect(sample.flatMap(example => engineMismatches(example, found))).toEqual([]);
    console.log(
      `${found.compared} numbers compared with TensorFlow's, ${found.illConditioned} tensors beyond float32.`,
    );
    expect(found.illConditioned).toBeLessThan(found.compared / 10_000);
    expect(ops.count()).toBe(held);
  },
  WITHIN,
);

test('the loss and the gradients have the same bits at every call, and leave no tensor on the backend', () => {
  const ops = createBatchOps('wasm');
  const [example] = randomCases(7);
  const held = ops.count();
  const runs = [1, 2].map(() => gradientsOf(example, 'wasm'));
  expect(runs[0]).toEqual(runs[1]);
  expect(ops.count()).toBe(held);
  expect([...runs[0].gradients.keys()].sort()).toEqual([...example.trained].sort());
});
