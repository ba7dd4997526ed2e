import { expect, test } from 'vitest';
import { findBenchmarks, summarize } from './benchmarks.ts';

test('a word names one benchmark or a family of them', () => {
  const both = ['edit-to-values/lesson3', 'edit-to-values/conv8-conv16'];
  expect(findBenchmarks('edit')).toEqual(both);
  expect(findBenchmarks('edit-to-values')).toEqual(both);
  expect(findBenchmarks('edit-to-values/lesson3')).toEqual(['edit-to-values/lesson3']);
  expect(findBenchmarks('edit-to')).toBeUndefined();
});

test('a result has the median, the time one in twenty exceeds, and how many times longer the peer takes', () => {
  const times = Array.from({ length: 21 }, (_, n) => 20 - n);
  expect(summarize('count', times)).toEqual({ name: 'count', unit: 'ms', median: 10, p95: 19, count: 21 });
  expect(summarize('count', [1, 4], { name: 'snail', times: [9, 11, 10] })).toMatchObject({
    median: 2.5,
    p95: 3.85,
    peer: 'snail',
    peerMedian: 10,
    ratio: 4,
  });
});
