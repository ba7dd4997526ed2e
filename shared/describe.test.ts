import { describe, expect, test } from 'vitest';
import { parseAddress } from './address.ts';
import { describeElement, placeOf } from './describe.ts';
import { parseNetwork } from './network.ts';
import type { TensorId } from './network.ts';
import { buildSheet } from './layout/sheet.ts';
import type { Sheet } from './layout/sheet.ts';

const windows = { kernelSize: [3, 3], strides: [1, 1], padding: 'valid' };
const layers = [
  { id: 'a', name: 'input', inputs: [], kind: 'input', shape: [28, 28, 1] },
  { id: 'b', name: 'conv1', inputs: ['a'], kind: 'conv2d', filters: 2, ...windows, useBias: true },
  { id: 'c', name: 'conv2', inputs: ['b'], kind: 'conv2d', filters: 2, ...windows, useBias: true },
  { id: 'd', name: 'flatten', inputs: ['c'], kind: 'flatten' },
  { id: 'e', name: 'hidden', inputs: ['d'], kind: 'dense', units: 12, useBias: true },
  { id: 'f', name: 'relu', inputs: ['e'], kind: 'relu' },
  { id: 'g', name: 'dense', inputs: ['f'], kind: 'dense', units: 10, useBias: true },
  { id: 'h', name: 'softmax', inputs: ['g'], kind: 'softmax' },
];
const sheet = buildSheet(parseNetwork({ version: 1, layers }), '0123456789'.split(''));
const unnamed = buildSheet(parseNetwork({ version: 1, layers }));

function describeAt(sheet: Sheet, address: string): string {
  const { row, column } = parseAddress(address)!;
  return describeElement(sheet, sheet.layout.elementAt(row, column)!);
}
const describeLast = (of: Sheet, tensor: TensorId): string =>
  describeElement(of, { tensor, index: of.tensors.get(tensor)!.size - 1 });

describe('what a cell is called', () => {
  test('pixels and cells of maps have rows and columns counted from 1', () => {
    expect(describeAt(sheet, 'A2')).toBe('input · row 1, column 1');
    expect(describeAt(sheet, 'AH3')).toBe('conv1 · map 1 · row 1, column 1');
    expect(describeLast(sheet, 'c/output')).toBe('conv2 · map 2 · row 24, column 24');
  });

  test('a kernel of one slice is a kernel, one of more says the slice', () => {
    expect(describeAt(sheet, 'AF40')).toBe('conv1 · kernel 2 · row 1, column 3');
    expect(describeLast(sheet, 'c/kernel')).toBe('conv2 · kernel 2 × map 2 · row 3, column 3');
    expect(describeLast(sheet, 'c/bias')).toBe('conv2 · bias of kernel 2');
  });

  test('dense weights say what they lead from and to', () => {
    expect(describeLast(sheet, 'e/kernel')).toBe('hidden · weight of unit 12 from map 2 · row 24, column 24');
    expect(describeElement(sheet, { tensor: 'g/kernel', index: 3 * 10 + 7 })).toBe(
      'dense · weight of class 7 from unit 4',
    );
    expect(describeLast(sheet, 'g/bias')).toBe('dense · bias of class 9');
    expect(describeLast(sheet, 'e/output')).toBe('hidden · unit 12');
  });

  test('the columns beside the softmax say which', () => {
    expect(describeElement(sheet, { tensor: 'h/shifted', index: 7 })).toBe('softmax · output−max of class 7');
    expect(describeElement(sheet, { tensor: 'h/output', index: 7 })).toBe('softmax · class 7');
    expect(describeElement(sheet, { tensor: 'h/actual', index: 7 })).toBe('softmax · actual of class 7');
  });

  test('parameters of batchNorm say which map or unit they act on, a rate that it drops', () => {
    const norm = { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.99 };
    const more = [
      ...layers.slice(0, 2),
      { id: 'n', name: 'norm1', inputs: ['b'], ...norm },
      { id: 'p', name: 'drop', inputs: ['n'], kind: 'dropout' },
      { id: 'm', name: 'mean', inputs: ['p'], kind: 'globalAveragePool2d' },
      { id: 'g', name: 'dense', inputs: ['m'], kind: 'dense', units: 10, useBias: true },
      { id: 'o', name: 'norm2', inputs: ['g'], ...norm },
      { id: 'h', name: 'softmax', inputs: ['o'], kind: 'softmax' },
    ];
    const normalised = buildSheet(parseNetwork({ version: 1, layers: more }), '0123456789'.split(''));
    expect(describeElement(normalised, { tensor: 'n/movingVariance', index: 1 })).toBe(
      'norm1 · moving variance of map 2',
    );
    expect(describeElement(normalised, { tensor: 'o/gamma', index: 3 })).toBe('norm2 · gamma of class 3');
    expect(describeElement(normalised, { tensor: 'o/output', index: 3 })).toBe('norm2 · class 3');
    expect(describeElement(normalised, { tensor: 'p/rate', index: 0 })).toBe(
      'drop · probability p of dropping a number',
    );
    expect(describeElement(normalised, { tensor: 'p/output', index: 1 })).toBe('drop · map 2 · row 1, column 1');
  });

  test('classes without names are units counted from 1', () => {
    expect(describeLast(unnamed, 'h/output')).toBe('softmax · unit 10');
  });

  test('partial sums say of which map and which part', () => {
    const deep = buildSheet(
      parseNetwork({
        version: 1,
        layers: [
          { ...layers[0], shape: [4, 4, 300] },
          { ...layers[1], useBias: false },
        ],
      }),
    );
    expect(describeLast(deep, 'b/partial')).toBe('conv1 · map 2, partial sum 3 · row 2, column 2');
    expect(placeOf(deep, { tensor: 'a/output', index: 299 })).toEqual({
      layer: 'input',
      block: 'map 300',
      cell: 'row 1, column 1',
    });
  });
});
