/** The training loop, one batch at a time, without messages or timers. The caller decides when to go on, and may change
 *  weights and the learning rate in between. The same set-up, start and data give the same weights (on wasm bit
 *  for bit), however often the run is cut short and restored. */
import { isDeepStrictEqual } from 'node:util';
import { kindOf } from '../../../shared/layers/kinds.ts';
import { UserError } from '../../../shared/errors.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences, together } from '../../../shared/messages/sentences.ts';
import { checkPhases, configIn, phaseAt, phaseName, phasesOf, withRate } from '../../../shared/phases.ts';
import { inferShapes, type NetworkSpec, sizeOf, type TensorId } from '../../../shared/network.ts';
import type { Random } from '../../../shared/random.ts';
import { learningRateAt, momentumAt } from '../../../shared/schedule.ts';
import {
  type EpochPoint,
  type Loss,
  MOST_MATRIX_CLASSES,
  type RunEnd,
  type TrainingConfig,
} from '../../../shared/training.ts';
import type { RunPlace, TrainingMemory } from '../../../shared/workbook.ts';
import { drawMasks } from '../layers/dropout.ts';
import { countConfusion, metricOf } from '../evaluation/metrics.ts';
import { digestOf } from '../data/data-digest.ts';
import type { Ties } from '../formulas/ties.ts';
import { fusesHere } from '../kernels/modules.ts';
import { type InParts, partsUntil } from '../kernels/pool.ts';
import {
  configFrom,
  copyOf,
  createLearner,
  dropoutRandom,
  type TensorValues,
  type TrainerOptions,
  type TrainerSnapshot,
} from './learner.ts';
import { isAveraged, meanWith, movingAverages, validationOf } from './averaging.ts';
import type { OptimizerState } from './optimizers.ts';
import { createRecorder } from './recorder.ts';
import { type Elements, overlaid } from './run-session.ts';

/** What comes after a piece of work: the rest of it, another step, more of the validation, the next epoch, or
 *  nothing. */
type Progress = 'rest' | 'step' | 'validation' | 'epoch' | 'ended';

export type Trainer = {
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** How many steps were made. */
  readonly step: number;
  /** The learning rate of the last step; before the first step, that of the first one. */
  readonly learningRate: number;
  readonly loss: Loss;
  /** Seconds spent in `advance`. */
  readonly seconds: number;
  /** How many images were trained on, counted again in every epoch. */
  readonly samples: number;
  /** How the run ended. Undefined before that. */
  readonly end: RunEnd | undefined;
  readonly sentence: Sentence | undefined;
  readonly history: ReturnType<typeof createRecorder>;
  /** The confusion matrix of the last validation: [actual, predicted] counts, row by row. Only with one label per
   *  image. */
  readonly confusion: readonly number[] | undefined;
  /** Does the next piece of work: a step, or part of a validation. Does nothing once the run has ended. Of a step it
   *  does a part of some milliseconds at least, and goes on until then (ms), or to its end if that is left out. Before
   *  its end, a step shows nowhere. */
  advance(until?: number): Progress;
  /** Takes back what was done of a step: it will be made from its beginning. So will a validation be if something was
   *  edited since it began. */
  takeBack(): void;
  /** All current parameters: those of the last step that is complete, with all edits. The arrays change with the next
   *  step. */
  parameters(): TensorValues;
  /** The gradients of the last step that is complete. None while a step of a large network is under way. */
  gradients(): TensorValues;
  /** The masks that dropout layers drew for the first image of the last step, by the ids of their outputs. */
  masks(): TensorValues;
  /** Gives elements of parameters other values. A step or a validation that is under way ends with those before. Then
   *  these are put into the result. */
  edit(edits: readonly Elements[]): void;
  /** From now on formulas stand over parameters: those that `ties` makes over the arrays of `parameters()`, which
   *  change with every phase. Returns those of now. A step that is under way has to be taken back before. A validation
   *  that is under way starts again. */
  tie(ties: ((parameters: TensorValues) => Ties | undefined) | undefined): Ties | undefined;
  /** Sets the learning rate of the present phase. */
  setLearningRate(rate: number): void;
  /** The set-up with the current learning rate. */
  readonly config: TrainingConfig;
  /** Ends the run here, with the best weights if those are kept. */
  stop(end: RunEnd, sentence?: Sentence): void;
  /** Ends the run here with the present weights, so that it can go on later. */
  interrupt(): void;
  /** What the run of this id leaves for another one. Undefined if the optimizer's slots are not finite. */
  memory(run: string): TrainingMemory | undefined;
  /** Everything that another trainer needs to go on from here, as plain data. Its arrays are in use: write or copy them
   *  before the next `advance`. */
  snapshot(): TrainerSnapshot;
  dispose(): void;
};

