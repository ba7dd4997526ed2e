/** The cells of the network in a picture: which element is shown where. */
import type { ElementIndex } from '../layout/layout.ts';
import type { Box, Item } from './picture.ts';

/** Cells of one size in rows and columns. Holes show no element. */
export type CellGrid = {
  box: Box;
  rows: number;
  columns: number;
  elementAt: (nth: number) => ElementIndex | undefined;
};
export type CellSpot = { grid: CellGrid; nth: number };

/** All grids of cells in a picture, in units, the last painted one first. A single number of one element is a grid of
 *  one cell. */
export function gridsIn(items: readonly Item[], { x = 0, y = 0, scale = 1 } = {}): CellGrid[] {
  const placed = (box: Box): Box => ({
    x: x + box.x * scale,
    y: y + box.y * scale,
    width: box.width * scale,
    height: box.height * scale,
  });
  const found = items.flatMap((item): CellGrid[] => {
    if (item.kind === 'group') {
      if ((item.alpha ?? 1) < 0.5) return [];
      const inner = { x: x + (item.x ?? 0) * scale, y: y + (item.y ?? 0) * scale, scale: scale * (item.scale ?? 1) };
      return gridsIn(item.items, inner);
    }
    if (item.kind === 'cells' && item.elementAt) {
      const { box, rows, columns, steps, elementAt } = item;
      const at = (nth: number) => (steps[nth] >= 0 ? elementAt(nth) : undefined);
      return [{ box: placed(box), rows, columns, elementAt: at }];
    }
    const terms = item.kind === 'text' ? item.shown?.terms : undefined;
    if (item.kind !== 'text' || terms?.length !== 1 || terms[0].length !== 1) return [];
    const width = Math.min(item.most ?? Infinity, item.text.length * item.size * 0.6);
    const left = { left: 0, center: width / 2, right: width }[item.align ?? 'left'];
    const box = { x: item.x - left, y: item.y - item.size / 2, width, height: item.size };
    return [{ box: placed(box), rows: 1, columns: 1, elementAt: () => terms[0][0] }];
  });
  return found.toReversed();
}

/** The cell at a place of a picture. */
export function spotAt(grids: readonly CellGrid[], x: number, y: number): CellSpot | undefined {
  for (const grid of grids) {
    const { box, rows, columns } = grid;
    const column = Math.floor(((x - box.x) / box.width) * columns);
    const row = Math.floor(((y - box.y) / box.height) * rows);
    if (row < 0 || column < 0 || row >= rows || column >= columns) continue;
    const nth = row * columns + column;
    if (grid.elementAt(nth)) return { grid, nth };
  }
  return undefined;
}

export function boxOf({ grid: { box, rows, columns }, nth }: CellSpot): Box {
  const [width, height] = [box.width / columns, box.height / rows];
  return { x: box.x + (nth % columns) * width, y: box.y + Math.floor(nth / columns) * height, width, height };
}

/** The next cell in a direction: the nearest one ahead, whose middle is more ahead than aside. Without a cell to begin
 *  at, the first one of the largest grid. */
export function spotBeside(
  grids: readonly CellGrid[],
  from: CellSpot | undefined,
  [right, down]: readonly [number, number],
): CellSpot | undefined {
  if (!from) return firstSpot(grids);
  const own = boxOf(from);
  const [x, y] = [own.x + own.width / 2, own.y + own.height / 2];
  let best: { spot: CellSpot; far: number } | undefined;
  for (const grid of grids) {
    for (let nth = 0; nth < grid.rows * grid.columns; nth++) {
      if ((grid === from.grid && nth === from.nth) || !grid.elementAt(nth)) continue;
      const box = boxOf({ grid, nth });
      const [dx, dy] = [box.x + box.width / 2 - x, box.y + box.height / 2 - y];
      const ahead = dx * right + dy * down;
      const aside = Math.abs(dx * down) + Math.abs(dy * right);
      if (ahead < 0.5 || aside > ahead) continue;
      const far = ahead + 2 * aside;
      if (!best || far < best.far) best = { spot: { grid, nth }, far };
    }
  }
  return best?.spot;
}

function firstSpot(grids: readonly CellGrid[]): CellSpot | undefined {
  const bySize = grids.toSorted((one, other) => other.rows * other.columns - one.rows * one.columns);
  for (const grid of bySize)
    for (let nth = 0; nth < grid.rows * grid.columns; nth++) if (grid.elementAt(nth)) return { grid, nth };
  return undefined;
}
