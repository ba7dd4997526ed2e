/** Operations on whole batches by our wasm kernels, on all threads of the pool. Every operation is cut into pieces that
 *  depend on its shapes alone, and every piece writes its own part of the results. So the results have the same bits on
 *  any number of threads. */
import { valuesOf } from '../../../shared/elementwise/compiled.ts';
import type { Elementwise } from '../../../shared/elementwise/steps.ts';
import { type ElementwiseTree, operand, shapeOf } from '../../../shared/elementwise/tree.ts';
import { call, operation } from '../../../shared/formula/expression.ts';
import { outputSize, padBefore } from '../../../shared/geometry.ts';
import { type Padding, type Pair, type Shape, sizeOf } from '../../../shared/network.ts';
import { createElementwise } from '../kernels/elementwise/elementwise.ts';
import type { Exports } from '../kernels/exports.ts';
import { tensors as counted } from '../kernels/heap.ts';
import { type Pool, type Scratch, sharedPool } from '../kernels/pool.ts';
import { type Range, rangesOf } from '../kernels/ranges.ts';
import { createSpace } from '../kernels/space.ts';
import type { BatchOps, Handle, PoolWindow, Window } from './operations.ts';
import { createMoves } from './wasm-moves.ts';
import { createTensors, LEAST_NUMBERS, NUMBER } from './wasm-tensors.ts';

const DOUBLE = Float64Array.BYTES_PER_ELEMENT;
/** The least work of a piece, in steps that take about as long as a multiplication: a few microseconds. */
const LEAST_WORK = 2 ** 16;
/** The fewest rows of a piece that sums rows. */
const LEAST_ROWS = 128;
/** The most bytes of parts that are added up. */
const MOST_PARTS = 2 ** 28;
/** From this many channels on, sums are cut by channels, not by rows. */
const MANY_CHANNELS = 4096;

