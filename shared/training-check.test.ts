import { expect, test } from 'vitest';
import { configProblems } from './training-check.ts';
import { defaultConfig, optimizerDefaults } from './training-defaults.ts';

const config = defaultConfig({
  source: { kind: 'named', name: 'digits' },
  shape: [28, 28, 1],
  fit: 'stretch',
  validation: 0.1,
  test: 0.1,
  seed: 1,
});

test('what a run starts with by itself has no problems', () => {
  expect(configProblems(config)).toEqual(new Map());
});

test('every setting that will not do is named by its path, with what belongs there', () => {
  const typed = {
    ...config,
    epochs: 2.5,
    learningRate: Number.NaN,
    optimizer: { ...optimizerDefaults.adam, beta2: 1 },
    layerRates: { conv1: -1 },
    schedule: { kind: 'cosine', cycle: 1, multiplier: 0.5 },
  };
  expect(Object.fromEntries(configProblems(typed))).toEqual({
    epochs: 'a whole number from 1 to 10,000',
    learningRate: 'a number above 0, up to 100',
    'optimizer.beta2': 'a number from 0 to below 1',
    'layerRates.conv1': 'a number from 0 to 1,000',
    'schedule.multiplier': 'a number from 1 to 10',
  });
});
