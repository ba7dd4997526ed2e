import { decimal } from '../../shared/messages/format.ts';
import { sheetOf } from '../../shared/cells.ts';
import { sheetNameFault } from '../../shared/changes/check.ts';
import type { MenuItem } from '../../shared/menu.ts';
import { messages, say } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { CellRange } from '../../shared/address.ts';
import { kindOf } from '../../shared/layers/kinds.ts';
import type { LayerId } from '../../shared/network.ts';
import { planeNames } from '../../shared/places.ts';
import { destroyAll, element, setAttributes } from '../core/element.ts';
import type { GridApi } from '../grid/api.ts';
import { foldedInto } from '../core/foldable.ts';
import { readable } from '../core/accelerators.ts';
import { refusal } from '../core/notices.ts';
import { isUnderWay } from '../core/run-view.ts';
import { showsLiveGradients, shownPlanes } from '../core/planes.ts';
import { countOver } from '../grid/over-counts.ts';
import type { Client } from '../core/client.ts';
import type { Commands } from '../core/commands.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import { type Tab, tabsOf } from '../core/show-sheet.ts';
import { planeKey, type State, type Store, type View } from '../core/store.ts';
import { coloursOf } from '../core/colours.ts';
import { moveInMenu, openMenu } from '../parts/menu.ts';
import { followPointer } from '../core/follow-pointer.ts';
import { pointerAt, rectOf } from '../core/magnified.ts';

const TAB_ITEMS = [
  'sheet.add',
  'sheet.rename',
  'sheet.duplicate',
  'sheet.delete',
  '-',
  'sheet.moveLeft',
  'sheet.moveRight',
  '-',
  'sheet.colour',
];
const isSame = (a: Tab, b: Tab) => a.id === b.id && a.plane === b.plane;

/** More scales than this would only confuse. */
const MOST_SCALES = 5;

