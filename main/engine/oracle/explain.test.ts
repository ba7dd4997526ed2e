import { beforeAll, describe, expect, test } from 'vitest';
import { explain, type Explanation } from '../../../shared/explain/explain.ts';
import { type Claim, claimsOf } from '../../../shared/explain/claims.ts';
import { parametersIn, spreadOf, strongestIn } from '../../../shared/explain/layer.ts';
import { kernelPattern } from '../../../shared/explain/kernel-patterns.ts';
import { filledIn } from '../../../shared/explain/filled.ts';
import { type Numbers, plain, referenceKey, valueOf } from '../../../shared/explain/numbers.ts';
import { type CellRange, parseAddress } from '../../../shared/address.ts';
import { expressionOf } from '../../../shared/formula/derive.ts';
import { cellsBetween, type Expression, RELATIVE } from '../../../shared/formula/expression.ts';
import { parseFormula } from '../../../shared/formula/parse.ts';
import { placeOf, type Sheet } from '../../../shared/layout/sheet.ts';
import { nthOf, sceneAt, timeOf, walkNetwork } from '../../../shared/scene/scan.ts';
import { coordinatesOf, type TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { manyChannelsExample, randomExample } from '../../../shared/testing/random-network.ts';
import { starter, withReference } from '../../fuzz/libreoffice.ts';
import { startBackend } from '../backend/backend.ts';
import { type Numbers as Tensors, sourceOf } from './example-network.ts';

/** What the numbers of an explanation come to, and how large the terms are that cancel in it. */
function outcome({ way }: Explanation): { value: unknown; size: number } {
  switch (way.kind) {
    case 'sum': {
      for (const { factors, products, sum } of way.terms) {
        const [first, second] = factors.map(plain);
        const isRight = (product: number, i: number) => product === first![i] * (second?.[i] ?? 1);
        const total = products.reduce((all, each) => all + each, 0);
        if (products.length !== factors[0].contents.length || !products.every(isRight) || sum !== total)
          return { value: Number.NaN, size: 0 };
      }
      const all = way.terms.flatMap(({ products }) => products);
      return { value: all.reduce((a, b) => a + b, 0), size: all.reduce((a, b) => a + Math.abs(b), 0) };
    }
    case 'window': {
      const numbers = way.window.contents.filter(each => typeof each === 'number');
      if (way.chosen !== undefined) return { value: way.window.contents[way.chosen], size: 0 };
      const total = numbers.reduce((a, b) => a + b, 0);
      const size = numbers.reduce((a, b) => a + Math.abs(b), 0);
      return { value: way.name === 'AVERAGE' ? total / numbers.length : total, size };
    }
    case 'same':
      return { value: way.input.contents[0], size: 0 };
    case 'constant':
      return { value: 0, size: 0 };
    default:
      return { value: way.steps.at(-1)?.value, size: 0 };
  }
}

/** What the text of a formula of numbers gives. Its arrays are read as cells are. */
function calculated(text: string): number {
  const parsed = parseFormula(text);
  if (parsed.problem !== undefined) expect.fail(text);
  const arrays = new Map<string, Numbers>();
  const asCells = (part: Expression): Expression => {
    if (typeof part !== 'object') return part;
    if (part.kind === 'call') return { ...part, arguments: part.arguments.map(asCells) };
    if (part.kind === 'operation') return { ...part, operands: part.operands.map(asCells) };
    if (part.kind !== 'array') return part;
    const { rows } = part;
    const column = 1 + arrays.size;
    const range = { sheet: 'numbers', row: 0, column, height: rows.length, width: rows[0].length };
    const last = { row: rows.length - 1, column: column + rows[0].length - 1 };
    const reference = cellsBetween({ row: 0, column }, last, RELATIVE);
    arrays.set(referenceKey(reference), { range, address: '', contents: rows.flat() });
    return reference;
  };
  const value = valueOf(asCells(parsed.expression), reference => arrays.get(referenceKey(reference)));
  return value as number;
}

beforeAll(startBackend);

const examples = [
  ['lesson3', () => starter('lesson3')],
  ['letters', () => starter('letters')],
  ['many channels', () => Promise.resolve(withReference('', manyChannelsExample()))],
  ['random 1', () => Promise.resolve(withReference('', randomExample(4101, 'plain')))],
  ['random 2', () => Promise.resolve(withReference('', randomExample(4102, 'plain')))],
] as const;

describe.each(examples)('the explanation of %s', (name, example) => {
  test('comes to the value of every cell, in a scan and in the formula with the numbers, too', async () => {
    const { sheet, expected } = await example();
    const source = sourceOf(sheet, expected);
    const plan = walkNetwork(sheet);
    const wrong: string[] = [];
    let explained = 0;
    for (const info of sheet.tensors.values()) {
      if (info.role !== 'computed') continue;
      const chapter = plan.chapters.findIndex(({ tensor }) => tensor === info.id);
      // Each cell of the many channels reads a hundred others, so of those every seventh is enough.
      for (let index = 0; index < info.size; index += name === 'many channels' ? 7 : 1) {
        const at = placeOf(sheet, info.id, index);
        const expression = expressionOf(sheet, { tensor: info.id, index })!;
        // A scan draws the same when it comes to the cell.
        const scene = sceneAt(source, plan, timeOf(plan, { chapter, cell: nthOf(info, index) }))!;
        const check = (holds: boolean, what: string) => holds || wrong.push(`${info.id} ${index}: ${what}`);
        const { element, told: found } = scene;
        check(element.tensor === info.id && element.index === index, 'the scene has another cell');
        check(
          scene.reads.every(({ row, column }, i) => {
            const { range } = found.reads[i];
            return range.row === row && range.column === column;
          }),
          'the scene frames other cells',
        );
        const value = expected.get(info.id)![index];
        // Nothing is expected, so there is no loss.
        if (Number.isNaN(value)) continue;
        check(scene.value === value, 'the scene has another value');
        const isCell =
          ({ row, column, width }: CellRange) =>
          (content: unknown, i: number) => {
            const cell = sheet.layout.elementAt(row + Math.floor(i / width), column + (i % width));
            return content === (cell ? source.element(cell) : null);
          };
        check(
          found.reads.every(({ range, contents }) => contents.every(isCell(range))),
          'what is read isn’t in the cells',
        );
        const { value: told, size } = outcome(found);
        const most = 1e-6 * Math.max(1, Math.abs(value), size);
        check(Math.abs((told as number) - value) <= most, `explained as ${String(told)}`);
        const { text, whole } = filledIn(source, at, expression, found);
        check(whole, 'numbers are left out');
        // No spreadsheet takes more characters.
        if (name !== 'many channels' || text.length <= 8192) {
          const again = calculated(text);
          check(Math.abs(again - value) <= most, `the numbers give ${again}`);
        }
        if (found.way.kind === 'curve') {
          const { points } = found.way;
          const x = found.way.input.contents[0] as number;
          check(points[0][0] < x && points.at(-1)![0] > x, 'the point isn’t on its curve');
        }
        explained++;
      }
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(explained).toBeGreaterThan(100);
  });
});

test('what the sentences claim about 200 cells holds by loops over the tensors', async () => {
  const { sheet, expected } = await starter('lesson3');
  const source = sourceOf(sheet, expected);
  const random = createRandom(11);
  const counts: Partial<Record<Claim['kind'], number>> = {};
  const computed = [...sheet.tensors.values()].filter(({ role }) => role === 'computed');
  for (let n = 0; n < 200; n++) {
    const info = computed[random.integer(computed.length)];
    const index = random.integer(info.size);
    const element = { tensor: info.id, index };
    const found = explain(source, placeOf(sheet, info.id, index), expressionOf(sheet, element)!)!;
    const value = expected.get(info.id)![index];
    for (const claim of claimsOf(source, element, found, value)) {
      counts[claim.kind] = (counts[claim.kind] ?? 0) + 1;
      expect(
        holds(claim, sheet, expected, info.id, index, value),
        `${info.id} ${index}: ${JSON.stringify(claim)}`,
      ).toBe(true);
    }
  }
  for (const kind of ['products', 'most', 'pattern', 'window', 'passed', 'cut', 'share', 'loss', 'against'] as const)
    expect(counts[kind], kind).toBeGreaterThan(0);
});

/** What each input map (counted from 1) adds to a cell of a convolution without padding, by plain loops. */
function addedByMap(sheet: Sheet, numbers: Tensors, tensor: TensorId, index: number): Map<string, number> {
  const info = sheet.tensors.get(tensor)!;
  const layer = sheet.layers.get(info.layer)!;
  const kernel = sheet.tensors.get(`${layer.id}/kernel`)!;
  const input = sheet.tensors.get(`${layer.inputs[0]}/output`)!;
  const weights = numbers.get(kernel.id)!;
  const cells = numbers.get(input.id)!;
  const added = new Map<string, number>();
  if (layer.kind === 'conv2d') {
    const [y, x, filter] = coordinatesOf(info.shape, index);
    const [height, width, channels, filters] = kernel.shape;
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let i = 0; i < height; i++)
        for (let j = 0; j < width; j++)
          sum +=
            cells[((y + i) * input.shape[1] + x + j) * channels + c] *
            weights[((i * width + j) * channels + c) * filters + filter];
      added.set(`map ${c + 1}`, sum);
    }
    added.set('bias', numbers.get(`${layer.id}/bias`)![filter]);
  }
  return added;
}

