import { describe, expect, test } from 'vitest';
import type { DataChoice } from '../../shared/data.ts';
import type { NetworkSpec } from '../../shared/network.ts';
import type { RunSummary } from '../../shared/protocol.ts';
import type { TrainingConfig } from '../../shared/training.ts';
import { defaultConfig } from '../../shared/training-defaults.ts';
import { createStore, type State } from '../core/store.ts';
import { configOf, firstSetup, fittedSetup, followSizes, setupProblems, sizesAdvice, whatIsOn } from './setup.ts';

const data: DataChoice = {
  source: { kind: 'named', name: 'digits' },
  shape: [28, 28, 1],
  fit: 'stretch',
  validation: 0.1,
  test: 0.1,
  seed: 1,
};
const network: NetworkSpec = {
  version: 1,
  layers: [
    { id: 'input', name: 'input', inputs: [], kind: 'input', shape: [28, 28, 1] },
    { id: 'flat', name: 'flatten', inputs: ['input'], kind: 'flatten' },
    { id: 'd', name: 'dense', inputs: ['flat'], kind: 'dense', units: 2, useBias: true },
    { id: 's', name: 'softmax', inputs: ['d'], kind: 'softmax' },
  ],
};
const workbook = { runs: [] as readonly RunSummary[], network, classes: ['a', 'b'], nativeBackend: true };
const ran = (config: Partial<TrainingConfig>) => [{ config: { ...defaultConfig(data), ...config } } as RunSummary];

describe('what the next run is set up as', () => {
  test('at first is the defaults, on the weights as they are', () => {
    const setup = firstSetup(workbook);
    expect(configOf({ setup, dataChoice: data })).toEqual(defaultConfig(data));
    expect(setup.start).toBe('here');
  });

  test('is as it was set up in the workbook, else as its last run was, and no other workbook’s (fault 19)', () => {
    const { data: _, ...config } = defaultConfig(data);
    const kept = {
      ...config,
      epochs: 3,
      augmentation: { ...config.augmentation, flip: true },
      start: 'initial' as const,
    };
    expect(firstSetup({ ...workbook, setup: kept, runs: ran({ epochs: 9 }) })).toEqual(kept);
    expect(firstSetup({ ...workbook, runs: ran({ epochs: 9 }) })).toEqual({ ...config, epochs: 9, start: 'here' });
    expect(firstSetup(workbook)).toEqual({ ...config, start: 'here' });
  });

  test('leaves out what doesn’t fit this network and this computer', () => {
    const runs = ran({ layerRates: { d: 0.5, gone: 0 }, classWeights: [1, 2, 3], backend: 'tensorflow' });
    const setup = firstSetup({ ...workbook, runs, nativeBackend: false });
    expect(setup.layerRates).toEqual({ d: 0.5 });
    expect(setup.classWeights).toBe('equal');
    expect(setup.backend).toBe('wasm');
    expect(firstSetup({ ...workbook, runs: ran({ classWeights: [1, 2] }) }).classWeights).toEqual([1, 2]);
  });
});

test('a number typed wrongly is a problem of its setting; a network without images is one of all of it', () => {
  const setup = { ...firstSetup(workbook), epochs: Number.NaN };
  expect([...setupProblems({ setup, dataChoice: data }).keys()]).toEqual(['epochs']);
  expect([...setupProblems({ setup, dataChoice: undefined }).keys()]).toEqual(['']);
});

test('layers that a run has taken away are no part of the next run’s set-up (fault 29)', () => {
  const setup = { ...firstSetup(workbook), layerRates: { d: 0.5, gone: 0 } };
  expect(fittedSetup(setup, workbook).layerRates).toEqual({ d: 0.5 });
});

describe('epochs and batches (fault 49)', () => {
  const summary = (training: number) => ({ totals: { training, validation: 0, test: 0 } }) as State['dataSummary'];
  const opened = (more: Partial<State> = {}) => {
    const state = { setup: firstSetup(workbook), sizedFor: undefined, dataSummary: undefined, ...more };
    const store = createStore(state as unknown as State);
    followSizes(store);
    return store;
  };
  const sizes = ({ setup: { epochs, batchSize } }: State) => [epochs, batchSize];

  test.each<[images: readonly number[], epochs: number, batchSize: number]>([
    [[54_000], 5, 64],
    [[47], 50, 8],
    [[54_000, 47], 50, 8],
    [[47, 54_000], 5, 64],
    [[47, 180], 25, 16],
  ])('go by the data set that was read last: %j images', (images, epochs, batchSize) => {
    const store = opened();
    for (const each of images) store.set({ dataSummary: summary(each) });
    expect(sizes(store.get())).toEqual([epochs, batchSize]);
  });

  test('stay what somebody has chosen, or another run had', () => {
    const store = opened();
    store.set({ dataSummary: summary(47) });
    store.set({ setup: { ...store.get().setup, epochs: 7 } });
    store.set({ dataSummary: summary(180) });
    expect(sizes(store.get())).toEqual([7, 8]);
    const again = opened({ sizedFor: 'chosen' });
    again.set({ dataSummary: summary(47) });
    expect(sizes(again.get())).toEqual([5, 64]);
  });

  test('say where they come from, and where they make too short a run', () => {
    const store = opened({ sizedFor: 'chosen' });
    store.set({ dataSummary: summary(52) });
    expect(sizesAdvice(store.get())).toEqual({
      sentence: 'A run of 5 steps changes the weights little: 52 training images need more epochs or smaller batches.',
      better: { epochs: 45, batchSize: 8 },
    });
    const fresh = opened();
    expect(sizesAdvice(fresh.get())).toEqual({ sentence: '' });
    fresh.set({ dataSummary: summary(52) });
    expect(sizesAdvice(fresh.get()).sentence).toMatch(/52 training images are enough to learn from/);
    fresh.set({ dataSummary: summary(54_000) });
    expect(sizesAdvice(fresh.get())).toEqual({ sentence: '' });
  });
});

test('a heading names what is on under it, and nothing where nothing is (fault 19)', () => {
  const setup = firstSetup(workbook);
  expect(whatIsOn(setup, network)).toEqual({ augmentation: '', layers: '', ending: '', more: '' });
  const busy = {
    ...setup,
    augmentation: { ...setup.augmentation, shift: 0.1, rotate: 10, flip: true },
    layerRates: { d: 0 },
    patience: 3,
    keepBest: true,
    classWeights: 'balanced' as const,
    weightDecay: 0.01,
  };
  expect(whatIsOn(busy, network)).toEqual({
    augmentation: 'shift 0.1, rotate 10°, flip',
    layers: 'dense frozen',
    ending: 'patience 3, best weights, classes by rarity',
    more: 'weight decay 0.01',
  });
});
