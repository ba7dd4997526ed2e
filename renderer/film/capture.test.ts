import { expect, test } from 'vitest';
import { parseAddress, parseRange } from '../../shared/address.ts';
import { nothingWritten } from '../../shared/changes/written.ts';
import { problemOf } from '../../shared/film/check.ts';
import { walkNetwork } from '../../shared/scene/scan.ts';
import type { State } from '../core/store.ts';
import { lessonSheet } from '../grid/testing/lesson-sheet.ts';
import { captured, showsLess } from './capture.ts';
import { addressOf, elementNamed, regionNamed } from './regions.ts';

const sheet = lessonSheet();
const known = {
  sheet,
  sheets: [
    { id: 'network', name: 'Network' },
    { id: 'notes', name: 'My notes' },
  ],
  written: nothingWritten(),
  active: { sheet: 'network', row: 0, column: 0 },
};
const rangeAt = (address: string, on = 'network') => ({ sheet: on, ...parseRange(address)! });

/** What a screen with this cell selected becomes. Shown are A1 to AT30. */
function scene(cell: string, more: Partial<State> = {}, visible = rangeAt('A1:AT30')) {
  const active = { sheet: visible.sheet, ...parseAddress(cell)! };
  const screen = {
    ...known,
    plane: 'value',
    kernels: false,
    trace: 'precedents',
    side: undefined,
    foldedLayers: new Set(),
    ...more,
  };
  const state = { ...screen, active, selection: { ...active, height: 1, width: 1 } };
  return captured(state as State, visible);
}

test('a part of the sheet is named by its elements, with the selected cells framed', () => {
  const { camera, motion, title } = scene('AH5');
  if (camera.kind !== 'sheet') throw new Error(camera.kind);
  expect([title, motion.kind]).toEqual(['conv1', 'still']);
  expect('elements' in camera.region).toBe(true);
  expect([addressOf(known, camera.region), addressOf(known, camera.selection!)]).toEqual(['A2:AT29', 'AH5']);
  expect(problemOf(sheet, scene('AH5'), { written: known.written, runs: [] })).toBeUndefined();
});

test('layers that are folded on the screen are so in the picture, which has room for more then', () => {
  const folded = { foldedLayers: new Set(['conv1']) };
  expect(scene('AH5').camera).not.toHaveProperty('folded');
  expect(scene('AH5', folded).camera).toMatchObject({ folded: ['conv1'] });
  expect(scene('B2', folded, rangeAt('A1:D9', 'notes')).camera).not.toHaveProperty('folded');
});

test('of gradients, and of an image with something over it, the values are taken, and that is known', () => {
  const [gradients, values] = [scene('AH5', { plane: 'gradient' }), scene('AH5')];
  const all = { plane: 'value' as const };
  expect({ ...gradients, id: '' }).toEqual({ ...values, id: '' });
  expect(problemOf(sheet, gradients, { written: known.written, runs: [] })).toBeUndefined();
  expect([showsLess({ plane: 'gradient' }, gradients), showsLess({ ...all, overlays: [] }, values)]).toEqual([
    true,
    true,
  ]);
  const kernels = scene('AH5', { kernels: true, plane: 'mask' });
  expect([showsLess(all, values), showsLess({ plane: 'mask' }, kernels)]).toEqual([false, false]);
});

test('cells of another sheet are named by their place', () => {
  const { camera, title } = scene('B2', {}, rangeAt('A1:D9', 'notes'));
  expect(title).toBe('My notes');
  expect(camera).toMatchObject({ region: { sheet: 'notes', row: 0, column: 0, height: 9, width: 4 } });
  expect(camera.kind === 'sheet' && addressOf(known, camera.region)).toBe("'My notes'!A1:D9");
});

test('a scan becomes a motion that goes on from its cell; the explained cell and the kernels become cameras', () => {
  const plan = walkNetwork(sheet);
  const [{ tensor, cells, pace }] = plan.chapters;
  const at = (cell: number) => ({ scan: { plan, time: cell / pace + 1e-6 } }) as Partial<State>;
  expect(scene('AH5', at(100)).motion).toEqual({ kind: 'scan', tensor, from: 100, to: cells - 1 });
  expect(scene('AH5', at(cells - 1)).motion).toMatchObject({ from: 0 });
  expect(scene('AH3', { side: 'explain' }).camera).toEqual({ kind: 'cell', element: { tensor, index: 0 } });
  // There is nothing to explain about a pixel.
  expect(scene('A2', { side: 'explain' }).camera.kind).toBe('sheet');
  expect(scene('AH5', { kernels: true }).camera).toEqual({ kind: 'kernels' });
  expect(scene('AH5', { stage: true, ...at(5) })).toMatchObject({ camera: { kind: 'scores' }, motion: { from: 5 } });
  expect(scene('AH3', { trace: 'pixels' }).motion).toEqual({ kind: 'walk', element: { tensor, index: 0 } });
});

test('cells are read as people write them, and what names none is told', () => {
  expect(addressOf(known, regionNamed(known, 'conv1/kernel')!)).toMatch(/^AD11:/);
  expect(regionNamed(known, "'My notes'!B2:C3")).toEqual({ sheet: 'notes', row: 1, column: 1, height: 2, width: 2 });
  expect(elementNamed(known, 'AH3')).toEqual({ tensor: 'conv1/output', index: 0 });
  expect([regionNamed(known, 'nowhere/7'), elementNamed(known, 'AD1')]).toEqual([undefined, undefined]);
});
