import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { inferShapes, sizeOf, type TensorId, trainedTensors } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { type Batch, type BatchNetwork, createBatchNetwork } from './batch-network.ts';
import { digitNetwork, residualNetwork, valuesFor } from '../oracle/example-network.ts';
import { branchedCases, type GradientCase, otherCases, randomCases } from '../oracle/gradient-cases.ts';
import { type Lender, nobody, type Partner, partnerProgram, type Request, startPartner } from './partner.ts';
import { createSplitNetwork } from './split-network.ts';

const started: Partner[] = [];
beforeAll(() => startBackend());
afterEach(() => started.splice(0).forEach(partner => partner.end()));

const lend = (partner: Partner): Lender => ({ join() {}, get: () => partner, leave() {} });

/** A partner that is ready, with a list of the requests it got. */
async function startReady(program?: URL) {
  const partner = startPartner(program);
  started.push(partner);
  while (!partner.ready) await pause(5);
  const asked: Request['kind'][] = [];
  const watched: Partner = {
    get ready() {
      return partner.ready;
    },
    ask(request) {
      asked.push(request.kind);
      partner.ask(request);
    },
    // On a busy machine a real partner may be slower than the usual patience.
    wait: patience => partner.wait(program ? patience : 60_000),
    end: () => partner.end(),
  };
  return { partner: watched, asked };
}

/** What a network finds for a case, several times in a row. The results must not change. The first pass never goes to
 *  the partner; before the next one the partner has opened the network. */
function passesOf(
  runner: BatchNetwork,
  { batch, trained, seed }: Omit<GradientCase, 'name' | 'network' | 'values'>,
  partner: Partner,
) {
  const { images, targets, count } = batch;
  return [1, 2, 3].map(() => {
    const found = runner.gradients(batch, { trained, random: createRandom(seed) });
    partner.wait(5000);
    const predicted = runner.predict(images, count);
    partner.wait(5000);
    return { ...found, predicted, evaluated: runner.evaluate(images, targets, count) };
  });
}

function run({ network, values, ...rest }: Omit<GradientCase, 'name'>, lender: Lender) {
  const runner = createSplitNetwork(network, 'wasm', lender);
  runner.setParameters(values);
  const passes = passesOf(runner, rest, lender.get());
  runner.dispose();
  return passes;
}

/** A case of 28×28 digits. */
function digitCase(count: number, seed: number): Omit<GradientCase, 'name'> {
  const network = digitNetwork(3, 5);
  const random = createRandom(seed);
  const batch: Batch = {
    images: Float32Array.from({ length: count * 28 * 28 }, () => (random.uniform() < 0.7 ? 0 : random.uniform())),
    targets: new Float32Array(count * 10),
    weights: seed % 2 === 0 ? Float32Array.from({ length: count }, random.uniform) : undefined,
    count,
  };
  for (let sample = 0; sample < count; sample++) batch.targets[sample * 10 + random.integer(10)] = 1;
  const trained = new Set(trainedTensors(network).map(({ id }) => id));
  return { network, values: valuesFor(network, random, () => random.normal() / 4), batch, trained, seed };
}

function* cases(): Generator<Omit<GradientCase, 'name'>> {
  yield* [...otherCases()].filter((_, i) => i % 4 === 0);
  yield* branchedCases();
  yield* randomCases(0, 24);
  for (let count = 1; count <= 17; count++) yield digitCase(count, count);
}

/** Compares bytes, and only shows the numbers if they differ: looking at each number takes most of a test's time. */
function expectSameBits(found: object, wanted: object): void {
  if (isDeepStrictEqual(found, wanted)) return;
  expect(found).toStrictEqual(wanted);
  throw new Error('the same numbers have other bits');
}

test.runIf(availableParallelism() > 1)(
  'With a partner and without, gradients, losses and probabilities are the same to the last bit, in networks of all ' +
    'kinds',
  async () => {
    const { partner, asked } = await startReady();
    for (const example of cases()) expectSameBits(run(example, lend(partner)), run(example, lend(nobody)));
    expect(partner.wait(2000)).toBe(true);
    const made = (kind: Request['kind']) => asked.filter(request => request === kind).length;
    expect(made('gradients')).toBeGreaterThan(200);
    expect(made('evaluate')).toBeGreaterThan(400);
    expect(made('open')).toBe(made('close'));
  },
);

