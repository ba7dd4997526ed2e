import { beforeAll, describe, expect, test } from 'vitest';
import { explain, type Explanation } from '../../../shared/explain/explain.ts';
import { type Claim, claimsOf } from '../../../shared/explain/claims.ts';
import { kernelPattern } from '../../../shared/explain/kernel-patterns.ts';
import { plain, type Source } from '../../../shared/explain/numbers.ts';
import { type CellRange, parseAddress } from '../../../shared/address.ts';
import { expressionOf } from '../../../shared/formula/derive.ts';
import { placeOf, type Sheet } from '../../../shared/layout/sheet.ts';
import { durationOf, sceneAt, walkNetwork } from '../../../shared/scene/scan.ts';
import { coordinatesOf, type TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { manyChannelsExample, randomExample } from '../../../shared/testing/random-network.ts';
import { starter, withReference } from '../../fuzz/libreoffice.ts';
import { startBackend } from '../backend/backend.ts';

type Numbers = ReadonlyMap<TensorId, ArrayLike<number>>;

function sourceOf(sheet: Sheet, numbers: Numbers): Source {
  return {
    sheet,
    sheets: [{ id: sheet.id, name: 'Network' }],
    element: ({ tensor, index }) => {
      const number = numbers.get(tensor)?.[index];
      // An expected value that nobody knows is a blank.
      return Number.isNaN(number) ? null : number;
    },
    cell: () => null,
  };
}

/** What the numbers of an explanation come to, and how large the terms are that cancel in it. */
function outcome({ way }: Explanation): { value: unknown; size: number } {
  switch (way.kind) {
    case 'sum': {
      for (const { factors, products, sum } of way.terms) {
        expect(products).toHaveLength(factors[0].contents.length);
        const [first, second] = factors.map(plain);
        expect(products.every((product, i) => product === first![i] * (second?.[i] ?? 1))).toBe(true);
        expect(sum).toBe(products.reduce((total, each) => total + each, 0));
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

beforeAll(startBackend);

const examples = [
  ['lesson3', () => starter('lesson3')],
  ['many channels', () => Promise.resolve(withReference('', manyChannelsExample()))],
  ['random 1', () => Promise.resolve(withReference('', randomExample(4101, 'plain')))],
  ['random 2', () => Promise.resolve(withReference('', randomExample(4102, 'plain')))],
] as const;

describe.each(examples)('the explanation of %s', (name, example) => {
  test('comes to the value of every cell, from the cells that it shows', async () => {
    const { sheet, expected } = await example();
    const source = sourceOf(sheet, expected);
    let explained = 0;
    for (const info of sheet.tensors.values()) {
      if (info.role !== 'computed') continue;
      // Each cell of the many channels reads a hundred others, so of those every seventh is enough.
      for (let index = 0; index < info.size; index += name === 'many channels' ? 7 : 1) {
        const at = placeOf(sheet, info.id, index);
        const found = explain(source, at, expressionOf(sheet, { tensor: info.id, index })!)!;
        const value = expected.get(info.id)![index];
        // Nothing is expected, so there is no loss.
        if (Number.isNaN(value)) continue;
        const isCell =
          ({ row, column, width }: CellRange) =>
          (content: unknown, i: number) => {
            const element = sheet.layout.elementAt(row + Math.floor(i / width), column + (i % width));
            return content === (element ? source.element(element) : null);
          };
        expect(found.reads.every(({ range, contents }) => contents.every(isCell(range)))).toBe(true);
        const { value: told, size } = outcome(found);
        expect(typeof told, `${info.id} ${index}`).toBe('number');
        expect(Math.abs((told as number) - value)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(value), size));
        if (found.way.kind === 'curve') {
          const { points } = found.way;
          const x = found.way.input.contents[0] as number;
          expect(points[0][0]).toBeLessThan(x);
          expect(points.at(-1)![0]).toBeGreaterThan(x);
        }
        explained++;
      }
    }
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
function addedByMap(sheet: Sheet, numbers: Numbers, tensor: TensorId, index: number): Map<string, number> {
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

function holds(claim: Claim, sheet: Sheet, numbers: Numbers, tensor: TensorId, index: number, value: number): boolean {
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

test('a scene has the numbers of its moment, at any moment of a walk through the network', async () => {
  const { sheet, expected } = await starter('lesson3');
  const source = sourceOf(sheet, expected);
  const plan = walkNetwork(sheet);
  const end = durationOf(plan);
  for (let step = 0; step < 80; step++) {
    const scene = sceneAt(source, plan, (end * step) / 79)!;
    const { tensor, index } = scene.element;
    const value = expected.get(tensor)![index];
    expect(scene.value).toBe(value);
    const { value: told, size } = outcome(scene.told);
    expect(Math.abs((told as number) - value)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(value), size));
    expect(scene.reads).toEqual(scene.told.reads.map(({ range }) => range));
  }
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
