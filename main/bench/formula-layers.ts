/** Formulas over whole layers against the built-in layers that calculate the same. */
import { gradientsBy, valuesOf } from '../../shared/elementwise/compiled.ts';
import { treeOf } from '../../shared/elementwise/testing/tree-of.ts';
import { createRandom } from '../../shared/random.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { createBatchOps, type Handle } from '../engine/batch/batch-ops.ts';
import { hardSwish } from '../engine/layers/hardSwish.ts';
import type { Context, Pass } from '../engine/layers/kind.ts';
import { leakyRelu } from '../engine/layers/leakyRelu.ts';
import { silu } from '../engine/layers/silu.ts';
import { softplus } from '../engine/layers/softplus.ts';
import { type Result, summarize } from './results.ts';

const ROUNDS = 60;
const WARM_ROUNDS = 10;
const SHAPE = [64, 14, 14, 16];
const PASSES_PER_ROUND = 8;

/** The kinds and their formulas. */
const CASES = {
  leakyRelu: 'IF(A1>0,A1,0.1*A1)',
  'leakyRelu-by-max': 'MAX(0.1*A1,A1)',
  softplus: 'LN(1+EXP(A1))',
  silu: 'A1/(1+EXP(-A1))',
  hardSwish: 'A1*MIN(6,MAX(0,A1+3))/6',
};

type Run = (layer: unknown, inputs: readonly Handle[], context: Context) => Pass;
const layers = {
  leakyRelu: { run: leakyRelu.run as Run, layer: { negativeSlope: 0.1 } },
  'leakyRelu-by-max': { run: leakyRelu.run as Run, layer: { negativeSlope: 0.1 } },
  softplus: { run: softplus.run as Run, layer: {} },
  silu: { run: silu.run as Run, layer: {} },
  hardSwish: { run: hardSwish.run as Run, layer: {} },
};

/** Milliseconds of the processor for the values of a batch of 64 samples of 14×14×16 numbers and their gradient. The
 *  peer is the built-in layer, in turn. */
export async function* benchFormulaPasses(): AsyncIterable<Result> {
  await startBackend();
  const ops = createBatchOps('wasm');
  const random = createRandom(1);
  const size = SHAPE.reduce((product, length) => product * length, 1);
  const [x, dy] = [0, 1].map(() =>
    ops.upload(
      Float32Array.from({ length: size }, () => 3 * random.normal()),
      SHAPE,
    ),
  );
  for (const [name, text] of Object.entries(CASES)) {
    const tree = treeOf(text);
    const [values, gradients] = [valuesOf(tree, ['element'])!, gradientsBy(tree, ['element'], [0])!];
    const { run, layer } = layers[name as keyof typeof layers];
    const formula = () => {
      const [y] = ops.elementwise(values, [x], SHAPE);
      const [dx] = ops.elementwise(gradients, [x, dy], SHAPE);
      for (const each of [y, dx]) ops.release(each);
    };
    const builtIn = () => {
      const { output, kept = [], backward } = run(layer, [x], { ops } as Context);
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
    yield summarize(`formula-layers/passes/${name}`, ours, 'ms', { name: 'built in', values: theirs });
  }
}

function processorTime(pass: () => void): number {
  const before = process.cpuUsage();
  for (let n = 0; n < PASSES_PER_ROUND; n++) pass();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / PASSES_PER_ROUND;
}
