import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { inferShapes, sizeOf, trainedTensors } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { built } from '../kernels/modules.ts';
import { createPool, type Pool, type PoolOptions } from '../kernels/pool.ts';
import { chain, digitNetwork, residualNetwork, valuesFor } from '../oracle/example-network.ts';
import { branchedCases, type GradientCase, otherCases, randomCases } from '../oracle/gradient-cases.ts';
import { type Batch, createBatchNetwork } from './batch-network.ts';
import { createWasmOps } from './wasm-ops.ts';

type Case = Omit<GradientCase, 'name'>;

const THREADS = [2, 3, 4, 8];
const pools: Pool[] = [];
beforeAll(() => startBackend());
afterEach(() => pools.splice(0).forEach(pool => pool.end()));

/** A pool whose threads take part. On a busy machine a thread may be slower than the usual patience. */
async function startPool(options: PoolOptions): Promise<Pool> {
  const pool = createPool({ patience: { times: 10, more: 60_000 }, ...options });
  pools.push(pool);
  pool.start();
  const some = pool.heap.take(8192);
  while ((options.threads ?? 2) > 1 && pool.shared === 0) {
    await pause(5);
    pool.run(
      'clear',
      Array.from({ length: 64 }, () => [some.at, 8192]),
    );
  }
  pool.heap.release(some);
  return pool;
}

/** What a network finds for a case, several times in a row. The results must not change. */
function passesOf({ network, values, batch, trained, seed }: Case, pool: Pool) {
  const runner = createBatchNetwork(network, 'wasm', () => createWasmOps(pool, () => {}));
  runner.setParameters(values);
  const { images, targets, count } = batch;
  const passes = [1, 2].map(() => {
    const found = runner.gradients(batch, { trained, random: createRandom(seed) });
    return { ...found, predicted: runner.predict(images, count), evaluated: runner.evaluate(images, targets, count) };
  });
  runner.dispose();
  return passes;
}

