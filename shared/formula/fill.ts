/** Fills a formula over further elements of its tensor. */
import type { FormulaEdit } from '../cells.ts';
import { insteadOf } from '../layers/formula.ts';
import type { Layer } from '../layers/kinds.ts';
import type { Sheet } from '../layout/sheet.ts';
import { coordinatesOf, indexOf, type Shape, type TensorId } from '../tensor.ts';
import {
  type ElementsReference,
  type Expression,
  isReference,
  mapReferences,
  type Reference,
  referencesOf,
} from './expression.ts';
import { groupsIn } from './pattern-reads.ts';
import { copied } from './placed.ts';
import type { AxisRead } from './reads.ts';
import { rulesIn, sourceOfRead } from './sources.ts';

/** The formula of element `from`, filled over these elements of the same tensor. References move as in a spreadsheet.
 *  But a reference to a tensor that the layer reads moves as the layer's own formulas do: by the layer's strides, and
 *  from channel to channel. So a formula that reads the window of one pooled cell reads the next window in the next
 *  cell, though that is two columns further. At the borders of maps, ranges are cut as those of the layer are. */
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
    const shared = isShared ? formulaAt(origin) : undefined;
    const isCut = shared === undefined ? () => true : cutFor(shared, shape, origin, moves);
    const alike = isCut ? own.filter(index => !isCut(index)) : own;
    const content = shared !== undefined && { formula: shared, from: origin };
    return [
      ...(content && alike.length > 0 ? [{ tensor, indices: Uint32Array.from(alike), content }] : []),
      ...(isCut ? own.filter(isCut) : []).map(index => ({
        tensor,
        indices: Uint32Array.of(index),
        content: { formula: formulaAt(index), from: index },
      })),
    ];
  });
}

/** How the coordinates that are read move with each coordinate of the reading element: by `step` along `axis`, or by
 *  `steps`. */
type AxisMove = Pick<AxisRead, 'axis' | 'steps'> & { step: number };
type Move = { shape: Shape; axes: readonly AxisMove[] };
type Moves = ReadonlyMap<TensorId, Move>;

const known = new WeakMap<Sheet, Map<TensorId, Moves>>();

/** The tensors that a tensor's cells read by the rules of its layer, and those with the same maps, also itself. */
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
  const rules = info.role === 'computed' ? [rulesIn(sheet, layer), rulesOfReplaced(sheet, layer)] : [];
  for (const read of rules.flatMap(rule => Object.values(rule[info.name]?.reads ?? {}))) {
    if (!read || (typeof read.of === 'string' && !sheet.tensors.has(`${layer.id}/${read.of}`))) continue;
    const { tensor: source, shape } = sourceOfRead(sheet, layer, read);
    moves.set(source.id, {
      shape,
      axes: read.axes.map(along => ({ ...along, step: stepOf(along, info.shape) })),
    });
  }
  const maps = [...sheet.tensors.values()].filter(
    ({ id, role, shape }) => !moves.has(id) && role !== 'parameter' && shape.length === 3,
  );
  for (const { id, shape } of maps)
    if (shape.join() === info.shape.join()) moves.set(id, { shape, axes: shape.map((_, axis) => ({ axis, step: 1 })) });
  moves.set(tensor, { shape: info.shape, axes: info.shape.map((_, axis) => ({ axis, step: 1 })) });
  return moves;
}

/** The rules of the layer whose place a formula layer takes. They say how references move, whatever the formulas
 *  read. */
function rulesOfReplaced(sheet: Sheet, layer: Layer): ReturnType<typeof rulesIn> {
  return layer.kind === 'formula' ? rulesIn(sheet, insteadOf(layer).layer) : {};
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
    const { first, last } = reference.anchors;
    const stays = first.row && first.column && last.row && last.column;
    const move = reference.kind === 'elements' && !stays ? moves.get(reference.tensor) : undefined;
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
  const copies = referencesOf(formula).map((reference): Expression | MovedBox => {
    const move = reference.kind === 'elements' ? moves.get(reference.tensor) : undefined;
    if (!move) return copiedReference(sheet, reference, by);
    return alongStrides(reference as ElementsReference, move, before, after);
  });
  for (const group of groupsIn(formula)) cutTogether(sheet, copies, group);
  let place = 0;
  return mapReferences(formula, reference => {
    const copy = copies[place++];
    return isBox(copy) ? referenceOf(reference as ElementsReference, copy) : copy;
  });
}

function copiedReference(sheet: Sheet, reference: Reference, by: { rows: number; columns: number }): Expression {
  const copy = copied(sheet, reference, by, true);
  return isReference(copy) ? copy : { kind: 'error', name: '#REF!' };
}

/** The corners of a reference that was moved. They can lie outside the tensor's shape. */
type MovedBox = { shape: Shape; first: number[]; last: number[] };
const isBox = (copy: Expression | MovedBox): copy is MovedBox => typeof copy === 'object' && 'shape' in copy;

