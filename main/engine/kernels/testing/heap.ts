/** The kernels' module in memory of a test's own. */
import { readFileSync } from 'node:fs';
import type { Random } from '../../../../shared/random.ts';
import type { Exports, WebAssemblyApi } from '../exports.ts';
import { kernelsModule } from '../modules.ts';

declare const WebAssembly: WebAssemblyApi;

export const kernelBytes = readFileSync(new URL('../../../../.build/main/kernels.wasm', import.meta.url));

/** Memory of the test's own. It is handed out in pieces with a guard after each. With `fused`, it has the kernels that
 *  multiply and add in one step. */
export function createHeap(random: Random, fused = false) {
  const GUARD = 0x5a5a5a5a;
  const memory = new WebAssembly.Memory({ initial: 128, maximum: 128, shared: fused });
  const words = new Uint32Array(memory.buffer).fill(GUARD);
  const guards: number[] = [];
  let free = 16;
  return {
    exports: new WebAssembly.Instance(fused ? kernelsModule(true) : new WebAssembly.Module(kernelBytes), {
      env: { memory },
    }).exports as Exports,
    take(size: number, make = () => random.uniform() - 0.5): number {
      const at = free * 4;
      new Float32Array(memory.buffer, at, size).forEach((_, i, array) => (array[i] = make()));
      free += size;
      // Pieces begin at multiples of 8 bytes, like those of malloc.
      for (const end = (free + 9) & ~1; free < end; free++) guards.push(free);
      return at;
    },
    /** `size` numbers at an address. */
    read: (at: number, size: number) => new Float32Array(memory.buffer, at, size).slice(),
    broken: () => guards.filter(at => words[at] !== GUARD).length + (words[0] === GUARD ? 0 : 1),
  };
}
