import { beforeAll, expect, test } from 'vitest';
import { hasGradient } from '../../../shared/backprop/gradients.ts';
import type { TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { chain, residualNetwork, valuesFor } from '../oracle/example-network.ts';
import { holdGradients, noGradients } from '../oracle/gradient-cells.ts';
import { createSession } from '../workbook/session.ts';
import { createLiveGradients } from './live-gradients.ts';
import { lossSlope } from './loss-slope.ts';

beforeAll(startBackend);

const label = { id: 'test' } as never;
const between = () => Promise.resolve();

/** A workbook that expects class 2, and its gradients. */
function opened(network = residualNetwork(), seed = 5) {
  const random = createRandom(seed);
  const values = valuesFor(network, random, () => random.normal() / 2);
  const actual = values.get(`${network.layers.at(-1)!.id}/actual`);
  actual?.fill(0).fill(1, 2, 3);
  const session = createSession({ network, classes: [], source: { kind: 'typed' }, values });
  return { session, live: createLiveGradients(session) };
}

test('the slopes that trying gives are the gradients, of pixels and of every kind of weight', async () => {
  const { session, live } = opened();
  const tried: [TensorId, number][] = [];
  for (const info of session.sheet.tensors.values())
    if (info.role !== 'computed' && hasGradient(session.sheet, info))
      for (const index of [0, info.size >> 1]) tried.push([info.id, index]);
  expect(tried.length).toBeGreaterThan(12);
  let corners = 0;
  for (const [tensor, index] of tried) {
    const { slope, kink } = await lossSlope(session, { tensor, index }, between);
    const gradient = live.of(tensor)[index];
    if (kink) corners++;
    else expect(Math.abs(slope - gradient), `${tensor}[${index}]`).toBeLessThan(5e-3 + 0.05 * Math.abs(gradient));
  }
  expect(corners).toBeLessThan(tried.length / 2);
  session.dispose();
});

test('at a corner of the loss, trying says so', async () => {
  const network = chain(
    { kind: 'input', shape: [1, 1, 1] },
    { kind: 'relu' },
    { kind: 'flatten' },
    { kind: 'dense', units: 3, useBias: true },
    { kind: 'softmax' },
  );
  const { session } = opened(network);
  const at = (value: number) => {
    const edit = { tensor: 'input0/output' as const, indices: Uint32Array.of(0), values: Float32Array.of(value) };
    session.change({ label, changes: [{ kind: 'values', edits: [edit] }] });
    return lossSlope(session, { tensor: 'input0/output', index: 0 }, between);
  };
  expect(await at(0)).toMatchObject({ kink: true });
  expect(await at(0.5)).toMatchObject({ kink: false });
  session.dispose();
});

test('gradients follow edits, and what is typed over a cell has none and hands none on', () => {
  const { session, live } = opened();
  const pixels = live.of('input0/output');
  expect(pixels.some(gradient => gradient !== 0)).toBe(true);
  const typed = live.of('b/output').findIndex(gradient => gradient !== 0);
  const edits = [{ tensor: 'b/output' as const, indices: Uint32Array.of(typed), content: 0.25 }];
  session.change({ label, changes: [{ kind: 'formulas', edits }] });
  live.forget();
  expect(live.of('b/output').findIndex(Number.isNaN)).toBe(typed);
  expect(live.of('b/output').filter(Number.isNaN)).toHaveLength(1);
  expect(live.of('input0/output')).not.toEqual(pixels);
  const { sheet } = session;
  const ids = [...sheet.tensors.keys()];
  const values = new Map(ids.map(id => [id, session.value(id)]));
  const gradients = new Map(ids.map(id => [id, live.of(id)]));
  const held = noGradients();
  holdGradients({ sheet }, { values, gradients }, held);
  expect(held.wrong).toEqual([]);
  expect(held.nonzero).toBeGreaterThan(200);
  session.dispose();
});

test('the steepest weight of each kernel is the one with the largest gradient, if it has any', () => {
  const { session, live } = opened();
  const steepest = live.steepest();
  expect(steepest.map(({ tensor }) => tensor)).toEqual(['dense/kernel', 'b/kernel', 'a/kernel']);
  for (const { tensor, index } of steepest) {
    const sizes = live.of(tensor).map(Math.abs);
    expect(sizes[index]).toBe(Math.max(...sizes));
  }
  const blank = { tensor: 'softmax/actual' as const, values: new Float32Array(5).fill(Number.NaN) };
  session.change({ label, changes: [{ kind: 'values', edits: [blank] }] });
  live.forget();
  expect(live.steepest()).toEqual([]);
  session.dispose();
});

test('behind a sigmoid, unknown labels have no gradient, and slopes are those of the loss shown', async () => {
  const conv = { kind: 'conv2d', filters: 2, kernelSize: [3, 3], strides: [1, 1], padding: 'same', useBias: true };
  const network = chain(
    { kind: 'input', shape: [4, 4, 1] },
    conv as never,
    { kind: 'flatten' },
    { kind: 'dense', units: 4, useBias: true },
    { kind: 'sigmoid' },
  );
  const { session, live } = opened(network);
  const set = (values: number[]) => {
    const edit = { tensor: 'sigmoid4/actual' as const, values: Float32Array.from(values) };
    session.change({ label, changes: [{ kind: 'values', edits: [edit] }] });
    live.forget();
  };
  set([1, 0, Number.NaN, 1]);
  expect(session.value('sigmoid4/crossEntropy')[2]).toBe(0);
  expect([...live.of('dense3/bias')].map(each => each === 0)).toEqual([false, false, true, false]);
  for (const tensor of ['conv2d1/kernel', 'dense3/kernel', 'input0/output'] as const) {
    const { slope } = await lossSlope(session, { tensor, index: 3 }, between);
    expect(slope).toBeCloseTo(live.of(tensor)[3], 3);
  }
  set([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  expect(live.of('conv2d1/kernel').every(each => each === 0)).toBe(true);
  session.dispose();
});

test('a network without a loss at its end has no gradients', () => {
  const { session, live } = opened(chain({ kind: 'input', shape: [2, 2, 1] }, { kind: 'relu' }));
  expect(live.of('relu1/output').every(Number.isNaN)).toBe(true);
  session.dispose();
});
