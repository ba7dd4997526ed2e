/** Runs on the engine onnx, held against the same runs on wasm. */
import { beforeAll, describe, expect, test } from 'vitest';
import { initialValues } from '../../../shared/initial-values.ts';
import { english } from '../../../shared/messages/render.ts';
import { type NetworkSpec, parseNetwork, type TensorId, trainedTensors } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { op, sameElementIn } from '../../../shared/testing/formula-layers.ts';
import type { TrainingConfig } from '../../../shared/training.ts';
import { startChosen } from '../backend/native.ts';
import { onnxAvailable } from '../backend/onnx.ts';
import { smallConfig, smallDigits, smallNetwork } from '../data/testing/small-digits.ts';
import type { Ties } from '../formulas/ties.ts';
import { chain, residualNetwork } from '../oracle/example-network.ts';
import type { TensorValues, TrainerSnapshot } from './learner.ts';
import { createRateFinder } from './rate-finder.ts';
import { createStepper } from './stepper.ts';
import { createTrainer, type Trainer } from './trainer.ts';

const isThere = onnxAvailable();
const onGraph = test.skipIf(!isThere);
if (!isThere) test.skip('onnxruntime-node is not installed, or has no library for this computer', () => {});
beforeAll(() => startChosen(isThere ? 'onnx' : 'wasm'));

/** 75 images for training: with batches of 20, the last one of an epoch has 15. */
const data = smallDigits(75, 20);
const drop = ['drop/rate', Float32Array.of(0.25)] as const;
const startOf = (network: NetworkSpec): Map<TensorId, Float32Array> =>
  new Map([...initialValues(network, createRandom(3)), drop]);
const options = (changes: Partial<TrainingConfig>, network = smallNetwork) => ({
  network,
  parameters: startOf(network),
  data,
  config: smallConfig({ batchSize: 20, epochs: 3, ...changes }),
});
const finish = (run: Trainer): TensorValues => {
  while (run.advance() !== 'ended');
  return new Map([...run.parameters()].map(([id, values]) => [id, values.slice()]));
};
/** The largest difference of a weight, as a part of the way that the farthest weight of its tensor has gone. */
function apart(a: TensorValues, b: TensorValues, start: TensorValues): number {
  const differences = [...a].map(([id, values]) => {
    const [way, difference] = [start, b].map(other =>
      values.reduce((most, value, i) => Math.max(most, Math.abs(value - other.get(id)![i])), 0),
    );
    return difference === 0 ? 0 : difference / way;
  });
  return Math.max(...differences);
}

const weighted: TrainingConfig['classWeights'] = Array.from({ length: 10 }, (_, label) => 0.5 + label / 5);
const runs: Record<string, Partial<TrainingConfig>> = {
  sgd: { optimizer: { kind: 'sgd' }, weightDecay: 1e-2 },
  'momentum and clipping': {
    optimizer: { kind: 'momentum', momentum: 0.9, nesterov: false },
    clipNorm: 0.1,
    weightDecay: 1e-2,
  },
  'Nesterov momentum, one cycle, a layer at half the rate': {
    optimizer: { kind: 'momentum', momentum: 0.9, nesterov: true },
    schedule: { kind: 'oneCycle', rise: 0.3 },
    layerRates: { conv: 0.5 },
  },
  rmsprop: { optimizer: { kind: 'rmsprop', rho: 0.9, momentum: 0, epsilon: 1e-3 } },
  'rmsprop with momentum, a frozen layer': {
    optimizer: { kind: 'rmsprop', rho: 0.9, momentum: 0.5, epsilon: 1e-3 },
    layerRates: { conv: 0 },
  },
  'adam, class weights, cosine': {
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 1e-3 },
    classWeights: weighted,
    schedule: { kind: 'cosine', cycle: 1, multiplier: 2 },
  },
  'adamw, clipping, one cycle, warm-up': {
    optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.99, epsilon: 1e-3 },
    weightDecay: 0.1,
    clipNorm: 0.2,
    schedule: { kind: 'oneCycle', rise: 0.3 },
    warmupSteps: 3,
  },
};

