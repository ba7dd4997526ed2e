import { beforeAll, describe, expect, test } from 'vitest';
import { gradientsBy, valuesOf } from '../../../../shared/elementwise/compiled.ts';
import { evaluate } from '../../../../shared/elementwise/evaluate.ts';
import type { Elementwise } from '../../../../shared/elementwise/steps.ts';
import { treeOf } from '../../../../shared/elementwise/testing/tree-of.ts';
import { type OperandKind, shapeOf } from '../../../../shared/elementwise/tree.ts';
import { createRandom } from '../../../../shared/random.ts';
import { sizeOf } from '../../../../shared/tensor.ts';
import { startBackend } from '../../backend/backend.ts';
import { loadNative, nativeAvailable } from '../../backend/native.ts';
import { type BackendName, createBatchOps } from '../../batch/batch-ops.ts';

const BACKENDS: BackendName[] = nativeAvailable() ? ['wasm', 'tensorflow'] : ['wasm'];
/** The largest error on each backend: those of TensorFlow's functions are TensorFlow's. */
const MOST = { wasm: 4e-7, tensorflow: 1e-6 };

beforeAll(async () => {
  await startBackend();
  if (nativeAvailable()) await loadNative();
});

/** The results of formulas, and those in doubles. */
function calculate(
  backend: BackendName,
  formulas: Elementwise,
  operands: readonly Float32Array[],
  shape: readonly number[],
) {
  const ops = createBatchOps(backend);
  const handles = operands.map((values, at) => ops.upload(values, shapeOf(formulas.operands[at], shape)));
  const before = ops.count();
  const results = ops.elementwise(formulas, handles, shape);
  expect(ops.count()).toBe(before + results.length);
  const found = results.map(ops.download);
  for (const each of [...handles, ...results]) ops.release(each);
  const lengths = formulas.results.map(({ kind }) => sizeOf(shapeOf(kind, shape)));
  return { found, expected: evaluate(formulas, operands, sizeOf(shape), lengths) };
}

/** The largest error of a function of A1, as a part of the larger of 1 and the value. */
function largestError(backend: BackendName, text: string, numbers: Float32Array): number {
  const shape = [1, numbers.length];
  const { found, expected } = calculate(backend, valuesOf(treeOf(text), ['element'])!, [numbers], shape);
  let largest = 0;
  for (const [at, value] of expected[0].entries()) {
    const own = found[0][at];
    // What overflows float32 is an error, too.
    if (!(Math.abs(value) < 3e38)) expect([text, numbers[at], own]).toEqual([text, numbers[at], Number.NaN]);
    else largest = Math.max(largest, Math.abs(own - value) / Math.max(1, Math.abs(value)));
  }
  return largest;
}

/** Numbers of all sizes up to `most`, small ones, and special ones. */
function numbersUpTo(most: number): Float32Array {
  const random = createRandom(3);
  const sized = Array.from({ length: 4000 }, () => (random.uniform() * 2 - 1) * most * 2 ** -random.integer(30));
  return Float32Array.from([0, -0, 1, -1, 0.5, -0.5, 1e-30, -1e-30, most, -most, ...sized]);
}

