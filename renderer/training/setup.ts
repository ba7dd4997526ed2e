import { amountsOfChange } from '../../shared/data.ts';
import { messages } from '../../shared/messages.ts';
import { type NetworkSpec, trainedTensors } from '../../shared/network.ts';
import { UserError } from '../../shared/errors.ts';
import { checkPhases, withoutGone } from '../../shared/phases.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import type { WorkbookInfo } from '../../shared/protocol.ts';
import { configProblems } from '../../shared/training-check.ts';
import type { TrainingConfig } from '../../shared/training.ts';
import { defaultConfig, FEW_STEPS, type Sizes, sizesFor, stepsOf } from '../../shared/training-defaults.ts';
import type { State, Store, Setup } from '../core/store.ts';

/** The default set-up. Everything is as in Keras, with a rate at which a dense network with ten classes learns well. */
const { data: _, ...first } = defaultConfig({
  source: { kind: 'named', name: 'digits' },
  shape: [1, 1, 1],
  fit: 'stretch',
  validation: 0.1,
  test: 0.1,
  seed: 1,
});

/** The first set-up of a workbook's next run: the one kept in the workbook, else that of its last run, else the
 *  default; as far as it fits the network. The settings of other workbooks are not used. */
export function firstSetup({
  setup: kept,
  runs,
  ...workbook
}: Pick<WorkbookInfo, 'setup' | 'runs' | 'network' | 'classes' | 'nativeBackend'>): Setup {
  const { data: _, ...own } = kept ?? { ...runs.at(-1)?.config, data: undefined };
  return fittedSetup({ ...first, start: 'here', ...own }, workbook);
}

/** The set-up without what the network or computer doesn't have: layers that are gone, weights of other classes, an
 *  engine that isn't installed. */
export function fittedSetup(
  setup: Setup,
  { network, classes, nativeBackend }: Pick<WorkbookInfo, 'network' | 'classes' | 'nativeBackend'>,
): Setup {
  const layers = new Set(trainable(network).map(({ id }) => id));
  const weights = setup.classWeights;
  return {
    ...withoutGone(setup, network),
    layerRates: Object.fromEntries(Object.entries(setup.layerRates).filter(([id]) => layers.has(id))),
    classWeights: typeof weights === 'string' || weights.length === classes.length ? weights : 'equal',
    backend: nativeBackend ? setup.backend : 'wasm',
  };
}

/** Layers with parameters to train, in the network's order. */
export function trainable(network: NetworkSpec) {
  const trained = new Set(trainedTensors(network).map(({ layer }) => layer));
  return network.layers.filter(({ id }) => trained.has(id));
}

/** The set-up in the form that a run takes. undefined if the network's input is no image. */
export function configOf({ setup, dataChoice }: Pick<State, 'setup' | 'dataChoice'>): TrainingConfig | undefined {
  const { start: _, judging: __, ...config } = setup;
  return dataChoice && { ...config, data: dataChoice };
}

/** What prevents a run from starting, by the path of the faulty setting; under '' for the set-up as a whole. */
export function setupProblems(
  state: Pick<State, 'setup' | 'dataChoice'> & Partial<Pick<State, 'sheet'>>,
): ReadonlyMap<string, Sentence> {
  const config = configOf(state);
  if (!config) return new Map([['', messages.trainingPanel.noImages]]);
  const problems = configProblems(config);
  if (problems.size > 0 || !state.sheet) return problems;
  try {
    checkPhases(state.sheet.network, config);
    return problems;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return new Map([['', error.sentence]]);
  }
}

/** Sets default epochs and batch size for the data set that was read, until somebody chooses others. */
export function followSizes(store: Store): void {
  store.on(['dataSummary'], ({ setup, sizedFor, dataSummary }) => {
    if (!dataSummary || sizedFor === 'chosen') return;
    const images = dataSummary.totals.training;
    if (isSized(setup, sizedFor)) store.set({ setup: { ...setup, ...sizesFor(images) }, sizedFor: images });
    else store.set({ sizedFor: 'chosen' });
  });
}

/** A sentence about epochs and batch size: why they are as they are, or that the run is too short. `better`: those that
 *  would be enough. */
export function sizesAdvice({ setup, sizedFor, dataSummary }: Pick<State, 'setup' | 'sizedFor' | 'dataSummary'>): {
  sentence: string;
  better?: Sizes;
} {
  const { sized, fewSteps } = messages.trainingPanel;
  const { epochs, batchSize } = setup;
  if (!dataSummary || !(epochs > 0 && batchSize > 0)) return { sentence: '' };
  const images = dataSummary.totals.training;
  const steps = epochs * stepsOf(images, batchSize);
  if (steps < FEW_STEPS)
    return { sentence: fewSteps(steps, images), better: sizesFor(images, setup.phases && { epochs }) };
  const own = sizedFor === images && isSized(setup, images) && !isSized(setup, undefined);
  return { sentence: own ? sized(images) : '' };
}

const isSized = ({ epochs, batchSize }: Setup, images: number | undefined): boolean => {
  const sizes = sizesFor(images);
  return epochs === sizes.epochs && batchSize === sizes.batchSize;
};

/** What is on in each section that can be folded, for its heading. Empty if nothing is. */
export function whatIsOn(
  { augmentation, layerRates, patience, keepBest, classWeights, sampling, labelSmoothing, ...setup }: Setup,
  { layers }: NetworkSpec,
): Record<'augmentation' | 'layers' | 'ending' | 'more', string> {
  const text = messages.trainingPanel.on;
  const list = (...parts: (string | false)[]) => parts.filter(Boolean).join(', ');
  const { weightDecay, clipNorm } = setup;
  const rates = Object.entries(layerRates).map(([id, rate]) => {
    const name = layers.find(layer => layer.id === id)?.name ?? id;
    return rate === 0 ? text.frozen(name) : text.rate(name, rate);
  });
  return {
    augmentation: list(
      ...amountsOfChange.map(kind => {
        const amount = augmentation[kind];
        return amount !== 0 && text.amount(messages.views.data.changes[kind], amount, kind === 'rotate');
      }),
      augmentation.flip && text.flip,
      augmentation.symmetries && text.symmetries,
      labelSmoothing !== 0 && text.labelSmoothing(labelSmoothing),
    ),
    layers: list(...rates),
    ending: list(
      patience !== 0 && text.patience(patience),
      keepBest && text.keepBest,
      setup.averaging !== undefined && text.averaging,
      classWeights !== 'equal' && text.classWeights[classWeights === 'balanced' ? 'balanced' : 'listed'],
      sampling === 'balanced' && text.sampling,
    ),
    more: list(weightDecay !== 0 && text.weightDecay(weightDecay), clipNorm !== 0 && text.clipNorm(clipNorm)),
  };
}