describe('The same set-up gives the weights of wasm', () => {
  onGraph.each(Object.entries(runs))('with %s', (_, changes) => {
    const run = createTrainer(options({ ...changes, backend: 'onnx' }));
    const own = finish(run);
    const other = createTrainer(options({ ...changes, backend: 'wasm' }));
    const wasm = finish(other);
    expect(apart(own, wasm, startOf(smallNetwork))).toBeLessThan(2e-4);
    // The test can fail: without what a set-up asks for, weights go elsewhere.
    const less = { ...changes, weightDecay: 0, clipNorm: 0, classWeights: 'equal' as const, layerRates: {} };
    const plain = finish(createTrainer(options({ ...less, schedule: { kind: 'constant' }, backend: 'wasm' })));
    if (Object.keys(changes).length > 1) expect(apart(own, plain, startOf(smallNetwork))).toBeGreaterThan(1e-3);
    const [points, expected] = [run, other].map(({ history }) => history.points.map(({ loss }) => loss));
    for (const [step, loss] of points.entries()) expect(Math.abs(loss / expected[step] - 1)).toBeLessThan(1e-4);
    const [memory, wanted] = [run, other].map(each => each.memory('run')!);
    expect(memory.step).toBe(wanted.step);
    expect(apart(memory.slots as TensorValues, wanted.slots as TensorValues, emptyLike(wanted.slots))).toBeLessThan(
      1e-3,
    );
    expect(run.history.notes).toEqual([]);
    for (const each of [run, other]) each.dispose();
  });

  onGraph('with residual blocks: the statistics of a batch, moving averages, dropout', () => {
    const network = ofDigits(residualNetwork());
    const run = createTrainer(options({ backend: 'onnx' }, network));
    const own = finish(run);
    const wasm = finish(createTrainer(options({ backend: 'wasm' }, network)));
    expect(apart(own, wasm, startOf(network))).toBeLessThan(1e-3);
    expect(own.get('normA/movingMean')!.some(value => value !== 0)).toBe(true);
    const [found, expected] = [run.gradients(), emptyLike(run.gradients())];
    for (const [id, values] of found) expect(values).not.toEqual(expected.get(id));
  });

  onGraph('in the finder of learning rates', () => {
    const curves = (['onnx', 'wasm'] as const).map(backend => {
      const finder = createRateFinder(options({ backend }));
      for (let step = 0; step < 40; step++) finder.advance();
      return finder.curve().points.map(({ loss }) => loss);
    });
    for (const [step, loss] of curves[0].entries()) expect(loss).toBeCloseTo(curves[1][step], 4);
  });
});

/** The same values as 0. */
function emptyLike<Key extends string>(values: ReadonlyMap<Key, Float32Array>): Map<TensorId, Float32Array> {
  return new Map([...values].map(([id, own]) => [id as string as TensorId, new Float32Array(own.length)]));
}

/** A network for images of 28×28 in ten classes. */
function ofDigits(network: NetworkSpec): NetworkSpec {
  return {
    ...network,
    layers: network.layers.map(layer => {
      if (layer.kind === 'input') return { ...layer, shape: [28, 28, 1] };
      return layer.kind === 'dense' ? { ...layer, units: 10 } : layer;
    }),
  };
}

onGraph('another trainer goes on from a snapshot after any piece of work, to the same bits', () => {
  const changes = { ...runs['adamw, clipping, one cycle, warm-up'], keepBest: true, backend: 'onnx' } as const;
  const whole = createTrainer(options(changes));
  const weights = finish(whole);
  let from: TrainerSnapshot | undefined;
  let run = createTrainer(options(changes));
  for (let pieces = 0; run.advance() !== 'ended'; pieces++) {
    if (pieces % 2 === 1) continue;
    from = structuredClone(run.snapshot());
    run.dispose();
    run = createTrainer({ ...options(changes), from });
  }
  expect(run.parameters()).toEqual(weights);
  expect(run.memory('run1')).toEqual(whole.memory('run1'));
  expect(run.history.points).toEqual(whole.history.points);
});

onGraph('weights typed between two steps hold from the next batch on, and come back out', () => {
  const [run, other] = (['onnx', 'wasm'] as const).map(backend => createTrainer(options({ backend })));
  for (const each of [run, other]) {
    each.advance();
    const bias = each.parameters().get('conv/bias')!.slice().fill(0.5);
    each.setParameters(new Map([['conv/bias', bias]]));
    expect(each.parameters().get('conv/bias')).toEqual(bias);
    each.advance();
  }
  expect(apart(run.parameters(), other.parameters(), startOf(smallNetwork))).toBeLessThan(2e-4);
  expect(run.parameters().get('conv/bias')![0]).not.toBe(0.5);
});

