/** What each client sees of cells that are no elements: the windows of sheets it watches, and the contents it was last
 *  sent. */
import type { Value } from '../../../shared/formula/value.ts';
import type { CellPlace, SheetId } from '../../../shared/places.ts';
import type { CellsWindow, CellsWindowValues } from '../../../shared/protocol.ts';

type Client = number | undefined;

export type SheetWatches = {
  /** Replaces the windows of a client. Returns the contents of those it didn't have before. */
  watch(client: Client, windows: readonly CellsWindow[]): CellsWindowValues[];
  /** What each client has to be sent after cells of these sheets changed: the windows that differ from what it was last
   *  sent. */
  collect(changed: ReadonlySet<SheetId>): Map<Client, CellsWindowValues[]>;
  drop(client: Client): void;
};

type Watched = { window: CellsWindow; sent: string };

/** `contentAt` reads a cell as it is now. */
export function createSheetWatches(contentAt: (place: CellPlace) => Value): SheetWatches {
  const clients = new Map<Client, Map<number, Watched>>();

  function gather({ id, sheet, row, column, height, width }: CellsWindow): CellsWindowValues {
    const cells: CellsWindowValues['cells'] = [];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const content = contentAt({ sheet, row: row + y, column: column + x });
        if (content !== null) cells.push([y * width + x, content]);
      }
    return { id, cells };
  }

  return {
    watch(client, windows) {
      const before = clients.get(client);
      const next = new Map<number, Watched>();
      const fresh: CellsWindowValues[] = [];
      for (const window of windows) {
        const known = before?.get(window.id);
        if (known && sameWindow(known.window, window)) {
          next.set(window.id, known);
          continue;
        }
        const values = gather(window);
        next.set(window.id, { window, sent: JSON.stringify(values) });
        fresh.push(values);
      }
      clients.set(client, next);
      return fresh;
    },
    collect(changed) {
      const updates = new Map<Client, CellsWindowValues[]>();
      if (changed.size === 0) return updates;
      for (const [client, windows] of clients) {
        const differing: CellsWindowValues[] = [];
        for (const watched of windows.values()) {
          if (!changed.has(watched.window.sheet)) continue;
          const values = gather(watched.window);
          const sent = JSON.stringify(values);
          if (sent === watched.sent) continue;
          watched.sent = sent;
          differing.push(values);
        }
        if (differing.length > 0) updates.set(client, differing);
      }
      return updates;
    },
    drop(client) {
      clients.delete(client);
    },
  };
}

function sameWindow(one: CellsWindow, other: CellsWindow): boolean {
  const { sheet, row, column, height, width } = one;
  return (
    sheet === other.sheet &&
    row === other.row &&
    column === other.column &&
    height === other.height &&
    width === other.width
  );
}
