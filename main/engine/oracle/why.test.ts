import { beforeAll, describe, expect, test } from 'vitest';
import {
  cellsOfWhy,
  classOfElement,
  explainWhy,
  rivalOf,
  scoreOf,
  type Why,
  type WhyClaim,
  whyClaims,
} from '../../../shared/explain/why.ts';
import { overChannels, patchAt, perPixel } from '../../../shared/explain/on-image.ts';
import type { Source } from '../../../shared/explain/numbers.ts';
import { buildSheet, type Sheet } from '../../../shared/layout/sheet.ts';
import type { LayerId, TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { manyChannelsExample } from '../../../shared/testing/random-network.ts';
import { starter, withReference } from '../../fuzz/libreoffice.ts';
import { startBackend } from '../backend/backend.ts';
import { chain, valuesFor } from './example-network.ts';

type Numbers = ReadonlyMap<TensorId, ArrayLike<number>>;

const sourceOf = (sheet: Sheet, numbers: Numbers): Source => ({
  sheet,
  sheets: [],
  element: ({ tensor, index }) => numbers.get(tensor)?.[index],
  cell: () => null,
});

/** Hidden units under the classes, without a bias. */
function hiddenExample() {
  const network = chain(
    { kind: 'input', shape: [4, 4, 1] },
    { kind: 'flatten' },
    { kind: 'dense', units: 20, useBias: true },
    { kind: 'relu' },
    { kind: 'dense', units: 5, useBias: false },
    { kind: 'sigmoid' },
  );
  const random = createRandom(8);
  return withReference('', { sheet: buildSheet(network), stored: valuesFor(network, random) });
}

beforeAll(startBackend);

const examples = [
  ['lesson3', () => starter('lesson3'), 'dense', 'pool'],
  ['many channels', () => Promise.resolve(withReference('', manyChannelsExample())), 'd', 'p'],
  ['hidden units', () => Promise.resolve(hiddenExample()), 'dense4', 'relu3'],
] as const;

describe.each(examples)('why a class of %s', (_, example, dense, read) => {
  test('the parts are activation × difference of weights, and come to the difference of the scores', async () => {
    const { sheet, expected } = await example();
    const source = sourceOf(sheet, expected);
    const known = loops(expected, dense, read);
    const counts: Partial<Record<WhyClaim['kind'], number>> = {};
    for (let unit = 0; unit < known.units; unit++)
      for (let against = 0; against < known.units; against++) {
        if (unit === against) continue;
        const why = explainWhy(source, unit, against)!;
        const seen = new Set<number>();
        let [total, size] = [0, 0];
        for (const { kind, inputs, contributions, sum, strongest, tensor } of why.parts) {
          expect(inputs).toHaveLength(contributions.length);
          for (const [i, index] of inputs.entries()) {
            const other = i === 0 ? 1 : -1;
            if (kind === 'bias') expect(contributions[i]).toBe(other * known.bias![index]);
            else {
              expect(tensor).toBe(`${read}/output`);
              expect(contributions[i]).toBe(known.added(index, unit, against));
              seen.add(index);
            }
            total += contributions[i];
            size += Math.abs(contributions[i]);
            expect(Math.abs(contributions[i])).toBeLessThanOrEqual(Math.abs(contributions[strongest]));
          }
          expect(sum).toBeCloseTo(
            contributions.reduce((all, each) => all + each, 0),
            9,
          );
        }
        expect(seen.size).toBe(known.features);
        const sizes = why.parts.map(({ sum }) => Math.abs(sum));
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
        const difference = known.scores[unit] - known.scores[against];
        expect(why.difference).toBe(difference);
        expect(Math.abs(total - difference)).toBeLessThanOrEqual(1e-6 * Math.max(1, size));
        expect(why.whole).toBe(true);
        for (const claim of whyClaims(why)) {
          counts[claim.kind] = (counts[claim.kind] ?? 0) + 1;
          expect(holds(claim, why, known), `${unit} against ${against}: ${JSON.stringify(claim)}`).toBe(true);
        }
      }
    for (const kind of ['ahead', 'for', 'against'] as const) expect(counts[kind], kind).toBeGreaterThan(0);
  });

  test('its cells are everything it reads, and the rival is the best of the others', async () => {
    const { sheet, expected } = await example();
    const asked = new Set<string>();
    const source = sourceOf(sheet, expected);
    const reading: Source = {
      ...source,
      element(at) {
        asked.add(`${at.tensor} ${at.index}`);
        return source.element(at);
      },
    };
    explainWhy(reading, 1, 2);
    rivalOf(reading, 1);
    const inCells = cellsOfWhy(sheet, 1, 2).flatMap(({ row, column, height, width }) =>
      Array.from({ length: height * width }, (__, i) => {
        const found = sheet.layout.elementAt(row + Math.floor(i / width), column + (i % width))!;
        return `${found.tensor} ${found.index}`;
      }),
    );
    expect(asked.size).toBeLessThanOrEqual(inCells.length);
    expect([...asked].filter(each => !inCells.includes(each))).toEqual([]);
    expect(new Set(inCells).size).toBe(inCells.length);

    const scores = Array.from(expected.get(`${dense}/output`)!);
    for (let unit = 0; unit < scores.length; unit++) {
      const others = scores.filter((__, each) => each !== unit);
      expect(scores[rivalOf(source, unit)!]).toBe(Math.max(...others));
      expect(rivalOf(source, unit)).not.toBe(unit);
      expect(scoreOf(source, unit)).toBe(scores[unit]);
      expect(classOfElement(sheet, { tensor: `${dense}/output`, index: unit })).toBe(unit);
    }
    expect(classOfElement(sheet, { tensor: `${read}/output`, index: 0 })).toBeUndefined();
  });

  test('says nothing where a number is missing, and knows when a score is another than its sum', async () => {
    const { sheet, expected } = await example();
    const source = sourceOf(sheet, expected);
    const scores: TensorId = `${dense}/output`;
    const instead = (tensor: TensorId, index: number, content: number | undefined): Source => ({
      ...source,
      element: at => (at.tensor === tensor && at.index === index ? content : source.element(at)),
    });
    expect(explainWhy(instead(`${read}/output`, 3, undefined), 0, 1)).toBeUndefined();
    expect(explainWhy(instead(scores, 0, 123), 0, 1)!.whole).toBe(false);
    expect(explainWhy(instead(scores, 2, 123), 0, 1)!.whole).toBe(true);
  });
});

/** The last layer by plain loops. */
function loops(numbers: Numbers, dense: LayerId, read: LayerId) {
  const scores = numbers.get(`${dense}/output`)!;
  const kernel = numbers.get(`${dense}/kernel`)!;
  const cells = numbers.get(`${read}/output`)!;
  const units = scores.length;
  return {
    scores,
    units,
    cells,
    features: cells.length,
    bias: numbers.get(`${dense}/bias`),
    added: (feature: number, unit: number, against: number) =>
      cells[feature] * (kernel[feature * units + unit] - kernel[feature * units + against]),
  };
}

function holds(claim: WhyClaim, { unit, against, parts }: Why, known: ReturnType<typeof loops>): boolean {
  const near = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));
  const { cells, features, bias, added, scores } = known;
  // How many features come before the same map or unit again.
  const channels = parts.filter(({ kind }) => kind !== 'bias').length;
  const isMaps = parts.some(({ kind }) => kind === 'map');
  const sums = new Map<string, number>(bias ? [['the bias', bias[unit] - bias[against]]] : []);
  for (let feature = 0; feature < features; feature++) {
    const name = `${isMaps ? 'map' : 'unit'} ${(feature % channels) + 1}`;
    sums.set(name, (sums.get(name) ?? 0) + added(feature, unit, against));
  }
  switch (claim.kind) {
    case 'ahead':
      return claim.difference === scores[unit] - scores[against];
    case 'none':
      return [...sums.values()].every(sum => (claim.speaks === 'for' ? sum <= 0 : sum >= 0));
    case 'silent':
      return claim.silent === Array.from(cells).filter(each => each === 0).length && claim.of === features;
    default: {
      const signed = [...sums].map(([name, sum]) => [name, claim.kind === 'for' ? sum : -sum] as const);
      const own = signed.filter(([, sum]) => sum > 0);
      const [name, most] = own.reduce((best, each) => (each[1] > best[1] ? each : best));
      const all = own.reduce((total, [, sum]) => total + sum, 0);
      return name === claim.label && near(claim.sum, most) && near(claim.of, all) && claim.count === own.length;
    }
  }
}

test('a pixel has the mean of the patches over it, and the sum over its channels', () => {
  const patches = { rows: [0, 2, 3], columns: [0, 2], drops: [1, 2, 3, 4, 5, 6], patch: 2 };
  const shape = [5, 4, 1];
  const found = perPixel(patches, shape);
  for (let y = 0; y < 5; y++)
    for (let x = 0; x < 4; x++) {
      const over = patches.drops.filter((_, at) => {
        const [top, left] = [patches.rows[Math.floor(at / 2)], patches.columns[at % 2]];
        return y >= top && y < top + 2 && x >= left && x < left + 2;
      });
      const mean = over.length > 0 ? over.reduce((a, b) => a + b, 0) / over.length : 0;
      expect(found[y * 4 + x]).toBeCloseTo(mean, 12);
    }
  expect(patchAt({ ...patches, patch: 9 }, 3, shape)).toEqual({ row: 2, column: 2, height: 3, width: 2 });
  expect([...overChannels([1, 2, 3, 4, -5, 6], [1, 2, 3])]).toEqual([6, 5]);
});
