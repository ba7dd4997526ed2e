/** Formulas and layers that are wrong on purpose. The comparison with plain loops has to notice every one, and to
 *  accept all right ones. */
import { randomExample } from '../../shared/testing/random-network.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { countMismatches, knownOf, mutations as wrongMakers } from '../engine/oracle/formula-mutations.ts';
import { calculating, countWrongNumbers } from '../engine/oracle/wrong-layers.ts';
import type { Fuzz } from './fuzz.ts';

/** With fewer networks, a kind of layer that a mutation needs may be missing. */
const ENOUGH = 50;

export const mutations: Fuzz = {
  line: 'makes formulas and layers of random networks wrong: each way is found out, and right ones are not blamed',
  count: 100,
  async run({ seed, count, log }) {
    await startBackend();
    const failures: string[] = [];
    const found = new Map(wrongMakers.map(({ name }) => [name, { step: 0, whole: 0 }]));
    for (const kind of calculating) found.set(shownWrong(kind), { step: 0, whole: 0 });
    const note = (name: string, { step, whole }: { step: number; whole: number }) => {
      const total = found.get(name)!;
      if (step > 0) total.step++;
      if (whole > 0) total.whole++;
    };
    for (const mutation of wrongMakers)
      if (mutation.example) note(mutation.name, countMismatches(knownOf(mutation.example()), mutation));
    for (let number = 0; number < count; number++) {
      const example = knownOf(randomExample(1_000_000 * seed + 1000 + number, 'plain'));
      const { step, whole } = countMismatches(example);
      if (step + whole > 0) failures.push(`network ${number}: ${step} + ${whole} right formulas are blamed`);
      const kinds = new Set(example.sheet.network.layers.map(({ kind }) => kind));
      for (const mutation of wrongMakers) {
        const { layers } = example.sheet.network;
        const isConcerned = layers.some(
          layer => (!mutation.kind || layer.kind === mutation.kind) && (mutation.concerns?.(layer) ?? true),
        );
        const isPossible = !mutation.example && isConcerned;
        if (isPossible) note(mutation.name, countMismatches(example, mutation));
      }
      for (const kind of calculating) {
        const wrong = kinds.has(kind) ? countWrongNumbers(example, kind) : 0;
        note(shownWrong(kind), { step: wrong, whole: wrong });
      }
      if (number % 10 === 9) log(`${number + 1} networks, ${failures.length} failed`);
    }
    const unmet = [...found].filter(([, { step, whole }]) => step === 0 || whole === 0).map(([name]) => name);
    if (count >= ENOUGH) failures.push(...unmet.map(name => `never found out: ${name}`));
    const met = `${found.size - unmet.length} of ${found.size} ways of going wrong found out`;
    return { summary: unmet.length > 0 ? `${met}, not: ${unmet.join(', ')}.` : `${met}.`, failures };
  },
};

const shownWrong = (kind: string) => `${kind} shown wrong`;
