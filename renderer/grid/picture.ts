/** The picture of the shown sheet: the canvas, and when it is painted again. */
import { MAX_ROWS } from '../../shared/address.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import type { RangePlace } from '../../shared/places.ts';
import type { ShownFormulas } from './shown-formulas.ts';
import { coloursOf, onColours } from '../core/colours.ts';
import { isUnderWay } from '../core/run-view.ts';
import { ownSheet, shownSheet } from '../core/shown-sheet.ts';
import { planeKey, type Store, type Values } from '../core/store.ts';
import { readTheme } from '../parts/theme.ts';
import type { Caption, PlacedLabel } from './frame.ts';
import type { FreeCells } from './free-cells.ts';
import { createGeometry, type Geometry } from './geometry.ts';
import { createOwnGeometry } from './own-geometry.ts';
import { createRowHeights } from './wrapped-text.ts';
import { SMALLEST_NUMBER } from './number-text.ts';
import { extentOf } from '../core/extents.ts';
import { type Formulas, sheetOf } from '../../shared/cells.ts';
import { fittedWidths } from './column-widths.ts';
import { createHeatMap } from './heat.ts';
import { namesWidth, placeLabels } from './labels.ts';
import { captionsOf, paintSelection, paintSheet } from './paint.ts';
import type { Scroller } from './scroll.ts';
import { blocksOf, covers, tilesOf } from './tiles.ts';
import type { createViewport } from './viewport.ts';
import { pixelRatio } from '../core/magnified.ts';

/** In milliseconds: how long the values of an edit usually take, and the length of a frame at 60 Hz. */
const ANSWER = 40;
const FRAME = 16;
/** How many cells beyond the view are watched in each direction, so that scrolling finds their values. */
const AHEAD = 64;

/** What is known only after the picture was made. `painted` is called after every painting; `cells` is true if what
 *  stands in cells has changed since the last one. */
type Surroundings = {
  scroller: () => Scroller;
  viewport: () => ReturnType<typeof createViewport>;
  painted: (cells: boolean) => void;
};

export type Picture = ReturnType<typeof createPicture>;

