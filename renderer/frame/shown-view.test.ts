/** A file that is opened again shows the same view (habit 34). */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as v from 'valibot';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { type ShownView, shownViewSchema } from '../../shared/shown-view.ts';
import { DIGIT_SHAPE, lesson3, resnetTiny } from '../../shared/templates.ts';
import type { Browsing } from '../core/browsing.ts';
import { firstSide, followView, stateOf, viewOf } from './shown-view.ts';
import { createStore, type State } from '../core/store.ts';

const sheet = buildSheet(lesson3(DIGIT_SHAPE, 10));
const other = buildSheet(resnetTiny(DIGIT_SHAPE, 10));
const place = { sheet: sheet.id, ...sheet.layout.cellOf('conv2/kernel', 3) };
const corner = { sheet: sheet.id, row: 0, column: 0 };
const shown = {
  sheet,
  active: place,
  selection: { ...place, row: place.row - 1, column: place.column - 2, height: 4, width: 3 },
  plane: 'gradient',
  cellSize: 24,
  foldedLayers: new Set(['conv1']),
  side: 'evaluation',
  kernels: true,
  graph: true,
} as unknown as State;
const panels = { panel: false, toolbars: true };
const scroll = { x: 120.5, y: 0 };
const view = viewOf(shown, scroll, panels);

test('what is shown is told by what the cell holds, and shown again as it was', () => {
  expect(view).toEqual({
    active: { tensor: 'conv2/kernel', index: 3 },
    selection: { above: 1, before: 2, height: 4, width: 3 },
    plane: 'gradient',
    cellSize: 24,
    scroll,
    folded: ['conv1'],
    side: 'evaluation',
    kernels: true,
    graph: true,
    ...panels,
  });
  expect(v.parse(shownViewSchema, JSON.parse(JSON.stringify(view)))).toEqual(view);
  const { active, selection, cellSize, foldedLayers, side, kernels, graph, plane } = shown;
  expect(stateOf(view, sheet)).toMatchObject({
    active,
    selection,
    cellSize,
    foldedLayers,
    side,
    kernels,
    graph,
    plane,
  });
});

test('an own sheet is shown again with its cell and place; the network, where it is gone (habit 34)', () => {
  const active = { sheet: 'notes', row: 120, column: 30 };
  const selection = { ...active, height: 3, width: 2 };
  const own = viewOf({ ...shown, plane: 'value', active, selection }, { x: 900, y: 1700 }, panels);
  expect([own.active, own.scroll]).toEqual([active, { x: 900, y: 1700 }]);
  const notes = { id: 'notes', name: 'Notes', cells: new Map(), widths: new Map() };
  expect(stateOf(own, sheet, { sheets: [notes] })).toMatchObject({ active, selection });
  expect(stateOf(own, sheet).active).toBeUndefined();
});

test('a view of an earlier version opens in the plane it showed', () => {
  const { plane: _, ...earlier } = view;
  expect(v.parse(shownViewSchema, { ...earlier, further: 'gradient' })).toEqual(view);
  expect(v.parse(shownViewSchema, earlier)).toEqual({ ...view, plane: 'value' });
  expect(v.safeParse(shownViewSchema, { ...view, further: 'mask' }).success).toBe(false);
  expect(v.safeParse(shownViewSchema, { ...earlier, further: 'value' }).success).toBe(false);
});

test('a cell that shows no number of the network is told by its place', () => {
  const blank = viewOf({ ...shown, active: corner, selection: { ...place, height: 1, width: 1 } }, scroll, panels);
  expect(blank.active).toEqual(corner);
  expect(stateOf(blank, sheet)).toMatchObject({ active: corner });
  // Earlier versions had only one sheet and didn't name it.
  expect(stateOf({ ...blank, active: { row: 0, column: 0 } }, sheet)).toMatchObject({ active: corner });
  expect(stateOf({ ...blank, active: { ...corner, sheet: 'gone' } }, sheet).active).toBeUndefined();
});

const cases: [what: string, changed: Partial<ShownView>, expected: Partial<State>][] = [
  [
    'a tensor of no layer',
    { active: { tensor: 'gone/kernel', index: 0 } },
    { active: undefined, selection: undefined },
  ],
  ['an element beyond its tensor', { active: { tensor: 'conv2/kernel', index: 1e9 } }, { active: undefined }],
  ['a cell beyond the sheet', { active: { row: 2 ** 30, column: 0 } }, { active: undefined }],
  [
    'a selection beyond the first row',
    { selection: { above: 10_000, before: 0, height: 20_000, width: 1 } },
    { active: place, selection: { ...place, height: 1, width: 1 } },
  ],
  [
    'a selection without the active cell',
    { selection: { above: 3, before: 0, height: 2, width: 1 } },
    { active: place, selection: { ...place, height: 1, width: 1 } },
  ],
  ['layers that can’t be folded', { folded: ['conv1', 'input', 'gone'] }, { foldedLayers: new Set(['conv1']) }],
];
test.each(cases)('what a network doesn’t have is left out: %s', (_what, changed, expected) => {
  const found = stateOf({ ...view, ...changed }, sheet);
  for (const [key, value] of Object.entries(expected)) expect(found[key as keyof typeof found]).toEqual(value);
});

