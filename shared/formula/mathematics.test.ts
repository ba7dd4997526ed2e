import { expect, test } from 'vitest';
import { messages } from '../messages.ts';
import { gradientOf } from '../backprop/gradients.ts';
import { layerKinds } from '../layers/kinds.ts';
import { createRandom } from '../random.ts';
import { mathFaults } from '../testing/mathml.ts';
import { randomExpression } from '../testing/random-expression.ts';
import { randomExample } from '../testing/random-network.ts';
import { expressionOf } from './derive.ts';
import { type CellsReference, type Expression, type Reference, referencesOf } from './expression.ts';
import { type MathElement, mathematicsOf, mathText, type MathNotation } from './mathematics.ts';
import { formatA1 } from './notation.ts';
import { parseFormula } from './parse.ts';
import { locateIn } from './ranges.ts';

const notation: MathNotation = {
  show: reference => formatA1(reference as CellsReference),
  words: messages.formulas.mathematics,
};

/** MathML in short: fractions as {a / b}, powers as a^{b}, everything else as text. */
function short(part: MathElement | string): string {
  if (typeof part === 'string') return part;
  const [first, second] = part.children.map(short);
  if (part.tag === 'mfrac') return `{${first} / ${second}}`;
  if (part.tag === 'msup') return `${first}^{${second}}`;
  if (part.tag === 'msqrt') return `√{${first}}`;
  if (part.tag === 'mtr') return `[${part.children.map(short).join(' | ')}]`;
  return part.children.map(short).join('');
}

function treeOf(text: string) {
  const result = parseFormula(text);
  if (result.problem !== undefined) expect.fail(text);
  return result.expression;
}

test.each([
  ['=SUMPRODUCT(A2:C4,$AD$11:$AF$13)+$AD$15', '∑A2:C4⋅$AD$11:$AF$13+$AD$15'],
  ['=MAX(0,AH3)', 'max(0,AH3)'],
  ['=AVERAGE(A1:B2)', 'mean(A1:B2)'],
  ['=A1-MAX(A1:A10)', 'A1−max(A1:A10)'],
  ['=EXP(A1-B1)/SUM(C1:C9)', '{e^{A1−B1} / ∑C1:C9}'],
  ['=$G$1*(A1-$G$3)/SQRT($G$4+0.001)+$G$2', '{$G$1⋅(A1−$G$3) / √{$G$4+0.001}}+$G$2'],
  ['=IF(A1<0,0.25*A1,A1)', '{[0.25⋅A1 | if\u00a0A1<0][A1 | otherwise]'],
  ['=(A1+B1)^2-(A1-B1)-(-3)', '(A1+B1)^{2}−(A1−B1)−(−3)'],
  ['=-2^2', '(−2)^{2}'],
  ['=(A1/B1)^-1', '({A1 / B1})^{−1}'],
  ['=A1*(B1+C1)%', 'A1⋅(B1+C1)%'],
  ['=A1>=B1', 'A1≥B1'],
  ['=ABS(A1-B1)*LN(A1)', '|A1−B1|⋅ln(A1)'],
  ['={1,2;3,4}', '[[1 | 2][3 | 4]]'],
])('%s is set as %s', (text, mathematics) => {
  expect(short(mathematicsOf(treeOf(text), notation))).toBe(mathematics);
});

test('Texts and signs are escaped, so that nothing typed becomes an element of the page', () => {
  const text = mathText(mathematicsOf(treeOf('="<b>"&A1<"&"'), notation));
  expect(text).toBe(
    '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mrow><mrow><mtext>“&lt;b&gt;”</mtext>' +
      '<mo>&amp;</mo><mi>A1</mi></mrow><mo>&lt;</mo><mtext>“&amp;”</mtext></mrow></math>',
  );
});

test('A sum of thousands of terms is set as one row', () => {
  const { children } = mathematicsOf(treeOf(`=${'1+'.repeat(4000)}A1`), notation);
  expect((children[0] as MathElement).children).toHaveLength(8001);
});

test('Every reference is shown, in its order, and can be coloured', () => {
  const random = createRandom(17);
  const shown = (part: MathElement): unknown[] => [
    ...(part.reference ? [part.reference] : []),
    ...part.children.flatMap(child => (typeof child === 'string' ? [] : shown(child))),
  ];
  const byText = (reference: unknown) => formatA1(reference as CellsReference);
  for (let count = 0; count < 500; count++) {
    const tree = randomExpression(random, count % 6);
    const mathematics = mathematicsOf(tree, notation);
    expect(mathFaults(mathText(mathematics))).toEqual([]);
    const set = shown(mathematics).map(byText);
    // The condition of an IF is written after its case.
    expect(set.toSorted()).toEqual(referencesOf(tree).map(byText).toSorted());
  }
});

test('The cells of every kind of layer, and their gradients, are valid MathML Core', () => {
  const wanted = new Set(Object.keys(layerKinds));
  let [cells, gradients] = [0, 0];
  for (let seed = 0; wanted.size > 0 && seed < 200; seed++) {
    const { sheet } = randomExample(seed, 'plain');
    if (!sheet.network.layers.some(({ kind }) => wanted.has(kind))) continue;
    for (const { kind } of sheet.network.layers) wanted.delete(kind);
    const locate = locateIn(sheet);
    const own = { ...notation, show: (reference: Reference) => formatA1(locate(reference)) };
    const check = (expression: Expression | undefined) => {
      if (expression === undefined) return 0;
      expect(mathFaults(mathText(mathematicsOf(expression, own)))).toEqual([]);
      return 1;
    };
    for (const { id, role, size } of sheet.tensors.values())
      for (const index of [0, size >> 1, size - 1]) {
        if (role === 'computed') cells += check(expressionOf(sheet, { tensor: id, index }));
        gradients += check(gradientOf(sheet, { tensor: id, index }));
      }
  }
  expect([...wanted]).toEqual([]);
  expect(cells).toBeGreaterThan(100);
  expect(gradients).toBeGreaterThan(100);
});

const math = (inside: string) => `<math xmlns="http://www.w3.org/1998/Math/MathML">${inside}</math>`;

test.each([
  [math('<mfrac><mn>1</mn></mfrac>'), 'mfrac has 1 elements instead of 2'],
  [math('<msup><mn>1</mn><mn>2</mn><mn>3</mn></msup>'), 'msup has 3 elements instead of 2'],
  [math('<mtable><mrow></mrow></mtable>'), 'mrow in mtable'],
  [math('<mtable columnalign="left"></mtable>'), 'mtable has no attribute columnalign'],
  [math('<mtr></mtr>'), 'mtr in math'],
  [math('<mrow>1</mrow>'), 'the text 1 in mrow'],
  [math('<mfenced></mfenced>'), 'there is no element mfenced'],
  [math('<mi><mn>1</mn></mi>'), 'mn in mi'],
  [math('<mi></mi>'), 'mi is empty'],
  [math('<mo>&</mo>'), 'not escaped: &'],
  [math('<mrow><mi>a</mrow></mi>'), 'mrow ends in mi'],
  [math('<mo><</mo>'), 'no well-formed XML: <</mo></math>'],
  ['<math></math>', 'math has no namespace'],
  [`${math('')}${math('')}`, '2 formulas instead of one'],
])('%s is wrong: %s', (xml, fault) => {
  expect(mathFaults(xml)).toContain(fault);
});
