/** Edits of layers on an open workbook: what stays, what begins anew, and the way back. */
import { kindOf } from '../../../shared/layers/kinds.ts';
import { expect, test } from 'vitest';
import type { LayersChange } from '../../../shared/changes/kinds.ts';
import { addLayer, connectLayer, duplicateLayer, removeLayer, setLayer } from '../../../shared/layer-edits/edits.ts';
import { type NetworkSpec, sourceOf } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { buildSheet } from '../../../shared/layout/sheet.ts';
import { coordinatesOf, indexOf } from '../../../shared/tensor.ts';
import { startBackend } from '../backend/backend.ts';
import { digitNetwork, residualNetwork, valuesFor } from '../oracle/example-network.ts';
import { createSession, type Session } from './session.ts';

await startBackend();

function open(network: NetworkSpec, values = valuesFor(network, createRandom(1))): Session {
  return createSession({ network, classes: [], source: { kind: 'typed' }, values });
}
const layers = (network: NetworkSpec, options: Partial<LayersChange> = {}) => ({
  label: 'Edit layers',
  changes: [{ kind: 'layers' as const, network, beginning: 'identity' as const, seed: 7, ...options }],
});
function answerOf(session: Session): Float32Array {
  const { layers } = session.sheet.network;
  const last = layers.at(-1)!;
  const source = kindOf(last).reshapes ? sourceOf(new Map(layers.map(layer => [layer.id, layer])), last) : last;
  return session.value(`${source.id}/output`).slice();
}
const stored = (session: Session) =>
  new Map(
    [...session.sheet.tensors.values()]
      .filter(({ role }) => role !== 'computed')
      .map(({ id }) => [id, session.value(id).slice()]),
  );
function expectSame(one: Float32Array, other: Float32Array): void {
  expect(one.length).toBe(other.length);
  const far = one.findIndex((value, i) => !(Math.abs(value - other[i]) <= 1e-6 * Math.max(1, Math.abs(value))));
  expect(far < 0 ? [] : [far, one[far], other[far]]).toEqual([]);
}

test('new filters leave the result as it was, keep every weight, and can learn', () => {
  const { network } = buildSheet(digitNetwork());
  const session = open(network);
  const before = { answer: answerOf(session), stored: stored(session) };
  const conv = network.layers.find(({ kind }) => kind === 'conv2d')!;
  const filters = (conv as { filters: number }).filters;
  session.change(layers(setLayer(network, conv.id, { filters: filters + 3 })));
  expectSame(answerOf(session), before.answer);
  const kernel = session.value(`${conv.id}/kernel`);
  const [old, shape] = [before.stored.get(`${conv.id}/kernel`)!, session.sheet.tensors.get(`${conv.id}/kernel`)!.shape];
  for (const [index, value] of kernel.entries()) {
    const at = coordinatesOf(shape, index);
    if (at[3] < filters) expect(value).toBe(old[indexOf(shape.with(3, filters), at)!]);
    else expect(value).not.toBe(0);
  }
  session.undo();
  expect(stored(session)).toEqual(before.stored);
});

test('a removed layer takes along what only it read, and undo brings all of it back', () => {
  const wide = {
    kind: 'conv2d',
    filters: 3,
    kernelSize: [1, 1],
    strides: [1, 1],
    padding: 'same',
    useBias: true,
  } as const;
  const shortcut = addLayer(residualNetwork(), 'a', wide);
  const network = connectLayer(shortcut.network, 'normA', ['a']);
  const session = open(network);
  const before = stored(session);
  session.change(layers(removeLayer(network, 'sum')));
  const { network: after } = session.sheet;
  expect(network.layers.length - after.layers.length).toBe(2);
  expect(after.layers.some(({ id }) => id === shortcut.layer)).toBe(false);
  expect(after.layers.find(({ id }) => id === 'relu')!.inputs).toEqual(['normB']);
  session.undo();
  expect(stored(session)).toEqual(before);
});

test('a copy of a layer begins with its parameters', () => {
  const network = residualNetwork();
  const session = open(network);
  const { network: twice, layer } = duplicateLayer(network, 'b');
  session.change(layers(twice, { copies: [[layer, 'b']] }));
  expect(session.value(`${layer}/kernel`)).toEqual(session.value('b/kernel'));
  expect(session.value(`${layer}/kernel`).some(value => value !== 0 && value !== 1)).toBe(true);
});

test('weights go with the channels that they read, though their tensor keeps its shape', () => {
  const conv = {
    kind: 'conv2d',
    filters: 3,
    kernelSize: [1, 1],
    strides: [1, 1],
    padding: 'same',
    useBias: true,
  } as const;
  const { network: two, layer: other } = addLayer(residualNetwork(), 'a', conv);
  const both = addLayer(connectLayer(two, 'normA', ['a']), 'leaky', { kind: 'concatenate' }, [other]);
  const session = open(both.network);
  const before = { answer: answerOf(session), stored: stored(session) };
  const { inputs } = both.network.layers.find(({ id }) => id === both.layer)!;
  session.change(layers(connectLayer(both.network, both.layer, inputs.toReversed())));
  expectSame(answerOf(session), before.answer);
  session.undo();
  expect(stored(session)).toEqual(before.stored);
});
