import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startBackend } from '../../main/engine/backend/backend.ts';
import { createSession, type Session } from '../../main/engine/workbook/session.ts';
import { readTemplate } from '../../main/files/templates.ts';
import { editCommand, editsOf } from '../../shared/change.ts';
import type { Workbook } from '../../shared/workbook.ts';
import type { Client } from '../core/client.ts';
import { createDrawing, type Drawing } from './drawing.ts';
import { createStore, type State, type Store } from '../core/store.ts';
import { createValues, type FedValues } from '../core/values.ts';

/** The drawing works on a real session of the engine; only the messages between them are skipped. */
let workbook: Workbook;
let session: Session;
let store: Store;
let values: FedValues;
let drawing: Drawing;
/** How many elements each edit had. */
let named: number[];
/** What edits wait for, if anything. */
let slow: Promise<void> | undefined;
beforeAll(async () => {
  await startBackend();
  workbook = await readTemplate('lesson3');
});

const settled = async () => {
  for (let i = 0; i < 5; i++) await new Promise(resolve => setTimeout(resolve));
};
const pixels = () => [...session.value('input/output')];
const tell = () => {
  store.set({ workbook: session.state() });
  values.receive([{ id: 1, values: session.value('input/output').slice() }]);
};
const undo = async () => {
  session.undo();
  tell();
  await settled();
};
const redo = async () => {
  session.redo();
  tell();
  await settled();
};
const draw = async (points: [number, number][], on: 'cells' | 'pad' = 'pad') => {
  const [first, ...rest] = points.map(([x, y]) => ({ x, y }));
  drawing.start(first, on);
  for (const point of rest) drawing.move(point);
  await settled();
  drawing.end();
  await settled();
};

beforeEach(async () => {
  named = [];
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => setTimeout(callback));
  vi.stubGlobal('cancelAnimationFrame', clearTimeout);
  session = createSession(workbook);
  store = createStore({ sheet: session.sheet, workbook: session.state(), tool: 'select', workbookId: 'a' } as State);
  values = createValues(
    () => Promise.resolve(),
    tensor => session.sheet.tensors.get(tensor),
  );
  slow = undefined;
  const send = async (kind: string, command: Parameters<Session['change']>[0]) => {
    if (kind !== 'change') throw new Error(kind);
    await slow;
    session.change(command);
    named.push(editsOf(command.changes)[0].values.length);
    tell();
    return { revision: session.state().revision };
  };
  drawing = createDrawing(store, values, { send } as unknown as Client);
  store.set({ tool: 'brush' });
  await settled();
  tell();
});
afterEach(() => {
  drawing.destroy();
  session.dispose();
  vi.unstubAllGlobals();
});

test('a drawing takes the place of the digit, and nobody says what it is meant to be', async () => {
  expect(session.state().actual).toBe(7);
  await draw([
    [4, 4],
    [4, 10],
  ]);
  expect(session.state().source).toEqual({ kind: 'drawing' });
  expect(session.state().actual).toBeUndefined();
  expect(drawing.strokes()).toHaveLength(1);
});

test('each stroke is one step of undo, however many points it had, and the pad follows undo and redo', async () => {
  const before = pixels();
  await draw([
    [4, 4],
    [4, 6],
    [4, 8],
    [4, 10],
  ]);
  const one = pixels();
  await draw([
    [4, 10],
    [6, 10],
    [8, 10],
  ]);
  const two = pixels();
  expect(two).not.toEqual(one);
  await undo();
  expect(pixels()).toEqual(one);
  expect(drawing.strokes()).toHaveLength(1);
  await undo();
  expect(pixels()).toEqual(before);
  expect(drawing.strokes()).toHaveLength(0);
  expect(session.state().actual).toBe(7);
  await redo();
  await redo();
  expect(pixels()).toEqual(two);
  expect(drawing.strokes()).toHaveLength(2);
});

test('strokes that are drawn while the engine is slow are steps of undo of their own', async () => {
  const before = pixels();
  let answer = () => {};
  slow = new Promise<void>(resolve => (answer = resolve));
  await draw([
    [4, 4],
    [4, 6],
    [4, 10],
  ]);
  await draw([
    [4, 10],
    [10, 10],
  ]);
  drawing.clear();
  answer();
  await settled();
  expect(pixels().every(pixel => pixel === 0)).toBe(true);
  await undo();
  expect(drawing.strokes()).toHaveLength(2);
  const two = pixels();
  await undo();
  expect(pixels()).not.toEqual(two);
  expect(drawing.strokes()).toHaveLength(1);
  await undo();
  expect(pixels()).toEqual(before);
});

test('a stroke after an undo goes on from what is shown', async () => {
  await draw([
    [4, 4],
    [4, 10],
  ]);
  await draw([
    [4, 10],
    [10, 10],
  ]);
  await undo();
  await draw([
    [4, 7],
    [10, 7],
  ]);
  expect(drawing.strokes().map(({ points }) => points.at(-1))).toEqual([
    { x: 4, y: 10 },
    { x: 10, y: 7 },
  ]);
});

