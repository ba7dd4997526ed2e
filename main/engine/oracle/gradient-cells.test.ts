import { beforeAll, expect, test } from 'vitest';
import { buildSheet } from '../../../shared/layout/sheet.ts';
import { layerKinds } from '../../../shared/layers/kinds.ts';
import { parseNetwork } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { starter } from '../../fuzz/libreoffice.ts';
import { startBackend } from '../backend/backend.ts';
import { deriveGradient } from '../../../shared/backprop/gradients.ts';
import { expectAnother, holdGradients, lossExamples, noGradients, valuesAndGradients } from './gradient-cells.ts';
import { apartFromDoubles, inDoubles } from './gradients-in-doubles.ts';
import { valuesFor } from './example-network.ts';

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

test('a gradient that float32 can’t explain is found out, however small it is', async () => {
  const example = await starter('lesson3');
  expectAnother(example);
  const { gradients } = valuesAndGradients(example);
  const exact = inDoubles(example, gradients);
  const apart = apartFromDoubles(example, gradients, exact);
  console.info(`furthest from doubles: ${apart.largest.toExponential(1)}·Σ|terms|`);
  expect(apart).toMatchObject({ cells: 0, wrong: [] });
  const wrong = new Map(gradients);
  const kernel = gradients.get('conv2/kernel')!.slice();
  kernel[4] += 2e-5 * Math.max(1, exact.sizes.get('conv2/kernel')![4]);
  wrong.set('conv2/kernel', kernel);
  expect(apartFromDoubles(example, wrong, exact).wrong).toEqual([expect.stringContaining('conv2/kernel[4]')]);
});

test('gradients of a thousand products are told, and equal the engine’s', () => {
  const network = parseNetwork({
    version: 1,
    layers: [
      { id: 'in', name: 'input', inputs: [], kind: 'input', shape: [5, 5, 2] },
      ...[
        { id: 'a', filters: 110, kernelSize: [3, 3], strides: [1, 1], padding: 'same' },
        { id: 'b', filters: 3, kernelSize: [1, 1], strides: [1, 1], padding: 'valid' },
      ].map((own, i) => ({ ...own, name: own.id, inputs: [i === 0 ? 'in' : 'a'], kind: 'conv2d', useBias: true })),
      { id: 'f', name: 'flatten', inputs: ['b'], kind: 'flatten' },
      { id: 'd', name: 'dense', inputs: ['f'], kind: 'dense', units: 3, useBias: true },
      { id: 's', name: 'softmax', inputs: ['d'], kind: 'softmax' },
    ],
  });
  const random = createRandom(8);
  const stored = valuesFor(network, random, () => random.normal() / 8);
  stored.get('s/actual')!.fill(0).fill(1, 0, 1);
  const example = { sheet: buildSheet(network), stored };
  const middle = { tensor: 'in/output', index: 24 } as const;
  const text = deriveGradient(example.sheet, middle, { name: 'Network' })!.text;
  expect(text.match(/\*/g)).toHaveLength(9 * 110);
  const held = noGradients();
  holdGradients(example, valuesAndGradients(example), held, 7);
  expect(held.wrong).toEqual([]);
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
