import { messages } from '../../shared/messages.ts';
import type { Settings } from '../../shared/protocol.ts';
import type { Client } from '../core/client.ts';
import { destroyAll, element, setAttributes } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import { followPointer } from '../core/follow-pointer.ts';
import { pointerAt } from '../core/magnified.ts';

/** The panels beside the sheet, and those under it. */
export type PanelName = keyof NonNullable<Settings['widths']>;

/** The first, least and greatest width of each panel (of those under the sheet: their height), and what the sheet keeps
 *  at least, in CSS pixels. */
export const PANELS: Readonly<Record<PanelName, { first: number; least: number; most: number }>> = {
  left: { first: 192, least: 148, most: 480 },
  side: { first: 420, least: 280, most: 900 },
  graph: { first: 216, least: 120, most: 900 },
  lesson: { first: 320, least: 160, most: 1200 },
};
const SHEET_KEEPS = { left: 240, side: 240, graph: 120, lesson: 120 };
/** How far an arrow key moves an edge, and how far with Shift. */
const STEP = 16;
const LARGE_STEP = 64;

/** The width that a panel gets: the wanted one in whole pixels, within its limits, and so that the sheet keeps its
 *  least width. `free`: the width of panel and sheet together. */
export function widthWithin(name: PanelName, wanted: number, free: number): number {
  const { least, most } = PANELS[name];
  return Math.round(Math.max(least, Math.min(wanted, most, free - SHEET_KEEPS[name])));
}

/** The edge between a panel and the sheet. It can be dragged, or moved with the arrow keys. A double click or Home
 *  gives the panel its first width. The width is kept for the next start. (The panels under the sheet
 *  have a height in its place.) */
export function createEdge(
  name: PanelName,
  panel: () => HTMLElement | null,
  store: Store,
  client: Client,
): View & { root: HTMLElement } {
  const text = messages.panels.edges;
  const { first, least, most } = PANELS[name];
  const isUnder = name === 'graph' || name === 'lesson';
  const sizeOf = (part: HTMLElement | null) => part?.[isUnder ? 'offsetHeight' : 'offsetWidth'] ?? 0;
  const root = element('div', {
    class: `edge ${name}`,
    role: 'separator',
    tabindex: 0,
    'aria-orientation': isUnder ? 'horizontal' : 'vertical',
    'aria-label': text[name],
    'aria-valuemin': least,
    'aria-valuemax': most,
    title: isUnder ? text.helpUnder : text.help,
  });
  /** The side panel is on the right of its edge, so it grows to the left. What is under the sheet is under its edge. */
  const direction = name === 'left' ? 1 : -1;
  /** The chosen width; undefined if the style sheet decides. */
  let chosen = store.get().settings.widths?.[name];
  const width = () => chosen ?? (sizeOf(panel()) || first);

  const show = () => {
    const { style } = document.documentElement;
    if (chosen === undefined) style.removeProperty(`--${name}-width`);
    else style.setProperty(`--${name}-width`, `${chosen}px`);
    setAttributes(root, { 'aria-valuenow': width(), 'aria-valuetext': text.pixels(width()) });
  };
  const resize = (wanted: number) => {
    const sheet = document.querySelector<HTMLElement>(isUnder ? '.sheet-host' : '.sheet-area');
    const free = sizeOf(panel()) + sizeOf(sheet);
    chosen = widthWithin(name, wanted, free);
    show();
  };
  const keep = () => {
    const { widths } = store.get().settings;
    if (widths?.[name] === chosen) return;
    // If the width can't be kept, nobody needs to know.
    client.send('setSettings', { widths: { ...widths, [name]: chosen } }).catch(() => {});
  };

  root.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    event.preventDefault();
    root.setPointerCapture(event.pointerId);
    const along = (each: PointerEvent) => pointerAt(each)[isUnder ? 'y' : 'x'];
    const from = { at: along(event), width: width() };
    const before = chosen;
    followPointer(event, {
      move: to => resize(from.width + direction * (along(to) - from.at)),
      end(dropped) {
        if (!dropped) chosen = before;
        show();
        keep();
      },
    });
  });
  root.addEventListener('dblclick', () => {
    resize(first);
    keep();
  });
  root.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? LARGE_STEP : STEP;
    const wanted = {
      [isUnder ? 'ArrowDown' : 'ArrowRight']: width() + direction * step,
      [isUnder ? 'ArrowUp' : 'ArrowLeft']: width() - direction * step,
      Home: first,
    }[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    resize(wanted);
    keep();
  });
  show();
  const other = store.on(['settings'], ({ settings }) => {
    const now = settings.widths?.[name];
    if (now === undefined || now === chosen || root.matches(':active')) return;
    chosen = now;
    show();
  });
  return { root, ...destroyAll(root, [other]) };
}
