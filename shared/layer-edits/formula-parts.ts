/** Makes the formulas of a layer of the patterns that users wrote over its cells. */
import { formatAddress } from '../address.ts';
import { cellAt, isFormula, sheetOf, type Written } from '../cells.ts';
import { ABSOLUTE, type Call, type ElementsReference, type Expression } from '../formula/expression.ts';
import { sheetPrefix } from '../formula/notation.ts';
import type { Pattern, PatternRead } from '../formula/pattern.ts';
import { cellsOf } from '../formula/placed.ts';
import { kindOf, type Layer } from '../layers/kinds.ts';
import {
  DEEPEST,
  type FormulaFunction,
  type FormulaOperator,
  functionNames,
  isCondition,
  type LayerFormula,
  layerFormulaOf,
  type LayerRead,
  type Walk,
} from '../layers/layer-formula.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { Sentence } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';
import type { CellPlace } from '../places.ts';
import {
  coordinatesOf,
  indexOf,
  type LayerId,
  type ParameterName,
  type Shape,
  type TensorId,
  type TensorInfo,
} from '../tensor.ts';

const { formulaLayers: say } = sentences;

/** A weight of the layer's own that comes from elsewhere. `tied`: it always has the value of this parameter. `cell`:
 *  this cell shows it from now on. */
export type NewWeight = { value: number; tied?: ElementsReference; cell?: CellPlace };

/** The formulas of a layer, the layers that it reads besides its inputs, and its weights. `kept`: how many of the
 *  weights that it had stay, in their order. */
export type LayerParts = {
  formulas: readonly LayerFormula[];
  besides: readonly LayerId[];
  kept: number;
  added: readonly NewWeight[];
};

/** The values of stored tensors. */
export type Numbers = { get(tensor: TensorId): Float32Array | undefined };

/** Functions that tell where a cell stands. */
const POSITIONS: ReadonlySet<string> = new Set(['ROW', 'COLUMN']);

/** Why formulas can't be those of a layer. */
class NotCompiled extends Error {
  readonly reason: Sentence;
  constructor(reason: Sentence) {
    super();
    this.reason = reason;
  }
}

