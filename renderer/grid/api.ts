import type { CellPlace, RangePlace } from '../../shared/places.ts';
import type { View } from '../core/store.ts';
import type { Entry } from './entry.ts';
import type { Typing } from './typing.ts';
import type { Transfer } from './transfer.ts';

/** What the rest of the app may ask of the grid. */
export type GridApi = {
  /** Scrolls as little as needed to show the range. Where the range doesn't fit, its top left corner is shown. With
   *  `align: 'start'`, scrolls to its left edge. */
  scrollTo(range: RangePlace, align?: 'nearest' | 'start'): void;
  /** How far is scrolled, in CSS pixels. */
  scrolled(): { x: number; y: number };
  /** Scrolls so far, or as far as the sheet goes. */
  showAt(scroll: { x: number; y: number }): void;
  /** Zooms so that the whole network is in view. It stays in view when the window changes its size, until somebody
   *  zooms. */
  fit(): void;
  /** The cells in view, partly visible ones too, without the frozen caption row. */
  visibleRange(): RangePlace;
  focus(): void;
  /** Takes an intent of the formula bar; see Typing. */
  type: Typing['send'];
  /** Enters what is being typed, if anything is. False where it is refused: the user has been told why, and typing goes
   *  on. */
  finishEditing(): boolean;
  /** Does the same before the user goes elsewhere. A text that was refused before is dropped. */
  leaveEditing(): boolean;
  /** Sends an entry, or says why nothing is changed. False where nothing is sent. */
  run(entry: Entry): boolean;
  /** Empties the selected cells, as Delete does. */
  clear(): void;
  /** Copies, pastes and fills the selected cells. */
  transfer: Pick<Transfer, 'copy' | 'paste' | 'fillLines'>;
  /** Where a cell is on the screen, in client pixels; undefined where it is scrolled away or hidden. */
  screenshotRect(cell: CellPlace): { x: number; y: number; width: number; height: number } | undefined;
};

export type Grid = View & GridApi;
