/** The sheet alone over the whole window, in large type. Whoever presents it goes on editing; the letters of the tools
 *  need Alt. At the end, the sheet is as it was: zoom, place, folded layers and colours. */
import type { Box } from '../../shared/film/picture.ts';
import { messages } from '../../shared/messages.ts';
import type { RangePlace } from '../../shared/places.ts';
import { element } from '../core/element.ts';
import { rectOf } from '../core/magnified.ts';
import type { Store, View } from '../core/store.ts';
import { endScan } from '../explain/scan-bar.ts';
import type { GridApi } from '../grid/api.ts';
import { WHOLE } from './camera.ts';
import { createFoldMotion } from './fold-motion.ts';
import { createOverPicture } from './over-picture.ts';
import type { Presentation } from './presentation.ts';
import { keyOfSheet, type PresenterKey } from './presenter-keys.ts';
import { createPresenterTools } from './presenter-tools.ts';
import './present.css';

/** The least height of a cell, in CSS pixels, and the most. */
const LARGE = 30;
const LARGEST = 64;

type Needs = {
  store: Store;
  presentation: Presentation;
  grid: () => GridApi;
  notes: () => boolean;
  leave: () => void;
};

/** `root`: the window with the sheet. `words`: what is said first. Call `beforeFold` before the sheet follows other
 *  folded layers. */
export function presentSheet(
  root: HTMLElement,
  words: string,
  { store, presentation, grid, notes, leave }: Needs,
): View & { beforeFold(): void } {
  const text = messages.present;
  const { platform } = store.get().capabilities;
  const { cellSize, foldedLayers, filming } = store.get();
  const scroll = grid().scrolled();
  /** What was shown before the zoom to a part. */
  let before: { cellSize: number; scroll: { x: number; y: number } } | undefined;

  const layer = element('div', { class: 'presented-layer' });
  const host = root.querySelector<HTMLElement>('.sheet-host')!;
  const zoomTo = (part: Box | undefined) => {
    if (!part) {
      if (before) store.set({ cellSize: before.cellSize });
      if (before) grid().showAt(before.scroll);
      before = undefined;
      return;
    }
    const range = cellsUnder(grid(), store, part);
    if (!range) return;
    const view = rectOf(host);
    const larger = Math.min(view.width / part.width, view.height / part.height);
    before ??= { cellSize: store.get().cellSize, scroll: grid().scrolled() };
    store.set({ cellSize: Math.max(1, Math.min(LARGEST, Math.floor(store.get().cellSize * larger))) });
    grid().scrollTo(range);
  };
  const over = createOverPicture(layer, {
    area: document.body,
    camera: () => WHOLE,
    zoomTo,
    isZoomed: () => before !== undefined,
    changed: act => tools.told(act),
  });
  over.show('sheet');
  const tools = createPresenterTools(layer, document.body, {
    what: 'sheet',
    platform,
    presentation,
    over: () => over,
    isZoomed: () => before !== undefined,
    contrast: { get: () => store.get().contrast, set: contrast => store.set({ contrast }) },
    focus: () => grid().focus(),
    notes,
    leave,
    changed: () => tools.update(),
  });
  const foot = element('footer', { class: 'presented-foot', 'aria-label': text.name }, tools.bar);
  // After a button is pressed with the pointer, the sheet has the keyboard again.
  foot.addEventListener('click', event => event.detail > 0 && tools.help.hidden && grid().focus());

  const act = (event: KeyboardEvent, found: PresenterKey | undefined) => {
    if (!found) return;
    event.preventDefault();
    event.stopPropagation();
    if ('step' in found) presentation.step(found.step);
    else if ('act' in found) tools.perform(found.act);
    else if ('move' in found) over.move(found.move);
  };
  const isModal = () => document.querySelector('dialog[open]') !== null;
  /** Before the window's own keys. */
  const onKey = (event: KeyboardEvent) => {
    tools.press(event);
    if (!isModal() && event.key !== 'Escape') act(event, keyOfSheet(event, store.get().editing !== undefined));
  };
  /** Escape is for what is open first: a menu, an editor, a scan, a drag. Then nobody has taken it before. */
  const onEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || isModal()) return;
    const { scan, editing } = store.get();
    if (scan) endScan(store, grid());
    else act(event, keyOfSheet(event, editing !== undefined));
  };
  const folding = createFoldMotion(host, store, grid);
  layer.append(foot, tools.help, tools.cover);
  root.classList.add('presented');
  root.append(layer);
  store.set({ cellSize: Math.max(cellSize, LARGE), filming: false });
  grid().focus();
  tools.update();
  tools.say(words);
  window.addEventListener('keydown', onKey, true);
  window.addEventListener('keydown', onEscape);
  const ends = [
    presentation.onChange(() => tools.update()),
    () => window.removeEventListener('keydown', onKey, true),
    () => window.removeEventListener('keydown', onEscape),
  ];
  return {
    beforeFold: () => folding.before(),
    destroy() {
      for (const end of ends) end();
      for (const view of [over, tools, folding]) view.destroy();
      layer.remove();
      root.classList.remove('presented');
      const { sheet } = store.get();
      const known = new Set([...foldedLayers].filter(id => sheet.layers.has(id)));
      store.set({
        cellSize,
        contrast: undefined,
        filming,
        foldedLayers: known.size === foldedLayers.size ? foldedLayers : known,
      });
      grid().showAt(scroll);
      grid().focus();
    },
  };
}

/** The cells in view that a box touches. The box is in the page's own pixels, from the window's corner. */
function cellsUnder(grid: GridApi, store: Store, box: Box): RangePlace | undefined {
  const { row, column, height, width } = grid.visibleRange();
  const { sheet } = store.get().active;
  const rectAt = (at: { row: number; column: number }) => grid.screenshotRect({ sheet, ...at });
  const touches = (from: number, size: number, boxFrom: number, boxSize: number) =>
    from < boxFrom + boxSize && from + size > boxFrom;
  const rows: number[] = [];
  const columns: number[] = [];
  const shownColumn = Array.from({ length: width }, (_, n) => column + n).find(n =>
    rectAt({ row: row + 1, column: n }),
  );
  if (shownColumn === undefined) return undefined;
  for (let n = row; n < row + height; n++) {
    const rect = rectAt({ row: n, column: shownColumn });
    if (rect && touches(rect.y, rect.height, box.y, box.height)) rows.push(n);
  }
  for (let n = column; n < column + width; n++) {
    const rect = rectAt({ row: row + 1, column: n });
    if (rect && touches(rect.x, rect.width, box.x, box.width)) columns.push(n);
  }
  if (rows.length === 0 || columns.length === 0) return undefined;
  return {
    sheet,
    row: rows[0],
    column: columns[0],
    height: rows.at(-1)! - rows[0] + 1,
    width: columns.at(-1)! - columns[0] + 1,
  };
}
