/** How several threads share the work on one memory. A job is a list of pieces: calls of functions of the wasm module
 *  that don't depend on each other. One thread, the leader, writes the pieces into the memory. Every thread takes the
 *  next one that nobody has, until none is left. Which thread does a piece doesn't change what it writes. */
import type { Memory, WebAssemblyApi } from './exports.ts';

declare const WebAssembly: WebAssemblyApi;

/** The most pieces of a job. */
export const MOST_PIECES = 256;
/** Numbers that describe a piece: what is called, which argument is the address of scratch memory (-1 if none is), how
 *  many arguments there are, and these. A module is called by an id, and by the place and size of its bytes. */
const FIELDS = 40;
export const [FUNCTION, SCRATCH, COUNT, ARGUMENTS, MODULE_ID, MODULE_AT, MODULE_BYTES] = [0, 1, 2, 6, 3, 4, 5];
/** In place of a function's number, for a module of its own. */
export const OWN_MODULE = -1;

/** Words that the threads share, each in its own line of the processor's cache. Pieces are numbered through all jobs.
 *  NEXT is the first piece that nobody has taken, and END follows the last one. WORK rings when there is work, DONE
 *  when a thread finds no more. SLEEPING counts the threads that wait for work; WAITING is 1 while the leader waits.
 *  The scratch memory of thread n begins n times SCRATCH_STEP bytes after SCRATCH_AT. */
export const [NEXT, END, WORK, DONE, SLEEPING, WAITING, SCRATCH_AT, SCRATCH_STEP] = [0, 16, 32, 48, 64, 80, 96, 97];
const WORDS = 128;

/** The bytes at the beginning of the memory that belong to the work. */
export const WORK_BYTES = WORDS * 4 + MOST_PIECES * 4 + MOST_PIECES * FIELDS * 8;

/** The number of a function, or a module whose bytes are in the memory. */
export type What = number | OwnModule;
/** A WebAssembly module with a function `run`. `id` is never used for another one. Its bytes are in the memory. */
export type OwnModule = { id: number; at: number; bytes: number };
export type Call = (...parameters: number[]) => void;

/** What a thread needs to take part. `own`: its number, 0 for the leader. */
export type Place = { memory: Memory; module: object; own: number };

/** One thread's part. */
export type Hand = {
  words: Int32Array<ArrayBuffer>;
  /** The number of the piece that was done last in each place. */
  done: Int32Array<ArrayBuffer>;
  fields: (piece: number) => Float64Array<ArrayBuffer>;
  exports: Record<string, Call>;
  /** The names of the functions, by their numbers. */
  names: readonly string[];
  /** Does pieces that nobody has taken, until none is left, or until then (ms). Returns how many it did. */
  work(until?: number): number;
  /** Does one piece, whoever has taken it. */
  do(piece: number): void;
  /** Calls a function, or a module, as a piece would. */
  call(what: What, given: readonly number[], scratchAt: number): void;
};

export function createHand({ memory, module, own }: Place): Hand {
  const buffer = memory.buffer as ArrayBuffer;
  const words = new Int32Array(buffer, 0, WORDS);
  const done = new Int32Array(buffer, WORDS * 4, MOST_PIECES);
  const allFields = new Float64Array(buffer, (WORDS + MOST_PIECES) * 4, MOST_PIECES * FIELDS);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } }) as { exports: Record<string, Call> };
  const names = Object.keys(exports)
    .filter(name => typeof exports[name] === 'function')
    .sort();
  const calls = names.map(name => exports[name]);
  const modules = new Map<number, Call>();

  const fields = (piece: number) => {
    const place = piece & (MOST_PIECES - 1);
    return allFields.subarray(place * FIELDS, (place + 1) * FIELDS);
  };

  function functionOf(what: What): Call {
    if (typeof what === 'number') return calls[what];
    const known = modules.get(what.id);
    if (known) return known;
    const { at, bytes } = what;
    // Another thread may have grown the memory. This makes its buffer as large.
    if (memory.buffer.byteLength < at + bytes) memory.grow(0);
    const copy = new Uint8Array(memory.buffer, at, bytes).slice();
    const made = new WebAssembly.Instance(new WebAssembly.Module(copy), { env: { memory } });
    const { run } = made.exports as { run: Call };
    modules.set(what.id, run);
    if (modules.size > MOST_MODULES) modules.delete(modules.keys().next().value!);
    return run;
  }

  function call(what: What, given: readonly number[], scratchAt: number): void {
    const all = [...given];
    if (scratchAt >= 0) all[scratchAt] = (words[SCRATCH_AT] >>> 0) + own * (words[SCRATCH_STEP] >>> 0);
    functionOf(what)(...all);
  }

  function doPiece(piece: number): void {
    const place = piece & (MOST_PIECES - 1);
    const own = fields(piece);
    const what =
      own[FUNCTION] === OWN_MODULE
        ? { id: own[MODULE_ID], at: own[MODULE_AT], bytes: own[MODULE_BYTES] }
        : own[FUNCTION];
    call(what, [...own.subarray(ARGUMENTS, ARGUMENTS + own[COUNT])], own[SCRATCH]);
    Atomics.store(done, place, piece);
  }

  return {
    words,
    done,
    fields,
    exports,
    names,
    do: doPiece,
    call,
    work(until = Number.POSITIVE_INFINITY) {
      for (let made = 0; ; ) {
        if (made > 0 && performance.now() >= until) return made;
        const next = Atomics.load(words, NEXT);
        if (next === Atomics.load(words, END)) return made;
        if (Atomics.compareExchange(words, NEXT, next, (next + 1) | 0) !== next) continue;
        doPiece(next);
        made++;
      }
    },
  };
}

/** The most modules that a thread keeps. */
export const MOST_MODULES = 200;
