import type { CellAddress } from '../../shared/address.ts';
import { hasLoss } from '../../shared/backprop/gradients.ts';
import { CELL_LIMITS, sheetOf } from '../../shared/cells.ts';
import { type Change, editCommand } from '../../shared/change.ts';
import { freeSheetName } from '../../shared/changes/check.ts';
import { drawNow } from '../../shared/changes/draw.ts';
import { describeElement } from '../../shared/describe.ts';
import { elementAt } from '../../shared/layout/sheet.ts';
import { messages, say } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { SheetId } from '../../shared/places.ts';
import { type About, sheetDataOf } from '../../shared/teaching/taught-sheet.ts';
import { optimizedWeight } from '../../shared/teaching/optimizers.ts';
import {
  isTaught,
  TAUGHT,
  type Taught,
  taughtName,
  taughtSheet,
  weightTaught,
} from '../../shared/teaching/teaching.ts';
import type { Client } from '../core/client.ts';
import type { Command, Telling } from '../core/commands.ts';
import { showSheet } from '../core/show-sheet.ts';
import { untilNextCommand } from '../core/notices.ts';
import type { Store } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';

/** The commands of sheets that teach: one adds such a sheet, beside the shown one, and one gives the network's weight
 *  the value that it has there after a step. Both are one step of undo. */
export function createTeachingCommands({
  store,
  client,
  grid,
  refuse,
  quietly,
}: { store: Store; client: Client; grid: () => GridApi } & Pick<Telling, 'refuse' | 'quietly'>): Command[] {
  /** What the sheets about weights begin with. */
  const aboutFor = async (taught: Taught): Promise<About> => {
    const { dataChoice: data, sheet, active } = store.get();
    const found = elementAt(sheet, active);
    const selected = found && sheet.tensors.get(found.tensor)!.role === 'parameter' ? found : undefined;
    if (!hasLoss(sheet.network)) return { selected };
    if (taught === 'backprop') {
      const { weights } = await client.send('steepestWeights', {});
      return { selected, steepest: weights };
    }
    const weight = taught === 'optimizers' && data ? optimizedWeight(sheet, selected) : undefined;
    if (!weight) return { selected };
    // A data set that can't be read, or doesn't fit, is told where it is chosen. The sheet has gradients without it.
    const steps = await client.send('weightGradients', { data: data!, ...weight }).catch(() => undefined);
    const isFinite = steps?.gradients.every(own => own.length > 0 && own.every(Number.isFinite));
    return { selected, ...(isFinite && { steps }) };
  };
  const takeStep = () => {
    const { sheet, active, written } = store.get();
    const { step: text } = messages.teaching;
    const own = active.sheet === sheet.id ? undefined : sheetOf(written.sheets, active.sheet);
    const numberAt = (cell: CellAddress) => grid().valueAt({ sheet: active.sheet, ...cell });
    const weight = own && weightTaught(own, sheet, numberAt);
    if (!weight) return refuse(text.noWeight);
    const next = grid().valueAt(active);
    if (typeof next !== 'number') return refuse(text.noNumber);
    const { tensor, index } = weight;
    const edit = { tensor, indices: Uint32Array.of(index), values: Float32Array.of(next) };
    const holds = untilNextCommand(store.get());
    if (!grid().run({ command: editCommand(sentences.teaching.step.label, [edit]) })) return undefined;
    const sentence = text.done(describeElement(sheet, weight));
    return store.set({ notice: { tone: 'info', sentence, holds } });
  };

  const add = async (argument: string) => {
    if (!isTaught(argument)) return;
    const { workbookId } = store.get();
    const about = await aboutFor(argument);
    // Meanwhile another workbook was opened.
    if (store.get().workbookId !== workbookId) return;
    const { sheet, structure, active, written } = store.get();
    const { sheets, names } = written;
    const taught = taughtSheet(argument, sheet, sheets, about);
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
  return [
    {
      id: 'explain.teach',
      label: () => messages.teaching.title,
      enabled: () => store.get().role !== 'viewer',
      choices: () => TAUGHT.map(argument => ({ argument, label: taughtName(argument) })),
      run: argument => quietly(add(argument)),
    },
    {
      id: 'explain.takeStep',
      label: () => messages.teaching.step.title,
      enabled: () => store.get().role !== 'viewer',
      run: takeStep,
    },
  ];
}
