/** The formulas of a workbook, each with what it reads and where its value goes. */
import type { ElementContent, PlacedFormula } from '../../../shared/cells.ts';
import { type CellError, isError } from '../../../shared/cell-content.ts';
import type { CellReader, RangeReader } from '../../../shared/formula/readers.ts';
import { ERRORS, NO_NUMBER, NO_VALUE, type Value } from '../../../shared/formula/value.ts';
import { canHold, type TensorId } from '../../../shared/network.ts';
import type { Slot } from './cells.ts';
import type { Rectangle } from './graph.ts';
import { cellReader, ElementReader, failedReader, rangeReader, type Source, tensorReader } from './readers.ts';
import { type Found, foundAt, type Shared } from './references.ts';
import type { Tensor } from './tensors.ts';

/** A formula, or a number that was typed over a computed element. */
export type Node = {
  /** The cell that it stands in. */
  cell: Rectangle;
  content: ElementContent | PlacedFormula<unknown>;
  /** The element that it stands over. */
  target?: { tensor: Tensor; index: number };
  /** The cell's slot, if it is no element. */
  slot?: Slot;
  shared?: Shared;
  /** Where the formula was written, if this is a copy. */
  from?: { row: number; column: number };
  /** One reader for each read of the formula. */
  readers: (CellReader | RangeReader)[];
  /** The cells that it reads. */
  reads: Rectangle[];
  /** The tensors in which it reads elements. */
  tensors: TensorId[];
  /** What it gave last; undefined if it was never calculated. */
  value: Value | undefined;
  dirty: boolean;
  /** The place in the list of formulas. */
  index: number;
  /** When all that it reads is there. */
  time: number;
  /** How many calculations of the library come before it. */
  depth: number;
  /** It stands over an element that is needed before all that it reads is there. */
  late: boolean;
  /** It depends on itself. */
  cyclic: boolean;
};

/** Makes the node of a content. `from`: where its formula was written, if it is a copy. */
export function createNode(
  source: Source,
  cell: Rectangle,
  content: Node['content'],
  place: Pick<Node, 'target' | 'slot'>,
  formula: { shared: Shared; from: { row: number; column: number } } | undefined,
): Node {
  const connections: Connections = { readers: [], reads: [], tensors: [] };
  if (formula) {
    const [rows, columns] = [cell.row - formula.from.row, cell.column - formula.from.column];
    for (const read of formula.shared.reads) connect(source, connections, foundAt(read, rows, columns), read.oneCell);
  }
  return {
    cell,
    content,
    target: place.target,
    slot: place.slot,
    shared: formula?.shared,
    from: formula?.from,
    // A list that has grown has room for more, which thousands of formulas needn't keep.
    readers: connections.readers.slice(),
    reads: connections.reads.slice(),
    tensors: connections.tensors.slice(),
    value: undefined,
    dirty: true,
    index: -1,
    time: -1,
    depth: 0,
    late: false,
    cyclic: false,
  };
}

type Connections = Pick<Node, 'readers' | 'reads' | 'tensors'>;

function connect(source: Source, node: Connections, found: Found, oneCell: boolean): void {
  if ('error' in found) node.readers.push(failedReader(found));
  else if ('tensor' in found) {
    node.readers.push(tensorReader(source, found.tensor));
    node.reads.push(...cellsOfTensor(source, found.tensor));
    node.tensors.push(found.tensor);
  } else if (!source.cells.has(found.sheet)) node.readers.push(failedReader(ERRORS['#REF!']));
  else if (oneCell) {
    const reader = cellReader(source, found);
    node.readers.push(reader);
    node.reads.push(found);
    if (!(reader instanceof ElementReader)) return;
    const { id } = reader.tensor.info;
    if (!node.tensors.includes(id)) node.tensors.push(id);
  } else {
    node.readers.push(rangeReader(source, found));
    node.reads.push(found);
    for (const tensor of tensorsIn(source, found)) if (!node.tensors.includes(tensor)) node.tensors.push(tensor);
  }
}

/** The tensors that have elements in a range. */
export function tensorsIn({ sheet }: Source, range: Rectangle): Iterable<TensorId> {
  if (range.sheet !== sheet.id) return [];
  if (range.height > 1 || range.width > 1) {
    return new Set(sheet.layout.blocksIn(range).map(({ region }) => region.tensor));
  }
  const element = sheet.layout.elementAt(range.row, range.column);
  return element ? [element.tensor] : [];
}

/** The cells of a tensor, block by block. */
function cellsOfTensor({ sheet }: Source, tensor: TensorId): Rectangle[] {
  const everywhere = { row: 0, column: 0, height: sheet.layout.rows, width: sheet.layout.columns };
  const blocks = sheet.layout.blocksIn(everywhere).filter(({ region }) => region.tensor === tensor);
  return blocks.map(({ row, column, height, width }) => ({ sheet: sheet.id, row, column, height, width }));
}

/** The value of a formula over an element: a number that the element can hold, or an error. */
export function asElement(value: Value, { info }: Tensor): number | CellError {
  if (isError(value)) return value;
  if (typeof value === 'string') return NO_VALUE;
  const number = Math.fround(Number(value));
  return Number.isFinite(number) && canHold(info.name, number) ? number : NO_NUMBER;
}
