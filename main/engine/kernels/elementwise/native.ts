/** Elementwise formulas on the backend 'tensorflow': an operation of TensorFlow for each step. */
import { getKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Elementwise } from '../../../../shared/elementwise/steps.ts';
import { type OperandKind, shapeOf } from '../../../../shared/elementwise/tree.ts';
import { sizeOf } from '../../../../shared/tensor.ts';
import { float, type NativeBackend, type NativeCall } from '../native-call.ts';
import { lower, type Operations } from './lower.ts';

type ElementwiseAttributes = {
  formulas: Elementwise;
  operands: readonly TensorInfo[];
  shape: readonly number[];
};

/** The kernel: operands of the shapes that `shapeOf` tells → a tensor for each result. */
export function elementwise({ attrs, backend }: NativeCall): TensorInfo[] {
  const { formulas, operands, shape } = attrs as unknown as ElementwiseAttributes;
  const made: TensorInfo[] = [];
  const run = (name: string, inputs: readonly TensorInfo[], attributes = float(backend)) => {
    const output = backend.executeSingleOutput(name, attributes, [...inputs]);
    made.push(output);
    return output;
  };
  const upload = (values: Float32Array, own: readonly number[]): TensorInfo => {
    const tensor = { dataId: backend.write(values, [...own], 'float32'), shape: [...own], dtype: 'float32' as const };
    made.push(tensor);
    return tensor;
  };
  const lowered = lower(
    formulas,
    operationsOf(run, value => upload(Float32Array.of(value), []), operands),
  );
  /** As it is, or as a tensor of its own: what is the same for several elements gets the whole shape, and no two
   *  results are one tensor. */
  const ownTensor = (result: TensorInfo, others: readonly TensorInfo[]) => {
    const isOwn = made.includes(result) && !others.includes(result) && String(result.shape) === String(shape);
    if (isOwn) return result;
    return run('AddV2', [upload(new Float32Array(sizeOf(shape)), shape), result]);
  };
  const results = lowered.results.map((result, place, all) =>
    summed(ownTensor(result, all.slice(0, place)), formulas.results[place].kind, backend),
  );
  for (const each of made) if (!results.includes(each)) backend.disposeData(each.dataId);
  return results;
}

/** The sums over all elements to which one number of an operand of this kind belongs. */
function summed(x: TensorInfo, kind: OperandKind, backend: NativeBackend): TensorInfo {
  if (kind === 'element') return x;
  const axes = [...x.shape.keys()];
  const axis = kind === 'sample' ? [0] : kind === 'channel' ? axes.slice(0, -1) : axes;
  const call = { inputs: { x }, attrs: { axis, keepDims: false }, backend };
  const sum = getKernel('Sum', 'tensorflow').kernelFunc(call) as TensorInfo;
  return { ...sum, shape: shapeOf(kind, x.shape) };
}

function operationsOf(
  run: (name: string, inputs: readonly TensorInfo[], attributes?: []) => TensorInfo,
  number: (value: number) => TensorInfo,
  operands: readonly TensorInfo[],
): Operations<TensorInfo> {
  const one = (name: string) => (x: TensorInfo) => run(name, [x]);
  const two = (name: string) => (a: TensorInfo, b: TensorInfo) => run(name, [a, b]);
  const isNaN = one('IsNan');
  const unless = (condition: TensorInfo, x: TensorInfo) => run('SelectV2', [condition, number(Number.NaN), x]);
  const [add, subtract, multiply, divide] = ['AddV2', 'Sub', 'Mul', 'RealDiv'].map(two);
  const ln = (x: TensorInfo) => unless(run('LessEqual', [x, number(0)]), run('Log', [x]));
  /** TensorFlow's own rounds half to even. */
  const wholeOf = (x: TensorInfo) => {
    const size = run('Abs', [x]);
    const whole = run('Floor', [size]);
    const isHalf = run('LessEqual', [number(0.5), subtract(size, whole)]);
    return multiply(run('Sign', [x]), run('SelectV2', [isHalf, add(whole, number(1)), whole]));
  };
  return {
    number,
    operand: at => operands[at],
    negate: one('Neg'),
    absolute: one('Abs'),
    sign: one('Sign'),
    exp: one('Exp'),
    ln,
    log10: x => multiply(ln(x), number(Math.LOG10E)),
    sqrt: one('Sqrt'),
    tanh: one('Tanh'),
    sin: one('Sin'),
    cos: one('Cos'),
    floor: one('Floor'),
    sigmoid: one('Sigmoid'),
    softplus: one('Softplus'),
    add,
    subtract,
    multiply,
    divide,
    // For TensorFlow 1^NaN and NaN^0 are 1.
    power: (x, y) => unless(run('LogicalOr', [isNaN(x), isNaN(y)], []), run('Pow', [x, y])),
    round(x, digits) {
      if (digits === 0) return wholeOf(x);
      const scale = number(10 ** Math.abs(digits));
      return digits > 0 ? divide(wholeOf(multiply(x, scale)), scale) : multiply(wholeOf(divide(x, scale)), scale);
    },
    maximum: two('Maximum'),
    minimum: two('Minimum'),
    less: two('Less'),
    equal: two('Equal'),
    and: (a, b) => run('LogicalAnd', [a, b], []),
    or: (a, b) => run('LogicalOr', [a, b], []),
    not: x => run('LogicalNot', [x], []),
    select: (condition, then, otherwise) => run('SelectV2', [condition, then, otherwise]),
    isNaN,
    unless,
  };
}
