import { beforeAll, describe, expect, test } from 'vitest';
import {
  cellsOfWhy,
  classOfElement,
  explainWhy,
  rivalOf,
  type Why,
  type WhyClaim,
  whyClaims,
} from '../../../shared/explain/why.ts';
import {
  type ImageClaim,
  occlusionClaims,
  overChannels,
  patchAt,
  type Patches,
  perPixel,
  pixelsUnder,
  saliencyClaims,
} from '../../../shared/explain/on-image.ts';
import type { Source } from '../../../shared/explain/numbers.ts';
import { receptiveField } from '../../../shared/formula/trace.ts';
import { buildSheet, type Sheet } from '../../../shared/layout/sheet.ts';
import type { LayerId, TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { manyChannelsExample } from '../../../shared/testing/random-network.ts';
import { starter, withReference } from '../../fuzz/libreoffice.ts';
import { startBackend } from '../backend/backend.ts';
import { chain, type Numbers, sourceOf, valuesFor } from './example-network.ts';

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

/** A normalisation after the scores' sums. */
function normalisedExample(useBias: boolean) {
  const network = chain(
    { kind: 'input', shape: [5, 4, 3] },
    { kind: 'relu' },
    { kind: 'flatten' },
    { kind: 'dense', units: 4, useBias },
    { kind: 'batchNorm', epsilon: 1e-2, momentum: 0.9 },
    { kind: 'dropout' },
    { kind: 'softmax' },
  );
  return withReference('', { sheet: buildSheet(network), stored: valuesFor(network, createRandom(9)) });
}

const examples = [
  ['lesson3', () => starter('lesson3'), { dense: 'dense', read: 'pool', end: 'dense' }],
  [
    'many channels',
    () => Promise.resolve(withReference('', manyChannelsExample())),
    { dense: 'd', read: 'p', end: 'd' },
  ],
  ['hidden units', () => Promise.resolve(hiddenExample()), { dense: 'dense4', read: 'relu3', end: 'dense4' }],
  [
    'normalised sums',
    () => Promise.resolve(normalisedExample(true)),
    { dense: 'dense3', read: 'relu1', norm: 'batchNorm4', end: 'dropout5' },
  ],
  [
    'normalised sums without a bias',
    () => Promise.resolve(normalisedExample(false)),
    { dense: 'dense3', read: 'relu1', norm: 'batchNorm4', end: 'dropout5' },
  ],
] as const;

describe.each(examples)('why a class of %s', (_, example, layers) => {
  const { read, end } = layers;
  test('the parts are activation × difference of weights, and come to the difference of the scores', async () => {
    const { sheet, expected } = await example();
    const source = sourceOf(sheet, expected);
    const known = loops(expected, layers);
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
            if (kind === 'bias') expectClose(contributions[i], other * known.shift(index));
            else {
              expect(tensor).toBe(`${read}/output`);
              expectClose(contributions[i], known.added(index, unit, against));
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

    const scores = Array.from(expected.get(`${end}/output`)!);
    for (let unit = 0; unit < scores.length; unit++) {
      const others = scores.filter((__, each) => each !== unit);
      expect(scores[rivalOf(source, unit)!]).toBe(Math.max(...others));
      expect(rivalOf(source, unit)).not.toBe(unit);
      expect(classOfElement(sheet, { tensor: `${end}/output`, index: unit })).toBe(unit);
    }
    expect(classOfElement(sheet, { tensor: `${read}/output`, index: 0 })).toBeUndefined();
  });

  test('says nothing where a number is missing, and knows when a score is another than its sum', async () => {
    const { sheet, expected } = await example();
    const source = sourceOf(sheet, expected);
    const scores: TensorId = `${end}/output`;
    const instead = (tensor: TensorId, index: number, content: number | undefined): Source => ({
      ...source,
      element: at => (at.tensor === tensor && at.index === index ? content : source.element(at)),
    });
    expect(explainWhy(instead(`${read}/output`, 3, undefined), 0, 1)).toBeUndefined();
    expect(explainWhy(instead(scores, 0, 123), 0, 1)!.whole).toBe(false);
    expect(explainWhy(instead(scores, 2, 123), 0, 1)!.whole).toBe(true);
  });
});

type Layers = { dense: LayerId; read: LayerId; norm?: LayerId; end: LayerId };

/** The last layers by plain loops. */
function loops(numbers: Numbers, { dense, read, norm, end }: Layers) {
  const scores = numbers.get(`${end}/output`)!;
  const kernel = numbers.get(`${dense}/kernel`)!;
  const cells = numbers.get(`${read}/output`)!;
  const bias = numbers.get(`${dense}/bias`);
  const units = scores.length;
  const of = (name: 'gamma' | 'beta' | 'movingMean' | 'movingVariance', unit: number) =>
    numbers.get(`${norm!}/${name}`)![unit];
  const scale = (unit: number) => (norm ? of('gamma', unit) / Math.sqrt(of('movingVariance', unit) + 1e-2) : 1);
  const weight = (feature: number, unit: number) => scale(unit) * kernel[feature * units + unit];
  return {
    scores,
    units,
    cells,
    features: cells.length,
    bias: norm ? `${norm} itself` : bias && 'the bias',
    /** What a score has besides its products. */
    shift: (unit: number) =>
      (bias?.[unit] ?? 0) * scale(unit) + (norm ? of('beta', unit) - scale(unit) * of('movingMean', unit) : 0),
    added: (feature: number, unit: number, against: number) =>
      cells[feature] * (weight(feature, unit) - weight(feature, against)),
  };
}

const expectClose = (found: number, wanted: number) =>
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(wanted)));