/** `pool`: what calculates. */
export function createWasmOps(pool: Pool = sharedPool.join(), leave = () => sharedPool.leave(pool)): BatchOps {
  const { heap, exports } = pool;
  const space = createSpace(pool);
  const runElementwise = createElementwise(pool);
  const tensors = createTensors(heap);
  const { at, make, own, release, upload, within } = tensors;

  /** Runs a kernel that goes once over the numbers of some tensors of one size. */
  const overNumbers = (name: keyof Exports, handles: readonly Handle[], ...more: number[]) => {
    const pieces = rangesOf(sizeOf(handles[0].shape), LEAST_NUMBERS, 4);
    pool.run(
      name,
      pieces.map(({ first, size }) => [...handles.map(handle => at(handle) + first * NUMBER), ...more, size]),
    );
  };
  const made = (name: keyof Exports, inputs: readonly Handle[], ...more: number[]): Handle => {
    const output = make(inputs[0].shape);
    overNumbers(name, [...inputs, output], ...more);
    return output;
  };

  /** The samples of pieces. `work`: what each sample takes. */
  const samplesOf = (count: number, work: number): Range[] => rangesOf(count, LEAST_WORK / work);
  /** The address of a sample. */
  const sampleAt = (handle: Handle, sample: number) =>
    at(handle) + ((sample * sizeOf(handle.shape)) / handle.shape[0]) * NUMBER;

  /** Runs a kernel that goes over the samples of tensors: their addresses, then `more`, scratch memory if it needs
   *  any, the number of samples and the geometry. */
  const overSamples = (
    name: keyof Exports,
    samples: readonly Range[],
    addresses: (range: Range, piece: number) => number[],
    geometry: readonly number[],
    bytes = 0,
    more: readonly number[] = [],
  ) => {
    const scratchAt = addresses(samples[0], 0).length;
    const scratch = bytes > 0 ? [0] : [];
    pool.run(
      name,
      samples.map((range, piece) => [...addresses(range, piece), ...scratch, ...more, range.size, ...geometry]),
      bytes > 0 ? { at: scratchAt, bytes } : undefined,
    );
  };

  /** A gradient that is a sum over samples: each piece makes its own, and then they are added. */
  const summedOver = (
    samples: readonly Range[],
    shape: Shape,
    run: (gradientAt: (piece: number) => number) => void,
  ): Handle => {
    const gradient = make(shape);
    const size = sizeOf(shape);
    if (samples.length === 1) {
      run(() => at(gradient));
      return gradient;
    }
    within(samples.length * size * NUMBER, parts => {
      run(piece => parts + piece * size * NUMBER);
      pool.run(
        'addGroups',
        rangesOf(size, LEAST_NUMBERS, 4).map(({ first, size: count }) => [
          parts + first * NUMBER,
          at(gradient) + first * NUMBER,
          samples.length,
          size * NUMBER,
          count,
        ]),
      );
    });
    return gradient;
  };

  /** A convolution's output, `samples` at a time. */
  const convolved = (
    x: Handle,
    w: Handle,
    bias: Handle | undefined,
    { geometry, shape, samples }: Geometry,
    relu: boolean,
    name: 'convolve' | 'convolveDirectly',
  ): Handle => {
    const y = make(shape);
    const added = bias ?? upload(new Float32Array(shape.at(-1)!), [shape.at(-1)!]);
    overSamples(
      name,
      samples,
      ({ first }) => [sampleAt(x, first), at(w), at(added), sampleAt(y, first)],
      geometry,
      exports.convolveScratch(...geometry),
      [relu ? 1 : 0],
    );
    if (!bias) release(added);
    return y;
  };
  const kernelGradient = (x: Handle, dy: Handle, shape: Shape, { geometry, samples: all }: Geometry): Handle => {
    const samples = fewer(all, sizeOf(shape) * NUMBER);
    return summedOver(samples, shape, gradientAt =>
      overSamples(
        'filterGradient',
        samples,
        ({ first }, piece) => [sampleAt(x, first), sampleAt(dy, first), gradientAt(piece)],
        geometry,
        exports.convolutionScratch(...geometry),
      ),
    );
  };
  const inputGradient = (dy: Handle, w: Handle, shape: Shape, { geometry, samples }: Geometry): Handle => {
    const dx = make(shape);
    overSamples(
      'inputGradient',
      samples,
      ({ first }) => [sampleAt(dy, first), at(w), sampleAt(dx, first)],
      geometry,
      exports.convolutionScratch(...geometry),
    );
    return dx;
  };

  const convolutionOf = (input: Shape, kernel: Shape, window: Window): Geometry => {
    const { geometry, outputs } = windowsOf(input, kernel[0], kernel[1], window);
    const [height, width, channels] = geometry;
    const filters = kernel[3];
    const shape = [input[0], ...outputs, filters];
    return {
      geometry: [height, width, channels, ...outputs, filters, ...geometry.slice(5)],
      shape,
      samples: samplesOf(input[0], outputs[0] * outputs[1] * sizeOf(kernel)),
    };
  };
  /** The columns or rows of a product's result, for each piece. */
  const productOf = (total: number, work: number, unit: number): Range[] =>
    rangesOf(total, (2 * LEAST_WORK) / work, unit);
  /** Where a matrix lies from this row and column on, and how many bytes apart its rows are. */
  const matrix = (handle: Handle, row = 0, column = 0): [at: number, step: number] => {
    const step = handle.shape[1] * NUMBER;
    return [at(handle) + row * step + column * NUMBER, step];
  };
  const productScratch = (at: number): Scratch => ({ at, bytes: exports.productScratch() });

  const depthwiseOf = (input: Shape, kernel: Shape, window: Window): Geometry => {
    const { geometry, shape } = convolutionOf(input, [kernel[0], kernel[1], input[3], input[3]], window);
    const samples = samplesOf(input[0], sizeOf(shape.slice(1)) * kernel[0] * kernel[1]);
    return { geometry, shape, samples };
  };

  /** A pool or its gradient. */
  const pooled = (
    name: keyof Exports,
    inputs: readonly Handle[],
    x: Handle,
    { poolSize, ...window }: PoolWindow,
    ofOutput: boolean,
  ): Handle => {
    const { geometry, outputs } = windowsOf(x.shape, poolSize[0], poolSize[1], window);
    const output = make(ofOutput ? [x.shape[0], ...outputs, x.shape[3]] : x.shape);
    const samples = samplesOf(x.shape[0], sizeOf(outputs) * sizeOf(poolSize) * x.shape[3]);
    overSamples(name, samples, ({ first }) => [...inputs, output].map(each => sampleAt(each, first)), geometry);
    return output;
  };

  /** Runs a kernel over rows of tensors [rows,channels]. */
  const overRows = (
    name: keyof Exports,
    x: Handle,
    given: (rowAt: (handle: Handle) => number) => number[],
    more: readonly number[] = [],
  ) => {
    const [rows, channels] = rowsOf(x);
    pool.run(
      name,
      rangesOf(rows, LEAST_NUMBERS / channels).map(({ first, size }) => [
        ...given(handle => at(handle) + first * channels * NUMBER),
        ...more,
        size,
        channels,
      ]),
    );
  };

  /** The sums of each channel over all rows of x, times `factor` → [channels]. `given`: the arguments of the kernel
   *  for the address of a row or of a channel of each tensor. */
  const channelSums = (
    name: 'sumChannels' | 'sumSquares' | 'sumProducts',
    x: Handle,
    given: (rowAt: (handle: Handle) => number, channelAt: (handle: Handle) => number) => number[],
    factor: number,
  ): Handle => {
    const [rows, channels] = rowsOf(x);
    const sums = make([channels]);
    const byChannels = channels >= MANY_CHANNELS;
    const ranges = byChannels ? rangesOf(channels, LEAST_NUMBERS / rows, 16) : rangesOf(rows, LEAST_ROWS, 64);
    const groups = byChannels ? 1 : ranges.length;
    within(groups * channels * DOUBLE, parts => {
      pool.run(
        name,
        ranges.map(({ first, size }, piece) => [
          ...given(
            handle => at(handle) + first * (byChannels ? 1 : channels) * NUMBER,
            handle => at(handle) + (byChannels ? first : 0) * NUMBER,
          ),
          parts + (byChannels ? first : piece * channels) * DOUBLE,
          byChannels ? rows : size,
          byChannels ? size : channels,
          channels * NUMBER,
        ]),
      );
      pool.run('foldSums', [[parts, at(sums), groups, channels, factor]]);
    });
    return sums;
  };
  const biasGradient = (dy: Handle): Handle => channelSums('sumChannels', dy, row => [row(dy)], 1);

  const elementwise: BatchOps['elementwise'] = (formulas, operands, shape) => {
    const given = operands.map(handle => ({ at: at(handle), length: sizeOf(handle.shape) }));
    const blocks = runElementwise(formulas, given, shape);
    return blocks.map((block, place) => own(block, shapeOf(formulas.results[place].kind, shape)));
  };
  const ofOne = (formulas: Elementwise, x: Handle): Handle => elementwise(formulas, [x], x.shape)[0];

  /** The kernels that layers ask for by TensorFlow's names. */
  const named: Record<string, (inputs: never, attributes: never) => Handle> = {
    ...createMoves(pool, tensors),
    Elu: ({ x }: { x: Handle }) => ofOne(ELU, x),
    EluGrad: ({ dy, y }: { dy: Handle; y: Handle }) => elementwise(ELU_GRADIENT, [dy, y], y.shape)[0],
    DepthwiseConv2dNative({ x, filter }: { x: Handle; filter: Handle }, attributes: DepthwiseAttributes) {
      const { geometry, shape, samples } = depthwiseOf(x.shape, filter.shape, windowOf(attributes));
      const y = make(shape);
      overSamples('depthwise', samples, ({ first }) => [sampleAt(x, first), at(filter), sampleAt(y, first)], geometry);
      return y;
    },
    DepthwiseConv2dNativeBackpropFilter(
      { x, dy }: { x: Handle; dy: Handle },
      attributes: DepthwiseAttributes & { filterShape: number[] },
    ) {
      const { geometry, samples } = depthwiseOf(x.shape, attributes.filterShape, windowOf(attributes));
      return summedOver(samples, attributes.filterShape, gradientAt =>
        overSamples(
          'depthwiseFilterGradient',
          samples,
          ({ first }, piece) => [sampleAt(x, first), sampleAt(dy, first), gradientAt(piece)],
          geometry,
          exports.depthwiseScratch(...geometry),
        ),
      );
    },
    DepthwiseConv2dNativeBackpropInput(
      { dy, filter }: { dy: Handle; filter: Handle },
      attributes: DepthwiseAttributes & { inputShape: number[] },
    ) {
      const { inputShape } = attributes;
      const { geometry, samples } = depthwiseOf(inputShape, filter.shape, windowOf(attributes));
      const dx = make(inputShape);
      overSamples(
        'depthwiseInputGradient',
        samples,
        ({ first }) => [sampleAt(dy, first), at(filter), sampleAt(dx, first)],
        geometry,
        exports.depthwiseScratch(...geometry),
      );
      return dx;
    },
  };

  return {
    ...tensors,
    count: () => counted.count,
    start: () => pool.start(),
    inParts: use => pool.inParts(use),
    space,
    dispose() {
      space.giveUp();
      leave();
    },

    run: (name, inputs, attributes = {}) => named[name](inputs as never, attributes as never),
    convolve(x, w, bias, window, activation, mayOverflow) {
      const name = mayOverflow ? 'convolveDirectly' : 'convolve';
      return convolved(x, w, bias, convolutionOf(x.shape, w.shape, window), activation === 'relu', name);
    },
    convolveKernelGradient: (x, dy, shape, window) =>
      kernelGradient(x, dy, shape, convolutionOf(x.shape, shape, window)),
    convolveInputGradient: (dy, w, shape, window) => inputGradient(dy, w, shape, convolutionOf(shape, w.shape, window)),
    biasGradient,
    dense(x, w, bias, activation) {
      const [inFeatures, units] = w.shape;
      const [count] = x.shape;
      const y = make([count, units]);
      pool.run(
        'multiply',
        productOf(units, count * inFeatures, 8).map(({ first, size }) => [
          ...matrix(x),
          ...matrix(w, 0, first),
          bias ? at(bias) + first * NUMBER : 0,
          ...matrix(y, 0, first),
          0,
          activation === 'relu' ? 1 : 0,
          count,
          inFeatures,
          size,
        ]),
        productScratch(7),
      );
      return y;
    },
    denseKernelGradient(x, dy) {
      const [count, inFeatures] = x.shape;
      const units = dy.shape[1];
      const gradient = make([inFeatures, units]);
      pool.run(
        'multiplyTransposedA',
        productOf(inFeatures, count * units, 4).map(({ first, size }) => [
          ...matrix(x, 0, first),
          ...matrix(dy),
          ...matrix(gradient, first),
          0,
          count,
          size,
          units,
        ]),
        productScratch(6),
      );
      return gradient;
    },
    denseInputGradient(dy, w) {
      const [count, units] = dy.shape;
      const [inFeatures] = w.shape;
      const dx = make([count, inFeatures]);
      pool.run(
        'multiplyTransposedB',
        productOf(inFeatures, count * units, 8).map(({ first, size }) => [
          ...matrix(dy),
          ...matrix(w, first),
          ...matrix(dx, 0, first),
          0,
          count,
          units,
          size,
        ]),
        productScratch(6),
      );
      return dx;
    },
    maxPool: (x, window) => pooled('maxPool', [x], x, window, true),
    maxPoolGradient: (dy, x, output, window) => pooled('maxPoolGradient', [x, output, dy], x, window, false),
    averagePool: (x, window) => pooled('averagePool', [x], x, window, true),
    averagePoolGradient: (dy, x, window) => pooled('averagePoolGradient', [dy], x, window, false),
    activate: (x, kind) => (kind === 'relu' ? made('relu', [x]) : ofOne(ACTIVATIONS[kind], x)),
    activateGradient: (dy, y, kind) => made(`${kind}Gradient`, [dy, y]),
    leakyRelu: (x, slope) => made('leakyRelu', [x], slope),
    leakyReluGradient: (dy, x, slope) => made('leakyReluGradient', [dy, x], slope),
    add(a, b) {
      if (a.shape.length === b.shape.length) return made('addEach', [a, b]);
      const y = make(a.shape);
      overRows('shiftChannels', a, row => [row(a), at(b), row(y)]);
      return y;
    },
    multiply: (a, b) => made('multiplyEach', [a, b]),
    batchNorm(x, gamma, beta, epsilon) {
      const [rows, channels] = rowsOf(x);
      const mean = channelSums('sumChannels', x, row => [row(x)], 1 / rows);
      const variance = channelSums('sumSquares', x, (row, channel) => [row(x), channel(mean)], 1 / rows);
      const y = make(x.shape);
      within(channels * NUMBER, scale => {
        pool.run('normScale', [[at(gamma), at(variance), scale, epsilon, channels]]);
        overRows('normaliseChannels', x, row => [row(x), at(mean), scale, at(beta), row(y)]);
      });
      return [y, mean, variance];
    },
    batchNormGradient(dy, x, gamma, mean, variance, epsilon) {
      const [rows, channels] = rowsOf(x);
      const inverse = make([channels]);
      pool.run('normInverse', [[at(variance), at(inverse), epsilon, channels]]);
      const dbeta = biasGradient(dy);
      const dgamma = channelSums(
        'sumProducts',
        x,
        (row, channel) => [row(dy), row(x), channel(mean), channel(inverse)],
        1,
      );
      const dx = make(x.shape);
      overRows(
        'normInputGradient',
        x,
        row => [row(dy), row(x), at(gamma), at(mean), at(inverse), at(dgamma), at(dbeta), row(dx)],
        [rows],
      );
      release(inverse);
      return [dx, dgamma, dbeta];
    },
    normalise(x, mean, scale, offset) {
      const y = make(x.shape);
      overRows('normaliseChannels', x, row => [row(x), at(mean), at(scale), at(offset), row(y)]);
      return y;
    },
    scaleChannels(x, scale) {
      const y = make(x.shape);
      overRows('scaleChannels', x, row => [row(x), at(scale), row(y)]);
      return y;
    },
    elementwise,
  };
}

