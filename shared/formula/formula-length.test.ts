/** The longest formulas that a sheet could need. Networks of that size are refused today for their number of elements,
 *  so this test lifts that limit. */
import { expect, test, vi } from 'vitest';
import { type Layer, type LayerSettings, parseNetwork } from '../network.ts';
import { buildSheet, type Sheet } from '../layout/sheet.ts';
import { derive } from './derive.ts';

vi.mock(import('../network-limits.ts'), async original => {
  const { LIMITS } = await original();
  return { LIMITS: { ...LIMITS, elements: Infinity, stored: Infinity } as never };
});

/** Layers one after the other, named by their kind and position. */
function chain(...settings: LayerSettings[]): Sheet {
  const name = (position: number) => `${settings[position].kind}${position}`;
  const layers = settings.map(
    (setting, i): Layer => ({ id: name(i), name: name(i), inputs: i === 0 ? [] : [name(i - 1)], ...setting }),
  );
  return buildSheet(parseNetwork({ version: 1, layers }));
}
const input = (...shape: [number, number, number]): LayerSettings => ({ kind: 'input', shape });
const flatten: LayerSettings = { kind: 'flatten' };
const relu: LayerSettings = { kind: 'relu' };
const dense: LayerSettings = { kind: 'dense', units: 1, useBias: true };

test.each([
  ['dense2', [input(4000, 1, 65_536), flatten, dense]],
  ['dense3', [input(150_000, 1000, 1), flatten, relu, dense]],
  ['softmax3', [input(280_000, 1000, 1), flatten, relu, { kind: 'softmax' } satisfies LayerSettings]],
] as const)('A layer whose formulas would be too long for Excel is refused: %s', (name, layers) => {
  expect(() => chain(...layers)).toThrow(
    `A formula of ${name} would be longer than the 8,192 characters a cell can hold. Use fewer or smaller maps ` +
      'before it.',
  );
});

test('A formula of nearly the most sections there may be fits into a cell', () => {
  const sheet = chain(input(2150, 1, 65_536), flatten, dense);
  const { text, references } = derive(sheet, { tensor: 'dense2/output', index: 0 })!;
  expect(references.length).toBeGreaterThan(2 * 130);
  expect(text.length).toBeLessThanOrEqual(8192);
});
