import type { Plane, SheetId } from '../../shared/places.ts';
import { selected, type Selected } from './selection.ts';
import type { State, Store } from './store.ts';

/** What was selected on each sheet when another one was shown. */
const last = new WeakMap<Store, Map<SheetId, Selected>>();

/** Shows another sheet, with what was selected there last. */
export function showSheet(store: Store, id: SheetId, plane: Plane = 'value'): void {
  const { active, selection, areas } = store.get();
  let known = last.get(store);
  if (!known) last.set(store, (known = new Map()));
  if (active.sheet === id) {
    store.set({ plane });
    return;
  }
  known.set(active.sheet, { active, selection, areas, reveal: null });
  store.set({ plane, ...(known.get(id) ?? selected({ sheet: id, row: 0, column: 0 }, undefined, { reveal: null })) });
}

/** A tab of the window: a sheet, or another plane of the network's sheet. */
export type Tab = { id: SheetId; plane: Plane };

/** The tabs in their order. The other planes stand beside the network's sheet. */
export function tabsOf({ written, sheet }: Pick<State, 'written' | 'sheet'>, planes: readonly Plane[]): Tab[] {
  return written.sheets.flatMap(({ id }): Tab[] =>
    id === sheet.id ? planes.map(plane => ({ id, plane })) : [{ id, plane: 'value' }],
  );
}
