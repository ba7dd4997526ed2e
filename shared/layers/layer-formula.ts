/** The formula of a formula layer: what a user wrote over a whole band, as one tree for all its elements.
 *
 *  It has the same operations and calls as an Expression. An Expression over elements has a reference for each thing
 *  that it reads: the elements `first` to `last` of a tensor, for one cell. A LayerRead says for every cell at once
 *  where these elements are. For example, `MAX(0.1*AH3,AH3)` over a band reads in each cell the same element of the
 *  input: `{ kind: 'read', of: 0, axes: [walk(0), walk(1), walk(2)] }`, where `walk(axis)` is
 *  `{ first: 0, size: 1, along: { axis, step: 1 } }`. A 3×3 window with padding 'same' begins one row and one column
 *  before the cell: `{ first: -1, size: 3, along: { axis: 0, step: 1 } }`. A bias is `[{ first: 0, size: 1, along:
 *  { axis: 2, step: 1 } }]`, and the third weight of the layer's own is `[{ first: 2, size: 1 }]`. */
import * as v from 'valibot';
import { LIMITS } from '../network-limits.ts';
import { issuesOf } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';
import type { ParameterName } from '../tensor.ts';
import { parameterOf } from './parameters.ts';

/** A formula for every element of a layer's output. */
export type LayerFormula = number | LayerRead | FormulaOperation | FormulaCall;
export type FormulaOperation = {
  kind: 'operation';
  operator: FormulaOperator;
  operands: readonly LayerFormula[];
};
export type FormulaCall = { kind: 'call'; name: FormulaFunction; arguments: readonly LayerFormula[] };

/** The elements that the formula reads: of an input of the layer (by position) or of a parameter of the layer (by
 *  name). There is a walk for each axis of that tensor. After a flatten layer, that is one axis. */
export type LayerRead = { kind: 'read'; of: number | ParameterName; axes: readonly Walk[] };

/** `size` neighbouring elements along one axis of the tensor that is read. The first has the coordinate `first`. With
 *  `along`, it is `step` further for each step of the reading element along `axis` of the layer's output, or for each
 *  `cells` steps if that is given. What lies outside the tensor is left out. So at the borders a window is cut. In
 *  SUMPRODUCT, what is cut off one of the reads is left out of all of them. */
export type Walk = { first: number; size: number; along?: { axis: number; step: number; cells?: number } };

/** + and - take one or two operands, % one, all others two. */
export type FormulaOperator = (typeof operators)[number];
const operators = ['+', '-', '*', '/', '^', '%', '=', '<>', '<', '>', '<=', '>='] as const;
const signs: ReadonlySet<FormulaOperator> = new Set(['+', '-', '%']);
const comparisons: ReadonlySet<FormulaOperator> = new Set(['=', '<>', '<', '>', '<=', '>=']);

/** The most arguments of a function. */
const MOST_ARGUMENTS = 255;
const one = [1, 1] as const;
const several = [1, MOST_ARGUMENTS] as const;
/** How many arguments each function takes. */
const functions = {
  ABS: one,
  SIGN: one,
  EXP: one,
  LN: one,
  LOG10: one,
  SQRT: one,
  TANH: one,
  SIN: one,
  COS: one,
  INT: one,
  POWER: [2, 2],
  /** The second argument is a whole number. */
  ROUND: [2, 2],
  /** The first argument is a condition. Both results have to be there. */
  IF: [3, 3],
  AND: several,
  OR: several,
  MAX: several,
  MIN: several,
  SUM: several,
  AVERAGE: several,
  SUMSQ: several,
  /** Its arguments are reads of as many rows and columns. */
  SUMPRODUCT: several,
} as const satisfies Readonly<Record<string, readonly [least: number, most: number]>>;
export type FormulaFunction = keyof typeof functions;
export const functionNames: ReadonlySet<string> = new Set(Object.keys(functions));

/** The functions that take ranges. The others take one number from each read. */
export const windowFunctions: ReadonlySet<FormulaFunction> = new Set([
  'SUM',
  'AVERAGE',
  'MAX',
  'MIN',
  'SUMSQ',
  'SUMPRODUCT',
]);

