/** TensorFlow itself, as tfjs's backend 'tensorflow' beside 'wasm': the optional package @tensorflow/tfjs-node, for
 *  training and evaluation where it is installed (`npm run setup:native`). What the screen shows is always wasm's, so
 *  wasm stays tfjs's current backend.
 *  Its kernels are called like wasm's in backend.ts, `getKernel('Conv2D', 'tensorflow').kernelFunc({ inputs, backend,
 *  attrs })`, with handles this backend has written. In what they differ:
 *  - Kernels that call tfjs's operators compute on the current backend, wasm, and refuse bare handles: FusedConv2D with
 *  a bias, _FusedMatMul, FusedBatchNorm, Prelu.
 *  Those that only make a shape or a list of axes that way (Reshape, Sum, Transpose, …) work: tfjs moves it over.
 *  - `write` keeps the array and copies it when a kernel first reads it: don't change it before. Until then `readSync`
 *  gives that very array, later a copy.
 *  - Padding is 'same' or 'valid', never in numbers, except for Conv2D.
 *  - tfjs counts every output as a tensor never disposed of, because handles are released with `disposeData`: what is
 *  alive is `numDataIds()`, not tf.memory(). */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findBackend, type KernelBackend, setBackend } from '@tensorflow/tfjs-core';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { BackendName } from '../../../shared/training.ts';
import { startBackend } from './backend.ts';

const PACKAGE = '@tensorflow/tfjs-node';
let loaded: Promise<KernelBackend> | undefined;

/** Whether the package and the library it needs are there, judged by files: that takes 0.1 ms, loading them 0.4 s.
 *  `from` is the file that would load them. */
export function nativeAvailable(from = import.meta.url): boolean {
  try {
    const builds = join(dirname(createRequire(from).resolve(`${PACKAGE}/package.json`)), 'lib');
    return readdirSync(builds).some(build => existsSync(join(builds, build, 'tfjs_binding.node')));
  } catch {
    return false;
  }
}

/** Starts wasm and loads the native engine beside it, once, however often it is called; takes 0.4 s and 330 MB. Throws
 *  UserError where it is not installed or does not fit this computer. */
export async function loadNative(from = import.meta.url): Promise<KernelBackend> {
  if (!nativeAvailable(from)) throw new UserError(sentences.native.absent);
  loaded ??= load(from);
  try {
    return await loaded;
  } catch (error) {
    // It may be repaired meanwhile.
    loaded = undefined;
    throw error;
  }
}

/** Starts what a run was set up to compute on. Throws UserError where it isn't there. */
export async function startChosen(backend: BackendName): Promise<void> {
  await (backend === 'wasm' ? startBackend() : loadNative());
}

/** Starts what evaluates fastest here: the native engine where it can be loaded, else wasm. Their probabilities differ
 *  by a millionth or so. */
export async function startFastest(): Promise<BackendName> {
  if (nativeAvailable()) {
    try {
      await loadNative();
      return 'tensorflow';
    } catch (error) {
      // Whoever chooses it is told; here wasm does as well.
      if (!(error instanceof UserError)) throw error;
    }
  }
  await startBackend();
  return 'wasm';
}

async function load(from: string): Promise<KernelBackend> {
  await startBackend();
  const require = createRequire(from);
  // tfjs-node 4.22 calls it, Node 23 has dropped it: github.com/tensorflow/tfjs/issues/8609
  const util = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= value => value === undefined || value === null;
  // Otherwise TensorFlow tells on stderr which processor it was built for; that oneDNN is on, 2.21 tells in any case.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  try {
    require(PACKAGE);
  } catch (error) {
    throw new UserError(sentences.native.broken(firstLine((error as Error).message)));
  } finally {
    // Loading makes itself the current backend.
    await setBackend('wasm');
  }
  return findBackend('tensorflow');
}

/** As a sentence. */
function firstLine(text: string): string {
  return `${text.split('\n', 1)[0].trim().replace(/\.$/, '')}.`;
}
