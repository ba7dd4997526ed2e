import { expect, test } from 'vitest';
import { linesOf } from './runs.ts';

const curves = {
  step: [1, 2, 3],
  loss: [2, 1, 0.5],
  metric: [0.1, 0.5, 0.9],
  learningRate: [0.1, 0.1, 0.1],
  meanLoss: [2, 1.5, 1.1],
  meanMetric: [0.1, 0.3, 0.5],
  epochs: [],
  notes: [],
};

test('a run without validation has no line of validation, so that the legend doesn’t name one', () => {
  const names = (epochs: Parameters<typeof linesOf>[1]['epochs']) =>
    linesOf('Run 1', { epochs, stepsPerEpoch: 3 }, curves, 0, 'metric').map(({ name }) => name);
  const epoch = { epoch: 1, step: 3, loss: 1.1, metric: 0.5, seconds: 1 };
  expect(names([])).toEqual(['Run 1, training']);
  expect(names([epoch])).toEqual(['Run 1, training']);
  const whole = { ...epoch, validationLoss: 1, validationMetric: 0.6 };
  expect(names([whole])).toEqual(['Run 1, training', 'Run 1, validation']);
});
