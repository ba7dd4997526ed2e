/** A network with edited layers is run beside the open one. */
import { expect, test } from 'vitest';
import type { LayersChange } from '../../../shared/changes/kinds.ts';
import { UserError } from '../../../shared/errors.ts';
import { newLayers } from '../../../shared/layer-edits/defaults.ts';
import { addLayer, builtInAgain, removeLayer, setLayer } from '../../../shared/layer-edits/edits.ts';
import { ABSOLUTE, operation, RELATIVE } from '../../../shared/formula/expression.ts';
import { filledOver } from '../../../shared/formula/fill.ts';
import type { NetworkSpec } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { digitNetwork, residualNetwork, valuesFor } from '../oracle/example-network.ts';
import { previewLayers } from './preview.ts';
import { createSession, type Session } from './session.ts';

await startBackend();

const at = async () => {};
const open = (network: NetworkSpec) =>
  createSession({ network, classes: [], source: { kind: 'typed' }, values: valuesFor(network, createRandom(1)) });
const edits = (network: NetworkSpec, beginning: LayersChange['beginning'] = 'initial'): LayersChange => ({
  kind: 'layers',
  network,
  beginning,
  seed: 7,
});
const answer = (session: Session) => session.value(`${session.sheet.network.layers.at(-1)!.id}/output`).slice();

test('tells the answer that the network gives after the edits, whatever they are', async () => {
  const digits = digitNetwork();
  const cases = [
    edits(setLayer(digits, 'conv2d1', { filters: 5 })),
    edits(setLayer(digits, 'conv2d3', { strides: [2, 2] })),
    edits(setLayer(digits, 'dense7', { units: 6 })),
    edits(setLayer(digits, 'input0', { shape: [20, 24, 1] })),
    edits(removeLayer(digits, 'conv2d3')),
    edits(addLayer(digits, 'relu4', newLayers.conv2d([24, 24, 2])).network),
    edits(addLayer(residualNetwork(), 'relu', newLayers.batchNorm([8, 6, 3])).network, 'identity'),
  ];
  for (const change of cases) {
    const session = open(change.network.layers.some(({ id }) => id === 'sum') ? residualNetwork() : digits);
    const before = { answer: answer(session), predicted: session.state().predicted };
    const preview = await previewLayers(session, change, at);
    session.change({ label: 'Edit layers', changes: [change] });
    const now = answer(session);
    expect(preview).toMatchObject({ before: before.predicted, after: session.state().predicted, told: [] });
    const apart = Math.max(...Array.from(now, (value, i) => Math.abs(value - before.answer[i])));
    expect(preview.apart).toBe(now.length === before.answer.length ? apart : undefined);
  }
});

test('changes nothing, also where cells have formulas of their own, and says which of them would go', async () => {
  const session = open(digitNetwork());
  const anchors = RELATIVE;
  const kernel = { kind: 'elements', tensor: 'conv2d1/kernel', first: 3, last: 3, anchors } as const;
  const content = { formula: operation('*', 2, kernel), from: 0 };
  session.change({
    label: 'Type',
    changes: [
      { kind: 'formulas', edits: [{ tensor: 'conv2d3/kernel', indices: Uint32Array.of(0), content }] },
      { kind: 'formulas', edits: [{ tensor: 'relu4/output', indices: Uint32Array.of(5), content: 3 }] },
    ],
  });
  const bits = () => new Map([...session.sheet.tensors.keys()].map(id => [id, session.value(id).slice()]));
  const [before, written] = [bits(), JSON.stringify([...session.written.formulas].map(([id, own]) => [id, [...own]]))];
  const change = edits(removeLayer(digitNetwork(), 'relu4'));
  const { told, after } = await previewLayers(session, change, at);
  expect(bits()).toEqual(before);
  expect(JSON.stringify([...session.written.formulas].map(([id, own]) => [id, [...own]]))).toBe(written);
  expect(told).toMatchObject([{ id: 'written.dropped' }]);
  session.change({ label: 'Edit layers', changes: [change] });
  expect(after).toEqual(session.state().predicted);
});

test('changes no cell that shows a weight, also where the edits would take the weight away', async () => {
  const session = open(digitNetwork());
  const place = { row: 0, column: 0 };
  const learning = { kind: 'cells', sheet: 'notes', first: place, last: place, anchors: ABSOLUTE } as const;
  const x = { kind: 'elements', tensor: 'conv2d1/output', first: 0, last: 0, anchors: RELATIVE } as const;
  const over = Array(session.value('relu2/output').length).keys();
  const formulas = filledOver(session.sheet, 'relu2/output', 0, operation('*', learning, x), over);
  const cells = [{ at: Uint32Array.of(0, 0), cell: { content: 0.25, learns: true as const } }];
  const sheet = { id: 'notes', name: 'Notes', cells, widths: [] };
  session.change({ label: 'Add sheet', changes: [{ kind: 'addSheet', sheet, at: 1 }] });
  session.change({ label: 'Fill', changes: [{ kind: 'formulas', edits: formulas }] }, { lifts: true });
  expect(session.lifted()).toEqual([{ kind: 'layer', layer: 'relu2' }]);
  const before = structuredClone(session.written.sheets);
  await previewLayers(session, edits(builtInAgain(session.sheet.network, 'relu2')), at);
  expect(session.written.sheets).toEqual(before);
});

test('says that a built-in layer begins anew where its formula kept no weights; the edit says so too', async () => {
  const session = open(digitNetwork());
  const x = { kind: 'elements', tensor: 'input0/output', first: 0, last: 0, anchors: RELATIVE } as const;
  const over = Array(session.value('conv2d1/output').length).keys();
  const filled = filledOver(session.sheet, 'conv2d1/output', 0, operation('*', 2, x), over);
  session.change({ label: 'Fill', changes: [{ kind: 'formulas', edits: filled }] }, { lifts: true });
  expect(session.lifted()).toEqual([{ kind: 'layer', layer: 'conv2d1' }]);
  expect(session.takeWritten().told).toEqual([]);
  const change = edits(builtInAgain(session.sheet.network, 'conv2d1'));
  const begun = [{ id: 'formulaLayers.begunAnew', args: [['conv2d1']] }];
  expect((await previewLayers(session, change, at)).told).toEqual(begun);
  session.change({ label: 'Back', changes: [change] });
  expect(session.takeWritten().told).toEqual(begun);
  // Undo gives the weights back, so nothing begins anew.
  session.undo();
  session.undo();
  expect(session.sheet.network).toEqual(digitNetwork());
  expect(session.takeWritten().told).toEqual([]);
});

test('lets others through between layers, and ends when one of them changes the workbook', async () => {
  const session = open(digitNetwork());
  const change = edits(setLayer(digitNetwork(), 'conv2d1', { filters: 5 }));
  const shares: number[] = [];
  await previewLayers(session, change, async done => void shares.push(done), 0);
  expect(shares.length).toBe(digitNetwork().layers.length);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  const type = async () => {
    const edit = { tensor: 'conv2d1/bias' as const, values: Float32Array.of(1, 2) };
    session.change({ label: 'Type', changes: [{ kind: 'values', edits: [edit] }] });
  };
  await expect(previewLayers(session, change, type, 0)).rejects.toThrow(UserError);
});
