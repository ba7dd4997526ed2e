/** Formulas over whole layers against the built-in layers that calculate the same. */
import { trainedOf } from '../../shared/elementwise/compiled.ts';
import { treeOf } from '../../shared/elementwise/testing/tree-of.ts';
import { type Layer, type LayerSettings, type NetworkSpec, sizeOf } from '../../shared/network.ts';
import { createRandom } from '../../shared/random.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { createBatchOps, type Handle } from '../engine/batch/batch-ops.ts';
import type { Context } from '../engine/layers/kind.ts';
import { engineKindOf } from '../engine/layers/kinds.ts';
import { chain } from '../engine/oracle/example-network.ts';
import { formulaCases } from '../engine/oracle/formula-cases.ts';
import { quantile, type Result, round, summarize } from './results.ts';
import { benchNetworks, createBenchTrainer } from './train-networks.ts';

const ROUNDS = 60;
const WARM_ROUNDS = 10;
const SHAPE = [64, 14, 14, 16];
const PASSES_PER_ROUND = 8;

const base = { id: 'y', name: 'y', inputs: ['x'] };
/** Layers, and the formulas that calculate the same. */
const CASES: readonly { layer: Layer; formula: string }[] = [
  { layer: { ...base, kind: 'leakyRelu', negativeSlope: 0.1 }, formula: 'IF(A1>0,A1,0.1*A1)' },
  { layer: { ...base, kind: 'leakyRelu', negativeSlope: 0.1 }, formula: 'MAX(0.1*A1,A1)' },
  { layer: { ...base, kind: 'softplus' }, formula: 'LN(1+EXP(A1))' },
  { layer: { ...base, kind: 'silu' }, formula: 'A1/(1+EXP(-A1))' },
  { layer: { ...base, kind: 'hardSwish' }, formula: 'A1*MIN(6,MAX(0,A1+3))/6' },
];

/** Milliseconds of the processor for the values of a batch of 64 samples of 14×14×16 numbers and their gradient. The
 *  peer is the built-in layer, in turn. */
export async function* benchFormulaPasses(): AsyncIterable<Result> {
  await startBackend();
  const ops = createBatchOps('wasm');
  const random = createRandom(1);
  const size = sizeOf(SHAPE);
  const [x, dy] = [0, 1].map(() =>
    ops.upload(
      Float32Array.from({ length: size }, () => 3 * random.normal()),
      SHAPE,
    ),
  );
  for (const { layer, formula: text } of CASES) {
    const tree = treeOf(text);
    const { values, gradientsBy } = trainedOf(tree, ['element'])!;
    const gradients = gradientsBy([0]);
    const formula = () => {
      const [y, ...kept] = ops.elementwise(values, [x], SHAPE);
      const [dx] = ops.elementwise(gradients, [x, dy, ...kept], SHAPE);
      for (const each of [y, dx, ...kept]) ops.release(each);
    };
    const builtIn = () => {
      const { output, kept = [], backward } = engineKindOf(layer).run!(layer, [x], { ops } as Context);
      const { input } = backward(dy, { parameters: false, input: true });
      for (const each of [output, ...kept, input as Handle]) ops.release(each);
    };
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = -WARM_ROUNDS; round < ROUNDS; round++) {
      const times = [formula, builtIn].map(pass => processorTime(pass));
      if (round < 0) continue;
      ours.push(times[0]);
      theirs.push(times[1]);
    }
    yield summarize(`formula-layers/passes/${text}`, ours, 'ms', { name: layer.kind, values: theirs });
  }
}

/** Samples a second in training: formula layers, and in turn the built-in layers that calculate the same, on 8 maps of
 *  28×28. */
export async function* benchFormulaLayers(): AsyncIterable<Result> {
  await startBackend();
  for (const { name, formula, builtIn } of formulaCases) {
    if (!builtIn) continue;
    const shape = [28, 28, 8];
    const contenders = [networkWith([formula(shape)]), networkWith(builtIn(shape))].map(network => ({
      trainer: createBenchTrainer('wasm', WARM_TRAINING_ROUNDS + TRAINING_ROUNDS, { ...benchNetworks.small, network }),
      speeds: [] as number[],
      seconds: [] as number[],
    }));
    for (let turn = -WARM_TRAINING_ROUNDS; turn < TRAINING_ROUNDS; turn++) {
      // Each goes first in every other round: what one leaves to be collected slows the next one.
      for (const { trainer, speeds, seconds } of turn % 2 === 0 ? contenders : contenders.toReversed()) {
        const [start, cpu] = [performance.now(), process.cpuUsage()];
        for (let step = 0; step < STEPS_PER_ROUND; step++) trainer.advance();
        const { user, system } = process.cpuUsage(cpu);
        // The first rounds compile and allocate.
        if (turn < 0) continue;
        speeds.push((1000 * STEPS_PER_ROUND * benchNetworks.small.batch) / (performance.now() - start));
        seconds.push((user + system) / 1e6);
      }
    }
    for (const { trainer } of contenders) trainer.dispose();
    const [ours, theirs] = contenders;
    const peer = {
      name: builtIn(shape)
        .map(({ kind }) => kind)
        .join(' and '),
      values: theirs.speeds,
    };
    const [cpuSeconds, peerCpuSeconds] = [ours, theirs].map(({ seconds }) => round(quantile(seconds, 0.5)));
    const result = summarize(`formula-layers/training/${name}`, ours.speeds, 'samples/s', peer);
    yield { ...result, cpuSeconds, peerCpuSeconds };
  }
}

const TRAINING_ROUNDS = 20;
const WARM_TRAINING_ROUNDS = 6;
const STEPS_PER_ROUND = 15;

/** input 28×28 → 8 kernels 3×3 → these layers → max pool → dense 10 → softmax. */
function networkWith(layers: readonly LayerSettings[]): NetworkSpec {
  const window = { strides: [1, 1], padding: 'same' } as const;
  return chain(
    { kind: 'input', shape: [28, 28, 1] },
    { kind: 'conv2d', filters: 8, kernelSize: [3, 3], ...window, useBias: true },
    ...layers,
    { kind: 'maxPool2d', poolSize: [2, 2], strides: [2, 2], padding: 'valid' },
    { kind: 'flatten' },
    { kind: 'dense', units: 10, useBias: true },
    { kind: 'softmax' },
  );
}

function processorTime(pass: () => void): number {
  const before = process.cpuUsage();
  for (let n = 0; n < PASSES_PER_ROUND; n++) pass();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / PASSES_PER_ROUND;
}
