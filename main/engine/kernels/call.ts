/** What kernels for TensorFlow.js's wasm backend have in common: how they are called, and where tensors lie. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type backend_util, getKernel, type TensorInfo } from '@tensorflow/tfjs-core';

export type Call<Attributes> = { inputs: Record<string, TensorInfo>; attrs: Attributes; backend: BackendWasm };
export type Kernel = (call: Call<never>) => TensorInfo | TensorInfo[];

export type Shape4 = [number, number, number, number];
export type Pad = 'valid' | 'same' | [[0, 0], [number, number], [number, number], [0, 0]];

export type Three = [number, number, number];
export type Four = [...Three, number];
export type Five = [...Four, number];
export type Six = [...Five, number];
export type Eight = [...Six, number, number];

/** What is registered for the backend now. */
export function ownKernel(name: string): Kernel {
  return getKernel(name, 'wasm').kernelFunc;
}

/** Where a tensor lies in the heap. Growing the heap doesn't move it. */
export function address(backend: BackendWasm, tensor: TensorInfo): number {
  return backend.getMemoryOffset(tensor.dataId);
}

/** Runs `use` with so many bytes of memory. */
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
