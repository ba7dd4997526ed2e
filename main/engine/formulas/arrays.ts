/** Formulas that give arrays: they fill the cells to the right of them and below. */
import { isError } from '../../../shared/cell-content.ts';
import { CELL_LIMITS } from '../../../shared/cells.ts';
import { ERRORS, type Value } from '../../../shared/formula/value.ts';
import { MAX_COLUMNS, MAX_ROWS } from '../../../shared/address.ts';
import type { Slot } from './cells.ts';
import type { Rectangle } from './graph.ts';
import type { Result } from './library.ts';
import type { Node } from './nodes.ts';
import type { Source } from './readers.ts';
import type { WrittenCells } from './written.ts';

export type Arrays = {
  /** Fills the cells of a formula's result. Returns what the formula's own cell gets: #SPILL! if a cell isn't free, or
   *  if there are too many.
   *  `changed`: other cells have other contents now. `resized`: other cells belong to the formula now. */
  spread(node: Node, result: Result): { value: Value; changed: boolean; resized: boolean };
  /** Empties the cells that a formula has filled. */
  clear(node: Node): void;
  /** The formulas whose last result was an array. */
  all(): Iterable<Node>;
  /** The cells that belong to another formula than before, or to none. */
  takeResized(): Rectangle[];
};

export function createArrays(source: Source, written: WrittenCells): Arrays {
  const owners = new Map<Slot, Node>();
  const arrays = new Set<Node>();
  let resized: Rectangle[] = [];

  function isFree(node: Node, { row, column, height, width }: Rectangle): boolean {
    if (row + height > MAX_ROWS || column + width > MAX_COLUMNS) return false;
    const { sheet } = node.cell;
    const { layout } = source.sheet;
    for (let y = row; y < row + height; y++) {
      for (let x = column; x < column + width; x++) {
        if (y === row && x === column) continue;
        if (sheet === source.sheet.id && !layout.isFree(y, x)) return false;
        const owner = owners.get(source.cells.get(sheet)!.slotAt(y, x));
        if (written.holds(sheet, y, x) || (owner && owner !== node)) return false;
      }
    }
    return true;
  }

  function resize(node: Node, height: number, width: number): boolean {
    const { cell } = node;
    if (cell.height === height && cell.width === width) return false;
    empty(node, height, width);
    resized.push({ ...cell, height: Math.max(cell.height, height), width: Math.max(cell.width, width) });
    node.cell = { ...cell, height, width };
    return true;
  }

  /** Empties the cells of a formula beyond this size. */
  function empty({ cell }: Node, height: number, width: number): void {
    const slots = source.cells.get(cell.sheet);
    if (!slots) return;
    for (let y = 0; y < cell.height; y++) {
      for (let x = 0; x < cell.width; x++) {
        if ((y === 0 && x === 0) || (y < height && x < width)) continue;
        const slot = slots.slotAt(cell.row + y, cell.column + x);
        owners.delete(slot);
        if (!written.holds(cell.sheet, cell.row + y, cell.column + x)) slot.content = null;
      }
    }
  }

  return {
    spread(node, result) {
      if (!Array.isArray(result)) {
        arrays.delete(node);
        return { value: result, changed: false, resized: resize(node, 1, 1) };
      }
      const [height, width] = [result.length, result[0]?.length ?? 0];
      if (height * width <= 1) return this.spread(node, result[0]?.[0] ?? null);
      arrays.add(node);
      const range = { ...node.cell, height, width };
      if (node.target || height * width > CELL_LIMITS.filled || !isFree(node, range))
        return { value: ERRORS['#SPILL!'], changed: false, resized: resize(node, 1, 1) };
      const isResized = resize(node, height, width);
      const slots = source.cells.get(node.cell.sheet)!;
      let changed = false;
      for (const [y, row] of result.entries()) {
        for (const [x, content] of row.entries()) {
          if (y === 0 && x === 0) continue;
          const slot = slots.usedAt(range.row + y, range.column + x);
          owners.set(slot, node);
          if (Object.is(slot.content, content)) continue;
          slot.content = content;
          changed = true;
        }
      }
      const [[value]] = result;
      return { value: isError(value) ? value : (value ?? 0), changed, resized: isResized };
    },
    clear(node) {
      arrays.delete(node);
      resize(node, 1, 1);
    },
    all: () => arrays,
    takeResized() {
      const all = resized;
      resized = [];
      return all;
    },
  };
}
