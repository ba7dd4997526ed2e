import { expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { sourceOf } from '../network.ts';
import { randomExample } from '../testing/random-network.ts';
import { elementOf, framesAt } from '../scene/scan.ts';
import { partOf } from './moment.ts';
import { boxIn, cellBox, hasElement, mapsIn, mapView, type MapView, partBox, place, templateView } from './panel.ts';

const AREA = { x: 10, y: 20, width: 900, height: 700 };
const examples = Array.from({ length: 8 }, (_, seed) => randomExample(4000 + seed, 'plain').sheet);

/** All panels of a network, those of its dense kernels as templates too. */
const viewsOf = (sheet: (typeof examples)[number]): MapView[] =>
  [...sheet.tensors.values()].flatMap(info => {
    const own = Array.from({ length: mapsIn(info) }, (_, map) => mapView(info, map));
    if (info.name !== 'kernel' || info.shape.length !== 2) return own;
    const { shape } = sheet.tensors.get(`${sourceOf(sheet.layers, sheet.layers.get(info.layer)!).id}/output`)!;
    const read = { ...info, shape };
    return Array.from({ length: info.shape[1] }, (_, unit) => unit).flatMap(unit =>
      Array.from({ length: mapsIn(read) }, (_, map) => templateView(info, read, unit, map)),
    );
  });

test('in every panel, an element is marked where its number stands, and only in the panel that has it', () => {
  const wrong: string[] = [];
  let templates = 0;
  for (const sheet of examples)
    for (const view of viewsOf(sheet)) {
      const panel = place(view, AREA);
      const { info, rows, columns } = panel;
      const shown = new Set<number>();
      const misplaced: number[] = [];
      for (let nth = 0; nth < rows * columns && panel.at(nth) < info.size; nth++) {
        const index = panel.at(nth);
        shown.add(index);
        const own = boxIn(panel, Math.floor(nth / columns), nth % columns);
        const box = cellBox(panel, index);
        if (box.x !== own.x || box.y !== own.y || box.width !== own.width) misplaced.push(index);
      }
      for (let index = 0; index < info.size; index++)
        if (hasElement(panel, { tensor: info.id, index }) !== shown.has(index)) misplaced.push(index);
      expect(misplaced, info.id).toEqual([]);
      if (panel.template) templates++;
    }
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(templates).toBeGreaterThan(20);
});

test('what the cell of a dense layer reads of its kernel is marked in its own template, all of it', () => {
  const random = createRandom(3);
  let marked = 0;
  for (const sheet of examples)
    for (const layer of sheet.network.layers.filter(({ kind }) => kind === 'dense')) {
      const info = sheet.tensors.get(`${layer.id}/output`)!;
      const nth = random.integer(info.size);
      const plan = { chapters: [{ layer: layer.id, tensor: info.id, cells: info.size, pace: 1 }] };
      const { reads } = framesAt(sheet, plan, nth, { formulas: new Map() })!;
      const parts = reads.flatMap(range => partOf(sheet, range) ?? []);
      for (const view of viewsOf(sheet).filter(each => each.info.id === `${layer.id}/kernel`)) {
        const panel = place(view, AREA);
        const boxes = parts.flatMap(part => partBox(panel, part) ?? []);
        const isOwn = panel.template!.unit === elementOf(info, nth);
        expect(boxes).toEqual(isOwn ? [panel.box] : []);
        marked++;
      }
    }
  expect(marked).toBeGreaterThan(10);
});
