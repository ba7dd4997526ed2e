import { expect, test } from 'vitest';
import { initialValues } from '../../../shared/initial-values.ts';
import { createRandom } from '../../../shared/random.ts';
import type { Start, TrainingConfig } from '../../../shared/training.ts';
import { smallConfig, smallDigits, smallNetwork, smallWorkbook } from '../data/testing/small-digits.ts';
import { beginningOf } from './start.ts';

const digits = smallDigits(64, 0);
const letters = { ...digits, name: 'letters', classes: 'abcdefghijklmnopqrstuvwxyz'.split('') };
const before = smallWorkbook().values;
const fresh = initialValues(smallNetwork, createRandom(5));
const begin = (start: Start, changes: Partial<TrainingConfig> = {}, data = digits) =>
  beginningOf(smallWorkbook(), data, smallConfig(changes), start);

test('a run begins with the present weights, or with fresh ones that depend on the seed', () => {
  for (const start of ['here', 'continue'] as const) expect(begin(start).values).toEqual(before);
  const { values } = begin('initial');
  for (const [tensor, value] of fresh) expect(values.get(tensor)).toEqual(value);
  expect(values.get('input/output')).toEqual(before.get('input/output'));
  expect(begin('initial', { seed: 6 }).values.get('conv/kernel')).not.toEqual(fresh.get('conv/kernel'));
});

test('a frozen layer keeps its weights when the others begin anew', () => {
  const { values } = begin('initial', { layerRates: { conv: 0 } });
  expect(values.get('conv/kernel')).toEqual(before.get('conv/kernel'));
  expect(values.get('scores/kernel')).toEqual(fresh.get('scores/kernel'));
});

test('a layer that gets another number of scores begins anew, even if it is frozen and the others stay', () => {
  const { network, classes, values, renewed } = begin('here', { layerRates: { scores: 0 } }, letters);
  expect(renewed).toEqual(new Set(['scores/kernel', 'scores/bias']));
  expect(values.get('scores/kernel')).toEqual(initialValues(network, createRandom(5)).get('scores/kernel'));
  expect(values.get('scores/bias')).toHaveLength(26);
  expect(values.get('conv/kernel')).toEqual(before.get('conv/kernel'));
  expect(classes).toEqual(letters.classes);
  expect(() => begin('continue', {}, letters)).toThrow(
    'The last run was of other classes: it knows “0”, “1”, “2”, “3”, “4” and 5 more, but not “a”, “b”, “c”, “d”, “e” ' +
      'and 21 more of letters.',
  );
});
