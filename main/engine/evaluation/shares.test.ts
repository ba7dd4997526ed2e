import { beforeAll, describe, expect, test } from 'vitest';
import { layersBack, whyFurtherBack } from '../../../shared/explain/why.ts';
import { buildSheet } from '../../../shared/layout/sheet.ts';
import { type NetworkSpec, type ParameterName, sourceOf, type TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { chain, residualNetwork, valuesFor } from '../oracle/example-network.ts';
import { computeReference } from '../oracle/reference.ts';
import { createSession } from '../workbook/session.ts';
import { scoreShares } from './shares.ts';

beforeAll(startBackend);

const conv = { kind: 'conv2d', kernelSize: [3, 3], strides: [1, 1], padding: 'same', useBias: true } as const;
const pool = { poolSize: [2, 2], strides: [2, 2], padding: 'valid' } as const;
const pooled = chain(
  { kind: 'input', shape: [9, 7, 2] },
  { ...conv, filters: 4 },
  { kind: 'relu' },
  { kind: 'maxPool2d', ...pool },
  { ...conv, filters: 3 },
  { kind: 'relu' },
  { kind: 'flatten' },
  { kind: 'dense', units: 6, useBias: true },
  { kind: 'leakyRelu', negativeSlope: 0.1 },
  { kind: 'dense', units: 4, useBias: true },
  { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 },
  { kind: 'softmax' },
);
const curved = chain(
  { kind: 'input', shape: [6, 8, 3] },
  { ...conv, filters: 3, strides: [2, 1] },
  { kind: 'elu' },
  { kind: 'averagePool2d', ...pool },
  { kind: 'flatten' },
  { kind: 'dense', units: 5, useBias: true },
  { kind: 'tanh' },
  { kind: 'dense', units: 3, useBias: true },
  { kind: 'sigmoid' },
);
const label = { id: 'test' } as never;
const [unit, against] = [2, 0];
/** The parameters that a layer adds its own part by: all that its output has besides a multiple of its input. */
const SHIFTS: readonly ParameterName[] = ['bias', 'beta', 'movingMean'];
const CURVES = new Set(['elu', 'tanh']);

function opened(network: NetworkSpec) {
  const random = createRandom(23);
  const values = valuesFor(network, random, () => 0.6 * random.normal());
  const session = createSession({ network, classes: [], source: { kind: 'typed' }, values });
  return { session, random };
}

const networks: [string, NetworkSpec][] = [
  ['convolutions, pools and a normalisation after the last dense layer', pooled],
  ['shortcuts, normalisations and means of maps', residualNetwork()],
  ['curves, for several labels', curved],
];

describe.each(networks)('back through %s', (_, network) => {
  const sheet = buildSheet(network);
  const scores: TensorId = `${sourceOf(sheet.layers, network.layers.at(-1)!).id}/output`;

  test.each(layersBack(sheet))('to %s: slopes are those of trying, and all parts come to the difference', from => {
    const { session, random } = opened(network);
    const { difference, reached, own } = scoreShares(session, { unit, against, from });
    const shown = session.value(scores);
    expect(difference).toBe(shown[unit] - shown[against]);
    // The numbers are those of the cells. With the reached ones held, the reference goes on from there in doubles.
    const held = new Map<TensorId, ArrayLike<number>>();
    for (const { id, role } of sheet.tensors.values()) if (role !== 'computed') held.set(id, session.value(id));
    for (const { layer, numbers } of reached) {
      expect(numbers).toEqual(session.value(`${layer}/output`));
      held.set(`${layer}/output`, numbers);
    }
    /** To the left and to the right, which are two slopes where several cells of a pool are the largest. */
    const slopesBy = (tensor: TensorId, index: number) => {
      const [left, now, right] = [-1e-6, 0, 1e-6].map(step => {
        const moved = Float64Array.from(held.get(tensor)!);
        moved[index] += step;
        const { values } = computeReference(network, new Map([...held, [tensor, moved]])).get(scores)!;
        return values[unit] - values[against];
      });
      return [(now - left) / 1e-6, (right - now) / 1e-6];
    };
    let size = 1;
    for (const { layer, numbers, slopes } of reached) {
      const largest = Math.max(...slopes.map(Math.abs));
      for (let tried = 0; tried < 6; tried++) {
        const index = random.integer(numbers.length);
        const sides = slopesBy(`${layer}/output`, index);
        const most = 1e-4 * largest + 1e-6;
        expect(slopes[index], `${layer} ${index}`).toBeGreaterThanOrEqual(Math.min(...sides) - most);
        expect(slopes[index], `${layer} ${index}`).toBeLessThanOrEqual(Math.max(...sides) + most);
      }
      for (const [i, each] of numbers.entries()) size += Math.abs(each * slopes[i]);
    }
    for (const { layer, sum } of own) {
      if (CURVES.has(sheet.layers.get(layer)!.kind)) continue;
      let wanted = 0;
      for (const name of SHIFTS)
        for (const [index, each] of (held.get(`${layer}/${name}`) as Float32Array | undefined)?.entries() ?? [])
          wanted += each * slopesBy(`${layer}/${name}`, index)[0];
      expect(Math.abs(sum - wanted), layer).toBeLessThanOrEqual(1e-5 * size);
    }
    const ofCells = reached.flatMap(({ numbers, slopes }) => [...numbers].map((each, i) => each * slopes[i]));
    const total = [...ofCells, ...own.map(({ sum }) => sum)].reduce((all, each) => all + each, 0);
    expect(Math.abs(total - difference)).toBeLessThanOrEqual(1e-5 * size);

    // So it is told: every cell once, and nothing lost.
    const why = whyFurtherBack(sheet, unit, against, { difference, reached, own });
    expect(why.whole).toBe(true);
    const told = why.parts.reduce((all, { sum }) => all + sum, 0);
    expect(Math.abs(told - difference)).toBeLessThanOrEqual(2e-5 * size);
    const cells = why.parts.flatMap(({ kind, tensor, inputs }) =>
      kind === 'own' ? [] : inputs.map(index => `${tensor} ${index}`),
    );
    expect(cells).toHaveLength(ofCells.length);
    expect(new Set(cells).size).toBe(cells.length);
    expect(why.of).toBe(cells.length);
    for (const { factors, contributions, strongest } of why.parts)
      if (factors) expect(factors[0] * factors[1]).toBe(contributions[strongest]);
    expect(new Set(why.parts.map(({ label }) => label)).size).toBe(why.parts.length);
    session.dispose();
  });
});

test('what is typed over a cell hands nothing on, and counts as a part of its layer', () => {
  const { session } = opened(pooled);
  const edits = [{ tensor: 'conv2d4/output' as const, indices: Uint32Array.of(7, 8), content: 40 }];
  session.change({ label, changes: [{ kind: 'formulas', edits }] });
  const { difference, reached, own } = scoreShares(session, { unit, against, from: 'input0' });
  const shown = session.value('batchNorm10/output');
  expect(difference).toBe(shown[unit] - shown[against]);
  expect(own.filter(({ typed }) => typed).map(({ layer }) => layer)).toEqual(['conv2d4']);
  const why = whyFurtherBack(session.sheet, unit, against, { difference, reached, own });
  expect(why.whole).toBe(true);
  expect(why.parts.map(({ label }) => label)).toContain('conv2d4 itself');
  session.dispose();
});

test('a layer or class that isn’t there is refused with a sentence', () => {
  const { session } = opened(pooled);
  for (const wrong of [
    { unit, against, from: 'gone' },
    { unit: 4, against, from: 'input0' },
  ])
    expect(() => scoreShares(session, wrong)).toThrow('The network has no such layer or class any more.');
  session.dispose();
});
