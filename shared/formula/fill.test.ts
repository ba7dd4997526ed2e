import { describe, expect, test } from 'vitest';
import { formulaOfElement } from './placed.ts';
import { isFormula } from '../cells.ts';
import { buildSheet, type Sheet } from '../layout/sheet.ts';
import { type LayerFormula, readsIn } from '../layers/layer-formula.ts';
import { parseNetwork, type TensorId } from '../network.ts';
import { createRandom } from '../random.ts';
import { firstSheets } from '../places.ts';
import { randomNetwork } from '../testing/random-network.ts';
import { derive, expressionOf } from './derive.ts';
import { type Expression, mapReferences, RELATIVE } from './expression.ts';
import { filledOver } from './fill.ts';
import { readFormula, writeFormula } from './typed.ts';

/** The text that a formula over `from` has when it is filled over `to`. */
function filled(sheet: Sheet, tensor: TensorId, from: number, formula: Expression, to: number): string {
  const [edit] = filledOver(sheet, tensor, from, formula, [to]);
  if (!isFormula<number>(edit.content)) throw new Error('No formula');
  const expression = formulaOfElement(sheet, tensor, to, edit.content);
  return writeFormula(expression, { sheet, sheets: firstSheets, names: new Map(), on: sheet.id }).text;
}

test('a layer’s own formula, filled over its tensor, is the layer’s own formula there', () => {
  let compared = 0;
  for (let seed = 0; seed < 80; seed++) {
    const random = createRandom(seed);
    const sheet = buildSheet(parseNetwork(randomNetwork(random)));
    for (const { id, role, size, shape, name } of sheet.tensors.values()) {
      if (role !== 'computed' || name !== 'output' || shape.length !== 3) continue;
      const [from, to] = [random.integer(size), random.integer(size)];
      const formula = mapReferences(expressionOf(sheet, { tensor: id, index: from })!, each => ({
        ...each,
        anchors: RELATIVE,
      }));
      const expected = derive(sheet, { tensor: id, index: to })!.text.replaceAll('$', '');
      if (differs(sheet, id)) continue;
      expect(filled(sheet, id, from, formula, to), `seed ${seed}: ${id} from ${from} to ${to}`).toBe(expected);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(150);
});

/** Whether the cells of a layer have different formulas: of windows that are cut at a padded border, of zeros,
 *  of several inputs, or of one input in several ways. */
function differs(sheet: Sheet, tensor: TensorId): boolean {
  const layer = sheet.layers.get(sheet.tensors.get(tensor)!.layer)!;
  if (['concatenate', 'zeroPadding2d', 'layerNormalization'].includes(layer.kind)) return true;
  if (layer.kind === 'formula' && (layer.formulas.length > 1 || layer.formulas.some(isFixedSomewhere))) return true;
  const windowed = layer.kind === 'formula' ? layer.instead : layer;
  return 'padding' in windowed && windowed.padding === 'same';
}

/** Whether a formula reads an input at a place that is the same for all cells of a map. */
function isFixedSomewhere(formula: LayerFormula): boolean {
  return readsIn(formula).some(({ of, axes }) => typeof of === 'number' && axes.some(({ along }) => !along));
}

describe('over pooled maps', () => {
  const sheet = buildSheet(
    parseNetwork({
      version: 1,
      layers: [
        { id: 'in', name: 'in', kind: 'input', inputs: [], shape: [4, 6, 2] },
        {
          id: 'p',
          name: 'pool',
          kind: 'maxPool2d',
          inputs: ['in'],
          poolSize: [2, 2],
          strides: [2, 2],
          padding: 'valid',
        },
      ],
    }),
  );
  const typed = (text: string): Expression => {
    const read = readFormula(text, { sheet, sheets: firstSheets, names: new Map(), on: sheet.id });
    if (read.problem !== undefined) throw new Error(text);
    return read.expression;
  };
  const range = (first: number, last: number) =>
    writeFormula(
      { kind: 'elements', tensor: 'in/output', first, last, anchors: RELATIVE },
      { sheet, sheets: firstSheets, names: new Map(), on: sheet.id },
    ).text.slice(1);

  test('a window moves by the stride, from channel to channel, and a $ keeps it', () => {
    // Windows of 2×2 of the first channel, in a tensor [4,6,2].
    const formula = typed(`=AVERAGE(${range(0, 14)})`);
    expect(filled(sheet, 'p/output', 0, formula, 2)).toBe(`=AVERAGE(${range(4, 18)})`);
    expect(filled(sheet, 'p/output', 0, formula, 6)).toBe(`=AVERAGE(${range(24, 38)})`);
    expect(filled(sheet, 'p/output', 0, formula, 1)).toBe(`=AVERAGE(${range(1, 15)})`);
    const [column, row] = /([A-Z]+)(\d+)/.exec(range(0, 0))!.slice(1);
    expect(filled(sheet, 'p/output', 0, typed(`=$${column}$${row}`), 6)).toBe(`=$${column}$${row}`);
  });

  test('what would lie outside the maps is #REF!', () => {
    expect(filled(sheet, 'p/output', 0, typed(`=${range(8, 8)}`), 4)).toBe('=#REF!');
  });

  test('what the layer doesn’t read moves as in any spreadsheet', () => {
    expect(filled(sheet, 'p/output', 0, typed('=A40*2'), 2)).toBe('=B40*2');
    expect(filled(sheet, 'p/output', 0, typed('=A40*2'), 6)).toBe('=A41*2');
  });
});

describe('at the borders of padded maps', () => {
  const sheet = buildSheet(
    parseNetwork({
      version: 1,
      layers: [
        { id: 'in', name: 'in', kind: 'input', inputs: [], shape: [5, 5, 1] },
        {
          id: 'c',
          name: 'conv',
          kind: 'conv2d',
          inputs: ['in'],
          filters: 1,
          kernelSize: [3, 3],
          strides: [1, 1],
          padding: 'same',
          useBias: false,
        },
      ],
    }),
  );
  const middle = 12;
  const own = expressionOf(sheet, { tensor: 'c/output', index: middle })!;

  test('windows and the kernel are cut as in the layer’s own formulas', () => {
    for (let index = 0; index < 25; index++)
      expect(filled(sheet, 'c/output', middle, own, index)).toBe(derive(sheet, { tensor: 'c/output', index })!.text);
  });

  test('only the cells at the borders get formulas of their own', () => {
    const edits = filledOver(sheet, 'c/output', middle, own, Array(25).keys());
    expect(edits.map(({ indices }) => indices.length).sort((a, b) => b - a)).toEqual([9, ...Array(16).fill(1)]);
  });
});

test('a formula filled over a map shares one object, so that ten thousand take no longer than one', () => {
  const sheet = buildSheet(
    parseNetwork({
      version: 1,
      layers: [
        { id: 'in', name: 'in', kind: 'input', inputs: [], shape: [100, 100, 1] },
        { id: 'r', name: 'relu', kind: 'relu', inputs: ['in'] },
      ],
    }),
  );
  const formula: Expression = { kind: 'elements', tensor: 'in/output', first: 0, last: 0, anchors: RELATIVE };
  const edits = filledOver(sheet, 'r/output', 0, formula, Array(10_000).keys());
  expect(edits).toHaveLength(1);
  expect(edits[0].indices).toHaveLength(10_000);
});
