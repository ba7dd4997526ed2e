/** Long calculations in pieces, so that the engine can tell in between that it is alive. */

/** Multiplications, or what takes as long, of one piece: less than a second. */
export const PIECE = 2 ** 29;

/** A part of a layer's output maps: some whole rows, or some columns of one row. */
export type Piece = { row: number; rows: number; column: number; columns: number };

/** The pieces of maps of so many rows and columns, from the top left on. `work`: multiplications for one place of the
 *  maps, all channels together. */
export function* piecesOf(rows: number, columns: number, work: number, most = PIECE): Generator<Piece> {
  const places = Math.max(1, Math.floor(most / work));
  if (places < columns) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column += places)
        yield { row, rows: 1, column, columns: Math.min(places, columns - column) };
    }
    return;
  }
  const step = Math.floor(places / columns);
  for (let row = 0; row < rows; row += step) yield { row, rows: Math.min(step, rows - row), column: 0, columns };
}