test('The halves add up to the whole batch, and each sample has the dropout mask of its place', () => {
  for (const example of cases()) {
    const { network, values, batch, trained, seed } = example;
    const whole = createBatchNetwork(network, 'wasm');
    whole.setParameters(values);
    const wanted = whole.gradients(batch, { trained, random: createRandom(seed) });
    whole.dispose();
    const halves = createSplitNetwork(network, 'wasm', lend(nobody));
    halves.setParameters(values);
    const found = halves.gradients(batch, { trained, random: createRandom(seed) });
    halves.dispose();
    expect(found.probabilities).toStrictEqual(wanted.probabilities);
    expect(found.loss).toBeCloseTo(wanted.loss, 10);
    const scaleOf = (gradient: Float32Array) => Math.max(...gradient.map(Math.abs));
    const largest = Math.max(...[...wanted.gradients.values()].map(scaleOf));
    for (const [id, gradient] of wanted.gradients) {
      const other = found.gradients.get(id)!;
      // If terms cancel, their sum is a small part of the network's largest number.
      const most = scaleOf(gradient) * 1e-5 + largest * 1e-6;
      expect(Math.max(...gradient.map((value, i) => Math.abs(value - other[i])))).toBeLessThanOrEqual(most);
    }
  }
});

test('The result for an image doesn’t depend on the other images of its batch', () => {
  for (const { network, values, batch } of cases()) {
    const runner = createBatchNetwork(network, 'wasm');
    runner.setParameters(values);
    const size = batch.images.length / batch.count;
    const alone = Array.from({ length: batch.count }, (_, i) => [
      ...runner.predict(batch.images.slice(i * size, (i + 1) * size), 1),
    ]);
    expect([...runner.predict(batch.images, batch.count)]).toEqual(alone.flat());
    runner.dispose();
  }
});

test.runIf(availableParallelism() > 1)(
  'A batch from which a batch normalisation learns stays whole; if it is frozen, the batch is split',
  async () => {
    const { partner, asked } = await startReady();
    const network = residualNetwork();
    const random = createRandom(3);
    const count = 5;
    const size = sizeOf(inferShapes(network).get('input0')!);
    const batch: Batch = {
      images: Float32Array.from({ length: count * size }, random.normal),
      targets: Float32Array.from({ length: count * 5 }, (_, i) => (i % 5 === 2 ? 1 : 0)),
      count,
    };
    const all = new Set(trainedTensors(network).map(({ id }) => id));
    const frozen = new Set([...all].filter(id => !id.startsWith('norm')));
    const example = { network, values: valuesFor(network, random), batch, seed: 1 };
    const [learning] = run({ ...example, trained: all }, lend(partner));
    expect(asked).not.toContain('gradients');
    expect([...learning.statistics.keys()]).toEqual(
      ['normA', 'normB'].flatMap((id): TensorId[] => [`${id}/movingMean`, `${id}/movingVariance`]),
    );
    run({ ...example, trained: frozen }, lend(partner));
    expect(asked.filter(kind => kind === 'gradients').length).toBeGreaterThan(0);
  },
);

/** Programs that end a partner in the middle of a step. A partner is asked to open the network, to evaluate twice, and
 *  then for gradients. (The first gradients were calculated without it.) */
const deaths = {
  'that dies when it is done but hasn’t said so': 'if (value === 4) process.exit()',
  'that fails': 'if (value === 4) throw new Error("out of memory")',
  'that hangs': 'if (value === 4) for (;;);',
};

test.runIf(availableParallelism() > 1).each(Object.entries(deaths))(
  'A partner %s costs time, but nothing else',
  async (_, death) => {
    const program = `
    const store = Atomics.store;
    Atomics.store = (array, index, value) => { ${death}; return store(array, index, value); };
    await import(${JSON.stringify(partnerProgram!.href)});`;
    const { partner, asked } = await startReady(new URL(`data:text/javascript,${encodeURIComponent(program)}`));
    const example = digitCase(9, 4);
    expect(run(example, lend(partner))).toStrictEqual(run(example, lend(nobody)));
    expect(asked).toEqual(['open', 'evaluate', 'evaluate', 'gradients']);
    expect(partner.ready).toBe(false);
  },
);

test('There is no partner if its program is missing or a thread can’t be started', () => {
  expect(startPartner(null)).toBe(nobody);
  expect(startPartner(new URL('http://localhost/partner-thread.mjs'))).toBe(nobody);
});

test.runIf(availableParallelism() > 1)('A network goes on with another partner and gets the same results', async () => {
  const example = digitCase(7, 2);
  const [first, second] = [await startReady(), await startReady()];
  let lent = first.partner;
  const runner = createSplitNetwork(example.network, 'wasm', { join() {}, get: () => lent, leave() {} });
  runner.setParameters(example.values);
  const before = passesOf(runner, example, lent);
  lent = second.partner;
  expect(passesOf(runner, example, lent)).toStrictEqual(before);
  expect(second.asked).toContain('gradients');
  runner.dispose();
});
