import { CELL_LIMITS, type CellFormat, type NumberFormat } from '../../shared/cells.ts';
import type { Value } from '../../shared/formula/value.ts';
import { messages } from '../../shared/messages.ts';
import type { RangePlace } from '../../shared/places.ts';
import type { Command, Telling } from '../core/commands.ts';
import { selectedRanges } from '../core/selection.ts';
import { ownSheet } from '../core/shown-sheet.ts';
import type { Store } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';
import { columnsOf, formatAt, formatRanges, merged, widthEntry } from '../grid/cell-formats.ts';
import { OWN_WIDTH } from '../grid/own-geometry.ts';
import { cellShown } from '../grid/written-cell.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import { askFormat } from './format-dialog.ts';
import { ALIGNS, NUMBER_NAMES, NUMBERS, type NumberName, numberName } from './number-formats.ts';

/** The keys that Excel has for them. */
const KEYS: Partial<Record<NumberName, string>> = {
  general: 'CmdOrCtrl+Shift+`',
  thousands: 'CmdOrCtrl+Shift+1',
  percent: 'CmdOrCtrl+Shift+5',
  scientific: 'CmdOrCtrl+Shift+6',
};

type Needed = { store: Store; dialogs: Dialogs; grid: () => GridApi } & Pick<Telling, 'refuse'>;

/** The commands of the Format menu. They work on all selected cells as one step. */
export function createFormatCommands({ store, dialogs, grid, refuse }: Needed): Command[] {
  const text = messages.looks;
  const mayEdit = () => store.get().role !== 'viewer';
  const now = () => formatAt(store.get(), store.get().active);
  /** What the last of these commands did. */
  let again: (() => void) | undefined;
  const apply = (change: (format: CellFormat) => CellFormat, ranges: readonly RangePlace[] = selectedRanges(store)) => {
    again = () => apply(change);
    grid().afterEdits(() => applyTo(ranges, change));
  };
  const applyTo = (ranges: readonly RangePlace[], change: (format: CellFormat) => CellFormat) => {
    const { entry, free } = formatRanges(store.get(), ranges, change);
    if (!grid().run(entry) || free === undefined || !entry.command) return;
    const { selection } = store.get();
    const holds: NonNullable<ReturnType<Store['get']>['notice']>['holds'] = state => state.selection === selection;
    store.set({ notice: { tone: 'info', sentence: text.onlyFree(free), holds } });
  };
  const setNumber = (number: NumberFormat | undefined) => apply(format => merged(format, { number }));
  /** As in Excel, the active cell decides how many decimals all of them get. */
  const decimals = (by: 1 | -1) => {
    const { number } = now();
    if (number?.kind === 'text') return;
    const shown = number?.digits ?? decimalsOf(grid().valueAt(store.get().active));
    const digits = Math.min(CELL_LIMITS.digits, Math.max(0, shown + by));
    setNumber(number ? { ...number, digits } : { kind: 'fixed', digits });
  };
  const toggle = (part: 'bold' | 'wrap') => {
    const on = now()[part] ? undefined : (true as const);
    apply(format => merged(format, { [part]: on }));
  };
  const openDialog = async () => {
    const ranges = selectedRanges(store);
    const example = grid().valueAt(store.get().active);
    const chosen = await askFormat(dialogs, ranges, now(), example);
    if (chosen) apply(() => chosen, ranges);
  };
  const askWidth = async () => {
    const own = ownSheet(store.get());
    if (!own) return refuse(text.networkWidths);
    const { least, most } = CELL_LIMITS.width;
    const columns = columnsOf(selectedRanges(store));
    const typed = await dialogs.ask({
      ...text.widthQuestion,
      value: String(own.widths.get(columns[0]) ?? OWN_WIDTH),
      check: entered => {
        const width = Number(entered.replace(',', '.'));
        return width >= least && width <= most ? undefined : text.widthQuestion.range(least, most);
      },
    });
    if (typed === undefined) return;
    const width = Number(typed.replace(',', '.'));
    const setWidth = (wide: readonly number[]) => {
      const shown = ownSheet(store.get());
      if (shown) grid().run(widthEntry(shown.id, new Map(wide.map(column => [column, width]))));
    };
    again = () => setWidth(columnsOf(selectedRanges(store)));
    setWidth(columns);
  };

  return [
    {
      id: 'format.number',
      label: () => text.number,
      enabled: mayEdit,
      choices: () =>
        NUMBER_NAMES.map(argument => ({
          argument,
          label: text.numbers[argument],
          ...(KEYS[argument] && { key: KEYS[argument] }),
        })),
      checked: name => numberName(now().number) === name,
      run: name => setNumber(NUMBERS[name as NumberName]),
    },
    { id: 'format.moreDecimals', label: () => text.more, enabled: mayEdit, run: () => decimals(1) },
    { id: 'format.fewerDecimals', label: () => text.fewer, enabled: mayEdit, run: () => decimals(-1) },
    {
      id: 'format.bold',
      label: () => text.bold,
      key: 'CmdOrCtrl+B',
      enabled: mayEdit,
      checked: () => now().bold === true,
      run: () => toggle('bold'),
    },
    {
      id: 'format.align',
      label: () => text.align,
      enabled: mayEdit,
      choices: () => ALIGNS.map(argument => ({ argument, label: text.aligns[argument] })),
      checked: name => (now().align ?? 'general') === name,
      run: name => {
        const align = name === 'general' ? undefined : (name as CellFormat['align']);
        apply(format => merged(format, { align }));
      },
    },
    {
      id: 'format.wrap',
      label: () => text.wrap,
      enabled: mayEdit,
      checked: () => now().wrap === true,
      run: () => toggle('wrap'),
    },
    { id: 'format.cells', label: () => text.dialog, key: 'CmdOrCtrl+1', enabled: mayEdit, run: openDialog },
    { id: 'format.again', enabled: () => mayEdit() && again !== undefined, run: () => again!() },
    { id: 'format.clear', label: () => text.clear, enabled: mayEdit, run: () => apply(() => ({})) },
    { id: 'format.width', label: () => text.width, enabled: mayEdit, run: askWidth },
    {
      id: 'format.fit',
      label: () => text.fit,
      enabled: mayEdit,
      run: () => grid().fitColumns(columnsOf(selectedRanges(store))),
    },
  ];
}

/** How many decimals a cell without a number format shows. */
function decimalsOf(value: Value): number {
  const shown = cellShown(value, undefined, () => true) ?? '';
  return typeof value === 'number' ? (/[.,](\d+)/.exec(shown)?.[1].length ?? 0) : 0;
}
