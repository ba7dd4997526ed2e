/** A second thread that calculates along with this one, so that batches use two cores. It has a wasm backend of its own
 *  and shares memory with this thread. Both wait for each other without the event loop, so its callers stay
 *  synchronous. The partner may be missing, slow to start, or die at any time, so every caller has to manage without
 *  it. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { NetworkSpec, TensorId } from '../../../shared/network.ts';
import type { RandomState } from '../../../shared/random.ts';

/** Arrays in memory that both threads see: the samples of a part of a batch, and the results. All are as long as the
 *  largest part so far needs. */
export type Samples = {
  /** How many samples the arrays hold. */
  room: number;
  images: Float32Array;
  targets: Float32Array;
  weights: Float32Array;
  probabilities: Float32Array;
  losses: Float64Array;
};

/** A request about a network, which the partner holds under a number. Parameters and gradients are in shared memory
 *  too. */
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

/** `samples` is given when the arrays have been replaced. `changed` names the parameters that have new values. The loss
 *  of `gradients` becomes the first of the losses. */
type Work = { count: number; samples?: Samples; changed: TensorId[] };

export type Partner = {
  /** Whether the partner can be asked: it has started and has nothing left to do. */
  readonly ready: boolean;
  /** Gives the partner something to do. This thread goes on meanwhile. */
  ask(request: Request): void;
  /** Waits until the partner is ready. False if it fails or takes longer than `patience` (ms). It has then ended and is
   *  never ready again. */
  wait(patience: number): boolean;
  end(): void;
};

/** The counters that both threads wait on: how many requests were made, and how many are done. Before the first
 *  request, DONE is STARTING; after a failure it is FAILED. */
export const [ASKED, DONE] = [0, 1];
export const [STARTING, FAILED] = [-1, -2];
export type PartnerData = { counters: Int32Array; port: MessagePort };

/** The partner's program. The build puts it beside the bundle; code that runs from the sources finds it in the build's
 *  folder. */
export const partnerProgram = ['partner-thread.mjs', '../../../.build/main/partner-thread.mjs']
  .map(path => new URL(path, import.meta.url))
  .find(url => existsSync(url));

/** Replaces a partner that doesn't exist. It is never ready. */
export const nobody: Partner = { ready: false, ask() {}, wait: () => false, end() {} };

/** Starts a partner. That takes a fraction of a second, and doesn't keep the process from ending. Returns `nobody` if
 *  there is no second core or no program, or if no thread can be started. */
export function startPartner(program: URL | null = partnerProgram ?? null): Partner {
  if (!program || availableParallelism() < 2) return nobody;
  const counters = new Int32Array(new SharedArrayBuffer(8));
  counters[DONE] = STARTING;
  const { port1, port2 } = new MessageChannel();
  const workerData: PartnerData = { counters, port: port2 };
  let worker: Worker;
  try {
    // This throws if the thread isn't allowed to wait.
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

/** Lends one partner to several networks. */
export type Lender = { join(): void; get(): Partner; leave(): void };

let shared: Partner | undefined;
let users = 0;
/** One partner for all networks of this process. It starts when the first network asks for it, and ends with the last
 *  network. */
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
