import { expect, test } from 'vitest';
import { newLayers } from '../../shared/layer-edits/defaults.ts';
import { addLayer, removeLayer, setLayer } from '../../shared/layer-edits/edits.ts';
import { buildSheet, elementAt, placeOf, type Sheet } from '../../shared/layout/sheet.ts';
import { parseNetwork } from '../../shared/network.ts';
import { only } from '../../shared/places.ts';
import type { TensorId } from '../../shared/tensor.ts';
import { followed } from './followed.ts';

const window = { kernelSize: [3, 3], strides: [1, 1], padding: 'valid' };
const network = parseNetwork({
  version: 1,
  layers: [
    { id: 'input', name: 'input', kind: 'input', inputs: [], shape: [12, 12, 1] },
    { id: 'conv', name: 'conv', kind: 'conv2d', inputs: ['input'], filters: 2, ...window, useBias: true },
    { id: 'relu', name: 'relu', kind: 'relu', inputs: ['conv'] },
  ],
});
const sheet = buildSheet(network);
const wider = buildSheet(addLayer(network, 'input', newLayers.conv2d([12, 12, 1])).network);
const at = (of: Sheet, tensor: TensorId, index: number) => placeOf(of, tensor, index);
const follow = (next: Sheet, active: ReturnType<typeof at>, selection = only(active)) =>
  followed(sheet, next, { active, selection });

test('the active cell follows its element, wherever an edit of layers puts it', () => {
  for (const [tensor, index] of [
    ['relu/output', 7],
    ['conv/kernel', 3],
    ['conv/bias', 1],
    ['input/output', 5],
  ] as const) {
    const next = at(wider, tensor, index);
    expect(follow(wider, at(sheet, tensor, index))).toMatchObject({
      active: next,
      selection: only(next),
      reveal: next,
    });
  }
  expect(at(wider, 'relu/output', 7)).not.toEqual(at(sheet, 'relu/output', 7));
  // The same map has another index among more maps.
  const maps = buildSheet(setLayer(network, 'conv', { filters: 5 }));
  const third = at(sheet, 'relu/output', 2 * 3 + 1);
  expect(elementAt(maps, follow(maps, third)!.active)).toEqual({ tensor: 'relu/output', index: 5 * 3 + 1 });
});

test('where the element is gone the address stays, and where there is nothing now, nothing is selected', () => {
  const less = buildSheet(setLayer(network, 'conv', { filters: 1 }));
  const second = at(sheet, 'conv/kernel', 1);
  expect(follow(less, second)).toBeUndefined();
  const last = at(sheet, 'relu/output', 0);
  expect(follow(buildSheet(removeLayer(network, 'relu')), last)).toBeUndefined();
  const caption = { sheet: sheet.id, row: 0, column: at(sheet, 'conv/output', 0).column };
  expect(follow(wider, caption)).toMatchObject({ active: caption });
  const notes = { sheet: 'notes', row: 900, column: 900 };
  expect(follow(less, notes, { ...notes, height: 2, width: 3 })).toMatchObject({
    active: notes,
    selection: { ...notes, height: 2, width: 3 },
  });
});

test('a selected range stays selected where it moves as a whole', () => {
  const kernel = at(sheet, 'conv/kernel', 0);
  const moved = at(wider, 'conv/kernel', 0);
  const size = { height: 3, width: 3 };
  expect(follow(wider, kernel, { ...kernel, ...size })!.selection).toEqual({ ...moved, ...size });
  const output = at(sheet, 'conv/output', 0);
  const across = { ...output, height: 3, width: at(sheet, 'relu/output', 0).column - output.column + 1 };
  const strided = buildSheet(setLayer(network, 'conv', { strides: [2, 2] }));
  expect(follow(strided, output, across)!.selection).toEqual(only(at(strided, 'conv/output', 0)));
});
