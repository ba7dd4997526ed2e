import { kindOf } from '../../shared/layers/kinds.ts';
import { messages } from '../../shared/messages.ts';
import type { Start } from '../../shared/training.ts';
import type { Client } from '../core/client.ts';
import { isUnderWay } from '../core/run-view.ts';
import type { State, Store } from '../core/store.ts';
import { configOf, setupProblems } from './setup.ts';

/** What the commands of the Train menu need. `quietly` tells the user where something fails, as a line in the status
 *  bar. */
export type TrainingCommanded = {
  store: Store;
  client: Client;
  refuse: (sentence: string) => void;
  quietly: (work: Promise<unknown>) => void;
  /** Takes what is being typed into a cell; false where it is refused. */
  finishEditing: () => boolean;
  openData: () => Promise<void>;
  /** Gives the keyboard to the view on the right of the sheet. */
  focusSide: () => void;
};

/** The commands of the Train menu by their ids, and which of them can't be chosen now or are ticked. */
export type TrainingCommands = {
  actions: Record<string, (argument: string) => unknown>;
  flags: () => { disabled: string[]; checked: string[] };
};

export function createTrainingCommands({
  store,
  client,
  refuse,
  quietly,
  finishEditing,
  openData,
  focusSide,
}: TrainingCommanded): TrainingCommands {
  const text = messages.trainingPanel;
  const control = (action: 'pause' | 'resume' | 'step' | 'stop') => quietly(client.send('controlRun', { action }));

  /** Opens a view on the right for somebody who goes on in it. */
  const open = (side: NonNullable<State['side']>) => {
    store.set({ side });
    focusSide();
  };
  const setUp = () => {
    store.set({ settingUp: store.get().run !== undefined });
    open('training');
  };
  const start = async (from: Start) => {
    if (!finishEditing()) return;
    const state = store.get();
    const config = configOf(state);
    const problems = setupProblems(state);
    if (!config || problems.size > 0) {
      setUp();
      refuse(problems.get('') ?? text.fixFirst(problems.size));
      return;
    }
    store.set({ side: 'training', settingUp: false });
    const id = `run-${crypto.randomUUID()}`;
    const name = text.runName(nextNumber(state));
    await client.send('train', { id, name, config, start: from });
  };
  /** The last run goes on where it was cut short, as on the command line; else another one begins with its memory. */
  const goOn = async () => {
    const cut = cutShort(store.get());
    if (!cut) return start('continue');
    if (!finishEditing()) return;
    store.set({ side: 'training', settingUp: false });
    const { name, config } = cut;
    await client.send('train', { id: `run-${crypto.randomUUID()}`, name, config, start: 'continue', goesOn: true });
  };
  /** Searches for a learning rate that were begun. */
  let searches = 0;
  const findRate = async () => {
    if (!finishEditing()) return;
    setUp();
    const state = store.get();
    const config = configOf(state);
    const problems = setupProblems(state);
    if (!config || problems.size > 0) {
      refuse(problems.get('') ?? text.fixFirst(problems.size));
      return;
    }
    const own = ++searches;
    /** Not where it was cancelled, nor where another one has begun since. */
    const isWanted = () => own === searches && store.get().finder !== undefined;
    store.set({ finder: { curve: { points: [] }, busy: true } });
    try {
      const curve = await client.send('findLearningRate', { config, start: state.setup.start });
      if (isWanted()) store.set({ finder: { curve, busy: false } });
    } catch (error) {
      if (!isWanted()) return;
      store.set({ finder: undefined });
      throw error;
    }
  };
  return {
    actions: {
      'train.setup': setUp,
      'train.start': () => start(store.get().setup.start),
      'train.pause': () => control(store.get().run?.state.status === 'paused' ? 'resume' : 'pause'),
      'train.step': () => control('step'),
      'train.stop': () => control('stop'),
      'train.restart': () => start('here'),
      'train.continue': goOn,
      'train.reset': async () => {
        if (!finishEditing()) return;
        await client.send('resetParameters', { seed: store.get().setup.seed });
        const holds = ({ workbook }: Readonly<State>) => workbook.undo === messages.runs.resetLabel;
        store.set({ notice: { tone: 'info', sentence: text.notice.reset, holds } });
      },
      'train.data': openData,
      'train.findRate': findRate,
      'train.cancelFinding': () => {
        store.set({ finder: undefined });
        quietly(client.send('cancel', {}));
      },
      'train.setRate': rate => quietly(client.send('setLearningRate', { learningRate: Number(rate) })),
      'train.evaluate': () => open('evaluation'),
      'train.predict': () => open('prediction'),
      'train.runs': () => open('runs'),
      'train.panel': () => (store.get().side === 'training' ? store.set({ side: undefined }) : open('training')),
      'train.kernels': () => store.set({ kernels: !store.get().kernels }),
    },
    flags() {
      const { run, role, canContinue, side, kernels, runs, sheet, finder } = store.get();
      const underWay = isUnderWay(run?.state);
      const preparing = run?.state.status === 'preparing';
      const starting = ['train.start', 'train.restart', 'train.continue', 'train.reset', 'train.findRate'];
      const controlling = ['train.pause', 'train.step'];
      return {
        disabled: [
          ...(role === 'viewer' || underWay ? starting : []),
          ...(role === 'viewer' || !underWay ? [...controlling, 'train.stop'] : preparing ? controlling : []),
          // A run that goes on makes its steps by itself.
          ...(run?.state.status === 'running' ? ['train.step'] : []),
          ...(finder?.busy ? ['train.findRate'] : []),
          ...(canContinue ? [] : ['train.continue']),
          ...(runs.length === 0 ? ['train.runs'] : []),
          ...(sheet.network.layers.some(layer => kindOf(layer).weights === 'kernels') ? [] : ['train.kernels']),
        ],
        checked: [...(side === 'training' ? ['train.panel'] : []), ...(kernels ? ['train.kernels'] : [])],
      };
    },
  };
}

/** The run that was cut short and can go on: not where undo has taken back what it made of the weights. */
export function cutShort({ runs, goesOn, workbook }: Pick<State, 'runs' | 'goesOn' | 'workbook'>) {
  const last = runs.at(-1);
  return last && last.id === goesOn && workbook.redo !== messages.runs.label(last.name) ? last : undefined;
}

/** The number of the next run: one more than those that are kept, or than the last one. */
function nextNumber({ runs }: State): number {
  const numbers = runs.map(({ name }) => Number(/\d+$/.exec(name)?.[0] ?? 0));
  return Math.max(runs.length, ...numbers) + 1;
}
