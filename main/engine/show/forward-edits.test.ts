/** What is shown after an edit has the same bits as a fresh calculation, and nothing else is calculated. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type NetworkSpec, parseNetwork, type TensorId } from '../../../shared/network.ts';
import { createRandom, type Random } from '../../../shared/random.ts';
import {
  type Flavour,
  manyChannelsExample,
  randomExample,
  randomValues,
} from '../../../shared/testing/random-network.ts';
import { countHandles, startBackend } from '../backend/backend.ts';
import { chain, digitNetwork, residualNetwork, valuesFor } from '../oracle/example-network.ts';
import { createForward, type Forward } from './forward.ts';
import { cancellingExample, faultAfterEdits, wideNetwork } from './testing/edited-networks.ts';

beforeAll(startBackend);

type Values = Map<TensorId, Float32Array>;

/** `npm run fuzz -- edits` tries more of them. */
function check(network: NetworkSpec, stored: Values, random: Random, count: number): void {
  expect(faultAfterEdits(network, stored, random, count)).toBeUndefined();
}

describe('every tensor has the bits of a fresh calculation, and exactly the tensors that differ are named,', () => {
  test('in random networks', () => {
    const flavours: Flavour[] = ['plain', 'ties', 'negative', 'broken', 'huge'];
    for (let seed = 0; seed < 25; seed++) {
      const { sheet, stored, random } = randomExample(seed, flavours[seed % flavours.length]);
      check(sheet.network, stored, random, 8);
    }
  });

  test('in networks with many filters', () => {
    for (let seed = 0; seed < 15; seed++) {
      const random = createRandom(seed);
      const network = wideNetwork(random);
      check(network, randomValues(network, random, seed % 5 === 0 ? 'broken' : 'plain'), random, 8);
    }
  });

  test('where a sum depends on the order of its terms', () => {
    for (let seed = 0; seed < 10; seed++) {
      const random = createRandom(seed);
      const { network, stored } = cancellingExample(random);
      check(network, stored, random, 6);
    }
  });

  test('where sums go in groups of input channels', () => {
    const { sheet, stored, random } = manyChannelsExample();
    check(sheet.network, stored, random, 25);
  });

  test('where branches join again', () => {
    const network = residualNetwork();
    const random = createRandom(21);
    check(network, valuesFor(network, random), random, 60);
  });
});

