import { messages } from '../../shared/messages.ts';
import { durationOf, framesAt, momentAt, nthOf, type ScanPlan, timeOf } from '../../shared/scene/scan.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { elementAt, placeOf, type Sheet } from '../../shared/layout/sheet.ts';
import type { LayerId } from '../../shared/network.ts';
import { only } from '../../shared/places.ts';
import { destroyAll, element, iconButton } from '../core/element.ts';
import { reluAfter } from '../core/foldable.ts';
import { selected } from '../core/selection.ts';
import type { Store, View } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';

const SPEEDS = [0.5, 1, 2, 4, 8, 16] as const;

/** Begins a scan and shows its bar under the sheet. `fromActive`: it begins at the active cell, if the plan has it. */
export function beginScan(store: Store, plan: ScanPlan, fromActive: boolean): void {
  const { sheet, active } = store.get();
  const found = fromActive ? elementAt(sheet, active) : undefined;
  const chapter = plan.chapters.findIndex(({ tensor }) => tensor === found?.tensor);
  const time =
    found && chapter >= 0 ? timeOf(plan, { chapter, cell: nthOf(sheet.tensors.get(found.tensor)!, found.index) }) : 0;
  const scanned = new Set(plan.chapters.map(({ layer }) => layer));
  const folded = foldedBefore(store);
  store.set({
    scan: { plan, time, unfolded: [...folded].filter(layer => scanned.has(layer)) },
    // What an earlier command refused is over.
    notice: undefined,
    plane: 'value',
    // A folded layer has no cells to fill.
    foldedLayers: new Set([...folded].filter(layer => !scanned.has(layer))),
  });
}

/** Ends the scan that runs over the sheet. The cell to which it has come is selected. */
export function endScan(store: Store, grid: Pick<GridApi, 'focus'>): void {
  const { scan, sheet, stage, written } = store.get();
  const frames = scan && framesAt(sheet, scan.plan, scan.time, written);
  const target = frames && (shownBy(sheet, frames.element, scan.unfolded) ?? frames.target);
  // Whoever looks at the stage stays there.
  store.set({ scan: undefined, foldedLayers: foldedBefore(store), ...(target && !stage && selected(target)) });
  grid.focus();
}

/** The folded layers, with those that the running scan has unfolded. */
function foldedBefore(store: Store): Set<LayerId> {
  const { foldedLayers, scan } = store.get();
  return new Set([...foldedLayers, ...(scan?.unfolded ?? [])]);
}

/** The cell of the ReLU that shows a cell of a layer that is folded again. undefined if the layer stays in sight. */
function shownBy(sheet: Sheet, { tensor, index }: ElementIndex, folded: readonly LayerId[] = []) {
  const { layer, name } = sheet.tensors.get(tensor)!;
  const relu = folded.includes(layer) && name === 'output' ? reluAfter(sheet.network, layer) : undefined;
  return relu && only(placeOf(sheet, `${relu.id}/output`, index));
}

