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
  readers: readonly (CellReader | RangeReader)[];
  /** The cells that it reads. */
  reads: readonly Rectangle[];
  /** The tensors in which it reads elements. */
  tensors: readonly TensorId[];
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
  formula: PlacedShared | undefined,
): Node {
  const { readers, reads, tensors } = formula ? connected(source, cell, formula) : NOTHING_READ;
  return {
    cell,
    content,
    target: place.target,
    slot: place.slot,
    shared: formula?.shared,
    from: formula?.from,
    readers,
    reads,
    tensors,
    value: undefined,
    dirty: true,
    index: -1,
    time: -1,
    depth: 0,
    late: false,
    cyclic: false,
  };
}

/** Puts another content into the cell of a node. It is as a new node then, which would cost more: the old one has grown
 *  old, and collecting it and moving thousands of new ones takes longer than all of their formulas. */
export function renewNode(
  source: Source,
  node: Node,
  content: Node['content'],
  formula: PlacedShared | undefined,
): void {
  const { readers, reads, tensors } = formula ? connected(source, node.cell, formula) : NOTHING_READ;
  node.content = content;
  node.shared = formula?.shared;
  node.from = formula?.from;
  node.readers = readers;
  node.reads = reads;
  node.tensors = tensors;
  node.value = undefined;
  node.dirty = true;
  node.late = node.cyclic = false;
}

/** What a formula reads where it stands. There may be a million formulas, so the lists are made as long as they are:
 *  one that is pushed to has room for more. */
function connected(source: Source, cell: Rectangle, { shared, from }: PlacedShared): Connections {
  const [rows, columns] = [cell.row - from.row, cell.column - from.column];
  const found = shared.reads.map(read => foundAt(read, rows, columns));
  const readers = found.map((each, i) => readerOf(source, each, shared.reads[i].oneCell));
  let { tensors } = NOTHING_READ;
  let onlyCells = true;
  for (let i = 0; i < found.length; i++) {
    const [each, reader] = [found[i], readers[i]];
    if (reader instanceof ElementReader) tensors = withTensor(tensors, reader.tensor.info.id);
    else if ('tensor' in each) tensors = withTensor(tensors, each.tensor);
    else if ('sheet' in each && !shared.reads[i].oneCell)
      for (const tensor of tensorsIn(source, each)) tensors = withTensor(tensors, tensor);
    onlyCells &&= isKnown(source, each);
  }
  return { readers, reads: onlyCells ? (found as Rectangle[]) : found.flatMap(each => cellsOf(source, each)), tensors };
}

function readerOf(source: Source, found: Found, oneCell: boolean): CellReader | RangeReader {
  if ('tensor' in found) return tensorReader(source, found.tensor);
  if (!isKnown(source, found)) return failedReader('error' in found ? found : ERRORS['#REF!']);
  return oneCell ? cellReader(source, found) : rangeReader(source, found);
}

/** Whether these are cells of a sheet that there is. */
function isKnown({ cells }: Source, found: Found): found is Rectangle {
  return 'sheet' in found && cells.has(found.sheet);
}

function cellsOf(source: Source, found: Found): Rectangle[] {
  if ('tensor' in found) return cellsOfTensor(source, found.tensor);
  return isKnown(source, found) ? [found] : [];
}

/** The list with this tensor, too. Most formulas read one, so those that read the same one share the list. */
function withTensor(tensors: readonly TensorId[], tensor: TensorId): readonly TensorId[] {
  if (tensors.includes(tensor)) return tensors;
  if (tensors.length > 0) return [...tensors, tensor];
  const known = ALONE.get(tensor) ?? [tensor];
  ALONE.set(tensor, known);
  return known;
}
const ALONE = new Map<TensorId, readonly TensorId[]>();

/** A formula, and where it was written. */
export type PlacedShared = { shared: Shared; from: { row: number; column: number } };
type Connections = Pick<Node, 'readers' | 'reads' | 'tensors'>;
const NOTHING_READ: Connections = { readers: [], reads: [], tensors: [] };

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
