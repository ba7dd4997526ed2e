/** The gradients by one weight that batches of a data set give. */
import type { DataSet } from '../../../shared/data.ts';
import type { ElementIndex } from '../../../shared/layout/layout.ts';
import { createRandom } from '../../../shared/random.ts';
import { createBatchNetwork } from '../batch/batch-network.ts';
import { createBatches } from '../data/batches.ts';
import { fitForEvaluation } from '../training/fit.ts';
import type { Between, Model } from './evaluate.ts';

/** Images in a batch. */
const BATCH = 16;

/** The loss's gradient by a weight for each of the first `count` batches, in an order that is the same every time. All
 *  are at the network's present weights. Throws UserError if network and data set don't fit. */
export async function weightGradients(
  { network, classes, parameters }: Pick<Model, 'network' | 'classes' | 'parameters'>,
  images: DataSet,
  { tensor, index, count }: ElementIndex & { count: number },
  between: Between,
): Promise<number[]> {
  const { data } = fitForEvaluation(network, classes, images, 'training');
  const batches = createBatches(data, { indices: data.split.training, batchSize: BATCH, seed: 1 });
  const runner = createBatchNetwork(network, 'wasm');
  const found: number[] = [];
  try {
    runner.setParameters(parameters);
    for (let position = 0; position < Math.min(count, batches.count); position++) {
      const options = { trained: new Set([tensor]), random: createRandom(position) };
      found.push(runner.gradients(batches.at(0, position), options).gradients.get(tensor)![index]);
      // oxlint-disable-next-line no-await-in-loop -- so that other work gets its turn
      await between((position + 1) / count);
    }
    return found;
  } finally {
    runner.dispose();
  }
}
