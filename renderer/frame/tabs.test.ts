import { planeKey } from '../core/store.ts';
import { expect, test } from 'vitest';
import { parseNetwork } from '../../shared/network.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { lessonSheet } from '../grid/testing/lesson-sheet.ts';
import { entriesOf } from './tabs.ts';

const legend = (sheet: ReturnType<typeof lessonSheet>) =>
  entriesOf(
    { sheet, scales: new Map([...sheet.tensors.keys()].map(id => [planeKey(id, 'value'), 2])) },
    new Set(sheet.layers.keys()),
  ).map(({ name, from, to }) => `${name} ${from}…${to}`);

test('the legend of a ReLU, and of the pool after it, begins at 0 (fault 44)', () => {
  expect(legend(lessonSheet())).toEqual(
    ['input', 'conv1', 'relu1', 'conv2', 'relu2'].map((name, i) =>
      i === 0 ? 'pixels 0…1' : `${name} ${name.startsWith('relu') ? '0' : '−2'}…2`,
    ),
  );
});

test('sums of what is never negative begin at 0 as well, those of a convolution do not (fault 44)', () => {
  const layer = (id: string, kind: string, inputs: string[], more = {}) => ({ id, name: id, kind, inputs, ...more });
  const conv = { filters: 1, kernelSize: [3, 3], strides: [1, 1], padding: 'same', useBias: false };
  const sheet = buildSheet(
    parseNetwork({
      version: 1,
      layers: [
        layer('in', 'input', [], { shape: [5, 5, 1] }),
        layer('conv', 'conv2d', ['in'], conv),
        layer('relu', 'relu', ['conv']),
        layer('pool', 'averagePool2d', ['relu'], { poolSize: [2, 2], strides: [1, 1], padding: 'same' }),
        layer('both', 'add', ['pool', 'relu']),
        layer('mixed', 'add', ['both', 'conv']),
      ],
    }),
  );
  const entries = entriesOf(
    { sheet, scales: new Map([...sheet.tensors.keys()].map(id => [planeKey(id, 'value'), 2])) },
    new Set(['pool', 'both', 'mixed']),
  );
  expect(entries.map(({ name, from }) => [name, from])).toEqual([
    ['pool', '0'],
    ['both', '0'],
    ['mixed', '−2'],
  ]);
});