/** What a layer would be made of, or why it can't be made. `inputs`: the layers that are read anyway. */
export function partsFor(
  sheet: Sheet,
  written: Pick<Written, 'sheets' | 'names'>,
  values: Numbers,
  layer: Layer,
  inputs: readonly LayerId[],
  patterns: readonly Pattern[],
): LayerParts | { reason: Sentence } {
  const besides: LayerId[] = [];
  const added: NewWeight[] = [];
  const known = new Map<string, number>();
  const had = sheet.tensors.get(`${layer.id}/weights`)?.size ?? 0;
  let readsOwn = false;
  /** How deep the part is that is looked at. */
  let level = 0;
  try {
    const formulas = patterns.map(pattern => {
      const left = [...pattern.reads];
      return number(pattern.formula, left);
    });
    const kept = readsOwn ? had : 0;
    const placed = formulas.map(each => layerFormulaOf(kept === had ? each : moved(each, had - kept)));
    if (!placed.every(each => each !== undefined)) return { reason: say.shape };
    const first = JSON.stringify(placed[0]);
    const isOne = placed.every(each => JSON.stringify(each) === first);
    return { formulas: isOne ? [placed[0]] : placed, besides, kept, added };
  } catch (fault) {
    if (fault instanceof NotCompiled) return { reason: fault.reason };
    throw fault;
  }

  function number(part: Expression, left: PatternRead[]): LayerFormula {
    const formula = formulaOf(part, left);
    return isCondition(formula) ? { kind: 'call', name: 'IF', arguments: [formula, 1, 0] } : formula;
  }

  function condition(part: Expression, left: PatternRead[]): LayerFormula {
    const formula = formulaOf(part, left);
    return isCondition(formula) ? formula : { kind: 'operation', operator: '<>', operands: [formula, 0] };
  }

  function formulaOf(part: Expression, left: PatternRead[]): LayerFormula {
    // A sum of thousands of terms is that deep. No layer takes it, and the stack has no room for it.
    if (level > DEEPEST) throw new NotCompiled(say.shape);
    level++;
    const formula = compiled(part, left);
    level--;
    return formula;
  }

  function compiled(part: Expression, left: PatternRead[]): LayerFormula {
    if (typeof part === 'number') return part;
    if (typeof part === 'boolean') return part ? 1 : 0;
    if (typeof part === 'string') throw new NotCompiled(say.texts);
    switch (part.kind) {
      case 'elements':
      case 'cells': {
        const read = left.shift()!;
        return 'cells' in read ? cellRead(read.cells) : tensorRead(read.tensor, read.walks);
      }
      case 'tensor': {
        const { shape } = sheet.tensors.get(part.tensor) ?? { shape: [] };
        return tensorRead(
          part.tensor,
          shape.map(size => ({ first: 0, size })),
        );
      }
      case 'name':
        return namedRead(part.name);
      case 'operation': {
        const { operator, operands } = part;
        if (operator === '&') throw new NotCompiled(say.texts);
        return {
          kind: 'operation',
          operator: operator satisfies FormulaOperator,
          operands: operands.map(each => number(each, left)),
        };
      }
      case 'call':
        return callOf(part, left);
      default:
        throw new NotCompiled(say.shape);
    }
  }

  function callOf({ name, arguments: given }: Call, left: PatternRead[]): LayerFormula {
    const make = (to: FormulaFunction, parts: readonly LayerFormula[]): LayerFormula => {
      return { kind: 'call', name: to, arguments: parts };
    };
    if (name === 'PI' && given.length === 0) return Math.PI;
    if (name === 'LOG' && given.length === 1) return make('LOG10', [number(given[0], left)]);
    if (name === 'NOT' && given.length === 1)
      return { kind: 'operation', operator: '=', operands: [number(given[0], left), 0] };
    if (name === 'IF' && given.length > 1) {
      const [when, then, otherwise = 0] = given;
      return make('IF', [condition(when, left), number(then, left), number(otherwise, left)]);
    }
    if (name === 'AND' || name === 'OR')
      return make(
        name,
        given.map(each => condition(each, left)),
      );
    if (!functionNames.has(name))
      throw new NotCompiled(POSITIONS.has(name) ? say.position(name) : say.unknownFunction(name));
    return make(
      name as FormulaFunction,
      given.map(each => number(each, left)),
    );
  }

  function tensorRead(tensor: TensorId, axes: readonly Walk[]): LayerRead {
    const info = sheet.tensors.get(tensor);
    if (!info) throw new NotCompiled(say.shape);
    const isOwn = info.layer === layer.id;
    if (info.role === 'parameter') {
      if (!isOwn) return weightRead(info, axes);
      if (info.name === 'weights') readsOwn = true;
      return { kind: 'read', of: info.name as ParameterName, axes };
    }
    if (isOwn) throw new NotCompiled(say.itself(layer.name));
    const { name } = sheet.layers.get(info.layer)!;
    if (info.role === 'actual' || (info.role === 'computed' && info.name !== 'output'))
      throw new NotCompiled(say.beside(name));
    const places = sheet.network.layers.map(({ id }) => id);
    if (places.indexOf(info.layer) > places.indexOf(layer.id)) throw new NotCompiled(say.later(name));
    const all = [...inputs, ...besides];
    const found = all.findIndex(id => id === info.layer && !kindOf(sheet.layers.get(id)!).reshapes);
    if (found < 0) besides.push(info.layer);
    return { kind: 'read', of: found < 0 ? all.length : found, axes };
  }

  /** A parameter of another layer becomes weights of the layer's own, which are tied to it. */
  function weightRead({ id, shape }: TensorInfo, axes: readonly Walk[]): LayerRead {
    const moving = axes.findIndex(({ along }) => along);
    const along = axes[moving]?.along;
    if (axes.some(({ size, along: each }) => size > 1 || (each && each !== along)) || along?.cells !== undefined)
      throw new NotCompiled(say.rangeElsewhere(sheet.layers.get(sheet.tensors.get(id)!.layer)!.name));
    const output = sheet.tensors.get(`${layer.id}/output`)!.shape;
    const count = along ? output[along.axis] : 1;
    const places = Array.from({ length: count }, (_, i) => {
      const at = axes.map(({ first }, axis) => (axis === moving ? first + along!.step * i : first));
      const index = indexOf(shape, at);
      if (index === undefined) throw new NotCompiled(say.shape);
      return index;
    });
    const numbers = places.map(index =>
      newWeight(`${id} ${index}`, () => ({
        value: values.get(id)![index],
        tied: { kind: 'elements', tensor: id, first: index, last: index, anchors: ABSOLUTE },
      })),
    );
    const [first] = numbers;
    if (numbers.some((weight, i) => weight !== first + i)) throw new NotCompiled(say.shape);
    const walk: Walk = { first, size: 1, ...(along && { along: { axis: along.axis, step: 1 } }) };
    return { kind: 'read', of: 'weights', axes: [walk] };
  }

  function newWeight(key: string, make: () => NewWeight): number {
    let place = known.get(key);
    if (place === undefined) {
      place = had + added.length;
      added.push(make());
      known.set(key, place);
    }
    return place;
  }

  /** A cell that learns becomes a weight. If it is one already, or of another layer, it's that one. */
  function cellRead(reference: Extract<PatternRead, { cells: unknown }>['cells']): LayerFormula {
    const cells = cellsOf(sheet, reference, true);
    if (!cells || cells.first.row !== cells.last.row || cells.first.column !== cells.last.column)
      throw new NotCompiled(say.cells);
    const place = { sheet: cells.sheet ?? sheet.id, ...cells.first };
    const own = sheetOf(written.sheets, place.sheet);
    const cell = own && cellAt(own.cells, place);
    const { content } = cell ?? {};
    const shown = shownWeight(content);
    if (cell?.learns && shown) {
      const info = sheet.tensors.get(shown.tensor);
      const { shape } = info ?? { shape: [] };
      if (info) return tensorRead(shown.tensor, boxAt(shape, shown.first));
    }
    if (!cell?.learns || typeof content !== 'number') {
      const on = place.sheet === sheet.id ? undefined : own?.name;
      throw new NotCompiled(say.plainCell(sheetPrefix(on) + formatAddress(place)));
    }
    const weight = newWeight(`${place.sheet} ${place.row} ${place.column}`, () => ({
      value: Math.fround(content),
      cell: place,
    }));
    return { kind: 'read', of: 'weights', axes: [{ first: weight, size: 1 }] };
  }

  function namedRead(name: string): LayerFormula {
    const named = written.names.get(name.toLowerCase())?.formula;
    if (typeof named === 'number') return named;
    if (typeof named !== 'object') throw new NotCompiled(say.named(name));
    if (named.kind === 'tensor') return formulaOf(named, []);
    if (named.kind === 'cells') return cellRead(named);
    if (named.kind !== 'elements' || named.first !== named.last) throw new NotCompiled(say.named(name));
    const { shape } = sheet.tensors.get(named.tensor) ?? { shape: [] };
    return tensorRead(named.tensor, boxAt(shape, named.first));
  }
}

const boxAt = (shape: Shape, index: number): Walk[] => coordinatesOf(shape, index).map(first => ({ first, size: 1 }));

/** The formula whose new weights stand so many places before, because those that the layer had went. */
function moved(formula: LayerFormula, by: number): LayerFormula {
  if (typeof formula !== 'object') return formula;
  if (formula.kind === 'read') {
    if (formula.of !== 'weights') return formula;
    return { ...formula, axes: formula.axes.map(walk => ({ ...walk, first: walk.first - by })) };
  }
  if (formula.kind === 'call') return { ...formula, arguments: formula.arguments.map(each => moved(each, by)) };
  return { ...formula, operands: formula.operands.map(each => moved(each, by)) };
}

/** The weight that a cell shows: its formula is only the reference to it. */
export function shownWeight(content: unknown): ElementsReference | undefined {
  if (!isFormula(content)) return undefined;
  const { formula } = content;
  if (typeof formula !== 'object' || formula.kind !== 'elements' || formula.first !== formula.last) return undefined;
  return formula;
}
