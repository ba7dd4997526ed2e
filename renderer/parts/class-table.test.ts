import { expect, test } from 'vitest';
import type { Evaluation } from '../../shared/training.ts';
import { classCsv } from './class-table.ts';

test('The table of classes is saved with all digits of its numbers, and their means below', () => {
  const evaluation: Evaluation = {
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
  };
  expect(classCsv(evaluation)).toBe(
    [
      'class,precision,recall,f1,support',
      'cat,0.6666666666666666,1,0.8,2',
      '"dog, large",1,0.3333333333333333,0.5,3',
      'Mean,0.8333333333333333,0.6666666666666666,0.65,5',
      '',
    ].join('\r\n'),
  );
});
