import { describe, expect, test } from 'vitest';
import type { DataChoice } from '../shared/data.ts';
import type { NetworkSpec } from '../shared/network.ts';
import type { RunSummary } from '../shared/protocol.ts';
import { defaultConfig, type TrainingConfig } from '../shared/training.ts';
import { configOf, firstSetup, setupProblems } from './training-setup.ts';

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
    const setup = firstSetup(workbook, {});
    expect(configOf({ setup, dataChoice: data })).toEqual(defaultConfig(data));
    expect(setup.start).toBe('here');
  });

  test('is what the workbook was trained with last, else what was used last anywhere', () => {
    const training = { ...defaultConfig(data), epochs: 3 };
    expect(firstSetup(workbook, { training }).epochs).toBe(3);
    expect(firstSetup({ ...workbook, runs: ran({ epochs: 9 }) }, { training }).epochs).toBe(9);
  });

  test('leaves out what doesn’t fit this network and this computer', () => {
    const runs = ran({ layerRates: { d: 0.5, gone: 0 }, classWeights: [1, 2, 3], backend: 'tensorflow' });
    const setup = firstSetup({ ...workbook, runs, nativeBackend: false }, {});
    expect(setup.layerRates).toEqual({ d: 0.5 });
    expect(setup.classWeights).toBe('equal');
    expect(setup.backend).toBe('wasm');
    expect(firstSetup({ ...workbook, runs: ran({ classWeights: [1, 2] }) }, {}).classWeights).toEqual([1, 2]);
  });
});

test('a number typed wrongly is a problem of its setting; a network without images is one of all of it', () => {
  const setup = { ...firstSetup(workbook, {}), epochs: Number.NaN };
  expect([...setupProblems({ setup, dataChoice: data }).keys()]).toEqual(['epochs']);
  expect([...setupProblems({ setup, dataChoice: undefined }).keys()]).toEqual(['']);
});
