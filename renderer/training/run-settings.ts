import { number } from '../../shared/messages/format.ts';
import { type DataSource, pathsOf } from '../../shared/data.ts';
import { messages, sayName } from '../../shared/messages.ts';
import type { RunSummary } from '../../shared/protocol.ts';
import type { Phase } from '../../shared/training.ts';
import { shortNumber } from './training-rate.ts';

type Value = string | number | boolean | undefined;

/** The settings of a run by name, in words. */
function settingsOf({
  config,
  start,
  dataName,
}: Pick<RunSummary, 'config' | 'start' | 'dataName'>): Map<string, string> {
  const text = messages.views.runs;
  const names = messages.trainingPanel;
  const { data, augmentation, optimizer, schedule } = config;
  const word = (value: Value) =>
    value === undefined
      ? text.nothing
      : typeof value === 'boolean'
        ? value
          ? text.yes
          : text.no
        : typeof value === 'number'
          ? number(value)
          : value;
  const percent = (share: number) => text.percent(number(Number((100 * share).toFixed(1))));
  const { classWeights } = config;
  const all: [string, Value][] = [
    [names.data, sayName(dataName)],
    [text.place, placeOf(data.source)],
    [messages.views.data.fit, messages.views.data.fits[data.fit]],
    [text.validationShare, percent(data.validation)],
    [text.testShare, percent(data.test)],
    [text.splitSeed, data.seed],
    [names.from, names.starts[start]],
    [names.epochs, config.epochs],
    [names.batchSize, config.batchSize],
    [names.seed, config.seed],
    [names.learningRate, config.learningRate],
    [names.schedule, names.scheduleKinds[schedule.kind]],
    ...named(names.scheduleSettings, schedule, `${names.schedule}: `),
    [names.warmupSteps, config.warmupSteps],
    [names.optimizer, names.optimizers[optimizer.kind]],
    ...named(names.optimizerSettings, optimizer),
    [names.weightDecay, config.weightDecay],
    [names.clipNorm, config.clipNorm],
    ...Object.entries(config.layerRates).map(([layer, rate]): [string, Value] => [names.rateFactorOf(layer), rate]),
    [
      names.classWeights,
      typeof classWeights === 'string' ? names.classWeightKinds[classWeights] : classWeights.join(', '),
    ],
    [names.sampling, config.sampling === 'balanced'],
    [names.patience, config.patience],
    [names.keepBest, config.keepBest],
    [names.averaging, names.averagingKinds[config.averaging ?? 'off']],
    ...named(names.augmentations, augmentation),
    [names.labelSmoothing, config.labelSmoothing],
    ...(config.phases ?? []).map((phase, place): [string, Value] => [
      names.phases.numbered(place + 1),
      phaseSummary(phase, config.groups?.length ?? 0),
    ]),
    [names.engine, names.engines[config.backend]],
  ];
  return new Map(all.map(([name, value]) => [name, word(value)]));
}

/** The settings that differ between the runs, in the order of the first run. A setting that a run doesn't have is a
 *  dash. */
export function differingSettings(
  runs: readonly Pick<RunSummary, 'config' | 'start' | 'dataName'>[],
): { name: string; values: string[] }[] {
  const all = runs.map(settingsOf);
  const names = new Set(all.flatMap(settings => [...settings.keys()]));
  return [...names]
    .map(name => ({ name, values: all.map(settings => settings.get(name) ?? messages.views.runs.nothing) }))
    .filter(({ values }) => new Set(values).size > 1);
}

/** A phase in a line: how long, how fast, what is frozen, and the size of its images. */
export function phaseSummary(phase: Phase, boundaries: number): string {
  const text = messages.trainingPanel;
  const { epochs, learningRate, schedule, groupRates, freezeNorms, imageSize } = phase;
  const rates = Array.from({ length: boundaries + 1 }, (_, group) => groupRates[group] ?? 1);
  return [
    text.phases.length(epochs),
    text.phases.rate(shortNumber(learningRate)),
    text.scheduleKinds[schedule.kind],
    boundaries > 0 && text.phases.rates(rates.map(shortNumber)),
    freezeNorms && text.phases.normsFrozen,
    imageSize?.join('×'),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The settings of one part of the set-up, by their names there. */
function named(names: Readonly<Record<string, string>>, part: object, before = ''): [string, Value][] {
  return Object.entries(part).flatMap(([key, value]): [string, Value][] =>
    Object.hasOwn(names, key) ? [[`${before}${names[key]}`, value as Value]] : [],
  );
}

function placeOf(source: DataSource): string | undefined {
  if (source.kind === 'named') return undefined;
  return pathsOf(source).join(', ');
}
