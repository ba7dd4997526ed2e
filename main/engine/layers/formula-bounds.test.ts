import { expect, test } from 'vitest';
import { createElementwise } from '../../../shared/elementwise/steps.ts';
import { treeOf } from '../../../shared/elementwise/testing/tree-of.ts';
import { evaluate } from '../../../shared/elementwise/evaluate.ts';
import { createRandom } from '../../../shared/random.ts';
import { extremesOf, type Interval } from './formula-bounds.ts';

const stepsOf = (text: string) => createElementwise(['element', 'element'], [{ tree: treeOf(text), kind: 'element' }])!;
const within = (text: string, a: Interval, b: Interval = [0, 0]) => extremesOf(stepsOf(text), [a, b]);

test('a bound holds what the formula can give, and is close to it', () => {
  expect(within('MAX(0.1*A1,A1)', [-10, 5])).toEqual([5, 10]);
  expect(within('SQRT(A1^2+B1^2)', [-3, 3], [-4, 4])).toEqual([5, 25]);
  expect(within('A1*MIN(6,MAX(0,A1+3))/6', [-8, 8])[0]).toBe(8);
});

test('a formula that may give an error has no bound', () => {
  for (const text of ['LN(A1)', 'SQRT(A1)', '1/A1', 'A1^0.5', 'MAX(0,LN(A1))', 'TANH(1/A1)'])
    expect(within(text, [-1, 1]).every(Number.isFinite), text).toBe(false);
  expect(within('1/(LOG10(MAX(A1,100))-2.5)', [-1000, 1000]).every(Number.isFinite)).toBe(false);
});

test('what an IF doesn’t choose has no say', () => {
  expect(within('IF(A1>0,LN(A1),0)', [-8, 8])[0]).toBeCloseTo(149 * Math.LN2);
  expect(within('IF(A1<0,EXP(A1)-1,A1)', [-900, 900])[1]).toBe(900);
  expect(within('IF(AND(A1>1,NOT(B1>=5)),1/(A1*(6-B1)),A1)', [-8, 8], [-3, 9]).every(Number.isFinite)).toBe(true);
  expect(within('IF(A1>9,1/B1,2)', [-8, 8], [-1, 1])[0]).toBe(2);
  expect(within('IF(A1>0,LN(A1),LN(B1))', [-8, 8], [-1, 1])[0]).toBeNaN();
});

test('no number of a random place is beyond the bounds', () => {
  const random = createRandom(5);
  const texts = [
    'IF(A1<B1,A1*B1-2,ABS(B1)^3)',
    'MIN(A1,B1)/(1+EXP(-A1))+ROUND(B1,1)',
    'IF(OR(A1>1,B1<-1),INT(A1)-B1,SIGN(A1)*COS(B1))',
    'IF(A1>0,SQRT(A1),IF(B1>0,LOG10(B1+1),-TANH(A1*B1)))',
  ];
  for (const text of texts) {
    const steps = stepsOf(text);
    for (let n = 0; n < 200; n++) {
      const [a, b] = [random.normal() * 3, random.normal() * 3];
      const [bound] = extremesOf(steps, [
        [a - random.uniform(), a + random.uniform()],
        [b - random.uniform(), b + random.uniform()],
      ]);
      expect(Math.abs(evaluate(steps, [[a], [b]], 1)[0][0]), text).toBeLessThanOrEqual(bound);
    }
  }
});
