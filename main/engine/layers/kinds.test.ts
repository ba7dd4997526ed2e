import { beforeAll, describe, expect, test } from 'vitest';
import type { LayerKind, LayerSettings, NetworkSpec } from '../../../shared/network.ts';
import { buildSheet } from '../../../shared/layout/sheet.ts';
import { startBackend } from '../backend/backend.ts';
import { createBatchNetwork } from '../batch/batch-network.ts';
import { compareTensors, compareWholeSheet } from '../oracle/compare-formulas.ts';
import { chain } from '../oracle/example-network.ts';
import { computeReference } from '../oracle/reference.ts';
import { createForward } from '../show/forward.ts';
import type { EngineKindOf } from './kind.ts';
import { engineKinds } from './kinds.ts';

beforeAll(startBackend);

type Table = { [K in LayerKind]: EngineKindOf<K> };

test('a table that lacks a kind, or gives a kind the entry of another one, does not compile', () => {
  const { softplus, ...forgotten } = engineKinds;
  // @ts-expect-error: Property 'softplus' is missing.
  const incomplete: Table = forgotten;
  // @ts-expect-error: the layers of a pool have no units.
  const mistaken: Table = { ...engineKinds, maxPool2d: engineKinds.dense };
  expect('softplus' in incomplete).toBe(false);
  expect(mistaken.maxPool2d).toBe(engineKinds.dense);
  expect(softplus).toBe(engineKinds.softplus);
});

const SMOOTH = ['elu', 'silu', 'softplus', 'gelu', 'hardSwish', 'selu'] as const;
type Smooth = (typeof SMOOTH)[number];

/** What the sheet shows of some numbers after a layer. It is compared with the formulas and the reference. */
function shownOf(kind: Smooth, pixels: readonly number[]): number[] {
  const network = chain({ kind: 'input', shape: [1, pixels.length, 1] }, { kind });
  const stored = new Map([['input0/output' as const, Float32Array.from(pixels)]]);
  const forward = createForward(network, stored);
  forward.update(stored.keys());
  const values = Array.from(forward.value(`${kind}1/output`));
  forward.dispose();
  expect(compareWholeSheet(buildSheet(network), stored).mismatches).toEqual([]);
  const output = new Map([...stored, [`${kind}1/output` as const, Float32Array.from(values)] as const]);
  expect(compareTensors(output, computeReference(network, stored)).mismatches).toEqual([]);
  return values;
}

describe('smooth activations give numbers', () => {
  const large = Math.fround(3e38);
  const pixels = [-large, -1000, -745, -89, -20, -1, -1e-4, 0, 1e-4, 1, 20, 89, 710, 1000, large];

  test.each(SMOOTH)('%s of large and small numbers, by formula and on the sheet', kind => {
    const found = shownOf(kind, pixels);
    expect(found.every(Number.isFinite)).toBe(true);
    // Far from 0 all of them equal a ReLU, but elu is −1 on the left, and selu is scaled.
    const [left, right] = kind === 'selu' ? [-1.758099, 1.050701] : [kind === 'elu' ? -1 : 0, 1];
    expect(found.at(-1)! / large).toBeCloseTo(right, 6);
    expect(found[0]).toBeCloseTo(left, 6);
  });

  test('softplus is ln 2 at 0, elu and silu are 0', () => {
    const at0 = (kind: Smooth) => shownOf(kind, [0])[0];
    expect([at0('elu'), at0('silu'), at0('softplus')]).toEqual([0, 0, Math.fround(Math.LN2)]);
  });

  test.each(SMOOTH)('%s has finite gradients where e^x is beyond float32', kind => {
    const network: NetworkSpec = chain(
      { kind: 'input', shape: [1, 4, 1] },
      { kind: 'flatten' },
      { kind: 'dense', units: 2, useBias: true },
      { kind },
      { kind: 'sigmoid' },
    );
    const batches = createBatchNetwork(network, 'wasm');
    batches.setParameters(
      new Map([
        ['dense2/kernel', Float32Array.of(900, -900, 1, 1, 1, 1, 1, 1)],
        ['dense2/bias', Float32Array.of(0, 0)],
      ] as const),
    );
    const batch = { images: Float32Array.of(1, 0, 0, 0), targets: Float32Array.of(0, 1), count: 1 };
    const trained = new Set(['dense2/kernel', 'dense2/bias'] as const);
    const random = { uniform: () => 0.5, integer: () => 0 } as never;
    const { loss, gradients } = batches.gradients(batch, { trained, random });
    batches.dispose();
    expect(Number.isFinite(loss)).toBe(true);
    for (const gradient of gradients.values()) expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

test('a concatenation puts the channels of its inputs one after the other, each where it was', () => {
  const conv: LayerSettings = {
    kind: 'depthwiseConv2d',
    kernelSize: [1, 1],
    strides: [1, 1],
    padding: 'valid',
    useBias: false,
  };
  const { layers } = chain({ kind: 'input', shape: [1, 2, 2] }, conv);
  const network: NetworkSpec = {
    version: 1,
    layers: [...layers, { id: 'both', name: 'both', inputs: [layers[1].id, 'input0'], kind: 'concatenate' }],
  };
  const stored = new Map([
    ['input0/output', Float32Array.of(1, 2, 3, 4)],
    ['depthwiseConv2d1/kernel', Float32Array.of(10, 100)],
  ] as const);
  const forward = createForward(network, stored);
  forward.update(stored.keys());
  expect(Array.from(forward.value('both/output'))).toEqual([10, 200, 1, 2, 30, 400, 3, 4]);
  forward.dispose();
});
