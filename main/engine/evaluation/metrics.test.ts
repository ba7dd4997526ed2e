import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Evaluation } from '../../../shared/training.ts';
import { countConfusion, evaluationOf, metricOf } from './metrics.ts';
import type { Predictions } from './metrics.ts';

/** What scikit-learn calculates. Made by scikit-learn/metrics.py. */
type Reference = {
  name: string;
  severalLabels: boolean;
  classes: number;
  probabilities: number[];
  targets: number[];
  metrics: Pick<Evaluation, 'accuracy' | 'perClass' | 'macro' | 'confusion' | 'severalLabels'>;
};
const file = new URL('scikit-learn/metrics.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Reference[] };

const predictionsOf = ({ severalLabels, classes, probabilities, targets }: Omit<Reference, 'name' | 'metrics'>) => {
  const count = probabilities.length / classes;
  const predictions: Predictions = {
    dataName: 'random',
    split: 'test',
    classes: Array.from({ length: classes }, (_, label) => `class ${label}`),
    notes: [],
    leftOut: 0,
    severalLabels,
    probabilities: Float32Array.from(probabilities),
    targets: Float32Array.from(targets),
    losses: new Float32Array(count),
    indices: Uint32Array.from({ length: count }, (_, row) => row),
    nameOf: index => `${index}.png`,
  };
  return predictions;
};

/** Every number or null in a tree, with its path. */
function numbersOf(value: unknown, path = ''): [string, number | null][] {
  if (typeof value === 'number' || value === null) return [[path, value]];
  return Object.entries(value as object).flatMap(([key, inner]) => numbersOf(inner, `${path}/${key}`));
}

test.each(cases)('$name: all metrics equal those of scikit-learn', reference => {
  const { accuracy, perClass, macro, confusion, severalLabels } = evaluationOf(predictionsOf(reference));
  const found = { accuracy, perClass, macro, ...(reference.severalLabels ? { severalLabels } : { confusion }) };
  const wanted = new Map(numbersOf(reference.metrics));
  expect(new Set(numbersOf(found).map(([path]) => path))).toEqual(new Set(wanted.keys()));
  for (const [path, value] of numbersOf(found)) {
    const other = wanted.get(path)!;
    if (value === null || other === null) expect(value, path).toBe(other);
    else expect(Math.abs(value - other), path).toBeLessThan(1e-12);
  }
});

test('a class that is in neither images nor predictions has no figures, no mean, and is named (fault 7)', () => {
  const { perClass, macro, notes } = evaluationOf(
    predictionsOf({
      severalLabels: false,
      classes: 3,
      probabilities: [0.9, 0.1, 0, 0, 0.2, 0.8],
      targets: [1, 0, 0, 0, 0, 1],
    }),
  );
  expect(perClass[1]).toEqual({ precision: null, recall: null, f1: null, support: 0 });
  expect(macro).toEqual({ precision: 1, recall: 1, f1: 1 });
  expect(notes).toEqual([
    '“class 1” occurs neither in these images nor in what they were taken for, and is left out of the means.',
  ]);
});

test.each(cases)("$name: the metric of a run's curves is accuracy, or F2 at 0.5", reference => {
  const { probabilities, targets, classes, severalLabels, metrics } = reference;
  const metric = metricOf(Float32Array.from(probabilities), Float32Array.from(targets), classes, severalLabels);
  expect(metric).toBeCloseTo(metrics.severalLabels?.f2 ?? metrics.accuracy, 12);
});

test('the cases have classes without images, classes never predicted and images without labels', () => {
  const perClass = cases.flatMap(({ metrics }) => metrics.perClass);
  expect(perClass.some(({ support }) => support === 0)).toBe(true);
  expect(perClass.some(({ support, recall }) => support > 0 && recall === 0)).toBe(true);
  const unlabelled = cases.some(({ targets, classes }) =>
    targets.some((_, i) => i % classes === 0 && targets.slice(i, i + classes).every(target => target === 0)),
  );
  expect(unlabelled).toBe(true);
});

test('rows of a confusion matrix are actual classes, columns predicted ones; batches add up', () => {
  // Two images of class 0, one of them predicted as class 2. One image of class 1, predicted right.
  const probabilities = [0.8, 0.1, 0.1, 0.2, 0.3, 0.5, 0, 1, 0];
  const targets = [1, 0, 0, 1, 0, 0, 0, 1, 0];
  const counts = Array.from({ length: 9 }, () => 0);
  countConfusion(counts, probabilities, targets, 3);
  expect(counts).toEqual([1, 0, 1, 0, 1, 0, 0, 0, 0]);
  countConfusion(counts, [0, 0, 1], [0, 0, 1], 3);
  expect(counts).toEqual([1, 0, 1, 0, 1, 0, 0, 0, 1]);
});

test('with more classes than a matrix can show, the most frequent mistakes are listed instead', () => {
  const classes = 101;
  // Two images of class 7 and one of class 3 are predicted wrong. One of class 100 is right, and one has NaN.
  const [actual, taken] = [
    [3, 7, 7, 100, 5],
    [4, 100, 100, 100, undefined],
  ];
  const oneHot = (chosen: readonly (number | undefined)[], lost: number) =>
    chosen.flatMap(own =>
      Array.from({ length: classes }, (_, label) => (own === undefined ? lost : Number(label === own))),
    );
  const predictions = predictionsOf({
    severalLabels: false,
    classes,
    probabilities: oneHot(taken, Number.NaN),
    targets: oneHot(actual, 0),
  });
  const { confusion, mistakes, topLosses, accuracy, perClass } = evaluationOf(predictions);
  expect(confusion).toBeUndefined();
  expect(mistakes).toEqual([
    { actual: 7, predicted: 100, count: 2 },
    { actual: 3, predicted: 4, count: 1 },
  ]);
  expect(topLosses.map(({ probabilities }) => probabilities)).toEqual(Array(5).fill(undefined));
  expect(accuracy).toBe(0.2);
  expect(perClass[100]).toEqual({ precision: 1 / 3, recall: 1, f1: 0.5, support: 1 });
});

test('20,000 classes are evaluated within the memory of their probabilities', () => {
  const [classes, count] = [20_000, 20];
  const rows = () => Array.from({ length: classes * count }, (_, i) => Number(i % classes === Math.floor(i / classes)));
  const evaluation = evaluationOf(
    predictionsOf({ severalLabels: false, classes, probabilities: rows(), targets: rows() }),
  );
  expect(evaluation).toMatchObject({ accuracy: 1, mistakes: [] });
  expect(JSON.stringify(evaluation).length).toBeLessThan(3e6);
});

test('top losses have NaN first, then the largest; equal ones keep their order', () => {
  const predictions = {
    ...predictionsOf({
      severalLabels: false,
      classes: 2,
      probabilities: [0.75, 0.25, 0.5, 0.5, 0.25, 0.75, Number.NaN, Number.NaN],
      targets: [1, 0, 0, 1, 1, 0, 1, 0],
    }),
    losses: [0.25, 0.75, 0.75, Number.NaN],
    indices: [7, 5, 3, 1],
  };
  const { topLosses, loss } = evaluationOf(predictions);
  expect(loss).toBeNull();
  expect(topLosses).toEqual([
    { index: 1, name: '1.png', loss: null, predicted: [], actual: [0], probabilities: [null, null] },
    { index: 5, name: '5.png', loss: 0.75, predicted: [0], actual: [1], probabilities: [0.5, 0.5] },
    { index: 3, name: '3.png', loss: 0.75, predicted: [1], actual: [0], probabilities: [0.25, 0.75] },
    { index: 7, name: '7.png', loss: 0.25, predicted: [0], actual: [0], probabilities: [0.75, 0.25] },
  ]);
});

test('with several labels a top loss names all predicted and all actual labels', () => {
  const { topLosses, loss, accuracy, confusion } = evaluationOf({
    ...predictionsOf({
      severalLabels: true,
      classes: 3,
      probabilities: [0.75, 0.5, 1, 0, 0.25, 0.5],
      targets: [0, 1, 1, 0, 0, 0],
    }),
    losses: [2, 1],
  });
  expect(topLosses.map(({ predicted, actual }) => ({ predicted, actual }))).toEqual([
    { predicted: [0, 2], actual: [1, 2] },
    { predicted: [], actual: [] },
  ]);
  expect(loss).toBe(1.5);
  // For the second image nothing is predicted (one probability is just 0.5), and it has no label.
  expect(accuracy).toBe(0.5);
  expect(confusion).toBeUndefined();
});

test('images with NaN are counted, are wrong, and are in no column of the confusion matrix', () => {
  const predictions = {
    ...predictionsOf({
      severalLabels: false,
      classes: 2,
      // One image is wrong, two have NaN (the first would be right), and one is right.
      probabilities: [0.75, 0.25, Number.NaN, Number.NaN, Number.NaN, Number.NaN, 0.75, 0.25],
      targets: [0, 1, 1, 0, 0, 1, 1, 0],
    }),
    losses: [0.75, Number.NaN, Number.NaN, 0.25],
  };
  const { noNumbers, count, accuracy, confusion, perClass } = evaluationOf(predictions);
  expect({ noNumbers, count, accuracy }).toEqual({ noNumbers: 2, count: 4, accuracy: 0.25 });
  expect(confusion).toEqual([1, 0, 1, 0]);
  expect(perClass.map(({ recall, support }) => [recall, support])).toEqual([
    [0.5, 2],
    [0, 2],
  ]);
  expect(metricOf(predictions.probabilities, predictions.targets, 2, false)).toBe(0.25);
  // No number turns into another one in JSON.
  expect(JSON.parse(JSON.stringify(evaluationOf(predictions)))).toEqual(evaluationOf(predictions));
});

test('with several labels an image with a NaN has no predicted label, and is wrong', () => {
  const { noNumbers, accuracy, perClass, severalLabels, topLosses } = evaluationOf({
    ...predictionsOf({
      severalLabels: true,
      classes: 2,
      probabilities: [0.75, Number.NaN, 0.25, Number.NaN, 0.25, 0.75],
      targets: [1, 0, 0, 0, 0, 1],
    }),
    losses: [Number.NaN, Number.NaN, 0.25],
  });
  expect(noNumbers).toBe(2);
  expect(accuracy).toBeCloseTo(1 / 3, 12);
  expect(perClass.map(({ recall }) => recall)).toEqual([0, 1]);
  expect(severalLabels!.f1).toBeCloseTo(1 / 3, 12);
  expect(topLosses.map(({ predicted }) => predicted)).toEqual([[], [], [1]]);
  expect(topLosses[0].probabilities).toEqual([0.75, null]);
});

test('the hundred images with the largest losses are listed', () => {
  const count = 5000;
  const predictions = {
    ...predictionsOf({
      severalLabels: false,
      classes: 2,
      probabilities: Array.from({ length: 2 * count }, () => 0.5),
      targets: Array.from({ length: 2 * count }, (_, i) => 1 - (i % 2)),
    }),
    losses: Array.from({ length: count }, (_, row) => (row * 7) % count),
  };
  const { topLosses } = evaluationOf(predictions);
  expect(topLosses.map(({ loss }) => loss)).toEqual(Array.from({ length: 100 }, (_, rank) => count - 1 - rank));
});