function holds(claim: Claim, sheet: Sheet, numbers: Tensors, tensor: TensorId, index: number, value: number): boolean {
  const layer = sheet.layers.get(sheet.tensors.get(tensor)!.layer)!;
  const near = (a: number, b: number) => Math.abs(a - b) <= 1e-5 * Math.max(1, Math.abs(b));
  const input = () => {
    let source = sheet.layers.get(layer.inputs[0])!;
    while (source.kind === 'flatten') source = sheet.layers.get(source.inputs[0])!;
    return { info: sheet.tensors.get(`${source.id}/output`)!, numbers: numbers.get(`${source.id}/output`)! };
  };
  switch (claim.kind) {
    case 'products':
      if (layer.kind === 'dense') return claim.cells * claim.maps === input().info.size;
      return layer.kind === 'conv2d' && claim.cells === 9 && claim.maps === input().info.shape[2];
    case 'nothing':
      return (
        layer.kind === 'conv2d' && [...addedByMap(sheet, numbers, tensor, index).values()].every(each => each === 0)
      );
    case 'most': {
      if (layer.kind !== 'conv2d') return denseShare(claim) > 0.5;
      const added = [...addedByMap(sheet, numbers, tensor, index)];
      const total = added.filter(([, each]) => each * value > 0).reduce((sum, [, each]) => sum + each, 0);
      const own = added.find(([name]) => name === claim.label)![1];
      return near(own, claim.sum) && own / total > 0.5;
    }
    case 'against': {
      if (layer.kind !== 'conv2d') return denseShare(claim) < 0;
      return near(addedByMap(sheet, numbers, tensor, index).get(claim.label)!, claim.sum) && claim.sum * value < 0;
    }
    case 'pattern': {
      // conv1 of the lesson: kernel 1 has a bright row over a dark one, kernel 2 a bright column left of a dark one.
      const named: Record<string, string> = { 'map 1': 'below', 'map 2': 'right' };
      return named[claim.label] === claim.pattern;
    }
    case 'window': {
      const at = parseAddress(claim.address!)!;
      const chosen = sheet.layout.elementAt(at.row, at.column)!;
      const [y, x, c] = coordinatesOf(sheet.tensors.get(tensor)!.shape, index);
      const [chosenY, chosenX, chosenC] = coordinatesOf(input().info.shape, chosen.index);
      const inside = chosenC === c && Math.floor(chosenY / 2) === y && Math.floor(chosenX / 2) === x;
      return inside && numbers.get(chosen.tensor)![chosen.index] === value && claim.count === 4;
    }
    case 'passed':
    case 'cut': {
      const before = input().numbers[index];
      return claim.input === before && (claim.kind === 'passed' ? before >= 0 && value === before : before < 0);
    }
    case 'share': {
      const scores = [...(input().numbers as ArrayLike<number> & Iterable<number>)];
      const total = scores.reduce((sum, each) => sum + Math.exp(each - scores[index]), 0);
      return near(claim.share, 1 / total) && claim.rank === scores.filter(each => each > scores[index]).length + 1;
    }
    case 'loss':
      return claim.expected === (numbers.get(`${layer.id}/actual`)![index] === 1);
    case 'spread': {
      if (layer.kind !== 'conv2d') return denseShare(claim) <= 0.5;
      const pushing = [...addedByMap(sheet, numbers, tensor, index)].filter(([, each]) => each * value > 0);
      const total = pushing.reduce((sum, [, each]) => sum + each, 0);
      const strongest = pushing.reduce((best, one) => (one[1] / total > best[1] / total ? one : best));
      return claim.count === pushing.length && claim.label === strongest[0] && strongest[1] / total <= 0.5;
    }
    case 'function':
      return tensor === 'softmax/exp' && claim.input === numbers.get('softmax/shifted')![index];
    case 'steps':
      return tensor === 'softmax/shifted';
    default:
      // The lesson has no other cells.
      return false;
  }

  /** The share of a dense layer's term in all that has the value's sign. */
  function denseShare({ label, sum }: { label: string; sum: number }): number {
    const { info, numbers: cells } = input();
    const kernel = numbers.get(`${layer.id}/kernel`)!;
    const units = sheet.tensors.get(`${layer.id}/kernel`)!.shape[1];
    const added = new Map([['bias', numbers.get(`${layer.id}/bias`)![index]]]);
    for (let feature = 0; feature < info.size; feature++) {
      const name = `map ${(feature % info.shape[2]) + 1}`;
      added.set(name, (added.get(name) ?? 0) + cells[feature] * kernel[feature * units + index]);
    }
    if (!near(added.get(label)!, sum)) return Number.NaN;
    const total = [...added.values()].filter(each => each * value > 0).reduce((a, b) => a + b, 0);
    return sum / total;
  }
}

