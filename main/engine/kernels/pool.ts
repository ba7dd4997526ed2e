/** A pool of threads that calculate with our wasm kernels in one memory. The threads may be missing, slow to start, or
 *  die at any time: this thread does what they don't. It waits for them without the event loop, so its callers stay
 *  synchronous. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Exports } from './exports.ts';
import { type Block, createHeap, type Heap } from './heap.ts';
import { built, fusesHere, kernelsModule } from './modules.ts';
import {
  ARGUMENTS,
  COUNT,
  createHand,
  DONE,
  END,
  FUNCTION,
  MODULE_AT,
  MODULE_BYTES,
  MODULE_ID,
  MOST_PIECES,
  NEXT,
  OWN_MODULE,
  type OwnModule,
  type Place,
  SCRATCH,
  SCRATCH_AT,
  SCRATCH_STEP,
  SLEEPING,
  WAITING,
  type What,
  WORK,
  WORK_BYTES,
} from './work.ts';

/** Where the address of scratch memory stands among the arguments, and how many bytes of it a piece needs. */
export type Scratch = { at: number; bytes: number };

export type Pool = {
  heap: Heap;
  exports: Exports;
  /** Calls a function once for each list of arguments, in any order and on any thread. Returns when all are done. */
  run(what: keyof Exports | OwnModule, pieces: readonly (readonly number[])[], scratch?: Scratch): void;
  /** The same for a function that changes numbers in place. If a thread dies in the middle of a piece, `putBack` gives
   *  the numbers what they had, from the scratch memory of the threads. */
  change(
    what: keyof Exports,
    pieces: readonly (readonly number[])[],
    scratch: Scratch,
    putBack: (given: readonly number[], scratch: { at: number; step: number; places: number }) => void,
  ): void;
  /** Starts the threads, if they aren't there yet. That takes a moment, and doesn't keep the process from ending. */
  start(): void;
  /** How many other threads there are. */
  readonly threads: number;
  /** How many pieces other threads have done. */
  readonly shared: number;
  end(): void;
};

export type PoolOptions = {
  /** Whether products are multiplied and added in one step. If left out, they are where that is possible. */
  fused?: boolean;
  /** How many threads calculate, this one included. */
  threads?: number;
  /** The program of the threads. null: there is none, so this thread is alone. */
  program?: URL | null;
  /** How long this thread waits for the pieces that others have begun, after its own are done: `times` as long as it
   *  worked itself, and `more` ms. Only a thread that has died or stopped takes longer. */
  patience?: { times: number; more: number };
};

const MOST_THREADS = 8;
/** The most bytes of scratch memory for all threads together, if one piece doesn't need more. */
const MOST_SCRATCH = 2 ** 28;
/** How often this thread looks whether the others are done, before it sleeps. */
const LOOKS = 2000;
/** How long a thread that was ended may go on (ms): until the next turn of the loop that it is in. */
const LAST_TURN = 20;

/** How many threads calculate: CONVSHEET_THREADS, or one for each core, 8 at most. */
export function threadsWanted(): number {
  const set = Number(process.env.CONVSHEET_THREADS);
  const wanted = Number.isInteger(set) && set > 0 ? set : availableParallelism();
  return Math.min(wanted, MOST_THREADS);
}

