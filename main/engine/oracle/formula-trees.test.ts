/** Formulas as trees, compared with HyperFormula. */
import { expect, test } from 'vitest';
import { contentOf } from '../../../shared/cell-content.ts';
import { derive, expressionOf } from '../../../shared/formula/derive.ts';
import { type CellsReference, type Expression, operation, type Operator } from '../../../shared/formula/expression.ts';
import { a1, withNumbers } from '../../../shared/formula/notation.ts';
import { parseFormula } from '../../../shared/formula/parse.ts';
import { print } from '../../../shared/formula/print.ts';
import { locateIn } from '../../../shared/formula/ranges.ts';
import type { TensorId } from '../../../shared/network.ts';
import { createRandom, type Random } from '../../../shared/random.ts';
import { randomExample } from '../../../shared/testing/random-network.ts';
import { evaluateOver, TOLERANCE } from './compare-formulas.ts';
import { computeReference } from './reference.ts';

const cells = [
  [2, -3, 0.5],
  [0, 7, -0.25],
];
const locate = (reference: unknown) => reference as CellsReference;
const printed = (tree: Expression) => print(tree, a1(locate)).text;

/** A random tree of numbers, cells and all operators of arithmetic. */
function randomArithmetic(random: Random, depth: number): Expression {
  if (depth === 0) {
    if (random.integer(2) === 0) return random.integer(9) - 4;
    const cell = { row: random.integer(2), column: random.integer(3) };
    const stays = { row: random.integer(2) === 0, column: false };
    return { kind: 'cells', first: cell, last: cell, anchors: { first: stays, last: stays } };
  }
  const operators: Operator[] = ['+', '-', '*', '/', '^', '%', '-'];
  const operator = operators[random.integer(operators.length)];
  const operand = () => randomArithmetic(random, random.integer(depth));
  if (operator === '%' || random.integer(5) === 0) return operation(operator === '%' ? '%' : '-', operand());
  return operation(operator, operand(), operand());
}

/** The value of a tree; NaN if a spreadsheet has an error. */
function valueOf(tree: Expression): number {
  if (typeof tree === 'number') return tree;
  if (typeof tree !== 'object') return Number.NaN;
  if (tree.kind === 'cells') return cells[tree.first.row][tree.first.column];
  if (tree.kind !== 'operation') return Number.NaN;
  const [left, right] = tree.operands.map(valueOf);
  if (tree.operator === '%') return left / 100;
  if (right === undefined) return -left;
  // An error stays an error: 1/(1/0) is not 0, and an error to the power of 0 is not 1.
  if (!Number.isFinite(left + right)) return Number.NaN;
  const results: Partial<Record<Operator, number>> = {
    '+': left + right,
    '-': left - right,
    '*': left * right,
    '/': left / right,
    '^': left === 0 && right === 0 ? Number.NaN : left ** right,
  };
  const result = results[tree.operator]!;
  return Number.isFinite(result) ? result : Number.NaN;
}

test('A random tree of operators, printed as a formula, has the value of the tree', () => {
  const random = createRandom(21);
  const trees = Array.from({ length: 2000 }, (_, i) => randomArithmetic(random, 1 + (i % 5)));
  const found = evaluateOver(cells, trees.map(printed));
  let numbers = 0;
  for (const [i, tree] of trees.entries()) {
    const expected = valueOf(tree);
    // Errors have different names, and large numbers become errors at different sizes.
    if (!(Math.abs(expected) < 1e30)) continue;
    numbers++;
    expect(found[i], printed(tree)).toSatisfy(
      value => Math.abs(Number(value) - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    );
  }
  expect(numbers).toBeGreaterThan(1200);
});

test.each([
  ['=-2^2', 4],
  ['=2^3^2', 64],
  ['=-A1%', -0.02],
  ['=2^-1', 0.5],
  ['=10-4-3', 3],
  ['=64/4/2', 8],
  ['=1--1', 2],
  ['=50%%', 0.005],
  ['=-(3^2)', -9],
  ['=SUM(A1:C2)*2', 12.5],
  ['=SUMPRODUCT(A1:C1,{1,2,4})', -2],
])('What is typed as %s is read and printed as a formula that is worth %d, as in Excel', (text, value) => {
  const result = parseFormula(text);
  expect(result.problem).toBeUndefined();
  const [found] = evaluateOver(cells, [printed(result.problem === undefined ? result.expression : 0)]);
  expect(found).toBeCloseTo(value, 12);
});

test('A derived formula with the numbers put in has the value that its cell shows, in random networks', () => {
  let compared = 0;
  for (let seed = 0; seed < 12; seed++) {
    const { sheet, stored, random } = randomExample(seed, 'plain');
    const values = new Map<TensorId, ArrayLike<number>>(stored);
    for (const [id, tensor] of computeReference(sheet.network, stored))
      values.set(id, Float32Array.from(tensor.values));
    const step = computeReference(sheet.network, values);
    const notation = withNumbers(locateIn(sheet), ({ row, column }) => {
      const element = sheet.layout.elementAt(row, column);
      if (!element) return null;
      return contentOf(sheet.tensors.get(element.tensor)!, values.get(element.tensor)![element.index]);
    });
    const samples = [...sheet.tensors.values()].flatMap(({ id, role, size }) =>
      role === 'computed' ? [0, random.integer(size), size - 1].map(index => ({ tensor: id, index })) : [],
    );
    // HyperFormula reads only lower-case exponents.
    const texts = samples.map(element =>
      print(expressionOf(sheet, element)!, notation).text.replaceAll(/(?<=\d)E/g, 'e'),
    );
    const found = evaluateOver(
      [[]],
      texts.map(text => (text.includes('…') ? '=0' : text)),
    );
    for (const [i, { tensor, index }] of samples.entries()) {
      if (texts[i].includes('…')) continue;
      const { values: expected, magnitudes } = step.get(tensor)!;
      const where = `${tensor}[${index}] ${texts[i]} ${derive(sheet, samples[i])!.text}`;
      expect(Math.abs(Number(found[i]) - expected[index]), where).toBeLessThanOrEqual(
        TOLERANCE * Math.max(1, magnitudes[index]),
      );
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(200);
});
