/** TensorFlow itself, as tfjs's backend 'tensorflow' beside 'wasm'. It comes with the optional package
 *  @tensorflow/tfjs-node (`npm run setup:native`) and is used for training and evaluation. What the sheet shows is
 *  always calculated by wasm, so wasm stays tfjs's current backend.
 *  Its kernels are called like wasm's in backend.ts: `getKernel('Conv2D', 'tensorflow').kernelFunc({ inputs, backend,
 *  attrs })`, with handles that this backend has written. They differ from wasm's kernels in this:
 *  - Some kernels call tfjs's operators, which compute on the current backend, wasm. FusedConv2D with a bias,
 *    _FusedMatMul, FusedBatchNorm and Prelu then refuse bare handles. Kernels that only make a shape or a list of axes
 *    that way (Reshape, Sum, Transpose, …) work, because tfjs moves it over.
 *  - `write` keeps the array and copies it when a kernel first reads it. Don't change the array before that. Until then
 *    `readSync` returns the same array, later a copy.
 *  - Padding is 'same' or 'valid', never given in numbers, except for Conv2D.
 *  - tfjs counts every output as a tensor that is never disposed of, because handles are released with `disposeData`.
 *    `numDataIds()` has the true count, tf.memory() doesn't. */
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

/** Whether the package and the library it needs are there. It only looks for the files, which takes 0.1 ms; loading
 *  them would take 0.4 s. `from` is the file that would load them. */
export function nativeAvailable(from = import.meta.url): boolean {
  try {
    const builds = join(dirname(createRequire(from).resolve(`${PACKAGE}/package.json`)), 'lib');
    return readdirSync(builds).some(build => existsSync(join(builds, build, 'tfjs_binding.node')));
  } catch {
    return false;
  }
}

/** Starts wasm and loads the native engine beside it. Loading takes 0.4 s and 330 MB; later calls return what was
 *  loaded. Throws UserError if the engine is not installed or does not fit this computer. */
export async function loadNative(from = import.meta.url): Promise<KernelBackend> {
  if (!nativeAvailable(from)) throw new UserError(sentences.native.absent);
  loaded ??= load(from);
  try {
    return await loaded;
  } catch (error) {
    // The installation may be repaired before the next call.
    loaded = undefined;
    throw error;
  }
}

/** Starts the backend that a run was set up for. Throws UserError if it isn't installed. */
export async function startChosen(backend: BackendName): Promise<void> {
  await (backend === 'wasm' ? startBackend() : loadNative());
}

/** Starts the fastest backend for evaluation: the native engine if it can be loaded, else wasm. Their probabilities
 *  differ by about a millionth. */
export async function startFastest(): Promise<BackendName> {
  if (nativeAvailable()) {
    try {
      await loadNative();
      return 'tensorflow';
    } catch (error) {
      // Nobody asked for the native engine here, and wasm gives the same result.
      if (!(error instanceof UserError)) throw error;
    }
  }
  await startBackend();
  return 'wasm';
}

async function load(from: string): Promise<KernelBackend> {
  await startBackend();
  const require = createRequire(from);
  // tfjs-node 4.22 calls this function, which Node 23 has dropped: github.com/tensorflow/tfjs/issues/8609
  const util = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= value => value === undefined || value === null;
  // Otherwise TensorFlow reports on stderr which processor it was built for. It still reports oneDNN (version 2.21).
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  try {
    require(PACKAGE);
  } catch (error) {
    throw new UserError(sentences.native.broken(firstLine((error as Error).message)));
  } finally {
    // Loading has made the native engine the current backend.
    await setBackend('wasm');
  }
  return findBackend('tensorflow');
}

/** The first line of a text, as a sentence. */
function firstLine(text: string): string {
  return `${text.split('\n', 1)[0].trim().replace(/\.$/, '')}.`;
}
