import { messages } from '../shared/messages.ts';
import type { NetworkSpec } from '../shared/network.ts';
import type { Settings, WorkbookInfo } from '../shared/protocol.ts';
import { configProblems } from '../shared/training-check.ts';
import { defaultConfig, type Start, type TrainingConfig } from '../shared/training.ts';
import type { State } from './store.ts';

/** The next run as it is being set up: everything but its data set, which is chosen for evaluation as well. A number that is being typed wrongly is NaN. */
export type Setup = Omit<TrainingConfig, 'data'> & { start: Start };

/** Rates at which a dense, ten-class network learns well with the default optimizer, and everything else as Keras has it. */
const { data: _, ...first } = defaultConfig({
  source: { kind: 'named', name: 'digits' },
  shape: [1, 1, 1],
  fit: 'stretch',
  validation: 0.1,
  test: 0.1,
  seed: 1,
});

/** What a workbook's next run begins as: its last run's set-up, else the one that was used last anywhere, else the defaults; as far as it fits this network. */
export function firstSetup(
  { runs, network, classes, nativeBackend }: Pick<WorkbookInfo, 'runs' | 'network' | 'classes' | 'nativeBackend'>,
  { training }: Pick<Settings, 'training'>,
): Setup {
  const { data: _, ...config } = runs.at(-1)?.config ?? { ...training, data: undefined };
  const setup: Setup = { ...first, ...config, start: 'here' };
  const layers = new Set(trainable(network).map(({ id }) => id));
  const weights = setup.classWeights;
  return {
    ...setup,
    layerRates: Object.fromEntries(Object.entries(setup.layerRates).filter(([id]) => layers.has(id))),
    classWeights: typeof weights === 'string' || weights.length === classes.length ? weights : 'equal',
    backend: nativeBackend ? setup.backend : 'wasm',
  };
}

/** Layers that have parameters to train, in the network's order. */
export function trainable({ layers }: NetworkSpec) {
  return layers.filter(({ kind }) => kind === 'conv2d' || kind === 'dense' || kind === 'batchNorm');
}

/** The set-up as a run takes it; undefined where the network takes no images. */
export function configOf({ setup, dataChoice }: Pick<State, 'setup' | 'dataChoice'>): TrainingConfig | undefined {
  const { start: _, ...config } = setup;
  return dataChoice && { ...config, data: dataChoice };
}

/** What keeps a run from starting, by the path of the setting that is wrong; under '' what is wrong with all of it. */
export function setupProblems(state: Pick<State, 'setup' | 'dataChoice'>): ReadonlyMap<string, string> {
  const config = configOf(state);
  return config ? configProblems(config) : new Map([['', messages.trainingPanel.noImages]]);
}