/** The most numbers, reads, operations and calls of one layer's formulas together. */
export const MOST_PARTS = 2000;
/** How deep a formula may be. A sum of n terms is n deep, and a convolution by hand has one for each input map. */
export const DEEPEST = 140;
/** How many levels of JSON such a formula has: each part is an object with a list. */
export const FORMULA_LEVELS = 2 * DEEPEST;
/** The most weights of a layer's own. */
export const MOST_WEIGHTS = 1000;
/** The most axes of a tensor. */
const MOST_AXES = 4;

/** Why a formula can't be that of a layer. */
class NoLayerFormula extends Error {}

/** A formula from outside, checked and copied. undefined if it can't be the formula of a layer: then it has a part that
 *  isn't listed above, is too large, or has a condition where a number belongs (or the reverse). Whether its reads fit
 *  the layer is checked with the shapes. */
export function layerFormulaOf(value: unknown): LayerFormula | undefined {
  let left = MOST_PARTS;
  try {
    return numberFrom(value, 0);
  } catch (fault) {
    if (fault instanceof NoLayerFormula) return undefined;
    throw fault;
  }

  function numberFrom(value: unknown, depth: number): LayerFormula {
    const formula = partFrom(value, depth);
    if (isCondition(formula)) throw new NoLayerFormula();
    if (typeof formula === 'object' && formula.kind === 'read' && isRange(formula)) throw new NoLayerFormula();
    return formula;
  }

  function conditionFrom(value: unknown, depth: number): LayerFormula {
    const formula = partFrom(value, depth);
    if (!isCondition(formula)) throw new NoLayerFormula();
    return formula;
  }

  function partFrom(value: unknown, depth: number): LayerFormula {
    if (--left < 0 || depth > DEEPEST) throw new NoLayerFormula();
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value !== 'object' || value === null) throw new NoLayerFormula();
    if (hasFields(value, 'kind', 'of', 'axes') && value.kind === 'read') return readFrom(value);
    if (hasFields(value, 'kind', 'operator', 'operands') && value.kind === 'operation') {
      const operator = operators.find(each => each === value.operator);
      const operands = listFrom(value.operands, 2);
      if (!operator || (operands.length === 1 ? !signs.has(operator) : operator === '%')) throw new NoLayerFormula();
      return { kind: 'operation', operator, operands: operands.map(each => numberFrom(each, depth + 1)) };
    }
    if (hasFields(value, 'kind', 'name', 'arguments') && value.kind === 'call') return callFrom(value, depth);
    throw new NoLayerFormula();
  }

  function callFrom(value: Record<'name' | 'arguments', unknown>, depth: number): FormulaCall {
    if (typeof value.name !== 'string' || !Object.hasOwn(functions, value.name)) throw new NoLayerFormula();
    const name = value.name as FormulaFunction;
    const [least, most] = functions[name];
    const given = listFrom(value.arguments, most);
    if (given.length < least) throw new NoLayerFormula();
    const takesRanges = windowFunctions.has(name);
    const parts = given.map((each, place) => {
      if (name === 'AND' || name === 'OR' || (name === 'IF' && place === 0)) return conditionFrom(each, depth + 1);
      const part = takesRanges ? partFrom(each, depth + 1) : numberFrom(each, depth + 1);
      if (isCondition(part)) throw new NoLayerFormula();
      return part;
    });
    if (name === 'ROUND' && !Number.isInteger(parts[1])) throw new NoLayerFormula();
    if (name === 'SUMPRODUCT' && !parts.every(part => typeof part === 'object' && part.kind === 'read'))
      throw new NoLayerFormula();
    return { kind: 'call', name, arguments: parts };
  }

  function readFrom({ of, axes }: Record<'of' | 'axes', unknown>): LayerRead {
    const isInput = typeof of === 'number' && isWhole(of, 0, LIMITS.inputs - 1);
    if (!isInput && !(typeof of === 'string' && parameterOf(of)?.shown)) throw new NoLayerFormula();
    return { kind: 'read', of: of as LayerRead['of'], axes: listFrom(axes, MOST_AXES).map(walkFrom) };
  }
}

