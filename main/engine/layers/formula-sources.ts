/** The operands of a formula layer's tree in a batch: numbers of the inputs and the parameters, and sums of windows. A
 *  window that is a convolution or a pool is calculated by the kernels of those layers, any other by plain loops. */
import { outputSize, padBefore } from '../../../shared/geometry.ts';
import type { OperandKind } from '../../../shared/elementwise/tree.ts';
import type { Leaf } from '../../../shared/layers/formula-tree.ts';
import type { LayerRead } from '../../../shared/layers/layer-formula.ts';
import type { ShapedRead } from '../../../shared/layers/walks.ts';
import { type Padding, type Pair, type ParameterName, type Shape, sizeOf } from '../../../shared/network.ts';
import type { BatchOps, Handle, PoolWindow } from '../batch/batch-ops.ts';
import { runMeanPool } from './averagePool2d.ts';
import { depthwiseConv2d } from './depthwiseConv2d.ts';
import { createWindows, gathered, isSameElement, spreadOf } from './formula-windows.ts';
import type { Context, Pass } from './kind.ts';
import { runMaxPool } from './maxPool2d.ts';
import { scaleAndShift, useAndRelease } from './pass.ts';
import { type Pool, runGlobalPool } from './pools.ts';

/** What flows back from an operand: to inputs by their positions, to parameters by their names. */
export type Flows = { inputs: [number, Handle][]; parameters: [ParameterName, Handle][] };
export type Wanted = { parameters: boolean; input: boolean };
export type SourcePass = {
  output: Handle;
  kept?: readonly Handle[];
  backward(dy: Handle, wanted: Wanted): Partial<Flows>;
};
/** Makes an operand. `inputs` and `parameters`: what it is made of, as far as gradients flow there. */
export type Source = {
  kind: OperandKind;
  inputs: readonly number[];
  parameters: readonly ParameterName[];
  run(inputs: readonly Handle[], context: Context): SourcePass;
  /** The same with a ReLU, which its kernel applies. Left out if there is no such kernel. */
  rectified?: Source;
};
export type Shapes = ReadonlyMap<LayerRead['of'], Shape>;

/** The operand of a leaf. */
export function sourceOf(leaf: Leaf, shapes: Shapes, output: Shape): Source {
  const shaped = (read: LayerRead): ShapedRead => ({ ...read, shape: shapes.get(read.of)! });
  if (leaf.kind === 'map') {
    const places = Float32Array.from(leaf.places);
    return constant('channel', places);
  }
  if (leaf.kind === 'window') {
    const reads = leaf.reads.map(shaped);
    return pooled(leaf.summary, reads, output) ?? looped(leaf.summary, reads, output);
  }
  const read = shaped(leaf.read);
  return typeof read.of === 'number' ? ofInput(read, read.of, output) : ofParameter(read, read.of, output);
}

function constant(kind: OperandKind, values: Float32Array): Source {
  return {
    kind,
    inputs: [],
    parameters: [],
    run: (_inputs, { ops }) => ({ output: ops.upload(values, [values.length]), backward: () => ({}) }),
  };
}

function ofInput(read: ShapedRead, at: number, output: Shape): Source {
  const own = { kind: 'element', inputs: [at], parameters: [] } as const;
  if (isSameElement(read, output))
    return {
      ...own,
      run: (inputs, { ops }) => ({
        output: ops.retain(inputs[at]),
        backward: dy => ({ inputs: [[at, ops.retain(dy)]] }),
      }),
    };
  const spread = spreadOf(read, output);
  const size = sizeOf(read.shape);
  const indices = Int32Array.from({ length: sizeOf(output) }, (_, i) => spread.indices[i % spread.indices.length]);
  return {
    ...own,
    run(inputs, { ops }) {
      const x = inputs[at];
      const [count] = x.shape;
      const values = ops.download(x);
      const made = new Float32Array(count * indices.length);
      for (let sample = 0; sample < count; sample++)
        made.set(gathered(values.subarray(sample * size, (sample + 1) * size), indices), sample * indices.length);
      return {
        output: ops.upload(made, [count, ...output]),
        backward(dy) {
          const gradient = new Float32Array(count * size);
          const flowing = ops.download(dy);
          for (let sample = 0, i = 0; sample < count; sample++)
            for (const index of indices) gradient[sample * size + index] += flowing[i++];
          return { inputs: [[at, ops.upload(gradient, x.shape)]] };
        },
      };
    },
  };
}

