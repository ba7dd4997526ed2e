import { formatRange } from '../../shared/address.ts';
import { wholeTensor } from '../../shared/goto.ts';
import { elementAt, usedPart } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { type CellPlace, only, type RangePlace } from '../../shared/places.ts';
import type { Store, Values } from '../core/store.ts';
import { contentShown } from './written-cell.ts';
import { shownSheet } from '../core/shown-sheet.ts';
import type { GridActions } from './actions.ts';
import { type ClipboardFormats, formatsOf, MAX_TEXT_LENGTH, OWN_TYPE, readClipboard } from './clipboard.ts';
import type { Pasted, Table } from './clipboard-table.ts';
import { clearRange, decimalComma, type Entry, MAX_CELLS } from './entry.ts';
import { filledByNeighbour, fillLines, fillRange, sourceOfFill } from './fill.ts';
import { pastedRange, type PasteOptions, type PasteQuestion, pasteTable, type RangeEntry } from './paste.ts';
import { cutBlocks } from './tiles.ts';

/** Cells that were copied or cut. They stay marked until the copy is used or cancelled. */
type Copied = { range: RangePlace; cut: boolean };

/** The formula that was copied with a cell, and the element that had it. */
type CopiedFormula = ReturnType<NonNullable<PasteOptions['formula']>>;

/** Moves contents between cells: copying, cutting, pasting, filling. */
export type Transfer = {
  /** Puts the selected cells on the clipboard. If their values are missing, it does so when they arrive, by the
   *  browser's copy command. */
  copy(clipboard: DataTransfer, cut: boolean): void;
  /** Pastes. It first asks the user if the clipboard has several readings or, with `special`, how to paste. */
  paste(formats: ClipboardFormats, special: boolean): void;
  /** Fills from the selection to a larger range. */
  fillTo(target: RangePlace): void;
  fillLines(direction: 'down' | 'right'): void;
  /** Fills down as far as the cells beside the selection go. */
  fillAsNeighbour(): void;
  copied(): Copied | undefined;
  /** Removes the mark of copied or cut cells. Returns false if there were none. */
  forget(): boolean;
  /** Call it when values have arrived. */
  arrived(): void;
  /** Call it when another sheet is shown. Cells of the sheet before are no longer marked, and nothing waits for their
   *  values. */
  reset(): void;
};

export type TransferCallbacks = {
  /** Sends an edit, or tells why there is none. Returns false if nothing changes. */
  run: (entry: Entry) => boolean;
  /** Why nothing can be edited now. undefined if editing is possible. */
  locked: () => string | undefined;
  select: (range: RangePlace) => void;
  /** Other cells are now marked as copied, or none are. */
  marked: () => void;
};

