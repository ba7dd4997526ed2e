import type { Value } from '../../shared/formula/value.ts';
import type { CellPlace, Plane, RangePlace, SheetId } from '../../shared/places.ts';
import type { View } from '../core/store.ts';
import type { Entry } from './entry.ts';
import type { Typing } from './typing.ts';
import type { Transfer } from './transfer.ts';

/** What the rest of the app can ask the grid to do. */
export type GridApi = {
  /** Scrolls as little as needed to show the range. If the range is too large for the view, its top left corner is
   *  shown. With `align: 'start'`, scrolls to its left edge. What is `beside` it is shown too where both have room. */
  scrollTo(range: RangePlace, align?: 'nearest' | 'start', beside?: RangePlace): void;
  /** The scroll position in CSS pixels. */
  scrolled(): { x: number; y: number };
  /** Scrolls to this position, or as near as the sheet allows. */
  showAt(scroll: { x: number; y: number }): void;
  /** Where a column begins on the sheet's element, in CSS pixels. It may be out of view. */
  leftOf(column: number): number;
  /** Zooms so that the whole network is in view. It stays in view when the window changes its size, until somebody
   *  zooms. */
  fit(): void;
  /** The cells in view, partly visible ones too, without the frozen caption row. */
  visibleRange(): RangePlace;
  focus(): void;
  /** Takes what the user does in the formula bar; see Typing. */
  type: Typing['send'];
  /** Enters the typed text, if there is any. Returns false if it is refused: the user is told why, and typing
   *  continues. */
  finishEditing(): boolean;
  /** Like `finishEditing`, before the user goes elsewhere. A text that was refused once before is dropped. */
  leaveEditing(): boolean;
  /** Shows another sheet, or another plane of it. A formula that is being typed can point at its cells; any other text
   *  is entered first. If that is refused, the sheet stays. */
  turnTo(sheet: SheetId, plane?: Plane): void;
  /** Sends an entry, or tells the user why nothing changes. Returns false if nothing is sent. */
  run(entry: Entry): boolean;
  /** Does something that keeps a part of what is written, now or when earlier edits are answered. Until then the window
   *  doesn't know what they wrote. */
  afterEdits(work: () => void): void;
  /** Whether an edit isn't answered yet. */
  awaitsAnswer(): boolean;
  /** Empties the selected cells, as the Delete key does. */
  clear(): void;
  /** Begins to type the sum of the numbers above the active cell, or puts sums below several selected cells. */
  sum(): void;
  /** What a cell that is no element holds, if it is in view or selected. */
  valueAt(cell: CellPlace): Value;
  /** Whether a range is whole rows or whole columns of the shown sheet. */
  wholeLines(range: RangePlace): 'rows' | 'columns' | undefined;
  /** Makes columns of the shown sheet as wide as what they hold. */
  fitColumns(columns: readonly number[]): void;
  /** Opens a text field for a cell's comment, or says why the cell can't have one. */
  comment(cell: CellPlace): void;
  /** Shows a cell's comment until something else is selected. */
  showComment(cell: CellPlace): void;
  /** Copies, pastes, fills and sorts the selected cells. */
  transfer: Pick<Transfer, 'copy' | 'paste' | 'fillLines' | 'sort'>;
  /** A cell's rectangle on the screen, in client pixels. undefined if it is out of view or hidden. */
  screenshotRect(cell: CellPlace): { x: number; y: number; width: number; height: number } | undefined;
};

export type Grid = View & GridApi;
