import { expect, test } from 'vitest';
import { newLayers } from '../../shared/layer-edits/defaults.ts';
import { addLayer, builtInAgain, setLayer } from '../../shared/layer-edits/edits.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { parseNetwork } from '../../shared/network.ts';
import { boxTexts } from './graph-boxes.ts';

const window = { kernelSize: [3, 3], strides: [1, 1], padding: 'valid' };
const plain = parseNetwork({
  version: 1,
  layers: [
    { id: 'input', name: 'input', kind: 'input', inputs: [], shape: [28, 28, 1] },
    { id: 'conv', name: 'edges', kind: 'conv2d', inputs: ['input'], filters: 2, ...window, useBias: true },
    {
      id: 'pool',
      name: 'pool',
      kind: 'maxPool2d',
      inputs: ['conv'],
      poolSize: [2, 2],
      strides: [2, 2],
      padding: 'valid',
    },
  ],
});
const { network } = addLayer(plain, 'conv', newLayers.formula([26, 26, 2]));
const boxIn = (of: ReturnType<typeof boxTexts>, layer: string) => of.boxes.find(box => box.layer === layer)!;

test('a box says what a layer is: its shape, its window and its parameters; a formula layer its formula', () => {
  const texts = boxTexts(buildSheet(network), network);
  expect(boxIn(texts, 'conv')).toMatchObject({
    name: 'edges',
    parameters: 20,
    lines: [{ now: '2×26×26' }, { now: 'Convolution 3×3' }],
    more: ['reads input', 'read by formula'],
  });
  expect(boxIn(texts, 'formula')).toMatchObject({
    isFormula: true,
    parameters: undefined,
    lines: [{ now: '2×26×26' }, { now: 'x', isFormula: true }],
  });
  expect(texts.boxes.every(({ change }) => change === undefined)).toBe(true);
});

test('what edits change is told as before and after; a formula that only moves on the sheet is no change', () => {
  const sheet = buildSheet(network);
  const filters = boxTexts(sheet, setLayer(network, 'conv', { filters: 4 }));
  expect(boxIn(filters, 'conv')).toMatchObject({
    change: 'changed',
    parameters: undefined,
    lines: [
      { before: '2×26×26', now: '4×26×26' },
      { before: '20 params', now: '40 params' },
    ],
    more: ['Convolution', 'reads input', 'read by formula'],
  });
  expect(boxIn(filters, 'formula').lines[1]).toEqual({ now: 'x', isFormula: true });
  expect(boxIn(boxTexts(sheet, setLayer(network, 'pool', { poolSize: [3, 3] })), 'pool').lines).toEqual([
    { before: '2×13×13', now: '2×12×12' },
    { before: 'Max pool 2×2', now: 'Max pool 3×3', isFormula: false },
  ]);
  expect(boxIn(boxTexts(sheet, builtInAgain(network, 'formula')), 'formula').lines[1]).toMatchObject({
    before: 'x',
    now: 'ReLU',
  });
  expect(boxIn(boxTexts(buildSheet(plain), network), 'formula')).toMatchObject({
    change: 'added',
    lines: [{ now: '2×26×26' }, { now: 'x', isFormula: true }],
  });
});
