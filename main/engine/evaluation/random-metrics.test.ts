import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { english } from '../../../shared/messages/render.ts';
import type { DataSet } from '../../../shared/data.ts';
import { createRandom } from '../../../shared/random.ts';
import { networkTemplates } from '../../../shared/templates.ts';
import { labelsOf } from '../data/batches.ts';
import { fitForEvaluation } from '../training/fit.ts';
import { evaluationOf } from './metrics.ts';

/** The figures of each label that occurs: label, precision, recall, F1, support. */
type Row = [number, number, number, number, number];
/** With one label per image: accuracy and the means of precision, recall and F1. With several: F2 and F1 at 0.5, the
 *  best F2 and its threshold. null if the network has none of the images' classes. */
type Reference = [figures: number[], table: Row[]] | null;
/** scikit-learn's figures for random cases by their seeds, from 1. Made by scikit-learn/metrics.py. */
const references = readFileSync(new URL('scikit-learn/random-cases.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map(line => JSON.parse(line) as Reference);

const nameOf = (label: number) => `class ${label}`;

/** The same case that metrics.py draws with this seed: a data set with some of a network's classes and others, in any
 *  order, and the network's probabilities for its images. */
function randomCase(seed: number): { data: DataSet; own: string[]; rows: number[][] } {
  const { integer, shuffle } = createRandom(seed);
  const severalLabels = integer(3) === 0;
  const own = 2 + integer(6);
  const drawn = shuffle(Array.from({ length: own + integer(3) }, (_, label) => label));
  const some = drawn.filter(() => integer(4) > 0);
  const classes = some.length > 0 ? some : [0];
  const count = integer(5) === 0 ? 1 : 1 + integer(40);
  const present = 1 + integer(classes.length);
  const labels = severalLabels
    ? Uint8Array.from({ length: count * classes.length }, (_, i) =>
        Number(i % classes.length < present && integer(4) === 0),
      )
    : Uint8Array.from({ length: count }, () => integer(present));
  const silent = Array.from({ length: own }, () => integer(3) === 0);
  const rows = Array.from({ length: count }, () => silent.map(isSilent => (isSilent ? 0 : integer(9) / 8)));
  const none = new Uint32Array();
  const data: DataSet = {
    name: 'random',
    shape: [8, 8, 1],
    classes: classes.map(nameOf),
    severalLabels,
    count,
    bytes: new Uint8Array(64 * count),
    labels,
    nameOf: String,
    split: { training: none, validation: none, test: Uint32Array.from({ length: count }, (_, index) => index) },
    problems: [],
  };
  return { data, own: silent.map((_, label) => nameOf(label)), rows };
}

function evaluate(seed: number) {
  const { data, own, rows } = randomCase(seed);
  const network = networkTemplates.lesson3([8, 8, 1], own.length);
  const fitted = fitForEvaluation(network, own, data, 'test');
  const indices = fitted.data.split.test;
  return evaluationOf({
    dataName: data.name,
    split: 'test',
    classes: fitted.data.classes,
    notes: fitted.notes,
    leftOut: fitted.leftOut,
    severalLabels: data.severalLabels,
    probabilities: Array.from(indices, index => rows[index]).flat(),
    targets: Array.from(indices, index =>
      own.map((_, unit) => Number(labelsOf(fitted.data, index).includes(unit))),
    ).flat(),
    losses: new Float64Array(indices.length),
    indices,
    nameOf: data.nameOf,
  });
}

test('all metrics of 500 random cases equal those of scikit-learn (fault 7)', () => {
  expect(references).toHaveLength(500);
  const seen = { absent: 0, unknown: 0, several: 0, single: 0, refused: 0 };
  for (const [i, reference] of references.entries()) {
    const seed = i + 1;
    const { data, own, rows } = randomCase(seed);
    const isKnown = data.classes.some(name => own.includes(name));
    if (!reference || !isKnown) {
      expect(() => evaluate(seed), `seed ${seed}`).toThrow(/The network knows none|No test image of random/);
      seen.refused++;
      continue;
    }
    const { accuracy, perClass, macro, severalLabels, notes } = evaluate(seed);
    const [[wantedAccuracy, precision, recall, f1, ...more], table] = reference;
    const near = (found: number | null, wanted: number, what: string) =>
      expect(found, `seed ${seed}: ${what}`).toBeCloseTo(wanted, 9);
    near(accuracy, wantedAccuracy, 'accuracy');
    near(macro.precision, precision, 'mean precision');
    near(macro.recall, recall, 'mean recall');
    near(macro.f1, f1, 'mean F1');
    const wanted = new Map(table.map(([label, ...figures]) => [label, figures]));
    for (const [label, found] of perClass.entries()) {
      const figures = wanted.get(label);
      if (figures) {
        for (const [n, column] of (['precision', 'recall', 'f1', 'support'] as const).entries())
          near(found[column], figures[n], `${column} of class ${label}`);
      } else expect(found, `seed ${seed}`).toEqual({ precision: null, recall: null, f1: null, support: 0 });
    }
    if (severalLabels) {
      const { f2, f1: meanF1, sweep, bestThreshold } = severalLabels;
      near(f2, more[0], 'F2');
      near(meanF1, more[1], 'F1');
      near(sweep.find(({ threshold }) => threshold === bestThreshold)!.f2, more[2], 'best F2');
      near(sweep.find(({ threshold }) => threshold === more[3])!.f2, more[2], 'F2 at the best threshold');
    }
    const unknown = data.classes.filter(name => !own.includes(name));
    for (const name of unknown) expect(notes.map(english).join(' ')).toContain(`“${name}”`);
    seen.absent += Number(table.length < own.length);
    seen.unknown += Number(unknown.length > 0);
    seen.several += Number(severalLabels !== undefined);
    seen.single += Number(rows.length === 1);
  }
  for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(kind === 'refused' ? 2 : 50);
});