/** The tabs of the sheet, and the legend of the colours in view. */
export function createTabs(
  parent: Element,
  store: Store,
  grid: GridApi,
  sheetHost: Element,
  client: Client,
  commands: Commands & { items: (ids: readonly string[]) => MenuItem[] },
): View {
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
  const isShown = ({ id, plane }: Tab) => {
    const { active, plane: now } = store.get();
    return id === active.sheet && plane === now;
  };
  const tabName = ({ id, plane }: Tab) =>
    plane === 'value' ? (store.get().sheets.find(sheet => sheet.id === id)?.name ?? '') : planeNames[plane];
  const go = ({ id, plane }: Tab) => {
    grid.turnTo(id, plane);
  };
  const openTabMenu = (anchor: HTMLElement) =>
    openMenu(commands.items(TAB_ITEMS), anchor, {
      label: messages.sheets.title,
      platform: store.get().capabilities.platform,
      side: 'below',
      focus: 'first',
      run: ({ id, argument }) => commands.run(id, argument),
    });
  /** The new name is typed in the tab's place. */
  const rename = (tab: Tab, made: HTMLElement) => {
    const { written, role, structure } = store.get();
    if (tab.plane !== 'value' || role === 'viewer') return;
    const before = tabName(tab);
    const input = element('input', { type: 'text', class: 'tab-name', value: before, spellcheck: 'false' });
    input.setAttribute('aria-label', messages.sheets.renameQuestion.label);
    let done = false;
    const end = (name: string | undefined) => {
      if (done) return;
      const fault = name === undefined || name === before ? undefined : sheetNameFault(written.sheets, name, tab.id);
      if (fault) {
        store.set({ notice: refusal(say(fault), store.get()) });
        input.setAttribute('aria-invalid', 'true');
        return;
      }
      done = true;
      input.replaceWith(made);
      grid.focus();
      if (name === undefined || name === before) return;
      const label = sentences.sheets.renameLabel(before, name);
      client
        .send('change', { structure, label, changes: [{ kind: 'sheet', sheet: tab.id, name }] })
        .catch((error: unknown) => commands.refuse(sentenceOf(error)));
    };
    input.addEventListener('keydown', event => {
      event.stopPropagation();
      if (event.key === 'Enter') end(input.value.trim());
      else if (event.key === 'Escape') end(undefined);
    });
    input.addEventListener('blur', () => {
      end(input.value.trim());
      end(undefined);
    });
    made.replaceWith(input);
    input.focus();
    input.select();
  };
  /** Drags a tab to the place of another one. */
  const drag = (tab: Tab, made: HTMLElement, event: PointerEvent) => {
    if (event.button !== 0 || tab.plane !== 'value' || store.get().role === 'viewer') return;
    const from = pointerAt(event).x;
    const placeOf = (id: string) => store.get().written.sheets.findIndex(sheet => sheet.id === id);
    /** The tab that gives its place, once the pointer is far enough from where it began. */
    const overAt = (to: PointerEvent) => {
      const { x } = pointerAt(to);
      if (Math.abs(x - from) < made.offsetWidth / 2) return undefined;
      const found = tabs.find(each => x < rectOf(each.made).right) ?? tabs.at(-1);
      return found && found.tab.id !== tab.id ? found : undefined;
    };
    const mark = (over?: { made: HTMLElement; tab: Tab }) => {
      for (const each of tabs) each.made.classList.remove('drop-before', 'drop-after');
      if (over) over.made.classList.add(placeOf(over.tab.id) < placeOf(tab.id) ? 'drop-before' : 'drop-after');
    };
    followPointer(event, {
      move: moved => mark(overAt(moved)),
      end(dropped) {
        mark();
        const over = dropped && overAt(dropped);
        if (!over) return;
        const label = sentences.sheets.moveLabel(tabName(tab));
        const { structure } = store.get();
        client
          .send('change', { structure, label, changes: [{ kind: 'sheet', sheet: tab.id, at: placeOf(over.tab.id) }] })
          .catch((error: unknown) => commands.refuse(sentenceOf(error)));
      },
    });
  };
  const makeTab = (tab: Tab) => {
    const title = tab.plane === 'value' ? undefined : training.planeHelp[tab.plane];
    const made = element('button', { type: 'button', role: 'tab', class: 'tab', title });
    // A text field keeps the keyboard while its formula points at another sheet.
    made.addEventListener('mousedown', event => {
      if (store.get().editing) event.preventDefault();
    });
    made.addEventListener('click', () => go(tab));
    made.addEventListener('dblclick', () => rename(tab, made));
    made.addEventListener('pointerdown', event => drag(tab, made, event));
    made.addEventListener('contextmenu', event => {
      event.preventDefault();
      go(tab);
      openTabMenu(made);
    });
    return { made, tab };
  };
  let tabs: ReturnType<typeof makeTab>[] = [];
  const more = element('button', { type: 'button', class: 'tab add', 'aria-label': messages.sheets.add }, '+');
  more.title = `${messages.sheets.add} (${readable('Shift+F11', store.get().capabilities.platform)})`;
  more.addEventListener('click', () => commands.run('sheet.add'));
  root.insertBefore(more, legend);
  sheets.addEventListener('keydown', event => {
    const at = tabs.findIndex(({ made }) => made === document.activeElement);
    const own = tabs[at];
    if (own && event.key === 'F2') {
      event.preventDefault();
      rename(own.tab, own.made);
      return;
    }
    if (own && event.key === 'Delete') {
      commands.run('sheet.delete');
      return;
    }
    const to = moveInMenu(
      event.key,
      at,
      tabs.map(({ made }) => made.textContent ?? ''),
      'horizontal',
    );
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    go(tabs[to].tab);
    tabs[to].made.focus();
  });
  const showTabs = () => {
    const planes = shownPlanes(store.get());
    if (!planes.includes(store.get().plane)) store.set({ plane: 'value' });
    const wanted = tabsOf(store.get(), planes);
    const same =
      wanted.length === tabs.length && wanted.every(({ id, plane }, i) => isSame(tabs[i].tab, { id, plane }));
    if (!same) {
      const hadFocus = tabs.some(({ made }) => made === document.activeElement);
      tabs = wanted.map(tab => tabs.find(each => isSame(each.tab, tab)) ?? makeTab(tab));
      sheets.replaceChildren(...tabs.map(({ made }) => made));
      // A tab that is gone can't keep the keyboard.
      if (hadFocus) (tabs.find(({ tab }) => isShown(tab)) ?? tabs[0]).made.focus();
    }
    for (const { made, tab } of tabs) {
      // Text that is set again is laid out again.
      if (made.textContent !== tabName(tab)) made.textContent = tabName(tab);
      const on = isShown(tab);
      const turned = on && (!same || !made.classList.contains('on'));
      made.classList.toggle('on', on);
      const colour = tab.plane === 'value' ? sheetOf(store.get().written.sheets, tab.id)?.colour : undefined;
      made.style.setProperty('--tab-colour', colour ?? 'transparent');
      const help = isUnderWay(store.get().run?.state) ? training.planeHelp.gradient : training.planeHelp.live;
      if (tab.plane === 'gradient') made.title = help;
      setAttributes(made, { 'aria-selected': on, tabindex: on ? 0 : -1 });
      if (turned) made.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
    more.disabled = store.get().role === 'viewer';
  };
  let last = '';
  const show = () => {
    const { active, sheet } = store.get();
    const layers = active.sheet === sheet.id ? layersInView(store.get(), grid.visibleRange()) : new Set<LayerId>();
    const entries = entriesOf(store.get(), layers);
    const { plane } = store.get();
    const { palette, inkOnPaper } = coloursOf(store.get());
    const hasOverrides = countOver(store.get()).computed > 0;
    const isLive = showsLiveGradients(store.get());
    const overridden = plane === 'gradient' && hasOverrides;
    const now = JSON.stringify([entries, palette, inkOnPaper, plane, isLive, hasOverrides, layers.size > 0]);
    if (now === last) return;
    last = now;
    if (plane !== 'value') {
      const told = training.planeLegends[isLive ? 'live' : overridden ? 'alone' : plane];
      const more = isLive ? training.planeLegends.liveOwn : text.overrides.ignored;
      const title = overridden ? `${told}. ${more}` : told;
      legend.replaceChildren(element('span', { class: 'scale told', title }, told));
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
    if (hasOverrides && layers.size > 0) {
      const mark = element('span', { class: 'over-mark override', 'aria-hidden': true });
      legend.append(element('span', { class: 'scale' }, mark, text.overKinds.override.name));
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
    store.on(
      ['scales', 'settings', 'foldedLayers', 'sheet', 'cellSize', 'plane', 'run', 'dataChoice', 'written'],
      later,
    ),
    store.on(['run'], showMoved),
    store.on(['run', 'plane', 'gradients', 'sheet', 'sheets', 'written', 'active', 'role'], showTabs),
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
