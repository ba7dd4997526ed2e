/** The options of a run, and the set-up they make. */
import { type DataChoice, noAugmentation } from '../../shared/data.ts';
import { UserError } from '../../shared/errors.ts';
import { messages, say } from '../../shared/messages.ts';
import { type LayerId, type NetworkSpec, trainedTensors } from '../../shared/network.ts';
import { configProblems } from '../../shared/training-check.ts';
import { averagings, backends, samplings, type TrainingConfig } from '../../shared/training.ts';
import { defaultConfig, optimizerDefaults, FEW_STEPS, sizesFor, stepsOf } from '../../shared/training-defaults.ts';
import { type Arguments, type Options, UsageError } from './arguments.ts';
import { phasedConfig, phaseOptions } from './phase-options.ts';
import { schedules } from './schedules.ts';
import { choose, namedSettings, settings, splitAt, toNumber } from './values.ts';

export const trainingOptions = {
  epochs: { type: 'string' },
  'batch-size': { type: 'string' },
  'learning-rate': { type: 'string' },
  optimizer: { type: 'string' },
  schedule: { type: 'string' },
  warmup: { type: 'string' },
  seed: { type: 'string' },
  augment: { type: 'string' },
  'weight-decay': { type: 'string' },
  clip: { type: 'string' },
  patience: { type: 'string' },
  'keep-best': { type: 'boolean' },
  average: { type: 'string' },
  'class-weights': { type: 'string' },
  sampling: { type: 'string' },
  'label-smoothing': { type: 'string' },
  freeze: { type: 'string', multiple: true },
  'layer-rate': { type: 'string', multiple: true },
  ...phaseOptions,
  backend: { type: 'string' },
} as const satisfies Options;

type TrainingArguments = Arguments<typeof trainingOptions>['options'];

/** The options that set a number of the set-up. */
const numbers = {
  epochs: 'epochs',
  batchSize: 'batch-size',
  learningRate: 'learning-rate',
  warmupSteps: 'warmup',
  seed: 'seed',
  weightDecay: 'weight-decay',
  clipNorm: 'clip',
  patience: 'patience',
  labelSmoothing: 'label-smoothing',
} as const satisfies Partial<Record<keyof TrainingConfig, keyof TrainingArguments>>;
type NumberKey = keyof typeof numbers;

/** The options for everything else, by their path in the set-up. */
const optionOf: Readonly<Record<string, string>> = {
  ...numbers,
  optimizer: 'optimizer',
  schedule: 'schedule',
  augmentation: 'augment',
  layerRates: 'layer-rate',
};

/** The set-up of a run: the options over `before`, or over the defaults. `data` was checked already. Throws UsageError
 *  naming the option if a value doesn't fit. */
export function configOf(
  chosen: TrainingArguments,
  data: DataChoice,
  network: NetworkSpec,
  before?: TrainingConfig,
): TrainingConfig {
  const config: TrainingConfig = { ...(before ?? defaultConfig(data)), data };
  for (const [key, option] of Object.entries(numbers) as [NumberKey, (typeof numbers)[NumberKey]][]) {
    const text = chosen[option];
    if (text !== undefined) config[key] = toNumber(text);
  }
  if (chosen.optimizer !== undefined)
    config.optimizer = namedSettings('--optimizer', chosen.optimizer, optimizerDefaults);
  if (chosen.schedule !== undefined) config.schedule = namedSettings('--schedule', chosen.schedule, schedules);
  if (chosen.augment !== undefined)
    config.augmentation = settings('--augment', chosen.augment, noAugmentation, 'augmentation');
  if (chosen['keep-best']) config.keepBest = true;
  if (chosen.average !== undefined) config.averaging = choose('--average', chosen.average, averagings);
  if (chosen['class-weights'] !== undefined) config.classWeights = classWeightsOf(chosen['class-weights']);
  if (chosen.sampling !== undefined) config.sampling = choose('--sampling', chosen.sampling, samplings);
  if (chosen.backend !== undefined) config.backend = choose('--backend', chosen.backend, backends);
  config.layerRates = { ...config.layerRates, ...layerRatesOf(chosen, network) };
  const phased = phasedConfig(config, chosen, network, (option, called) => layerNamed(option, called, network));
  return checked(phased, chosen, network);
}

