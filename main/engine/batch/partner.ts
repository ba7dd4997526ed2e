/** A second thread that calculates along with this one, so that batches use two cores. It has a wasm backend of its own
 *  and shares memory with this thread; both wait for each other without the event loop, so that whoever calculates with
 *  it stays synchronous. It may be missing, slow to start or die at any time: whoever asks it has to be able to do
 *  without. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { NetworkSpec, TensorId } from '../../../shared/network.ts';
import type { RandomState } from '../../../shared/random.ts';

/** Arrays in memory that both threads see: the samples of a part of a batch, and what is found of them. All are as long
 *  as the largest part so far needs. */
export type Samples = {
  /** Of how many samples. */
  room: number;
  images: Float32Array;
  targets: Float32Array;
  weights: Float32Array;
  probabilities: Float32Array;
  losses: Float64Array;
};

/** A network the partner holds, by a number, and what is to be done with it. Parameters and gradients lie in shared
 *  memory too. */
export type Request = { id: number } & (
  | {
      kind: 'open';
      network: NetworkSpec;
      parameters: Map<TensorId, Float32Array>;
      gradients: Map<TensorId, Float32Array>;
    }
  | ({
      kind: 'gradients';
      part: { first: number; of: number };
      weighted: boolean;
      trained: ReadonlySet<TensorId>;
      random: RandomState;
    } & Work)
  | ({ kind: 'evaluate' } & Work)
  | { kind: 'close' }
);

/** `samples` where they are other arrays than before, `changed` the parameters that have other values. The loss of
 *  `gradients` is the first of the losses. */
type Work = { count: number; samples?: Samples; changed: TensorId[] };

export type Partner = {
  /** Whether it can be asked: it has started, and has nothing left to do. */
  readonly ready: boolean;
  /** Gives it something to do; this thread goes on meanwhile. */
  ask(request: Request): void;
  /** Waits until it is ready. False where it fails or takes longer than `patience` (ms): then it has ended, and is
   *  never ready again. */
  wait(patience: number): boolean;
  end(): void;
};

/** What both threads wait on: how many requests were made, and how many are done (STARTING and FAILED before and
 *  after). */
export const [ASKED, DONE] = [0, 1];
export const [STARTING, FAILED] = [-1, -2];
export type PartnerData = { counters: Int32Array; port: MessagePort };

/** The build puts the partner's program beside the bundle; from the sources it is found there too. */
export const partnerProgram = ['partner-thread.mjs', '../../../.build/main/partner-thread.mjs']
  .map(path => new URL(path, import.meta.url))
  .find(url => existsSync(url));

/** Who stands in where there is no partner: never ready. */
export const nobody: Partner = { ready: false, ask() {}, wait: () => false, end() {} };

/** Starts one, which takes a fraction of a second and doesn't keep the process from ending. Nobody where there is no
 *  second core or program, or no thread can be had. */
export function startPartner(program: URL | null = partnerProgram ?? null): Partner {
  if (!program || availableParallelism() < 2) return nobody;
  const counters = new Int32Array(new SharedArrayBuffer(8));
  counters[DONE] = STARTING;
  const { port1, port2 } = new MessageChannel();
  const workerData: PartnerData = { counters, port: port2 };
  let worker: Worker;
  try {
    // Where a thread isn't allowed to wait, this throws too.
    Atomics.wait(counters, DONE, STARTING, 0);
    worker = new Worker(program, { workerData, transferList: [port2], execArgv: [] });
  } catch {
    port1.close();
    return nobody;
  }
  let asked = 0;
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    port1.close();
    void worker.terminate();
  };
  worker.on('error', end).on('exit', end).unref();

  return {
    get ready() {
      return !ended && Atomics.load(counters, DONE) === asked;
    },
    ask(request) {
      port1.postMessage(request);
      asked++;
      Atomics.store(counters, ASKED, asked);
      Atomics.notify(counters, ASKED);
    },
    wait(patience) {
      if (ended) return false;
      const until = performance.now() + patience;
      for (;;) {
        const done = Atomics.load(counters, DONE);
        if (done === asked) return true;
        const left = until - performance.now();
        if (done === FAILED || left <= 0) {
          end();
          return false;
        }
        Atomics.wait(counters, DONE, done, left);
      }
    },
    end,
  };
}

/** Gives several networks the same partner. */
export type Lender = { join(): void; get(): Partner; leave(): void };

let shared: Partner | undefined;
let users = 0;
/** One partner for all networks of this process, from the first that asks for it to the last one's end. */
export const sharedPartner: Lender = {
  join() {
    users++;
  },
  get() {
    shared ??= startPartner();
    return shared;
  },
  leave() {
    users--;
    if (users > 0) return;
    shared?.end();
    shared = undefined;
  },
};
