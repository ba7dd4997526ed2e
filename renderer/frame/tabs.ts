import { decimal } from '../../shared/messages/format.ts';
import { messages } from '../../shared/messages.ts';
import type { CellRange } from '../../shared/address.ts';
import { kindOf } from '../../shared/layers/kinds.ts';
import type { LayerId } from '../../shared/network.ts';
import { type Plane, planeNames, planes } from '../../shared/places.ts';
import { destroyAll, element, setAttributes } from '../core/element.ts';
import type { GridApi } from '../grid/api.ts';
import { foldedInto } from '../core/foldable.ts';
import { refusal } from '../core/notices.ts';
import { isUnderWay } from '../core/run-view.ts';
import { shownPlanes } from '../core/planes.ts';
import { planeKey, type State, type Store, type View } from '../core/store.ts';
import { coloursOf } from '../core/colours.ts';
import { moveInMenu } from '../parts/menu.ts';

/** More scales than this would only confuse. */
const MOST_SCALES = 5;

/** The tabs of the sheet, and the legend of the colours in view. */
export function createTabs(parent: Element, store: Store, grid: GridApi, sheetHost: Element): View {
  const text = messages.panels;
  const training = messages.trainingPanel;
  const legend = element('div', { class: 'legend', role: 'group', 'aria-label': text.legend });
  const sheets = element('div', { class: 'sheet-tabs', role: 'tablist', 'aria-label': training.sheets });
  const root = element('div', { class: 'tabs' }, sheets, legend);
  const movedText = element('span', {});
  const moved = element(
    'span',
    { class: 'scale moved', hidden: true },
    element('span', { class: 'swatch' }),
    movedText,
  );
  legend.append(moved);
  const showMoved = () => {
    const { run } = store.get();
    const steps = run?.moved.steps ?? 0;
    moved.hidden = !isUnderWay(run?.state) || steps === 0;
    if (!moved.hidden) movedText.textContent = training.movedIn(steps);
  };
  /** A tab of the shown sheet: its values (under the sheet's name) or another plane (under its own name). */
  const tab = (plane: Plane) => {
    const title = plane === 'value' ? undefined : training.planeHelp[plane];
    const made = element('button', { type: 'button', role: 'tab', class: 'tab', title });
    made.addEventListener('click', () => store.set({ plane }));
    made.addEventListener('dblclick', () => store.set({ notice: refusal(text.sheetName, store.get()) }));
    return { made, plane };
  };
  const tabName = (plane: Plane) => {
    const { sheet, sheets } = store.get();
    return plane === 'value' ? (sheets.find(({ id }) => id === sheet.id)?.name ?? '') : planeNames[plane];
  };
  const tabs = planes.map(tab);
  sheets.append(...tabs.map(({ made }) => made));
  sheets.addEventListener('keydown', event => {
    const shown = tabs.filter(({ made }) => !made.hidden);
    const at = shown.findIndex(({ made }) => made === document.activeElement);
    const to = moveInMenu(
      event.key,
      at,
      shown.map(({ made }) => made.textContent ?? ''),
      'horizontal',
    );
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    store.set({ plane: shown[to].plane });
    shown[to].made.focus();
  });
  const showTabs = () => {
    const { plane } = store.get();
    const shown = shownPlanes(store.get());
    const focused = document.activeElement;
    for (const each of tabs) {
      each.made.textContent = tabName(each.plane);
      each.made.hidden = !shown.includes(each.plane);
      const on = each.plane === plane;
      each.made.classList.toggle('on', on);
      setAttributes(each.made, { 'aria-selected': on, tabindex: on ? 0 : -1 });
    }
    if (!shown.includes(plane)) store.set({ plane: 'value' });
    // A tab that has been hidden can't keep the keyboard. The first tab is always there.
    if (tabs.some(({ made }) => made.hidden && made === focused)) tabs[0].made.focus();
  };
  let last = '';
  const show = () => {
    const layers = layersInView(store.get(), grid.visibleRange());
    const entries = entriesOf(store.get(), layers);
    const { plane } = store.get();
    const { palette, inkOnPaper } = coloursOf(store.get());
    const now = JSON.stringify([entries, palette, inkOnPaper, plane]);
    if (now === last) return;
    last = now;
    if (plane !== 'value') {
      const told = training.planeLegends[plane];
      legend.replaceChildren(element('span', { class: 'scale told', title: told }, told));
      return;
    }
    legend.replaceChildren(
      ...entries.map(({ name, from, to, pixels }) => {
        // If no value is below 0, only the upper half of the scale is used.
        const ramp = element('span', { class: pixels ? 'ramp short' : from === '0' ? 'ramp upper' : 'ramp' });
        ramp.dataset.palette = pixels ? (inkOnPaper ? 'pixels' : 'photograph') : palette;
        return element('span', { class: 'scale' }, `${name} ${from}`, ramp, to);
      }),
    );
    if (anyDropped(store.get(), layers)) {
      const swatch = element('span', { class: 'swatch' });
      swatch.dataset.palette = palette;
      legend.append(element('span', { class: 'scale' }, swatch, text.dropped));
    }
    // Before the scales, because scales that don't fit are hidden.
    legend.prepend(moved);
  };
  let frame = 0;
  const later = () => {
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      show();
    });
  };
  // Scroll events don't bubble, so this catches them on their way down.
  sheetHost.addEventListener('scroll', later, true);
  const resized = new ResizeObserver(later);
  resized.observe(sheetHost);
  parent.append(root);
  show();
  showMoved();
  showTabs();
  return destroyAll(root, [
    store.on(['scales', 'settings', 'foldedLayers', 'sheet', 'cellSize', 'plane', 'dataChoice'], later),
    store.on(['run'], showMoved),
    store.on(['run', 'plane', 'sheet', 'sheets'], showTabs),
    () => sheetHost.removeEventListener('scroll', later, true),
    () => resized.disconnect(),
    () => cancelAnimationFrame(frame),
  ]);
}