export function createPicture(
  root: HTMLElement,
  store: Store,
  values: Values,
  freeCells: FreeCells,
  shownFormulas: ShownFormulas,
  { scroller, viewport, painted }: Surroundings,
) {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('aria-hidden', 'true');
  root.append(canvas);
  const context = canvas.getContext('2d', { alpha: false })!;
  const heat = createHeatMap();
  const rowHeights = createRowHeights(context, ({ id }, { row, column }) => values.cell({ sheet: id, row, column }));
  let theme = readTheme(root, coloursOf(store.get()));
  let captions: Caption[] = [];
  let labels: PlacedLabel[] = [];
  /** The cells whose tiles and labels are loaded. */
  let watched: RangePlace | undefined;
  /** Whether values or scales have changed since they were last painted, or written into the input layer. */
  let stale = true;
  let cellsStale = true;
  let whole = true;
  let requested = 0;
  /** `postponed`: the timer that repaints the headings while an edit's values are awaited. `edited`: the time of that
   *  edit. `paintedAt`: the time of the last painting. */
  let postponed = 0;
  let edited = Number.NEGATIVE_INFINITY;
  let paintedAt = Number.NEGATIVE_INFINITY;
  /** Whether a run is under way. Its changes are marked in the cells. */
  let moving = isUnderWay(store.get().run?.state);

  const ends = [
    values.onChange(paintValues),
    store.on(['run'], ({ run }) => {
      if (moving === isUnderWay(run?.state)) return;
      moving = !moving;
      refresh();
    }),
    store.on(['scales', 'comparing'], () => refresh()),
    onColours(store, () => {
      theme = readTheme(root, coloursOf(store.get()));
      schedule();
    }),
  ];

  return {
    geometryAt,
    schedule,
    refresh,
    rewatch,
    relaid,
    resized,
    paint,
    /** Widths for columns of the shown sheet that show everything in them. */
    fittedWidths(columns: readonly number[]): Map<number, number> {
      const own = ownSheet(store.get())!;
      return fittedWidths(context, own, columns, theme, place => values.cell({ sheet: own.id, ...place }));
    },
    labels: () => labels,
    captions: () => captions,
    /** An edit was sent. Its values are about to arrive. */
    awaitEdit: () => (edited = performance.now()),
    destroy() {
      cancelAnimationFrame(requested);
      clearTimeout(postponed);
      for (const end of ends) end();
      values.show('grid', []);
      canvas.remove();
    },
  };

  function geometryAt(cellSize: number): Geometry {
    const { foldedLayers, active, written, formulasShown } = store.get();
    const [sheet, own] = [shownSheet(store.get()), ownSheet(store.get())];
    const formulas = formulasShown && cellSize >= SMALLEST_NUMBER;
    if (own)
      return createOwnGeometry(sheet, cellSize, own.widths, active, {
        formulas,
        heightsAt: widths => (formulas ? [] : rowHeights(own, widths, { family: theme.ui, cellSize })),
      });
    const free = extentOf(sheetOf(written.sheets, sheet.id)!.cells);
    const names = namesWidth(context, theme.ui, sheet, cellSize);
    return createGeometry(sheet, cellSize, foldedLayers, names, { free, formulas });
  }

  /** Whether results of formulas need other heights of rows than before. */
  function heightsChanged(): boolean {
    const own = ownSheet(store.get());
    if (!own || extentOf(own.cells).wrapped.size === 0) return false;
    const { geometry } = viewport();
    const { cellSize } = geometry;
    const tall = rowHeights(own, geometry, { family: theme.ui, cellSize });
    return tall.some(({ row, height }) => row < geometry.rows && geometry.rowHeight(row) !== height);
  }

  /** The cells were laid out anew. */
  function relaid(): void {
    captions = captionsOf(shownSheet(store.get()), viewport().geometry);
    watched = undefined;
  }

  /** Repaints before the next frame: everything, or only the headings (enough for a new selection). */
  function schedule(part: 'everything' | 'headings' = 'everything'): void {
    if (part === 'everything') whole = true;
    // An edit's values are about to arrive. Then one frame shows both.
    if (part === 'headings' && performance.now() - edited < ANSWER) postponed ||= window.setTimeout(paint, ANSWER);
    else requested ||= requestAnimationFrame(paint);
  }

  /** Repaints with the values and colours of now. `cells`: the texts for screen readers change, too. */
  function refresh(cells = false): void {
    stale = true;
    cellsStale ||= cells;
    schedule();
  }

  /** Watches anew what is in view, because other cells or another plane are shown. */
  function rewatch(): void {
    watched = undefined;
    refresh(true);
  }

  /** Paints new values at once, because waiting for the next frame would show them late. If many arrive, they share a
   *  frame. */
  function paintValues(): void {
    stale = true;
    cellsStale = true;
    edited = Number.NEGATIVE_INFINITY;
    if (heightsChanged()) viewport().keepPlace(viewport().relayout);
    if (performance.now() - paintedAt > FRAME) paint();
    else schedule();
  }

  /** The view has another size. */
  function resized(): void {
    const ratio = pixelRatio();
    const width = Math.round(scroller().width * ratio);
    const height = Math.round(scroller().height * ratio);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      canvas.style.width = `${scroller().width}px`;
      canvas.style.height = `${scroller().height}px`;
    }
    // A new size empties the canvas, so all of it is painted again before anybody sees it.
    whole = true;
    viewport().refit();
    paint();
  }

  /** The formulas that count for gradients. */
  function overParameters(): Formulas {
    const { written, sheet } = store.get();
    return new Map([...written.formulas].filter(([id]) => sheet.tensors.get(id)?.role === 'parameter'));
  }

  function paint(): void {
    cancelAnimationFrame(requested);
    clearTimeout(postponed);
    requested = 0;
    postponed = 0;
    paintedAt = performance.now();
    if (scroller().width === 0 || scroller().height === 0) return;
    watch(viewport().visibleRange());
    if (stale) {
      const { scales, plane, run } = store.get();
      const step = moving && plane === 'value' ? run?.moved.step : undefined;
      heat.refresh(values, tensor => scales.get(planeKey(tensor, plane)), step);
      whole = true;
    }
    stale = false;
    const { selection, written, plane, formulasShown, active } = store.get();
    const { comments } = written;
    const cells = sheetOf(written.sheets, active.sheet)?.cells;
    const { geometry } = viewport();
    const isValue = plane === 'value';
    const frame = {
      ...viewport().view(),
      geometry,
      theme,
      captions,
      labels,
      selection,
      formulas: isValue ? written.formulas : overParameters(),
      ...(isValue && cells && { commented: { comments, cells } }),
      ...(isValue && formulasShown && { formulaOf: (element: ElementIndex) => shownFormulas.ofElement(element) }),
    };
    if (whole) paintSheet(context, frame, heat, freeCells.shown());
    else paintSelection(context, frame);
    whole = false;
    const told = cellsStale;
    cellsStale = false;
    painted(told);
  }

  /** Watches the tiles in view, and more around them. */
  function watch(seen: RangePlace): void {
    if (watched && covers(watched, seen)) return;
    const { foldedLayers, plane } = store.get();
    const sheet = shownSheet(store.get());
    const row = Math.max(0, seen.row - AHEAD);
    const column = Math.max(0, seen.column - AHEAD);
    watched = {
      sheet: sheet.id,
      row,
      column,
      height: Math.min(MAX_ROWS, seen.row + seen.height + AHEAD) - row,
      width: seen.column + seen.width + AHEAD - column,
    };
    const tiles = tilesOf(sheet, watched, foldedLayers, plane);
    heat.setTiles(tiles, viewport().geometry);
    const free = sheetOf(store.get().written.sheets, sheet.id)?.cells;
    labels = placeLabels(sheet.layout.labelsIn(watched), sheet.layout, free);
    values.show('grid', blocksOf(tiles));
    freeCells.watch(watched);
    stale = true;
  }
}
