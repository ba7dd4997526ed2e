import { type CellRange, intersect, MAX_COLUMNS, MAX_ROWS } from '../../shared/address.ts';
import { sheetOf, type Written } from '../../shared/cells.ts';
import type { CellPlace } from '../../shared/places.ts';
import { extentOf } from '../core/extents.ts';
import { elementAt, type Sheet } from '../../shared/layout/sheet.ts';
import type { ShownView } from '../../shared/shown-view.ts';
import type { Client } from '../core/client.ts';
import type { Browsing } from '../core/browsing.ts';
import { foldable } from '../core/foldable.ts';
import type { GridApi } from '../grid/api.ts';
import { reachOf } from '../grid/geometry.ts';
import { isUnderWay } from '../core/run-view.ts';
import { type Selected, selected } from '../core/selection.ts';
import type { State, Store } from '../core/store.ts';

/** Milliseconds without a change after which the view is kept. */
const KEEP_AFTER = 500;

/** What of the state is kept. */
const KEPT = [
  'active',
  'selection',
  'plane',
  'cellSize',
  'foldedLayers',
  'side',
  'kernels',
  'graph',
  'filming',
  'filmScene',
] as const;

/** The view of a window. Cells are named by their elements, so it fits another layout of the same network too. */
export function viewOf(
  state: Readonly<State>,
  scroll: ShownView['scroll'],
  { panel, toolbars }: { panel: boolean; toolbars: boolean },
): ShownView {
  const { sheet, active, selection, plane, cellSize, foldedLayers, side, kernels, graph, filming, filmScene } = state;
  const { row, column } = active;
  return {
    active: elementAt(sheet, active) ?? { sheet: active.sheet, row, column },
    selection: {
      above: Math.max(0, row - selection.row),
      before: Math.max(0, column - selection.column),
      height: selection.height,
      width: selection.width,
    },
    plane,
    cellSize,
    scroll: { x: Math.max(0, scroll.x), y: Math.max(0, scroll.y) },
    folded: [...foldedLayers],
    ...(side && { side }),
    kernels,
    graph,
    ...(filming && { filming }),
    ...(filmScene !== undefined && { filmScene }),
    panel,
    toolbars,
  };
}

/** The part of the window's state that restores a view. What the network doesn't have is left out, and is as in a new
 *  workbook. */
export function stateOf(
  view: ShownView,
  sheet: Sheet,
  { sheets }: Pick<Written, 'sheets'> = { sheets: [] },
): Pick<State, 'cellSize' | 'foldedLayers' | 'side' | 'kernels' | 'graph' | 'plane' | 'filming' | 'filmScene'> &
  Partial<Selected> {
  const { layout, network, tensors } = sheet;
  const layers = new Set(foldable(network));
  const { cellSize, side, kernels, graph = false, plane, folded, filming, filmScene } = view;
  return {
    cellSize,
    side,
    kernels,
    graph,
    ...(filming && { filming }),
    ...(filmScene !== undefined && { filmScene }),
    plane,
    foldedLayers: new Set(folded.filter(id => layers.has(id))),
    ...cells(),
  };

  function cells(): Partial<Selected> {
    const { active: named } = view;
    if ('row' in named && (named.sheet ?? sheet.id) !== sheet.id) return onOwnSheet(named);
    const known = 'row' in named ? undefined : [...tensors.values()].find(({ id }) => id === named.tensor);
    if (!('row' in named) && !(known && named.index < known.size)) return {};
    const active = 'row' in named ? named : layout.cellOf(known!.id, named.index);
    const own = sheetOf(sheets, sheet.id);
    const reach = reachOf(sheet, own && extentOf(own.cells));
    if (active.row >= reach.height || active.column >= reach.width) return {};
    return around({ sheet: sheet.id, row: active.row, column: active.column }, reach);
  }

  function onOwnSheet({ sheet: id, row, column }: { sheet?: string; row: number; column: number }): Partial<Selected> {
    if (id === undefined || !sheetOf(sheets, id) || row >= MAX_ROWS || column >= MAX_COLUMNS) return {};
    return around({ sheet: id, row, column }, { row: 0, column: 0, height: MAX_ROWS, width: MAX_COLUMNS });
  }

  /** The kept selection around its active cell, as far as it can be reached. */
  function around(active: CellPlace, reach: CellRange): Selected {
    const { above, before, height, width } = view.selection;
    const range = { row: active.row - above, column: active.column - before, height, width };
    const fits = above < height && before < width && range.row >= 0 && range.column >= 0;
    const shown = fits ? intersect(range, reach) : undefined;
    return selected(active, shown && { sheet: active.sheet, ...shown });
  }
}

/** `keep` saves the view at once. It resolves when that is done, or has failed. */
export type ViewKeeper = { keep: () => Promise<void>; end: () => void };

/** Restores the view at the start and whenever a workbook is opened, and keeps it a moment after every change. */
export function followView(
  store: Store,
  client: Pick<Client, 'send'>,
  browsing: Browsing,
  grid: Pick<GridApi, 'scrolled' | 'showAt'>,
  host: HTMLElement,
): ViewKeeper {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const written = () => JSON.stringify(viewOf(store.get(), grid.scrolled(), browsing.get()));
  let kept: string;
  let { workbookId } = store.get();
  const restore = () => {
    clearTimeout(waiting);
    const { shownLast: view } = store.get();
    if (view) {
      browsing.set({ panel: view.panel, toolbars: view.toolbars });
      grid.showAt(view.scroll);
    }
    kept = written();
  };
  const keep = async () => {
    clearTimeout(waiting);
    const now = written();
    if (now === kept || store.get().role === 'viewer') return;
    kept = now;
    // If it fails, the next change keeps it.
    await client.send('keepView', { view: JSON.parse(now) as ShownView }, workbookId).catch(() => {});
  };
  const changed = () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, KEEP_AFTER);
  };
  /** The view is also kept if the user leaves soon after a change. */
  const leaving = () => void keep();
  const ends = [
    store.on(['workbookId'], now => {
      ({ workbookId } = now);
      restore();
    }),
    store.on(KEPT, changed),
    browsing.onChange(changed),
  ];
  // The element that scrolls is inside.
  host.addEventListener('scroll', changed, { capture: true, passive: true });
  window.addEventListener('pagehide', leaving);
  restore();
  return {
    keep,
    end() {
      clearTimeout(waiting);
      for (const end of ends) end();
      host.removeEventListener('scroll', changed, { capture: true });
      window.removeEventListener('pagehide', leaving);
    },
  };
}

/** The panel to open with a workbook: that of the run, if one is under way; else the last one. */
export function firstSide({ run, view }: { run?: Parameters<typeof isUnderWay>[0]; view?: ShownView }): State['side'] {
  return isUnderWay(run) ? 'training' : view?.side;
}
