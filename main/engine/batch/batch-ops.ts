/** Operations on whole batches. They run on 'wasm' (wasm-ops.ts) or on 'tensorflow' (tfjs-node, loaded by native.ts),
 *  whose kernels are called directly, as in backend.ts. So the owner of a handle has to release it as often as it was
 *  made or retained. */
import { findBackend, getKernel, type KernelBackend, type NamedAttrMap } from '@tensorflow/tfjs-core';
import { registerNativeKernels } from '../kernels/native-kernels.ts';
import type { BackendName, BatchOps, Handle, PoolWindow, Window } from './operations.ts';
import { sharedPool } from '../kernels/pool.ts';
import { createWasmOps } from './wasm-ops.ts';

export type { BackendName, BatchOps, Fused, Handle, PoolWindow } from './operations.ts';

/** The backend has to be started: by `startBackend`, or by native.ts. */
export function createBatchOps(name: BackendName, fused?: boolean): BatchOps {
  return name === 'wasm' ? createWasmOps(sharedPool.join(fused)) : createNativeOps();
}

function createNativeOps(): BatchOps {
  const name = 'tensorflow';
  const backend = findBackend(name) as KernelBackend | null;
  if (!backend) throw new Error(`The backend ${name} has not been started.`);
  registerNativeKernels();

  const runAll = (kernel: string, inputs: Record<string, Handle> | Handle[], attributes: object = {}) =>
    getKernel(kernel, name).kernelFunc({
      inputs: inputs as Record<string, Handle>,
      backend,
      attrs: attributes as NamedAttrMap,
    }) as Handle[];
  const run: BatchOps['run'] = (kernel, inputs, attributes) => runAll(kernel, inputs, attributes) as unknown as Handle;

  const convolutionOf = ({ strides, padding }: Window) => ({
    strides: [...strides],
    dilations: [1, 1],
    dataFormat: 'NHWC',
    pad: padding,
  });
  const poolOf = ({ poolSize, strides, padding }: PoolWindow) => ({
    filterSize: [...poolSize],
    strides: [...strides],
    pad: padding,
  });

  const upload: BatchOps['upload'] = (values, shape) => ({
    dataId: backend.write(values, [...shape], 'float32'),
    shape: [...shape],
    dtype: 'float32',
  });
  const download: BatchOps['download'] = handle => backend.readSync(handle.dataId) as Float32Array;

  return {
    upload,
    download,
    read: download,
    retain(handle) {
      backend.incRef(handle.dataId);
      return handle;
    },
    release: handle => void backend.disposeData(handle.dataId),
    count: () => backend.numDataIds(),
    reshape: (x, shape) => run('Reshape', { x }, { shape: [...shape] }),

    run,
    convolve: (x, filter, bias, window, activation) =>
      run('ConvolveBatch', withBias({ x, filter }, bias), {
        ...convolutionOf(window),
        activation,
      }),
    convolveKernelGradient: (x, dy, filterShape, window) =>
      run('Conv2DBackpropFilter', { x, dy }, { ...convolutionOf(window), filterShape }),
    convolveInputGradient: (dy, filter, inputShape, window) =>
      run('Conv2DBackpropInput', { dy, filter }, { ...convolutionOf(window), inputShape }),
    biasGradient: dy => run('BiasAddGrad', { dy }),
    dense: (x, kernel, bias, activation) => run('DenseBatch', withBias({ x, kernel }, bias), { activation }),
    denseKernelGradient: (x, dy) => run('BatchMatMul', { a: x, b: dy }, { transposeA: true, transposeB: false }),
    denseInputGradient: (dy, kernel) =>
      run('BatchMatMul', { a: dy, b: kernel }, { transposeA: false, transposeB: true }),
    maxPool: (x, window) => run('MaxPoolBatch', { x }, poolOf(window)),
    maxPoolGradient: (dy, input, output, window) => run('MaxPoolGrad', { dy, input, output }, poolOf(window)),
    averagePool: (x, window) => run('AvgPool', { x }, poolOf(window)),
    averagePoolGradient: (dy, input, window) => run('AvgPoolGrad', { dy, input }, poolOf(window)),
    activate: (x, kind) => run(kind === 'relu' ? 'ReluBatch' : ACTIVATIONS[kind], { x }),
    activateGradient: (dy, y, kind) => run(`${ACTIVATIONS[kind]}Grad`, { dy, y }),
    leakyRelu: (x, alpha) => run('LeakyReluBatch', { x }, { alpha }),
    leakyReluGradient: (dy, x, alpha) => run('LeakyReluGrad', { dy, x }, { alpha }),
    add: (a, b) => run('Add', { a, b }),
    multiply: (a, b) => run('Multiply', { a, b }),
    batchNorm: (x, scale, offset, epsilon) =>
      runAll('FusedBatchNormV3', { x, scale, offset }, { epsilon }) as [Handle, Handle, Handle],
    batchNormGradient: (dy, x, scale, mean, variance, epsilon) =>
      runAll('FusedBatchNormGradV3', { dy, x, scale, mean, variance }, { epsilon }) as [Handle, Handle, Handle],
    normalise: (x, mean, scale, offset) => run('NormaliseChannels', { x, mean, scale, offset }),
    scaleChannels: (x, scale) => run('ScaleChannels', { x, scale }),
    elementwise: (formulas, operands, shape) => runAll('Elementwise', {}, { formulas, operands, shape }),
    *inParts(use) {
      const result = use();
      yield;
      return result;
    },
    start() {},
    dispose() {},
  };
}

function withBias(inputs: Record<string, Handle>, bias: Handle | undefined): Record<string, Handle> {
  return bias ? { ...inputs, bias } : inputs;
}

const ACTIVATIONS = { relu: 'Relu', sigmoid: 'Sigmoid', tanh: 'Tanh' } as const;
