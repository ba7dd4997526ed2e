/** A pool of threads that calculate with our wasm kernels in one memory. The threads may be missing, slow to start, or
 *  die at any time: this thread does what they don't. It waits for them without the event loop, so its callers stay
 *  synchronous, except where they calculate in parts. */
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
  /** Does what `use` runs in one or more parts of a few milliseconds each: the event loop may turn after each of them,
   *  while the other threads go on. The memory changes as if all were done at once, because whoever calculates in it or
   *  reads it meanwhile waits until it is done. Memory that `use` gives back can be handed out at once. */
  inParts<Result>(use: () => Result): InParts<Result>;
  /** Starts the threads, if they aren't there yet. That takes a moment, and doesn't keep the process from ending. */
  start(): void;
  /** How many other threads there are. */
  readonly threads: number;
  /** How many pieces other threads have done. */
  readonly shared: number;
  end(): void;
};

/** A calculation in parts. It is done when the generator is. */
export type InParts<Result> = Generator<void, Result, void>;

/** Does parts until then (ms), at least one, or all of them if that is left out. Undefined if some are left. */
export function partsUntil<Result>(
  parts: InParts<Result>,
  until = Number.POSITIVE_INFINITY,
): { value: Result } | undefined {
  for (;;) {
    const { done, value } = parts.next();
    if (done) return { value };
    if (performance.now() >= until) return undefined;
  }
}

export const allParts = <Result>(parts: InParts<Result>): Result => partsUntil(parts)!.value;

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
/** How long a part of a calculation takes, if the pieces of the work are shorter (ms). */
const PART = 10;
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
  const heap = createHeap(WORK_BYTES, () => settle());
  const hand = createHand({ memory: heap.memory, module: kernelsModule(fused), own: 0 });
  const { words, done } = hand;
  const numbers = new Map(hand.names.map((name, number) => [name, number]));
  let workers: Worker[] = [];
  let started = false;
  let shared = 0;
  let scratch: Block | undefined;
  let step = 0;
  let undo: ((piece: number) => void) | undefined;
  /** Rounds that were put off, in their order. The first one may have begun. */
  const waiting: Round[] = [];
  /** How many rounds were put off so far. */
  let putOff = 0;
  let puttingOff = false;
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
    settle();
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

  function begin(round: Round): void {
    if (puttingOff) {
      waiting.push(round);
      putOff++;
    } else workOn(round, Number.POSITIVE_INFINITY);
  }

  /** Works on a round until then (ms). Whether it is done. */
  function workOn(round: Round, until: number): boolean {
    const { what, pieces, scratchAt } = round;
    if (!round.shared && round.own === 0 && workers.length > 0 && pieces.length > 1) share(round);
    if (round.shared) {
      round.own += hand.work(until);
      if (Atomics.load(words, NEXT) !== Atomics.load(words, END)) return false;
      const { first, begun } = round.shared;
      const last = (first + pieces.length) | 0;
      shared += pieces.length - round.own;
      if (!isDone(first, last, begun)) finish(first, last);
      return true;
    }
    do hand.call(what, pieces[round.own++], scratchAt);
    while (round.own < pieces.length && performance.now() < until);
    return round.own === pieces.length;
  }

  /** Offers the pieces of a round to all threads. */
  function share(round: Round): void {
    const { what, pieces, scratchAt } = round;
    const first = words[END];
    round.shared = { first, begun: performance.now() };
    for (const [n, given] of pieces.entries()) write((first + n) | 0, what, given, scratchAt);
    Atomics.store(words, END, (first + pieces.length) | 0);
    Atomics.add(words, WORK, 1);
    if (Atomics.load(words, SLEEPING) > 0) Atomics.notify(words, WORK, pieces.length - 1);
  }

  /** Does what was put off, up to so many rounds, until then (ms). Whether they are done. */
  function workOff(rounds: number, until: number): boolean {
    while (putOff - waiting.length < rounds) {
      if (!workOn(waiting[0], until)) return false;
      waiting.shift();
    }
    return true;
  }

  /** Does all that was put off. */
  function settle(): void {
    workOff(putOff, Number.POSITIVE_INFINITY);
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
      if (pieces.length === 0) return;
      if (!puttingOff) settle();
      const called = typeof what === 'string' ? numbers.get(what)! : what;
      const places = Math.min(threads, pieces.length, Math.max(1, Math.floor(MOST_SCRATCH / (needs?.bytes ?? 1))));
      if (needs) reserve(needs.bytes, places);
      // Where not every thread has scratch memory of its own, every piece of a round has.
      const isShort = needs !== undefined && places < threads;
      const most = isShort ? places : MOST_PIECES;
      for (let n = 0; n < pieces.length; n += most) {
        const round = pieces.length <= most ? pieces : pieces.slice(n, n + most);
        if (!isShort) begin({ what: called, pieces: round, scratchAt: needs?.at ?? -1, own: 0 });
        else {
          const placed = round.map((given, place) => given.with(needs.at, scratch!.at + place * step));
          begin({ what: called, pieces: placed, scratchAt: -1, own: 0 });
        }
      }
    },
    change(what, pieces, needs, putBack) {
      settle();
      reserve(needs.bytes, threads);
      const places = { at: scratch!.at, step, places: threads };
      undo = piece => {
        const fields = hand.fields(piece);
        putBack([...fields.subarray(ARGUMENTS, ARGUMENTS + fields[COUNT])], places);
      };
      for (let n = 0; n < pieces.length; n += MOST_PIECES) {
        const round = pieces.slice(n, n + MOST_PIECES);
        workOn({ what: numbers.get(what)!, pieces: round, scratchAt: needs.at, own: 0 }, Number.POSITIVE_INFINITY);
      }
      undo = undefined;
    },
    *inParts(use) {
      puttingOff = true;
      let result: ReturnType<typeof use>;
      try {
        result = use();
      } finally {
        puttingOff = false;
      }
      const mine = putOff;
      for (let isDone = false; !isDone; ) {
        isDone = workOff(mine, performance.now() + PART);
        yield;
      }
      return result;
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

/** Pieces that are done together. `own`: how many of them this thread has done. `shared`: the number of the first, and
 *  when it was offered to all threads (ms). */
type Round = {
  what: What;
  pieces: readonly (readonly number[])[];
  scratchAt: number;
  own: number;
  shared?: { first: number; begun: number };
};

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
