/** Reads cells for formulas: elements in their tensors, labels, and what stands in other cells. */
import { type CellRange, intersect } from '../../../shared/address.ts';
import type { CellError } from '../../../shared/cell-content.ts';
import type { CellReader, ElementBlock, RangeReader } from '../../../shared/formula/readers.ts';
import type { Value } from '../../../shared/formula/value.ts';
import type { Block } from '../../../shared/layout/layout.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { SheetId } from '../../../shared/places.ts';
import type { Cells, Slots } from './cells.ts';
import type { Rectangle } from './graph.ts';
import type { Tensor } from './tensors.ts';

export type Source = {
  sheet: Sheet;
  tensors: ReadonlyMap<TensorId, Tensor>;
  cells: Cells;
  /** The sheets in the order of their tabs. */
  sheets: readonly SheetId[];
  /** What an element holds whose number is NaN: an error, or null for a blank. */
  otherAt: (tensor: TensorId, index: number) => CellError | null;
};

/** Reads one cell. */
export function cellReader(source: Source, { sheet: id, row, column }: Rectangle): CellReader {
  const element = id === source.sheet.id ? source.sheet.layout.elementAt(row, column) : undefined;
  if (element) return new ElementReader(source, source.tensors.get(element.tensor)!, element.index);
  const label = id === source.sheet.id ? source.sheet.layout.labelAt(row, column) : undefined;
  return label ? { value: () => label.text } : source.cells.get(id)!.slotAt(row, column);
}

/** Reads a rectangle of cells. */
export function rangeReader(source: Source, range: Rectangle): RangeReader {
  const slots = source.cells.get(range.sheet)!;
  if (range.sheet !== source.sheet.id) return new SlotsReader(slots, range);
  const { layout } = source.sheet;
  const used = intersect(range, { row: 0, column: 0, height: layout.rows, width: layout.columns });
  const blocks = used ? layout.blocksIn(used) : [];
  const [block] = blocks;
  if (blocks.length === 1 && block.height === range.height && block.width === range.width) {
    const { tensor, offset, rowStride, columnStride } = block.view;
    return new ElementsReader(source, source.tensors.get(tensor)!, range, { offset, rowStride, columnStride });
  }
  return new NetworkReader(source, slots, range, blocks, used);
}

/** Reads all elements of a tensor, as a list of its last axis. */
export function tensorReader(source: Source, id: TensorId): RangeReader {
  const tensor = source.tensors.get(id)!;
  const width = tensor.info.shape.at(-1) ?? 1;
  const size = { height: tensor.info.size / width, width };
  return new ElementsReader(source, tensor, size, { offset: 0, rowStride: width, columnStride: 1 });
}

/** Every cell that is read has this error. */
export function failedReader(error: CellError): CellReader & RangeReader {
  return { height: 1, width: 1, value: () => error, at: () => error, each: take => void take(error, 0, 0) };
}

export class ElementReader implements CellReader {
  constructor(
    readonly source: Source,
    readonly tensor: Tensor,
    readonly index: number,
  ) {}

  value(): Value {
    return elementAt(this.source, this.tensor, this.index);
  }
}

function elementAt(source: Source, { info, values }: Tensor, index: number): Value {
  const value = values[index];
  return value - value === 0 ? value : source.otherAt(info.id, index);
}

class ElementsReader implements RangeReader {
  readonly height: number;
  readonly width: number;
  readonly block: ElementBlock;

  constructor(
    readonly source: Source,
    readonly tensor: Tensor,
    { height, width }: { height: number; width: number },
    at: Omit<ElementBlock, 'values'>,
  ) {
    this.height = height;
    this.width = width;
    this.block = { ...at, values: () => tensor.values };
  }

  at(row: number, column: number): Value {
    const { offset, rowStride, columnStride } = this.block;
    return elementAt(this.source, this.tensor, offset + row * rowStride + column * columnStride);
  }

  each(take: Take): void {
    for (let row = 0; row < this.height; row++) {
      for (let column = 0; column < this.width; column++) {
        const content = this.at(row, column);
        if (content !== null && take(content, row, column)) return;
      }
    }
  }
}

/** Reads cells of an own sheet. */
class SlotsReader implements RangeReader {
  readonly height: number;
  readonly width: number;

