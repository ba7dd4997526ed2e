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
  /** The same for a cell that gets a content. */
  usedAt(row: number, column: number): Slot;
  contentAt(row: number, column: number): Value;
  /** Gives `take` the contents of a range that aren't blank, row by row, until it returns true. */
  each(range: CellRange, take: Take): void;
  /** How far down and to the right cells have had contents. A cell that is only read doesn't count. */
  used(): { height: number; width: number };
};
type Take = (content: Value, row: number, column: number) => boolean;

export type Cells = Map<SheetId, Slots>;

/** Rows of a column are kept in pieces of this many. */
const PIECE = 1024;

export function createSlots(): Slots {
  const columns = new Map<number, (Slot[] | undefined)[]>();
  let [bottom, right] = [0, 0];

  /** Goes down one column. */
  function eachBelow(pieces: (Slot[] | undefined)[], first: number, end: number, column: number, take: Take): void {
    for (let start = first - (first % PIECE); start < end; start += PIECE) {
      const piece = pieces[start / PIECE];
      if (!piece) continue;
      for (let row = Math.max(first, start); row < Math.min(end, start + PIECE); row++) {
        const content = piece[row - start]?.content ?? null;
        if (content !== null && take(content, row, column)) return;
      }
    }
  }

  const slotIn = (pieces: (Slot[] | undefined)[] | undefined, row: number): Slot | undefined =>
    pieces?.[Math.floor(row / PIECE)]?.[row % PIECE];

  function slotAt(row: number, column: number): Slot {
    let pieces = columns.get(column);
    if (!pieces) columns.set(column, (pieces = []));
    const piece = (pieces[Math.floor(row / PIECE)] ??= []);
    return (piece[row % PIECE] ??= new Slot());
  }

  return {
    slotAt,
    usedAt(row, column) {
      [bottom, right] = [Math.max(bottom, row + 1), Math.max(right, column + 1)];
      return slotAt(row, column);
    },
    used: () => ({ height: bottom, width: right }),
    contentAt: (row, column) => slotIn(columns.get(column), row)?.content ?? null,
    each({ row, column, height, width }, take) {
      const end = Math.min(row + height, bottom);
      if (width === 1) {
        const pieces = columns.get(column);
        if (pieces) eachBelow(pieces, row, end, column, take);
        return;
      }
      const used = [...columns].filter(([at]) => at >= column && at < column + width).sort(([a], [b]) => a - b);
      for (let start = row - (row % PIECE); start < end && used.length > 0; start += PIECE) {
        const here = used.filter(([, pieces]) => pieces[start / PIECE]);
        const last = here.length > 0 ? Math.min(end, start + PIECE) : 0;
        for (let at = Math.max(row, start); at < last; at++) {
          for (const [column, pieces] of here) {
            const content = pieces[start / PIECE]![at - start]?.content ?? null;
            if (content !== null && take(content, at, column)) return;
          }
        }
      }
    },
  };
}
