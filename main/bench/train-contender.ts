/** One of our engines as a program that trains in rounds, as its peers in Python do: `train-contender.mjs ENGINE
 *  NETWORK`. It prints a line of JSON when it is ready, and then a round for every line that it reads: `train` or
 *  `evaluate`. Training is that of the app, with the reading of bytes and the recording. */
import { createInterface } from 'node:readline';
import { createRandom } from '../../shared/random.ts';
import type { BackendName } from '../../shared/training.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { loadNative } from '../engine/backend/native.ts';
import { predictSplit } from '../engine/evaluation/evaluate.ts';
import type { Round } from './contender.ts';
import { benchNetworks, type BenchNetworkName, createBenchTrainer, randomImages } from './train-networks.ts';

/** More epochs than anybody asks for rounds. */
const MANY = 10_000;

const [engine, name] = process.argv.slice(2) as [BackendName, BenchNetworkName];
const measured = benchNetworks[name];
await startBackend();
if (engine === 'tensorflow') await loadNative();

const trainer = createBenchTrainer(engine, MANY, measured);
const random = createRandom(1);
const images = randomImages(random, measured.shape, measured.steps * measured.batch);
const model = { network: measured.network, classes: images.classes, backend: engine };

const rounds = {
  train() {
    for (let step = 0; step < measured.steps; step++) trainer.advance();
  },
  async evaluate() {
    await predictSplit({ ...model, parameters: trainer.parameters() }, images, 'test', async () => {});
  },
};

// The first rounds compile and allocate.
for (const round of Object.values(rounds)) await round();
print({ ready: '' });
for await (const line of createInterface({ input: process.stdin })) {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  await rounds[line as keyof typeof rounds]();
  const { user, system } = process.cpuUsage(cpu);
  print({
    seconds: (performance.now() - start) / 1000,
    cpuSeconds: (user + system) / 1e6,
    megabytes: process.resourceUsage().maxRSS / 1024,
  } satisfies Round);
}
process.exit();

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