function classWeightsOf(text: string): TrainingConfig['classWeights'] {
  if (text === 'equal' || text === 'balanced') return text;
  const weights = text.split(',').map(toNumber);
  const { expected } = messages.training;
  if (weights.some(weight => !(weight > 0 && weight < Infinity)))
    throw new UsageError(messages.trainCommand.badValue('--class-weights', text, expected.weights));
  return weights;
}

/** The rates by the ids of the layers. Users may name layers by their names. A layer without weights, or named twice,
 *  is refused, because its rate would be lost. */
function layerRatesOf(chosen: TrainingArguments, network: NetworkSpec): TrainingConfig['layerRates'] {
  const { layerWithoutRate, layerTwice } = messages.trainCommand;
  const rates = new Map<LayerId, number>();
  const set = (option: string, called: string, factor: number) => {
    const id = layerNamed(option, called, network);
    if (rates.has(id)) throw new UsageError(layerTwice(option, called));
    rates.set(id, factor);
  };
  for (const text of chosen['layer-rate']) {
    const [layer, factor] = splitAt(text, '=');
    if (factor === undefined) throw new UsageError(layerWithoutRate(text));
    set('--layer-rate', layer, toNumber(factor));
  }
  for (const layer of chosen.freeze) set('--freeze', layer, 0);
  return Object.fromEntries(rates);
}

/** The layer of this name or id. Throws UserError if there is none, or if it has no weights. */
function layerNamed(option: string, called: string, { layers, ...network }: NetworkSpec): LayerId {
  const { unknownLayer, layerWithoutWeights } = messages.trainCommand;
  const trained = new Set(trainedTensors({ layers, ...network }).map(({ layer }) => layer));
  const found = layers.find(({ id, name }) => name === called || id === called);
  const known = layers.flatMap(({ id, name }) => (trained.has(id) ? [name] : [])).join(', ');
  if (!found) throw new UserError(unknownLayer(option, called, known));
  if (!trained.has(found.id)) throw new UserError(layerWithoutWeights(option, called, known));
  return found.id;
}

/** The set-up with numbers of epochs and images in a batch that suit this many training images, unless options set
 *  them. Also returns sentences about that, and about a run too short to learn much. */
export function sizedConfig(
  config: TrainingConfig,
  chosen: TrainingArguments,
  images: number,
): { config: TrainingConfig; notices: string[] } {
  const { sized, fewSteps } = messages.trainCommand;
  const { epochs, batchSize } = config;
  const isChosen = {
    epochs: chosen.epochs !== undefined || config.phases !== undefined,
    batchSize: chosen['batch-size'] !== undefined,
  };
  const own = sizesFor(images, { ...(isChosen.epochs && { epochs }), ...(isChosen.batchSize && { batchSize }) });
  const steps = own.epochs * stepsOf(images, own.batchSize);
  const changed = { epochs: own.epochs !== epochs, batchSize: own.batchSize !== batchSize };
  const notices = changed.epochs || changed.batchSize ? [sized(images, changed)] : [];
  if (steps < FEW_STEPS) notices.push(fewSteps(steps, sizesFor(images)));
  return { config: { ...config, ...own }, notices };
}

/** Checks the set-up by its schema. Throws UsageError naming the option and what was typed. */
function checked(config: TrainingConfig, chosen: TrainingArguments, network: NetworkSpec): TrainingConfig {
  for (const [path, expected] of configProblems(config)) {
    const [first, setting] = path.split('.');
    const option = optionOf[path] ?? optionOf[first] ?? first;
    const typed = () => {
      if (first === 'layerRates') return layerRateTyped(chosen['layer-rate'], setting, network);
      if (optionOf[path] !== undefined) return String(chosen[option as keyof TrainingArguments]);
      const group = config[first as keyof TrainingConfig] as unknown as Readonly<Record<string, unknown>>;
      return `${setting}=${String(group[setting])}`;
    };
    throw new UsageError(messages.trainCommand.badValue(`--${option}`, typed(), say(expected)));
  }
  return config;
}

/** The text of the option that set this layer's rate. */
function layerRateTyped(texts: readonly string[], layer: LayerId, { layers }: NetworkSpec): string {
  const { name } = layers.find(({ id }) => id === layer)!;
  return texts.find(text => [layer, name].includes(splitAt(text, '=')[0]))!;
}
