import { formatAddress, formatRange, intersect, MAX_COLUMNS, MAX_ROWS } from '../../shared/address.ts';
import { parseTarget, type Target } from '../../shared/goto.ts';
import { messages } from '../../shared/messages.ts';
import type { LayerId } from '../../shared/network.ts';
import type { RangePlace } from '../../shared/places.ts';
import type { Command } from '../core/commands.ts';
import { bandOf, suggestionsFor, unfold } from '../core/layer-places.ts';
import { shownPlanes } from '../core/planes.ts';
import { selected } from '../core/selection.ts';
import type { Store } from '../core/store.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import type { GridApi } from './api.ts';
import { reachOf } from './geometry.ts';

/** Functions that go to cells. */
export type GoTo = {
  /** Selects cells and scrolls to them. */
  reveal: (range: RangePlace, align?: 'nearest' | 'start') => void;
  /** Shows the cells that a text of the name box means. If it means none, returns why. */
  goTo: (text: string) => string | undefined;
  /** Whether a text names anything, even if the user can't reach it. */
  names: (text: string) => boolean;
  commands: Command[];
};

export function createGoTo(store: Store, dialogs: Dialogs, grid: () => GridApi): GoTo {
  const reveal = (range: RangePlace, align?: 'nearest' | 'start') => {
    unfold(store, range);
    store.set(selected(range, range));
    // The row above a block has its name, so it is shown too.
    const top = Math.min(range.row, Math.max(1, range.row - 1));
    grid().scrollTo({ ...range, row: top, height: range.height + range.row - top }, align);
  };
  const select = (range: RangePlace, align?: 'nearest' | 'start') => {
    if (!grid().leaveEditing()) return false;
    reveal(range, align);
    grid().focus();
    return true;
  };
  const targetOf = (typed: string) => parseTarget({ ...store.get(), names: store.get().written.names }, typed);
  /** The cells that a text names, if the user can reach them; else why not. */
  const placeOf = (typed: string): Target | string => {
    const { sheet } = store.get();
    const target = targetOf(typed);
    const plane = target?.plane ?? store.get().plane;
    if (!target || !shownPlanes(store.get()).includes(plane)) return messages.panels.noSuchPlace(typed.trim());
    const everywhere = { row: 0, column: 0, height: MAX_ROWS, width: MAX_COLUMNS };
    const range = intersect(target, target.sheet === sheet.id ? reachOf(sheet) : everywhere);
    if (range) return { ...target, ...range };
    const { rows, columns } = sheet.layout;
    return messages.panels.beyondSheet(formatRange(target), formatAddress({ row: rows - 1, column: columns - 1 }));
  };
  const goTo = (typed: string): string | undefined => {
    const place = placeOf(typed);
    if (typeof place === 'string') return place;
    if (select(place) && place.plane) store.set({ plane: place.plane });
    return undefined;
  };
  const ask = async () => {
    const typed = await dialogs.ask({
      ...messages.panels.goToQuestion,
      suggestions: suggestionsFor(store.get()),
      check: text => {
        const place = placeOf(text);
        return typeof place === 'string' ? place : undefined;
      },
    });
    if (typed !== undefined) goTo(typed);
  };
  const goToLayer = (id: LayerId) => {
    if (showLayer(id)) grid().focus();
  };
  /** Selects a layer's first cell. Returns whether that was possible. */
  const showLayer = (id: LayerId): boolean => {
    const { sheet } = store.get();
    // The kernels before the maps are never hidden.
    const shown = sheet.layout.bands.find(({ layer }) => layer === id);
    if (!shown || !grid().leaveEditing()) return false;
    const first = sheet.layout.regions.find(
      region => region.column >= shown.column && region.column < shown.column + shown.width,
    );
    const cell = first ? { row: first.row, column: first.column } : { row: 0, column: shown.column };
    reveal({ ...cell, sheet: sheet.id, height: 1, width: 1 }, 'start');
    return true;
  };

  return {
    reveal,
    goTo,
    names: typed => targetOf(typed) !== undefined || store.get().written.names.has(typed.trim().toLowerCase()),
    commands: [
      { id: 'edit.goTo', label: () => messages.menu.goTo, key: 'CmdOrCtrl+G', run: ask },
      { id: 'network.showLayer', run: showLayer },
      {
        id: 'network.goToLayer',
        label: () => messages.menu.goToLayer,
        run: goToLayer,
        choices: () => {
          const { sheet } = store.get();
          const layers = sheet.network.layers.filter(({ id }) => bandOf(sheet, id));
          return layers.map(({ id, name }) => ({ argument: id, label: name }));
        },
      },
    ],
  };
}
