/** Holds the formulas of the gradient plane against the engine's gradients: evaluated cell by cell, and as whole planes
 *  from pixels and weights alone. The same formulas in doubles stand between the engine and LibreOffice, which also
 *  calculates in doubles: LibreOffice has to give their very numbers, and the engine what float32 can. */
import { deriveGradient, LONGEST } from '../../shared/backprop/gradients.ts';
import { layerKinds } from '../../shared/layers/kinds.ts';
import type { Example as Drawn } from '../../shared/testing/random-network.ts';
import { startBackend } from '../engine/backend/backend.ts';
import {
  expectAnother,
  holdGradients,
  lossExamples,
  nearFlip,
  noGradients,
  valuesAndGradients,
} from '../engine/oracle/gradient-cells.ts';
import { apartFromDoubles, inDoubles } from '../engine/oracle/gradients-in-doubles.ts';
import type { Fuzz } from './fuzz.ts';
import { type Example, inLibreOffice, starter, withReference } from './libreoffice.ts';

/** So large a part of all gradients may be further than 1e-5 from doubles, where that is only rounding. Scores of
 *  random networks are often in the hundreds, and a softmax makes of their last bits a difference in all that goes
 *  back. */
const MOST_BEYOND = 0.005;

export const backprop: Fuzz = {
  line: 'holds the formulas of gradients against the engine’s, in the app and as whole sheets in LibreOffice',
  count: 40,
  async run({ seed, count, log }) {
    await startBackend();
    const held = noGradients();
    const kinds = new Set<string>();
    const flips: string[] = [];
    const sheets: Example[] = [];
    const rounded: string[] = [];
    const failures: string[] = [];
    let furthest = 0;
    let beyond = 0;
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
      const exact = inDoubles(example, found.gradients);
      const apart = apartFromDoubles(example, found.gradients, exact);
      failures.push(...apart.wrong.map(each => `${name}: ${each}`));
      if (apart.cells === 0) furthest = Math.max(furthest, apart.largest);
      else {
        beyond += apart.cells;
        const [far, by] = [apart.largest, apart.rounding].map(each => each.toExponential(1));
        rounded.push(
          `${name}: ${apart.cells} cells by up to ${far} (${apart.where}); rounding alone moves them by up to ${by}`,
        );
      }
      sheets.push(withGradients(name, example, exact));
    }
    failures.push(...held.wrong);
    if (count >= 20) {
      const missing = Object.keys(layerKinds).filter(kind => !kinds.has(kind));
      failures.push(...missing.map(kind => `no network has a ${kind} layer`));
      if (flips.length > 0.05 * examples.length) failures.push(`${flips.length} networks are too near a flip`);
      if (beyond > MOST_BEYOND * held.cells) failures.push(`${beyond} gradients are beyond float32`);
    }
    for (const each of rounded) log(`the engine is further than 1e-5 from doubles: ${each}`);
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
        `${held.largestError.toExponential(1)}·Σ|terms|. As whole planes in doubles ${furthest.toExponential(1)}` +
        `·Σ|terms| apart, but for ${beyond} in ${rounded.length} networks that enlarge rounding. ${cells} cells ` +
        `by LibreOffice, ${largest.toExponential(1)} from doubles; ${flips.length} networks near a flip are left out.`,
      failures,
    };
  },
};

/** LibreOffice has the same formulas and calculates in doubles, too. But it takes a difference of two numbers that are
 *  equal in 48 bits for 0, and the chain can enlarge that. */
const SAME = 1e-6;

/** A network whose gradient plane LibreOffice calculates too. */
export function withGradients(
  name: string,
  example: Pick<Drawn, 'sheet' | 'stored'>,
  { gradients, sizes } = inDoubles(example, valuesAndGradients(example).gradients),
): Example {
  return {
    ...withReference(name, example),
    gradients: {
      expected: gradients,
      most(tensor, index) {
        const formula = deriveGradient(example.sheet, { tensor, index }, { name });
        if (!formula || formula.text.length > LONGEST) return undefined;
        return SAME * Math.max(1, sizes.get(tensor)![index]);
      },
    },
  };
}
