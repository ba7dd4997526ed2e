import { sheetOf } from '../../shared/cells.ts';
import { between, type CellPlace } from '../../shared/places.ts';
import { extentOf } from '../core/extents.ts';
import { headOf, selected } from '../core/selection.ts';
import type { Store } from '../core/store.ts';
import type { KeyPress } from '../core/edit-session.ts';
import { shownSheet } from '../core/shown-sheet.ts';
import type { Geometry } from './geometry.ts';
import { type Direction, jump, step, walk, walkAreas } from './navigation.ts';

export type KeyCallbacks = {
  geometry(): Geometry;
  /** How many rows are in view, for PageUp and PageDown. */
  pageRows(): number;
  /** Scrolls the active cell into view. */
  reveal(): void;
  /** Scrolls to the beginning of the sheet. Row 1 is always in view. */
  scrollHome(): void;
  clear(): void;
  /** Pastes what is marked as copied. Returns false if nothing is. */
  pasteMarked(): boolean;
  startEditing(): void;
  /** Goes to the next or previous sheet tab, with the same selection. */
  changeSheet(by: 1 | -1): void;
  /** Cancels what the mouse does on the sheet, or closes the note beside a cell. Returns false if there is neither. */
  escape(): boolean;
};

/** The keys of the sheet while nothing is typed. */
export type Keys = {
  /** Moves as an arrow, Enter, Tab, Home, End or a page key does. Returns false for any other key. */
  move(event: KeyPress): boolean;
  /** Does what a key means. Returns false if it means nothing here; the browser or a menu may then take it. */
  press(event: KeyPress): boolean;
};

/** The directions of the arrow keys. */
export const ARROWS: Partial<Record<string, Direction>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

export function createKeys(store: Store, callbacks: KeyCallbacks): Keys {
  /** The column where a row of Tabs began, and the cell that it has reached. Any other way of selecting ends the
   *  row. */
  let tabs: { column: number; at: CellPlace } | undefined;

  const select = (...selection: Parameters<typeof selected>) => store.set(selected(...selection));

  /** Goes to a cell. With `extend`, moves the selection's other corner there. Whole rows and columns stay whole. */
  const go = (target: (from: CellPlace) => CellPlace, extend: boolean) => {
    const { active, selection } = store.get();
    if (!extend) return select(target(active));
    const { rows, columns } = callbacks.geometry();
    const range = between(active, target(headOf(active, selection)));
    select(active, {
      ...range,
      ...(selection.height === rows && { row: 0, height: rows }),
      ...(selection.width === columns && { column: 0, width: columns }),
    });
  };

  const enterOrTab = (key: string, back: boolean) => {
    const { active, selection, areas } = store.get();
    const geometry = callbacks.geometry();
    const direction = key === 'Enter' ? (back ? 'up' : 'down') : back ? 'left' : 'right';
    if (areas.length > 0) {
      const next = walkAreas(geometry, { active, selection, areas }, direction);
      return select(next.active, next.selection, { areas: next.areas, reveal: next.active });
    }
    if (selection.height > 1 || selection.width > 1) {
      const next = walk(geometry, selection, active, direction);
      return select(next, selection, { reveal: next });
    }
    const began = tabs?.at === active ? tabs.column : active.column;
    if (key === 'Enter') return select(step(geometry, { ...active, column: began }, direction));
    select(step(geometry, active, direction));
    tabs = { column: began, at: store.get().active };
  };

  const move = (event: KeyPress): boolean => {
    const { key, shiftKey, altKey } = event;
    const control = event.ctrlKey || event.metaKey;
    if (altKey) return false;
    const { layout } = shownSheet(store.get());
    const cells = sheetOf(store.get().written.sheets, store.get().active.sheet)?.cells;
    const geometry = callbacks.geometry();
    const visible = (column: number) => geometry.visibleColumn(column, -1) ?? geometry.visibleColumn(column, 1) ?? 0;
    const arrow = ARROWS[key];
    if (arrow)
      go(from => (control ? jump(layout, geometry, from, arrow, cells) : step(geometry, from, arrow)), shiftKey);
    else if (key === 'Home') {
      go(from => ({ ...from, ...(control && { row: 0 }), column: geometry.visibleColumn(0, 1) ?? 0 }), shiftKey);
      if (control && !shiftKey) callbacks.scrollHome();
    } else if (key === 'End') {
      const free = cells ? extentOf(cells) : layout;
      const last = { row: Math.max(layout.rows, free.rows) - 1, column: Math.max(layout.columns, free.columns) - 1 };
      go(from => ({ ...from, ...(control && { row: last.row }), column: visible(last.column) }), shiftKey);
    } else if (control) return false;
    else if (key === 'PageDown' || key === 'PageUp')
      go(from => step(geometry, from, key === 'PageDown' ? 'down' : 'up', callbacks.pageRows()), shiftKey);
    else if (key === 'Enter' || key === 'Tab') enterOrTab(key, shiftKey);
    else return false;
    return true;
  };

  const press = (event: KeyPress): boolean => {
    const { key, shiftKey, altKey } = event;
    const control = event.ctrlKey || event.metaKey;
    const { active, selection } = store.get();
    const { rows, columns } = callbacks.geometry();
    if (altKey) return false;
    if (key === ' ' && (control || shiftKey))
      select(active, {
        ...selection,
        ...(control && { row: 0, height: rows }),
        ...(shiftKey && { column: 0, width: columns }),
      });
    else if (control && (key === 'PageDown' || key === 'PageUp')) callbacks.changeSheet(key === 'PageDown' ? 1 : -1);
    else if (control && key === 'Backspace') callbacks.reveal();
    else if (key === 'Enter' && !control && !shiftKey && callbacks.pasteMarked()) return true;
    else if (move(event)) return true;
    // Shift+Delete cuts, which the browser does.
    else if (control || (shiftKey && key === 'Delete')) return false;
    else if (key === 'Delete' || key === 'Backspace') callbacks.clear();
    else if (key === 'F2' && !shiftKey) callbacks.startEditing();
    else if (key === 'Escape') return callbacks.escape();
    else return false;
    return true;
  };

  return { move, press };
}

/** Whether a key types a character. Some systems report AltGr as Ctrl+Alt; AltGr, and Option on a Mac, do type
 *  characters. */
export function types(event: KeyboardEvent, mac: boolean): boolean {
  // The names of keys are ASCII words. A character may take two UTF-16 units.
  if (event.key.length !== 1 && /^\w+$/.test(event.key)) return false;
  if (event.getModifierState('AltGraph')) return true;
  return !event.ctrlKey && !event.metaKey && (mac || !event.altKey);
}
