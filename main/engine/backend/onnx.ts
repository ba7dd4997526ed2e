/** ONNX Runtime, which comes with the optional package onnxruntime-node. Its own interface is asynchronous, though it
 *  calculates on the thread that calls it. So its inner one is used, which returns when a step is done, like our other
 *  engines: a training step stays one piece of work. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { sizeOf, type Shape } from '../../../shared/network.ts';
import { firstLine } from './first-line.ts';

const PACKAGE = 'onnxruntime-node';

/** A tensor whose numbers ONNX Runtime reads and writes in place. */
export type Tensor = { readonly data: Float32Array; readonly dims: readonly number[] };
type Tensors = Record<string, Tensor>;

/** A loaded model. */
export type Session = {
  /** Calculates the outputs that `fetches` names. Writes into a tensor of `fetches`, or makes a new one for null. */
  run(feeds: Tensors, fetches: Record<string, Tensor | null>): Tensors;
  dispose(): void;
};

type InnerSession = {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void;
  run(feeds: Tensors, fetches: Record<string, Tensor | null>, options: object): Tensors;
  dispose(): void;
};
type Runtime = {
  InferenceSession: new () => InnerSession;
  Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor;
};

let loaded: Runtime | undefined;

/** Whether the package is there and has a library for this computer. It only looks for the files. `from` is the file
 *  that would load them. */
export function onnxAvailable(from = import.meta.url): boolean {
  try {
    const folder = dirname(createRequire(from).resolve(`${PACKAGE}/package.json`));
    return existsSync(join(folder, 'bin', 'napi-v6', process.platform, process.arch, 'onnxruntime_binding.node'));
  } catch {
    return false;
  }
}

/** Loads ONNX Runtime, which takes 40 ms. Throws UserError if it is not there or does not fit this computer. */
export function loadOnnx(from = import.meta.url): void {
  runtime(from);
}

function runtime(from = import.meta.url): Runtime {
  if (loaded) return loaded;
  if (!onnxAvailable(from)) throw new UserError(sentences.native.noOnnx);
  const require = createRequire(from);
  try {
    const { binding, initOrt } = require(`${PACKAGE}/dist/binding.js`) as {
      binding: Pick<Runtime, 'InferenceSession'>;
      initOrt: () => void;
    };
    const { Tensor } = createRequire(require.resolve(PACKAGE))('onnxruntime-common') as Pick<Runtime, 'Tensor'>;
    initOrt();
    return (loaded = { InferenceSession: binding.InferenceSession, Tensor });
  } catch (error) {
    throw new UserError(sentences.native.brokenOnnx(firstLine((error as Error).message)));
  }
}

/** A tensor in these numbers' own memory. */
export function tensorOf(data: Float32Array, dims: Shape): Tensor {
  return new (runtime().Tensor)('float32', data, dims);
}

/** A tensor of zeros. */
export function createTensor(dims: Shape): Tensor {
  return tensorOf(new Float32Array(sizeOf(dims)), dims);
}

/** Loads a model. It runs on all cores, whose threads sleep between two steps. */
export function createSession(model: Uint8Array): Session {
  const inner = new (runtime().InferenceSession)();
  inner.loadModel(model.buffer, model.byteOffset, model.byteLength, {
    executionProviders: ['cpu'],
    intraOpNumThreads: availableParallelism(),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  return {
    run: (feeds, fetches) => inner.run(feeds, fetches, {}),
    dispose: () => inner.dispose(),
  };
}
