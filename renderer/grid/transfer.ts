import { formatRange, intersect } from '../../shared/address.ts';
import { wholeTensor } from '../../shared/goto.ts';
import { elementAt, usedPart } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { isFormula, sheetOf } from '../../shared/cells.ts';
import { type CellPlace, only, type RangePlace, samePlace } from '../../shared/places.ts';
import type { State, Store, Values } from '../core/store.ts';
import type { Theme } from '../parts/theme.ts';
import { isRead } from '../../shared/changes/readers.ts';
import { type CopiedCell, copier } from './bring.ts';
import { looksOf, relativeFormulas } from './copied-looks.ts';
import { writtenCell } from './written-cell.ts';
import { shownSheet } from '../core/shown-sheet.ts';
import type { GridActions } from './actions.ts';
import {
  type ClipboardFormats,
  formatsOf,
  MAX_TEXT_LENGTH,
  openClipboard,
  OWN_TYPE,
  readClipboard,
} from './clipboard.ts';
import type { Pasted, Table } from './clipboard-table.ts';
import { clearRange, decimalComma, type Entry, MAX_CELLS } from './entry.ts';
import { filledByNeighbour, fillLines, fillRange, sourceOfFill } from './fill.ts';
import { pastedRange, type PasteOptions, type PasteQuestion, pasting, type RangeEntry } from './paste.ts';
import { regionToSort, sortRows } from './sort.ts';
import { cutBlocks } from './tiles.ts';

/** Cells that were copied or cut. They stay marked until the copy is used or cancelled. */
type Copied = { range: RangePlace; cut: boolean };

/** What the copied cells bring along, row by row; undefined for those that were selected only as part of a whole. */
type CopiedCells = readonly (readonly (CopiedCell | undefined)[])[];

const OWNER = 'transfer';
/** In milliseconds: how long a paste works at a time, and after which time its progress is shown. */
const SLICE = 40;
const SILENT = 300;

/** Moves contents between cells: copying, cutting, pasting, filling. */
export type Transfer = {
  /** Puts the selected cells on the clipboard. If their values are missing, it does so when they arrive, by the
   *  browser's copy command. */
  copy(clipboard: DataTransfer, cut: boolean): void;
  /** Pastes. It first asks the user if the clipboard has several readings or, with `special`, how to paste. */
  paste(formats: ClipboardFormats, special: boolean): void;
  /** Pastes the cells that are marked as copied or cut, and ends the mark. Returns false if there are none. */
  pasteMarked(): boolean;
  /** Fills from the selection to a larger range. */
  fillTo(target: RangePlace): void;
  fillLines(direction: 'down' | 'right'): void;
  /** Fills down as far as the cells beside the selection go. */
  fillAsNeighbour(): void;
  /** Sorts the selected rows by the column of the active cell. */
  sort(descending: boolean): void;
  copied(): Copied | undefined;
  /** Removes the mark of copied or cut cells, and stops a long paste. Returns false if there was neither. */
  forget(): boolean;
  /** Resolves when nothing waits for values any more. undefined if nothing does. */
  waits(): Promise<void> | undefined;
  /** Call it when values have arrived. */
  arrived(): void;
  /** Call it when another sheet is shown. Then nothing waits for values any more. What was copied can still be
   *  pasted. */
  reset(): void;
};

export type TransferCallbacks = {
  /** Sends an edit, or tells why there is none. Returns false if nothing changes. */
  run: (entry: Entry) => boolean;
  /** Does something now, or when earlier edits are answered. */
  afterEdits: (work: () => void) => void;
  /** Why nothing can be edited now. undefined if editing is possible. */
  locked: () => string | undefined;
  select: (range: RangePlace) => void;
  theme: () => Theme;
  /** The number of rows and columns that the shown sheet has. */
  size: () => { rows: number; columns: number };
  /** Other cells are now marked as copied, or none are. */
  marked: () => void;
};