  constructor(
    readonly slots: Slots,
    readonly range: CellRange,
  ) {
    ({ height: this.height, width: this.width } = range);
  }

  at(row: number, column: number): Value {
    return this.slots.contentAt(this.range.row + row, this.range.column + column);
  }

  used() {
    const { height, width } = this.slots.used();
    return { height: height - this.range.row, width: width - this.range.column };
  }

  each(take: Take): void {
    const { row: top, column: left } = this.range;
    this.slots.each(this.range, (content, row, column) => take(content, row - top, column - left));
  }
}

type Take = Parameters<RangeReader['each']>[0];
type Other = { row: number; column: number; content: Value };

/** Reads a range of the network's sheet with elements, labels and free cells in it. */
class NetworkReader implements RangeReader {
  readonly height: number;
  readonly width: number;
  readonly #blocks: readonly Block[];
  readonly #labels: readonly Other[];

  constructor(
    readonly source: Source,
    readonly slots: Slots,
    readonly range: CellRange,
    blocks: readonly Block[],
    used: CellRange | undefined,
  ) {
    ({ height: this.height, width: this.width } = range);
    this.#blocks = blocks.toSorted(byPlace);
    const labels = used ? source.sheet.layout.labelsIn(used) : [];
    this.#labels = labels.map(({ row, column, text }) => ({ row, column, content: text })).sort(byPlace);
  }

  used() {
    const { rows, columns } = this.source.sheet.layout;
    const { height, width } = this.slots.used();
    return { height: Math.max(height, rows) - this.range.row, width: Math.max(width, columns) - this.range.column };
  }

  at(row: number, column: number): Value {
    const place = { sheet: this.source.sheet.id, row: this.range.row + row, column: this.range.column + column };
    const { layout } = this.source.sheet;
    const element = layout.elementAt(place.row, place.column);
    if (element) return elementAt(this.source, this.source.tensors.get(element.tensor)!, element.index);
    return layout.labelAt(place.row, place.column)?.text ?? this.slots.contentAt(place.row, place.column);
  }

  each(take: Take): void {
    const { row: top, column: left } = this.range;
    const others = this.#others();
    let [nextBlock, nextOther] = [0, 0];
    let active: Block[] = [];
    const takeOthers = (row: number, end: number): boolean => {
      for (let other = others[nextOther]; other?.row === row && other.column < end; other = others[nextOther]) {
        nextOther++;
        if (take(other.content, row - top, other.column - left)) return true;
      }
      return false;
    };
    for (let row = this.range.row; ; row++) {
      active = active.filter(block => row < block.row + block.height);
      if (active.length === 0) {
        row = Math.min(this.#blocks[nextBlock]?.row ?? Infinity, others[nextOther]?.row ?? Infinity);
        if (row === Infinity) return;
      }
      if (this.#blocks[nextBlock]?.row === row) {
        while (this.#blocks[nextBlock]?.row === row) active.push(this.#blocks[nextBlock++]);
        active.sort((a, b) => a.column - b.column);
      }
      for (const block of active) {
        if (takeOthers(row, block.column) || this.#takeRow(block, row, take)) return;
      }
      if (takeOthers(row, Infinity)) return;
    }
  }

  /** The contents that aren't elements, in the order of their places. */
  #others(): readonly Other[] {
    const free: Other[] = [];
    this.slots.each(this.range, (content, row, column) => {
      free.push({ row, column, content });
      return false;
    });
    return free.length === 0 ? this.#labels : [...this.#labels, ...free].sort(byPlace);
  }

  #takeRow({ row: top, column: left, width, view }: Block, row: number, take: Take): boolean {
    const tensor = this.source.tensors.get(view.tensor)!;
    let index = view.offset + (row - top) * view.rowStride;
    const [down, across] = [row - this.range.row, left - this.range.column];
    for (let column = 0; column < width; column++, index += view.columnStride) {
      const content = elementAt(this.source, tensor, index);
      if (content !== null && take(content, down, across + column)) return true;
    }
    return false;
  }
}

type Place = { row: number; column: number };
const byPlace = (a: Place, b: Place) => a.row - b.row || a.column - b.column;
