/** TensorFlow.js's wasm backend, and those of its kernels that the sheet needs. The kernels are called directly, which
 *  is faster: for a small convolution a kernel takes 10 µs, a call through tfjs's operators 40 µs. In return, the owner
 *  of a handle has to release it. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { type BackendWasm, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import {
  backend,
  getKernel,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  setBackend,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Padding, Pair } from '../../../shared/network.ts';
import { tensors } from '../kernels/heap.ts';
import { registerKernels } from '../kernels/kernels.ts';

/** A tensor in the wasm heap. */
export type Handle = TensorInfo;

let started: Promise<void> | undefined;
let wasm: BackendWasm;

/** Loads the wasm backend. Later calls return the same promise. */
export function startBackend(): Promise<void> {
  started ??= start();
  return started;
}

async function start(): Promise<void> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = new Map(events.map(event => [event, process.rawListeners(event)]));
  const require = createRequire(import.meta.url);
  setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/wasm-out/`);
  setThreadsCount(1);
  if (!(await setBackend('wasm'))) throw new Error('The wasm backend could not be started.');
  wasm = backend() as BackendWasm;
  refuseNoMemory(wasm);
  registerKernels(wasm);
  // The wasm module's start-up code installs listeners that throw errors again. How this process ends is not its
  // business.
  for (const event of events) {
    for (const listener of process.rawListeners(event)) {
      if (!before.get(event)!.includes(listener)) process.removeListener(event, listener as () => void);
    }
  }
}

const MALLOC = '_malloc';

/** Makes the heap throw when it is full (4 GB). Otherwise tfjs would go on at address 0 and overwrite what is there. */
function refuseNoMemory({ wasm: module }: { wasm: unknown }): void {
  const heap = module as Record<typeof MALLOC, (bytes: number) => number>;
  // The first call replaces a stub by the heap's own function.
  heap[MALLOC](1);
  const allocate = heap[MALLOC];
  heap[MALLOC] = bytes => {
    // The heap counts in 32 bits, so a larger number would wrap around to a small one.
    const at = bytes < 2 ** 32 ? allocate(bytes) : 0;
    if (at === 0 && bytes > 0) throw new Error(`The wasm heap has no room for ${bytes} bytes.`);
    return at;
  };
}

/** How many tensors the wasm heap and batches hold. If it grows from edit to edit, something leaks. */
export function countHandles(): number {
  return wasm.numDataIds() + tensors.count;
}

export function upload(values: Float32Array, shape: readonly number[]): Handle {
  return { dataId: wasm.write(values, [...shape], 'float32'), shape: [...shape], dtype: 'float32' };
}

/** A copy of the values. */
export function download(handle: Handle): Float32Array {
  return wasm.readSync(handle.dataId) as Float32Array;
}

export function release(handle: Handle): void {
  wasm.disposeData(handle.dataId);
}

type Window = { strides: Pair; padding: Padding };
/** Hears now and then how much of a long calculation is done, from 0 to 1. */
type OnPart = (part: number) => void;

/** How many filters `convolveExactly` sums at a time. The size of such a block decides in which order terms are added.
 *  A block calculated alone gets the same bits as among all filters. */
export const EXACT_FILTERS = 8;

/** A convolution summed in doubles: input [1,H,W,inC], kernel [kH,kW,inC,outC], bias [outC] → [1,H',W',outC]. It reads
 *  the input channels from `first` up to, but not including, `end`. A number that overflows float32 is not finite. */
export function convolveExactly(
  input: Handle,
  kernel: Handle,
  bias: Handle | undefined,
  { strides, padding }: Window,
  { first, end }: { first: number; end: number },
  onPart?: OnPart,
): Handle {
  const inputs = { x: input, filter: kernel, ...(bias && { bias }) };
  return run('ConvolveExactly', inputs, { strides: [...strides], pad: padding, first, end, onPart });
}

/** input [1,H,W,C] → [1,H',W',C]. A window that contains NaN gives NaN. */
export function maxPool(input: Handle, window: Window & { poolSize: Pair }, onPart?: OnPart): Handle {
  return run('MaxPoolBatch', { x: input }, { ...poolOf(window), onPart });
}

/** input [1,H,W,C] → [1,H',W',C], summed in doubles. Padding doesn't count as cells. */
export function averagePool(input: Handle, window: Window & { poolSize: Pair }, onPart?: OnPart): Handle {
  return run('AveragePoolExactly', { x: input }, { ...poolOf(window), onPart });
}

function poolOf({ poolSize, strides, padding }: Window & { poolSize: Pair }): object {
  return { filterSize: [...poolSize], strides: [...strides], pad: padding };
}

/** −0 becomes 0. The input may not contain NaN: a NaN with its sign bit set would become 0. */
export function relu(input: Handle): Handle {
  return run('Relu', { x: input });
}

export function sigmoid(input: Handle): Handle {
  return run('Sigmoid', { x: input });
}

export function tanh(input: Handle): Handle {
  return run('Tanh', { x: input });
}

function run(name: string, inputs: NamedTensorInfoMap, attrs: object = {}): Handle {
  return getKernel(name, 'wasm').kernelFunc({ inputs, backend: wasm, attrs: attrs as NamedAttrMap }) as Handle;
}
