import { expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { randomExpression } from '../testing/random-expression.ts';
import { call, type Expression, operation, sum } from './expression.ts';
import { flattened, isTree, unflattened } from './flat.ts';

test('a tree comes back from its list as it was', () => {
  const random = createRandom(4);
  for (let count = 0; count < 3000; count++) {
    const tree = randomExpression(random, count % 7);
    expect(unflattened(JSON.parse(JSON.stringify(flattened(tree))))).toEqual(tree);
    expect(isTree(tree)).toBe(true);
  }
  const named: Expression = call('SUM', { kind: 'tensor', tensor: 'conv1/kernel' }, { kind: 'name', name: 'rate' });
  expect(flattened(named)).toEqual(['tconv1/kernel', 'nrate', 'f2 SUM']);
  expect(unflattened(flattened(named))).toEqual(named);
});

test('a sum of thousands of terms is a list of two levels; so many levels on its right side are refused', () => {
  const long = sum(Array.from({ length: 4000 }, (_, i) => i));
  expect(flattened(unflattened(flattened(long))!)).toEqual(flattened(long));
  const deep = Array.from({ length: 1000 }).reduce<Expression>(inner => operation('+', 1, inner), 1);
  expect(unflattened(flattened(deep))).toBeUndefined();
});

test.each([
  [[]],
  [[1, 2]],
  [['2+']],
  [[1, '2?']],
  [[1, '3+']],
  [['x']],
  [['e#CYCLE!']],
  [['f1 sum']],
  [['f0 A b']],
  [[[1, 2]]],
  [[[null, 1, 0, 0, 0, 0]]],
  [[[null, 0, 0, 0, 16_384, 0]]],
  [[['no tensor', 0, 0, 0]]],
  [[['c/kernel', -1, 0, 0]]],
  [[['c/kernel', 0, 0, 16]]],
  [[['{', []]]],
  [[['{', [[1], [1, 2]]]]],
  [[['{', [[{}]]]]],
  [[Number.NaN]],
  [[-0]],
  [null],
  ['=1'],
])('%j is the list of no tree', flat => {
  expect(unflattened(flat)).toBeUndefined();
});
