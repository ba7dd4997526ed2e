import { expect, test } from 'vitest';
import type { DataChoice } from '../../shared/data.ts';
import { defaultConfig, optimizerDefaults } from '../../shared/training-defaults.ts';
import { differingSettings } from './run-settings.ts';

const data: DataChoice = {
  source: { kind: 'named', name: 'digits' },
  shape: [28, 28, 1],
  fit: 'stretch',
  validation: 0.1,
  test: 0,
  seed: 1,
};
const run = (more: Partial<ReturnType<typeof defaultConfig>> = {}) => ({
  config: { ...defaultConfig(data), ...more },
  start: 'initial' as const,
  dataName: 'MNIST digits',
});

test('Runs of the same settings differ in nothing', () => {
  expect(differingSettings([run(), run()])).toEqual([]);
});

test('What differs is named, with a dash where a run has no such setting', () => {
  const other = {
    ...run({ optimizer: optimizerDefaults.momentum, learningRate: 0.1, layerRates: { conv1: 0 } }),
    start: 'here' as const,
  };
  expect(differingSettings([run(), other])).toEqual([
    { name: 'Start from', values: ['fresh weights', 'the weights as they are'] },
    { name: 'Learning rate', values: ['0.002', '0.1'] },
    { name: 'Optimizer', values: ['Adam', 'SGD with momentum'] },
    { name: 'Decay β₁', values: ['0.9', '–'] },
    { name: 'Decay β₂', values: ['0.999', '–'] },
    { name: 'Epsilon', values: ['1e-7', '–'] },
    { name: 'Momentum', values: ['–', '0.9'] },
    { name: 'Nesterov', values: ['–', 'no'] },
    { name: 'Rate factor of conv1', values: ['–', '0'] },
  ]);
});

test('Data sets from different places differ though they are called the same', () => {
  const folder = (path: string) => run({ data: { ...data, source: { kind: 'folders', path } } });
  expect(differingSettings([folder('/a/photos'), folder('/b/photos')])).toEqual([
    { name: 'Place of the data', values: ['/a/photos', '/b/photos'] },
  ]);
});