describe('after an edit', () => {
  /** Writes one element and returns the names of the tensors that changed with it. */
  const edited = (forward: Forward, stored: Values) => (tensor: TensorId, element: number, value: number) => {
    stored.get(tensor)![element] = value;
    return [...forward.update([tensor], new Map([[tensor, [element]]]))].sort();
  };

  test('only what lies downstream is calculated, along every branch', () => {
    const conv = { kind: 'conv2d', filters: 2, kernelSize: [2, 2], strides: [1, 1], padding: 'valid', useBias: true };
    const network = parseNetwork({
      version: 1,
      layers: [
        { id: 'input', name: 'input', inputs: [], kind: 'input', shape: [5, 5, 1] },
        { id: 'a', name: 'a', inputs: ['input'], ...conv },
        { id: 'side', name: 'side', inputs: ['a'], kind: 'relu' },
        { id: 'b', name: 'b', inputs: ['a'], ...conv },
        { id: 'flat', name: 'flat', inputs: ['b'], kind: 'flatten' },
        { id: 'scores', name: 'scores', inputs: ['flat'], kind: 'dense', units: 3, useBias: true },
        { id: 'softmax', name: 'softmax', inputs: ['scores'], kind: 'softmax' },
      ],
    });
    const stored = valuesFor(network, createRandom(9), () => 0.5);
    const forward = createForward(network, stored);
    forward.update(stored.keys());
    const edit = edited(forward, stored);
    const softmax = ['softmax/shifted', 'softmax/exp', 'softmax/output'];
    const end = ['scores/output', ...softmax, 'softmax/crossEntropy'];
    expect(edit('softmax/actual', 1, 1)).toEqual(['softmax/crossEntropy']);
    expect(edit('scores/bias', 0, 2)).toEqual([...end].sort());
    expect(edit('b/kernel', 0, 1)).toEqual(['b/output', 'scores/output'].sort());
    stored.get('scores/kernel')![2] = 7;
    expect([...forward.update(['scores/kernel'])].sort()).toEqual([...end].sort());
    expect(edit('a/bias', 0, 1)).toEqual(['a/output', 'side/output', 'b/output', ...end].sort());
    expect(edit('input/output', 7, 1)).toEqual(['a/output', 'side/output', 'b/output', ...end].sort());
    expect([...forward.update([])]).toEqual([]);
    // Writing the value that is there already changes nothing.
    expect(edit('a/bias', 0, 1)).toEqual([]);
    forward.dispose();
  });

  test('an edit goes through a shortcut, a moving average changes its layer’s output, a rate changes nothing', () => {
    const network = residualNetwork();
    const stored = valuesFor(network, createRandom(16));
    const forward = createForward(network, stored);
    forward.update(stored.keys());
    const edit = edited(forward, stored);
    const after = (tensor: TensorId) => new Set(edit(tensor, 0, 0.7).map(id => id.split('/')[0]));
    const end = ['sum', 'relu', 'drop', 'mean', 'dense', 'softmax'];
    expect(after('drop/rate')).toEqual(new Set());
    for (const name of ['gamma', 'beta', 'movingMean', 'movingVariance'] as const) {
      expect(after(`normB/${name}`)).toEqual(new Set(['normB', ...end]));
    }
    expect(after('a/kernel')).toEqual(new Set(['a', 'normA', 'leaky', 'b', 'normB', ...end]));
    forward.dispose();
  });

  test('a change that a ReLU turns into 0 ends there', () => {
    const network = digitNetwork(3, 4);
    const stored = valuesFor(network, createRandom(4));
    stored.get('conv2d1/bias')![1] = -1000;
    const forward = createForward(network, stored);
    forward.update(stored.keys());
    const edit = edited(forward, stored);
    expect(edit('conv2d1/kernel', 1, 5)).toEqual(['conv2d1/output']);
    expect(edit('conv2d1/bias', 1, 1000)).toContain('softmax8/shifted');
    forward.dispose();
  });

  test('only the maps of the edited filter are new arrays', () => {
    const network = digitNetwork(4, 32);
    const stored = valuesFor(network, createRandom(5));
    const forward = createForward(network, stored);
    forward.update(stored.keys());
    const before = forward.value('conv2d3/output');
    edited(forward, stored)('conv2d3/kernel', 17, 3);
    const after = forward.value('conv2d3/output');
    const channels = new Set([...after.keys()].filter(i => after[i] !== before[i]).map(i => i % 32));
    expect(channels).toEqual(new Set([17]));
    forward.dispose();
  });

  test('10,000 edits leave as many tensors in the wasm heap as before, and none are left at the end', () => {
    const before = countHandles();
    const network = chain(
      { kind: 'input', shape: [9, 8, 2] },
      { kind: 'conv2d', filters: 20, kernelSize: [3, 3], strides: [1, 1], padding: 'same', useBias: true },
      { kind: 'relu' },
      { kind: 'maxPool2d', poolSize: [2, 2], strides: [2, 2], padding: 'valid' },
      { kind: 'conv2d', filters: 20, kernelSize: [3, 3], strides: [1, 1], padding: 'valid', useBias: false },
      { kind: 'tanh' },
      { kind: 'flatten' },
      { kind: 'dense', units: 10, useBias: true },
      { kind: 'softmax' },
    );
    const stored = valuesFor(network, createRandom(10));
    const forward = createForward(network, stored);
    forward.update(stored.keys());
    forward.predict(stored.get('input0/output')!, 1);
    const during = countHandles();
    const editable = [...stored.keys()];
    for (let edit = 0; edit < 10_000; edit++) {
      const tensor = editable[edit % editable.length];
      const element = edit % stored.get(tensor)!.length;
      // Every fiftieth value is so large that results overflow, which takes other paths through the code.
      stored.get(tensor)![element] = edit % 50 === 0 ? 3e38 : Math.sin(edit);
      forward.update([tensor], edit % 3 === 0 ? undefined : new Map([[tensor, [element]]]));
      if (edit % 500 === 0) forward.predict(stored.get('input0/output')!, 1);
    }
    forward.predict(stored.get('input0/output')!, 1);
    expect(countHandles()).toBeLessThanOrEqual(during);
    forward.dispose();
    expect(countHandles()).toBe(before);
  });
});