export function createTransfer(
  store: Store,
  values: Values,
  actions: GridActions,
  { run, locked, select, marked }: TransferCallbacks,
): Transfer {
  let copied:
    | (Copied & { id: string; text: string; table: Table; workbook: string; formulas: CopiedFormula[][] })
    | undefined;
  /** The work that waits for the values of a range. */
  let waiting: { range: RangePlace; work: () => void } | undefined;

  const mark = (next: typeof copied) => {
    if (copied === next) return;
    copied = next;
    marked();
  };

  /** Why the selection can't be copied (or, with `edits`, changed). undefined if it can. */
  const stopped = (edits: boolean): string | undefined =>
    (edits ? locked() : undefined) ?? (store.get().areas.length > 0 ? messages.grid.oneRange : undefined);

  const fetchMissing = (range: RangePlace): boolean => {
    const blocks = cutBlocks(shownSheet(store.get()).layout, range);
    values.show('grid-selection', blocks);
    return blocks.some(block => values.block(block) === undefined);
  };
  /** Does the work with the values of a range, now or when they arrive. */
  const withValues = (range: RangePlace, work: () => void) => {
    waiting = undefined;
    const used = usedPart(store.get().sheet, range);
    if (used && used.height * used.width > MAX_CELLS)
      return actions.refuse(messages.grid.tooManyCells(used.height * used.width));
    if (used && fetchMissing(used)) waiting = { range: used, work };
    else work();
  };

  /** The content of a cell. undefined if the network has no cell there. */
  const contentOf = (cell: CellPlace): Pasted => {
    const found = elementAt(store.get().sheet, cell);
    return found && values.element(found.tensor, found.index);
  };
  const tableOf = (range: RangePlace): Table => {
    const { sheet, selection } = store.get();
    const whole = wholeTensor(sheet, selection);
    return Array.from({ length: range.height }, (_, y) =>
      Array.from({ length: range.width }, (_, x): Pasted => {
        const cell = { sheet: range.sheet, row: range.row + y, column: range.column + x };
        if (whole && elementAt(sheet, cell)?.tensor !== whole) return undefined;
        const content = contentOf(cell);
        if (content !== undefined) return content;
        const label = cell.sheet === sheet.id ? sheet.layout.labelAt(cell.row, cell.column) : undefined;
        if (label) return label.text;
        // A free cell, or one of an own sheet.
        const free = values.cell(cell);
        return typeof free === 'boolean' ? contentShown(free) : (free ?? undefined);
      }),
    );
  };

  const formulasOf = ({ sheet: id, row, column, height, width }: RangePlace): CopiedFormula[][] => {
    const { sheet, written } = store.get();
    if (written.formulas.size === 0) return [];
    return Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x): CopiedFormula => {
        const from = elementAt(sheet, { sheet: id, row: row + y, column: column + x });
        const content = from && written.formulas.get(from.tensor)?.get(from.index);
        return from && typeof content === 'object' ? { from, content } : undefined;
      }),
    );
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
    withValues(source, () => enter(entry()));
  };

  const pasteInto = (table: Table, options: PasteOptions, id: string | undefined) => {
    const { sheet, selection, workbookId } = store.get();
    const moved = copied?.cut && copied.id === id && copied.workbook === workbookId ? copied.range : undefined;
    const paste = () => {
      const own = copied?.id === id && copied?.workbook === workbookId ? copied.formulas : undefined;
      const entry = pasteTable(sheet, selection, table, {
        ...options,
        ...(moved && { cut: moved }),
        ...(own && { formula: (row, column) => own[row]?.[column] }),
        value,
      });
      if (enter(entry) && (moved || copied?.id !== id)) mark(undefined);
    };
    const value = (cell: CellPlace) => {
      const present = contentOf(cell);
      return typeof present === 'number' ? present : undefined;
    };
    const calculated = options.operation !== undefined && options.operation !== 'replace';
    if (calculated) withValues(pastedRange(sheet, selection, table, options), paste);
    else paste();
  };

  const ask = async (question: PasteQuestion, known: Table | undefined, id: string | undefined) => {
    const { workbookId } = store.get();
    const chosen = await actions.choosePaste(question);
    const table = chosen && (known ?? chosen.reading?.table());
    if (table && store.get().workbookId === workbookId) pasteInto(table, chosen.options, id);
  };

  return {
    copy(clipboard, cut) {
      const { sheet, selection, active, workbookId } = store.get();
      const range = usedPart(sheet, selection) ?? only(active);
      const refusal =
        stopped(cut) ?? (cut ? clearRange(sheet, selection, store.get().written.formulas).refusal : undefined);
      if (refusal !== undefined) return actions.refuse(refusal);
      let direct = true;
      withValues(range, () => {
        if (!direct) return actions.runCommand(cut ? 'edit.cut' : 'edit.copy');
        const table = tableOf(range);
        const id = crypto.randomUUID();
        const { text, html, own } = formatsOf(table, decimalComma, id);
        clipboard.setData('text/plain', text);
        if (html !== undefined) clipboard.setData('text/html', html);
        clipboard.setData(OWN_TYPE, own);
        mark({ range, cut, id, text, table, workbook: workbookId, formulas: formulasOf(range) });
      });
      direct = false;
    },
    paste(formats, special) {
      const reason = stopped(true);
      if (reason !== undefined) return actions.refuse(reason);
      if (formats.text.length > MAX_TEXT_LENGTH) return actions.refuse(messages.clipboard.tooLong);
      const { id: told, table, readings } = readClipboard(formats, decimalComma);
      // Ctrl+Shift+V brings only text.
      const same = copied !== undefined && formats.text.replaceAll('\r\n', '\n') === copied.text;
      const id = told ?? (same ? copied?.id : undefined);
      const known = id !== undefined && copied?.id === id ? copied.table : table;
      if (known && !known.some(row => row.some(cell => cell !== undefined)))
        return actions.refuse(messages.grid.nothingToPaste);
      if (known && !special) return pasteInto(known, {}, id);
      void ask({ readings, special }, known, id);
    },
    fillTo(target) {
      const { sheet, selection } = store.get();
      fill(selection, () => fillRange(sheet, selection, target, contentOf, store.get().written.formulas));
    },
    fillLines(direction) {
      const { sheet, selection } = store.get();
      const target = usedPart(sheet, selection);
      if (!target) return actions.refuse(messages.clipboard.nothingToFill(formatRange(selection)));
      const source = sourceOfFill(target, direction);
      if (!source) return actions.refuse(messages.clipboard.nothingBefore(formatRange(target)));
      fill(source, () => fillLines(sheet, target, direction, contentOf, store.get().written.formulas));
    },
    fillAsNeighbour() {
      const { sheet, selection } = store.get();
      const target = filledByNeighbour(sheet, selection);
      if (target) fill(selection, () => fillRange(sheet, selection, target, contentOf, store.get().written.formulas));
      else actions.refuse(messages.clipboard.noNeighbour);
    },
    copied: () => copied,
    forget() {
      const had = copied !== undefined;
      mark(undefined);
      return had;
    },
    arrived() {
      if (!waiting || fetchMissing(waiting.range)) return;
      const { work } = waiting;
      waiting = undefined;
      work();
    },
    reset() {
      waiting = undefined;
      mark(undefined);
    },
  };
}
