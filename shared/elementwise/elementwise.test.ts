import { expect, test } from 'vitest';
import { gradientsBy, trainedOf, valuesOf } from './compiled.ts';
import { operation } from '../formula/expression.ts';
import { evaluate } from './evaluate.ts';
import type { Elementwise } from './steps.ts';
import { treeOf } from './testing/tree-of.ts';
import { type ElementwiseTree, operand, type OperandKind } from './tree.ts';

/** The value of a formula of A1, B1, … . */
function valueOf(text: string, ...operands: number[]): number | undefined {
  const formula = valuesOf(
    treeOf(text),
    operands.map(() => 'element'),
  );
  return (
    formula &&
    evaluate(
      formula,
      operands.map(each => [each]),
      1,
    )[0][0]
  );
}

/** The derivative of a formula by A1. */
function slopeOf(text: string, ...operands: number[]): number {
  const kinds = operands.map((): OperandKind => 'element');
  return evaluate(
    gradientsBy(treeOf(text), kinds, [0])!,
    [...operands, 1].map(each => [each]),
    1,
  )[0][0];
}

const namesOf = (formula: Elementwise | undefined) => formula?.steps.map(({ name }) => name);

test('a formula has the value that it has in a cell', () => {
  expect(valueOf('MAX(0.1*A1,A1)', -2)).toBe(-0.2);
  expect(valueOf('IF(AND(A1>0,NOT(B1=2)),A1^B1,-50%)', 2, 3)).toBe(8);
  expect(valueOf('IF(AND(A1>0,NOT(B1=2)),A1^B1,-50%)', 2, 2)).toBe(-0.5);
  expect(valueOf('INT(A1)+ROUND(B1,1)', -2.5, 0.25)).toBe(-2.7);
  expect(valueOf('(A1>1)+(A1>2)', 2)).toBe(1);
  expect(valueOf('A1^-2+A1^0', 2)).toBe(1.25);
  expect(valueOf('LOG10(A1)+SIN(0)+COS(0)+SIGN(-A1)', 1000)).toBe(3);
});

test('an error of a cell is no number, and stays none', () => {
  expect(valueOf('MAX(0,LN(A1))', 0)).toBeNaN();
  expect(valueOf('1/(1/A1)', 0)).toBeNaN();
  expect(valueOf('IF(1/A1>0,1,2)', 0)).toBeNaN();
  // What isn't chosen may be one.
  expect(valueOf('IF(A1>0,LN(A1),0)', 0)).toBe(0);
});

test('what occurs twice is calculated once, and nothing is calculated for the sake of a 0 or a 1', () => {
  expect(namesOf(valuesOf(treeOf('EXP(A1)*1+0-(-EXP(A1))'), ['element']))).toEqual(['operand', 'exp', 'add']);
  expect(namesOf(gradientsBy(treeOf('MAX(0.1*A1,A1)'), ['element'], [0]))).toEqual([
    'number',
    'operand',
    'multiply',
    'less',
    'operand',
    'multiply',
    'select',
  ]);
});

test('a function of large exponentials is calculated without them, and so is its derivative', () => {
  expect(namesOf(valuesOf(treeOf('A1/(1+EXP(-A1))'), ['element']))).toEqual(['operand', 'sigmoid', 'multiply']);
  expect(namesOf(valuesOf(treeOf('LN(EXP(A1)+1)'), ['element']))).toEqual(['operand', 'softplus']);
  expect(namesOf(valuesOf(treeOf('(EXP(A1)-EXP(-A1))/(EXP(-A1)+EXP(A1))'), ['element']))).toEqual(['operand', 'tanh']);
  expect(namesOf(valuesOf(treeOf('EXP(2*A1)/(1+EXP(2*A1))'), ['element']))).toContain('sigmoid');
  expect(valueOf('LN(1+EXP(A1))', 1000)).toBe(1000);
  expect(slopeOf('1/(1+EXP(-A1))', -1000)).toBe(0);
  expect(slopeOf('LN(1+EXP(A1))', 1000)).toBe(1);
});

test('where a function rises without end or is an error, its derivative is 0 as long as the value is a number', () => {
  expect(slopeOf('SQRT(A1^2+B1^2)', 0, 0)).toBe(0);
  expect(slopeOf('(A1^2+B1^2)^0.5', 0, 0)).toBe(0);
  expect(slopeOf('SQRT(A1^2+B1^2)', 3, 4)).toBeCloseTo(0.6, 12);
  expect(slopeOf('IF(A1>0,LN(A1),0)', 0)).toBe(0);
  expect(slopeOf('B1^A1', 2, 0)).toBe(0);
});

test('the gradient by a number that many elements read is the sum over these', () => {
  const kinds: OperandKind[] = ['element', 'channel', 'scalar'];
  const gradients = gradientsBy(treeOf('A1*B1+C1'), kinds, [0, 1, 2])!;
  expect(gradients.results.map(({ kind }) => kind)).toEqual(kinds);
  const [byElement, byChannel, byScalar] = evaluate(
    gradients,
    [[1, 2, 3, 4], [10, 20], [5], [1, 1, 1, 2]],
    4,
    [4, 2, 1],
  );
  expect([...byElement]).toEqual([10, 20, 10, 40]);
  expect([...byChannel]).toEqual([1 + 3, 2 + 2 * 4]);
  expect([...byScalar]).toEqual([5]);
});

test('what isn’t known here is refused, and so is what would fill the memory', () => {
  expect(valueOf('SINH(A1)', 1)).toBeUndefined();
  expect(valueOf('(A1>0)>0.5', 1)).toBeUndefined();
  expect(valueOf('ROUND(A1,A1)', 1)).toBeUndefined();
  expect(valueOf('B1', 1)).toBeUndefined();
  const product = (factors: number) => {
    let tree: ElementwiseTree = operand(0);
    for (let at = 1; at < factors; at++) tree = operation('*', tree, operation<ElementwiseTree>('+', operand(0), at));
    return tree;
  };
  expect(valuesOf(product(300), ['element'])!.steps).toHaveLength(1 + 3 * 299);
  expect(valuesOf(product(100_000), ['element'])).toBeUndefined();
  expect(gradientsBy(product(100_000), ['element'], [0])).toBeUndefined();
});

test('in training, what takes long is calculated once and kept for the gradients', () => {
  const { values, kept, gradientsBy: by } = trainedOf(treeOf('A1/(1+EXP(-A1))+TANH(B1)'), ['element', 'element'])!;
  expect(kept).toBe(2);
  expect(values.results).toHaveLength(3);
  expect(namesOf(by([0, 1]))!.filter(name => ['sigmoid', 'tanh', 'exp'].includes(name))).toEqual([]);
  const [value, ...own] = evaluate(values, [[2], [0.5]], 1);
  const [byA, byB] = evaluate(by([0, 1]), [[2], [0.5], [1], ...own], 1);
  expect(value[0]).toBeCloseTo(2 / (1 + Math.exp(-2)) + Math.tanh(0.5), 12);
  expect([byA[0], byB[0]]).toEqual([
    expect.closeTo(slopeOf('A1/(1+EXP(-A1))', 2), 12),
    expect.closeTo(1 - Math.tanh(0.5) ** 2, 12),
  ]);
  expect(trainedOf(treeOf('MAX(0,A1)'), ['element'])!.kept).toBe(0);
});
