/** A program that trains or evaluates a network in rounds, on the same images as others that it is compared with. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { BackendName } from '../../shared/training.ts';
import type { BenchNetworkName } from './train-networks.ts';

/** What a round is about. */
export const works = ['train', 'evaluate'] as const;
export type Work = (typeof works)[number];

/** What a round took: seconds on the clock, and seconds of processor time of all cores together. `megabytes`: the most
 *  main memory that the program has had so far. */
export type Round = { seconds: number; cpuSeconds: number; megabytes: number };

export type Contender = { name: string; round(work: Work): Promise<Round>; close(): Promise<void> };

const peerScript = fileURLToPath(new URL('../../main/bench/peers/train_peer.py', import.meta.url));
const ownProgram = fileURLToPath(new URL('train-contender.mjs', import.meta.url));

/** Our engine in a process of its own. */
export async function startOwn(engine: BackendName, network: BenchNetworkName): Promise<Contender> {
  const started = await start(engine, process.execPath, [ownProgram, engine, network]);
  if (!started) throw new Error(`${engine} could not be started`);
  return started;
}

/** Keras or PyTorch in the Python of CONVSHEET_PYTHON, or in python3. Undefined if it isn't installed there. */
export function startPeer(name: 'keras' | 'pytorch', network: BenchNetworkName): Promise<Contender | undefined> {
  return start(name, process.env.CONVSHEET_PYTHON ?? 'python3', [peerScript, name, network]);
}

async function start(name: string, program: string, words: string[]): Promise<Contender | undefined> {
  const own = program === process.execPath;
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', own ? 'inherit' : 'ignore'] });
  const ended = once(child, 'close').catch(() => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await Promise.race([lines.next(), failure(child)]);
  if (!first || first.done) return undefined;
  return {
    name,
    async round(work) {
      child.stdin.write(`${work}\n`);
      const line = await lines.next();
      if (line.done) throw new Error(`${name} ended in the middle of a round`);
      return JSON.parse(line.value) as Round;
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

/** Resolves if the program can't be started. */
async function failure(child: ChildProcess): Promise<undefined> {
  await once(child, 'error');
}
