import { beforeAll, expect, test } from 'vitest';
import { readTemplate } from '../../files/templates.ts';
import { startBackend } from '../backend/backend.ts';
import { DIGIT_SIZE, pixelsOf, testDigits } from '../data/digits.ts';
import { createForward } from '../show/forward.ts';
import { classMeans } from './class-means.ts';
import { templatesRight } from './templates-right.ts';

beforeAll(startBackend);

test('the templates of the classes are the means of what the last layer reads, minus the mean of all', async () => {
  const { network, classes, values } = await readTemplate('lesson3');
  const count = 40;
  const labels = Uint8Array.from({ length: count }, (_, index) => index % 4);
  const data = {
    name: 'digits',
    shape: [DIGIT_SIZE, DIGIT_SIZE, 1],
    classes: Array.from('0123456789'),
    severalLabels: false,
    count,
    bytes: testDigits().bytes.subarray(0, count * DIGIT_SIZE ** 2),
    labels,
    split: {
      training: Uint32Array.from({ length: count }, (_, index) => index),
      validation: new Uint32Array(),
      test: new Uint32Array(),
    },
    nameOf: String,
  } as unknown as Parameters<typeof classMeans>[1];
  const { layer, kernel, bias } = await classMeans({ network, classes, parameters: values }, data, async () => {});
  expect(layer).toBe('dense');
  const stored = new Map([...values].map(([id, numbers]) => [id, numbers.slice()] as const));
  const forward = createForward(network, stored);
  const features = Array.from({ length: count }, (_, index) => {
    stored.get('input/output')!.set(pixelsOf(testDigits(), [index]));
    forward.update(['input/output']);
    return [...forward.value('pool/output')];
  });
  forward.dispose();
  const meanOf = (rows: number[][]) => rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
  const all = meanOf(features);
  for (const unit of [0, 3]) {
    const own = meanOf(features.filter((_, index) => labels[index] === unit)).map((each, i) => each - all[i]);
    const length = Math.hypot(...own);
    const average = own.reduce((sum, each, i) => sum + (each / length) * all[i], 0);
    expect(bias[unit]).toBeCloseTo(-average, 5);
    for (const [i, each] of own.entries()) expect(kernel[i * 10 + unit]).toBeCloseTo(each / length, 6);
  }
  // What is right is counted with any templates: the highest score is that of the label.
  const own = { kernel: values.get('dense/kernel')!, bias: values.get('dense/bias')! };
  const sets = { layer, sets: [own, { kernel, bias }], split: 'training' } as const;
  const known = { network, classes, parameters: values };
  const { of, right } = await templatesRight(known, data, sets, async () => {});
  const counted = sets.sets.map(templates => {
    const scoreOf = (row: number[], unit: number) =>
      row.reduce((sum, each, i) => sum + each * templates.kernel[i * 10 + unit], templates.bias[unit]);
    const best = features.map(row => {
      const scores = Array.from({ length: 10 }, (_, unit) => scoreOf(row, unit));
      return scores.indexOf(Math.max(...scores));
    });
    return best.filter((unit, index) => unit === labels[index]).length;
  });
  expect(of).toBe(count);
  expect(right).toEqual(counted);
  // Labels that aren't the digits' own: the means fit them better than what was trained on others.
  expect(right[1]).toBeGreaterThan(right[0]);
  // A class without images has no template.
  expect(kernel.filter((_, i) => i % 10 === 7).every(each => each === 0)).toBe(true);
});
