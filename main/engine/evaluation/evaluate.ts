/** Runs a network over many images, a few at a time, so that other work gets its turn. */
import type { DataSet, Split } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import {
  describeTensors,
  workOfLayers,
  type LayerOf,
  type NetworkSpec,
  type TensorId,
} from '../../../shared/network.ts';
import type { BackendName } from '../../../shared/training.ts';
import { noTta, type Tta } from '../../../shared/tta.ts';
import { createBatchNetwork } from '../batch/batch-network.ts';
import { createBatches } from '../data/batches.ts';
import { fitForEvaluation } from '../training/fit.ts';
import type { Predictions } from './metrics.ts';
import { meanOfViews, meanProbabilities, type Said, viewsOf, writeView } from './views.ts';

/** A network with its parameters, and the backend that computes it. The backend has to be started. */
export type Model = {
  network: NetworkSpec;
  /** The names of the classes. Empty if they have none. */
  classes: readonly string[];
  parameters: ReadonlyMap<TensorId, Float32Array>;
  backend: BackendName;
};

/** Called after every few images with the share that is done, 0 to 1. The work goes on when the promise resolves, and
 *  ends if it throws. */
export type Between = (fraction: number) => Promise<void>;

/** Multiplications of a batch: some ten milliseconds. */
const BATCH_WORK = 2 ** 29;
/** Numbers of a batch's layers. */
const BATCH_ELEMENTS = 2 ** 24;
const MOST_IMAGES = 128;
/** The most probabilities of a split, which take 1 GiB. */
const MOST_PROBABILITIES = 2 ** 28;

/** How many images a network calculates in some ten milliseconds. */
export function inferenceBatch(network: NetworkSpec): number {
  const work = workOfLayers(network).reduce((sum, each) => sum + each, 0);
  const size = describeTensors(network).reduce((sum, { role, size: own }) => sum + (role === 'parameter' ? 0 : own), 0);
  return Math.max(1, Math.min(MOST_IMAGES, Math.floor(BATCH_WORK / work), Math.floor(BATCH_ELEMENTS / size)));
}

/** Predicts the images of a split whose classes the network has, for `evaluationOf`. With `tta`, it averages over views
 *  of each image. An image with a number that isn't finite gets NaN. Throws UserError if the network and the data set
 *  don't fit, or if the split is empty or has too many probabilities. */
export async function predictSplit(
  model: Model,
  images: DataSet,
  split: Split,
  between: Between,
  tta: Tta = noTta,
): Promise<Predictions> {
  const { network, parameters, backend } = model;
  const { data, notes, leftOut } = fitForEvaluation(network, model.classes, images, split);
  const last = network.layers.at(-1)!;
  if (data.severalLabels && last.kind === 'softmax')
    throw new UserError(sentences.runs.oneClassOnly(last.name, data.name));
  const indices = data.split[split];
  if (indices.length === 0) throw new UserError(sentences.runs.emptySplit(data.name, split));
  const views = viewsOf(tta, data.shape);
  const classes = data.classes.length;
  if (indices.length * classes > MOST_PROBABILITIES)
    throw new UserError(sentences.data.tooManyProbabilities(indices.length, split, classes, MOST_PROBABILITIES));
  const probabilities = new Float32Array(indices.length * classes);
  const targets = new Uint8Array(indices.length * classes);
  const losses = new Float64Array(indices.length);
  const batchNetwork = createBatchNetwork(network, backend);
  try {
    batchNetwork.setParameters(parameters);
    const batches = createBatches(data, { indices, batchSize: inferenceBatch(network) });
    let done = 0;
    for (let position = 0; position < batches.count; position++) {
      const batch = batches.at(0, position);
      const said: Said[] = [];
      for (const [n, view] of views.entries()) {
        if (n > 0) writeView(data.bytes, batch.indices, data.shape, view, batch.images);
        said.push(batchNetwork.evaluate(batch.images, batch.targets, batch.count));
        // oxlint-disable-next-line no-await-in-loop -- so that other work gets its turn
        await between((done + (batch.count * (n + 1)) / views.length) / indices.length);
      }
      const found = meanOfViews(said, last.kind === 'softmax', batch.targets);
      probabilities.set(found.probabilities, done * classes);
      targets.set(batch.targets, done * classes);
      losses.set(found.losses, done);
      done += batch.count;
    }
  } finally {
    batchNetwork.dispose();
  }
  // The result doesn't hold the data set, so that its images can leave memory.
  const { name: dataName, severalLabels, nameOf } = data;
  return {
    dataName,
    split,
    classes: data.classes,
    notes: views.length > 1 ? [sentences.data.views(views.length), ...notes] : notes,
    leftOut,
    severalLabels,
    probabilities,
    targets,
    losses,
    indices,
    nameOf,
  };
}

/** The probabilities [classes] of each image. `bytes` has the images in the shape of the network's input. With `tta`,
 *  they are means over views of each image. An image with a number that isn't finite gets NaN. Throws UserError if the
 *  network doesn't end in probabilities. */
export async function predictImages(
  model: Model,
  bytes: Uint8Array,
  between: Between,
  tta: Tta = noTta,
): Promise<Float32Array[]> {
  const { network, parameters, backend } = model;
  const { shape } = network.layers[0] as LayerOf<'input'>;
  const views = viewsOf(tta, shape);
  const size = shape[0] * shape[1] * shape[2];
  const count = bytes.length / size;
  const most = inferenceBatch(network);
  const pixels = new Float32Array(Math.min(most, count) * size);
  const found: Float32Array[] = [];
  const batchNetwork = createBatchNetwork(network, backend);
  try {
    batchNetwork.setParameters(parameters);
    while (found.length < count) {
      const some = Math.min(most, count - found.length);
      const indices = Array.from({ length: some }, (_, image) => found.length + image);
      const said: Float32Array[] = [];
      for (const [n, view] of views.entries()) {
        writeView(bytes, indices, shape, view, pixels);
        said.push(batchNetwork.predict(pixels.subarray(0, some * size), some));
        // oxlint-disable-next-line no-await-in-loop -- so that other work gets its turn
        await between((found.length + (some * (n + 1)) / views.length) / count);
      }
      const probabilities = meanProbabilities(said);
      const classes = probabilities.length / some;
      for (let image = 0; image < some; image++)
        found.push(probabilities.slice(image * classes, (image + 1) * classes));
    }
  } finally {
    batchNetwork.dispose();
  }
  return found;
}
