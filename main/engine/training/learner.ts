/** What a run and the learning-rate finder share: batches, a network with its own parameters, and an optimizer. */
import { UserError } from '../../../shared/errors.ts';
import type { DataSet } from '../../../shared/data.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import {
  type LayerId,
  type LayerOf,
  type NetworkSpec,
  type TensorId,
  trainedTensors,
} from '../../../shared/network.ts';
import { configIn, networkIn, phasesOf, withRate } from '../../../shared/phases.ts';
import { createRandomFor } from '../../../shared/random.ts';
import type { TrainingConfig } from '../../../shared/training.ts';
import type { RunPlace, TrainingMemory } from '../../../shared/workbook.ts';
import { isFinite } from '../show/activations.ts';
import { createBatchNetwork } from '../batch/batch-network.ts';
import { checkBatchMemory } from '../batch/batch-memory.ts';
import { createBatchOps } from '../batch/batch-ops.ts';
import { checkAugmentation } from '../data/augment.ts';
import { createBatches, weightsOf } from '../data/batches.ts';
import { inferenceBatch } from '../evaluation/evaluate.ts';
import type { Ties } from '../formulas/ties.ts';
import { fusesHere } from '../kernels/modules.ts';
import type { InParts } from '../kernels/pool.ts';
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
  /** The rates of the phases, which may have been set during the run. */
  phaseRates?: readonly number[];
};

/** The set-up of a run at this state: users may have set its rates. */
export function configFrom(
  config: TrainingConfig,
  { learningRate, phaseRates }: Pick<TrainerSnapshot, 'learningRate' | 'phaseRates'>,
): TrainingConfig {
  const rated = { ...config, learningRate };
  return phaseRates?.reduce((made, rate, place) => withRate(made, place, rate), rated) ?? rated;
}

/** Makes the random numbers of dropout differ from those of augmentation, which use the seed itself. */
const DROPOUT = 0x9e3779b9;
export const dropoutRandom = (seed: number, epoch: number, position: number) =>
  createRandomFor((seed ^ DROPOUT) >>> 0, epoch, position);

/** What a step has found: the batch's loss and its probabilities [count,classes]. If the loss isn't finite, no
 *  parameter has changed. `finite`: all parameters and the optimizer's slots are. */
export type Step = { loss: number; probabilities: Float32Array; finite: boolean };

/** Milliseconds of a step after which other requests get their turn. */
export const TURN_EVERY = 25;
/** The most bytes of gradients that are kept while the next ones are made. */
const MOST_KEPT = 2 ** 26;

/** Throws UserError if a batch of the images that a phase's network takes is too large for the memory, or can't be
 *  changed as the set-up says. */
function checkBatches(network: NetworkSpec, data: DataSet, { backend, batchSize, augmentation }: TrainingConfig): void {
  if (backend === 'wasm') checkBatchMemory(network, Math.min(batchSize, data.split.training.length));
  checkAugmentation(augmentation, (network.layers[0] as LayerOf<'input'>).shape);
}

/** `fused`: whether wasm multiplies and adds in one step. `place`: the phase of the run. The backend of `config` has to
 *  be started. Throws UserError if the network, the data set and the set-up don't fit together. */