function holds(claim: WhyClaim, { unit, against, parts }: Why, known: ReturnType<typeof loops>): boolean {
  const near = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));
  const { cells, features, bias, shift, added, scores } = known;
  // How many features come before the same map or unit again.
  const channels = parts.filter(({ kind }) => kind !== 'bias').length;
  const isMaps = parts.some(({ kind }) => kind === 'map');
  const sums = new Map<string, number>(bias === undefined ? [] : [[bias, shift(unit) - shift(against)]]);
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

test('what is said of saliency and occlusion holds by loops over their numbers', () => {
  const random = createRandom(31);
  const counts: Partial<Record<ImageClaim['kind'], number>> = {};
  for (let n = 0; n < 200; n++) {
    const shape = [3 + random.integer(5), 3 + random.integer(5), 1 + random.integer(3)];
    const [height, width] = shape;
    const [patch, score] = [1 + random.integer(3), random.normal()];
    // Whole numbers are often equal. Sometimes all are below 0.
    const draw = () => (n % 5 === 0 ? -1 - random.integer(4) : n % 3 === 0 ? random.integer(5) - 2 : random.normal());
    const values = Float64Array.from({ length: height * width }, draw);
    const [rows, columns] = [height, width].map(side => [...Array(side - patch + 1).keys()]);
    const drops = Float32Array.from({ length: rows.length * columns.length }, draw);
    const patches: Patches = { rows, columns, drops, patch };
    for (const claim of [...saliencyClaims(values, shape, score), ...occlusionClaims(patches, shape, score)]) {
      counts[claim.kind] = (counts[claim.kind] ?? 0) + 1;
      expect(saysTrue(claim), `${n}: ${JSON.stringify(claim)}`).toBe(true);
    }
    const rising = occlusionClaims(patches, shape, score).some(({ kind }) => kind === 'rise');
    expect(rising).toBe(drops.some(drop => drop < 0));

    function saysTrue(claim: ImageClaim): boolean {
      const { kind } = claim;
      if (kind === 'sum') {
        let sum = 0;
        for (const each of values) sum += each;
        return Math.abs(claim.sum - sum) < 1e-9 && claim.score === score;
      }
      const { row, column, ...size } = claim.place;
      if (kind === 'pixel') {
        const own = values[row * width + column];
        return own === claim.value && values.every(each => each <= own) && size.height === 1 && size.width === 1;
      }
      const own = drops[row * (width - patch + 1) + column];
      if (size.height !== patch || size.width !== patch) return false;
      return kind === 'drop'
        ? claim.drop === own && claim.score === score && drops.every(drop => drop <= own)
        : claim.rise === -own && own < 0 && drops.every(drop => drop >= own);
    }
  }
  for (const kind of ['pixel', 'sum', 'drop', 'rise'] as const) expect(counts[kind], kind).toBeGreaterThan(50);
});

test('a pixel in several channels is one pixel', () => {
  const conv = { kind: 'conv2d', filters: 2, kernelSize: [3, 2], strides: [1, 1], padding: 'same', useBias: false };
  const sheet = (groups: number) =>
    buildSheet(
      chain({ kind: 'input', shape: [6, 5, groups * 2] }, {
        ...conv,
        ...(groups > 1 && { groups }),
      } as Parameters<typeof chain>[0]),
    );
  const seen = (of: Sheet, index: number) => pixelsUnder(of, receptiveField(of, { tensor: 'conv2d1/output', index }));
  const at = (row: number, column: number) => (row * 5 + column) * 2;
  expect(seen(sheet(1), at(2, 2))).toEqual({ places: 6, channels: 2 });
  expect(seen(sheet(1), at(0, 4))).toEqual({ places: 2, channels: 2 });
  expect(seen(sheet(2), at(2, 2))).toEqual({ places: 6, channels: 2 });
  const two = sheet(1);
  const cells = (channel: number, column: number, width: number) => {
    const place = two.layout.cellOf('input0/output', column * 2 + channel);
    return { ...place, height: 2, width };
  };
  // Places that both channels have count once.
  expect(pixelsUnder(two, [cells(0, 0, 3), cells(1, 2, 2)])).toEqual({ places: 8, channels: 2 });
});
