import { kindOf } from '../../shared/layers/kinds.ts';
import { messages, say } from '../../shared/messages.ts';
import { sameSentence } from '../../shared/messages/render.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Start } from '../../shared/training.ts';
import type { Client } from '../core/client.ts';
import type { Command, Telling } from '../core/commands.ts';
import { isUnderWay } from '../core/run-view.ts';
import type { State, Store } from '../core/store.ts';
import { configOf, setupProblems } from './setup.ts';

/** What the commands of the Train menu need. */
export type TrainingCommanded = Pick<Telling, 'refuse' | 'quietly'> & {
  store: Store;
  client: Client;
  /** Enters the text that is being typed into a cell. Returns false if it is refused. */
  finishEditing: () => boolean;
  openData: () => Promise<void>;
  editPhases: () => Promise<void>;
  /** Gives the keyboard to the panel on the right of the sheet. */
  focusSide: () => void;
};

/** The commands of the Train menu. */
export function createTrainingCommands({
  store,
  client,
  refuse,
  quietly,
  finishEditing,
  openData,
  editPhases,
  focusSide,
}: TrainingCommanded): Command[] {
  const text = messages.trainingPanel;
  const control = (action: 'pause' | 'resume' | 'step' | 'stop') => quietly(client.send('controlRun', { action }));

  /** Opens a panel on the right and moves the keyboard there. */
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
      refuse(say(problems.get('')) ?? text.fixFirst(problems.size));
      return;
    }
    store.set({ side: 'training', settingUp: false });
    const id = `run-${crypto.randomUUID()}`;
    const name = text.runName(nextNumber(state));
    await client.send('train', { id, name, config, start: from });
  };
  /** Resumes the last run if it was cut short, as the command line does. Otherwise starts another one with the
   *  optimizer's memory. */
  const goOn = async () => {
    const cut = cutShort(store.get());
    if (!cut) return start('continue');
    if (!finishEditing()) return;
    store.set({ side: 'training', settingUp: false });
    const { name, config } = cut;
    await client.send('train', { id: `run-${crypto.randomUUID()}`, name, config, start: 'continue', goesOn: true });
  };
  /** How many searches for a learning rate were begun. */
  let searches = 0;
  const findRate = async () => {
    if (!finishEditing()) return;
    setUp();
    const state = store.get();
    const config = configOf(state);
    const problems = setupProblems(state);
    if (!config || problems.size > 0) {
      refuse(say(problems.get('')) ?? text.fixFirst(problems.size));
      return;
    }
    const own = ++searches;
    /** False if the search was cancelled, or another one has begun since. */
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
  const reset = async () => {
    if (!finishEditing()) return;
    await client.send('resetParameters', { seed: store.get().setup.seed });
    const holds = ({ workbook }: Readonly<State>) => sameSentence(workbook.undo, sentences.runs.resetLabel);
    store.set({ notice: { tone: 'info', sentence: text.notice.reset, holds } });
  };

  const mayEdit = () => store.get().role !== 'viewer';
  const status = () => store.get().run?.state.status;
  const mayStart = () => mayEdit() && !isUnderWay(store.get().run?.state);
  const mayControl = () => mayEdit() && isUnderWay(store.get().run?.state) && status() !== 'preparing';

  return [
    { id: 'train.setup', label: () => messages.trainMenu.setup, run: setUp },
    {
      id: 'train.phases',
      label: () => messages.trainMenu.phases,
      enabled: () => mayStart() && store.get().dataChoice !== undefined,
      async run() {
        setUp();
        await editPhases();
      },
    },
    {
      id: 'train.start',
      label: () => messages.trainMenu.start,
      key: 'CmdOrCtrl+Enter',
      enabled: mayStart,
      run: () => start(store.get().setup.start),
    },
    {
      id: 'train.pause',
      label: () => messages.trainMenu.pause,
      key: 'F8',
      enabled: mayControl,
      run: () => control(status() === 'paused' ? 'resume' : 'pause'),
    },
    {
      id: 'train.step',
      label: () => messages.trainMenu.step,
      key: 'F9',
      // A run that isn't paused makes its steps by itself.
      enabled: () => mayControl() && status() !== 'running',
      run: () => control('step'),
    },
    {
      id: 'train.stop',
      label: () => messages.trainMenu.stop,
      key: 'Shift+F8',
      enabled: () => mayEdit() && isUnderWay(store.get().run?.state),
      run: () => control('stop'),
    },
    { id: 'train.restart', label: () => messages.trainMenu.restart, enabled: mayStart, run: () => start('here') },
    {
      id: 'train.continue',
      label: () => messages.trainMenu.continue,
      enabled: () => mayStart() && store.get().canContinue,
      run: goOn,
    },
    { id: 'train.reset', label: () => messages.trainMenu.reset, enabled: mayStart, run: reset },
    { id: 'train.data', label: () => messages.trainMenu.data, run: openData },
    {
      id: 'train.findRate',
      label: () => messages.trainMenu.findRate,
      enabled: () => mayStart() && !store.get().finder?.busy,
      run: findRate,
    },
    {
      id: 'train.cancelFinding',
      run: () => {
        store.set({ finder: undefined });
        quietly(client.send('cancel', {}));
      },
    },
    {
      id: 'train.setRate',
      run: rate => quietly(client.send('setLearningRate', { learningRate: Number(rate) })),
    },
    { id: 'train.evaluate', label: () => messages.trainMenu.evaluate, run: () => open('evaluation') },
    { id: 'train.predict', label: () => messages.trainMenu.predict, run: () => open('prediction') },
    {
      id: 'train.runs',
      label: () => messages.trainMenu.runs,
      enabled: () => store.get().runs.length > 0,
      run: () => open('runs'),
    },
    {
      id: 'train.panel',
      label: () => messages.trainMenu.panel,
      key: 'CmdOrCtrl+Shift+E',
      checked: () => store.get().side === 'training',
      run: () => (store.get().side === 'training' ? store.set({ side: undefined }) : open('training')),
    },
    {
      id: 'train.kernels',
      label: () => messages.trainMenu.kernels,
      key: 'CmdOrCtrl+Shift+K',
      enabled: () => store.get().sheet.network.layers.some(layer => kindOf(layer).weights === 'kernels'),
      checked: () => store.get().kernels,
      run: () => store.set({ kernels: !store.get().kernels }),
    },
  ];
}

/** The run that was cut short and can resume. undefined if undo has taken its weights back. */
export function cutShort({ runs, goesOn, workbook }: Pick<State, 'runs' | 'goesOn' | 'workbook'>) {
  const last = runs.at(-1);
  return last && last.id === goesOn && !sameSentence(workbook.redo, sentences.runs.label(last.name)) ? last : undefined;
}

/** The number of the next run: higher than the number of kept runs, and than the last run's. */
function nextNumber({ runs }: State): number {
  const numbers = runs.map(({ name }) => Number(/\d+$/.exec(name)?.[0] ?? 0));
  return Math.max(runs.length, ...numbers) + 1;
}