test('a view of one network on another shows what both have', () => {
  const found = stateOf(view, other);
  expect(found).toMatchObject({ cellSize: 24, side: 'evaluation' });
  if (found.active) expect(other.layout.elementAt(found.active.row, found.active.column)?.tensor).toBe('conv2/kernel');
});

test.each([
  ['no size of cells', { cellSize: 0 }],
  ['larger cells than there are', { cellSize: 1000 }],
  ['a size that is none', { cellSize: 1.5 }],
  ['scrolled by nothing', { scroll: { x: Number.NaN, y: 0 } }],
  ['a panel nobody has', { side: 'music' }],
  ['too many layers', { folded: Array(1001).fill('a') }],
  ['a long name', { active: { tensor: 'x'.repeat(201), index: 0 } }],
  ['something else', { password: 'x' }],
])('a view with %s is none', (_what, changed) => {
  expect(v.is(shownViewSchema, { ...view, ...changed })).toBe(false);
});

test('a run that is under way stands on the right before what stood there last', () => {
  expect(firstSide({ view })).toBe('evaluation');
  expect(firstSide({})).toBeUndefined();
  expect(firstSide({ run: { status: 'running' } as never, view })).toBe('training');
});

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', new EventTarget());
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A window that begins with this view. Records what it has kept, and its scroll position. */
function opened(first?: ShownView, role: State['role'] = 'editor') {
  const store = createStore({ ...shown, workbookId: 'one', role, shownLast: first });
  const kept: [workbook: string | undefined, cellSize: number][] = [];
  const at = { x: 0, y: 0 };
  let state: ReturnType<Browsing['get']> = { filter: {}, panel: true, toolbars: true, walkSamples: undefined };
  const listeners: (() => void)[] = [];
  const browsing: Browsing = {
    get: () => state,
    set(patch) {
      state = { ...state, ...patch };
      for (const each of listeners) each();
    },
    onChange(callback) {
      listeners.push(callback);
      return () => {};
    },
  };
  const client = {
    send(_kind: string, args: { view: ShownView }, workbook?: string) {
      kept.push([workbook, args.view.cellSize]);
      return Promise.resolve({});
    },
  };
  const grid = { scrolled: () => ({ ...at }), showAt: (to: typeof at) => void Object.assign(at, to) };
  const host = new EventTarget();
  const keeper = followView(store, client as never, browsing, grid, host as HTMLElement);
  return { store, kept, at, browsing, host, keeper };
}

test('what was shown is shown at the start and with another workbook, and isn’t kept anew for that (fault 47)', () => {
  const { store, at, browsing, kept } = opened(view);
  expect(at).toEqual(scroll);
  expect(browsing.get()).toMatchObject(panels);
  store.set({ workbookId: 'two', shownLast: { ...view, scroll: { x: 7, y: 8 }, panel: true } });
  expect(at).toEqual({ x: 7, y: 8 });
  expect(browsing.get().panel).toBe(true);
  vi.advanceTimersByTime(5000);
  expect(kept).toEqual([]);
});

test('it is kept a moment after the last change, once, with the workbook it is of', () => {
  const { store, kept, at, host } = opened();
  for (const cellSize of [20, 18, 16]) store.set({ cellSize });
  vi.advanceTimersByTime(499);
  expect(kept).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(kept).toEqual([['one', 16]]);
  at.y = 300;
  host.dispatchEvent(new Event('scroll'));
  vi.advanceTimersByTime(500);
  expect(kept).toHaveLength(2);
  // The view is as before, so nothing is kept.
  store.set({ cellSize: 18 });
  store.set({ cellSize: 16 });
  vi.advanceTimersByTime(500);
  expect(kept).toHaveLength(2);
  store.set({ cellSize: 12 });
  window.dispatchEvent(new Event('pagehide'));
  expect(kept).toHaveLength(3);
  store.set({ cellSize: 14 });
  store.set({ workbookId: 'two', shownLast: undefined });
  vi.advanceTimersByTime(500);
  expect(kept).toHaveLength(3);
});

test('whoever asks for what is shown to be kept waits until it is, and then nothing is left to be kept', async () => {
  const { store, kept, keeper } = opened();
  store.set({ cellSize: 20 });
  await keeper.keep();
  expect(kept).toEqual([['one', 20]]);
  vi.advanceTimersByTime(500);
  expect(kept).toHaveLength(1);
});

test('a window that only looks keeps nothing', () => {
  const { store, kept } = opened(undefined, 'viewer');
  store.set({ cellSize: 20 });
  vi.advanceTimersByTime(500);
  expect(kept).toEqual([]);
});