describe.each(BACKENDS)('on %s', backend => {
  test('every function is as exact as float32 lets it be', () => {
    const errors = Object.entries({
      'EXP(A1)': 88,
      'LN(A1)': 1e30,
      'LOG10(A1)': 1e30,
      'SQRT(A1)': 1e30,
      'TANH(A1)': 20,
      'SIN(A1)': 1e5,
      'COS(A1)': 1e5,
      'INT(A1)': 1e5,
      'ROUND(A1,0)': 1e5,
      'SIGN(A1)+ABS(A1)': 1e5,
      '1/(1+EXP(-A1))': 120,
      'LN(1+EXP(A1))': 120,
      '1.75^A1': 60,
      'ABS(A1)^1.75': 1e20,
      'A1^-3': 1e5,
      'POWER(A1,5)': 1e5,
      'A1^17': 10,
    }).map(([text, most]) => [text, largestError(backend, text, numbersUpTo(most))] as const);
    expect(errors.filter(([, error]) => !(error < MOST[backend]))).toEqual([]);
  });

  test('numbers that belong to channels or samples repeat, and gradients by them are sums, whatever the sizes', () => {
    const random = createRandom(5);
    const formula = treeOf('A1*TANH(B1)+C1*A1^2+D1');
    const kinds: OperandKind[] = ['element', 'channel', 'sample', 'scalar'];
    const shapes = [
      [3, 5],
      [1, 1],
      [7, 1],
      [2, 3, 3, 2],
      [5, 2, 2, 4],
      [3, 2, 3, 6],
      [40, 4, 4, 16],
      [9, 130],
    ];
    for (const shape of shapes) {
      const numbers = (size: number) => Float32Array.from({ length: size }, () => random.uniform() - 0.5);
      const operands = kinds.map(kind => numbers(sizeOf(shapeOf(kind, shape))));
      const dy = numbers(sizeOf(shape));
      const values = calculate(backend, valuesOf(formula, kinds)!, operands, shape);
      const gradients = calculate(backend, gradientsBy(formula, kinds, [0, 1, 2, 3])!, [...operands, dy], shape);
      for (const { found, expected } of [values, gradients]) {
        for (const [at, each] of expected.entries()) {
          const most = (1e-6 * sizeOf(shape)) / each.length;
          expect(found[at].length).toBe(each.length);
          for (const [place, value] of each.entries()) expect(Math.abs(found[at][place] - value)).toBeLessThan(most);
        }
      }
    }
  });

  test('an error of a sheet is NaN, also where float32 would make a number of it', () => {
    const numbers = Float32Array.from([-2, -1, 0, 1, 2, Number.NaN, 100]);
    const rounded = (values: ArrayLike<number>) => Array.from(values, value => Number(value.toPrecision(5)));
    for (const text of [
      'MAX(0,LN(A1))',
      '1/(1/A1)',
      'IF(1/A1>0,1,2)',
      'TANH(EXP(A1*A1))',
      'IF(AND(A1>0,A1<2),3,4)',
      'MIN(A1,SQRT(A1))',
      'A1^0.3',
      'SIGN(A1)',
      'IF(A1>0,LN(A1),7)',
    ]) {
      const formula = valuesOf(treeOf(text), ['element'])!;
      const { found, expected } = calculate(backend, formula, [numbers], [1, numbers.length]);
      expect([text, rounded(found[0])]).toEqual([text, rounded(expected[0])]);
    }
  });

  test('a formula without numbers of its own for each element fills its tensor', () => {
    const [scalar, channel] = [Float32Array.of(1), Float32Array.of(1, 2, 3)];
    const line = calculate(backend, valuesOf(treeOf('2*B1+A1'), ['scalar', 'channel'])!, [scalar, channel], [2, 3]);
    expect([...line.found[0]]).toEqual([3, 5, 7, 3, 5, 7]);
    const constant = calculate(backend, valuesOf(treeOf('7'), [])!, [], [2, 3]);
    expect([...constant.found[0]]).toEqual([7, 7, 7, 7, 7, 7]);
    const same = calculate(backend, valuesOf(treeOf('A1'), ['element'])!, [channel], [1, 3]);
    expect([...same.found[0]]).toEqual([1, 2, 3]);
  });
});

test('wasm knows the smallest numbers and all digits of an exponent, and rounds as in doubles', () => {
  const errorOf = (text: string, numbers: Float32Array) => largestError('wasm', text, numbers);
  const ordinary = ['1.7^A1', 'ROUND(A1,2)', 'ROUND(A1,5)', 'ROUND(A1,-1)', 'ABS(A1)^2.1'];
  expect(ordinary.filter(text => !(errorOf(text, numbersUpTo(60)) < MOST.wasm))).toEqual([]);
  const smallest = ['LN(A1)', 'SIGN(A1)', 'A1*2^20', 'A1^0.9'];
  expect(smallest.filter(text => !(errorOf(text, Float32Array.of(1e-42, 1e-40)) < MOST.wasm))).toEqual([]);
});