/** The bar of the scan that runs: play, pause, step, scrub, speed, repeat. It only moves the time. */
export function createScanBar(parent: Element, store: Store, grid: () => GridApi): View {
  const text = messages.explain.scan;
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let playing = false;
  let speed = 1;
  let loops = false;
  /** The exact time: the state has that of the cell. */
  let time = 0;
  let frame = 0;
  let last = 0;
  let follows: ScanPlan | undefined;
  /** The workbook that is scanned. */
  let workbookId = '';

  const play = element('button', { type: 'button', class: 'button primary scan-play' });
  const step = (by: 1 | -1) => {
    pause();
    const { scan } = store.get();
    if (scan) moveTo(neighbour(scan.plan, scan.time, by));
  };
  const toChapter = (by: 1 | -1) => {
    const { scan } = store.get();
    if (scan) moveTo(chapterFrom(scan.plan, scan.time, by));
  };
  const back = iconButton('previous', text.back, () => step(-1));
  const on = iconButton('next', text.on, () => step(1));
  const slider = element('input', {
    type: 'range',
    class: 'slider scan-time',
    min: 0,
    step: 'any',
    'aria-label': text.time,
  });
  const place = element('output', { class: 'scan-place' });
  const rate = element(
    'select',
    { class: 'field small', 'aria-label': text.speed },
    ...SPEEDS.map(each =>
      element('option', { value: each, selected: each === 1 }, text.speeds(each === 0.5 ? '½' : String(each))),
    ),
  );
  const repeat = element('input', { type: 'checkbox' });
  const close = iconButton('close', text.close, () => end());
  const root = element(
    'section',
    { class: 'scan-bar', 'aria-label': text.title, title: text.keys, hidden: true },
    back,
    play,
    on,
    rate,
    slider,
    place,
    element('label', { class: 'scan-loop' }, repeat, text.loop),
    close,
  );

  function moveTo(wanted: number): void {
    const { scan } = store.get();
    if (!scan) return;
    time = Math.max(0, Math.min(durationOf(scan.plan), wanted));
    const before = momentAt(scan.plan, scan.time);
    const now = momentAt(scan.plan, time);
    if (before.chapter === now.chapter && before.cell === now.cell) return;
    store.set({ scan: { ...scan, time: timeOf(scan.plan, now) } });
  }

  function tick(at: number): void {
    frame = 0;
    const { scan } = store.get();
    if (!playing || !scan) return;
    const passed = last === 0 ? 0 : Math.min(100, at - last) / 1000;
    last = at;
    const end = durationOf(scan.plan);
    if (time + passed * speed >= end && !loops) {
      moveTo(end);
      pause();
      return;
    }
    moveTo((time + passed * speed) % end);
    frame = requestAnimationFrame(tick);
  }
  const start = () => {
    const { scan } = store.get();
    if (!scan || still.matches) return;
    if (time >= durationOf(scan.plan) - 1e-3) moveTo(0);
    playing = true;
    last = 0;
    frame ||= requestAnimationFrame(tick);
    showPlaying();
  };
  function pause(): void {
    playing = false;
    showPlaying();
  }
  const end = () => {
    pause();
    endScan(store, grid());
  };
  const showPlaying = () => {
    play.textContent = playing ? text.pause : text.play;
    // Whoever wants no motion goes from cell to cell.
    play.disabled = still.matches;
  };
  play.addEventListener('click', () => (playing ? pause() : start()));
  slider.addEventListener('input', () => {
    pause();
    moveTo(Number(slider.value));
  });
  rate.addEventListener('change', () => (speed = Number(rate.value)));
  repeat.addEventListener('change', () => (loops = repeat.checked));
  root.addEventListener('keydown', event => {
    const { scan } = store.get();
    if (!scan || event.ctrlKey || event.metaKey || event.altKey) return;
    const inField = event.target === rate;
    const actions: Readonly<Record<string, (() => void) | undefined>> = {
      ' ':
        event.target === play || !(event.target instanceof HTMLButtonElement || inField)
          ? () => (playing ? pause() : start())
          : undefined,
      ArrowLeft: inField ? undefined : () => step(-1),
      ArrowRight: inField ? undefined : () => step(1),
      PageUp: inField ? undefined : () => toChapter(-1),
      PageDown: inField ? undefined : () => toChapter(1),
      Home: inField ? undefined : () => moveTo(0),
      End: inField ? undefined : () => moveTo(durationOf(scan.plan)),
      Escape: end,
    };
    const action = actions[event.key];
    if (!action || (event.key === ' ' && event.target === repeat)) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });

  const show = () => {
    const { scan, sheet, written, stage } = store.get();
    root.hidden = !scan;
    if (!scan) {
      playing = false;
      follows = undefined;
      return;
    }
    if (scan.plan !== follows) {
      follows = scan.plan;
      ({ workbookId } = store.get());
      time = scan.time;
      showPlaying();
      slider.max = String(durationOf(scan.plan));
      play.focus();
      if (!still.matches) start();
    }
    const { chapter, cell } = momentAt(scan.plan, scan.time);
    const { layer, cells } = scan.plan.chapters[chapter];
    slider.value = String(scan.time);
    const told = text.place(sheet.layers.get(layer)?.name ?? '', cell + 1, cells);
    slider.setAttribute('aria-valuetext', told);
    place.textContent = told;
    const frames = framesAt(sheet, scan.plan, scan.time, written);
    if (!frames || stage) return;
    // The camera keeps the cell in view, and what it reads where there is room for both.
    const near = frames.reads.find(range => range.sheet === sheet.id);
    grid().scrollTo(frames.target, 'nearest', near);
  };
  parent.append(root);
  show();
  return destroyAll(root, [
    store.on(['scan'], show),
    // Another network has other cells.
    store.on(['sheet', 'workbookId'], ({ scan, sheet, workbookId: now, foldedLayers }) => {
      if (!scan) return;
      const again =
        now === workbookId ? [...foldedBefore(store)].filter(layer => sheet.layers.has(layer)) : foldedLayers;
      store.set({ scan: undefined, foldedLayers: new Set(again) });
    }),
    () => cancelAnimationFrame(frame),
  ]);
}

/** The time of the cell before or after the one at a time. At an end, that end. */
function neighbour(plan: ScanPlan, time: number, by: 1 | -1): number {
  const { chapter, cell } = momentAt(plan, time);
  const next = cell + by;
  if (next >= 0 && next < plan.chapters[chapter].cells) return timeOf(plan, { chapter, cell: next });
  const other = chapter + by;
  if (other < 0 || other >= plan.chapters.length) return time;
  return timeOf(plan, { chapter: other, cell: by > 0 ? 0 : plan.chapters[other].cells - 1 });
}

/** The time at which the next chapter begins; with −1 this one, or the one before it if it begins just now. */
function chapterFrom(plan: ScanPlan, time: number, by: 1 | -1): number {
  const { chapter, cell } = momentAt(plan, time);
  const wanted = by > 0 ? chapter + 1 : cell > 0 ? chapter : chapter - 1;
  return wanted < plan.chapters.length ? timeOf(plan, { chapter: Math.max(0, wanted), cell: 0 }) : durationOf(plan);
}
