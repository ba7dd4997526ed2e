import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { layerKinds } from '../../../shared/layers/kinds.ts';
import { manyChannelsExample, randomExample } from '../../../shared/testing/random-network.ts';
import { withGradients } from '../../fuzz/backprop.ts';
import { inLibreOffice, starter, withReference } from '../../fuzz/libreoffice.ts';
import type { Example } from '../../../shared/testing/random-network.ts';
import { startBackend } from '../backend/backend.ts';
import { lossExamples } from './gradient-cells.ts';
import { everyFormulaExample } from './formula-cases.ts';

const installed = spawnSync('soffice', ['--version']).status === 0;
beforeAll(startBackend);

/** Random networks that hold every kind of layer, together. */
function withEveryKind() {
  const missing = new Set<string>(Object.keys(layerKinds));
  const found = [];
  for (let seed = 2000; missing.size > 0; seed++) {
    const example = randomExample(seed, 'plain');
    const bringsMore = example.sheet.network.layers.filter(({ kind }) => missing.delete(kind)).length > 0;
    if (found.length < 8 || bringsMore) found.push(example);
  }
  return found;
}

describe.skipIf(!installed)('formulas in LibreOffice (skipped where soffice is not installed)', () => {
  // The other starter networks are calculated by `npm run fuzz -- libreoffice`.
  it('give the app’s value in every cell, recalculated from a plain .xlsx', async () => {
    const examples = [
      await starter('lesson3'),
      withReference('many channels', manyChannelsExample()),
      withReference('every formula', everyFormulaExample()),
      ...withEveryKind().map((example, number) => withReference(`random ${number}`, example)),
      withGradients('gradients of random', lossExamples(700).next().value as Example),
      withReference('not finite', randomExample(2100, 'broken')),
    ];
    for (const { name, cells, largestError, wrong } of await inLibreOffice(examples)) {
      console.info(`${name}: ${cells} cells, largest error ${largestError.toExponential(1)}`);
      expect(wrong).toEqual([]);
    }
  });
});