describe('A run whose numbers get too large ends as on wasm', () => {
  onGraph.each([
    ['a loss', 1e20],
    ['weights', 1e38],
  ])('%s', (_, learningRate) => {
    const [run, other] = (['onnx', 'wasm'] as const).map(backend =>
      createTrainer(options({ backend, learningRate, optimizer: { kind: 'sgd' } })),
    );
    const [own, wasm] = [finish(run), finish(other)];
    expect(run.end).toBe('failed');
    expect(run.sentence).toEqual(other.sentence);
    expect([...own.values()].every(values => values.every(Number.isFinite))).toBe(true);
    expect(apart(own, wasm, startOf(smallNetwork))).toBeLessThan(1e-3);
  });
});

onGraph('a deep network, whose bounds prove nothing, needs wasm only if a number is really large', () => {
  const dense = { kind: 'dense', units: 32, useBias: true } as const;
  const hidden = Array.from({ length: 40 }, () => [dense, { kind: 'relu' } as const]).flat();
  const network = chain({ kind: 'input', shape: [4, 4, 1] }, { kind: 'flatten' }, ...hidden, dense, {
    kind: 'softmax',
  });
  const parameters = initialValues(network, createRandom(1));
  const asked: number[] = [];
  const stepper = createStepper({
    network,
    settings: { optimizer: { kind: 'sgd' }, weightDecay: 0, clipNorm: 0 },
    tensors: trainedTensors(network),
    factorOf: () => 1,
    parameters,
    state: { step: 0, slots: new Map() },
    verify: ({ count }) => asked.push(count) * Number.NaN,
  });
  const [images, targets] = [new Float32Array(5 * 16).fill(0.5), new Float32Array(5 * 32).fill(1 / 32)];
  const step = (pixels: Float32Array) =>
    stepper.step({ images: pixels, targets, count: 5 }, createRandom(1), { rate: 1e-3, momentum: 0 }).loss;
  expect(step(images)).toBeCloseTo(Math.log(32), 0);
  expect(asked).toEqual([]);
  expect(step(images.map(() => 1e37))).toBeNaN();
  expect(asked).toEqual([5]);
  stepper.dispose();
});

describe('What a graph can’t hold runs on wasm and says so', () => {
  onGraph('a formula layer', () => {
    const scaled = op('*', 0.5, sameElementIn([12, 12, 4]));
    const formula = { kind: 'formula', instead: { kind: 'relu' }, formulas: [scaled] } as const;
    const layers = smallNetwork.layers.map(layer => (layer.id === 'relu' ? { ...layer, ...formula } : layer));
    const network = parseNetwork({ ...smallNetwork, layers });
    const [own, wasm] = (['onnx', 'wasm'] as const).map(backend => {
      const run = createTrainer(options({ backend }, network));
      return { weights: finish(run), notes: run.history.notes.map(({ sentence }) => english(sentence)) };
    });
    expect(own.weights).toEqual(wasm.weights);
    expect([own.notes, wasm.notes]).toEqual([
      ['Calculated by wasm, because the engine onnx can’t hold the layer relu.'],
      [],
    ]);
  });

  onGraph('formulas over weights, from their beginning to their end', () => {
    const run = createTrainer(options({ backend: 'onnx' }));
    run.advance();
    const tied = run.parameters();
    const kernel = tied.get('conv/kernel')!;
    const ties: Ties = {
      elements: new Map([['conv/kernel', Uint32Array.of(1)]]),
      staying: new Map(),
      stays: () => [],
      apply: () => void (kernel[1] = -kernel[0]),
      chain: () => {},
      aside: (_gradients, step) => step(),
    };
    run.tie(ties);
    run.advance();
    expect(run.parameters().get('conv/kernel')![1]).toBe(-run.parameters().get('conv/kernel')![0]);
    expect(run.history.notes.map(({ sentence }) => english(sentence))).toEqual([
      'Calculated by wasm from here, because the engine onnx can’t follow formulas over weights.',
    ]);
    run.tie(undefined);
    run.advance();
    expect(run.parameters().get('conv/kernel')![1]).not.toBe(-run.parameters().get('conv/kernel')![0]);
    expect(run.history.points.length).toBe(3);
  });
});