test('what is told of a whole layer holds by loops over its numbers', async () => {
  const random = await Promise.resolve(withReference('', randomExample(4101, 'ties')));
  for (const { sheet, expected } of [await starter('lesson3'), random])
    for (const { id, shape, role } of sheet.tensors.values()) {
      if (role !== 'computed' || Number.isNaN(expected.get(id)![0])) continue;
      const numbers = Array.from(expected.get(id)!);
      const spread = spreadOf(numbers, 32);
      if (!spread) continue;
      const sorted = numbers.toSorted((a, b) => a - b);
      expect([spread.from, spread.to]).toEqual([sorted[0], sorted.at(-1)]);
      expect(spread.of).toBe(numbers.length);
      expect(spread.zeros).toBe(sorted.lastIndexOf(0) < 0 ? 0 : sorted.lastIndexOf(0) - sorted.indexOf(0) + 1);
      expect(spread.counts.reduce((all, each) => all + each, 0)).toBe(numbers.length);
      const upTo = (part: number) => spread.from + ((spread.to - spread.from) * part) / 32;
      for (let part = 1, below = 0; part < 32; part++) {
        below += spread.counts[part - 1];
        const edge = upTo(part);
        const least = numbers.filter(each => each < edge - 1e-9).length;
        const most = numbers.filter(each => each < edge + 1e-9).length;
        if (spread.from < spread.to) expect(below >= least && below <= most, `${id} ${part}`).toBe(true);
      }
      const channels = shape.at(-1)!;
      for (let channel = 0; channel < Math.min(4, channels); channel++) {
        const map = numbers.filter((_, i) => i % channels === channel);
        const best = strongestIn(map);
        if (!best) expect(map.every(each => each <= 0)).toBe(true);
        else {
          expect(best.value).toBe(Math.max(...map));
          expect(best.at).toBe(map.indexOf(best.value));
        }
      }
    }
  const { sheet } = await starter('lesson3');
  expect(['conv1', 'relu1', 'conv2', 'dense'].map(layer => parametersIn(sheet, layer))).toEqual([
    2 * 9 + 2,
    0,
    2 * (2 * 9) + 2,
    10 * (2 * 12 * 12) + 10,
  ]);
});

test('a kernel is like a pattern only if its weights are', () => {
  expect(kernelPattern([1, 1, 1, 0, 0, 0, -1, -1, -1], 3, 3)).toBe('below');
  expect(kernelPattern([-1, -1, -1, 0, 0, 0, 1, 1, 1], 3, 3)).toBe('above');
  expect(kernelPattern([1, 0, -1, 1, 0, -1, 1, 0, -1], 3, 3)).toBe('right');
  expect(kernelPattern([-2, 0, 2, -3, 0, 3, -2, 0, 2], 3, 3)).toBe('left');
  expect(kernelPattern([-1, -1, -1, -1, 8, -1, -1, -1, -1], 3, 3)).toBe('spot');
  expect(kernelPattern([1, 2, 1, 2, 4, 2, 1, 2, 1], 3, 3)).toBeUndefined();
  expect(kernelPattern([1, 1, 1, 1, 1, 1, 1, 1, 1], 3, 3)).toBe('all');
  expect(kernelPattern([1, -1, 1, 0, 2, -2, 0, 1, 1], 3, 3)).toBeUndefined();
  expect(kernelPattern(Array<number>(9).fill(0), 3, 3)).toBeUndefined();
});
