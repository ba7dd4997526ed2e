import { formatRange } from '../../shared/address.ts';
import type { Change } from '../../shared/change.ts';
import { withDraw } from '../../shared/changes/draw.ts';
import { ABSOLUTE, cellsBetween } from '../../shared/formula/expression.ts';
import { sheetPrefix } from '../../shared/formula/notation.ts';
import { bound } from '../../shared/formula/placed.ts';
import { messages } from '../../shared/messages.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { nameFault } from '../../shared/own-names.ts';
import { usedPart } from '../../shared/layout/sheet.ts';
import type { RangePlace } from '../../shared/places.ts';
import type { Client } from '../core/client.ts';
import type { Command, Telling } from '../core/commands.ts';
import type { Store } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import { openNames } from './names-dialog.ts';

type Needed = {
  store: Store;
  client: Client;
  dialogs: Dialogs;
  grid: () => GridApi;
  /** Goes to the cells that a text names. */
  goTo: (text: string) => string | undefined;
} & Pick<Telling, 'quietly'>;

/** Names of the user's own: the command that lists them, and what the name box does with a new one. */
export function createNames({ store, client, dialogs, grid, goTo, quietly }: Needed): {
  commands: Command[];
  /** Gives the selection a name, if the text can be one. */
  define: (typed: string) => boolean;
} {
  const change = (label: Sentence, changes: readonly Change[]) =>
    client.send('change', {
      structure: store.get().structure,
      label,
      changes: withDraw(changes, store.get().written.names),
    });
  /** The selected cells as a formula. */
  const selectedCells = () => {
    const { sheet, selection } = store.get();
    const {
      sheet: on,
      row,
      column,
      height,
      width,
    }: RangePlace = (selection.sheet === sheet.id ? usedPart(sheet, selection) : undefined) ?? selection;
    const last = { row: row + height - 1, column: column + width - 1 };
    return bound(sheet, cellsBetween({ row, column }, last, ABSOLUTE, on), false);
  };
  const define = (typed: string) => {
    const name = typed.trim();
    const { sheet, role, selection, sheets } = store.get();
    if (role === 'viewer' || nameFault(sheet, name)) return false;
    if (!grid().finishEditing()) return true;
    const on = sheets.find(({ id }) => id === selection.sheet)?.name;
    const where = sheetPrefix(on) + formatRange(selection);
    const names = [{ name, formula: selectedCells() }];
    const told = change(sentences.names.defineLabel(name), [{ kind: 'names', edits: names }]);
    quietly(told.then(() => store.set({ notice: { tone: 'info', sentence: messages.names.defined(name, where) } })));
    grid().focus();
    return true;
  };
  const open = async () => {
    if (!grid().finishEditing()) return;
    await openNames(dialogs, store, { proposed: selectedCells(), change, goTo: name => void goTo(name) });
  };
  return {
    define,
    commands: [{ id: 'sheet.names', label: () => messages.names.open, key: 'CmdOrCtrl+F3', run: open }],
  };
}
