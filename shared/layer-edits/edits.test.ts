import { expect, test } from 'vitest';
import { UserError } from '../errors.ts';
import { messages, say } from '../messages.ts';
import { kindOf } from '../layers/kinds.ts';
import { inferShapes, type NetworkSpec, parseNetwork } from '../network.ts';
import { activations, addedKinds, kindsLike, newLayers } from './defaults.ts';
import { activationAfter, addLayer, addShortcut, changeKind, moveLayer, setActivation, setLayer } from './edits.ts';

const conv = { kind: 'conv2d', kernelSize: [3, 3], strides: [1, 1], padding: 'same', useBias: true } as const;
const network = parseNetwork({
  version: 1,
  layers: [
    { id: 'input', name: 'input', inputs: [], kind: 'input', shape: [8, 8, 2] },
    { id: 'a', name: 'a', inputs: ['input'], ...conv, filters: 2 },
    { id: 'relu', name: 'relu', inputs: ['a'], kind: 'relu' },
    { id: 'b', name: 'b', inputs: ['relu'], ...conv, filters: 3 },
    { id: 'pool', name: 'pool', inputs: ['b'], kind: 'maxPool2d', poolSize: [2, 2], strides: [2, 2], padding: 'valid' },
    { id: 'c', name: 'c', inputs: ['pool'], ...conv, filters: 3 },
    { id: 'mean', name: 'mean', inputs: ['c'], kind: 'globalAveragePool2d' },
  ],
});
/** 'a<input b<a': each layer with what it reads. */
const wires = ({ layers }: NetworkSpec) => layers.map(({ id, inputs }) => `${id}<${inputs.join()}`).join(' ');
const layerIn = ({ layers }: NetworkSpec, id: string) => layers.find(layer => layer.id === id)!;
function refusal(edit: () => unknown): string {
  try {
    edit();
  } catch (error) {
    if (error instanceof UserError) return say(error.sentence);
  }
  throw new Error('The edit was made.');
}

test('a shortcut brings an add layer before the layer it leads to, or after it where only that fits', () => {
  expect(wires(addShortcut(network, 'input', 'b').network)).toBe(
    'input< a<input relu<a add<relu,input b<add pool<b c<pool mean<c',
  );
  // What a layer reads anyway is added to its result.
  expect(wires(addShortcut(network, 'input', 'a').network)).toBe(
    'input< a<input add<a,input relu<add b<relu pool<b c<pool mean<c',
  );
  const { network: summed } = addShortcut(network, 'input', 'b');
  expect(wires(addShortcut(summed, 'a', 'add').network)).toContain('add<relu,input,a');
});

test('a shortcut that does not fit says why, and what would', () => {
  expect(refusal(() => addShortcut(network, 'b', 'a'))).toContain('a comes before b');
  expect(refusal(() => addShortcut(network, 'a', 'a'))).toContain('earlier');
  expect(refusal(() => addShortcut(network, 'a', 'input'))).toContain('input');
  expect(refusal(() => addShortcut(network, 'a', 'pool'))).toContain('1×1 convolution with 3 filters');
  expect(refusal(() => addShortcut(network, 'a', 'c'))).toContain('8×8×2');
  const { network: summed } = addShortcut(network, 'input', 'b');
  expect(refusal(() => addShortcut(summed, 'input', 'add'))).toContain('already');
});

test('a layer is put on one wire only, whether it is new or moved', () => {
  const { network: branched } = addShortcut(network, 'a', 'b');
  expect(wires(branched)).toContain('add<relu,a');
  const { network: added } = addLayer(branched, 'a', { kind: 'dropout' }, [], 'add');
  expect(wires(added)).toContain('relu<a');
  expect(wires(added)).toContain('add<relu,dropout');
  const moved = moveLayer(added, 'relu', 'dropout', 'add');
  expect(wires(moved)).toContain('relu<dropout');
  expect(wires(moved)).toContain('add<a,relu');
  expect(moveLayer(network, 'relu', 'a', 'relu')).toBe(network);
});

test('an activation comes after a layer, becomes another one, and goes', () => {
  expect(activationAfter(network, 'a')?.id).toBe('relu');
  expect(activationAfter(network, 'b')).toBeUndefined();
  const elu = setActivation(network, 'a', 'elu');
  expect(layerIn(elu, 'relu')).toEqual({ id: 'relu', name: 'relu', inputs: ['a'], kind: 'elu' });
  expect(wires(setActivation(network, 'b', 'gelu'))).toContain('gelu<b pool<gelu');
  expect(wires(setActivation(network, 'a', undefined))).toContain('b<a');
  const average = changeKind(setLayer(network, 'pool', { poolSize: [4, 2] }), 'pool', 'averagePool2d');
  expect(layerIn(average, 'pool')).toMatchObject({ kind: 'averagePool2d', poolSize: [4, 2], strides: [2, 2] });
  for (const kind of activations)
    for (const next of kindsLike(kind)) changeKind(setActivation(network, 'a', kind), 'relu', next);
});

test('every setting that a layer may have can be changed, has a name in the panel, and shapes follow', () => {
  const other: Record<string, unknown> = {
    filters: 4,
    kernelSize: [1, 5],
    poolSize: [3, 1],
    strides: [2, 1],
    padding: 'same',
    useBias: false,
    units: 7,
    negativeSlope: 0.01,
    epsilon: 0.1,
    momentum: 0.5,
    dilationRate: [2, 2],
    groups: 2,
    size: [1, 3],
    shape: [10, 12, 3],
    targetShape: [4, 4, 8],
  };
  for (const kind of addedKinds) {
    // Its settings are formulas, which are typed into cells.
    if (kind === 'formula') continue;
    const shape = inferShapes(network).get('relu')!;
    for (const setting of Object.keys(
      kindOf({ id: kind, name: kind, inputs: [], ...newLayers[kind](shape) }).settings,
    )) {
      expect(Object.keys(messages.layerEdits.settings)).toContain(setting);
      expect(Object.keys(other)).toContain(setting);
    }
  }
  const input = setLayer(network, 'input', { shape: other.shape });
  expect(inferShapes(input).get('pool')).toEqual([5, 6, 3]);
  const changed = (id: string, setting: string) =>
    (layerIn(setLayer(network, id, { [setting]: other[setting] }), id) as unknown as Record<string, unknown>)[setting];
  for (const setting of ['filters', 'kernelSize', 'strides', 'useBias', 'dilationRate', 'groups'])
    expect(changed('a', setting)).toEqual(other[setting]);
  for (const setting of ['poolSize', 'strides', 'padding']) expect(changed('pool', setting)).toEqual(other[setting]);
  const leaky = changeKind(network, 'relu', 'leakyRelu');
  expect(layerIn(setLayer(leaky, 'relu', { negativeSlope: 0.01 }), 'relu')).toMatchObject({ negativeSlope: 0.01 });
});