export function createPool({
  fused = fusesHere(),
  threads = threadsWanted(),
  program = built('pool-thread.mjs') ?? null,
  patience = { times: 10, more: 5000 },
}: PoolOptions = {}): Pool {
  const heap = createHeap(WORK_BYTES);
  const hand = createHand({ memory: heap.memory, module: kernelsModule(fused), own: 0 });
  const { words, done } = hand;
  const numbers = new Map(hand.names.map((name, number) => [name, number]));
  let workers: Worker[] = [];
  let started = false;
  let shared = 0;
  let scratch: Block | undefined;
  let step = 0;
  let undo: ((piece: number) => void) | undefined;
  // The places hold 0, and no piece of the first round may look done.
  for (const word of [NEXT, END]) Atomics.store(words, word, MOST_PIECES);

  const end = () => {
    for (const worker of workers) void worker.terminate();
    workers = [];
  };

  /** Makes sure that there is scratch memory for so many pieces at a time. */
  function reserve(bytes: number, places: number): void {
    const wanted = Math.ceil(bytes / 128) * 128;
    if (scratch && wanted <= step && step * places <= scratch.bytes) return;
    const most = Math.max(scratch?.bytes ?? 0, wanted * places);
    if (scratch) heap.release(scratch);
    scratch = undefined;
    scratch = heap.take(most);
    step = wanted;
    words[SCRATCH_AT] = scratch.at;
    words[SCRATCH_STEP] = step;
  }

  function write(piece: number, what: What, given: readonly number[], at: number): void {
    const fields = hand.fields(piece);
    if (typeof what === 'number') fields[FUNCTION] = what;
    else {
      fields[FUNCTION] = OWN_MODULE;
      fields[MODULE_ID] = what.id;
      fields[MODULE_AT] = what.at;
      fields[MODULE_BYTES] = what.bytes;
    }
    fields[SCRATCH] = at;
    fields[COUNT] = given.length;
    fields.set(given, ARGUMENTS);
  }

  function runRound(what: What, pieces: readonly (readonly number[])[], scratchAt: number): void {
    if (workers.length > 0 && pieces.length > 1) runTogether(what, pieces, scratchAt);
    else for (const given of pieces) hand.call(what, given, scratchAt);
  }

  function runTogether(what: What, pieces: readonly (readonly number[])[], scratchAt: number): void {
    const begun = performance.now();
    const first = words[END];
    for (const [n, given] of pieces.entries()) write((first + n) | 0, what, given, scratchAt);
    const last = (first + pieces.length) | 0;
    Atomics.store(words, END, last);
    Atomics.add(words, WORK, 1);
    if (Atomics.load(words, SLEEPING) > 0) Atomics.notify(words, WORK, pieces.length - 1);
    shared += pieces.length - hand.work();
    if (!isDone(first, last, begun)) finish(first, last);
  }

  /** Waits until all pieces are done. False if that takes too long. */
  function isDone(first: number, last: number, begun: number): boolean {
    let piece = first;
    const all = () => {
      while (piece !== last && Atomics.load(done, piece & (MOST_PIECES - 1)) === piece) piece = (piece + 1) | 0;
      return piece === last;
    };
    for (let left = LOOKS; left > 0; left--) if (all()) return true;
    const own = performance.now();
    const until = own + (own - begun) * patience.times + patience.more;
    Atomics.store(words, WAITING, 1);
    try {
      for (;;) {
        const rung = Atomics.load(words, DONE);
        if (all()) return true;
        const left = until - performance.now();
        if (left <= 0) return false;
        Atomics.wait(words, DONE, rung, left);
      }
    } finally {
      Atomics.store(words, WAITING, 0);
    }
  }

  /** Ends the other threads, and does again what they haven't done. */
  function finish(first: number, last: number): void {
    end();
    Atomics.wait(words, DONE, Atomics.load(words, DONE), LAST_TURN);
    for (let piece = first; piece !== last; piece = (piece + 1) | 0)
      if (Atomics.load(done, piece & (MOST_PIECES - 1)) !== piece) {
        undo?.(piece);
        hand.do(piece);
      }
  }

  return {
    heap,
    exports: hand.exports as unknown as Exports,
    run(what, pieces, needs) {
      const called = typeof what === 'string' ? numbers.get(what)! : what;
      const places = Math.min(threads, pieces.length, Math.max(1, Math.floor(MOST_SCRATCH / (needs?.bytes ?? 1))));
      if (needs) reserve(needs.bytes, places);
      // Where not every thread has scratch memory of its own, every piece of a round has.
      const isShort = needs !== undefined && places < threads;
      const most = isShort ? places : MOST_PIECES;
      for (let n = 0; n < pieces.length; n += most) {
        const round = pieces.length <= most ? pieces : pieces.slice(n, n + most);
        if (!isShort) runRound(called, round, needs?.at ?? -1);
        else
          runRound(
            called,
            round.map((given, place) => given.with(needs.at, scratch!.at + place * step)),
            -1,
          );
      }
    },
    change(what, pieces, needs, putBack) {
      reserve(needs.bytes, threads);
      const places = { at: scratch!.at, step, places: threads };
      undo = piece => {
        const fields = hand.fields(piece);
        putBack([...fields.subarray(ARGUMENTS, ARGUMENTS + fields[COUNT])], places);
      };
      for (let n = 0; n < pieces.length; n += MOST_PIECES)
        runRound(numbers.get(what)!, pieces.slice(n, n + MOST_PIECES), needs.at);
      undo = undefined;
    },
    start() {
      if (started) return;
      started = true;
      if (!program || threads < 2) return;
      try {
        // This throws if the thread isn't allowed to wait.
        Atomics.wait(words, DONE, Atomics.load(words, DONE), 0);
        for (let own = 1; own < threads; own++) {
          const workerData: Place = { memory: heap.memory, module: kernelsModule(fused), own };
          const worker = new Worker(program, { workerData, execArgv: [] });
          worker
            .on('error', end)
            .on('exit', () => (workers = workers.filter(each => each !== worker)))
            .unref();
          workers.push(worker);
        }
      } catch {
        end();
      }
    },
    get threads() {
      return workers.length;
    },
    get shared() {
      return shared;
    },
    end,
  };
}

const common = new Map<boolean, { pool: Pool; users: number }>();

/** One pool for all networks of this process that calculate alike, fused or not. It begins with the first user, and
 *  ends with the last one: then the memory goes, too. */
export const sharedPool = {
  join(fused = fusesHere()): Pool {
    const entry = common.get(fused) ?? { pool: createPool({ fused }), users: 0 };
    common.set(fused, entry);
    entry.users++;
    return entry.pool;
  },
  leave(pool: Pool): void {
    for (const [fused, entry] of common) {
      if (entry.pool !== pool) continue;
      entry.users--;
      if (entry.users > 0) return;
      pool.end();
      common.delete(fused);
    }
  },
};
