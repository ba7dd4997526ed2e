import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Judging } from '../../../shared/judging.ts';
import { createRandom } from '../../../shared/random.ts';
import { reliability } from './calibration.ts';
import { judge, topK } from './judge.ts';
import { countClasses, type Predictions } from './metrics.ts';
import { fBeta, precisionRecallCurve, rank, rocCurve, thinned } from './ranking.ts';

/** Count, mean probability and share of an interval. */
type Bin = [number, number, number];
type Curve = [x: (number | null)[], y: (number | null)[], thresholds: (number | null)[]];
/** What scikit-learn finds of a case. Made by scikit-learn/judged.py. `macro`: of AUC, average precision and F-beta.
 *  The curves are those of the class seed % classes. */
type Reference = {
  auc: (number | null)[];
  averagePrecision: number[];
  fBeta: (number | null)[];
  macro: (number | null)[];
  calibration: Bin[];
  reliability: Bin[];
  roc: Curve;
  precisionRecall: Curve;
  /** With several labels: the largest F-beta of each. */
  best?: number[];
  kappa?: number | null;
  quadratic?: number | null;
  meanAbsoluteError?: number;
  topK?: number[];
};

const file = (name: string) => fileURLToPath(new URL(`scikit-learn/${name}`, import.meta.url));
const read = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Reference);

/** The same case that judged.py draws with this seed. */
function randomCase(seed: number): { predictions: Predictions; beta: number } {
  const { integer } = createRandom(seed);
  const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
  const severalLabels = integer(3) === 0;
  const size = 2 + integer(5);
  const count = integer(6) === 0 ? 1 : 1 + integer(40);
  const present = times(size, () => integer(4) > 0);
  const some = present.flatMap((is, label) => (is ? [label] : []));
  if (some.length === 0) some.push(0);
  const targets = severalLabels
    ? times(count, () => times(size, label => Number(present[label] && integer(3) === 0)))
    : times(count, () => some[integer(some.length)]).map(own => times(size, label => Number(label === own)));
  const steps = integer(2) === 0 ? 8 : 2 ** 20;
  const rows = times(count, () => times(size, () => integer(steps + 1) / steps));
  const beta = [0.5, 1, 2, 3.5][integer(4)];
  return { predictions: predictionsOf(severalLabels, rows, targets), beta };
}

function predictionsOf(severalLabels: boolean, rows: readonly number[][], targets: readonly number[][]): Predictions {
  return {
    dataName: 'random',
    split: 'test',
    classes: rows[0].map((_, label) => `class ${label}`),
    notes: [],
    leftOut: 0,
    severalLabels,
    probabilities: rows.flat(),
    targets: targets.flat(),
    losses: new Float64Array(rows.length),
    indices: Uint32Array.from(rows.keys()),
    nameOf: String,
  };
}

/** The scores and labels of one class. */
function columnsOf({ classes, probabilities, targets, losses }: Predictions, label: number) {
  const of = (rows: ArrayLike<number>) => Array.from(losses, (_, row) => rows[row * classes.length + label]);
  return { scores: of(probabilities), actual: of(targets) };
}

