/** How kernels for the backend 'tensorflow' are called, and how they call TensorFlow's operations. */
import type { KernelBackend, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';

export type Attribute = { name: string; type: number; value: unknown };
/** The parts of tfjs-node's backend that are used here. */
export type NativeBackend = KernelBackend & {
  binding: Record<
    'TF_ATTR_TYPE' | 'TF_FLOAT' | 'TF_ATTR_INT' | 'TF_ATTR_FLOAT' | 'TF_ATTR_STRING' | 'TF_ATTR_BOOL',
    number
  >;
  executeSingleOutput(name: string, attributes: Attribute[], inputs: TensorInfo[]): TensorInfo;
  executeMultipleOutputs(name: string, attributes: Attribute[], inputs: TensorInfo[], count: number): TensorInfo[];
};
export type NativeCall = { inputs: Record<string, TensorInfo>; attrs: NamedAttrMap; backend: NativeBackend };

/** The attribute of operations on float32. */
export function float({ binding }: NativeBackend): Attribute[] {
  return [{ name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }];
}