export function createLearner(
  { network: whole, parameters: initial, data, config: ofRun, memory, from }: TrainerOptions,
  fused = fusesHere(),
  place = 0,
) {
  checkFit(whole, data);
  for (const phase of phasesOf(ofRun)) checkBatches(networkIn(whole, phase), data, ofRun);
  const { imageSize } = phasesOf(ofRun)[place];
  const config = configIn(whole, ofRun, place);
  const network = networkIn(whole, { imageSize });
  checkSetUp(data, config);
  const rateOf = (layer: LayerId) => config.layerRates[layer] ?? 1;
  const tensors = trainedTensors(network).filter(({ layer }) => rateOf(layer) > 0);
  if (tensors.length === 0) throw new UserError(sentences.runs.allFrozen);
  const trained = new Set(tensors.map(({ id }) => id));
  const isLarge = tensors.reduce((sum, { size }) => sum + size, 0) * Float32Array.BYTES_PER_ELEMENT > MOST_KEPT;
  const lent = isLarge ? 'untilNextBegins' : 'untilNextEnds';
  const factors = new Map(tensors.map(({ id, layer }) => [id, rateOf(layer)]));
  const lastKind = network.layers.at(-1)!.kind;
  const batches = createBatches(data, {
    indices: data.split.training,
    batchSize: config.batchSize,
    imageSize,
    seed: config.seed,
    augmentation: config.augmentation,
    classWeights: weightsOf(config.classWeights, data, data.split.training),
    sampling: config.sampling,
    smoothing: { share: config.labelSmoothing, to: lastKind === 'softmax' ? 1 / data.classes.length : 1 / 2 },
  });
  type Batch = ReturnType<typeof batches.at>;
  const batchNetworkOf = (of: NetworkSpec) =>
    createBatchNetwork(of, config.backend, backend => createBatchOps(backend, fused));
  const batchNetwork = batchNetworkOf(network);
  batchNetwork.setParameters(from?.parameters ?? initial);
  /** The network's own parameters, if it lets them be changed in place. */
  const held = batchNetwork.held();
  const parameters = held ?? copyOf(from?.parameters ?? initial);
  const optimizer = createOptimizer(config, tensors, held && batchNetwork.space);
  if (from) optimizer.restore(from.optimizer);
  else if (memory) {
    const { kind } = config.optimizer;
    if (memory.optimizer !== kind) throw new UserError(sentences.runs.otherOptimizer(memory.optimizer, kind));
    optimizer.restore({ step: memory.step, slots: new Map(memory.slots) });
  }
  let ties: Ties | undefined;
  /** What parameters were before the last step: those that a step has changed. */
  const before = new Map<TensorId, Float32Array>();
  /** The parameters that have been seen to be finite since they changed. */
  const finite = new Set<TensorId>();
  let gradients: TensorValues = new Map();

  /** Notes what these parameters are now. */
  const keep = (tensors: Iterable<TensorId>): void => {
    for (const tensor of tensors) {
      const values = parameters.get(tensor)!;
      const kept = before.get(tensor) ?? batchNetwork.space?.take(values.length) ?? new Float32Array(values.length);
      kept.set(values);
      before.set(tensor, kept);
    }
  };
  keep(trained);

  /** Gives the tied elements their values again after others have changed, and the network all that have. Returns the
   *  tensors. `largest`: the largest absolute values of the changed ones, where they are known. */
  const follow = (changed: Iterable<TensorId>, largest = new Map<TensorId, number>()): ReadonlySet<TensorId> => {
    ties?.apply();
    for (const tensor of ties?.elements.keys() ?? []) largest.delete(tensor);
    const all = new Set([...changed, ...(ties?.elements.keys() ?? [])]);
    batchNetwork.setParameters(new Map([...all].map(tensor => [tensor, parameters.get(tensor)!])), largest);
    for (const tensor of all) {
      if (Number.isFinite(largest.get(tensor))) finite.add(tensor);
      else finite.delete(tensor);
    }
    return all;
  };

  /** Copies values into the parameters. */
  const put = (values: TensorValues): void => {
    for (const [tensor, own] of values) parameters.get(tensor)!.set(own);
    keep(follow(values.keys()));
  };

  const isAllFinite = () => {
    for (const [tensor, values] of parameters) if (!finite.has(tensor) && isFinite(values)) finite.add(tensor);
    return finite.size === parameters.size && optimizer.isFinite();
  };

  return {
    network,
    /** Calculates another network as this one is. It takes a part of the memory until it is disposed of. */
    batchNetworkOf,
    batches,
    /** The validation images. */
    validation: createBatches(data, {
      indices: data.split.validation,
      batchSize: inferenceBatch(network),
      imageSize,
    }),
    lastKind,
    /** All parameters. Their arrays change with every step. */
    parameters: parameters as TensorValues,
    optimizer,
    evaluate(images: Float32Array, targets: Float32Array, count: number) {
      return batchNetwork.evaluate(images, targets, count);
    },
    /** From now on these formulas stand over parameters. */
    tie(next: Ties | undefined): void {
      ties = next;
      if (ties) optimizer.forget(ties.elements);
      keep(follow([]));
    },
    put,
    /** Brings the parameters back to what they were before the last step. */
    back(): void {
      put(before);
    },
    /** A step in parts. Nothing changes before the last one, but the gradients of a large network are gone. */
    *step(batch: Batch, random: ReturnType<typeof createRandomFor>, rate: number, momentum?: number): InParts<Step> {
      if (isLarge) gradients = new Map();
      const found = yield* batchNetwork.gradientsInParts(batch, { trained, random, lent });
      gradients = found.gradients;
      ties?.chain(found.gradients);
      const { loss, probabilities, statistics } = found;
      if (!Number.isFinite(loss)) return { loss, probabilities, finite: true };
      keep([...statistics.keys(), ...(ties?.elements.keys() ?? [])]);
      let largest: Map<TensorId, number> | undefined;
      const move = () => {
        const rateOf = (tensor: TensorId) => rate * factors.get(tensor)!;
        largest = optimizer.step(parameters, found.gradients, rateOf, { momentum, before });
        for (const [tensor, values] of statistics) parameters.get(tensor)!.set(values);
      };
      if (ties) ties.aside(found.gradients, move);
      else move();
      follow([...trained, ...statistics.keys()], largest);
      return { loss, probabilities, finite: isAllFinite() };
    },
    /** The gradients of the last step, unless a step of a large network is under way. */
    gradients: (): TensorValues => gradients,
    /** The parameters can still be read afterwards, the gradients can't. */
    dispose(): void {
      if (held) for (const [tensor, values] of parameters) parameters.set(tensor, values.slice());
      gradients = new Map();
      batchNetwork.dispose();
    },
  };
}

export function copyOf<K extends string>(values: ReadonlyMap<K, Float32Array>): Map<K, Float32Array> {
  return new Map([...values].map(([tensor, own]) => [tensor, own.slice()]));
}
