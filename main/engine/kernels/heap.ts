/** Memory that several threads share, for tensors of batches. A block that is given back is handed out again to whoever
 *  asks for as many bytes: a training step asks for the same sizes again and again. */
import type { Memory, WebAssemblyApi } from './exports.ts';

declare const WebAssembly: WebAssemblyApi;

/** Some bytes of the heap. `owners` counts who has to give it back. */
export type Block = { readonly at: number; readonly bytes: number; owners: number };

export type Heap = {
  readonly memory: Memory;
  /** A block with one owner. Its bytes are whatever was there before. Throws if the heap (4 GB) has no room for it. */
  take(bytes: number): Block;
  retain(block: Block): void;
  /** One owner less. The last one gives the block back. */
  release(block: Block): void;
  /** The numbers at an address, as they are now. Whoever writes to the memory asks for them, or for bytes, first. */
  floats(at: number, length: number): Float32Array<ArrayBuffer>;
  /** Whether an array is in this memory. Its byteOffset is its address then. */
  holds(array: Float32Array): boolean;
  doubles(at: number, length: number): Float64Array<ArrayBuffer>;
  bytes(at: number, length: number): Uint8Array<ArrayBuffer>;
};

/** How many tensors the batches of this process hold. If it grows from batch to batch, something leaks. */
export const tensors = { count: 0 };

const PAGE = 2 ** 16;
const MOST_PAGES = 2 ** 16;
/** Blocks don't share a line of the processor's cache. */
const LINE = 64;

/** `reserved`: bytes at the beginning that are never handed out. `settle` does what is still to be done in the memory,
 *  before someone reads it. */
export function createHeap(reserved: number, settle: () => void): Heap {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(reserved / PAGE), maximum: MOST_PAGES, shared: true });
  let size = memory.buffer.byteLength;
  /** Nothing from here on was handed out. */
  let top = Math.ceil(reserved / LINE) * LINE;
  /** The addresses of free blocks by their size. */
  let free = new Map<number, number[]>();

  /** The memory gets another buffer when it grows. Arrays of an earlier one stay right. */
  const buffers = new WeakSet<ArrayBufferLike>();

  function keep(at: number, bytes: number): void {
    const same = free.get(bytes);
    if (same) same.push(at);
    else free.set(bytes, [at]);
  }

  /** Joins free blocks that are neighbours. Returns the address of the smallest one with so many bytes, without those
   *  that are left over. */
  function joined(bytes: number): number | undefined {
    const all = [...free].flatMap(([each, places]) => places.map(at => ({ at, bytes: each })));
    free = new Map();
    let best: { at: number; bytes: number } | undefined;
    const ends: { at: number; bytes: number }[] = [];
    for (const block of all.toSorted((a, b) => a.at - b.at)) {
      const last = ends.at(-1);
      if (last && last.at + last.bytes === block.at) last.bytes += block.bytes;
      else ends.push(block);
    }
    const last = ends.at(-1);
    if (last && last.at + last.bytes === top) {
      top = last.at;
      ends.pop();
    }
    for (const block of ends) if (block.bytes >= bytes && !(best && best.bytes <= block.bytes)) best = block;
    for (const block of ends) if (block !== best) keep(block.at, block.bytes);
    if (!best) return undefined;
    if (best.bytes > bytes) keep(best.at + bytes, best.bytes - bytes);
    return best.at;
  }

  function grown(bytes: number): number {
    const at = top;
    const pages = Math.ceil((at + bytes - size) / PAGE);
    if (at + bytes > MOST_PAGES * PAGE) throw new Error(`The wasm heap has no room for ${bytes} bytes.`);
    if (pages > 0) {
      try {
        memory.grow(pages);
      } catch {
        throw new Error(`The wasm heap has no room for ${bytes} bytes.`);
      }
      size = memory.buffer.byteLength;
    }
    top += bytes;
    return at;
  }

  return {
    memory,
    take(wanted) {
      const bytes = Math.max(1, Math.ceil(wanted / LINE)) * LINE;
      const at = free.get(bytes)?.pop() ?? joined(bytes) ?? grown(bytes);
      return { at, bytes, owners: 1 };
    },
    retain(block) {
      block.owners++;
    },
    release(block) {
      block.owners--;
      if (block.owners > 0) return;
      if (block.owners < 0) throw new Error('A block was given back twice.');
      keep(block.at, block.bytes);
    },
    floats(at, length) {
      settle();
      buffers.add(memory.buffer);
      return new Float32Array(memory.buffer as ArrayBuffer, at, length);
    },
    holds: ({ buffer }) => buffers.has(buffer),
    doubles(at, length) {
      settle();
      return new Float64Array(memory.buffer as ArrayBuffer, at, length);
    },
    bytes(at, length) {
      settle();
      return new Uint8Array(memory.buffer as ArrayBuffer, at, length);
    },
  };
}
