/** A small data set and a small network for tests of training: the first test digits, and a convolution that learns
 *  them. */
import type { DataChoice, DataSet } from '../../../../shared/data.ts';
import type { NetworkSpec } from '../../../../shared/network.ts';
import { initialValues } from '../../../../shared/initial-values.ts';
import { createRandom } from '../../../../shared/random.ts';
import type { TrainingConfig } from '../../../../shared/training.ts';
import { defaultConfig } from '../../../../shared/training-defaults.ts';
import type { Workbook } from '../../../../shared/workbook.ts';
import { DIGIT_SIZE, testDigits } from '../digits.ts';

const SHAPE = [DIGIT_SIZE, DIGIT_SIZE, 1] as const;
export const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

export const digitChoice: DataChoice = {
  source: { kind: 'named', name: 'digits' },
  shape: [...SHAPE],
  fit: 'stretch',
  validation: 0.2,
  test: 0,
  seed: 1,
};

/** The first `training + validation` test digits. The last ones are for validation. */
export function smallDigits(training: number, validation: number): DataSet {
  const { bytes, classes } = testDigits();
  const count = training + validation;
  return {
    name: 'digits',
    shape: SHAPE,
    classes: DIGITS,
    severalLabels: false,
    count,
    bytes: bytes.subarray(0, count * DIGIT_SIZE * DIGIT_SIZE),
    labels: classes.subarray(0, count),
    nameOf: String,
    split: {
      training: Uint32Array.from({ length: training }, (_, i) => i),
      validation: Uint32Array.from({ length: validation }, (_, i) => training + i),
      test: new Uint32Array(),
    },
    problems: [],
  };
}

export const smallNetwork: NetworkSpec = {
  version: 1,
  layers: [
    { id: 'input', name: 'input', inputs: [], kind: 'input', shape: [...SHAPE] },
    {
      id: 'conv',
      name: 'conv',
      inputs: ['input'],
      kind: 'conv2d',
      filters: 4,
      kernelSize: [5, 5],
      strides: [2, 2],
      padding: 'valid',
      useBias: true,
    },
    { id: 'relu', name: 'relu', inputs: ['conv'], kind: 'relu' },
    {
      id: 'pool',
      name: 'pool',
      inputs: ['relu'],
      kind: 'maxPool2d',
      poolSize: [2, 2],
      strides: [2, 2],
      padding: 'valid',
    },
    { id: 'flatten', name: 'flatten', inputs: ['pool'], kind: 'flatten' },
    { id: 'drop', name: 'drop', inputs: ['flatten'], kind: 'dropout' },
    { id: 'scores', name: 'scores', inputs: ['drop'], kind: 'dense', units: 10, useBias: true },
    { id: 'softmax', name: 'softmax', inputs: ['scores'], kind: 'softmax' },
  ],
};

export function smallWorkbook(): Workbook {
  const values = initialValues(smallNetwork, createRandom(3));
  values.set('input/output', new Float32Array(DIGIT_SIZE * DIGIT_SIZE));
  values.set('drop/rate', Float32Array.of(0.25));
  values.set('softmax/actual', new Float32Array(10).fill(Number.NaN));
  return { network: smallNetwork, classes: DIGITS, source: { kind: 'typed' }, values };
}

export function smallConfig(changes: Partial<TrainingConfig> = {}): TrainingConfig {
  return { ...defaultConfig(digitChoice), epochs: 2, batchSize: 32, seed: 5, ...changes };
}

/** A run that is long enough for a test to do something meanwhile. */
export const longConfig = smallConfig({ epochs: 500 });