/** Compares our figures of the case with scikit-learn's. */
async function compare(seed: number, wanted: Reference): Promise<{ predictions: Predictions; wanted: Reference }> {
  const { predictions, beta } = randomCase(seed);
  const judged = await judge(predictions, { beta, ordered: true });
  const near = (found: number | null | undefined, other: number | null | undefined, what: string) => {
    const known = found === Infinity || Number.isNaN(found) ? null : found;
    if (known === null || known === undefined || other === null) expect(known, `seed ${seed}: ${what}`).toBe(other);
    else expect(Math.abs(known - other!), `seed ${seed}: ${what}`).toBeLessThan(1e-12);
  };
  const lists = (found: readonly (number | null)[], others: readonly (number | null)[], what: string) => {
    expect(found.length, `seed ${seed}: number of ${what}`).toBe(others.length);
    for (const [i, each] of found.entries()) near(each, others[i], `${what} ${i}`);
  };
  for (const figure of ['auc', 'averagePrecision', 'fBeta'] as const)
    lists(
      judged.perClass.map(each => each[figure]),
      wanted[figure],
      figure,
    );
  lists([judged.macro.auc, judged.macro.averagePrecision, judged.macro.fBeta], wanted.macro, 'means');
  const binsOf = (bins: readonly { count: number; probability: number; right: number }[]) =>
    bins.flatMap(bin => [bin.count, bin.probability, bin.right]);
  lists(binsOf(judged.calibration.bins), wanted.calibration.flat(), 'calibration');
  const images = wanted.calibration.reduce((sum, [count]) => sum + count, 0);
  const error = wanted.calibration.reduce((sum, [count, mean, share]) => sum + count * Math.abs(mean - share), 0);
  near(judged.calibration.error, error / images, 'calibration error');
  const label = seed % predictions.classes.length;
  lists(binsOf(judged.curves![label].reliability), wanted.reliability.flat(), 'reliability');
  const { scores, actual } = columnsOf(predictions, label);
  const ranking = rank(scores, actual);
  for (const [name, curve] of [
    ['roc', rocCurve(ranking)],
    ['precisionRecall', precisionRecallCurve(ranking)],
  ] as const) {
    const [x, y, thresholds] = wanted[name];
    lists(curve.x, x, `${name} x`);
    lists(curve.y, y, `${name} y`);
    // scikit-learn's thresholds of precision and recall have none for their last point.
    lists(curve.thresholds.slice(0, thresholds.length), thresholds, `${name} thresholds`);
  }
  if (predictions.severalLabels) {
    lists(
      judged.thresholds!.found.perClass.map(each => each ?? 0),
      wanted.best!,
      'best F-beta',
    );
  } else {
    near(judged.kappa, wanted.kappa, 'kappa');
    near(judged.ordered!.kappa, wanted.quadratic, 'quadratic kappa');
    near(judged.ordered!.meanAbsoluteError, wanted.meanAbsoluteError, 'mean absolute error');
    const top = topK(
      predictions,
      wanted.topK!.map((_, i) => i + 1),
    );
    for (const [i, { k, share }] of top.entries()) near(share, wanted.topK![i], `top ${k}`);
  }
  return { predictions, wanted };
}

test('figures and curves of 200 random cases equal those of scikit-learn', async () => {
  const references = read(readFileSync(file('judged.jsonl'), 'utf8'));
  expect(references).toHaveLength(200);
  const seen = { absent: 0, ties: 0, one: 0, several: 0, noKappa: 0 };
  for (const [i, reference] of references.entries()) {
    const { predictions, wanted } = await compare(i + 1, reference);
    const { scores } = columnsOf(predictions, 0);
    seen.absent += Number(wanted.auc.includes(null));
    seen.ties += Number(new Set(scores).size < scores.length);
    seen.one += Number(scores.length === 1);
    seen.several += Number(predictions.severalLabels);
    seen.noKappa += Number(wanted.kappa === null);
  }
  for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(kind === 'noKappa' ? 2 : 30);
});

