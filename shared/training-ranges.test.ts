/** The range that a sentence names is the range that is accepted: both ends, and nothing beyond. */
import { expect, test } from 'vitest';
import { english } from './messages/render.ts';
import { amountsOfChange, noAugmentation } from './data.ts';
import { configProblems } from './training-check.ts';
import { defaultConfig, optimizerDefaults } from './training-defaults.ts';

const config = defaultConfig({
  source: { kind: 'named', name: 'digits' },
  shape: [28, 28, 1],
  fit: 'stretch',
  validation: 0,
  test: 0,
  seed: 1,
});

/** The set-up with one number in it, by its path. */
const settings: readonly (readonly [path: string, withValue: (value: number) => unknown])[] = [
  ...(
    [
      'epochs',
      'batchSize',
      'seed',
      'learningRate',
      'warmupSteps',
      'weightDecay',
      'clipNorm',
      'patience',
      'labelSmoothing',
    ] as const
  ).map(key => [key, (value: number) => ({ ...config, [key]: value })] as const),
  ['layerRates.a', value => ({ ...config, layerRates: { a: value } })],
  ...amountsOfChange.map(
    key =>
      [
        `augmentation.${key}`,
        (value: number) => ({ ...config, augmentation: { ...noAugmentation, [key]: value } }),
      ] as const,
  ),
  ...(['validation', 'test', 'seed'] as const).map(
    key => [`data.${key}`, (value: number) => ({ ...config, data: { ...config.data, [key]: value } })] as const,
  ),
  ['optimizer.momentum', momentum => ({ ...config, optimizer: { ...optimizerDefaults.momentum, momentum } })],
  ['optimizer.rho', rho => ({ ...config, optimizer: { ...optimizerDefaults.rmsprop, rho } })],
  ['optimizer.epsilon', epsilon => ({ ...config, optimizer: { ...optimizerDefaults.adam, epsilon } })],
  ['schedule.every', every => ({ ...config, schedule: { kind: 'step', every, factor: 0.5 } })],
  ['schedule.factor', factor => ({ ...config, schedule: { kind: 'step', every: 1, factor } })],
  ['schedule.cycle', cycle => ({ ...config, schedule: { kind: 'cosine', cycle, multiplier: 2 } })],
  ['schedule.multiplier', multiplier => ({ ...config, schedule: { kind: 'cosine', cycle: 1, multiplier } })],
  ['schedule.rise', rise => ({ ...config, schedule: { kind: 'oneCycle', rise } })],
];

/** Reads a range in words: "a number above 0, up to 100", "a share from 0 to 0.9", "a number from 0 to below 1", "a
 *  number from 0 up". */
function rangeOf(sentence: string) {
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text.replaceAll(',', '')));
  const lower = /(above|from) ([\d.,]*\d)/.exec(sentence)!;
  const upper = /(up to|to below|to) ([\d.,]*\d)/.exec(sentence);
  return {
    low: number(lower[2])!,
    lowIn: lower[1] === 'from',
    high: number(upper?.[2]),
    highIn: upper?.[1] !== 'to below',
    step: sentence.includes('whole') ? 1 : 1e-6,
  };
}

test.each(settings)('the range that is named for %s is the one that is taken (fault 48)', (path, withValue) => {
  const sentence = english(configProblems(withValue(Number.NaN)).get(path)!);
  const { low, lowIn, high, highIn, step } = rangeOf(sentence);
  const taken = (value: number) => configProblems(withValue(value)).size === 0;
  expect({ path, low: taken(low), below: taken(low - step), above: taken(low + step) }).toEqual({
    path,
    low: lowIn,
    below: false,
    above: true,
  });
  if (high === undefined) {
    expect(taken(1e30)).toBe(true);
    return;
  }
  expect({ path, high: taken(high), beyond: taken(high + step), within: taken(high - step) }).toEqual({
    path,
    high: highIn,
    beyond: false,
    within: true,
  });
});
