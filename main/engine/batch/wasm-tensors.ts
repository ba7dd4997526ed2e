/** Tensors in the memory that threads share. */
import { type Shape, sizeOf } from '../../../shared/network.ts';
import { type Block, type Heap, tensors } from '../kernels/heap.ts';
import type { BatchOps, Handle } from './operations.ts';

/** Bytes of a number. */
export const NUMBER = Float32Array.BYTES_PER_ELEMENT;
/** The fewest numbers of a piece that goes once over its numbers. */
export const LEAST_NUMBERS = 2 ** 13;

export type Tensors = Pick<BatchOps, 'upload' | 'tensorOf' | 'download' | 'read' | 'retain' | 'release' | 'reshape'> & {
  /** A tensor whose numbers aren't written yet. */
  make: (shape: Shape) => Handle;
  /** A tensor of memory that has one owner. */
  own: (block: Block, shape: Shape) => Handle;
  /** Its address. */
  at: (handle: Handle) => number;
  /** Memory for as long as `use` runs. */
  within: <Result>(bytes: number, use: (at: number) => Result) => Result;
};

export function createTensors(heap: Heap): Tensors {
  const handleOf = (block: Block, shape: Shape): Handle => ({ dataId: block, shape: [...shape], dtype: 'float32' });
  const blockOf = (handle: Handle) => handle.dataId as Block;
  const numbersOf = (handle: Handle) => heap.floats(blockOf(handle).at, sizeOf(handle.shape));
  const own: Tensors['own'] = (block, shape) => {
    tensors.count++;
    return handleOf(block, shape);
  };
  const make: Tensors['make'] = shape => own(heap.take(sizeOf(shape) * NUMBER), shape);

  return {
    make,
    own,
    // It isn't counted, and has an owner that keeps it.
    tensorOf: (values, shape) =>
      handleOf({ at: values.byteOffset, bytes: values.byteLength, owners: Number.POSITIVE_INFINITY }, shape),
    at: handle => blockOf(handle).at,
    upload(values, shape) {
      const handle = make(shape);
      numbersOf(handle).set(values);
      return handle;
    },
    download: handle => numbersOf(handle).slice(),
    read: numbersOf,
    retain(handle) {
      heap.retain(blockOf(handle));
      return handle;
    },
    release(handle) {
      const block = blockOf(handle);
      heap.release(block);
      if (block.owners === 0) tensors.count--;
    },
    reshape(handle, shape) {
      heap.retain(blockOf(handle));
      return handleOf(blockOf(handle), shape);
    },
    within(bytes, use) {
      const block = heap.take(bytes);
      const result = use(block.at);
      heap.release(block);
      return result;
    },
  };
}
