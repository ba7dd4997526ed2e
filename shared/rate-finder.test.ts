import { expect, test } from 'vitest';
import { createRandom } from './random.ts';
import { finderRates, hasDiverged, rateCurve } from './rate-finder.ts';

/** Typical losses of a finder: flat, falling around the rate 1e-3, flat, rising from 0.1 on; with noise between
 *  batches. */
function typicalLosses(noise: number): number[] {
  const random = createRandom(4);
  return finderRates.map(rate => {
    const fall = 2 / (1 + (rate / 1e-3) ** 1.5);
    return 0.3 + fall + 20 * Math.max(0, rate - 0.1) + noise * random.normal();
  });
}

test('rates grow from 1e-6 to 10 by the same factor at every step', () => {
  expect(finderRates).toHaveLength(200);
  expect(finderRates[0]).toBe(1e-6);
  expect(finderRates[199]).toBeCloseTo(10, 12);
  const factor = 1e7 ** (1 / 199);
  for (let step = 1; step < 200; step++) {
    expect(finderRates[step] / finderRates[step - 1]).toBeCloseTo(factor, 10);
  }
});

test('the curve is the moving mean of the losses, and the first point is the first loss', () => {
  const { points } = rateCurve([2, 1, 4]);
  // (0.9·2·0.1 + 1·0.1) / (1 − 0.81), then with 4.
  expect(points.map(({ loss }) => Number(loss.toFixed(9)))).toEqual([
    2,
    Number(((0.18 + 0.1) / 0.19).toFixed(9)),
    Number(((0.162 + 0.09 + 0.4) / 0.271).toFixed(9)),
  ]);
  expect(points.map(({ learningRate }) => learningRate)).toEqual(finderRates.slice(0, 3));
});

test.each([0, 0.1])('the suggestion is where the loss falls steepest, with noise of %f too', noise => {
  const { suggestion } = rateCurve(typicalLosses(noise));
  // The fall is steepest at 1e-3; a mean of past steps shows it a little later.
  expect(suggestion).toBeGreaterThan(7e-4);
  expect(suggestion).toBeLessThan(4e-3);
});

test('a fall after the lowest point is not suggested', () => {
  const losses = typicalLosses(0).map((loss, step) => (step > 190 ? 5 - (step - 190) / 10 : loss));
  expect(rateCurve(losses).suggestion).toBe(rateCurve(typicalLosses(0)).suggestion);
});

test('a curve that falls nowhere has no suggestion', () => {
  expect(rateCurve(finderRates.map(() => 2.3))).not.toHaveProperty('suggestion');
  expect(rateCurve(finderRates.map(rate => 2.3 + rate))).not.toHaveProperty('suggestion');
  expect(rateCurve([])).toEqual({ points: [] });
  expect(rateCurve([2, 1, 0.5])).not.toHaveProperty('suggestion');
});

test('the finder stops once the smoothed loss is over four times its best or not finite', () => {
  expect(hasDiverged([1, 1, 1])).toBe(false);
  // After many losses of 1, a single loss of 20 makes the mean 2.9. A second one makes it 4.6.
  const calm = finderRates.slice(0, 60).map(() => 1);
  expect(hasDiverged([...calm, 20])).toBe(false);
  expect(hasDiverged([...calm, 20, 20])).toBe(true);
  expect(hasDiverged([1, Number.NaN])).toBe(true);
  expect(hasDiverged([1, Number.POSITIVE_INFINITY])).toBe(true);
});

test('a loss that is not finite ends the curve and leaves the suggestion', () => {
  const losses = typicalLosses(0).slice(0, 160);
  const curve = rateCurve([...losses, Number.NaN]);
  expect(curve).toEqual(rateCurve(losses));
  expect(curve.suggestion).toBeGreaterThan(7e-4);
});

/** Batches for weights that are already trained. Their losses differ widely and are mostly small, and no rate makes
 *  them smaller. */
const trained: readonly [name: string, loss: (random: ReturnType<typeof createRandom>) => number][] = [
  ['even', random => 0.02 + 0.005 * random.normal()],
  ['exponential', random => -0.02 * Math.log(1 - random.uniform())],
  ['skewed', random => 0.01 * Math.exp(random.normal())],
  ['very skewed', random => 0.01 * Math.exp(1.5 * random.normal())],
];
test.each(trained)('no rate is suggested for weights that are trained already, losses %s (fault 22)', (_name, loss) => {
  const suggested = Array.from({ length: 200 }, (_, seed) => {
    const random = createRandom(seed + 1);
    return rateCurve(finderRates.map(rate => loss(random) + 20 * Math.max(0, rate - 0.05))).suggestion;
  });
  expect(suggested.filter(each => each !== undefined)).toEqual([]);
});

test.each([1, 2, 3, 4, 5])(
  'what chance makes fall at tiny rates is not suggested where a real fall comes later, noise %i',
  seed => {
    const random = createRandom(seed);
    const { suggestion } = rateCurve(
      finderRates.map(rate => 0.3 + 0.5 / (1 + (rate / 1e-3) ** 1.5) + 0.1 * random.normal()),
    );
    expect(suggestion).toBeGreaterThan(3e-4);
  },
);
