/** A process of its own for texts that are typed at random. Its arguments are those of `typeAtRandom`. It prints what
 *  became of them, as JSON. */
import { startBackend } from '../engine/backend/backend.ts';
import { typeAtRandom } from './type-at-random.ts';

const [seed, from, count] = process.argv.slice(2).map(Number);
await startBackend();
process.stdout.write(JSON.stringify(await typeAtRandom(seed, from, count)));