type Entry = { name: string; from: string; to: string; pixels: boolean };

/** The layers whose values are in view, as maps or in the ReLU after them. */
function layersInView({ sheet, foldedLayers }: State, view: CellRange): Set<LayerId> {
  const seen = sheet.layout.bands.filter(
    ({ layer, role, column, width }) =>
      role !== 'kernels' &&
      !foldedLayers.has(layer) &&
      column < view.column + view.width &&
      view.column < column + width,
  );
  return new Set(seen.map(({ layer }) => foldedInto(sheet.layers.get(layer)!, foldedLayers) ?? layer));
}

export function entriesOf({ sheet, scales }: Pick<State, 'sheet' | 'scales'>, layers: ReadonlySet<LayerId>): Entry[] {
  const text = messages.panels;
  const entries: Entry[] = [];
  const positive = neverNegative(sheet);
  for (const info of sheet.tensors.values()) {
    const layer = sheet.layers.get(info.layer)!;
    if (info.name !== 'output' || !layers.has(layer.id) || layer.kind === 'softmax') continue;
    if (info.role === 'pixels') {
      entries.push({ name: text.pixels, from: '0', to: '1', pixels: true });
      continue;
    }
    const limit = scales.get(planeKey(info.id, 'value'));
    if (!limit) continue;
    const shown = decimal(String(Number(limit.toPrecision(2))));
    const from = positive.has(layer.id) ? '0' : `−${shown}`;
    entries.push({ name: layer.name, from, to: shown, pixels: false });
  }
  return entries.slice(0, MOST_SCALES);
}

/** The layers whose numbers are never below 0: ReLU, and layers that pool, pass on or add such numbers. */
function neverNegative({ network }: State['sheet']): ReadonlySet<LayerId> {
  const found = new Set<LayerId>();
  for (const layer of network.layers) {
    const { negative } = kindOf(layer);
    if (negative === 'none' || (negative === 'from inputs' && layer.inputs.every(input => found.has(input))))
      found.add(layer.id);
  }
  return found;
}

const anyDropped = ({ foldedLayers }: State, layers: ReadonlySet<LayerId>) =>
  [...foldedLayers].some(layer => layers.has(layer));
