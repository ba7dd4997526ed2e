/** Fills a formula over further elements of its tensor. */
import type { FormulaEdit } from '../cells.ts';
import type { Sheet } from '../layout/sheet.ts';
import { coordinatesOf, indexOf, type Shape, type TensorId } from '../tensor.ts';
import { type ElementsReference, type Expression, isReference, mapReferences, type Reference } from './expression.ts';
import { copied } from './placed.ts';
import type { AxisRead } from './reads.ts';
import { rulesIn, sourceOfRead } from './sources.ts';

/** The formula of element `from`, filled over these elements of the same tensor. References move as in a spreadsheet.
 *  But a reference to a tensor that the layer reads moves as the layer's own formulas do: by the layer's strides, and
 *  from channel to channel. So a formula that reads the window of one pooled cell reads the next window in the next
 *  cell, though that is two columns further. */
export function filledOver(
  sheet: Sheet,
  tensor: TensorId,
  from: number,
  formula: Expression,
  indices: Iterable<number>,
): FormulaEdit[] {
  const { shape } = sheet.tensors.get(tensor)!;
  const moves = movesOf(sheet, tensor);
  const start = coordinatesOf(shape, from);
  const groups = new Map<number, number[]>();
  for (const index of indices) {
    const channel = index % shape.at(-1)!;
    const key = shape.length > 2 ? channel : 0;
    const group = groups.get(key);
    if (group) group.push(index);
    else groups.set(key, [index]);
  }
  const isShared = sharedWithin(formula, moves);
  return [...groups].flatMap(([channel, own]): FormulaEdit[] => {
    const origin = shape.length > 2 ? indexOf(shape, start.with(shape.length - 1, channel))! : from;
    const formulaAt = (index: number) => moved(sheet, tensor, formula, { from, to: index, shape, moves });
    if (isShared) {
      const content = { formula: formulaAt(origin), from: origin };
      return [{ tensor, indices: Uint32Array.from(own), content }];
    }
    return own.map(index => ({
      tensor,
      indices: Uint32Array.of(index),
      content: { formula: formulaAt(index), from: index },
    }));
  });
}

/** How the coordinates that are read move with each coordinate of the reading element: by `step` along `axis`, or by
 *  `steps`. */
type AxisMove = Pick<AxisRead, 'axis' | 'steps'> & { step: number };
type Move = { shape: Shape; axes: readonly AxisMove[] };
type Moves = ReadonlyMap<TensorId, Move>;

const known = new WeakMap<Sheet, Map<TensorId, Moves>>();

/** The tensors that a tensor's cells read by the rules of its layer, and the tensor itself. */
function movesOf(sheet: Sheet, tensor: TensorId): Moves {
  let own = known.get(sheet);
  if (!own) known.set(sheet, (own = new Map()));
  const found = own.get(tensor) ?? movesIn(sheet, tensor);
  own.set(tensor, found);
  return found;
}

function movesIn(sheet: Sheet, tensor: TensorId): Moves {
  const info = sheet.tensors.get(tensor)!;
  const layer = sheet.layers.get(info.layer)!;
  const moves = new Map<TensorId, Move>();
  const rule = info.role === 'computed' ? rulesIn(sheet, layer)[info.name] : undefined;
  for (const read of Object.values(rule?.reads ?? {})) {
    if (!read) continue;
    const { tensor: source, shape } = sourceOfRead(sheet, layer, read);
    moves.set(source.id, {
      shape,
      axes: read.axes.map(along => ({ ...along, step: stepOf(along, info.shape) })),
    });
  }
  moves.set(tensor, { shape: info.shape, axes: info.shape.map((_, axis) => ({ axis, step: 1 })) });
  return moves;
}

/** How far the read moves when the reading element moves by one. At the borders, windows are cut, so the largest of all
 *  moves counts. */
function stepOf({ axis, read }: AxisRead, shape: Shape): number {
  if (axis === undefined) return 0;
  let step = 0;
  for (let at = 0; at + 1 < Math.min(shape[axis], MOST_LOOKED_AT); at++) {
    const [here, next] = [read({ start: at, end: at + 1 }), read({ start: at + 1, end: at + 2 })];
    step = Math.max(step, Math.min(next.start - here.start, next.end - here.end));
  }
  return step;
}
/** A window of 64 cells is cut at fewer places than this. */
const MOST_LOOKED_AT = 200;

/** Whether all copies within one map can share a formula, because each reference moves by as many cells as they do. */
function sharedWithin(formula: Expression, moves: Moves): boolean {
  let isShared = true;
  mapReferences(formula, reference => {
    const move = reference.kind === 'elements' ? moves.get(reference.tensor) : undefined;
    const along = move?.axes.slice(0, 2) ?? [];
    const isPlain =
      !move || (move.axes.length > 2 && along.every(({ axis, step, steps }, i) => axis === i && step === 1 && !steps));
    if (!isPlain) isShared = false;
    return reference;
  });
  return isShared;
}

type Step = { from: number; to: number; shape: Shape; moves: Moves };

function moved(sheet: Sheet, tensor: TensorId, formula: Expression, { from, to, shape, moves }: Step): Expression {
  if (from === to) return formula;
  const [a, b] = [sheet.layout.cellOf(tensor, from), sheet.layout.cellOf(tensor, to)];
  const by = { rows: b.row - a.row, columns: b.column - a.column };
  const [before, after] = [coordinatesOf(shape, from), coordinatesOf(shape, to)];
  return mapReferences(formula, reference => {
    const move = reference.kind === 'elements' ? moves.get(reference.tensor) : undefined;
    if (!move) return copiedReference(sheet, reference, by);
    return alongStrides(reference as ElementsReference, move, before, after);
  });
}

function copiedReference(sheet: Sheet, reference: Reference, by: { rows: number; columns: number }): Expression {
  const copy = copied(sheet, reference, by, true);
  return isReference(copy) ? copy : { kind: 'error', name: '#REF!' };
}

/** The second axis of maps runs along the columns of the sheet, all others along its rows. */
function alongStrides(
  reference: ElementsReference,
  { shape, axes }: Move,
  before: readonly number[],
  after: readonly number[],
): Expression {
  const { first, last, anchors } = reference;
  const corner = (index: number, anchor: { row: boolean; column: boolean }) => {
    const at = coordinatesOf(shape, index).map((coordinate, i) => {
      const { axis } = axes[i];
      const isFixed = i === 1 && shape.length > 1 ? anchor.column : anchor.row;
      return axis === undefined || isFixed ? coordinate : coordinate + distanceOf(axes[i], before[axis], after[axis]);
    });
    return indexOf(shape, at);
  };
  const [start, end] = [corner(first, anchors.first), corner(last, anchors.last)];
  if (start === undefined || end === undefined) return { kind: 'error', name: '#REF!' };
  return start === first && end === last ? reference : { ...reference, first: start, last: end };
}

/** How far what is read moves when the reading coordinate goes from `before` to `after`. */
function distanceOf({ step, steps }: AxisMove, before: number, after: number): number {
  if (!steps) return step * (after - before);
  return (Math.floor(after / steps.cells) - Math.floor(before / steps.cells)) * steps.elements;
}