export function createTransfer(
  store: Store,
  values: Values,
  actions: GridActions,
  { run, afterEdits, locked, select, theme, size, marked }: TransferCallbacks,
): Transfer {
  let copied: (Copied & { id: string; text: string; table: Table; workbook: string; cells: CopiedCells }) | undefined;
  /** The work that waits for the values of a range. */
  let waiting:
    | { range: RangePlace; work: () => void; copies: boolean; end: () => void; ended: Promise<void> }
    | undefined;
  const endWaiting = () => {
    waiting?.end();
    waiting = undefined;
  };

  /** What the status bar says while cells are marked. */
  let told: State['notice'];
  const mark = (next: typeof copied) => {
    if (copied === next) return;
    copied = next;
    if (told && store.get().notice === told) store.set({ notice: undefined });
    told = next && locked() === undefined ? { tone: 'info', sentence: messages.clipboard.marked, holds } : undefined;
    if (told) store.set({ notice: told });
    marked();
  };
  const holds = () => copied !== undefined;

  /** Why the selection can't be copied (or, with `edits`, changed). undefined if it can. */
  const stopped = (edits: boolean): string | undefined =>
    (edits ? locked() : undefined) ?? (store.get().areas.length > 0 ? messages.grid.oneRange : undefined);

  const fetchMissing = (range: RangePlace): boolean => {
    const { sheet, written } = store.get();
    const used = usedPart(sheet, range);
    const blocks = used ? cutBlocks(sheet.layout, used) : [];
    values.show('grid-selection', blocks);
    const hasCells = (sheetOf(written.sheets, range.sheet)?.cells.size ?? 0) > 0;
    values.showCells(OWNER, hasCells ? range : undefined);
    return blocks.some(block => values.block(block) === undefined) || (hasCells && !values.hasCells(OWNER));
  };
  /** Does the work with the values of a range, now or when they arrive. */
  const withValues = (range: RangePlace, work: () => void, copies = false) => {
    endWaiting();
    const cells = range.height * range.width;
    if (cells > MAX_CELLS) return actions.refuse(messages.grid.tooManyCells(cells));
    if (!fetchMissing(range)) return work();
    let end = () => {};
    const ended = new Promise<void>(done => (end = done));
    waiting = { range, work, copies, end, ended };
  };

  /** The content of a cell. undefined where nothing stands. */
  const contentOf = (cell: CellPlace): Pasted => {
    const { sheet, written } = store.get();
    const found = elementAt(sheet, cell);
    if (found) return values.element(found.tensor, found.index);
    const content = writtenCell({ written }, cell)?.content;
    return content === undefined || isFormula(content) ? (values.cell(cell) ?? undefined) : content;
  };
  /** What stands in the cells of a range, and what they bring along. */
  const takenFrom = (range: RangePlace, selection: RangePlace): { table: Table; cells: CopiedCells } => {
    const { sheet, written } = store.get();
    const whole = wholeTensor(sheet, selection);
    const take = copier(sheet, written);
    const table: Pasted[][] = [];
    const cells: (CopiedCell | undefined)[][] = [];
    for (let y = 0; y < range.height; y++) {
      const places = Array.from({ length: range.width }, (_, x): CellPlace => {
        return { sheet: range.sheet, row: range.row + y, column: range.column + x };
      });
      const isTaken = (cell: CellPlace) => !whole || elementAt(sheet, cell)?.tensor === whole;
      table.push(
        places.map(cell => {
          if (!isTaken(cell)) return undefined;
          const label = cell.sheet === sheet.id ? sheet.layout.labelAt(cell.row, cell.column) : undefined;
          return label?.text ?? contentOf(cell);
        }),
      );
      cells.push(places.map(cell => (isTaken(cell) ? take(cell) : undefined)));
    }
    return { table, cells };
  };
  /** Runs an entry, and selects its cells. */
  const enter = (entry: RangeEntry): boolean => {
    const done = run(entry);
    if (done && entry.range) select(entry.range);
    return done;
  };
  /** Fills from a source range. This ends the mark of copied cells. */
  const fill = (source: RangePlace, entry: () => RangeEntry) => {
    const reason = stopped(true);
    if (reason !== undefined) return actions.refuse(reason);
    mark(undefined);
    afterEdits(() => withValues(source, () => enter(entry())));
  };

  /** A long paste that goes on. `stop` ends it. */
  let underWay: { stop: () => void } | undefined;
  /** Does the steps of a paste. If they take long, the window stays alive, Escape stops them, and so does any other
   *  change of what users have written. */
  const slowly = (steps: Generator<number, RangeEntry>, cells: number, done: (entry: RangeEntry) => void) => {
    const { written, sheet, workbookId } = store.get();
    const began = performance.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const own = {
      stop() {
        clearTimeout(timer);
        underWay = undefined;
        store.set({ progress: undefined });
      },
    };
    const slice = () => {
      const now = store.get();
      if (now.written !== written || now.sheet !== sheet || now.workbookId !== workbookId) {
        own.stop();
        return actions.refuse(messages.clipboard.stopped);
      }
      const until = performance.now() + SLICE;
      for (;;) {
        const step = steps.next();
        if (step.done) {
          if (underWay === own) own.stop();
          return done(step.value);
        }
        if (performance.now() < until) continue;
        underWay = own;
        if (performance.now() - began > SILENT)
          store.set({ progress: { task: messages.clipboard.pasting(cells), fraction: step.value } });
        timer = setTimeout(slice);
        return;
      }
    };
    slice();
  };

  const pasteInto = (table: Table, options: PasteOptions, id: string | undefined, once = false) => {
    const { sheet, selection, workbookId } = store.get();
    const moved = copied?.cut && copied.id === id && copied.workbook === workbookId ? copied.range : undefined;
    const paste = () => {
      const cells = copied?.id === id && copied?.workbook === workbookId ? copied.cells : undefined;
      const { written } = store.get();
      const given: PasteOptions = {
        ...options,
        ...(moved && { cut: moved }),
        ...(cells && { copied: (row, column) => cells[row]?.[column] }),
        own: written,
        value,
      };
      const { height, width } = pastedRange(sheet, selection, table, given);
      slowly(pasting(sheet, selection, table, given), height * width, entry => {
        if (!enter(entry)) return;
        if (moved || once || copied?.id !== id) mark(undefined);
        const stays = moved && entry.command?.changes.every(({ kind }) => kind !== 'move');
        if (stays && isRead(sheet, written, moved)) tell(messages.clipboard.stays(formatRange(moved)));
      });
    };
    const value = (cell: CellPlace) => {
      const present = contentOf(cell);
      return typeof present === 'number' ? present : undefined;
    };
    const calculated = options.operation !== undefined && options.operation !== 'replace';
    if (calculated) withValues(pastedRange(sheet, selection, table, options), paste);
    else afterEdits(paste);
  };

  /** Says something until the user selects other cells. */
  const tell = (sentence: string) => {
    const { selection } = store.get();
    store.set({ notice: { tone: 'info', sentence, holds: now => now.selection === selection } });
  };

  const ask = async (
    question: PasteQuestion,
    known: Table | undefined,
    id: string | undefined,
    given: PasteOptions,
  ) => {
    const { workbookId } = store.get();
    const chosen = await actions.choosePaste(question);
    const read = chosen && (known ? { table: known } : chosen.reading?.whole());
    if (!read || store.get().workbookId !== workbookId) return;
    const { table, ...formats } = read;
    pasteInto(table, { ...given, ...formats, ...chosen.options }, id);
  };

  return {
    copy(clipboard, cut) {
      const { sheet, selection, active, workbookId } = store.get();
      const range = usedSelection(store.get(), size()) ?? only(active);
      const elements = cut ? usedPart(sheet, selection) : undefined;
      const hasElements = elements && sheet.layout.blocksIn(elements).length > 0;
      const refusal =
        stopped(cut) ?? (hasElements ? clearRange(sheet, selection, store.get().written.formulas).refusal : undefined);
      if (refusal !== undefined) return actions.refuse(refusal);
      const write = (open: DataTransfer) => {
        const { table, cells } = takenFrom(range, selection);
        const id = crypto.randomUUID();
        const taken = { range, table, cells };
        const { text, html, own } = formatsOf(table, decimalComma, id, {
          lookOf: looksOf(store.get(), theme(), taken),
          formulas: relativeFormulas(store.get(), taken),
        });
        open.setData('text/plain', text);
        if (html !== undefined) open.setData('text/html', html);
        open.setData(OWN_TYPE, own);
        mark({ range, cut, id, text, table, workbook: workbookId, cells });
      };
      let direct = true;
      // Values may come later, when something else is selected and this event is over.
      const work = () => {
        if (direct) write(clipboard);
        else if (!openClipboard(write)) actions.refuse(messages.grid.valuesMissing);
      };
      withValues(range, work, true);
      direct = false;
    },
    paste(formats, special) {
      // The clipboard still has something else.
      const reason = stopped(true) ?? (waiting?.copies ? messages.grid.valuesMissing : undefined);
      if (reason !== undefined) return actions.refuse(reason);
      if (formats.text.length > MAX_TEXT_LENGTH) return actions.refuse(messages.clipboard.tooLong);
      const { id: told, table, readings, formulas, percents } = readClipboard(formats, decimalComma);
      // Ctrl+Shift+V brings only text.
      const same = copied !== undefined && formats.text.replaceAll('\r\n', '\n') === copied.text;
      const id = told ?? (same ? copied?.id : undefined);
      const known = id !== undefined && copied?.id === id ? copied.table : table;
      const given: PasteOptions = { ...(formulas && { formulas }), ...(percents && { percents }) };
      const own = id !== undefined && copied?.id === id;
      if (known && !own && !known.some(row => row.some(cell => cell !== undefined)))
        return actions.refuse(messages.grid.nothingToPaste);
      if (known && !special) return pasteInto(known, given, id);
      void ask({ readings, special, own }, known, id, given);
    },
    pasteMarked() {
      const { workbookId, selection } = store.get();
      if (copied?.workbook !== workbookId || stopped(true) !== undefined) return false;
      const { table, id, range } = copied;
      if (isSame(selection, range)) mark(undefined);
      else pasteInto(table, {}, id, true);
      return true;
    },
    fillTo(target) {
      const { sheet, selection } = store.get();
      fill(selection, () => fillRange(sheet, selection, target, contentOf, store.get().written));
    },
    fillLines(direction) {
      const { sheet, selection } = store.get();
      const target = usedSelection(store.get(), size());
      if (!target) return actions.refuse(messages.clipboard.nothingToFill(formatRange(selection)));
      const source = sourceOfFill(target, direction);
      if (!source) return actions.refuse(messages.clipboard.nothingBefore(formatRange(target)));
      fill(source, () => fillLines(sheet, target, direction, contentOf, store.get().written));
    },
    fillAsNeighbour() {
      const { sheet, selection } = store.get();
      const target = filledByNeighbour(sheet, selection, store.get().written);
      if (target) fill(selection, () => fillRange(sheet, selection, target, contentOf, store.get().written));
      else actions.refuse(messages.clipboard.noNeighbour);
    },
    sort(descending) {
      const { sheet, selection, active, written } = store.get();
      const range = regionToSort(written, usedSelection(store.get(), size()) ?? selection);
      const reason = stopped(true);
      if (reason !== undefined) return actions.refuse(reason);
      mark(undefined);
      withValues(range, () => {
        enter(sortRows(sheet, range, active.column, descending, { value: contentOf, own: written }));
      });
    },
    copied: () => copied,
    forget() {
      const had = copied !== undefined || underWay !== undefined;
      underWay?.stop();
      mark(undefined);
      return had;
    },
    waits: () => waiting?.ended,
    arrived() {
      if (!waiting || fetchMissing(waiting.range)) return;
      const { work } = waiting;
      endWaiting();
      work();
    },
    reset() {
      endWaiting();
      underWay?.stop();
    },
  };
}

const isSame = (one: RangePlace, other: RangePlace): boolean =>
  samePlace(one, other) && one.height === other.height && one.width === other.width;

/** The selected cells; of whole rows and columns only as far as anything stands on the sheet. undefined where nothing
 *  does. `size`: of the shown sheet. */
function usedSelection(state: State, size: { rows: number; columns: number }): RangePlace | undefined {
  const { selection, sheet, written } = state;
  if (selection.height < size.rows && selection.width < size.columns) return selection;
  const shown = shownSheet(state);
  let { rows: height, columns: width } = shown.layout;
  if (shown === sheet)
    for (const [row, line] of sheetOf(written.sheets, sheet.id)?.cells ?? []) {
      height = Math.max(height, row + 1);
      for (const column of line.keys()) width = Math.max(width, column + 1);
    }
  const part = intersect(selection, { row: 0, column: 0, height, width });
  return part && { ...part, sheet: selection.sheet };
}