function ofParameter(read: ShapedRead, name: ParameterName, output: Shape): Source {
  const { kind, indices } = spreadOf(read, output);
  const own = gathering(name, read.shape, indices, kind === 'sample' ? output : [indices.length]);
  return {
    kind,
    inputs: [],
    parameters: [name],
    run: (_inputs, context) => ({
      output: own.numbers(context),
      backward: dy => ({ parameters: [[name, own.gradient(context.ops.retain(dy), context)]] }),
    }),
  };
}

/** Numbers of a parameter, perhaps in another order. The caller releases the handles. */
type Gathering = {
  numbers: (context: Context) => Handle;
  /** The parameter's gradient from that of the numbers, which is released. */
  gradient: (dy: Handle, context: Context) => Handle;
};

/** `indices`: the index in the parameter for each number, −1 for a 0. `as`: the shape of the numbers. */
export function gathering(name: ParameterName, shape: Shape, indices: Int32Array, as: Shape): Gathering {
  const size = sizeOf(shape);
  if (indices.length === size && indices.every((index, i) => index === i))
    return {
      numbers: ({ ops, parameter }) =>
        isSameShape(shape, as) ? ops.retain(parameter(name)) : ops.reshape(parameter(name), as),
      gradient: (dy, { ops }) =>
        isSameShape(dy.shape, shape) ? dy : useAndRelease(ops, dy, each => ops.reshape(each, shape)),
    };
  return {
    numbers({ ops, values }) {
      const all = values(name);
      return ops.upload(
        Float32Array.from(indices, index => (index < 0 ? 0 : all[index])),
        as,
      );
    },
    gradient(dy, { ops }) {
      const sums = new Float64Array(size);
      const flowing = ops.download(dy);
      for (let i = 0; i < indices.length; i++) if (indices[i] >= 0) sums[indices[i]] += flowing[i];
      ops.release(dy);
      return ops.upload(Float32Array.from(sums), shape);
    },
  };
}

export const isSameShape = (one: Shape, other: Shape): boolean =>
  one.length === other.length && one.every((size, axis) => size === other[axis]);

/** The windows of a read, as a layer has them. `flat`: the output is a vector, with one window for each map. */
export type Geometry = { size: Pair; strides: Pair; padding: Padding; flat: boolean };

/** undefined if no layer has such windows. */
export function geometryOf({ axes, shape }: ShapedRead, output: Shape): Geometry | undefined {
  if (shape.length !== 3) return undefined;
  const size: Pair = [axes[0].size, axes[1].size];
  if (output.length === 1) {
    const whole = [0, 1].every(axis => !axes[axis].along && axes[axis].first === 0 && axes[axis].size === shape[axis]);
    return whole ? { size, strides: [1, 1], padding: 'valid', flat: true } : undefined;
  }
  const steps = [0, 1].map(axis => {
    const { along } = axes[axis];
    if (!along) return output[axis] === 1 ? 1 : 0;
    return along.axis === axis && (along.cells ?? 1) === 1 ? along.step : 0;
  });
  if (steps.includes(0)) return undefined;
  const strides: Pair = [steps[0], steps[1]];
  const padding = (['valid', 'same'] as const).find(each =>
    [0, 1].every(
      axis =>
        outputSize(shape[axis], size[axis], strides[axis], each) === output[axis] &&
        axes[axis].first === 0 - padBefore(shape[axis], size[axis], strides[axis], each),
    ),
  );
  return padding && { size, strides, padding, flat: false };
}

