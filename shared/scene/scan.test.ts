import { expect, test } from 'vitest';
import { contains } from '../address.ts';
import { randomExample } from '../testing/random-network.ts';
import type { ElementContent } from '../cells.ts';
import type { Source } from '../explain/numbers.ts';
import { operation, RELATIVE } from '../formula/expression.ts';
import type { TensorId } from '../network.ts';
import {
  durationOf,
  elementOf,
  filledAt,
  framesAt,
  momentAt,
  nthOf,
  scanLayer,
  sceneAt,
  timeOf,
  walkNetwork,
} from './scan.ts';

const { sheet } = randomExample(4101, 'plain');

test('every cell of a layer comes about once, in the order of maps, rows and columns', () => {
  for (const { id } of sheet.network.layers) {
    const plan = scanLayer(sheet, id);
    for (const [chapter, { tensor, cells }] of plan.chapters.entries()) {
      const info = sheet.tensors.get(tensor)!;
      const seen = new Set<number>();
      for (let cell = 0; cell < cells; cell++) {
        expect(momentAt(plan, timeOf(plan, { chapter, cell }))).toEqual({ chapter, cell });
        const element = elementOf(info, cell);
        expect(nthOf(info, element)).toBe(cell);
        seen.add(element);
      }
      expect(seen.size).toBe(info.size);
    }
  }
});

test('what has come about is in sight, and what has not is hidden, at any moment of the walk', () => {
  const plan = walkNetwork(sheet);
  const end = durationOf(plan);
  expect(plan.chapters.length).toBeGreaterThan(4);
  for (let step = 0; step <= 60; step++) {
    const time = (end * step) / 60;
    const { chapter, cell } = momentAt(plan, time);
    const { unfinished, target } = framesAt(sheet, plan, time)!;
    const isHidden = (row: number, column: number) => unfinished.some(range => contains(range, { row, column }));
    for (const info of sheet.tensors.values())
      if (info.role !== 'computed') expect(filledAt(plan, time, info)).toBe(info.size);
    expect(isHidden(target.row, target.column)).toBe(false);
    for (const [number, { tensor, cells }] of plan.chapters.entries()) {
      const info = sheet.tensors.get(tensor)!;
      for (let nth = 0; nth < cells; nth += Math.max(1, Math.floor(cells / 40))) {
        const place = sheet.layout.cellOf(tensor, elementOf(info, nth));
        const later = number > chapter || (number === chapter && nth > cell);
        expect(isHidden(place.row, place.column), `${tensor} ${nth} at ${time}`).toBe(later);
        expect(nth < filledAt(plan, time, info)).toBe(!later);
      }
    }
  }
});

test('times outside a scan mean its first and its last cell', () => {
  const plan = walkNetwork(sheet);
  expect(momentAt(plan, -1)).toEqual({ chapter: 0, cell: 0 });
  const last = plan.chapters.length - 1;
  expect(momentAt(plan, durationOf(plan) + 5)).toEqual({ chapter: last, cell: plan.chapters[last].cells - 1 });
});

test('a cell that a user has written something over shows what that reads', () => {
  const plan = walkNetwork(sheet);
  const [{ tensor }] = plan.chapters;
  const info = sheet.tensors.get(tensor)!;
  const element = { tensor, index: elementOf(info, 3) };
  const time = timeOf(plan, { chapter: 0, cell: 3 });
  const pixels: TensorId = `${sheet.network.layers[0].id}/output`;
  const formula = operation('*', 2, { kind: 'elements', tensor: pixels, first: 0, last: 0, anchors: RELATIVE });
  const read = { sheet: sheet.id, ...sheet.layout.cellOf(pixels, 0), height: 1, width: 1 };
  const over = (content: ElementContent) => ({ formulas: new Map([[tensor, new Map([[element.index, content]])]]) });
  expect(framesAt(sheet, plan, time, over({ formula, from: element.index }))!.reads).toEqual([read]);
  expect(framesAt(sheet, plan, time, over(5))!.reads).toEqual([]);
  const source = (content: ElementContent): Source => ({
    sheet,
    sheets: [],
    written: over(content),
    element: each => (each.tensor === tensor ? 5 : 2.5),
    cell: () => null,
  });
  expect(sceneAt(source(5), plan, time)).toMatchObject({ value: 5, told: { way: { kind: 'constant' }, reads: [] } });
  const scene = sceneAt(source({ formula, from: element.index }), plan, time)!;
  expect(scene.told.reads.map(({ range }) => range)).toEqual([read]);
  expect(scene.told.reads[0].contents).toEqual([2.5]);
});
