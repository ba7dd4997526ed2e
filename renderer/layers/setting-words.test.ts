import { afterEach, expect, test } from 'vitest';
import { renameLayer, setLayer } from '../../shared/layer-edits/edits.ts';
import { speak } from '../../shared/messages.ts';
import { parseNetwork } from '../../shared/network.ts';
import { problemOf } from './setting-words.ts';

const network = parseNetwork({
  version: 1,
  layers: [
    { id: 'input', name: 'input', kind: 'input', inputs: [], shape: [28, 28, 1] },
    { id: 'conv', name: 'edges', kind: 'conv2d', inputs: ['input'], filters: 2, ...window(), useBias: true },
    { id: 'zeros', name: 'zeros', kind: 'zeroPadding2d', inputs: ['conv'], padding: pairs(1) },
    { id: 'vector', name: 'vector', kind: 'reshape', inputs: ['zeros'], targetShape: [1568] },
  ],
});
function window() {
  return { kernelSize: [3, 3], strides: [1, 1], padding: 'valid' };
}
function pairs(left: number) {
  return [
    [1, 1],
    [left, 1],
  ];
}

afterEach(() => speak('en'));

test('what a setting takes is said with the names that the panel has for it', () => {
  expect(problem(() => setLayer(network, 'input', { shape: [28, 28, 0] }))).toBe(
    'Size (channels) of input: a whole number from 1 to 65,536 belongs here.',
  );
  expect(problem(() => setLayer(network, 'conv', { kernelSize: [3, 90] }))).toMatch(
    /^Kernel \(wide\) of edges: a whole/,
  );
  expect(problem(() => setLayer(network, 'conv', { strides: [Number.NaN, 1] }))).toMatch(
    /^Strides \(down\) of edges: /,
  );
  expect(problem(() => setLayer(network, 'conv', { filters: 0.5 }))).toMatch(/^Filters of edges: a whole number/);
  expect(problem(() => setLayer(network, 'zeros', { padding: pairs(-1) }))).toBe(
    'Padding (left) of zeros: a whole number from 0 to 64 belongs here.',
  );
  expect(problem(() => setLayer(network, 'vector', { targetShape: [0] }))).toMatch(/^Shape of vector: /);
  expect(problem(() => renameLayer(network, 'conv', 'a/b'))).toMatch(/^Name of layer 2: a name of up to 64 letters/);
  speak('de');
  expect(problem(() => setLayer(network, 'conv', { kernelSize: [90, 3] }))).toMatch(
    /^Kern \(hoch\) von edges: Hierher gehört eine ganze Zahl von 1 bis /,
  );
});

test('what else keeps an edit from being made is said as everywhere', () => {
  expect(problem(() => renameLayer(network, 'conv', 'input'))).toMatch(/^Two layers are called input\./);
});

function problem(edit: () => unknown): string {
  try {
    edit();
  } catch (error) {
    return problemOf(error);
  }
  return '';
}
