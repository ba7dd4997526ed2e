/** Formulas over parameters in training: they give tied elements their values, and hand gradients on to what they read.
 *
 *  A tied element is no weight of its own. An optimizer doesn't move it: its gradient goes to the weights that its
 *  formula reads, it has no momentum and no share in weight decay, and clipping doesn't count it. */
import { type CellRange, intersect } from '../../../shared/address.ts';
import { compile, type Program, type Read } from '../../../shared/formula/compile.ts';
import type { CellReader, RangeReader, Readers } from '../../../shared/formula/readers.ts';
import { isRange } from '../../../shared/formula/readers.ts';
import { toNumber, type Value } from '../../../shared/formula/value.ts';
import { type CellError, isError } from '../../../shared/cell-content.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { LayerId, TensorId } from '../../../shared/network.ts';
import { type Cells, createSlots } from './cells.ts';
import type { Rectangle } from './graph.ts';
import { asElement, createNode, type Node } from './nodes.ts';
import type { Source } from './readers.ts';
import { foundAt } from './references.ts';
import type { Schedule } from './schedule.ts';
import { type Tensor, tensorsOf } from './tensors.ts';
import { findTrainable, meet, type PlacedSlope, type Reason, slopesIn } from './trainable.ts';

export type Ties = {
  /** The elements under formulas. No optimizer moves them. */
  elements: ReadonlyMap<TensorId, Uint32Array>;
  /** The cells of formulas that aren't followed, each with the reason, and of those that gave an error when they were
   *  applied last. Their elements stay as they are. */
  stays(): { cell: Rectangle; reason: Reason | 'error' }[];
  /** The elements of formulas that aren't followed. */
  staying: ReadonlyMap<TensorId, Uint32Array>;
  /** Writes what the formulas give into the parameters. An element whose formula gives an error keeps its number. */
  apply(): void;
  /** Adds to the gradients of the loss by weights what reaches them through tied elements, by the chain rule. The
   *  gradient of a tied element stays: it says how the loss depends on this element. */
  chain(gradients: ReadonlyMap<TensorId, Float32Array>): void;
  /** Does `step` with 0 in place of the tied elements and of their gradients, so that it neither moves nor counts
   *  them. */
  aside(gradients: ReadonlyMap<TensorId, Float32Array>, step: () => void): void;
};

type Values = ReadonlyMap<TensorId, Float32Array>;

/** What a run needs of the formulas of an open workbook. `parameters` are the run's own, which the ties read and write.
 *  `nodes` and `plan` are the workbook's formulas. undefined if none stands over a parameter. */
export function createTies(
  source: Source,
  { nodes, plan }: { nodes: readonly Node[]; plan: Schedule },
  parameters: Values,
  frozen: ReadonlySet<LayerId>,
): Ties | undefined {
  const over = nodes.filter(({ target }) => target?.tensor.info.role === 'parameter');
  if (over.length === 0) return undefined;
  const { followed, stays, passing } = findTrainable(source, nodes, plan, frozen);
  /** Elements whose formulas give errors, by tensor and index. The run calculates with the numbers that they hold, but
   *  what reads them has the error. */
  const failed = new Map<TensorId, Map<number, CellError>>();
  const otherAt = (id: TensorId, index: number) => failed.get(id)?.get(index) ?? null;
  const isWanted = (node: Node) => followed.has(node) || passing.has(node);
  const { copies, tensors } = copiesFor({ ...source, otherAt }, plan, parameters, isWanted);
  const chain = createChain(source.sheet, copies, tensors);
  const elements = elementsOf(over);
  const broken = over.filter(node => isError(node.value) && !(followed.has(node) && node.shared?.program));

  function apply(): void {
    for (const id of failed.keys()) tensors.get(id)!.values = parameters.get(id)!;
    failed.clear();
    for (const { target, value } of broken)
      fail(tensors.get(target!.tensor.info.id)!, target!.index, value as CellError);
    for (const node of copies) {
      const { target, slot, shared, readers } = node;
      const value = shared!.program!.run(readers);
      if (slot) slot.content = value;
      else write(node, target!, asElement(value, target!.tensor));
    }
  }

  function write(node: Node, { tensor, index }: NonNullable<Node['target']>, value: number | CellError): void {
    node.value = value;
    if (isError(value)) return fail(tensor, index, value);
    parameters.get(tensor.info.id)![index] = value;
    tensor.values[index] = value;
  }

  /** Lets those who read an element find an error there. */
  function fail(tensor: Tensor, index: number, error: CellError): void {
    const { id } = tensor.info;
    const own = failed.get(id);
    if (own) own.set(index, error);
    else {
      failed.set(id, new Map([[index, error]]));
      tensor.values = tensor.values.slice();
    }
    tensor.values[index] = Number.NaN;
  }

  return {
    elements,
    stays: () => [
      ...[...stays].map(([{ cell }, reason]) => ({ cell, reason })),
      ...copies.flatMap(({ cell, target, value }) =>
        target && isError(value) ? [{ cell, reason: 'error' as const }] : [],
      ),
    ],
    staying: elementsOf([...stays.keys()]),
    apply,
    chain,
    aside(gradients, step) {
      const kept = [parameters, gradients].flatMap(values => putAside(values, elements));
      step();
      for (const { whole, indices, values } of kept)
        for (const [i, index] of indices.entries()) whole[index] = values[i];
    },
  };
}

