import { CELL_LIMITS, sheetOf } from '../../shared/cells.ts';
import type { Change } from '../../shared/change.ts';
import { freeSheetName, sheetNameFault } from '../../shared/changes/check.ts';
import { drawNow } from '../../shared/changes/draw.ts';
import { dataOf } from '../../shared/changes/written.ts';
import { messages, say } from '../../shared/messages.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { SheetId } from '../../shared/places.ts';
import type { Client } from '../core/client.ts';
import type { Command, Telling } from '../core/commands.ts';
import { ownSheet } from '../core/shown-sheet.ts';
import { showSheet } from '../core/show-sheet.ts';
import { isUnderWay } from '../core/run-view.ts';
import type { Store } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';
import { button, buttons, type Dialogs } from '../parts/dialogs.ts';
import { element } from '../core/element.ts';
import { formatRange } from '../../shared/address.ts';

/** The colours that a tab can have. */
const COLOURS = { red: '#d64545', orange: '#e0872b', green: '#3f9d5a', blue: '#3b74d8', violet: '#8a5cd1' } as const;
const labels = sentences.sheets;

type Needed = { store: Store; client: Client; dialogs: Dialogs; grid: () => GridApi } & Pick<
  Telling,
  'refuse' | 'quietly'
>;

/** The commands of sheets, of their tabs, and of the rows and columns of own sheets. */
export function createSheetCommands({ store, client, dialogs, grid, refuse, quietly }: Needed): Command[] {
  const text = messages.sheets;
  const mayEdit = () => store.get().role !== 'viewer';
  const own = () => ownSheet(store.get());
  const sheets = () => store.get().written.sheets;
  const place = () => sheets().findIndex(({ id }) => id === store.get().active.sheet);
  const send = (label: Sentence, ...changes: Change[]) =>
    client.send('change', { structure: store.get().structure, label, changes });

  const add = async () => {
    const id: SheetId = `sheet-${crypto.randomUUID()}`;
    const name = freeSheetName(sheets(), number => text.newName(number));
    const sheet = { id, name, cells: [], widths: [] };
    await send(labels.addLabel(name), { kind: 'addSheet', sheet, at: place() + 1 });
    showSheet(store, id);
  };
  const duplicate = async () => {
    const from = own();
    if (!from) return refuse(text.networkCopy);
    const id: SheetId = `sheet-${crypto.randomUUID()}`;
    const short = from.name.slice(0, CELL_LIMITS.sheetName - 6);
    const name = freeSheetName(sheets(), number => `${short} (${number + 1})`);
    await send(labels.duplicateLabel(from.name), {
      kind: 'addSheet',
      sheet: { ...dataOf(from), id, name },
      at: place() + 1,
    });
    showSheet(store, id);
  };
  const remove = async () => {
    const gone = own();
    if (!gone) return refuse(say(sentences.written.networkStays));
    const next = sheets()[Math.max(0, place() - 1)];
    await send(labels.deleteLabel(gone.name), { kind: 'removeSheet', sheet: gone.id });
    if (store.get().written.sheets.some(({ id }) => id === next.id)) showSheet(store, next.id);
  };
  const rename = async () => {
    const shown = sheetOf(sheets(), store.get().active.sheet)!;
    const check = (name: string) => {
      const fault = sheetNameFault(sheets(), name, shown.id);
      return fault && say(fault);
    };
    const name = await dialogs.ask({ ...text.renameQuestion, value: shown.name, check });
    if (name === undefined || name === shown.name) return;
    await send(labels.renameLabel(shown.name, name), { kind: 'sheet', sheet: shown.id, name });
  };
  const move = (by: 1 | -1) => {
    const { id, name } = sheets()[place()];
    quietly(send(labels.moveLabel(name), { kind: 'sheet', sheet: id, at: place() + by }));
  };
  const colour = (chosen: string) => {
    const { id, name } = sheets()[place()];
    const next = chosen in COLOURS ? COLOURS[chosen as keyof typeof COLOURS] : null;
    quietly(send(labels.colourLabel(name), { kind: 'sheet', sheet: id, colour: next }));
  };
  const lines = (axis: 'rows' | 'columns', action: 'insert' | 'delete') => {
    const { selection, active } = store.get();
    const [at, count] = axis === 'rows' ? [selection.row, selection.height] : [selection.column, selection.width];
    const label = labels[action === 'insert' ? 'insertLabel' : 'deleteLinesLabel'](axis, count);
    quietly(send(label, { kind: 'lines', sheet: active.sheet, axis, action, at, count }));
  };
  /** What the keys do. They ask where neither whole rows nor whole columns are selected. */
  const byKey = async (action: 'insert' | 'delete') => {
    const asked = messages.looks.lines;
    const { selection } = store.get();
    const axis =
      grid().wholeLines(selection) ??
      (await dialogs.show<'rows' | 'columns'>(asked[action], close => [
        element('p', {}, formatRange(selection)),
        buttons(
          button(messages.shell.cancel, 'plain', () => close(undefined)),
          button(asked.columns, 'plain', () => close('columns')),
          button(asked.rows, 'primary', () => close('rows')),
        ),
      ]));
    if (axis !== undefined) lines(axis, action);
  };
  const mayLines = () => mayEdit() && own() !== undefined;
  const recalculate = () => {
    if (isUnderWay(store.get().run?.state)) return refuse(messages.runs.recalculateWhileRunning);
    quietly(send(labels.recalculateLabel, { kind: 'draw', drawn: drawNow() }));
  };
  const line = (id: string, label: () => string, axis: 'rows' | 'columns', action: 'insert' | 'delete'): Command => ({
    id,
    label,
    enabled: mayLines,
    run: () => lines(axis, action),
  });

  return [
    { id: 'sheet.add', label: () => text.add, key: 'Shift+F11', enabled: mayEdit, run: add },
    { id: 'sheet.rename', label: () => text.rename, enabled: mayEdit, run: rename },
    {
      id: 'sheet.duplicate',
      label: () => text.duplicate,
      enabled: () => mayEdit() && own() !== undefined,
      run: duplicate,
    },
    { id: 'sheet.delete', label: () => text.delete, enabled: () => mayEdit() && own() !== undefined, run: remove },
    {
      id: 'sheet.moveLeft',
      label: () => text.moveLeft,
      key: 'CmdOrCtrl+Shift+PageUp',
      enabled: () => mayEdit() && place() > 0,
      run: () => move(-1),
    },
    {
      id: 'sheet.moveRight',
      label: () => text.moveRight,
      key: 'CmdOrCtrl+Shift+PageDown',
      enabled: () => mayEdit() && place() < sheets().length - 1,
      run: () => move(1),
    },
    {
      id: 'sheet.colour',
      label: () => text.colour,
      enabled: mayEdit,
      choices: () => [
        ...Object.keys(COLOURS).map(argument => ({ argument, label: text.colours[argument as keyof typeof COLOURS] })),
        { argument: 'none', label: text.colours.none },
      ],
      checked: chosen => {
        const { colour: now } = sheets()[place()] ?? {};
        return chosen in COLOURS ? now === COLOURS[chosen as keyof typeof COLOURS] : now === undefined;
      },
      run: colour,
    },
    { id: 'sheet.insertLines', key: 'CmdOrCtrl+=', keyInPage: true, enabled: mayLines, run: () => byKey('insert') },
    { id: 'sheet.deleteLines', key: 'CmdOrCtrl+-', keyInPage: true, enabled: mayLines, run: () => byKey('delete') },
    { id: 'sheet.recalculate', label: () => text.recalculate, key: 'Shift+F9', enabled: mayEdit, run: recalculate },
    line('sheet.insertRows', () => text.insertRows, 'rows', 'insert'),
    line('sheet.insertColumns', () => text.insertColumns, 'columns', 'insert'),
    line('sheet.deleteRows', () => text.deleteRows, 'rows', 'delete'),
    line('sheet.deleteColumns', () => text.deleteColumns, 'columns', 'delete'),
  ];
}
