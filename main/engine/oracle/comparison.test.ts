import { beforeAll, describe, expect, test } from 'vitest';
import {
  comparisonIn,
  comparisonWith,
  isSum,
  mapsOnTheWay,
  numbersOf,
  overlaid,
  ownComparison,
  productsOf,
  readTemplates,
} from '../../../shared/explain/comparison.ts';
import type { Source } from '../../../shared/explain/numbers.ts';
import { buildSheet } from '../../../shared/layout/sheet.ts';
import type { LayerSettings, TensorInfo } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { filledAt, scanLayer } from '../../../shared/scene/scan.ts';
import { networkTemplates, templateSize } from '../../../shared/templates.ts';
import { starter, withReference } from '../../fuzz/libreoffice.ts';
import { startBackend } from '../backend/backend.ts';
import { chain, sourceOf, valuesFor } from './example-network.ts';

const made = (...layers: LayerSettings[]) => {
  const network = chain(...layers);
  return withReference('', { sheet: buildSheet(network), stored: valuesFor(network, createRandom(3)) });
};
const dense = (units: number, useBias: boolean) => ({ kind: 'dense', units, useBias }) as const;
const all = ({ size }: TensorInfo) => size;

beforeAll(startBackend);

describe.each([
  ['letters', () => starter('letters')],
  ['lesson3', () => starter('lesson3')],
  [
    'the pixels themselves, in colour, with a sigmoid',
    () =>
      Promise.resolve(
        made({ kind: 'input', shape: [5, 4, 3] }, { kind: 'flatten' }, dense(4, false), { kind: 'sigmoid' }),
      ),
  ],
])('the comparison of %s', (_, example) => {
  test('has the network’s scores and probabilities, and its products come to the scores', async () => {
    const { sheet, expected } = await example();
    const source = sourceOf(sheet, expected);
    const last = comparisonIn(sheet)!;
    const [classes, maps] = [last.scores.size, last.read.shape[2]];
    const templates = readTemplates(source, last)!;
    const activations = numbersOf(source, last.read.id, last.read.size);
    const found = ownComparison(source, last, { templates, activations }, all);
    expect(found.scores).toEqual(Array.from(expected.get(last.scores.id)!));
    const end = sheet.network.layers.at(-1)!;
    expect(found.probabilities).toEqual(Array.from(expected.get(`${end.id}/output`)!));
    const bias = expected.get(`${last.dense.id}/bias`);
    const kernel = expected.get(`${last.dense.id}/kernel`)!;
    const read = expected.get(last.read.id)!;
    for (let unit = 0; unit < classes; unit++) {
      const sums = Array.from({ length: maps }, () => 0);
      const places = Array.from({ length: read.length / maps }, () => 0);
      let size = Math.abs(bias?.[unit] ?? 0);
      for (let feature = 0; feature < read.length; feature++) {
        const weight = kernel[feature * classes + unit];
        sums[feature % maps] += read[feature] * weight;
        places[Math.floor(feature / maps)] += weight;
        size += Math.abs(read[feature] * weight);
      }
      const match = found.matches[unit];
      for (const [map, sum] of sums.entries()) expect(match.sums[map]).toBeCloseTo(sum, 9);
      expect(match.bias).toBe(bias?.[unit] ?? 0);
      expect(Math.abs(match.score - found.scores[unit])).toBeLessThanOrEqual(1e-6 * Math.max(1, size));
      expect(isSum(found, unit)).toBe(true);
      for (const [place, weight] of overlaid(templates, unit, maps).entries())
        expect(weight).toBeCloseTo(places[place], 9);
      expect([...productsOf(activations, templates, unit)]).toEqual(
        Array.from(read, (each, at) => each * kernel[at * classes + unit]),
      );
    }
    const ranked = found.ranked.map(unit => found.scores[unit]);
    expect(ranked).toEqual(found.scores.toSorted((a, b) => b - a));
    expect(found.ranked.toSorted((a, b) => a - b)).toEqual([...found.scores.keys()]);
    // With templates that aren't the network's own, the same is calculated.
    const other = comparisonWith(sheet, last, templates, activations);
    for (const [unit, share] of other.probabilities!.entries())
      expect(share).toBeCloseTo(found.probabilities![unit], 5);
    expect(other.ranked).toEqual(found.ranked);
  });

  test('grows with what has come about, and knows when something else stands over a score', async () => {
    const { sheet, expected } = await example();
    const source = sourceOf(sheet, expected);
    const last = comparisonIn(sheet)!;
    const templates = readTemplates(source, last)!;
    const activations = numbersOf(source, last.read.id, last.read.size);
    const some = activations.findIndex(each => each !== 0);
    const partly = activations.map((each, at) => (at === some ? each : Number.NaN));
    // Nothing of the scores has come about.
    const none = (info: TensorInfo) => (info.id === last.read.id ? info.size : 0);
    const found = ownComparison(source, last, { templates, activations: partly }, none);
    for (const [unit, score] of found.scores.entries()) {
      const weight = expected.get(`${last.dense.id}/kernel`)![some * last.scores.size + unit];
      const bias = expected.get(`${last.dense.id}/bias`)?.[unit] ?? 0;
      expect(score).toBeCloseTo(activations[some] * weight + bias, 6);
    }
    expect(found.probabilities).toBeUndefined();
    // A scan over the scores gives them one after another.
    const plan = scanLayer(sheet, last.dense.id);
    const scanning = ownComparison(source, last, { templates, activations }, info => filledAt(plan, 0.5, info));
    expect(scanning.scores[0]).toBe(expected.get(last.scores.id)![0]);

    const typed: Source = {
      ...source,
      element: at => (at.tensor === last.scores.id && at.index === 1 ? 123 : source.element(at)),
    };
    const over = ownComparison(typed, last, { templates, activations }, all);
    expect(over.scores[1]).toBe(123);
    expect([isSum(over, 0), isSum(over, 1)]).toEqual([true, false]);
    const unknown: Source = {
      ...source,
      element: at => (at.tensor === `${last.dense.id}/kernel` && at.index === 2 ? undefined : source.element(at)),
    };
    expect(readTemplates(unknown, last)).toBeUndefined();
  });
});

test('maps are compared, and not what has no place, too many weights, or only one class', async () => {
  const { sheet } = await starter('letters');
  expect(mapsOnTheWay(sheet, comparisonIn(sheet)!).map(({ id }) => id)).toEqual(
    ['input', 'conv1', 'relu1', 'pool1', 'conv2', 'relu2', 'pool2'].map(name => `${name}/output`),
  );
  for (const name of ['mlp', 'lenet', 'resnet-tiny', 'vgg16'] as const) {
    const { images, classes } = templateSize(name);
    expect(comparisonIn(buildSheet(networkTemplates[name](images, classes))), name).toBeUndefined();
  }
  const input = { kind: 'input', shape: [4, 4, 1] } as const;
  expect(comparisonIn(made(input, { kind: 'flatten' }, dense(1, true), { kind: 'sigmoid' }).sheet)).toBeUndefined();
  expect(comparisonIn(made(input, { kind: 'flatten' }, dense(3, true)).sheet)).toBeUndefined();
});
