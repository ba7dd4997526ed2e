import { formatRange } from '../../shared/address.ts';
import { wholeTensor } from '../../shared/goto.ts';
import { elementAt, usedPart } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { type CellPlace, only, type RangePlace } from '../../shared/places.ts';
import type { Store, Values } from '../core/store.ts';
import type { GridActions } from './actions.ts';
import { type ClipboardFormats, formatsOf, MAX_TEXT_LENGTH, OWN_TYPE, readClipboard } from './clipboard.ts';
import type { Pasted, Table } from './clipboard-table.ts';
import { clearRange, decimalComma, type Entry, MAX_CELLS } from './entry.ts';
import { filledByNeighbour, fillLines, fillRange, sourceOfFill } from './fill.ts';
import { pastedRange, type PasteOptions, type PasteQuestion, pasteTable, type RangeEntry } from './paste.ts';
import { cutBlocks } from './tiles.ts';

/** Cells that were copied or cut, and stay marked until that is over. */
type Copied = { range: RangePlace; cut: boolean };

/** What goes from cells to cells: copying, cutting, pasting, filling. */
export type Transfer = {
  /** Puts the selected cells on the clipboard; where their values are missing, a moment later, by the command that does
   *  the same. */
  copy(clipboard: DataTransfer, cut: boolean): void;
  /** Pastes, asking first where the clipboard can be read in several ways or, with `special`, how to paste. */
  paste(formats: ClipboardFormats, special: boolean): void;
  /** Fills from the selection to a larger range. */
  fillTo(target: RangePlace): void;
  fillLines(direction: 'down' | 'right'): void;
  /** Fills down as far as the cells beside the selection go. */
  fillAsNeighbour(): void;
  copied(): Copied | undefined;
  /** Copied cells are no longer marked, cut ones no longer about to move; false where there were none. */
  forget(): boolean;
  /** Values have arrived. */
  arrived(): void;
};

export type TransferCallbacks = {
  /** Sends an edit, or says why there is none; false where nothing is changed. */
  run: (entry: Entry) => boolean;
  /** Why nothing can be edited now; undefined where it can. */
  locked: () => string | undefined;
  select: (range: RangePlace) => void;
  /** Other cells are marked as copied, or none. */
  marked: () => void;
};

export function createTransfer(
  store: Store,
  values: Values,
  actions: GridActions,
  { run, locked, select, marked }: TransferCallbacks,
): Transfer {
  let copied: (Copied & { id: string; text: string; table: Table; workbook: string }) | undefined;
  /** What waits for the values of a range. */
  let waiting: { range: RangePlace; work: () => void } | undefined;

  const mark = (next: typeof copied) => {
    if (copied === next) return;
    copied = next;
    marked();
  };

  /** Why nothing goes from or to what is selected; undefined where it can. */
  const stopped = (edits: boolean): string | undefined =>
    (edits ? locked() : undefined) ?? (store.get().areas.length > 0 ? messages.grid.oneRange : undefined);

  const fetchMissing = (range: RangePlace): boolean => {
    const blocks = cutBlocks(store.get().sheet.layout, range);
    values.show('grid-selection', blocks);
    return blocks.some(block => values.block(block) === undefined);
  };
  /** Does something with the values of a range, when they are there. */
  const withValues = (range: RangePlace, work: () => void) => {
    waiting = undefined;
    const used = usedPart(store.get().sheet, range);
    if (used && used.height * used.width > MAX_CELLS)
      return actions.refuse(messages.grid.tooManyCells(used.height * used.width));
    if (used && fetchMissing(used)) waiting = { range: used, work };
    else work();
  };

  /** What a cell holds; undefined where the network has no cell. */
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
        return content === undefined ? sheet.layout.labelAt(cell.row, cell.column)?.text : content;
      }),
    );
  };

  /** Runs an entry, and selects the cells it is about. */
  const enter = (entry: RangeEntry): boolean => {
    const done = run(entry);
    if (done && entry.range) select(entry.range);
    return done;
  };
  /** Fills from the values of a source, which ends the marks of what was copied. */
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
      const entry = pasteTable(sheet, selection, table, { ...options, ...(moved && { cut: moved }), value });
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
      const refusal = stopped(cut) ?? (cut ? clearRange(sheet, selection).refusal : undefined);
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
        mark({ range, cut, id, text, table, workbook: workbookId });
      });
      direct = false;
    },
    paste(formats, special) {
      const reason = stopped(true);
      if (reason !== undefined) return actions.refuse(reason);
      if (formats.text.length > MAX_TEXT_LENGTH) return actions.refuse(messages.clipboard.tooLong);
      const { id: told, table, readings } = readClipboard(formats, decimalComma);
      // Ctrl+Shift+V brings the text alone.
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
      fill(selection, () => fillRange(sheet, selection, target, contentOf));
    },
    fillLines(direction) {
      const { sheet, selection } = store.get();
      const target = usedPart(sheet, selection);
      if (!target) return actions.refuse(messages.clipboard.nothingToFill(formatRange(selection)));
      const source = sourceOfFill(target, direction);
      if (!source) return actions.refuse(messages.clipboard.nothingBefore(formatRange(target)));
      fill(source, () => fillLines(sheet, target, direction, contentOf));
    },
    fillAsNeighbour() {
      const { sheet, selection } = store.get();
      const target = filledByNeighbour(sheet, selection);
      if (target) fill(selection, () => fillRange(sheet, selection, target, contentOf));
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
  };
}