/** As many ranges as can have so many bytes each. */
function fewer(ranges: readonly Range[], bytes: number): readonly Range[] {
  const { first, size } = ranges.at(-1)!;
  return ranges.length * bytes <= MOST_PARTS ? ranges : rangesOf(first + size, (first + size) / (MOST_PARTS / bytes));
}

/** What a kernel is told of a convolution (see exports.ts), its output's shape, and the samples of its pieces. */
type Geometry = { geometry: readonly number[]; shape: Shape; samples: readonly Range[] };
/** The strides are equal numbers or pairs, and the padding a word. */
type DepthwiseAttributes = { strides: Pair; pad: Padding };
const windowOf = ({ strides, pad }: DepthwiseAttributes): Window => ({ strides, padding: pad });

/** [H, W, C, H', W', window, strides, padding before], and H' and W' by themselves. */
function windowsOf([, height, width, channels]: Shape, down: number, across: number, { strides, padding }: Window) {
  const outputs = [outputSize(height, down, strides[0], padding), outputSize(width, across, strides[1], padding)];
  const pads = [padBefore(height, down, strides[0], padding), padBefore(width, across, strides[1], padding)];
  return { geometry: [height, width, channels, ...outputs, down, across, ...strides, ...pads], outputs };
}

/** The size of […,C] as a matrix with C columns. */
function rowsOf({ shape }: Handle): [rows: number, channels: number] {
  const channels = shape.at(-1)!;
  return [sizeOf(shape) / channels, channels];
}

const x = operand(0);
const formula = (tree: ElementwiseTree) => valuesOf(tree, ['element'])!;
const ACTIVATIONS = { sigmoid: formula(call('SIGMOID', x)), tanh: formula(call('TANH', x)) };
/** e^x − 1 of the part of x below 0, as 2·t / (1 − t) with t = tanh(x/2), which keeps its digits near 0. */
const below: ElementwiseTree = call('TANH', operation('/', call('MIN', 0, x), 2));
const ELU = formula(
  operation('+', call('MAX', 0, x), operation('/', operation('*', 2, below), operation('-', 1, below))),
);
/** dy times 1 or e^x, which is y + 1 below 0. */
const ELU_GRADIENT = valuesOf(operation<ElementwiseTree>('*', x, operation('+', 1, call('MIN', 0, operand(1)))), [
  'element',
  'element',
])!;
