/** `npm run fuzz -- NAME [--seed N] [--count N]`: searches for faults with random cases, longer than a test may take.
 *  The exit status is 1 if it found one. */
import { backprop } from './fuzz/backprop.ts';
import { cells } from './fuzz/cells.ts';
import { edits } from './fuzz/edits.ts';
import { evaluator } from './fuzz/evaluator.ts';
import { formulas } from './fuzz/formulas.ts';
import { frames } from './fuzz/frames.ts';
import { type Fuzz } from './fuzz/fuzz.ts';
import { gradients } from './fuzz/gradients.ts';
import { journal } from './fuzz/journal.ts';
import { kills } from './fuzz/kills.ts';
import { layers } from './fuzz/layers.ts';
import { large } from './fuzz/large.ts';
import { libreoffice } from './fuzz/libreoffice.ts';
import { memory } from './fuzz/memory.ts';
import { mutations } from './fuzz/mutations.ts';
import { truth } from './fuzz/truth.ts';
import { trees } from './fuzz/trees.ts';
import { typed } from './fuzz/typed.ts';
import { written } from './fuzz/written.ts';

const searches: ReadonlyMap<string, Fuzz> = new Map([
  ['backprop', backprop],
  ['cells', cells],
  ['edits', edits],
  ['evaluator', evaluator],
  ['formulas', formulas],
  ['frames', frames],
  ['gradients', gradients],
  ['journal', journal],
  ['kills', kills],
  ['large', large],
  ['layers', layers],
  ['libreoffice', libreoffice],
  ['memory', memory],
  ['mutations', mutations],
  ['trees', trees],
  ['truth', truth],
  ['typed', typed],
  ['written', written],
]);

const [name, ...rest] = process.argv.slice(2);
const search = searches.get(name);
const numbers = readNumbers(rest);
if (!search || !numbers) {
  const lines = [...searches].map(([each, { line, count }]) => `  ${each.padEnd(13)}${line} (${count} cases)\n`);
  process.stderr.write(`npm run fuzz -- NAME [--seed N] [--count N], where NAME is one of\n${lines.join('')}`);
  process.exit(2);
}
const { seed = 1, count = search.count } = numbers;
const log = (line: string) => process.stderr.write(`${line}\n`);
const { summary, failures } = await search.run({ seed, count, log });
for (const failure of failures) log(`FAILED ${failure}`);
process.stdout.write(`${name}, seed ${seed}, ${count} cases: ${failures.length} failed. ${summary}\n`);
process.exit(failures.length > 0 ? 1 : 0);

/** The numbers of the options. Undefined if there is any other word. */
function readNumbers(words: readonly string[]): { seed?: number; count?: number } | undefined {
  const read: { seed?: number; count?: number } = {};
  for (let i = 0; i < words.length; i += 2) {
    const value = Number(words[i + 1]);
    if (!Number.isSafeInteger(value) || value < 0) return undefined;
    if (words[i] === '--seed') read.seed = value;
    else if (words[i] === '--count') read.count = value;
    else return undefined;
  }
  return read;
}
