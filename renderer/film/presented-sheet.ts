/** The sheet alone over the whole window, in large type. Whoever presents it goes on editing; the letters of the tools
 *  need Alt. At the end, the sheet is as it was: zoom, place, folded layers and colours. */
import type { Box } from '../../shared/film/picture.ts';
import { messages } from '../../shared/messages.ts';
import type { RangePlace } from '../../shared/places.ts';
import { element } from '../core/element.ts';
import { rectOf } from '../core/magnified.ts';
import type { Store, View } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';
import { WHOLE } from './camera.ts';
import { createFoldMotion } from './fold-motion.ts';
import { takeScreen } from './full-screen.ts';
import { createOverPicture } from './over-picture.ts';
import type { Presentation } from './presentation.ts';
import { createPressedKeys } from './pressed-keys.ts';
import { createPresenterBar, restWithPointer } from './presenter-bar.ts';
import { presenterHelp } from './presenter-help.ts';
import { keyOfSheet, type PresenterAct } from './presenter-keys.ts';
import { createToast, toldOf } from './toast.ts';
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
  const cover = element('div', { class: 'presenter-cover', hidden: true });
  const toast = createToast(layer);
  const bar = createPresenterBar('sheet', platform, act => perform(act));
  const foot = element('footer', { class: 'presented-foot', 'aria-label': text.name }, bar.root);
  // After a button is pressed with the pointer, the sheet has the keyboard again.
  foot.addEventListener('click', event => event.detail > 0 && help.hidden && grid().focus());
  const help = presenterHelp('sheet', platform, () => toggleHelp());
  help.hidden = true;

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
    changed(act) {
      toast.say(toldOf(act, over));
      update();
    },
  });
  over.show('sheet');

  const toggleHelp = () => {
    help.hidden = !help.hidden;
    if (help.hidden) grid().focus();
    else help.focus();
    update();
  };
  const contrasts = [undefined, 'contrast', 'contrast-light'] as const;
  const perform = (act: PresenterAct) => {
    if (over.act(act)) return;
    if (act === 'leave') {
      if (help.hidden) leave();
      else toggleHelp();
      return;
    }
    if (act === 'help') toggleHelp();
    else if (act === 'keys') {
      pressed.toggle();
      toast.say((pressed.isShown() ? text.on : text.off)(text.acts.keys));
    } else if (act === 'contrast') {
      const next = contrasts[(contrasts.indexOf(store.get().contrast) + 1) % contrasts.length];
      store.set({ contrast: next });
      toast.say(text.looks[next ?? 'own']);
    } else if (act === 'fullScreen') screen.toggle();
    else if (act === 'notes') {
      screen.expectEnd();
      if (!notes()) toast.say(text.popupRefused);
    }
    update();
  };
  const onKey = (event: KeyboardEvent) => {
    pressed.press(event);
    if (document.querySelector('dialog[open]')) return;
    const found = keyOfSheet(event, store.get().editing !== undefined);
    if (!found) return;
    event.preventDefault();
    event.stopPropagation();
    if ('step' in found) presentation.step(found.step);
    else if ('act' in found) perform(found.act);
    else if ('move' in found) over.move(found.move);
  };
  const update = () => {
    const { cover: now } = presentation.at();
    if (now && cover.dataset.cover !== now) toast.say(text.covers[now]);
    cover.hidden = now === undefined;
    cover.dataset.cover = now ?? '';
    bar.update({
      tool: over.tool(),
      zoomed: before !== undefined,
      pen: over.pen(),
      keys: pressed.isShown(),
      contrast: store.get().contrast !== undefined,
      help: !help.hidden,
    });
  };
  const folding = createFoldMotion(host, store, grid);
  const pressed = createPressedKeys(layer, platform, text.keyNames.space);
  layer.append(foot, help, cover);
  root.classList.add('presented');
  root.append(layer);
  store.set({ cellSize: Math.max(cellSize, LARGE), filming: false });
  const screen = takeScreen(() => leave());
  grid().focus();
  update();
  toast.say(words);
  // Before the window's own keys.
  window.addEventListener('keydown', onKey, true);
  const ends = [
    presentation.onChange(update),
    restWithPointer(document.body, layer),
    () => window.removeEventListener('keydown', onKey, true),
  ];
  return {
    beforeFold: () => folding.before(),
    destroy() {
      for (const end of ends) end();
      for (const view of [over, pressed, toast, folding, screen]) view.destroy();
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