/** The backend of `config` has to be started. Throws UserError if the network, the data set and the set-up don't fit
 *  together, or if the data set has other images than the run began with. */
export function createTrainer(options: TrainerOptions): Trainer {
  const { network, data, memory, from } = options;
  const { training, validation: validated } = data.split;
  const images = { training: training.length, validation: validated.length, digest: digestOf(data) };
  if (from) checkImages(data.name, from.place.images, images);
  let config = from ? configFrom(options.config, from) : options.config;
  checkPhases(network, config);
  // A run goes on as it began. Those of earlier versions rounded every product.
  const began = from ? from.place.fused === true : fusesHere();
  const fused = config.backend !== 'tensorflow' && began && fusesHere();
  const spans = phasesOf(config);
  let phase = phaseAt(spans, from?.place.epoch ?? 0);
  let learner = createLearner(options, fused, phase);
  const { lastKind } = learner;
  let makeTies: Parameters<Trainer['tie']>[0];
  const classes = data.classes.length;
  const confusing = !data.severalLabels && data.split.validation.length > 0 && classes <= MOST_MATRIX_CLASSES;
  /** How many epochs earlier runs had, so that this run doesn't repeat their orders of images. */
  const firstEpoch = from?.place.firstEpoch ?? memory?.epochs ?? 0;
  const stepsPerEpoch = learner.batches.count;
  const steps = config.epochs * stepsPerEpoch;

  let { step, epoch, position, samples } = from?.place ?? { step: 0, epoch: 0, position: 0, samples: 0 };
  let seconds = from?.seconds ?? 0;
  let totals = from ? { ...from.place.epochTotals } : noTotals();
  let validating = from?.place.validating ? newValidation() : undefined;
  let confusion: readonly number[] | undefined;
  const recorder = createRecorder(from?.recorder);
  // A set-up may have rates for layers that are gone.
  const gone = Object.keys(config.layerRates).filter(id => network.layers.every(layer => layer.id !== id));
  if (gone.length > 0 && !from) recorder.note({ step: 0, sentence: sentences.runs.notes.layersGone(gone) });
  if (from && config.backend === 'wasm' && began !== fused)
    recorder.note({ step: from.place.step, sentence: sentences.runs.notes.notFused });
  const noteOfPhase = () => {
    const sentence = sentences.runs.notes.phase(phaseName(spans[phase], phase));
    if (spans.length > 1) recorder.note({ step, sentence });
  };
  if (!from) noteOfPhase();
  let learningRate = recorder.points.at(-1)?.learningRate ?? learningRateAt(config, 0, stepsPerEpoch);
  let best = from?.place.best;
  let mean = from?.place.mean;
  /** The place of the last step's batch, which decides its dropout masks. */
  let drawn: { epoch: number; position: number } | undefined;
  let end: RunEnd | undefined;
  let sentence: Sentence | undefined;
  /** Whether the run can go on: it isn't complete, and the weights are those of its last step. */
  let isPlaceLeft = true;
  let underWay: InParts<Progress> | undefined;
  /** What was edited since the step or the validation under way began. */
  let edits: Elements[] = [];

  const finish = (how: RunEnd, why?: Sentence) => {
    end = how;
    sentence = why;
    // Only a run that was stopped can go on.
    isPlaceLeft = how === 'stopped';
    if (how === 'failed' || !best?.parameters || (best.epoch === epoch && position === 0)) return;
    learner.put(best.parameters);
    isPlaceLeft = false;
    const kept = sentences.runs.bestKept(best.epoch);
    sentence = why === undefined ? kept : together([why, kept]);
  };

  const fail = (why: Sentence) => {
    // Their loss was finite.
    learner.back();
    finish('failed', why);
  };

  function* makeStep(): InParts<Progress> {
    const rate = learningRateAt(config, step, stepsPerEpoch);
    const batch = yield* learner.batches.inParts(firstEpoch + epoch, position);
    if (step === 0) recorder.kept.show(0, learner.parameters);
    const random = dropoutRandom(config.seed, firstEpoch + epoch, position);
    const found = yield* learner.step(batch, random, rate, momentumAt(config, step, stepsPerEpoch));
    drawn = { epoch: firstEpoch + epoch, position };
    if (!Number.isFinite(found.loss)) {
      fail(sentences.runs.nanLoss(step + 1));
      return 'ended';
    }
    if (!found.finite) {
      fail(sentences.runs.nanWeights(step + 1));
      return 'ended';
    }
    const metric = metricOf(found.probabilities, batch.actual, classes, data.severalLabels);
    step++;
    position++;
    samples += batch.count;
    learningRate = rate;
    totals.count += batch.count;
    totals.loss += found.loss * batch.count;
    totals.metric += metric * batch.count;
    recorder.step({ step, loss: found.loss, metric, learningRate });
    recorder.kept.show(step, learner.parameters);
    if (position < stepsPerEpoch) return 'step';
    if (learner.validation.count === 0) return endEpoch();
    validating = newValidation();
    return 'validation';
  }

  function newValidation() {
    return {
      next: 0,
      count: 0,
      loss: 0,
      metric: 0,
      confusion: Array.from({ length: confusing ? classes ** 2 : 0 }, () => 0),
    };
  }

  /** Where the run is now. Its arrays are in use. */
  const placeNow = (): RunPlace => ({
    step,
    epoch,
    position,
    validating: validating !== undefined,
    samples,
    firstEpoch,
    ...(fused && { fused }),
    epochTotals: { ...totals },
    best: best && { ...best },
    ...(mean && { mean }),
    images,
  });

  function validate(): Progress {
    const found = validating!;
    const { images, targets, count } = learner.validation.at(0, found.next++);
    const { probabilities, losses } = learner.evaluate(images, targets, count);
    found.count += count;
    found.loss += losses.reduce((sum, loss) => sum + loss, 0);
    found.metric += metricOf(probabilities, targets, classes, data.severalLabels) * count;
    if (confusing) countConfusion(found.confusion, probabilities, targets, classes);
    if (!Number.isFinite(found.loss)) {
      fail(sentences.runs.nanValidation(epoch + 1));
      return 'ended';
    }
    if (found.next < learner.validation.count) return 'validation';
    return endEpoch({ loss: found.loss / found.count, metric: found.metric / found.count });
  }

  function endEpoch(validated?: { loss: number; metric: number }): Progress {
    if (confusing) confusion = validating!.confusion;
    validating = undefined;
    epoch++;
    position = 0;
    const { count, loss, metric } = totals;
    const point: EpochPoint = { epoch, step, loss: loss / count, metric: metric / count, seconds: totals.seconds };
    if (validated) Object.assign(point, { validationLoss: validated.loss, validationMetric: validated.metric });
    recorder.epoch(point);
    totals = noTotals();
    if (validated && !(validated.loss >= (best?.loss ?? Number.POSITIVE_INFINITY))) {
      best = { epoch, loss: validated.loss, parameters: config.keepBest ? copyOf(learner.parameters) : undefined };
    }
    if (isAveraged(config, epoch, stepsPerEpoch)) mean = meanWith(mean, learner.parameters);
    const ending = endingNow();
    if (ending && !hasMean()) finish(ending.how, ending.why);
    else if (!ending && phaseAt(spans, epoch) !== phase) beginPhase();
    return end ? 'ended' : 'epoch';
  }

  /** How the run ends after this epoch, if it does. */
  function endingNow(): { how: RunEnd; why?: Sentence } | undefined {
    const { patience } = config;
    if (epoch === config.epochs) return { how: 'finished' };
    // Only the last phase is ended early.
    if (patience === 0 || phase < spans.length - 1 || !best) return undefined;
    if (epoch - Math.max(best.epoch, spans[phase].first) < patience) return undefined;
    return { how: 'early', why: sentences.runs.earlyStop(patience, best.epoch) };
  }

  const hasMean = () => mean !== undefined && mean.count > 1;
  /** Whether all steps are made, and what is left is to average the weights. */
  const isToAverage = () => position === 0 && epoch > 0 && hasMean() && endingNow() !== undefined;

  function* average(): InParts<Progress> {
    const { how, why } = endingNow()!;
    const { count, parameters } = mean!;
    const own = configIn(network, config, phase);
    const norms = yield* movingAverages(learner, { parameters, config: own, epoch: firstEpoch + epoch });
    const values = new Map([...parameters, ...norms]);
    const found = yield* validationOf(learner, { parameters: values, data });
    learner.put(values);
    end = how;
    isPlaceLeft = false;
    const averaged = sentences.runs.averaged(count, found?.loss, found?.metric);
    sentence = why === undefined ? averaged : together([why, averaged]);
    return 'ended';
  }

  /** Goes on with the next phase, with a fresh optimizer. Losses of images of another size can't be compared. */
  function beginPhase(): void {
    const before = learner;
    before.dispose();
    phase++;
    learner = createLearner({ network, parameters: before.parameters, data, config }, fused, phase);
    learner.tie(makeTies?.(learner.parameters));
    if (!isDeepStrictEqual(before.network, learner.network)) best = undefined;
    drawn = undefined;
    noteOfPhase();
  }

  const isUnderWay = () => underWay !== undefined || (validating !== undefined && validating.next > 0);

  /** The parameters of the last complete step, with edits since. */
  const parameters = (): TensorValues =>
    edits.length === 0 ? learner.parameters : new Map([...learner.parameters, ...overlaid(learner.parameters, edits)]);

  /** Puts what was edited meanwhile into the parameters. */
  function putEdits(): void {
    if (edits.length === 0) return;
    learner.put(overlaid(learner.parameters, edits));
    // What was typed stays in the mean as it is.
    if (mean) mean = { ...mean, parameters: new Map([...mean.parameters, ...overlaid(mean.parameters, edits)]) };
    edits = [];
    if (validating) validating = newValidation();
  }

  function takeBack(): void {
    underWay?.return('rest');
    underWay = undefined;
    putEdits();
  }

  return {
    steps,
    stepsPerEpoch,
    loss: lastKind === 'softmax' ? 'crossEntropy' : 'binaryCrossEntropy',
    get step() {
      return step;
    },
    get learningRate() {
      return learningRate;
    },
    get seconds() {
      return seconds;
    },
    get samples() {
      return samples;
    },
    get end() {
      return end;
    },
    get sentence() {
      return sentence;
    },
    get history() {
      return recorder;
    },
    get confusion() {
      return confusion;
    },
    get config() {
      return config;
    },
    advance(until) {
      if (end) return 'ended';
      const start = performance.now();
      const before = totals;
      let progress: Progress = 'rest';
      if (validating) progress = validate();
      else {
        underWay ??= isToAverage() ? average() : makeStep();
        const made = partsUntil(underWay, until);
        if (made) {
          progress = made.value;
          underWay = undefined;
        }
      }
      if (end || !isUnderWay()) putEdits();
      const spent = (performance.now() - start) / 1000;
      seconds += spent;
      before.seconds += spent;
      return progress;
    },
    takeBack,
    parameters,
    gradients: () => learner.gradients(),
    masks() {
      if (!drawn || learner.network !== network) return new Map();
      return firstMasks(network, learner.parameters, dropoutRandom(config.seed, drawn.epoch, drawn.position));
    },
    edit(more) {
      edits.push(...more);
      if (!isUnderWay()) putEdits();
    },
    tie(ties) {
      makeTies = ties;
      const made = ties?.(learner.parameters);
      learner.tie(made);
      if (validating) validating = newValidation();
      return made;
    },
    setLearningRate(rate) {
      config = withRate(config, phase, rate);
    },
    stop(how, why) {
      takeBack();
      if (!end) finish(how, why);
    },
    interrupt() {
      takeBack();
      if (end) return;
      end = 'stopped';
      if (best?.parameters) sentence = sentences.runs.bestKeptAside(best.epoch);
    },
    memory(run) {
      const { optimizer } = learner;
      if (!optimizer.isFinite()) return undefined;
      const { step: made, slots } = optimizer.state();
      const left = memoryOf(run, config, placeNow(), { step: made, slots: copyOf(slots) });
      return isPlaceLeft ? left : { ...left, place: undefined };
    },
    snapshot: () => ({
      place: placeNow(),
      learningRate: config.learningRate,
      seconds,
      parameters: parameters(),
      optimizer: learner.optimizer.state(),
      recorder: recorder.state(),
      ...(config.phases && { phaseRates: config.phases.map(({ learningRate }) => learningRate) }),
    }),
    dispose() {
      takeBack();
      learner.dispose();
    },
  };
}

