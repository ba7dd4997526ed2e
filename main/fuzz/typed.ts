/** Texts typed into cells of every kind, in English and in German: each gives a value or a sentence, and soon.
 *
 *  Measured is what a user waits for: the processor's time of the one thread that reads the text, changes the workbook,
 *  calculates and prints the formula, and then of the undo that takes half of them back. Collecting garbage counts,
 *  all of it: here V8 may not leave any to other threads, as it does in the app. What it compiles on other threads
 *  meanwhile doesn't count. The texts are typed in processes with the engine's own options, each from its start.
 *  HyperFormula is prepared after a workbook was opened, as the engine does it when nobody asks for anything.
 *
 *  Other programs on the machine make the same work take longer. So if a text took too long, all texts of its process
 *  are typed again in a new one. It fails if the same text takes too long each time: whatever loads, compiles or
 *  collects there, does so again. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { engineOptions } from '../shells/engine-link.ts';
import type { Fuzz } from './fuzz.ts';
import { TOO_LONG, type Typed } from './type-at-random.ts';

/** So many texts are typed in a process. */
const PER_PROCESS = 10_000;
/** Texts that took too long are typed in so many processes. */
const TRIES = 3;
/** More memory than this is too much, in MB. */
const MOST_MEMORY = 700;

const OPTIONS = [...engineOptions, '--single-threaded-gc'];
const PROGRAM = fileURLToPath(new URL('typed-process.mjs', import.meta.url));
const run = promisify(execFile);

async function typeInProcess(seed: number, from: number, count: number): Promise<Typed> {
  const given = [PROGRAM, ...[seed, from, count].map(String)];
  const { stdout } = await run(process.execPath, [...OPTIONS, ...given], { maxBuffer: 2 ** 28 });
  return JSON.parse(stdout) as Typed;
}

export const typed: Fuzz = {
  line: 'types texts into cells of every kind, in English and German: a value or a sentence, within 50 ms',
  count: 200_000,
  async run({ seed, count, log }) {
    const all = { texts: 0, refused: 0, formulas: 0, errors: 0, once: 0, each: 0, longest: 0, memory: 0 };
    const failures: string[] = [];
    for (let from = 0; from < count; from += PER_PROCESS) {
      const typed = await typeInProcess(seed, from, Math.min(PER_PROCESS, count - from));
      for (const key of ['texts', 'refused', 'formulas', 'errors'] as const) all[key] += typed[key];
      for (const key of ['longest', 'memory'] as const) all[key] = Math.max(all[key], typed[key]);
      failures.push(...typed.faults);
      let { slow } = typed;
      all.once += slow.length;
      for (let tries = 1; slow.length > 0 && tries < TRIES; tries++) {
        for (const [, what] of slow) log(`once more: ${what}`);
        const again = await typeInProcess(seed, from, slow.at(-1)![0] + 1 - from);
        const still = new Set(slow.map(([number]) => number));
        slow = again.slow.filter(([number]) => still.has(number));
      }
      all.each += slow.length;
      failures.push(...slow.map(([, what]) => what));
      log(
        `${all.texts} texts, ${failures.length} failed; more than ${TOO_LONG} ms: ${all.once} once, ${all.each} each ` +
          `of ${TRIES} times; the longest ${Math.round(all.longest)} ms; ${Math.round(all.memory)} MB`,
      );
    }
    if (all.memory > MOST_MEMORY) failures.push(`It took ${Math.round(all.memory)} MB`);
    return {
      summary:
        `${all.texts} texts, ${all.formulas} formulas, ${all.refused} refused with a sentence, ${all.errors} errors; ` +
        `the longest took ${Math.round(all.longest)} ms of its thread, ${all.once} more than ${TOO_LONG} ms once, ` +
        `${all.each} each of ${TRIES} times; at most ${Math.round(all.memory)} MB.`,
      failures,
    };
  },
};
