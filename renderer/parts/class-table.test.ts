import { expect, test } from 'vitest';
import type { JudgedEvaluation } from '../../shared/training.ts';
import { classCsv } from './class-table.ts';

test('The table of classes is saved with all digits of its numbers, and their means below', () => {
  const evaluation: JudgedEvaluation = {
    dataName: 'pets',
    split: 'test',
    classes: ['cat', 'dog, large'],
    notes: [],
    leftOut: 0,
    count: 5,
    noNumbers: 0,
    loss: 0.5,
    accuracy: 0.6,
    perClass: [
      { precision: 2 / 3, recall: 1, f1: 0.8, support: 2 },
      { precision: 1, recall: 1 / 3, f1: 0.5, support: 3 },
    ],
    macro: { precision: 0.8333333333333333, recall: 0.6666666666666666, f1: 0.65 },
    topLosses: [],
    judged: {
      beta: 2,
      perClass: [
        { auc: 0.75, averagePrecision: 2 / 3, fBeta: 0.9 },
        { auc: null, averagePrecision: 0, fBeta: null },
      ],
      macro: { auc: 0.75, averagePrecision: 2 / 3, fBeta: 0.9 },
      topK: [],
      calibration: { bins: [], error: null },
    },
  };
  expect(classCsv(evaluation)).toBe(
    [
      'class,precision,recall,f1,f2,auc,averagePrecision,support',
      'cat,0.6666666666666666,1,0.8,0.9,0.75,0.6666666666666666,2',
      '"dog, large",1,0.3333333333333333,0.5,,,0,3',
      'Mean,0.8333333333333333,0.6666666666666666,0.65,0.9,0.75,0.6666666666666666,5',
      '',
    ].join('\r\n'),
  );
});
