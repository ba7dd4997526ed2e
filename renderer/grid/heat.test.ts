import { expect, test } from 'vitest';
import type { CellRange } from '../../shared/address.ts';
import type { CellContents } from '../../shared/cell-content.ts';
import type { TensorId } from '../../shared/network.ts';
import type { Values } from '../core/store.ts';
import { setLayer } from '../../shared/layer-edits/edits.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { createGeometry } from './geometry.ts';
import { createHeatMap } from './heat.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';
import { tilesOf } from './tiles.ts';

/** A kernel and a part of its map in view. Every value is the number that was last set for its tensor. */
function shownSheet() {
  const sheet = lessonSheet();
  const at = new Map<TensorId, number>();
  const arrays = new Map<string, CellContents>();
  const values = {
    block({ view }: { view: { tensor: TensorId; height: number; width: number } }) {
      const value = at.get(view.tensor) ?? 0;
      const key = `${view.tensor} ${value}`;
      const known = arrays.get(key) ?? { numbers: new Float32Array(view.height * view.width).fill(value) };
      arrays.set(key, known);
      return known;
    },
  } as unknown as Values;
  const heat = createHeatMap();
  const cellOf = (tensor: TensorId): CellRange => ({ ...sheet.layout.cellOf(tensor, 0), height: 1, width: 1 });
  const tiles = ['conv1/kernel', 'conv1/output'].flatMap(id => tilesOf(sheet, cellOf(id as TensorId), new Set()));
  heat.setTiles(tiles, createGeometry(sheet, 16, new Set()));
  return {
    set: (tensor: TensorId, value: number) => at.set(tensor, value),
    refresh: (step: number | undefined) => heat.refresh(values, () => 1, step),
    /** Tensors with a mark in view. */
    marked: () =>
      [...heat.shown].filter(({ moves }) => moves?.some(level => level > 0)).map(({ tile }) => tile.info.id),
  };
}

test('what a step of the training has changed is marked, also where the step is told before its values', () => {
  const { set, refresh, marked } = shownSheet();
  refresh(7);
  set('conv1/kernel', 1);
  set('conv1/output', 1);
  refresh(8);
  expect(marked()).toEqual(['conv1/kernel', 'conv1/output']);
  refresh(9);
  set('conv1/kernel', 1.5);
  refresh(9);
  expect(marked()).toContain('conv1/kernel');
  refresh(undefined);
  expect(marked()).toEqual([]);
});

test('another image in the sheet of a pausing run is no move: marks stay on kernels, and go from maps', () => {
  const { set, refresh, marked } = shownSheet();
  refresh(7);
  set('conv1/kernel', 1);
  set('conv1/output', 1);
  refresh(8);
  set('conv1/output', 5);
  refresh(8);
  expect(marked()).toEqual(['conv1/kernel']);
});

test('after an edit of layers the same cells show the elements that they have now', () => {
  const before = lessonSheet();
  const after = buildSheet(setLayer(before.network, 'conv1', { filters: 4 }), before.classes);
  const heat = createHeatMap();
  for (const sheet of [before, after]) {
    const range = { ...sheet.layout.cellOf('conv1/kernel', 0), height: 3, width: 3 };
    heat.setTiles(tilesOf(sheet, range, new Set()), createGeometry(sheet, 16, new Set()));
    const kernel = [...heat.shown].find(({ tile }) => tile.info.id === 'conv1/kernel')!.tile;
    expect(kernel.info).toBe(sheet.tensors.get('conv1/kernel'));
    const { row, column, view } = kernel.block;
    const next = sheet.layout.elementAt(row, column + 1)!.index;
    expect(view.offset + view.columnStride).toBe(next);
  }
});
