import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findBackend, getBackend, getKernel, type KernelBackend, type TensorInfo } from '@tensorflow/tfjs-core';
import { build } from 'esbuild';
import { afterAll, expect, type TestContext, test } from 'vitest';
import { UserError } from '../../../shared/errors.ts';
import { messages } from '../../../shared/messages.ts';
import { startBackend } from './backend.ts';
import { loadNative, nativeAvailable } from './native.ts';

const elsewhere = mkdtempSync(join(tmpdir(), 'convsheet-native-'));
const program = pathToFileURL(join(elsewhere, 'program.js')).href;
afterAll(() => rmSync(elsewhere, { recursive: true }));

function needsNative({ skip }: TestContext): void {
  skip(!nativeAvailable(), 'The native engine is not installed: npm run setup:native');
}

/** The convolution of an input [2,6,5,3] with a kernel [3,3,3,4] and padding 'same'. */
function convolve(backend: KernelBackend, name: string): Float32Array {
  const upload = (shape: number[], valueAt: (i: number) => number): TensorInfo => {
    const values = Float32Array.from({ length: shape.reduce((product, size) => product * size) }, (_, i) => valueAt(i));
    return { dataId: backend.write(values, shape, 'float32'), shape, dtype: 'float32' };
  };
  const x = upload([2, 6, 5, 3], i => Math.sin(i));
  const filter = upload([3, 3, 3, 4], i => Math.cos(i) / 3);
  const output = getKernel('Conv2D', name).kernelFunc({
    inputs: { x, filter },
    backend,
    attrs: { strides: [1, 1], pad: 'same', dilations: [1, 1], dataFormat: 'NHWC' },
  }) as TensorInfo;
  const values = Float32Array.from(backend.readSync(output.dataId) as Float32Array);
  for (const handle of [x, filter, output]) backend.disposeData(handle.dataId);
  return values;
}

test('if the native engine or its library is not installed, a sentence says how to get it', async () => {
  expect(nativeAvailable(program)).toBe(false);
  const folder = join(elsewhere, 'node_modules', '@tensorflow', 'tfjs-node');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"main":"index.js"}');
  expect(nativeAvailable(program)).toBe(false);
  await expect(loadNative(program)).rejects.toThrow(new UserError(messages.native.absent));
});

test('a native engine that does not load is named with its reason, and leaves wasm as it was', async () => {
  const folder = join(elsewhere, 'node_modules', '@tensorflow', 'tfjs-node');
  mkdirSync(join(folder, 'lib', 'napi-v8'), { recursive: true });
  writeFileSync(join(folder, 'lib', 'napi-v8', 'tfjs_binding.node'), '');
  writeFileSync(join(folder, 'package.json'), '{"main":"index.js"}');
  writeFileSync(join(folder, 'index.js'), "throw new Error('libtensorflow.so.2: file too short\\nRequire stack: …');");
  expect(nativeAvailable(program)).toBe(true);
  const sentence = messages.native.broken('libtensorflow.so.2: file too short.');
  await expect(loadNative(program)).rejects.toThrow(new UserError(sentence));
  expect(getBackend()).toBe('wasm');
});

test('the native engine computes beside wasm, which stays the current one', async context => {
  needsNative(context);
  // Node 23 and newer lack this function.
  delete (createRequire(import.meta.url)('node:util') as { isNullOrUndefined?: unknown }).isNullOrUndefined;
  await startBackend();
  const events = ['uncaughtException', 'unhandledRejection', 'exit', 'SIGINT'];
  const before = events.map(event => process.rawListeners(event));
  const loading = loadNative();
  const native = await loading;
  expect(await loadNative()).toBe(native);
  expect(native).not.toBe(findBackend('wasm'));
  expect(getBackend()).toBe('wasm');
  expect(events.map(event => process.rawListeners(event))).toEqual(before);

  const wasm = findBackend('wasm');
  const held = [native.numDataIds(), wasm.numDataIds()];
  const computed = convolve(native, 'tensorflow');
  const expected = convolve(wasm, 'wasm');
  expect(computed.length).toBe(2 * 6 * 5 * 4);
  expect(Math.max(...computed.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(1e-6);
  expect([native.numDataIds(), wasm.numDataIds()]).toEqual(held);
});

test('loading the native engine prints nothing on stdout, which holds a command’s results', async context => {
  needsNative(context);
  const bundle = fileURLToPath(new URL(`../../../.build/main/native-${process.pid}.mjs`, import.meta.url));
  await build({
    stdin: {
      contents: "import { loadNative } from './native.ts'; await loadNative();",
      resolveDir: import.meta.dirname,
    },
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['@tensorflow/*'],
  });
  try {
    const { status, stdout } = spawnSync(process.execPath, [bundle], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  } finally {
    rmSync(bundle);
  }
});