/** Writes 0 into these elements, and returns what they held. */
function putAside(all: Values, elements: Ties['elements']) {
  return [...elements].flatMap(([id, indices]) => {
    const whole = all.get(id);
    if (!whole) return [];
    const values = Float32Array.from(indices, index => whole[index]);
    for (const index of indices) whole[index] = 0;
    return [{ whole, indices, values }];
  });
}

function elementsOf(nodes: readonly Node[]): Map<TensorId, Uint32Array> {
  const indices = new Map<TensorId, number[]>();
  for (const { target } of nodes) {
    const { id } = target!.tensor.info;
    const own = indices.get(id);
    if (own) own.push(target!.index);
    else indices.set(id, [target!.index]);
  }
  return new Map([...indices].map(([id, own]) => [id, Uint32Array.from(own)]));
}

/** Copies of the wanted formulas, in their order. They read the run's own parameters and cells of their own. Cells that
 *  don't follow from weights hold what they hold in the workbook. */
function copiesFor(source: Source, plan: Schedule, parameters: Values, wanted: (node: Node) => boolean) {
  const { sheet, otherAt } = source;
  const tensors = tensorsOf(sheet, parameters);
  const cells: Cells = new Map([...source.cells.keys()].map(id => [id, createSlots()]));
  const own: Source = { sheet, tensors, cells, sheets: source.sheets, otherAt };
  const taken = new Set<string>();
  const take = (range: Rectangle) => {
    const key = `${range.sheet} ${range.row} ${range.column} ${range.height} ${range.width}`;
    if (taken.has(key)) return;
    taken.add(key);
    const slots = cells.get(range.sheet)!;
    source.cells.get(range.sheet)!.each(range, (content, row, column) => {
      slots.slotAt(row, column).content = content;
      return false;
    });
  };
  const copies = plan.order
    .filter(node => wanted(node) && node.shared?.program)
    .map(node => {
      const { cell, content, target, slot, shared, from } = node;
      const place = target
        ? { target: { tensor: tensors.get(target.tensor.info.id)!, index: target.index } }
        : { slot: slot && cells.get(cell.sheet)!.slotAt(cell.row, cell.column) };
      const copy = createNode(own, cell, content, place, { shared: shared!, from: from! });
      for (const range of copy.reads) if (cells.has(range.sheet)) take(range);
      return copy;
    });
  return { copies, tensors };
}

/** Where gradients go: a block of elements, or a formula in a cell. `row` and `column` count from the corner of the
 *  range that is read. The goal of cell (r,c) of the block is into[offset + r*rowStride + c*columnStride]. */
type Goal = {
  row: number;
  column: number;
  height: number;
  width: number;
  into: Float64Array;
  offset: number;
  rowStride: number;
  columnStride: number;
};
/** Where the gradient by one read goes, and how much of it. */
type Flow = {
  factor: number | { program: Program; readers: Readers };
  share: PlacedSlope['share'];
  reader: CellReader | RangeReader;
  goals: readonly Goal[];
  /** The reads whose values at the same place it is multiplied by. */
  others: Readers;
};

