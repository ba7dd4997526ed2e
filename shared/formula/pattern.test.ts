import { describe, expect, test } from 'vitest';
import { formatAddress } from '../address.ts';
import type { ElementContent } from '../cells.ts';
import { buildSheet, type Sheet } from '../layout/sheet.ts';
import { parseNetwork, type TensorId } from '../network.ts';
import { firstSheets } from '../places.ts';
import { createRandom } from '../random.ts';
import { conv, input, network, plain } from '../testing/plain-layers.ts';
import { randomNetwork } from '../testing/random-network.ts';
import { expressionOf } from './derive.ts';
import { filledOver } from './fill.ts';
import { patternOver, type Recognised } from './pattern.ts';
import { readFormula } from './typed.ts';

const names = new Map();

/** A tensor over which formulas are written, each filled from the first of some elements over all of them. */
function written(sheet: Sheet, tensor: TensorId, fills: readonly { text: string; over: readonly number[] }[]) {
  const contents = new Map<number, ElementContent>();
  for (const { text, over } of fills) {
    const read = readFormula(text, { sheet, sheets: firstSheets, names, on: sheet.id });
    if (read.problem !== undefined) throw new Error(JSON.stringify(read.problem));
    for (const { indices, content } of filledOver(sheet, tensor, over[0], read.expression, over))
      for (const index of indices) contents.set(index, content!);
  }
  return contents;
}
const everywhere = (sheet: Sheet, tensor: TensorId) => [...Array(sheet.tensors.get(tensor)!.size).keys()];
const inMap = (sheet: Sheet, tensor: TensorId, map: number) => {
  const channels = sheet.tensors.get(tensor)!.shape[2];
  return everywhere(sheet, tensor).filter(index => index % channels === map);
};
const recognised = (sheet: Sheet, tensor: TensorId, contents: ReadonlyMap<number, ElementContent>) =>
  patternOver(sheet, tensor, contents, [contents.keys()]);

const walk = (first: number, size: number, axis?: number, step = 1) => ({
  first,
  size,
  ...(axis !== undefined && { along: { axis, step } }),
});
const sameCell = [walk(0, 1, 0), walk(0, 1, 1), walk(0, 1, 2)];

/** What each reference of the whole tensor's pattern reads. */
function readsOf(found: Recognised | undefined) {
  if (found?.kind !== 'pattern') throw new Error(found?.kind ?? 'nothing');
  const { patterns } = found;
  if (!('reads' in patterns)) throw new Error('a pattern for each map');
  return patterns.reads;
}

describe('over a ReLU of two maps', () => {
  const sheet = buildSheet(parseNetwork(network({ ...input, shape: [8, 9, 1] }, conv, plain('relu', 'conv1'))));
  const { row, column } = sheet.layout.cellOf('conv1/output', 0);
  const tensor = 'relu/output' as const;
  const at = (index: number, source: TensorId = 'conv1/output') => {
    const cell = sheet.layout.cellOf(source, index);
    return `${String.fromCharCode(64 + cell.column + 1)}${cell.row + 1}`;
  };

  test('the same formula of the same cell is one pattern', () => {
    expect(row + column).toBeGreaterThan(0);
    const contents = written(sheet, tensor, [{ text: `=MAX(0.1*${at(0)},${at(0)})`, over: everywhere(sheet, tensor) }]);
    expect(readsOf(recognised(sheet, tensor, contents))).toEqual([
      { tensor: 'conv1/output', walks: sameCell },
      { tensor: 'conv1/output', walks: sameCell },
    ]);
  });

  test('a parameter of its own in each map is read along the maps', () => {
    const bias = (map: number) => at(map, 'conv1/bias').replace(/[A-Z]+/, '$$$&$$');
    const contents = written(
      sheet,
      tensor,
      [0, 1].map(map => ({ text: `=${at(map)}*${bias(map)}`, over: inMap(sheet, tensor, map) })),
    );
    expect(readsOf(recognised(sheet, tensor, contents))[1]).toEqual({
      tensor: 'conv1/bias',
      walks: [walk(0, 1, 2)],
    });
  });

  test('a pattern over one map leaves the other map its own formula', () => {
    const contents = written(sheet, tensor, [{ text: `=ABS(${at(1)})`, over: inMap(sheet, tensor, 1) }]);
    const found = recognised(sheet, tensor, contents);
    expect(found).toMatchObject({ kind: 'pattern', maps: [1] });
    expect(found?.kind === 'pattern' && found.patterns).toMatchObject([
      { formula: { name: 'MAX' } },
      { formula: { name: 'ABS' } },
    ]);
  });

  test('where nine in ten cells agree, the others are named', () => {
    const contents = written(sheet, tensor, [
      { text: `=ABS(${at(0)})`, over: everywhere(sheet, tensor) },
      { text: `=-ABS(${at(20)})`, over: [20] },
    ]);
    contents.delete(42);
    expect(recognised(sheet, tensor, contents)).toEqual({ kind: 'almost', differing: [20, 42], of: 42 });
  });

  test('formulas that read more and more cells are no pattern', () => {
    const contents = written(sheet, tensor, [
      { text: `=SUM($${at(0).replace(/\d/, '$$$&')}:${at(0)})`, over: inMap(sheet, tensor, 0) },
    ]);
    expect(recognised(sheet, tensor, contents)).toEqual({ kind: 'unknown', maps: [0] });
  });

  test('nothing is looked for where few cells have formulas, or only numbers', () => {
    const few = written(sheet, tensor, [{ text: `=ABS(${at(0)})`, over: inMap(sheet, tensor, 0).slice(0, 30) }]);
    expect(recognised(sheet, tensor, few)).toBeUndefined();
    expect(recognised(sheet, tensor, new Map(everywhere(sheet, tensor).map(index => [index, 1])))).toBeUndefined();
  });
});