test('on the pad a drawing is centred while it is drawn; without centring it stays where it is', async () => {
  await draw([
    [3, 3],
    [3, 9],
  ]);
  const rows = (of: number[]) => [...of.keys()].filter(i => of[i] > 0.5).map(i => Math.floor(i / 28));
  expect([Math.min(...rows(pixels())), Math.max(...rows(pixels()))]).toEqual([4, 23]);
  drawing.set({ centred: false });
  await settled();
  expect([Math.min(...rows(pixels())), Math.max(...rows(pixels()))]).toEqual([2, 9]);
  await undo();
  expect([Math.min(...rows(pixels())), Math.max(...rows(pixels()))]).toEqual([4, 23]);
});

test('on the cells a stroke stays under the pen, and is centred when the pen has rested', async () => {
  await draw(
    [
      [3, 3],
      [3, 9],
    ],
    'cells',
  );
  expect(pixels()[5 * 28 + 3]).toBeGreaterThan(0.9);
  expect(drawing.strokes()).toHaveLength(1);
  await new Promise(resolve => setTimeout(resolve, 800));
  await settled();
  expect(pixels()[5 * 28 + 3]).toBe(0);
  expect(pixels()[14 * 28 + 13]).toBeGreaterThan(0.9);
  // One undo takes both back, because the centring belongs to the stroke.
  await undo();
  expect(session.state().source).toEqual({ kind: 'digit', index: 0 });
});

test('a stroke that waits to be centred, or is still being drawn, does not reach into another workbook', async () => {
  const stroke: [number, number][] = [
    [3, 3],
    [3, 9],
  ];
  await draw(stroke, 'cells');
  drawing.start({ x: 20, y: 3 }, 'cells');
  await settled();
  store.set({ workbookId: 'b' });
  session.undo();
  session.undo();
  tell();
  const digit = pixels();
  drawing.move({ x: 20, y: 9 });
  drawing.end();
  await draw(stroke, 'cells');
  store.set({ workbookId: 'c' });
  session.undo();
  tell();
  await new Promise(resolve => setTimeout(resolve, 800));
  await settled();
  expect(pixels()).toEqual(digit);
  expect(session.state().source).toEqual({ kind: 'digit', index: 0 });
});

test('a stroke on cells that show the drawing centred joins what they show', async () => {
  await draw([
    [3, 3],
    [3, 9],
  ]);
  await draw(
    [
      [10, 14],
      [18, 14],
    ],
    'cells',
  );
  const [down, across] = drawing.strokes();
  expect(down.points[0].x).toBeCloseTo(14, 1);
  expect(across.points[0]).toEqual({ x: 10, y: 14 });
});

test('without centring one paints over the digit and erases it', async () => {
  drawing.set({ centred: false });
  const before = pixels();
  await draw(
    [
      [2, 25],
      [6, 25],
    ],
    'cells',
  );
  expect(pixels()[25 * 28 + 4]).toBeGreaterThan(0.5);
  expect(pixels().slice(0, 20 * 28)).toEqual(before.slice(0, 20 * 28));
  store.set({ tool: 'eraser' });
  await draw(
    [
      [0, 8],
      [28, 8],
    ],
    'cells',
  );
  expect(
    pixels()
      .slice(8 * 28, 9 * 28)
      .every(value => value === 0),
  ).toBe(true);
});

test('clearing is one step of undo as well', async () => {
  await draw([
    [4, 4],
    [4, 10],
  ]);
  const drawn = pixels();
  drawing.clear();
  await settled();
  expect(pixels().every(value => value === 0)).toBe(true);
  expect(drawing.strokes()).toHaveLength(0);
  await undo();
  expect(pixels()).toEqual(drawn);
  expect(drawing.strokes()).toHaveLength(1);
});

test('after another digit was chosen a new drawing begins empty', async () => {
  await draw([
    [4, 4],
    [4, 10],
  ]);
  const [index] = [400];
  session.change(
    editCommand('Edit', [{ tensor: 'input/output', indices: Uint32Array.of(index), values: Float32Array.of(0.5) }], {
      source: { kind: 'typed' },
    }),
  );
  tell();
  await settled();
  expect(drawing.strokes()).toHaveLength(0);
});

test('a frame of the pen sends what it changed, not the whole picture (fault 30)', async () => {
  drawing.set({ centred: false });
  await draw([[4, 4]], 'cells');
  named = [];
  drawing.start({ x: 4, y: 4 }, 'cells');
  await settled();
  for (let x = 5; x < 10; x++) {
    drawing.move({ x, y: 4 });
    await settled();
  }
  drawing.end();
  await settled();
  const largest = Math.max(...named);
  expect(named.length).toBeGreaterThan(5);
  expect(largest).toBeLessThan(25);
  expect(pixels().filter(value => value > 0).length).toBeGreaterThan(largest);
});

test('what an undo took back while the pen was drawing, the next frame draws again (fault 30)', async () => {
  drawing.set({ centred: false });
  drawing.start({ x: 3, y: 3 }, 'cells');
  await settled();
  drawing.move({ x: 5, y: 3 });
  await settled();
  const drawn = pixels();
  await undo();
  expect(pixels()).not.toEqual(drawn);
  drawing.move({ x: 5, y: 3.2 });
  await settled();
  drawing.end();
  await settled();
  for (const [i, value] of drawn.entries()) expect(pixels()[i]).toBeGreaterThanOrEqual(value);
});