/** Makes the function that hands gradients on, from the last formula to the first. Sums are made in doubles. */
function createChain(sheet: Sheet, copies: readonly Node[], tensors: Source['tensors']): Ties['chain'] {
  /** The gradients by elements, and by formulas in cells. */
  const sums = new Map<TensorId, Float64Array>();
  const inCells = new Float64Array(copies.length);
  const sumsOf = (id: TensorId) => {
    let own = sums.get(id);
    if (!own) sums.set(id, (own = new Float64Array(tensors.get(id)!.info.size)));
    return own;
  };
  const cells = copies.flatMap((node, index) => (node.slot ? [{ ...node.cell, index }] : []));
  const flows = copies.map(node => slopesIn(node.shared!).flatMap(slope => flowOf(node, slope)));
  for (const { target } of copies) if (target) sumsOf(target.tensor.info.id);

  return gradients => {
    inCells.fill(0);
    for (const [id, own] of sums) {
      const gradient = gradients.get(id);
      if (gradient) own.set(gradient);
      else own.fill(0);
    }
    for (let n = copies.length - 1; n >= 0; n--) {
      const { target, value } = copies[n];
      const amount = target ? sums.get(target.tensor.info.id)![target.index] : inCells[n];
      // An element whose formula gives an error keeps its number, whatever the formula reads.
      if (amount === 0 || (target && typeof value !== 'number')) continue;
      for (const flow of flows[n]) hand(amount, flow);
    }
    for (const [id, own] of sums) gradients.get(id)?.set(own);
  };

  function flowOf(node: Node, { place, factor, share }: PlacedSlope): Flow[] {
    const goals = goalsOf(node, place);
    if (goals.length === 0 || factor === undefined) return [];
    const readers = new Map(node.shared!.program!.reads.map((read, i) => [read, node.readers[i]]));
    const readersOf = (reads: readonly Read[]) => reads.map(read => readers.get(read)!);
    const others = typeof share === 'string' ? [] : readersOf(share);
    const own = { share, reader: node.readers[place], goals, others };
    if (typeof factor === 'number') return [{ ...own, factor }];
    const program = compile(factor)!;
    return [{ ...own, factor: { program, readers: readersOf(program.reads) } }];
  }

  /** The elements and the formulas in cells that a read means. */
  function goalsOf(node: Node, place: number): Goal[] {
    const { shared, cell, from } = node;
    const found = foundAt(shared!.reads[place], cell.row - from!.row, cell.column - from!.column);
    if ('error' in found) return [];
    const isParameter = (id: TensorId) => tensors.get(id)!.info.role === 'parameter';
    if ('tensor' in found) {
      if (!isParameter(found.tensor)) return [];
      const { height, width } = node.readers[place] as RangeReader;
      const into = sumsOf(found.tensor);
      return [{ row: 0, column: 0, height, width, into, offset: 0, rowStride: width, columnStride: 1 }];
    }
    const inside = cells.filter(each => meet(each, found));
    const blocks = found.sheet === sheet.id ? sheet.layout.blocksIn(within(sheet, found)) : [];
    const goals = [
      ...inside.map(({ row, column, height, width, index }) => {
        return { row, column, height, width, into: inCells, offset: index, rowStride: 1, columnStride: 1 };
      }),
      ...blocks.flatMap(({ row, column, height, width, view }) =>
        isParameter(view.tensor) ? [{ ...view, row, column, height, width, into: sumsOf(view.tensor) }] : [],
      ),
    ];
    return goals.map(goal => ({ ...goal, row: goal.row - found.row, column: goal.column - found.column }));
  }
}

/** Hands a gradient on to what a formula reads. Where the derivative is no number, nothing flows. */
function hand(amount: number, { factor, share, reader, goals, others }: Flow): void {
  const slope = typeof factor === 'number' ? factor : toNumber(factor.program.run(factor.readers));
  if (isError(slope)) return;
  const most = share === 'largest' || share === 'smallest' ? mostOf(share, reader) : undefined;
  const product = share === 'others' ? productOf(reader) : undefined;
  for (const { row, column, height, width, into, offset, rowStride, columnStride } of goals) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const value = contentAt(reader, row + y, column + x);
        if (typeof value !== 'number') continue;
        let own = amount * slope;
        if (share === 'own') own *= value;
        else if (product) own *= productWithout(product, value);
        else if (most !== undefined && value !== most) continue;
        for (const other of others) own *= asFactor(contentAt(other, row + y, column + x));
        into[offset + y * rowStride + x * columnStride] += own;
        if (most !== undefined) return;
      }
    }
  }
}

const contentAt = (reader: CellReader | RangeReader, row: number, column: number): Value =>
  isRange(reader) ? reader.at(row, column) : reader.value();

/** In SUMPRODUCT, texts and blanks count as 0. */
const asFactor = (value: Value): number => (typeof value === 'number' || value === true ? Number(value) : 0);

/** Gives `take` every number that is read. */
function eachNumber(reader: CellReader | RangeReader, take: (value: number) => void): void {
  const look = (content: Value) => {
    if (typeof content === 'number') take(content);
    return false;
  };
  if (isRange(reader)) reader.each(look);
  else look(reader.value());
}

function mostOf(share: 'largest' | 'smallest', reader: CellReader | RangeReader): number {
  let most = share === 'largest' ? -Infinity : Infinity;
  eachNumber(reader, value => {
    most = share === 'largest' ? Math.max(most, value) : Math.min(most, value);
  });
  return most;
}

/** The product of the numbers that aren't 0, and how many are. */
type Product = { of: number; zeros: number };

function productOf(reader: CellReader | RangeReader): Product {
  const product = { of: 1, zeros: 0 };
  eachNumber(reader, value => {
    if (value === 0) product.zeros++;
    else product.of *= value;
  });
  return product;
}

const productWithout = ({ of, zeros }: Product, value: number): number => {
  if (value === 0) return zeros === 1 ? of : 0;
  return zeros === 0 ? of / value : 0;
};

/** The part of a range on which the network stands. */
function within({ layout }: Sheet, range: Rectangle): CellRange {
  const all = { row: 0, column: 0, height: layout.rows, width: layout.columns };
  return intersect(range, all) ?? { ...all, height: 0, width: 0 };
}
