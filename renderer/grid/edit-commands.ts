import { sheetOf } from '../../shared/cells.ts';
import { messages, say } from '../../shared/messages.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import type { Client } from '../core/client.ts';
import type { Command, Telling } from '../core/commands.ts';
import { layerOfCell } from '../core/layer-places.ts';
import { selected, selectedRanges } from '../core/selection.ts';
import type { Store } from '../core/store.ts';
import { shownSheet } from '../core/shown-sheet.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import type { GridApi } from './api.ts';
import { createClipboardActions, inTextField, undoesText } from './clipboard-actions.ts';
import { type Entry, restoreRanges } from './entry.ts';
import { fillText } from './fill.ts';
import { builtInEntry, formulaLayerIn } from './formula-layers.ts';
import type { GoTo } from './go-to.ts';
import { learningEntry, learns } from './learning.ts';
import { regionToSelect } from './navigation.ts';

type Edited = {
  store: Store;
  client: Client;
  dialogs: Dialogs;
  grid: () => GridApi;
  reveal: GoTo['reveal'];
} & Pick<Telling, 'refuse' | 'quietly'>;

/** The commands of the Edit menu that change cells or the selection. */
export function createEditCommands({ store, client, dialogs, grid, reveal, refuse, quietly }: Edited): Command[] {
  const mayEdit = () => store.get().role !== 'viewer';
  const typing = () => inTextField(store);
  const { copy, paste } = createClipboardActions(store, grid, refuse);

  /** The range that the last undo or redo selected. */
  let revisited: RangePlace | undefined;
  /** How many undos and redos aren't answered. */
  let revisits = 0;
  const mayRevisitSoon = () => mayEdit() && (revisits > 0 || grid().awaitsAnswer());
  /** Undoes or redoes once all edits are answered, and selects the changed cells, which may be out of view. It doesn't
   *  select them if the user has selected something else meanwhile. */
  const revisit = (direction: 'undo' | 'redo') => {
    if (undoesText(store)) {
      document.execCommand(direction);
      return;
    }
    const { workbookId, selection } = store.get();
    grid().afterEdits(() => quietly(revisitNow(direction, workbookId, selection)));
  };
  const revisitNow = async (direction: 'undo' | 'redo', workbookId: string, before: RangePlace) => {
    revisits++;
    const { cells } = await client.send(direction, {}).finally(() => revisits--);
    const { workbookId: shown, selection, editing } = store.get();
    if (!cells || editing || shown !== workbookId || (selection !== before && selection !== revisited)) return;
    const inSheet = document.activeElement?.closest('.sheet-host');
    reveal(cells);
    revisited = store.get().selection;
    if (inSheet) grid().focus();
  };
  const fill = async () => {
    const { sheet, active, written } = store.get();
    const filled = (typed: string): Entry =>
      fillText(sheet, selectedRanges(store), typed, false, { active, own: written });
    const check = (entered: string) => filled(entered).refusal;
    const typed = await dialogs.ask({ ...messages.panels.fillQuestion, value: '0', check });
    if (typed !== undefined) grid().run(filled(typed));
  };
  const selectAll = () => {
    if (typing()) {
      document.execCommand('selectAll');
      return;
    }
    const { active, selection, written } = store.get();
    const cells = sheetOf(written.sheets, active.sheet)?.cells;
    store.set(selected(active, regionToSelect(shownSheet(store.get()).layout, active, selection, cells)));
    grid().focus();
  };

  const activeFormulaLayer = () => {
    const { sheet, active } = store.get();
    const id = layerOfCell(sheet, active);
    const layer = id === undefined ? undefined : sheet.layers.get(id);
    return layer?.kind === 'formula' ? layer : undefined;
  };

  return [
    {
      id: 'edit.undo',
      label: () => messages.menu.undo(say(store.get().workbook.undo)),
      plainLabel: () => messages.menu.undo(undefined),
      key: 'CmdOrCtrl+Z',
      enabled: () => mayEdit() && store.get().workbook.undo !== undefined,
      soon: mayRevisitSoon,
      run: () => revisit('undo'),
    },
    {
      id: 'edit.redo',
      label: () => messages.menu.redo(say(store.get().workbook.redo)),
      plainLabel: () => messages.menu.redo(undefined),
      key: store.get().capabilities.platform === 'mac' ? 'CmdOrCtrl+Shift+Z' : 'CmdOrCtrl+Y',
      enabled: () => mayEdit() && store.get().workbook.redo !== undefined,
      soon: mayRevisitSoon,
      run: () => revisit('redo'),
    },
    {
      id: 'edit.cut',
      label: () => messages.menu.cut,
      key: 'CmdOrCtrl+X',
      keyElsewhere: true,
      role: 'cut',
      enabled: mayEdit,
      run: () => copy('cut'),
    },
    {
      id: 'edit.copy',
      label: () => messages.menu.copy,
      key: 'CmdOrCtrl+C',
      keyElsewhere: true,
      role: 'copy',
      run: () => copy('copy'),
    },
    {
      id: 'edit.paste',
      label: () => messages.menu.paste,
      key: 'CmdOrCtrl+V',
      keyElsewhere: true,
      role: 'paste',
      enabled: mayEdit,
      run: () => quietly(paste(false)),
    },
    {
      id: 'edit.pasteSpecial',
      label: () => messages.menu.pasteSpecial,
      // In the sheet, Ctrl+Shift+V asks too: the browser brings the clipboard with it, without asking the user.
      key: 'CmdOrCtrl+Alt+V',
      enabled: mayEdit,
      run: () => quietly(paste(true)),
    },
    {
      id: 'edit.delete',
      label: () => messages.menu.delete,
      key: 'Delete',
      keyElsewhere: true,
      enabled: mayEdit,
      run: () => grid().clear(),
    },
    { id: 'edit.fill', label: () => messages.menu.fill, key: 'CmdOrCtrl+Shift+Enter', enabled: mayEdit, run: fill },
    {
      id: 'edit.fillDown',
      label: () => messages.menu.fillDown,
      key: 'CmdOrCtrl+D',
      enabled: mayEdit,
      run: () => grid().transfer.fillLines('down'),
    },
    {
      id: 'edit.fillRight',
      label: () => messages.menu.fillRight,
      key: 'CmdOrCtrl+R',
      enabled: mayEdit,
      run: () => grid().transfer.fillLines('right'),
    },
    {
      id: 'edit.sum',
      label: () => messages.menu.sum,
      key: store.get().capabilities.platform === 'mac' ? 'CmdOrCtrl+Shift+T' : 'Alt+=',
      enabled: mayEdit,
      run: () => grid().sum(),
    },
    {
      id: 'sheet.sortAscending',
      label: () => messages.clipboard.sortAscending,
      enabled: mayEdit,
      run: () => grid().transfer.sort(false),
    },
    {
      id: 'sheet.sortDescending',
      label: () => messages.clipboard.sortDescending,
      enabled: mayEdit,
      run: () => grid().transfer.sort(true),
    },
    {
      id: 'edit.restore',
      label: () => messages.menu.restore,
      key: 'CmdOrCtrl+Shift+Backspace',
      enabled: mayEdit,
      run: () => {
        const { sheet, written } = store.get();
        const ranges = selectedRanges(store);
        const entry = restoreRanges(sheet, ranges, written.formulas);
        // Where nothing is typed over a whole formula layer, its own formulas go.
        const layer = entry.refusal === undefined ? undefined : formulaLayerIn(sheet, ranges);
        grid().run(layer ? builtInEntry(sheet, layer) : entry);
      },
    },
    {
      id: 'network.builtIn',
      label: () => messages.formulaLayers.builtIn,
      enabled: () => mayEdit() && activeFormulaLayer() !== undefined,
      run: () => grid().run(builtInEntry(store.get().sheet, activeFormulaLayer()!)),
    },
    {
      id: 'edit.learn',
      label: () => messages.formulaLayers.learn,
      enabled: mayEdit,
      checked: () => learns(store.get(), store.get().active),
      run: () => {
        const on = !learns(store.get(), store.get().active);
        const valueAt = (cell: CellPlace) => grid().valueAt(cell);
        grid().afterEdits(() => grid().run(learningEntry(store.get(), selectedRanges(store), valueAt, on)));
      },
    },
    { id: 'edit.selectAll', label: () => messages.menu.selectAll, key: 'CmdOrCtrl+A', run: selectAll },
  ];
}