/** Whether a map of the output reads the same map of the tensor. */
export function readsOwnMap({ axes: [, , channels], shape }: ShapedRead, output: Shape): boolean {
  const { first, along } = channels;
  const last = output.length - 1;
  const isOwn = first === 0 && along?.axis === last && along.step === 1 && (along.cells ?? 1) === 1;
  return isOwn && shape[2] === output[last];
}

/** A window that is a pool, or sums that a pool or a depthwise convolution can make. */
function pooled(summary: string, reads: readonly ShapedRead[], output: Shape): Source | undefined {
  const [read] = reads;
  const geometry = geometryOf(read, output);
  if (!geometry || reads.length > 2 || !reads.every(each => typeof each.of === 'number' && readsOwnMap(each, output)))
    return undefined;
  const { size, strides, padding, flat } = geometry;
  const window: PoolWindow = { poolSize: size, strides, padding };
  const run = (pool: Pool, x: Handle, context: Context): Pass =>
    flat
      ? runGlobalPool(pool, x, { ...context, shape: output, poolAfterRelu: false })
      : pool(context.ops, x, window, false);
  const at = read.of as number;
  const own = { kind: 'element', inputs: reads.map(({ of }) => of as number), parameters: [] } as const;
  const single = (pool: Pool): Source => ({
    ...own,
    run(inputs, context) {
      const pass = run(pool, inputs[at], context);
      return { ...pass, backward: dy => ({ inputs: [[at, pass.backward(dy, ALL).input as Handle]] }) };
    },
  });
  switch (summary) {
    case 'MAX':
      return single(runMaxPool);
    case 'AVERAGE':
      return single(runMeanPool);
    case 'MIN':
      return {
        ...own,
        run(inputs, context) {
          const { ops } = context;
          const negative = scaleAndShift(ops, inputs[at], -1, 0);
          const pass = run(runMaxPool, negative, context);
          const outputs = scaleAndShift(ops, pass.output, -1, 0);
          return {
            output: outputs,
            kept: [negative, pass.output, ...(pass.kept ?? [])],
            // Both signs cancel.
            backward: dy => ({ inputs: [[at, pass.backward(dy, ALL).input as Handle]] }),
          };
        },
      };
    case 'SUM':
      return sums(geometry, read.shape, output, own, (inputs, { ops }) => ({
        terms: ops.retain(inputs[at]),
        back: d => [[at, ops.retain(d)]],
      }));
    case 'SUMSQ':
      return sums(geometry, read.shape, output, own, (inputs, { ops }) => ({
        terms: ops.multiply(inputs[at], inputs[at]),
        back: d => [[at, useAndRelease(ops, ops.multiply(d, inputs[at]), half => ops.add(half, half))]],
      }));
    case 'SUMPRODUCT': {
      const other = reads[1];
      const isAlike =
        JSON.stringify([geometryOf(other, output), other.shape]) === JSON.stringify([geometry, read.shape]);
      if (!isAlike || reads.length !== 2) return undefined;
      const to = other.of as number;
      return sums(geometry, read.shape, output, own, (inputs, { ops }) => ({
        terms: ops.multiply(inputs[at], inputs[to]),
        back: d => [
          [at, ops.multiply(d, inputs[to])],
          [to, ops.multiply(d, inputs[at])],
        ],
      }));
    }
    default:
      return undefined;
  }
}
const ALL = { parameters: false, input: true };

