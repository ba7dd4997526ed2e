/** The options by which a run is set up, and the set-up they make. */
import { type DataChoice, noAugmentation } from '../../shared/data.ts';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import { type LayerId, type NetworkSpec, trainedTensors } from '../../shared/network.ts';
import { configProblems } from '../../shared/training-check.ts';
import {
  backends,
  defaultConfig,
  optimizerDefaults,
  type Schedule,
  type TrainingConfig,
} from '../../shared/training.ts';
import { type Arguments, type Options, UsageError } from './arguments.ts';
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
  'class-weights': { type: 'string' },
  freeze: { type: 'string', multiple: true },
  'layer-rate': { type: 'string', multiple: true },
  backend: { type: 'string' },
} as const satisfies Options;

export type TrainingArguments = Arguments<typeof trainingOptions>['options'];

const schedules: { readonly [K in Schedule['kind']]: Extract<Schedule, { kind: K }> } = {
  constant: { kind: 'constant' },
  step: { kind: 'step', every: 1, factor: 0.5 },
  cosine: { kind: 'cosine', cycle: 1, multiplier: 2 },
  oneCycle: { kind: 'oneCycle', rise: 0.3 },
};

/** What sets a number of the set-up. */
const numbers = {
  epochs: 'epochs',
  batchSize: 'batch-size',
  learningRate: 'learning-rate',
  warmupSteps: 'warmup',
  seed: 'seed',
  weightDecay: 'weight-decay',
  clipNorm: 'clip',
  patience: 'patience',
} as const satisfies Partial<Record<keyof TrainingConfig, keyof TrainingArguments>>;
type NumberKey = keyof typeof numbers;

/** By which option everything else is set, by its path in the set-up. */
const optionOf: Readonly<Record<string, string>> = {
  ...numbers,
  optimizer: 'optimizer',
  schedule: 'schedule',
  augmentation: 'augment',
  layerRates: 'layer-rate',
};

/** The set-up of a run: what the options say over what `before` was, or over the defaults. `data` was checked. Throws UsageError naming the option whose value doesn't fit. */
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
  if (chosen['class-weights'] !== undefined) config.classWeights = classWeightsOf(chosen['class-weights']);
  if (chosen.backend !== undefined) config.backend = choose('--backend', chosen.backend, backends);
  config.layerRates = { ...config.layerRates, ...layerRatesOf(chosen, network) };
  return checked(config, chosen);
}

function classWeightsOf(text: string): TrainingConfig['classWeights'] {
  if (text === 'equal' || text === 'balanced') return text;
  const weights = text.split(',').map(toNumber);
  const { expected } = messages.training;
  if (weights.some(weight => !(weight > 0 && weight < Infinity)))
    throw new UsageError(messages.trainCommand.badValue('--class-weights', text, expected.weights));
  return weights;
}

/** By the layers' ids, which may be called by their names. */
function layerRatesOf(chosen: TrainingArguments, network: NetworkSpec): TrainingConfig['layerRates'] {
  const idOf = (option: string, called: string): LayerId => {
    const layer = network.layers.find(({ id, name }) => name === called || id === called);
    if (layer) return layer.id;
    const known = [...new Set(trainedTensors(network).map(tensor => tensor.layer))];
    throw new UserError(messages.trainCommand.unknownLayer(option, called, known.join(', ')));
  };
  const rates = chosen['layer-rate'].map(text => {
    const [layer, factor] = splitAt(text, '=');
    if (factor === undefined) throw new UsageError(messages.trainCommand.layerWithoutRate(text));
    return [idOf('--layer-rate', layer), toNumber(factor)] as const;
  });
  const frozen = chosen.freeze.map(layer => [idOf('--freeze', layer), 0] as const);
  return Object.fromEntries([...rates, ...frozen]);
}

/** What the schema refuses is told as the option that said it. */
function checked(config: TrainingConfig, chosen: Readonly<Record<string, unknown>>): TrainingConfig {
  for (const [path, expected] of configProblems(config)) {
    const [first, setting] = path.split('.');
    const option = optionOf[path] ?? optionOf[first] ?? first;
    const given = chosen[option];
    const group = config[first as keyof TrainingConfig] as unknown as Readonly<Record<string, unknown>>;
    const value = optionOf[path] === undefined ? `${setting}=${String(group[setting])}` : String(given);
    throw new UsageError(messages.trainCommand.badValue(`--${option}`, value, expected));
  }
  return config;
}
