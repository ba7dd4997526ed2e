/** TensorFlow.js's wasm backend, and the few of its kernels the engine needs. The kernels are called directly: a call through tfjs's operators costs 40 µs for a small convolution, its
 *  kernel 10 µs. In return every handle made here has to be released by its owner. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { type BackendWasm, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import {
  backend,
  backend_util,
  getKernel,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  setBackend,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Padding, Pair } from '../../shared/network.ts';

/** A tensor in the wasm heap. */
export type Handle = TensorInfo;

let started: Promise<void> | undefined;
let wasm: BackendWasm;

/** Loads the wasm backend; once, however often it is called. */
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
  // The wasm module's start-up code installs listeners that rethrow; how the process ends is the process's business.
  for (const event of events) {
    for (const listener of process.rawListeners(event)) {
      if (!before.get(event)!.includes(listener)) process.removeListener(event, listener as () => void);
    }
  }
}

/** How many tensors the wasm heap holds: constant from edit to edit, or something leaks. */
export function countHandles(): number {
  return wasm.numDataIds();
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

/** input [N,H,W,inC], kernel [kH,kW,inC,outC] → [N,H',W',outC]. */
export function conv2d(input: Handle, kernel: Handle, strides: Pair, padding: Padding): Handle {
  const dilations: [number, number] = [1, 1];
  const info = backend_util.computeConv2DInfo(
    input.shape as [number, number, number, number],
    kernel.shape as [number, number, number, number],
    [...strides],
    dilations,
    padding,
  );
  // Told "same", XNNPACK works the padding out again and goes wrong where a stride is so much larger than the kernel that an axis needs none (1×2 kernels with strides 1×5).
  // So it is told what tfjs makes of "same".
  const { top, bottom, left, right } = info.padInfo;
  const pad = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  const attributes = { strides: [...strides], pad, dilations, dataFormat: 'NHWC' };
  return run('Conv2D', { x: input, filter: kernel }, attributes);
}

/** a [B,N,K], b [B,K,M] → [B,N,M]. */
export function matMul(a: Handle, b: Handle): Handle {
  return run('BatchMatMul', { a, b }, { transposeA: false, transposeB: false });
}

/** input [N,H,W,C] → [N,H',W',C]. Wrong where the input has NaN: it may ignore it or give −Infinity. */
export function maxPool(input: Handle, poolSize: Pair, strides: Pair, padding: Padding): Handle {
  return run('MaxPool', { x: input }, { filterSize: [...poolSize], strides: [...strides], pad: padding });
}

/** input [N,H,W,C] → [N,H',W',C]; padding is not counted. */
export function averagePool(input: Handle, poolSize: Pair, strides: Pair, padding: Padding): Handle {
  return run('AvgPool', { x: input }, { filterSize: [...poolSize], strides: [...strides], pad: padding });
}

/** −0 becomes 0. Wrong where the input has NaN: one whose sign bit is set becomes 0. */
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
