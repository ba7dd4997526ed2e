import { expect, test } from 'vitest';
import { createRandom } from '../../shared/random.ts';
import { DIGIT_SHAPE, resnetTiny } from '../../shared/templates.ts';
import { neighbourOf } from './graph-keys.ts';
import { type Box, type GraphPicture, placeGraph } from './graph-layout.ts';

type Node = { readonly id: string; readonly inputs: readonly string[] };
/** 'a<input b<a c<a d<b,c': each layer with what it reads. */
const graph = (text: string): Node[] =>
  text.split(' ').map(part => {
    const [id, inputs = ''] = part.split('<');
    return { id, inputs: inputs === '' ? [] : inputs.split(',') };
  });
const place = (layers: readonly Node[]) => placeGraph(layers, () => 80);
const rows = ({ boxes }: GraphPicture) => {
  const all: string[][] = [];
  for (const { layer, row } of boxes.values()) (all[row] ??= []).push(layer);
  return all.map(row => row.join(' '));
};
const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** The boxes that a wire crosses, other than those at its ends. */
function crossed({ boxes, wires }: GraphPicture): string[] {
  return wires.flatMap(({ from, to, points }) =>
    [...boxes.values()].flatMap(({ layer, x, y, width, height }) => {
      if (layer === from || layer === to) return [];
      const hit = points.some(([toX, toY], i) => {
        if (i === 0) return false;
        const [fromX, fromY] = points[i - 1];
        return (
          Math.min(fromX, toX) < x + width &&
          x < Math.max(fromX, toX) &&
          Math.min(fromY, toY) < y + height &&
          y < Math.max(fromY, toY)
        );
      });
      return hit ? [`${from}→${to} crosses ${layer}`] : [];
    }),
  );
}
/** Pairs of wires of different ends that lie on each other along a lane. */
function onEachOther({ wires }: GraphPicture): string[] {
  const lanes = wires.flatMap(({ from, to, points }) =>
    points.length === 4
      ? [{ name: `${from}→${to}`, y: points[1][1], ends: [points[1][0], points[2][0]].sort((a, b) => a - b) }]
      : [],
  );
  return lanes.flatMap((one, i) =>
    lanes
      .slice(i + 1)
      .filter(other => one.y === other.y && one.ends[0] < other.ends[1] && other.ends[0] < one.ends[1])
      .map(other => `${one.name} ${other.name}`),
  );
}

test('a chain is one row, a shortcut a lane under it, a branch a row of its own', () => {
  const shortcut = place(graph('in a<in b<a sum<b,a out<sum'));
  expect(rows(shortcut)).toEqual(['in a b sum out']);
  expect(shortcut.wires.map(({ points }) => points.length)).toEqual([2, 2, 2, 4, 2]);
  const branch = place(graph('in a<in b<a short<in sum<b,short out<sum'));
  expect(rows(branch)).toEqual(['in a b sum out', 'short']);
  const inception = place(graph('in a<in b1<a b2<b1 c1<a c2<c1 c3<c2 d<a cat<b2,c3,d out<cat'));
  expect(rows(inception)).toEqual(['in a c1 c2 c3 cat out', 'd', 'b1 b2'].toSorted().toSorted(byRow(inception)));
  expect(crossed(inception)).toEqual([]);
});

/** Sorts rows as they are in the picture. */
function byRow({ boxes }: GraphPicture) {
  const rowOf = (text: string) => boxes.get(text.split(' ')[0])!.row;
  return (a: string, b: string) => rowOf(a) - rowOf(b);
}

test('boxes never overlap, and in residual, dense and branching networks no wire crosses a box', () => {
  const resnet = resnetTiny(DIGIT_SHAPE, 10).layers;
  const vgg = Array.from({ length: 40 }, (_, i) => ({ id: `l${i}`, inputs: i === 0 ? [] : [`l${i - 1}`] }));
  const dense = Array.from({ length: 8 }, (_, i) => ({
    id: `d${i}`,
    inputs: Array.from({ length: i }, (_, j) => `d${j}`),
  }));
  for (const layers of [resnet, vgg, dense, graph('in a<in b<in c<a,b d<b e<d,c out<e')]) {
    const picture = place(layers);
    expect(crossed(picture)).toEqual([]);
    expect(onEachOther(picture)).toEqual([]);
  }
  expect(place(vgg).height).toBeLessThan(100);
  const random = createRandom(5);
  let wires = 0;
  let crossings = 0;
  for (let trial = 0; trial < 200; trial++) {
    const count = 3 + random.integer(20);
    const layers = Array.from({ length: count }, (_, i): Node => {
      const reads = Math.min(i, random.integer(4) === 0 ? 2 : 1);
      const inputs = Array.from({ length: reads }, () => `l${Math.max(0, i - 1 - random.integer(Math.min(i, 5)))}`);
      return { id: `l${i}`, inputs: i === 0 ? [] : [...new Set(inputs)] };
    });
    const picture = place(layers);
    const boxes = [...picture.boxes.values()];
    expect(boxes.length).toBe(count);
    for (const [i, box] of boxes.entries())
      for (const other of boxes.slice(i + 1)) expect(overlap(box, other), `${box.layer} ${other.layer}`).toBe(false);
    for (const { from, to } of picture.wires)
      expect(picture.boxes.get(from)!.column).toBeLessThan(picture.boxes.get(to)!.column);
    wires += picture.wires.length;
    crossings += crossed(picture).length;
  }
  // Layers that join at random are no network that anybody trains: a few wires may pass behind boxes.
  expect(crossings / wires).toBeLessThan(0.1);
});

test('arrow keys go along the wires, and from everywhere every box is reached', () => {
  const picture = place(resnetTiny(DIGIT_SHAPE, 10).layers);
  expect(neighbourOf(picture, 'pool', 'ArrowDown')).toBe('sum1');
  expect(neighbourOf(picture, 'leaky3', 'ArrowDown')).toBe('conv6');
  expect(neighbourOf(picture, 'norm6', 'ArrowRight')).toBe('sum2');
  expect(neighbourOf(picture, 'norm6', 'ArrowUp')).toBe('sum2');
  expect(neighbourOf(picture, 'sum1', 'ArrowLeft')).toBe('norm3');
  expect(neighbourOf(picture, 'sum1', 'End')).toBe('softmax');
  const reached = new Set<string>();
  const visit = (layer: string) => {
    if (reached.has(layer)) return;
    reached.add(layer);
    for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'])
      visit(neighbourOf(picture, layer, key) ?? layer);
  };
  visit('softmax');
  expect(reached.size).toBe(picture.boxes.size);
});
