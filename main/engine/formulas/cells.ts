/** What stands on the sheets besides the network's elements: a slot for each cell that holds something or is read. */
import type { CellRange } from '../../../shared/address.ts';
import type { CellReader } from '../../../shared/formula/readers.ts';
import type { SheetId } from '../../../shared/places.ts';
import type { Value } from '../../../shared/formula/value.ts';

/** A cell: what was typed, or what its formula gave last. null while it is blank. */
export class Slot implements CellReader {
  content: Value = null;
  value(): Value {
    return this.content;
  }
}

/** The slots of a sheet. */
export type Slots = {
  /** The slot of a cell, made if there is none. */
  slotAt(row: number, column: number): Slot;
  contentAt(row: number, column: number): Value;
  /** Gives `take` the contents of a range that aren't blank, row by row, until it returns true. */
  each(range: CellRange, take: (content: Value, row: number, column: number) => boolean): void;
};

export type Cells = Map<SheetId, Slots>;

export function createSlots(): Slots {
  const columns = new Map<number, Map<number, Slot>>();
  let bottom = 0;
  return {
    slotAt(row, column) {
      let own = columns.get(column);
      if (!own) columns.set(column, (own = new Map()));
      let slot = own.get(row);
      if (!slot) {
        own.set(row, (slot = new Slot()));
        bottom = Math.max(bottom, row + 1);
      }
      return slot;
    },
    contentAt: (row, column) => columns.get(column)?.get(row)?.content ?? null,
    each({ row, column, height, width }, take) {
      const used = [...columns].filter(([at]) => at >= column && at < column + width).sort(([a], [b]) => a - b);
      const end = Math.min(row + height, bottom);
      for (let at = row; at < end && used.length > 0; at++) {
        for (const [column, own] of used) {
          const content = own.get(at)?.content ?? null;
          if (content !== null && take(content, at, column)) return;
        }
      }
    },
  };
}
