import { describe, expect, test } from 'vitest';
import { formatRange } from './address.ts';
import { parseTarget } from './goto.ts';
import { firstSheets } from './places.ts';
import { parseNetwork } from './network.ts';
import { buildSheet } from './layout/sheet.ts';

const sheet = buildSheet(
  parseNetwork({
    version: 1,
    layers: [
      { id: 'x', name: 'input', inputs: [], kind: 'input', shape: [28, 28, 1] },
      {
        id: 'y',
        name: 'conv1',
        inputs: ['x'],
        kind: 'conv2d',
        filters: 2,
        kernelSize: [3, 3],
        strides: [1, 1],
        padding: 'valid',
        useBias: true,
      },
      { id: 'z', name: 'my flat', inputs: ['y'], kind: 'flatten' },
      { id: 'u', name: 'fc1', inputs: ['z'], kind: 'dense', units: 10, useBias: true },
      { id: 'v', name: 'softmax', inputs: ['u'], kind: 'softmax' },
    ],
  }),
);

const AH3 = { row: 2, column: 33, height: 1, width: 1 };
const target = (text: string): string | undefined => {
  const range = parseTarget({ sheets: firstSheets, sheet }, text);
  return range && formatRange(range);
};

describe('what someone types to name cells', () => {
  test.each([
    ['AH3', 'AH3'],
    ['  ah3 ', 'AH3'],
    ['$A$1', 'A1'],
    ['C3:A1', 'A1:C3'],
    ['Network!AH3', 'AH3'],
    ["'network'!A1:B2", 'A1:B2'],
    ['XFD1048576', 'XFD1048576'],
    ['A:C', 'A1:C1048576'],
    ['$C:$A', 'A1:C1048576'],
    ['network!ad:ad', 'AD1:AD1048576'],
    ['2:3', 'A2:XFD3'],
  ])('%s is an address', (text, range) => {
    expect(target(text)).toBe(range);
  });

  test.each([
    ['conv1', 'AH3:BG57'],
    ['conv1/output', 'AH3:BG57'],
    ['CONV1', 'AH3:BG57'],
    ['conv1/kernel', 'AD11:AF42'],
    ['Conv1 / Kernel', 'AD11:AF42'],
    ['conv1/bias', 'AD15:AD44'],
    ['conv1/kernel[0,0,0,1]', 'AD40'],
    ['conv1/kernel[ 2, 1 ,0,0 ]', 'AE13'],
    ['conv1/bias[1]', 'AD44'],
    ['input/output[27,27,0]', 'AB29'],
    ['my flat', 'AH3:BG57'],
    ['softmax/crossEntropy[9]', 'DS12'],
    ['softmax/crossentropy', 'DS3:DS12'],
  ])('%s is a layer, a tensor or an element', (text, range) => {
    expect(target(text)).toBe(range);
  });

  test("a layer whose name looks like an address is meant as it is written, its cell after the sheet's name", () => {
    expect(target('fc1')).toBe(target('fc1/output'));
    expect(target('FC1')).toBe('FC1');
    expect(target('Network!fc1')).toBe('FC1');
  });

  test('an address after the name of a plane is meant in that plane, after the sheet’s among its values', () => {
    const found = (text: string) => parseTarget({ sheets: firstSheets, sheet }, text);
    expect(found('Gradient!AH3')).toEqual({ sheet: 'network', plane: 'gradient', ...AH3 });
    expect(found('mask!ah3')).toEqual({ sheet: 'network', plane: 'mask', ...AH3 });
    expect(found('Network!AH3')).toEqual({ sheet: 'network', plane: 'value', ...AH3 });
    expect(found('AH3')).toEqual({ sheet: 'network', ...AH3 });
    // A sheet with this name comes before the plane.
    const sheets = [{ id: sheet.id, name: 'Gradient' }];
    expect(parseTarget({ sheets, sheet }, 'Gradient!AH3')?.plane).toBe('value');
    expect(parseTarget({ sheets, sheet }, 'Network!AH3')).toBeUndefined();
  });

  test.each([
    '',
    ' ',
    'conv9',
    'conv1/weights',
    'conv1/partial',
    'conv1/',
    '/kernel',
    'conv1/kernel[0,0,0,2]',
    'conv1/kernel[0,0,0]',
    'conv1/kernel[0,0,0,-1]',
    'conv1/kernel[0,0,0,]',
    'conv1/kernel[]',
    'conv1/kernel[0 0,0,0,0]',
    'conv1/kernel[0,0,0,0',
    'conv1[0]extra',
    'Notes!A1',
    'Gradient!conv1',
    'Value!A1',
    'Network!conv1',
    'Network!',
    '!A1',
    'A0',
    'A1048577',
    'XFE1',
    'A1:',
    'A1:conv1',
    'A1:B2:C3',
    'A:',
    'A:1',
    '0:3',
    'XFE:XFE',
    '__proto__',
  ])('%s is nothing on the sheet', text => {
    expect(target(text)).toBeUndefined();
  });
});
