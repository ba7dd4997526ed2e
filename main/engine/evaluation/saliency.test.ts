import { beforeAll, describe, expect, test } from 'vitest';
import { inferShapes, type NetworkSpec, type TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { chain, residualNetwork, valuesFor } from '../oracle/example-network.ts';
import { computeReference } from '../oracle/reference.ts';
import { occlusion } from './occlusion.ts';
import { saliency } from './saliency.ts';

beforeAll(startBackend);

const conv = { kind: 'conv2d', kernelSize: [3, 3], strides: [1, 1], padding: 'same', useBias: true } as const;
const pool = { poolSize: [2, 2], strides: [2, 2], padding: 'valid' } as const;
const pooled = chain(
  { kind: 'input', shape: [9, 7, 1] },
  { ...conv, filters: 4 },
  { kind: 'relu' },
  { kind: 'maxPool2d', ...pool },
  { kind: 'flatten' },
  { kind: 'dense', units: 6, useBias: true },
  { kind: 'tanh' },
  { kind: 'dense', units: 4, useBias: false },
  { kind: 'softmax' },
);
const severalLabels = chain(
  { kind: 'input', shape: [6, 8, 3] },
  { ...conv, filters: 3, strides: [2, 1] },
  { kind: 'elu' },
  { kind: 'averagePool2d', ...pool },
  { kind: 'flatten' },
  { kind: 'dense', units: 3, useBias: true },
  { kind: 'sigmoid' },
);
const networks: [string, NetworkSpec, scores: TensorId][] = [
  ['a network with pools and two dense layers', pooled, 'dense7/output'],
  ['a network that normalises, adds and drops out', residualNetwork(), 'dense/output'],
  ['a network for several labels', severalLabels, 'dense5/output'],
];

/** Random weights and an image with bright and black pixels. */
function exampleOf(network: NetworkSpec) {
  const random = createRandom(17);
  const parameters = valuesFor(network, random, () => 0.5 * random.normal());
  const pixels: TensorId = `${network.layers[0].id}/output`;
  const image = parameters.get(pixels)!.map(() => Math.max(0, random.uniform() * 1.4 - 0.4));
  return { parameters, pixels, image };
}

describe.each(networks)('%s', (_, network, scores) => {
  const { parameters, pixels, image } = exampleOf(network);
  /** The score of class 2 by plain loops in doubles. */
  const scoreOf = (of: ArrayLike<number>) =>
    computeReference(network, new Map<TensorId, ArrayLike<number>>([...parameters, [pixels, of]])).get(scores)!
      .values[2];

  test('has the saliency that finite differences in doubles have', async () => {
    const { score, values } = await saliency({ network, parameters }, image, 2, async () => {});
    expect(score).toBeCloseTo(scoreOf(image), 4);
    expect(values).toHaveLength(image.length);
    const wanted = Array.from(image, (pixel, i) => {
      const [right, left] = [1e-6, -1e-6].map(step => {
        const moved = Float64Array.from(image);
        moved[i] += step;
        return scoreOf(moved);
      });
      return ((right - left) / 2e-6) * pixel;
    });
    const largest = Math.max(...wanted.map(Math.abs));
    expect(largest).toBeGreaterThan(0.01);
    for (const [i, each] of wanted.entries())
      expect(Math.abs(values[i] - each), String(i)).toBeLessThan(1e-4 * largest);
  });

  test('loses as much when a patch is covered as direct passes say', async () => {
    const [height, width, channels] = inferShapes(network).get(network.layers[0].id)!;
    const found = await occlusion({ network, parameters }, image, { unit: 2, patch: 3, stride: 2 }, async () => {});
    expect(found.rows.at(-1)).toBe(height - 3);
    expect(found.columns.at(-1)).toBe(width - 3);
    expect(found.drops).toHaveLength(found.rows.length * found.columns.length);
    const whole = scoreOf(image);
    for (const [i, top] of found.rows.entries())
      for (const [j, left] of found.columns.entries()) {
        const covered = image.map((pixel, at) => {
          const [y, x] = [Math.floor(at / (width * channels)), Math.floor(at / channels) % width];
          return y >= top && y < top + 3 && x >= left && x < left + 3 ? 0 : pixel;
        });
        expect(found.drops[i * found.columns.length + j]).toBeCloseTo(whole - scoreOf(covered), 4);
      }
  });
});

test('occlusion covers every pixel once where patches lie side by side, and ends when it is cancelled', async () => {
  const { parameters, image } = exampleOf(pooled);
  const run = (patch: number, stride: number) =>
    occlusion({ network: pooled, parameters }, image, { unit: 0, patch, stride }, async () => {});
  expect(await run(3, 3)).toMatchObject({ rows: [0, 3, 6], columns: [0, 3, 4] });
  expect(await run(20, 5)).toMatchObject({ rows: [0], columns: [0] });
  let told = 0;
  const cancel = async () => {
    if (++told > 3) throw new Error('cancelled');
  };
  const large = chain(
    { kind: 'input', shape: [96, 96, 1] },
    { ...conv, filters: 32 },
    { kind: 'globalMaxPool2d' },
    { kind: 'dense', units: 2, useBias: true },
    { kind: 'softmax' },
  );
  const example = exampleOf(large);
  await expect(
    occlusion({ network: large, ...example }, example.image, { unit: 0, patch: 1, stride: 1 }, cancel),
  ).rejects.toThrow('cancelled');
  expect(told).toBe(4);
});

test('a network without class scores is refused with a sentence', async () => {
  const maps = chain({ kind: 'input', shape: [4, 4, 1] }, { ...conv, filters: 2 }, { kind: 'relu' });
  const { parameters, image } = exampleOf(maps);
  await expect(saliency({ network: maps, parameters }, image, 0, async () => {})).rejects.toThrow(
    'The network ends in relu2. Saliency and occlusion need class scores',
  );
  const example = exampleOf(pooled);
  await expect(
    occlusion({ network: pooled, ...example }, example.image, { unit: 4, patch: 1, stride: 1 }, async () => {}),
  ).rejects.toThrow('The network ends in softmax8.');
});