function walkFrom(value: unknown): Walk {
  if (typeof value !== 'object' || value === null) throw new NoLayerFormula();
  const { first, size, along, ...others } = value as Partial<Walk>;
  const fits = Object.keys(others).length === 0 && isWhole(first, -LIMITS.height, LIMITS.elements);
  if (!fits || !isWhole(size, 1, LIMITS.elements)) throw new NoLayerFormula();
  if (along === undefined) return { first, size };
  if (typeof along !== 'object' || along === null) throw new NoLayerFormula();
  const { axis, step, cells, ...more } = along;
  if (Object.keys(more).length > 0 || !isWhole(axis, 0, 2) || !isWhole(step, 1, LIMITS.elements))
    throw new NoLayerFormula();
  if (cells === undefined) return { first, size, along: { axis, step } };
  if (!isWhole(cells, 1, LIMITS.elements)) throw new NoLayerFormula();
  return { first, size, along: { axis, step, cells } };
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function hasFields<Names extends string>(value: object, ...names: Names[]): value is Record<Names, unknown> {
  return Object.keys(value).length === names.length && names.every(name => Object.hasOwn(value, name));
}

function listFrom(value: unknown, most: number): unknown[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > most) throw new NoLayerFormula();
  return value;
}

/** Whether a part is true or false, rather than a number. */
export function isCondition(formula: LayerFormula): boolean {
  if (typeof formula !== 'object') return false;
  if (formula.kind === 'operation') return comparisons.has(formula.operator);
  return formula.kind === 'call' && (formula.name === 'AND' || formula.name === 'OR');
}

/** Whether a read has more than one element, away from the borders. */
export function isRange({ axes }: LayerRead): boolean {
  return axes.some(({ size }) => size > 1);
}

/** The operands or arguments of a part. */
export function partsOf(formula: LayerFormula): readonly LayerFormula[] {
  if (typeof formula !== 'object' || formula.kind === 'read') return [];
  return formula.kind === 'operation' ? formula.operands : formula.arguments;
}

/** All reads of a formula, in the order of its text. */
export function readsIn(formula: LayerFormula): LayerRead[] {
  if (typeof formula === 'object' && formula.kind === 'read') return [formula];
  return partsOf(formula).flatMap(readsIn);
}

/** How many numbers, reads, operations and calls a formula has. */
export function countParts(formula: LayerFormula): number {
  return partsOf(formula).reduce<number>((sum, part) => sum + countParts(part), 1);
}

const expected = issuesOf(sentences.layers.expected);

/** The schema of a layer's formulas: one for all of its maps or units, or one for each. */
export const formulasSchema: v.GenericSchema<unknown, readonly LayerFormula[]> = v.pipe(
  v.array(v.unknown(), expected.formulas(MOST_PARTS)),
  v.minLength(1, expected.formulas(MOST_PARTS)),
  v.maxLength(MOST_PARTS, expected.formulas(MOST_PARTS)),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const formulas = dataset.value.map(layerFormulaOf).filter(each => each !== undefined);
    const parts = formulas.map(countParts).reduce((sum, count) => sum + count, 0);
    if (formulas.length === dataset.value.length && parts <= MOST_PARTS) return formulas;
    addIssue({ message: expected.formulas(MOST_PARTS) });
    return NEVER;
  }),
);

/** The schema of the numbers that a layer's own weights begin with. */
export const weightsSchema = v.pipe(
  v.array(v.number(expected.ownWeights(MOST_WEIGHTS)), expected.ownWeights(MOST_WEIGHTS)),
  v.minLength(1, expected.ownWeights(MOST_WEIGHTS)),
  v.maxLength(MOST_WEIGHTS, expected.ownWeights(MOST_WEIGHTS)),
  v.check(weights => weights.every(Number.isFinite), expected.ownWeights(MOST_WEIGHTS)),
  v.readonly(),
);