/** What a run at this place leaves for the next one, or for itself. */
export function memoryOf(
  run: string,
  { optimizer: { kind } }: TrainingConfig,
  place: RunPlace,
  { step, slots }: OptimizerState,
): TrainingMemory {
  const epochs = place.firstEpoch + place.epoch + (place.position > 0 ? 1 : 0);
  return { run, optimizer: kind, step, slots, epochs, place };
}

const noTotals = (): RunPlace['epochTotals'] => ({ count: 0, loss: 0, metric: 0, seconds: 0 });

/** Throws UserError if the images differ from those the run began with. */
function checkImages(data: string, before: RunPlace['images'], now: RunPlace['images']): void {
  if (now.training !== before.training || now.validation !== before.validation)
    throw new UserError(sentences.runs.otherImages(data, before, now));
  if (before.digest !== undefined && before.digest !== now.digest)
    throw new UserError(sentences.runs.swappedImages(data));
}

/** The masks that a pass drew for its first image, drawn again. */
function firstMasks(network: NetworkSpec, parameters: TensorValues, random: Random): TensorValues {
  const shapes = inferShapes(network);
  const masks = new Map<TensorId, Float32Array>();
  for (const layer of network.layers) {
    if (!kindOf(layer).masks) continue;
    const { id } = layer;
    const first = { count: 1, size: sizeOf(shapes.get(id)!) };
    masks.set(`${id}/output`, drawMasks(first, parameters.get(`${id}/rate`)![0], random));
  }
  return masks;
}