/** A case of 28×28 digits. */
function digitCase(count: number, seed: number): Case {
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

function* cases(): Generator<Case> {
  yield* [...otherCases()].filter((_, i) => i % 4 === 0);
  yield* branchedCases();
  yield* randomCases(0, 24);
  for (let count = 1; count <= 17; count++) yield digitCase(count, count);
  yield tiledCase(21);
  yield tiledCase(3);
  yield normalisedCase(21, true);
  yield normalisedCase(21, false);
}

/** A network whose convolutions go by tiles, forward and back. */
function tiledCase(count: number): Case {
  const [kernelSize, strides] = [
    [3, 3],
    [1, 1],
  ] as const;
  const network = chain(
    { kind: 'input', shape: [11, 9, 8] },
    { kind: 'conv2d', filters: 12, kernelSize, strides, padding: 'same', useBias: true },
    { kind: 'relu' },
    { kind: 'conv2d', filters: 16, kernelSize, strides, padding: 'valid', useBias: false },
    { kind: 'tanh' },
    { kind: 'flatten' },
    { kind: 'dense', units: 5, useBias: true },
    { kind: 'softmax' },
  );
  const random = createRandom(count);
  const batch: Batch = {
    images: Float32Array.from({ length: count * 11 * 9 * 8 }, random.normal),
    targets: Float32Array.from({ length: count * 5 }, (_, i) => (i % 5 === 2 ? 1 : 0)),
    count,
  };
  const trained = new Set(trainedTensors(network).map(({ id }) => id));
  return { network, values: valuesFor(network, random, () => random.normal() / 8), batch, trained, seed: 1 };
}

/** A residual network, whose batch normalisations learn from the batch or are frozen. */
function normalisedCase(count: number, learns: boolean): Case {
  const network = residualNetwork();
  const random = createRandom(3);
  const size = sizeOf(inferShapes(network).get('input0')!);
  const batch: Batch = {
    images: Float32Array.from({ length: count * size }, random.normal),
    targets: Float32Array.from({ length: count * 5 }, (_, i) => (i % 5 === 2 ? 1 : 0)),
    count,
  };
  const all = trainedTensors(network).map(({ id }) => id);
  const trained = new Set(all.filter(id => learns || !id.startsWith('norm')));
  return { network, values: valuesFor(network, random), batch, trained, seed: 1 };
}

/** Compares bytes, and only shows the numbers if they differ: looking at each number takes most of a test's time. */
function expectSameBits(found: object, wanted: object): void {
  if (isDeepStrictEqual(found, wanted)) return;
  expect(found).toStrictEqual(wanted);
  throw new Error('the same numbers have other bits');
}

test.each(THREADS)(
  'With %d threads, gradients, statistics, losses and probabilities are those of one, to the last bit, in networks ' +
    'of all kinds',
  async threads => {
    const [alone, together] = [await startPool({ threads: 1 }), await startPool({ threads })];
    for (const example of cases()) expectSameBits(passesOf(example, together), passesOf(example, alone));
    expect(together.threads).toBe(threads - 1);
    expect(together.shared).toBeGreaterThan(100);
    expect([alone.threads, alone.shared]).toEqual([0, 0]);
  },
);

test('A pass in parts has the same bits while other passes are made between its parts', async () => {
  const pool = await startPool({ threads: 3 });
  const alone = await startPool({ threads: 1 });
  const [one, two] = [...cases()].filter(({ batch }) => batch.count > 8);
  for (const example of [...cases()].filter((_, i) => i % 3 === 0)) {
    const { network, values, batch, trained, seed } = example;
    const runner = createBatchNetwork(network, 'wasm', () => createWasmOps(pool, () => {}));
    runner.setParameters(values);
    const wanted = createBatchNetwork(network, 'wasm', () => createWasmOps(alone, () => {}));
    wanted.setParameters(values);
    const parts = runner.gradientsInParts(batch, { trained, random: createRandom(seed) });
    const others = [one, two].map(other => {
      const own = createBatchNetwork(other.network, 'wasm', () => createWasmOps(pool, () => {}));
      own.setParameters(other.values);
      return { ...other, own };
    });
    const otherParts = others.map(other =>
      other.own.gradientsInParts(other.batch, { trained: other.trained, random: createRandom(other.seed) }),
    );
    let found = parts.next();
    for (let n = 0; !found.done; n++) {
      // One is made whole in between, the other in parts of its own, and given up at last.
      if (n % 5 === 0) others[0].own.predict(others[0].batch.images, others[0].batch.count);
      otherParts[1].next();
      found = parts.next();
    }
    for (const each of otherParts) each.return(undefined as never);
    expectSameBits(found.value, wanted.gradients(batch, { trained, random: createRandom(seed) }));
    for (const each of [runner, wanted, ...others.map(({ own }) => own)]) each.dispose();
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

/** Programs that end a thread in the middle of a step, when it has done a piece. */
const deaths = {
  'that dies when it has done a piece but hasn’t said so': 'process.exit()',
  'that fails': 'throw new Error("out of memory")',
  'that hangs': 'for (;;);',
};

test.each(Object.entries(deaths))('A thread %s costs time, but nothing else', async (_, death) => {
  const program = `
    const store = Atomics.store;
    let left = 200;
    Atomics.store = (array, index, value) => {
      if (--left === 0) ${death};
      return store(array, index, value);
    };
    await import(${JSON.stringify(built('pool-thread.mjs')!.href)});`;
  const pool = await startPool({
    threads: 3,
    program: new URL(`data:text/javascript,${encodeURIComponent(program)}`),
    patience: { times: 10, more: 500 },
  });
  const alone = await startPool({ threads: 1 });
  for (let seed = 4; seed < 40 && pool.threads > 0; seed++) {
    const example = digitCase(9, seed);
    expectSameBits(passesOf(example, pool), passesOf(example, alone));
    await pause(1);
  }
  expect(pool.threads).toBe(0);
  const example = digitCase(9, 40);
  expectSameBits(passesOf(example, pool), passesOf(example, alone));
});

test('There are no threads if their program is missing or a thread can’t be started', () => {
  for (const program of [null, new URL('http://localhost/pool-thread.mjs')]) {
    const pool = createPool({ threads: 2, program });
    pool.start();
    expect(pool.threads).toBe(0);
  }
});