test('windows of pools, and convolutions written by hand, are recognised', () => {
  const pooled = buildSheet(
    parseNetwork(
      network(
        { ...input, shape: [8, 8, 1] },
        { ...conv, padding: 'same' },
        { ...plain('maxPool2d', 'conv1', 'pool'), poolSize: [2, 2], strides: [2, 2], padding: 'valid' },
      ),
    ),
  );
  const all = everywhere(pooled, 'pool/output');
  const cell = (tensor: TensorId, index: number) => formatAddress(pooled.layout.cellOf(tensor, index));
  const window = `${cell('conv1/output', 0)}:${cell('conv1/output', 18)}`;
  const pools = written(pooled, 'pool/output', [{ text: `=MAX(${window})*2`, over: all }]);
  expect(readsOf(recognised(pooled, 'pool/output', pools))).toEqual([
    { tensor: 'conv1/output', walks: [walk(0, 2, 0, 2), walk(0, 2, 1, 2), walk(0, 1, 2)] },
  ]);
  const fixed = (index: number) => cell('conv1/kernel', index).replace(/[A-Z]+/, '$$$&$$');
  const kernels = [0, 1].map(filter => `${fixed(filter)}:${fixed(16 + filter)}`);
  const hand = written(
    pooled,
    'conv1/output',
    kernels.map((kernel, map) => {
      const cells = inMap(pooled, 'conv1/output', map);
      return {
        text: `=SUMPRODUCT(${cell('input/output', 0)}:${cell('input/output', 18)},${kernel})`,
        over: [18 + map, ...cells.filter(index => index !== 18 + map)],
      };
    }),
  );
  expect(readsOf(recognised(pooled, 'conv1/output', hand))).toEqual([
    { tensor: 'input/output', walks: [walk(-1, 3, 0), walk(-1, 3, 1), walk(0, 1)] },
    { tensor: 'conv1/kernel', walks: [walk(0, 3), walk(0, 3), walk(0, 1), walk(0, 1, 2)] },
  ]);
});

test('the formulas of every kind of layer but those with several of them are recognised when they are typed', () => {
  const found = new Map<string, number>();
  for (let seed = 0; seed < 25; seed++) {
    const random = createRandom(seed);
    const sheet = buildSheet(parseNetwork(randomNetwork(random)));
    for (const { id, role, size, shape, name, layer } of sheet.tensors.values()) {
      if (role !== 'computed' || name !== 'output' || shape.length !== 3 || size > 2000) continue;
      const { kind, ...settings } = sheet.layers.get(layer)!;
      // At the borders, windows with gaps have fewer terms.
      const gaps = 'dilationRate' in settings && settings.padding === 'same';
      if (gaps || ['concatenate', 'zeroPadding2d', 'softmax'].includes(kind)) continue;
      const contents = new Map<number, ElementContent>();
      for (let index = 0; index < size; index++)
        contents.set(index, { formula: expressionOf(sheet, { tensor: id, index })!, from: index });
      const { kind: is } = recognised(sheet, id, contents) ?? {};
      expect(is, `seed ${seed}: ${JSON.stringify(sheet.layers.get(layer))} ${shape.join('×')}`).toBe('pattern');
      found.set(kind, (found.get(kind) ?? 0) + 1);
    }
  }
  expect(found.size).toBeGreaterThan(10);
});
