import type { CellPlace, RangePlace } from '../../shared/places.ts';
import type { View } from '../core/store.ts';
import type { Entry } from './entry.ts';
import type { Typing } from './typing.ts';
import type { Transfer } from './transfer.ts';

/** What the rest of the app may ask of the grid. */
export type GridApi = {
  /** Scrolls as little as needed to show the range (its top left corner where it does not fit). With `align: 'start'`,
   *  to the left edge. */
  scrollTo(range: RangePlace, align?: 'nearest' | 'start'): void;
  /** How far is scrolled, in CSS pixels. */
  scrolled(): { x: number; y: number };
  /** Scrolls so far, or as far as the sheet goes. */
  showAt(scroll: { x: number; y: number }): void;
  /** Zooms so that the whole network is in view, and stays so when the room for it changes, until somebody zooms. */
  fit(): void;
  /** The cells in view, partly visible ones too, without the frozen caption row. */
  visibleRange(): RangePlace;
  focus(): void;
  /** Takes an intent of the formula bar; see Typing. */
  type: Typing['send'];
  /** Enters what is being typed in the cell or the formula bar, if anything is; false where it is refused (the user has
   *  been told why): typing goes on. */
  finishEditing(): boolean;
  /** The same before the user goes elsewhere: what was refused once already is given up. */
  leaveEditing(): boolean;
  /** Sends what an entry came to, or says why nothing is changed; false where nothing is. */
  run(entry: Entry): boolean;
  /** Empties the selected cells, as Delete does. */
  clear(): void;
  /** Copies, pastes and fills the selected cells. */
  transfer: Pick<Transfer, 'copy' | 'paste' | 'fillLines'>;
  /** Where a cell is on the screen, in client pixels; undefined where it is scrolled away or hidden. */
  screenshotRect(cell: CellPlace): { x: number; y: number; width: number; height: number } | undefined;
};

export type Grid = View & GridApi;
