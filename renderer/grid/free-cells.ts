/** Watches the free cells and own sheets in view, and gives what stands in them. */
import { sheetOf } from '../../shared/cells.ts';
import type { RangePlace, SheetId } from '../../shared/places.ts';
import { ownSheet, shownSheet } from '../core/shown-sheet.ts';
import type { Store, Values } from '../core/store.ts';
import type { Geometry } from './geometry.ts';
import type { PaintedCells } from './paint-cells.ts';
import { SMALLEST_NUMBER } from './number-text.ts';
import type { Scroller } from './scroll.ts';
import type { ShownFormulas } from './shown-formulas.ts';
import { writtenCell } from './written-cell.ts';

const OWNER = 'grid cells';
/** The most cells that are watched at once. */
const MOST = 200_000;

export type FreeCells = ReturnType<typeof createFreeCells>;

export function createFreeCells(store: Store, values: Values, formulas: ShownFormulas) {
  let watching = false;
  const cells: PaintedCells = {
    each: take => values.eachCell(OWNER, take),
    get rowsGrow() {
      return ownSheet(store.get()) !== undefined;
    },
    formula(row, column) {
      const { formulasShown, active } = store.get();
      return formulasShown ? formulas.ofCell({ sheet: active.sheet, row, column }) : undefined;
    },
    format: (row, column) => writtenCell(store.get(), { sheet: store.get().active.sheet, row, column })?.format,
    blank(row, column) {
      const state = store.get();
      const { layout } = shownSheet(state);
      if (layout.elementAt(row, column) || layout.labelAt(row, column)) return false;
      return values.cell({ sheet: state.active.sheet, row, column }) === null;
    },
  };
  /** Where the sheets were scrolled to. */
  const scrolls = new Map<SheetId, { x: number; y: number }>();
  let shown = store.get().active.sheet;

  return {
    /** Whether the active cell is at the edge of an own sheet, which then grows. */
    beyond({ rows, columns }: Pick<Geometry, 'rows' | 'columns'>): boolean {
      const { active } = store.get();
      return ownSheet(store.get()) !== undefined && (active.row >= rows - 1 || active.column >= columns - 1);
    },
    /** Shows a sheet where it was scrolled to last. `lay` lays its cells out. */
    turnTo(id: SheetId, scroller: Pick<Scroller, 'x' | 'y' | 'moveTo'>, lay: () => void): void {
      scrolls.set(shown, { x: scroller.x, y: scroller.y });
      shown = id;
      lay();
      const { x, y } = scrolls.get(id) ?? { x: 0, y: 0 };
      scroller.moveTo(x, y);
    },
    /** Watches these cells of the shown sheet, if it has any. */
    watch(range: RangePlace): void {
      const { written, plane, cellSize } = store.get();
      const own = sheetOf(written.sheets, range.sheet);
      // Small cells show no texts.
      const legible = cellSize >= SMALLEST_NUMBER && range.height * range.width <= MOST;
      watching = own !== undefined && own.cells.size > 0 && plane === 'value' && legible;
      values.showCells(OWNER, watching ? range : undefined);
    },
    /** What is painted; undefined where there is nothing. */
    shown: (): PaintedCells | undefined => (watching ? cells : undefined),
    end: () => values.showCells(OWNER, undefined),
  };
}
