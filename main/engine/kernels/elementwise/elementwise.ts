/** Elementwise formulas on the wasm backend. Each list of steps becomes a WebAssembly module of its own. */
import type { Elementwise } from '../../../../shared/elementwise/steps.ts';
import { type OperandKind, shapeOf } from '../../../../shared/elementwise/tree.ts';
import { sizeOf } from '../../../../shared/tensor.ts';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { address, type Call } from '../call.ts';
import type { Memory, WebAssemblyApi } from '../exports.ts';
import { moduleOf } from './module.ts';

declare const WebAssembly: WebAssemblyApi;

type Run = (...parameters: number[]) => void;
export type ElementwiseAttributes = {
  formulas: Elementwise;
  operands: readonly TensorInfo[];
  shape: readonly number[];
};

/** The most modules that are kept. */
const MOST_MODULES = 200;
/** Short operands are repeated up to this length, so that a loop over them is worth its start. */
const SHORTEST_PERIOD = 64;

/** The kernel. shape [N,…,C], operands of the shapes that `shapeOf` tells → a tensor for each result. */
export function createElementwiseKernel(memory: Memory): (call: Call<ElementwiseAttributes>) => TensorInfo[] {
  const runOf = createModules(memory);
  return ({ attrs: { formulas, operands, shape }, backend }) => {
    const { operands: kinds, results } = formulas;
    const count = sizeOf(shape);
    const period = periodOf([...kinds, ...results.map(({ kind }) => kind)], shape);
    const scratch: TensorInfo[] = [];
    const reserve = (numbers: number) => {
      const tensor = backend.makeOutput([numbers], 'float32');
      scratch.push(tensor);
      return address(backend, tensor);
    };

    const operandsAt = operands.map((operand, place) => {
      const at = address(backend, operand);
      const length = sizeOf(operand.shape);
      if (!isRepeated(kinds[place]) || length === period) return at;
      const repeated = reserve(period);
      repeat(new Float32Array(memory.buffer, at, length), new Float32Array(memory.buffer, repeated, period));
      return repeated;
    });
    const outputs = results.map(({ kind }) => backend.makeOutput(shapeOf(kind, shape), 'float32'));
    const resultsAt = results.map(({ kind }, place) => {
      if (kind === 'element') return address(backend, outputs[place]);
      const doubles = kind === 'scalar' ? 4 : period + 3;
      const at = reserve(2 * doubles);
      new Float64Array(memory.buffer, at, doubles).fill(0);
      return at;
    });
    runOf(formulas)(...operandsAt, ...resultsAt, count, period);
    for (const [place, { kind }] of results.entries()) {
      if (kind === 'element') continue;
      const sums = new Float64Array(memory.buffer, resultsAt[place], kind === 'scalar' ? 4 : period);
      const length = sizeOf(outputs[place].shape);
      new Float32Array(memory.buffer, address(backend, outputs[place]), length).set(folded(sums, length));
    }
    for (const { dataId } of scratch) backend.disposeData(dataId);
    return outputs;
  };
}

/** The functions of formulas. Those of the same steps share a module. */
function createModules(memory: Memory): (formulas: Elementwise) => Run {
  const known = new WeakMap<Elementwise, Run>();
  /** By their steps, the last used at the end. */
  const modules = new Map<string, Run>();
  return formulas => {
    const before = known.get(formulas);
    if (before) return before;
    const key = JSON.stringify(formulas);
    const run = modules.get(key) ?? instantiate(formulas);
    modules.delete(key);
    modules.set(key, run);
    if (modules.size > MOST_MODULES) modules.delete(modules.keys().next().value!);
    known.set(formulas, run);
    return run;
  };

  function instantiate(formulas: Elementwise): Run {
    const module = new WebAssembly.Module(moduleOf(formulas));
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    return (exports as { run: Run }).run;
  }
}

const isRepeated = (kind: OperandKind) => kind === 'sample' || kind === 'channel';

/** After how many elements the operands and sums of all these kinds repeat: a multiple of 4. */
function periodOf(kinds: readonly OperandKind[], shape: readonly number[]): number {
  const repeated = kinds.filter(isRepeated);
  if (repeated.length === 0) return 4 * Math.ceil(sizeOf(shape) / 4);
  const length = sizeOf(shapeOf(repeated.includes('sample') ? 'sample' : 'channel', shape));
  const period = length % 4 === 0 ? length : length % 2 === 0 ? 2 * length : 4 * length;
  return period * Math.ceil(SHORTEST_PERIOD / period);
}

function repeat(from: Float32Array, to: Float32Array): void {
  for (let place = 0; place < to.length; place += from.length) to.set(from.subarray(0, to.length - place), place);
}

/** The sums of all numbers `length` places apart. */
function folded(values: Float64Array, length: number): Float64Array {
  const sums = new Float64Array(length);
  for (const [place, value] of values.entries()) sums[place % length] += value;
  return sums;
}
