import { expect, test } from 'vitest';
import { gridsIn, spotAt, spotBeside } from './cells-in.ts';
import { type Item, paint } from './picture.ts';

const cells = (x: number, tensor: 'a/output' | 'b/output', steps: readonly number[]): Item => ({
  kind: 'cells',
  box: { x, y: 0, width: 30, height: 20 },
  rows: 2,
  columns: 3,
  scale: 'diverging',
  steps: Int16Array.from(steps),
  elementAt: index => ({ tensor, index }),
});

const items: Item[] = [
  cells(0, 'a/output', [1, 1, 1, 1, -1, 1]),
  { kind: 'group', x: 100, scale: 2, items: [cells(0, 'b/output', [1, 1, 1, 1, 1, 1])] },
  { kind: 'group', alpha: 0, items: [cells(0, 'b/output', [1, 1, 1, 1, 1, 1])] },
  {
    kind: 'text',
    x: 300,
    y: 50,
    text: '0.5',
    size: 10,
    paint: paint('ink'),
    shown: { value: 0.5, terms: [[{ tensor: 'b/output', index: 5 }]] },
  },
];

test('a place of a picture is the cell that is painted there; holes and faded groups are none', () => {
  const grids = gridsIn(items);
  const at = (x: number, y: number) => {
    const spot = spotAt(grids, x, y);
    return spot && spot.grid.elementAt(spot.nth);
  };
  expect(at(25, 5)).toEqual({ tensor: 'a/output', index: 2 });
  expect(at(15, 15)).toBeUndefined();
  expect(at(159, 39)).toEqual({ tensor: 'b/output', index: 5 });
  expect(at(305, 50)).toEqual({ tensor: 'b/output', index: 5 });
  expect(at(90, 5)).toBeUndefined();
});

test('arrow keys go from cell to cell, over holes and on to the next map', () => {
  const grids = gridsIn(items);
  let spot = spotBeside(grids, undefined, [1, 0]);
  const seen = [];
  for (const way of [
    [1, 0],
    [1, 0],
    [1, 0],
    [0, 1],
    [0, 1],
    [-1, 0],
    [-1, 0],
  ] as const) {
    spot = spotBeside(grids, spot, way) ?? spot;
    const { tensor, index } = spot!.grid.elementAt(spot!.nth)!;
    seen.push(`${tensor[0]}${index}`);
  }
  expect(seen).toEqual(['b1', 'b2', 'b5', 'b5', 'b5', 'b5', 'b4']);
  const [only] = gridsIn(items.slice(0, 1));
  expect(spotBeside([only], spotAt([only], 5, 15), [1, 0])?.nth).toBe(5);
});
