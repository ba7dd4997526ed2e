import { beforeAll, expect, test } from 'vitest';
import { layerKinds } from '../../../shared/layers/kinds.ts';
import { starter } from '../../fuzz/libreoffice.ts';
import { startBackend } from '../backend/backend.ts';
import { expectAnother, holdGradients, lossExamples, noGradients, valuesAndGradients } from './gradient-cells.ts';

beforeAll(startBackend);

test('every gradient of lesson3 is what the chain rule makes of the cells', async () => {
  const example = await starter('lesson3');
  expectAnother(example);
  const held = noGradients();
  holdGradients(example, valuesAndGradients(example), held, 4);
  console.info(`${held.cells} gradients, largest error ${held.largestError.toExponential(1)}`);
  expect(held.wrong).toEqual([]);
  expect(held.nonzero).toBeGreaterThan(100);
});

/** `npm run fuzz -- backprop` tries more of them, and lets LibreOffice calculate whole planes. */
test('gradients of random networks are what the chain rule makes of the cells', () => {
  const held = noGradients();
  const missing = new Set<string>(Object.keys(layerKinds));
  for (const example of lossExamples(300)) {
    if (missing.size === 0) break;
    const fresh = example.sheet.network.layers.filter(({ kind }) => missing.delete(kind));
    if (fresh.length > 0) holdGradients(example, valuesAndGradients(example), held, 17);
  }
  console.info(`${held.cells} gradients, largest error ${held.largestError.toExponential(1)}`);
  expect(held.wrong).toEqual([]);
  expect(held.nonzero / held.cells).toBeGreaterThan(0.3);
});
