import { expect, test } from 'vitest';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import type { NetworkSpec } from '../../shared/network.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import type { RateCurve, RunState } from '../../shared/training.ts';
import type { Client } from '../core/client.ts';
import { choiceFor } from '../data/data-choice.ts';
import { runView } from '../core/run-view.ts';
import { createStore, type State } from '../core/store.ts';
import { createTrainingCommands } from './training-commands.ts';
import { firstSetup } from './setup.ts';

const network: NetworkSpec = {
  version: 1,
  layers: [
    { id: 'input', name: 'input', inputs: [], kind: 'input', shape: [28, 28, 1] },
    { id: 'flat', name: 'flatten', inputs: ['input'], kind: 'flatten' },
    { id: 'd', name: 'dense', inputs: ['flat'], kind: 'dense', units: 2, useBias: true },
    { id: 's', name: 'softmax', inputs: ['d'], kind: 'softmax' },
  ],
};
const run = (status: RunState['status']) =>
  runView({
    id: 'a',
    name: 'Run 1',
    status,
    step: 1,
    steps: 100,
    stepsPerEpoch: 50,
    epochs: 2,
    seconds: 0,
    learningRate: 0.1,
    backend: 'wasm',
  });

/** The commands of a window that may edit. Records the searches for a rate that it has begun; the test ends them. */
function commanded() {
  const classes = ['a', 'b'];
  const store = createStore({
    sheet: buildSheet(network, classes),
    classes,
    role: 'editor',
    runs: [],
    canContinue: false,
    run: undefined,
    finder: undefined,
    dataChoice: choiceFor(network, classes, undefined, undefined),
    setup: firstSetup({ runs: [], network, classes, nativeBackend: false }),
  } as unknown as State);
  const searches: { resolve: (curve: RateCurve) => void; reject: (error: Error) => void }[] = [];
  const client = {
    send(kind: string) {
      if (kind !== 'findLearningRate') return Promise.resolve({});
      return new Promise((resolve, reject) => searches.push({ resolve, reject }));
    },
  } as unknown as Client;
  const told: string[] = [];
  const commands = createTrainingCommands({
    store,
    client,
    refuse: sentence => told.push(sentence),
    quietly: work => void work.catch((error: Error) => told.push(error.message)),
    finishEditing: () => true,
    editPhases: async () => {},
    openData: () => Promise.resolve(),
    focusSide() {},
  });
  const run = (id: string) => commands.find(command => command.id === id)!.run('');
  const find = () => run('train.findRate') as Promise<void>;
  const cancel = () => run('train.cancelFinding');
  const disabled = () => commands.filter(({ enabled }) => enabled && !enabled('')).map(({ id }) => id);
  return { store, find, cancel, searches, told, disabled };
}

test('a step can be made of a run that is paused, not of one that makes its steps by itself', () => {
  const { store, disabled } = commanded();
  const offered = (status: RunState['status']) => {
    store.set({ run: run(status) });
    return ['train.pause', 'train.step', 'train.stop'].filter(id => !disabled().includes(id));
  };
  expect(offered('preparing')).toEqual(['train.stop']);
  expect(offered('running')).toEqual(['train.pause', 'train.stop']);
  expect(offered('paused')).toEqual(['train.pause', 'train.step', 'train.stop']);
  expect(offered('ended')).toEqual([]);
});

test('while a learning rate is searched for, no other search can begin', async () => {
  const { store, find, searches, disabled } = commanded();
  const curve = { points: [{ learningRate: 0.1, loss: 2 }], suggestion: 0.01 };
  expect(disabled()).not.toContain('train.findRate');
  const found = find();
  expect(disabled()).toContain('train.findRate');
  searches[0].resolve(curve);
  await found;
  expect(store.get().finder).toEqual({ curve, busy: false });
  expect(disabled()).not.toContain('train.findRate');
});

test('a search that was cancelled ends without a word, and leaves the one begun after it alone', async () => {
  const { store, find, cancel, searches, told } = commanded();
  const first = find();
  cancel();
  expect(store.get().finder).toBeUndefined();
  const second = find();
  searches[0].reject(new UserError(messages.runs.cancelled));
  await first;
  expect(store.get().finder).toEqual({ curve: { points: [] }, busy: true });
  const curve = { points: [], suggestion: 0.01 };
  searches[1].resolve(curve);
  await second;
  expect(store.get().finder).toEqual({ curve, busy: false });
  expect(told).toEqual([]);
});

test('why a search could not be made is told', async () => {
  const { store, find, searches } = commanded();
  const failed = find();
  searches[0].reject(new UserError('There are no images.'));
  await expect(failed).rejects.toThrow('There are no images.');
  expect(store.get().finder).toBeUndefined();
});
