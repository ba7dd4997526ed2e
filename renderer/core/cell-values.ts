/** The contents of cells that are no elements: own sheets, and free cells of the network's sheet. */
import { contains, MAX_COLUMNS } from '../../shared/address.ts';
import type { Value } from '../../shared/formula/value.ts';
import type { CellsWindow, CellsWindowValues } from '../../shared/protocol.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';

type Content = Exclude<Value, null>;
/** A watched rectangle and its contents by place. The old contents stay until the new ones arrive. */
type Watched = { window: CellsWindow; range: RangePlace; contents: Map<number, Content>; arrived: boolean };

const keyOf = (row: number, column: number) => row * MAX_COLUMNS + column;

/** The rectangles that parts of the window look at. */
export function createCellWindows() {
  const owners = new Map<string, Watched>();
  let next = 1;

  return {
    /** Replaces the rectangle of an owner. Returns whether the list of windows has changed. */
    show(owner: string, range: RangePlace | undefined): boolean {
      const known = owners.get(owner);
      if (!range) return owners.delete(owner);
      if (known && isSame(known.range, range)) return false;
      const { sheet, row, column, height, width } = range;
      const contents = known?.range.sheet === sheet ? known.contents : new Map<number, Content>();
      const window = { id: next++, sheet, row, column, height, width };
      owners.set(owner, { window, range, contents, arrived: false });
      return true;
    },
    windows: (): CellsWindow[] => [...owners.values()].map(({ window }) => window),
    /** Takes in what has arrived. Returns whether anything was for a known window. */
    receive(all: readonly CellsWindowValues[]): boolean {
      let known = false;
      for (const values of all) {
        const watched = [...owners.values()].find(({ window }) => window.id === values.id);
        if (!watched) continue;
        watched.contents = placed(watched.window, values);
        watched.arrived = true;
        known = true;
      }
      return known;
    },
    /** Whether an owner's contents have arrived. */
    has: (owner: string): boolean => owners.get(owner)?.arrived === true,
    /** What a cell holds; null while nothing is known of it. */
    cell({ sheet, row, column }: CellPlace): Value {
      for (const { range, contents } of owners.values()) {
        if (range.sheet !== sheet || !contains(range, { row, column })) continue;
        const content = contents.get(keyOf(row, column));
        if (content !== undefined) return content;
      }
      return null;
    },
    /** Gives `take` the cells of an owner's rectangle that aren't blank. */
    each(owner: string, take: (content: Content, row: number, column: number) => void): void {
      for (const [key, content] of owners.get(owner)?.contents ?? [])
        take(content, Math.floor(key / MAX_COLUMNS), key % MAX_COLUMNS);
    },
    /** All windows are asked for again. */
    renew(keep: boolean): void {
      if (!keep) owners.clear();
      for (const watched of owners.values()) {
        watched.window = { ...watched.window, id: next++ };
        watched.arrived = false;
      }
    },
  };
}

function placed({ row, column, width }: CellsWindow, { cells }: CellsWindowValues): Map<number, Content> {
  const key = (place: number) => keyOf(row + Math.floor(place / width), column + (place % width));
  return new Map(cells.map(([place, content]) => [key(place), content]));
}

const isSame = (a: RangePlace, b: RangePlace) =>
  a.sheet === b.sheet && a.row === b.row && a.column === b.column && a.height === b.height && a.width === b.width;
