import { beforeAll, expect, test } from 'vitest';
import { buildSheet } from '../../../shared/layout/sheet.ts';
import { readTemplate } from '../../files/templates.ts';
import { startBackend } from '../backend/backend.ts';
import { pixelsOf, testDigits } from '../data/digits.ts';
import { smallDigits } from '../data/testing/small-digits.ts';
import { createForward } from '../show/forward.ts';
import { cellGradients } from './cell-gradients.ts';
import { weightGradients } from './weight-gradients.ts';

beforeAll(startBackend);

test('the gradient of a batch is the mean of those that its images show on the sheet', async () => {
  const { network, classes, values } = await readTemplate('lesson3');
  const weight = { tensor: 'conv1/kernel', index: 5 } as const;
  const data = smallDigits(16, 4);
  const known = { network, classes, parameters: values };
  const found = await weightGradients(known, data, { ...weight, count: 10 }, () => Promise.resolve());
  const sheet = buildSheet(network, classes);
  const stored = new Map([...values].map(([id, numbers]) => [id, numbers.slice()] as const));
  const forward = createForward(network, stored);
  const shown = Array.from({ length: 16 }, (_, image) => {
    stored.get('input/output')!.set(pixelsOf(testDigits(), [image]));
    stored.get('softmax/actual')!.fill(0)[data.labels[image]] = 1;
    forward.update(['input/output', 'softmax/actual', ...(image === 0 ? stored.keys() : [])]);
    return cellGradients(sheet, id => forward.value(id), new Map()).get(weight.tensor)![weight.index];
  });
  forward.dispose();
  expect(found).toHaveLength(1);
  expect(Math.abs(found[0])).toBeGreaterThan(1e-5);
  expect(found[0]).toBeCloseTo(shown.reduce((sum, each) => sum + each, 0) / 16, 6);
});
