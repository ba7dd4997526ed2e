import { beforeAll, expect, test } from 'vitest';
import { buildSheet } from '../../../shared/layout/sheet.ts';
import { TAUGHT_STEPS } from '../../../shared/teaching/optimizers.ts';
import { readTemplate } from '../../files/templates.ts';
import { startBackend } from '../backend/backend.ts';
import { pixelsOf, testDigits } from '../data/digits.ts';
import { smallDigits } from '../data/testing/small-digits.ts';
import { createOptimizer } from '../training/optimizers.ts';
import { createForward } from '../show/forward.ts';
import { cellGradients } from './cell-gradients.ts';
import { weightGradients } from './weight-gradients.ts';

beforeAll(startBackend);

test('the gradient of a batch is the mean of those that its images show on the sheet', async () => {
  const { network, classes, values } = await readTemplate('lesson3');
  const weight = { tensor: 'conv1/kernel', index: 5 } as const;
  const data = smallDigits(16, 4);
  const known = { network, classes, parameters: values };
  const of = { ...weight, count: 10, ...TAUGHT_STEPS };
  const found = await weightGradients(known, data, of, () => Promise.resolve());
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
  // There is one batch, and all optimizers begin at the same weight.
  expect(found.map(own => own.length)).toEqual([1, 1, 1, 1]);
  expect(Math.abs(found[0][0])).toBeGreaterThan(1e-5);
  for (const [first] of found) expect(first).toBeCloseTo(shown.reduce((sum, each) => sum + each, 0) / 16, 6);
});

test('each step’s gradient is taken at the weight that the optimizer’s steps before have led to', async () => {
  const { network, classes, values } = await readTemplate('lesson3');
  const weight = { tensor: 'conv1/kernel', index: 5 } as const;
  const data = smallDigits(48, 4);
  const gradientsAt = (start: number, rate: number) => {
    const kernel = values.get(weight.tensor)!.slice();
    kernel[weight.index] = start;
    const parameters = new Map([...values, [weight.tensor, kernel] as const]);
    const of = { ...weight, count: 3, ...TAUGHT_STEPS, rate };
    return weightGradients({ network, classes, parameters }, data, of, () => Promise.resolve());
  };
  const begin = values.get(weight.tensor)![weight.index];
  const found = await gradientsAt(begin, TAUGHT_STEPS.rate);
  for (const [place, optimizer] of TAUGHT_STEPS.optimizers.entries()) {
    const engine = createOptimizer({ optimizer, weightDecay: 0, clipNorm: 0 }, [
      { id: weight.tensor, name: 'kernel', size: 1 },
    ]);
    const moving = new Map([[weight.tensor, Float32Array.of(begin)]]);
    for (const [position, gradient] of found[place].entries()) {
      // With a rate of 0 the weight stays, and each batch tells its gradient there.
      const [still] = await gradientsAt(moving.get(weight.tensor)![0], 0);
      expect(gradient, `${optimizer.kind}, step ${position + 1}`).toBe(still[position]);
      engine.step(moving, new Map([[weight.tensor, Float32Array.of(gradient)]]), () => TAUGHT_STEPS.rate);
    }
    expect(moving.get(weight.tensor)![0]).not.toBe(begin);
  }
});
