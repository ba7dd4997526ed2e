/** Numbers in the memory that threads share, as arrays, for whoever changes them from step to step. */
import type { Block } from './heap.ts';
import type { Pool } from './pool.ts';

export type Space = {
  pool: Pool;
  /** Zeros. They hold until the space is given up. */
  take(length: number): Float32Array<ArrayBuffer>;
  /** Gives up all that was taken. */
  giveUp(): void;
};

export function createSpace(pool: Pool): Space {
  const { heap } = pool;
  const blocks: Block[] = [];
  return {
    pool,
    take(length) {
      const block = heap.take(length * Float32Array.BYTES_PER_ELEMENT);
      blocks.push(block);
      return heap.floats(block.at, length).fill(0);
    },
    giveUp() {
      for (const block of blocks.splice(0)) heap.release(block);
    },
  };
}
