import { describe, expect, it } from 'vitest';
import { layerFormulaOf, type LayerFormula, MOST_PARTS, type Walk } from './layer-formula.ts';

const along = (axis: number, first = 0, size = 1): Walk => ({ first, size, along: { axis, step: 1 } });
const x: LayerFormula = { kind: 'read', of: 0, axes: [along(0), along(1), along(2)] };
const window: LayerFormula = { kind: 'read', of: 0, axes: [along(0, -1, 3), along(1, -1, 3), along(2)] };
const call = (name: string, ...args: unknown[]) => ({ kind: 'call', name, arguments: args });
const operation = (operator: string, ...operands: unknown[]) => ({ kind: 'operation', operator, operands });

describe('the formula of a layer from outside', () => {
  it.each([
    0.1,
    x,
    call('MAX', operation('*', 0.1, x), x),
    call('SUM', window),
    call('IF', call('AND', operation('<', x, 0), operation('>=', x, -3)), operation('-', x), 0),
    operation('+', call('SUMPRODUCT', window, window), call('ROUND', x, 2)),
  ])('is the same after the check', formula => {
    expect(layerFormulaOf(formula)).toEqual(formula);
  });

  it.each([
    ['a text', 'x'],
    ['a number that is not finite', Number.POSITIVE_INFINITY],
    ['an unknown function', call('RAND')],
    ['a function of every object', call('toString', x)],
    ['too few arguments', call('IF', operation('<', x, 0), 1)],
    ['a window where a number belongs', call('ABS', window)],
    ['a condition where a number belongs', operation('+', operation('<', x, 0), 1)],
    ['a number where a condition belongs', call('IF', x, 1, 0)],
    ['a condition alone', operation('<', x, 0)],
    ['a rounding to digits that are calculated', call('ROUND', x, x)],
    ['a product of sums', call('SUMPRODUCT', operation('+', x, 1))],
    ['another field', { ...call('ABS', x), more: 1 }],
    ['a read with a size of 0', { kind: 'read', of: 0, axes: [{ first: 0, size: 0 }] }],
    ['a read of a probability', { kind: 'read', of: 'rate', axes: [{ first: 0, size: 1 }] }],
    ['a read of no parameter', { kind: 'read', of: 'output', axes: [{ first: 0, size: 1 }] }],
    ['more parts than allowed', call('SUM', ...Array.from({ length: 250 }, () => call('SUM', ...Array(10).fill(1))))],
    ['more depth than allowed', Array.from({ length: 300 }).reduce<unknown>(sum => operation('+', sum, 1), x)],
  ])('is refused if it has %s', (_, formula) => {
    expect(MOST_PARTS).toBeLessThan(2500);
    expect(layerFormulaOf(formula)).toBeUndefined();
  });
});