/** The second axis of maps runs along the columns of the sheet, all others along its rows. */
function alongStrides(
  { first, last, anchors }: ElementsReference,
  { shape, axes }: Move,
  before: readonly number[],
  after: readonly number[],
): MovedBox {
  const corner = (index: number, anchor: { row: boolean; column: boolean }) =>
    coordinatesOf(shape, index).map((coordinate, i) => {
      const { axis } = axes[i];
      const isFixed = i === 1 && shape.length > 1 ? anchor.column : anchor.row;
      return axis === undefined || isFixed ? coordinate : coordinate + distanceOf(axes[i], before[axis], after[axis]);
    });
  return { shape, first: corner(first, anchors.first), last: corner(last, anchors.last) };
}

/** Cuts windows at the borders of their maps, as the layers' own formulas are. SUMPRODUCT needs ranges of one size, so
 *  its other ranges lose the same rows and columns. */
function cutTogether(sheet: Sheet, copies: (Expression | MovedBox)[], group: readonly number[]): void {
  const boxes = group.flatMap(place => {
    const copy = copies[place];
    return isBox(copy) ? [copy] : [];
  });
  const cuts = [0, 1].map(axis => ({
    before: Math.max(0, ...boxes.map(({ first }) => -(first[axis] ?? 0))),
    after: Math.max(0, ...boxes.map(({ shape, last }) => (last[axis] ?? 0) - ((shape[axis] ?? 1) - 1))),
  }));
  if (cuts.every(({ before, after }) => before === 0 && after === 0)) return;
  for (const place of group) {
    const copy = copies[place];
    const box = isBox(copy) ? copy : boxOf(sheet, copy);
    if (!box) continue;
    const cut = (corner: readonly number[], by: (axis: 0 | 1) => number) =>
      corner.map((at, axis) => (axis < 2 ? at + by(axis as 0 | 1) : at));
    copies[place] = {
      shape: box.shape,
      first: cut(box.first, axis => cuts[axis].before),
      last: cut(box.last, axis => -cuts[axis].after),
    };
  }
}

function boxOf({ tensors }: Sheet, copy: Expression): MovedBox | undefined {
  if (typeof copy !== 'object' || copy.kind !== 'elements') return undefined;
  const { shape } = tensors.get(copy.tensor)!;
  return { shape, first: coordinatesOf(shape, copy.first), last: coordinatesOf(shape, copy.last) };
}

function referenceOf(reference: ElementsReference, { shape, first, last }: MovedBox): Expression {
  const isEmpty = first.some((at, axis) => at > last[axis]);
  const [start, end] = isEmpty ? [] : [indexOf(shape, first), indexOf(shape, last)];
  if (start === undefined || end === undefined) return { kind: 'error', name: '#REF!' };
  return start === reference.first && end === reference.last ? reference : { ...reference, first: start, last: end };
}

/** Says for each element whether a window of a shared formula is cut there, or lies outside. undefined if that is so
 *  nowhere. `formula` stands at the element `origin` of the same map. */
function cutFor(
  formula: Expression,
  shape: Shape,
  origin: number,
  moves: Moves,
): ((index: number) => boolean) | undefined {
  // How far a copy can be from the origin in each direction before something is cut.
  let [up, left, down, right] = [Infinity, Infinity, Infinity, Infinity];
  for (const reference of referencesOf(formula)) {
    if (reference.kind !== 'elements' || !moves.has(reference.tensor) || reference.first === reference.last) continue;
    const { shape: own } = moves.get(reference.tensor)!;
    const [first, last] = [coordinatesOf(own, reference.first), coordinatesOf(own, reference.last)];
    const { anchors } = reference;
    if (!anchors.first.row) up = Math.min(up, first[0]);
    if (!anchors.last.row) down = Math.min(down, own[0] - 1 - last[0]);
    if (!anchors.first.column) left = Math.min(left, first[1]);
    if (!anchors.last.column) right = Math.min(right, own[1] - 1 - last[1]);
  }
  const [row, column] = coordinatesOf(shape, origin);
  const [height, width, channels] = shape;
  const reaches = up >= row && left >= column && down >= height - 1 - row && right >= width - 1 - column;
  if (reaches) return undefined;
  return index => {
    const [y, x] = [Math.floor(index / (width * channels)) - row, (Math.floor(index / channels) % width) - column];
    return -y > up || y > down || -x > left || x > right;
  };
}

/** How far what is read moves when the reading coordinate goes from `before` to `after`. */
function distanceOf({ step, steps }: AxisMove, before: number, after: number): number {
  if (!steps) return step * (after - before);
  return (Math.floor(after / steps.cells) - Math.floor(before / steps.cells)) * steps.elements;
}
