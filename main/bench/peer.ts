import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What a round of training took: seconds on the clock, and seconds of processor time of all cores together. */
export type Round = { seconds: number; cpuSeconds: number };

/** A program in Python that trains the same network. */
type Peer = { name: string; version: string; round(): Promise<Round>; close(): Promise<void> };

const script = fileURLToPath(new URL('../../main/bench/peers/train_peer.py', import.meta.url));

/** Starts Keras or PyTorch in the Python of CONVSHEET_PYTHON, or in python3. Undefined if it isn't installed there. */
export async function startPeer(name: 'keras' | 'pytorch'): Promise<Peer | undefined> {
  const python = process.env.CONVSHEET_PYTHON ?? 'python3';
  const child = spawn(python, [script, name], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'close').catch(() => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await Promise.race([lines.next(), failure(child)]);
  if (!first || first.done) return undefined;
  const { ready: version } = JSON.parse(first.value) as { ready: string };
  return {
    name,
    version,
    async round() {
      child.stdin.write('\n');
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
