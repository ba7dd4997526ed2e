/** Shared by all kernels for TensorFlow.js's wasm backend: how kernels are called, and where tensors lie in memory. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Memory, WebAssemblyApi } from './exports.ts';
import { type backend_util, getKernel, type TensorInfo } from '@tensorflow/tfjs-core';

declare const WebAssembly: WebAssemblyApi;

export type Call<Attributes> = { inputs: Record<string, TensorInfo>; attrs: Attributes; backend: BackendWasm };
export type Kernel = (call: Call<never>) => TensorInfo | TensorInfo[];

export type Shape4 = [number, number, number, number];
export type Pad = 'valid' | 'same' | [[0, 0], [number, number], [number, number], [0, 0]];

/** The wasm backend's kernel of this name, as it is registered now. */
function ownKernel(name: string): Kernel {
  return getKernel(name, 'wasm').kernelFunc;
}

/** The wasm backend's memory. */
export function heapOf(backend: BackendWasm): Memory {
  const { asm } = backend.wasm as unknown as { asm: Record<string, unknown> };
  return Object.values(asm).find(value => value instanceof WebAssembly.Memory) as Memory;
}

/** The bits of a NaN that no calculation makes. */
const UNTOUCHED = 0x7fa5c0de;

/** One of the backend's own kernels that XNNPACK calculates. If XNNPACK refuses, such as for lack of memory, the
 *  backend only writes a line to stderr and returns memory that wasn't calculated. This one throws instead. */
export function checked(name: string): Kernel {
  const kernel = ownKernel(name);
  return (call: Call<unknown>) => {
    const { backend } = call;
    const lastOf = (tensor: TensorInfo) =>
      new Uint32Array(
        heapOf(backend).buffer,
        address(backend, tensor) + 4 * (tensor.shape.reduce((product, length) => product * length, 1) - 1),
        1,
      );
    const marking: typeof backend = Object.create(backend, {
      makeOutput: {
        value(...args: Parameters<typeof backend.makeOutput>) {
          const output = backend.makeOutput(...args);
          lastOf(output)[0] = UNTOUCHED;
          return output;
        },
      },
    });
    const result = kernel({ ...call, backend: marking } as unknown as Call<never>);
    for (const output of [result].flat()) {
      if (lastOf(output)[0] === UNTOUCHED) throw new Error(`${name} was not calculated.`);
    }
    return result;
  };
}

/** The address of a tensor in the heap, in bytes. It stays the same when the heap grows. */
export function address(backend: BackendWasm, tensor: TensorInfo): number {
  return backend.getMemoryOffset(tensor.dataId);
}

/** Runs `use` with the address of `bytes` bytes of memory. */
export function withScratch(backend: BackendWasm, bytes: number, use: (scratch: number) => void) {
  const scratch = backend.makeOutput([bytes / 4], 'float32');
  use(address(backend, scratch));
  backend.disposeData(scratch.dataId);
}

export function sizesOf(info: backend_util.Conv2DInfo): number[] {
  return [info.inHeight, info.inWidth, info.inChannels, info.outHeight, info.outWidth, info.outChannels];
}

export function stepsOf({ strideHeight, strideWidth, padInfo }: backend_util.Conv2DInfo): number[] {
  return [strideHeight, strideWidth, padInfo.top, padInfo.left];
}
