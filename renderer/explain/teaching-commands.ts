import { CELL_LIMITS } from '../../shared/cells.ts';
import type { Change } from '../../shared/change.ts';
import { freeSheetName } from '../../shared/changes/check.ts';
import { drawNow } from '../../shared/changes/draw.ts';
import { messages, say } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { SheetId } from '../../shared/places.ts';
import { sheetDataOf } from '../../shared/teaching/taught-sheet.ts';
import { isTaught, TAUGHT, taughtName, taughtSheet } from '../../shared/teaching/teaching.ts';
import type { Client } from '../core/client.ts';
import type { Command, Telling } from '../core/commands.ts';
import { showSheet } from '../core/show-sheet.ts';
import type { Store } from '../core/store.ts';

/** The command that adds a sheet that teaches, beside the shown one, as one step of undo. */
export function createTeachingCommand({
  store,
  client,
  refuse,
  quietly,
}: { store: Store; client: Client } & Pick<Telling, 'refuse' | 'quietly'>): Command {
  const add = async (argument: string) => {
    if (!isTaught(argument)) return;
    const { sheet, structure, active, written } = store.get();
    const { sheets, names } = written;
    const taught = taughtSheet(argument, sheet, sheets);
    if ('refusal' in taught) return refuse(say(taught.refusal));
    const id: SheetId = `sheet-${crypto.randomUUID()}`;
    const plain = taughtName(argument)
      .slice(0, CELL_LIMITS.sheetName - 6)
      .trim();
    const name = freeSheetName(sheets, number => (number === 1 ? plain : `${plain} (${number})`));
    const added = sheetDataOf(taught, { id, name }, { sheet, sheets, names });
    // Right after an undo, the shown sheet may be one that is gone.
    const shown = sheets.findIndex(each => each.id === active.sheet);
    const at = shown < 0 ? sheets.length : shown + 1;
    const changes: Change[] = [{ kind: 'addSheet', sheet: added, at }];
    if (taught.draws) changes.push({ kind: 'draw', drawn: drawNow() });
    await client.send('change', { structure, label: sentences.sheets.addLabel(name), changes });
    showSheet(store, id);
  };
  return {
    id: 'explain.teach',
    label: () => messages.teaching.title,
    enabled: () => store.get().role !== 'viewer',
    choices: () => TAUGHT.map(argument => ({ argument, label: taughtName(argument) })),
    run: argument => quietly(add(argument)),
  };
}