/** Sums of the windows of something that is calculated from the inputs. `back`: from the gradients by these terms. */
function sums(
  { size, strides, padding, flat }: Geometry,
  [, , channels]: Shape,
  output: Shape,
  own: Pick<Source, 'kind' | 'inputs' | 'parameters'>,
  termsOf: (
    inputs: readonly Handle[],
    context: Context,
  ) => { terms: Handle; back: (gradient: Handle) => Flows['inputs'] },
): Source | undefined {
  if (strides[0] !== strides[1]) return undefined;
  const shape = flat ? [1, 1, channels] : output;
  const layer = { kind: 'depthwiseConv2d', kernelSize: size, strides, padding, useBias: false } as const;
  const ones = new Float32Array(sizeOf(size) * channels).fill(1);
  return {
    ...own,
    run(inputs, context) {
      const { ops } = context;
      const { terms, back } = termsOf(inputs, context);
      const kernel = ops.upload(ones, [...size, 1, channels]);
      const identity = { id: '', name: '', inputs: [] };
      const parameter = () => kernel;
      const pass = depthwiseConv2d.run!({ ...identity, ...layer }, [terms], { ...context, shape, parameter });
      const [count] = terms.shape;
      const made = ops.reshape(pass.output, [count, ...output]);
      return {
        output: made,
        kept: [terms, kernel, pass.output, ...(pass.kept ?? [])],
        backward(dy) {
          const whole = ops.reshape(dy, [count, ...shape]);
          const gradient = useAndRelease(ops, whole, each => pass.backward(each, ALL).input as Handle);
          return { inputs: useAndRelease(ops, gradient, back) };
        },
      };
    },
  };
}

/** Any windows, by plain loops. */
function looped(summary: Parameters<typeof createWindows>[0], reads: readonly ShapedRead[], output: Shape): Source {
  const windows = createWindows(summary, reads, output);
  const names = reads.map(({ of }) => of);
  const size = sizeOf(output);
  return {
    kind: 'element',
    inputs: summary === 'COUNT' ? [] : [...new Set(names.filter(name => typeof name === 'number'))],
    parameters: summary === 'COUNT' ? [] : [...new Set(names.filter(name => typeof name === 'string'))],
    run(inputs, { ops, values }) {
      const [count] = inputs[0].shape;
      const all = reads.map(({ of }) => (typeof of === 'number' ? ops.download(inputs[of]) : values(of)));
      const ofSample = (sample: number) =>
        all.map((numbers, n) => {
          const length = sizeOf(reads[n].shape);
          return typeof names[n] === 'number' ? numbers.subarray(sample * length, (sample + 1) * length) : numbers;
        });
      const made = new Float32Array(count * size);
      for (let sample = 0; sample < count; sample++) made.set(windows.sum(ofSample(sample)), sample * size);
      return {
        output: ops.upload(made, [count, ...output]),
        backward: (dy, wanted) =>
          loopedGradients(windows, { reads, count, ofSample, dy: ops.download(dy) }, wanted, ops),
      };
    },
  };
}

function loopedGradients(
  windows: ReturnType<typeof createWindows>,
  of: { reads: readonly ShapedRead[]; count: number; ofSample: (sample: number) => Float32Array[]; dy: Float32Array },
  wanted: Wanted,
  ops: BatchOps,
): Flows {
  const { reads, count, ofSample, dy } = of;
  const size = dy.length / count;
  const isWanted = ({ of }: ShapedRead) => (typeof of === 'number' ? wanted.input : wanted.parameters);
  const sums = reads.map(read => (isWanted(read) ? new Float64Array(sizeOf(read.shape)) : undefined));
  const gradients = reads.map(({ of, shape }, n) =>
    sums[n] && typeof of === 'number' ? new Float32Array(count * sizeOf(shape)) : undefined,
  );
  for (let sample = 0; sample < count; sample++) {
    windows.addGradients(ofSample(sample), dy.subarray(sample * size, (sample + 1) * size), sums);
    for (const [n, gradient] of gradients.entries()) {
      if (!gradient) continue;
      gradient.set(sums[n]!, sample * sums[n]!.length);
      sums[n]!.fill(0);
    }
  }
  const flows: Flows = { inputs: [], parameters: [] };
  for (const [n, { of, shape }] of reads.entries()) {
    if (!sums[n]) continue;
    if (typeof of === 'number') flows.inputs.push([of, ops.upload(gradients[n]!, [count, ...shape])]);
    else flows.parameters.push([of, ops.upload(Float32Array.from(sums[n]), shape)]);
  }
  return flows;
}
