import { expect, test } from 'vitest';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { loadNative, nativeAvailable } from '../backend/native.ts';
import { createBatchOps } from '../batch/batch-ops.ts';
import { backend_util } from '@tensorflow/tfjs-core';

test('TensorFlow’s convolutions and their gradients are wasm’s, for all strides and numbers of maps', async context => {
  context.skip(!nativeAvailable(), 'The native engine is not installed: npm run setup:native');
  await startBackend();
  await loadNative();
  const engines = (['wasm', 'tensorflow'] as const).map(name => createBatchOps(name));
  const random = createRandom(7);
  const upTo = (most: number) => 1 + random.integer(most);
  const normal = (size: number) => Float32Array.from({ length: size }, () => random.normal());
  const apart: string[] = [];
  for (let n = 0; n < 300; n++) {
    const [count, height, width, maps, filters] = [upTo(4), upTo(9), upTo(9), upTo(3), upTo(4)];
    const kernel = [upTo(Math.min(height, 4)), upTo(Math.min(width, 4))] as const;
    const window = { strides: [upTo(3), upTo(3)] as [number, number], padding: n % 2 ? 'same' : 'valid' } as const;
    const inputShape = [count, height, width, maps] as [number, number, number, number];
    const filterShape = [...kernel, maps, filters] as [number, number, number, number];
    const { outHeight, outWidth } = backend_util.computeConv2DInfo(
      inputShape,
      filterShape,
      window.strides,
      1,
      window.padding,
    );
    const outputShape = [count, outHeight, outWidth, filters];
    const [images, weights, dy] = [inputShape, filterShape, outputShape].map(shape =>
      normal(shape.reduce((product, length) => product * length, 1)),
    );
    const results = engines.map(ops => {
      const x = ops.upload(images.slice(), inputShape);
      const w = ops.upload(weights.slice(), filterShape);
      const above = ops.upload(dy.slice(), outputShape);
      const outputs = [
        ops.convolve(x, w, undefined, window, 'linear'),
        ops.convolveKernelGradient(x, above, filterShape, window),
        ops.convolveInputGradient(above, w, inputShape, window),
      ];
      const arrays = outputs.map(output => ops.download(output).slice());
      for (const done of [x, w, above, ...outputs]) ops.release(done);
      return arrays;
    });
    for (const [i, what] of ['values', 'kernel gradient', 'input gradient'].entries()) {
      const [own, native] = results.map(arrays => arrays[i]);
      const farthest = own.reduce((most, value, at) => Math.max(most, Math.abs(value - native[at])), 0);
      if (!(farthest < 1e-4)) apart.push(`${what} of ${JSON.stringify({ inputShape, filterShape, ...window })}`);
    }
  }
  expect(apart).toEqual([]);
});