const python = process.env.CONVSHEET_PYTHON;
test.runIf(python)(
  'so do those of 200 other cases, by the scikit-learn of CONVSHEET_PYTHON',
  { timeout: 300_000 },
  async () => {
    const from = 1000 + (Date.now() % 1_000_000);
    const { stdout, stderr, status } = spawnSync(python!, [file('judged.py'), String(from), '200'], {
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    const references = read(stdout);
    expect(references).toHaveLength(200);
    for (const [i, reference] of references.entries()) await compare(from + i, reference);
  },
);

test('thresholds between the scores make F-beta largest, and hold as chosen ones', async () => {
  const rows = [
    [0.9, 0.2],
    [0.4, 0.1],
    [0.3, 0.8],
    [0.1, 0.3],
  ];
  const targets = [
    [1, 0],
    [1, 0],
    [0, 0],
    [0, 0],
  ];
  const predictions = predictionsOf(true, rows, targets);
  const { found, chosen } = (await judge(predictions)).thresholds!;
  expect(found.thresholds[0]).toBeCloseTo(0.35, 6);
  // No image has the second label.
  expect(found.thresholds[1]).toBe(0.5);
  expect(found.perClass).toEqual([1, 0]);
  expect(chosen).toBeUndefined();
  const again = (await judge(predictions, { thresholds: [0.35, 0.9] })).thresholds!.chosen!;
  expect(again).toEqual({ thresholds: [0.35, 0.9], perClass: [1, null], macro: 1, samples: 0.5 });
  const [{ right, predicted, support }] = countClasses(predictions, [0.35, 0.9]);
  expect(fBeta(2, right, predicted, support)).toBe(1);
});

test('ordered classes whose names are numbers are that far apart; others as many classes', async () => {
  const rows = [
    [0, 0, 1],
    [1, 0, 0],
  ];
  const targets = [
    [1, 0, 0],
    [1, 0, 0],
  ];
  const predictions = predictionsOf(false, rows, targets);
  const judging: Judging = { ordered: true };
  expect((await judge(predictions, judging)).ordered).toMatchObject({ meanAbsoluteError: 1, inNumbers: false });
  const numbered = { ...predictions, classes: ['10', '5', '30'] };
  expect((await judge(numbered, judging)).ordered).toMatchObject({ meanAbsoluteError: 10, inNumbers: true });
  expect((await judge(numbered)).ordered).toBeUndefined();
});

test('images without scores count as wrong, and are left out of what needs scores', async () => {
  const rows = [
    [0.8, 0.1, 0.1],
    [0.1, 0.8, 0.1],
    [Number.NaN, Number.NaN, Number.NaN],
  ];
  const targets = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  const { perClass, macro, topK: top, kappa, calibration } = await judge(predictionsOf(false, rows, targets));
  expect(perClass.map(({ auc }) => auc)).toEqual([1, 1, null]);
  expect(perClass.map(each => each.fBeta)).toEqual([1, 1, 0]);
  expect(macro).toEqual({ auc: 1, averagePrecision: 1, fBeta: 2 / 3 });
  expect(top).toEqual([{ k: 2, share: 2 / 3 }]);
  expect(kappa).toBe(1);
  expect(calibration.bins.map(({ count }) => count)).toEqual([2]);
  const none = await judge(predictionsOf(false, [rows[2]], [targets[2]]));
  expect(none.macro).toEqual({ auc: null, averagePrecision: null, fBeta: 0 });
  expect(none.calibration).toEqual({ bins: [], error: null });
});

test('the curves of many images have few points, spread over them, with their ends', () => {
  const random = createRandom(3);
  const actual = Array.from({ length: 5000 }, () => random.integer(2));
  const scores = actual.map(own => (random.uniform() * (own + 1)) / 2);
  const ranking = rank(scores, actual);
  expect(ranking.scores.length).toBeGreaterThan(4900);
  const points = thinned(ranking, 100);
  for (const curveOf of [rocCurve, precisionRecallCurve]) {
    const [few, all] = [curveOf(points), curveOf(ranking)];
    expect(few.x.length).toBeLessThanOrEqual(101);
    expect([few.x[0], few.y[0], few.x.at(-1), few.y.at(-1)]).toEqual([all.x[0], all.y[0], all.x.at(-1), all.y.at(-1)]);
  }
  const [few, all] = [precisionRecallCurve(points), precisionRecallCurve(ranking)];
  expect(few.x.length).toBeGreaterThan(80);
  expect(longestGap(few)).toBeLessThan(longestGap(all) + 0.1);
  const places = new Set(all.x.map((x, i) => `${x} ${all.y[i]}`));
  expect(few.x.every((x, i) => places.has(`${x} ${few.y[i]}`))).toBe(true);
});

const longestGap = ({ x, y }: { x: number[]; y: number[] }) =>
  Math.max(...x.slice(1).map((at, i) => Math.hypot(at - x[i], y[i + 1] - y[i])));

test('probabilities at the end of an interval are in it', async () => {
  const bins = reliability([0, 1 / 15, 2 / 15, 1], [0, 1, 0, 1]);
  expect(bins.map(({ count }) => count)).toEqual([2, 1, 1]);
});
