/** Formula layers for tests: single numbers and windows, one formula and several, with every kind of weight. */
import { padBefore } from '../geometry.ts';
import type { BuiltInSettings } from '../layers/built-in.ts';
import type { FormulaSettings } from '../layers/formula.ts';
import type { FormulaFunction, FormulaOperator, LayerFormula, LayerRead, Walk } from '../layers/layer-formula.ts';
import type { Random } from '../random.ts';
import type { Padding, Pair, ParameterName, Shape } from '../tensor.ts';

export const fx = (name: FormulaFunction, ...args: LayerFormula[]): LayerFormula => ({
  kind: 'call',
  name,
  arguments: args,
});
export const op = (operator: FormulaOperator, ...operands: LayerFormula[]): LayerFormula => ({
  kind: 'operation',
  operator,
  operands,
});
const along = (axis: number): Walk => ({ first: 0, size: 1, along: { axis, step: 1 } });

/** The element at the cell's own place in an input of this shape. */
export function sameElementIn(shape: Shape, of = 0): LayerRead {
  return { kind: 'read', of, axes: shape.map((_, axis) => along(axis)) };
}

/** The number of a parameter that belongs to the cell's map or unit. */
export function ofMap(of: ParameterName, output: Shape): LayerRead {
  return { kind: 'read', of, axes: [along(output.length - 1)] };
}

/** One of the layer's own weights. */
export function ownWeight(index: number): LayerRead {
  return { kind: 'read', of: 'weights', axes: [{ first: index, size: 1 }] };
}

export type WindowSettings = { size: Pair; strides: Pair; padding: Padding };

/** The window of a cell in its own map of an input. `map`: in this map instead. */
export function windowIn(shape: Shape, { size, strides, padding }: WindowSettings, map?: number, of = 0): LayerRead {
  const walk = (axis: 0 | 1): Walk => ({
    first: 0 - padBefore(shape[axis], size[axis], strides[axis], padding),
    size: size[axis],
    along: { axis, step: strides[axis] },
  });
  return { kind: 'read', of, axes: [walk(0), walk(1), map === undefined ? along(2) : { first: map, size: 1 }] };
}

/** The kernel's weights for an input map, and for the cell's own map. */
export function kernelFor([height, width]: Pair, map: number): LayerRead {
  const axes = [{ first: 0, size: height }, { first: 0, size: width }, { first: map, size: 1 }, along(2)];
  return { kind: 'read', of: 'kernel', axes };
}

/** A convolution, written by hand: a SUMPRODUCT for each input map, and the bias. */
export function convolutionByHand(
  shape: Shape,
  filters: number,
  window: WindowSettings,
  useBias = true,
): FormulaSettings {
  const { size: kernelSize, strides, padding } = window;
  const products = Array.from({ length: shape[2] }, (_, map) =>
    fx('SUMPRODUCT', windowIn(shape, window, map), kernelFor(kernelSize, map)),
  );
  const terms = [...products, ...(useBias ? [ofMap('bias', [1, 1, 1])] : [])];
  const sum = terms.reduce((left, right) => op('+', left, right));
  return {
    kind: 'formula',
    instead: { kind: 'conv2d', filters, kernelSize, strides, padding, useBias },
    formulas: [sum],
  };
}

/** Formulas of a single number, with up to two own weights. */
export const formulasOfOne: readonly ((x: LayerFormula) => LayerFormula)[] = [
  x => fx('MAX', op('*', 0.1, x), x),
  x => fx('LN', op('+', 1, fx('EXP', x))),
  x => op('/', x, op('+', 1, fx('EXP', op('-', x)))),
  x => op('/', op('*', x, fx('MIN', fx('MAX', op('+', x, 3), 0), 6)), 6),
  x => fx('IF', op('<', x, 0), op('-', fx('EXP', x), 1), x),
  x => fx('IF', fx('AND', op('>', x, -1), fx('OR', op('<', x, 1), op('=', x, 2))), op('^', x, 2), fx('ABS', x)),
  x => op('+', op('*', ownWeight(0), fx('TANH', x)), ownWeight(1)),
  x => fx('MAX', op('*', ownWeight(0), x), x),
  x => op('+', fx('SIN', x), fx('COS', op('*', ownWeight(1), x))),
  x => fx('SQRT', op('+', op('*', x, x), 1)),
  x => op('+', fx('SIGN', x), op('%', op('*', x, 50))),
  x => op('+', fx('INT', fx('ABS', x)), op('*', fx('ROUND', x, 1), x)),
  x => fx('LOG10', op('+', fx('SUMSQ', x, 2), 1)),
  x => fx('AVERAGE', x, 1, fx('POWER', fx('SUM', fx('ABS', x), 1), 1.5)),
];

/** A random formula layer that reads one input of this shape. */
export function randomFormulaLayer(shape: Shape, random: Random): FormulaSettings {
  const pick = <T>(choices: readonly T[]): T => choices[random.integer(choices.length)];
  const x = sameElementIn(shape);
  const kind = 'formula' as const;
  const withWeights = (settings: FormulaSettings): FormulaSettings =>
    JSON.stringify(settings.formulas).includes('"weights"') ? { ...settings, weights: [0.3, -0.7] } : settings;
  const instead: BuiltInSettings = { kind: pick(['relu', 'tanh', 'sigmoid'] as const) };
  const choice = random.integer(shape.length === 3 ? 7 : 3);
  if (choice === 0) {
    const formula = op('+', op('*', ofMap('gamma', shape), x), ofMap('beta', shape));
    return { kind, instead: { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 }, formulas: [formula] };
  }
  // Some maps have a formula of their own.
  if (choice === 1 && shape.at(-1)! <= 12)
    return withWeights({
      kind,
      instead,
      formulas: Array.from({ length: shape.at(-1)! }, () => pick(formulasOfOne)(x)),
    });
  if (choice <= 2) return withWeights({ kind, instead, formulas: [pick(formulasOfOne)(x)] });
  const padding = pick<Padding>(['valid', 'same']);
  const side = (axis: number) => 1 + random.integer(padding === 'same' ? 3 : Math.min(3, shape[axis]));
  const size: Pair = [side(0), side(1)];
  const strides: Pair = [0, 1].map(axis => (shape[axis] > size[axis] ? 1 + random.integer(2) : 1)) as [number, number];
  const window = { size, strides, padding };
  if (choice === 3 && shape[2] <= 4) {
    const own = convolutionByHand(shape, 1 + random.integer(4), window, random.integer(2) === 0);
    return random.integer(2) === 0 ? own : { ...own, formulas: [fx('MAX', 0, own.formulas[0])] };
  }
  const pool: BuiltInSettings = { kind: 'averagePool2d', poolSize: size, strides, padding };
  const read = windowIn(shape, window);
  const windows: LayerFormula[] = [
    fx('SUM', read),
    fx('AVERAGE', read),
    fx('MAX', read),
    fx('MIN', read),
    fx('SUMSQ', read),
    op('-', fx('MAX', read), fx('MIN', read)),
    fx('MAX', 0, fx('AVERAGE', read), op('*', ownWeight(0), fx('MAX', read, 1))),
    fx('SUMPRODUCT', read, read),
    // A difference to the first number of the map.
    op('-', fx('SUM', read), { kind: 'read', of: 0, axes: [{ first: 0, size: 1 }, { first: 0, size: 1 }, along(2)] }),
    fx('SQRT', op('+', 1, fx('SUMSQ', read, ownWeight(1)))),
  ];
  return withWeights({ kind, instead: pool, formulas: [pick(windows)] });
}
