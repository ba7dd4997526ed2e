import { describe, expect, it } from 'vitest';
import { derive } from '../formula/derive.ts';
import { dependents, receptiveField } from '../formula/trace.ts';
import { buildSheet } from '../layout/sheet.ts';
import { inferShapes, parseNetwork } from '../network.ts';
import { readByHand } from '../network-by-hand.ts';

const network = (...layers: unknown[]) => readByHand({ input: [2, 3, 2], layers }).network;

describe('a reshape layer', () => {
  it('reads a vector as maps of one cell, and maps as a vector', () => {
    const made = network(
      { kind: 'reshape', name: 'flat', targetShape: [12] },
      { kind: 'dense', name: 'dense', units: 4 },
      { kind: 'reshape', name: 'maps', targetShape: [1, 1, 4] },
      { kind: 'conv2d', name: 'conv', filters: 2, kernelSize: 1 },
      { kind: 'reshape', name: 'scores', targetShape: [2] },
      'softmax',
    );
    expect([...inferShapes(made).values()]).toEqual([[2, 3, 2], [12], [4], [1, 1, 4], [1, 1, 2], [2], [2]]);
    const sheet = buildSheet(made);
    const cells = [0, 1, 2, 3].map(index => sheet.layout.cellOf('dense/output', index));
    const { references } = derive(sheet, { tensor: 'conv/output', index: 1 })!;
    const read = references
      .filter(({ role }) => role === 'activation')
      .map(({ range: { row, column } }) => ({ row, column }));
    expect(read).toEqual(cells);
    const [{ row, column }] = dependents(sheet, { tensor: 'dense/output', index: 3 });
    expect(sheet.layout.elementAt(row, column)?.tensor).toBe('conv/output');
    expect(receptiveField(sheet, { tensor: 'conv/output', index: 0 })).toHaveLength(2);
  });

  it('refuses other sizes and maps that would be mixed, and says what would fit', () => {
    expect(() => network({ kind: 'reshape', targetShape: [11] })).toThrow(
      "reshape can't read input (2×3×2) as 11: that isn't as many numbers. As a vector it is [12].",
    );
    expect(() => network({ kind: 'reshape', targetShape: [3, 2, 2] })).toThrow('would mix rows, columns and maps');
    expect(() => network('flatten', { kind: 'reshape', targetShape: [3, 4, 1] })).toThrow(
      'maps of one cell [1, 1, 12]',
    );
    expect(() => network({ kind: 'reshape', targetShape: [3, 4] })).toThrow(
      'a list of one number (a vector) or of three',
    );
    expect(() => parseNetwork(network({ kind: 'reshape', targetShape: [12] }))).not.toThrow();
  });
});
