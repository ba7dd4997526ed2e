import { expect, test } from 'vitest';
import { findBenchmarks } from './benchmarks.ts';
import { summarize } from './results.ts';

test('a word names one benchmark or a family of them', () => {
  const both = ['edit-to-values/lesson3', 'edit-to-values/conv8-conv16'];
  expect(findBenchmarks('edit')).toEqual(both);
  expect(findBenchmarks('edit-to-values')).toEqual(both);
  expect(findBenchmarks('edit-to-values/lesson3')).toEqual(['edit-to-values/lesson3']);
  expect(findBenchmarks('edit-to')).toBeUndefined();
  const networks = ['small', 'lenet', 'vgg-small', 'photos', 'resnet-tiny', 'mlp'].map(name => `train/${name}`);
  expect(findBenchmarks('train')).toEqual(networks);
  expect(findBenchmarks('train/wasm')).toEqual(networks);
  expect(findBenchmarks('train/lenet')).toEqual(['train/lenet']);
  // By the name of a result.
  expect(findBenchmarks('evaluate/tensorflow/lenet')).toEqual(['train/lenet']);
  expect(findBenchmarks('train/lenet/wasm')).toBeUndefined();
  expect(findBenchmarks('train-frames')).toEqual(
    ['lesson3', 'lenet', 'vgg-small', 'photos'].map(name => `train-frames/${name}`),
  );
  expect(findBenchmarks('train-latency')).toEqual(['train-latency', 'train-latency/vgg-small', 'train-latency/photos']);
});

test('for speeds, p95 is among the slow ones, and a ratio above 1 still means that ours is better', () => {
  const speeds = Array.from({ length: 21 }, (_, n) => 20 - n);
  expect(summarize('count', speeds, 'samples/s', { name: 'snail', values: [5] })).toMatchObject({
    unit: 'samples/s',
    median: 10,
    p95: 1,
    ratio: 2,
  });
});

test('a result has the median, the time that one in twenty exceeds, and how many times longer the peer takes', () => {
  const times = Array.from({ length: 21 }, (_, n) => 20 - n);
  expect(summarize('count', times)).toEqual({ name: 'count', unit: 'ms', median: 10, p95: 19, count: 21 });
  expect(summarize('count', [1, 4], 'ms', { name: 'snail', values: [9, 11, 10] })).toMatchObject({
    median: 2.5,
    p95: 3.85,
    peer: 'snail',
    peerMedian: 10,
    ratio: 4,
  });
});
