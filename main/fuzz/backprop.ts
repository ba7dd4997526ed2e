/** Holds the formulas of the gradient plane against the engine's gradients: evaluated cell by cell, and as whole planes
 *  that LibreOffice calculates from pixels and weights alone. */
import { layerKinds } from '../../shared/layers/kinds.ts';
import type { Example as Drawn } from '../../shared/testing/random-network.ts';
import { startBackend } from '../engine/backend/backend.ts';
import {
  expectAnother,
  holdGradients,
  lossExamples,
  nearFlip,
  noGradients,
  sizesOf,
  valuesAndGradients,
} from '../engine/oracle/gradient-cells.ts';
import type { Fuzz } from './fuzz.ts';
import { type Example, inLibreOffice, starter, withReference } from './libreoffice.ts';

export const backprop: Fuzz = {
  line: 'holds the formulas of gradients against the engine’s, in the app and as whole sheets in LibreOffice',
  count: 40,
  async run({ seed, count, log }) {
    await startBackend();
    const held = noGradients();
    const kinds = new Set<string>();
    const flips: string[] = [];
    const sheets: Example[] = [];
    const lesson = await starter('lesson3');
    expectAnother(lesson);
    const examples: [string, Pick<Drawn, 'sheet' | 'stored'>][] = [['lesson3', lesson]];
    for (const example of lossExamples(100_000 * seed)) {
      if (examples.length > count) break;
      examples.push([`random ${examples.length}`, example]);
    }
    for (const [name, example] of examples) {
      const found = valuesAndGradients(example);
      holdGradients(example, found, held);
      for (const { kind } of example.sheet.network.layers) kinds.add(kind);
      const flip = nearFlip(example, found.values);
      if (flip) {
        flips.push(`${name} at ${flip}`);
        continue;
      }
      sheets.push(withGradients(name, example, found));
    }
    const failures = [...held.wrong];
    if (count >= 20) {
      const missing = Object.keys(layerKinds).filter(kind => !kinds.has(kind));
      failures.push(...missing.map(kind => `no network has a ${kind} layer`));
      if (flips.length > 0.05 * examples.length) failures.push(`${flips.length} networks are too near a flip`);
    }
    for (const flip of flips) log(`left out of LibreOffice, because a number is too near a flip: ${flip}`);
    let cells = 0;
    let largest = 0;
    for (const { name, cells: compared, largestError, wrong } of await inLibreOffice(sheets)) {
      if (!name.endsWith('gradients')) continue;
      log(`${name}: ${compared} cells, largest error ${largestError.toExponential(1)}`);
      failures.push(...wrong.map(cell => `${name}: ${cell}`));
      cells += compared;
      largest = Math.max(largest, largestError);
    }
    return {
      summary:
        `${held.cells} gradients of ${examples.length} networks evaluated, largest error ` +
        `${held.largestError.toExponential(1)}·Σ|terms|, ${cells} of them by ` +
        `LibreOffice, largest error ${largest.toExponential(1)}; ${flips.length} networks near a flip left out there.`,
      failures,
    };
  },
};

/** A network whose gradient plane LibreOffice calculates too. */
export function withGradients(
  name: string,
  example: Pick<Drawn, 'sheet' | 'stored'>,
  found = valuesAndGradients(example),
): Example {
  const sizes = sizesOf(example, found);
  return {
    ...withReference(name, example),
    gradients: {
      expected: found.gradients,
      most(tensor, index) {
        const size = sizes(tensor, index);
        return size === undefined ? undefined : 1e-5 * Math.max(1, size);
      },
    },
  };
}
