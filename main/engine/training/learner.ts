/** What a run and the learning-rate finder share: batches, a network with its own parameters, and an optimizer. */
import { UserError } from '../../../shared/errors.ts';
import type { DataSet } from '../../../shared/data.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { type LayerId, type NetworkSpec, type TensorId, trainedTensors } from '../../../shared/network.ts';
import { createRandomFor } from '../../../shared/random.ts';
import type { TrainingConfig } from '../../../shared/training.ts';
import type { RunPlace, TrainingMemory } from '../../../shared/workbook.ts';
import { isFinite } from '../show/activations.ts';
import { createBatchNetwork } from '../batch/batch-network.ts';
import { checkBatchMemory } from '../batch/batch-memory.ts';
import { createBatches, weightsOf } from '../data/batches.ts';
import type { Ties } from '../formulas/ties.ts';
import { checkFit, checkSetUp } from './fit.ts';
import { createOptimizer, type OptimizerState } from './optimizers.ts';
import type { RecorderState } from './recorder.ts';

/** Whole tensors by their ids. */
export type TensorValues = ReadonlyMap<TensorId, Float32Array>;

export type TrainerOptions = {
  network: NetworkSpec;
  /** All parameters of the network. They are copied. */
  parameters: TensorValues;
  data: DataSet;
  config: TrainingConfig;
  /** The memory of an earlier run to continue. */
  memory?: TrainingMemory;
  /** Goes on from a snapshot of a trainer with the same options, bit for bit. Parameters, learning rate and memory then
   *  come from the snapshot. */
  from?: TrainerSnapshot;
};

export type TrainerSnapshot = {
  place: RunPlace;
  learningRate: number;
  seconds: number;
  parameters: TensorValues;
  optimizer: OptimizerState;
  recorder: RecorderState;
};

/** Makes the random numbers of dropout differ from those of augmentation, which use the seed itself. */
const DROPOUT = 0x9e3779b9;
export const dropoutRandom = (seed: number, epoch: number, position: number) =>
  createRandomFor((seed ^ DROPOUT) >>> 0, epoch, position);

/** The backend of `config` has to be started. Throws UserError if the network, the data set and the set-up don't fit
 *  together. */
export function createLearner({ network, parameters: initial, data, config, memory, from }: TrainerOptions) {
  checkFit(network, data);
  checkSetUp(data, config);
  if (config.backend === 'wasm') checkBatchMemory(network, Math.min(config.batchSize, data.split.training.length));
  const rateOf = (layer: LayerId) => config.layerRates[layer] ?? 1;
  const tensors = trainedTensors(network).filter(({ layer }) => rateOf(layer) > 0);
  if (tensors.length === 0) throw new UserError(sentences.runs.allFrozen);
  const trained = new Set(tensors.map(({ id }) => id));
  const factors = new Map(tensors.map(({ id, layer }) => [id, rateOf(layer)]));
  const batches = createBatches(data, {
    indices: data.split.training,
    batchSize: config.batchSize,
    seed: config.seed,
    augmentation: config.augmentation,
    classWeights: weightsOf(config.classWeights, data, data.split.training),
  });
  const parameters = copyOf(from?.parameters ?? initial);
  const optimizer = createOptimizer(config, tensors);
  if (from) optimizer.restore(from.optimizer);
  else if (memory) {
    const { kind } = config.optimizer;
    if (memory.optimizer !== kind) throw new UserError(sentences.runs.otherOptimizer(memory.optimizer, kind));
    optimizer.restore({ step: memory.step, slots: new Map(memory.slots) });
  }
  const batchNetwork = createBatchNetwork(network, config.backend);
  batchNetwork.setParameters(parameters);
  let ties: Ties | undefined;
  type Found = ReturnType<typeof batchNetwork.gradients>;

  /** Gives the tied elements their values again after others have changed, and the network all that have. Returns the
   *  tensors. */
  const follow = (changed: Iterable<TensorId>): ReadonlySet<TensorId> => {
    ties?.apply();
    const all = new Set([...changed, ...(ties?.elements.keys() ?? [])]);
    batchNetwork.setParameters(new Map([...all].map(tensor => [tensor, parameters.get(tensor)!])));
    return all;
  };

  return {
    batches,
    parameters,
    batchNetwork,
    optimizer,
    lastKind: network.layers.at(-1)!.kind,
    /** From now on these formulas stand over parameters. Returns the tensors that they stand over. */
    tie(next: Ties | undefined) {
      ties = next;
      if (ties) optimizer.forget(ties.elements);
      return follow([]);
    },
    /** Copies values into the parameters. Returns all tensors that have changed with them. */
    put(values: TensorValues) {
      for (const [tensor, own] of values) parameters.get(tensor)!.set(own);
      return follow(values.keys());
    },
    gradients(batch: ReturnType<typeof batches.at>, random: ReturnType<typeof createRandomFor>): Found {
      const found = batchNetwork.gradients(batch, { trained, random });
      ties?.chain(found.gradients);
      return found;
    },
    apply({ gradients, statistics }: Found, rate: number, momentum?: number): void {
      const step = () => {
        optimizer.step(parameters, gradients, tensor => rate * factors.get(tensor)!, momentum);
        for (const [tensor, values] of statistics) parameters.get(tensor)!.set(values);
      };
      if (ties) ties.aside(gradients, step);
      else step();
      follow([...trained, ...statistics.keys()]);
    },
    /** Whether every parameter and every slot of the optimizer is finite. */
    isFinite: () => optimizer.isFinite() && [...parameters.values()].every(isFinite),
  };
}

export function copyOf<K extends string>(values: ReadonlyMap<K, Float32Array>): Map<K, Float32Array> {
  return new Map([...values].map(([tensor, own]) => [tensor, own.slice()]));
}
