/** The kernels as modules. For memory that threads share there are two: one that rounds products and sums, and one that
 *  multiplies and adds in one step (FMA), which is faster and more exact. Their results differ in the last bits. */
import { existsSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import type { Exports, WebAssemblyApi } from './exports.ts';

declare const WebAssembly: WebAssemblyApi;

/** The build puts these beside the bundle; code that runs from the sources finds them in the build's folder. */
export const built = (name: string) =>
  [name, `../../../.build/main/${name}`].map(path => new URL(path, import.meta.url)).find(url => existsSync(url));

const modules = new Map<string, object>();
let fuses: boolean | undefined;

/** A module that the build makes, compiled once. Throws if it was not built. */
export function builtModule(name: string): object {
  const known = modules.get(name);
  if (known) return known;
  const file = built(name);
  if (!file) throw new Error(`${name} is missing: run "npm run build".`);
  const module = new WebAssembly.Module(readFileSync(file));
  modules.set(name, module);
  return module;
}

export const kernelsModule = (fused: boolean): object =>
  builtModule(fused ? 'fused-kernels.wasm' : 'shared-kernels.wasm');

/** Whether kernels multiply and add in one step here: the processor can (every ARM64, and x86 since 2013), WebAssembly
 *  lets them, and CONVSHEET_FMA isn't 0. */
export function fusesHere(): boolean {
  fuses ??= process.env.CONVSHEET_FMA !== '0' && canFuse();
  return fuses;
}

function canFuse(): boolean {
  // Node 22 has relaxed SIMD, Node 20 only behind this flag. It is for modules that are compiled from here on.
  if (Number(process.versions.node.split('.')[0]) < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const { exports } = new WebAssembly.Instance(kernelsModule(true), { env: { memory } });
    // a² = 1 + 2⁻¹¹ + 2⁻²⁴, which float32 rounds to 1 + 2⁻¹¹.
    const a = 1 + 2 ** -12;
    return (exports as Exports).multiplyAdd(a, a, -1 - 2 ** -11) === 2 ** -24;
  } catch {
    return false;
  }
}
