/** The gradients by one weight that batches of a data set give while optimizers move it. */
import type { DataSet } from '../../../shared/data.ts';
import type { ElementIndex } from '../../../shared/layout/layout.ts';
import { createRandom } from '../../../shared/random.ts';
import type { TaughtSteps } from '../../../shared/teaching/optimizers.ts';
import type { ParameterName } from '../../../shared/tensor.ts';
import { createBatchNetwork } from '../batch/batch-network.ts';
import { createBatches } from '../data/batches.ts';
import { fitForEvaluation } from '../training/fit.ts';
import { createOptimizer } from '../training/optimizers.ts';
import type { Between, Model } from './evaluate.ts';

/** Images in a batch. */
const BATCH = 16;

/** The steps of several optimizers from a network's present weights, of which only one moves: the loss's gradient by it
 *  for each of the first `count` batches, in an order that is the same every time, at the weight that the steps before
 *  have led to. A list for each optimizer. Throws UserError if network and data set don't fit. */
export async function weightGradients(
  { network, classes, parameters }: Pick<Model, 'network' | 'classes' | 'parameters'>,
  images: DataSet,
  { tensor, index, count, optimizers, rate }: ElementIndex & TaughtSteps & { count: number },
  between: Between,
): Promise<number[][]> {
  const { data } = fitForEvaluation(network, classes, images, 'training');
  const batches = createBatches(data, { indices: data.split.training, batchSize: BATCH, seed: 1 });
  const steps = Math.min(count, batches.count);
  const begin = parameters.get(tensor)!;
  const runner = createBatchNetwork(network, 'wasm');
  let done = 0;
  try {
    runner.setParameters(parameters);
    const found: number[][] = [];
    for (const optimizer of optimizers) {
      const weights = new Map([[tensor, begin.slice()]]);
      const engine = createOptimizer({ optimizer, weightDecay: 0, clipNorm: 0 }, [
        { id: tensor, name: tensor.slice(tensor.indexOf('/') + 1) as ParameterName, size: begin.length },
      ]);
      const own: number[] = [];
      for (let position = 0; position < steps; position++) {
        runner.setParameters(weights);
        const options = { trained: new Set([tensor]), random: createRandom(position) };
        own.push(runner.gradients(batches.at(0, position), options).gradients.get(tensor)![index]);
        const alone = new Float32Array(begin.length);
        alone[index] = own[position];
        engine.step(weights, new Map([[tensor, alone]]), () => rate);
        // oxlint-disable-next-line no-await-in-loop -- so that other work gets its turn
        await between(++done / (steps * optimizers.length));
      }
      found.push(own);
    }
    return found;
  } finally {
    runner.dispose();
  }
}
