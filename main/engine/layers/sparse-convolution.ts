/** Convolutions with dilation or groups. Both backends have kernels only for those without. */
import { padBefore } from '../../../shared/geometry.ts';
import { dilationOf, groupsOf, isDilated } from '../../../shared/layers/conv2d.ts';
import { kernelWindow } from '../../../shared/layers/windowed.ts';
import { type LayerOf, type Pair, type Shape, sizeOf } from '../../../shared/network.ts';
import type { BatchOps, Handle } from '../batch/batch-ops.ts';
import { PIECE, piecesOf } from '../kernels/pieces.ts';
import type { Activations } from '../show/activations.ts';
import type { Channels } from '../show/channels.ts';
import type { Context, Pass } from './kind.ts';
import { useAndRelease, withKernel } from './pass.ts';

type Conv2d = LayerOf<'conv2d'>;

/** Whether a convolution needs the functions of this file. */
export const isSparse = (layer: Conv2d): boolean => isDilated(layer) || groupsOf(layer) > 1;

/** Multiplications of one piece: here they take longer than in wasm. */
const SLOW_PIECE = PIECE / 16;

/** What is summed: a kernel [kH,kW,inC/groups,filters], and the input channels of each group from `first` up to, but
 *  not including, `end`. `channels` are the filters, numbered among all filters of the layer. */
type Sums = { kernel: Float32Array; first: number; end: number; channels: Channels };

/** The sums of a convolution in doubles: input [H,W,inC] → [H',W',filters]. */
export function sumsOf(
  layer: Conv2d,
  input: Activations,
  [outHeight, outWidth, filters]: Shape,
  { kernel, first, end, channels }: Sums,
  onPart?: (part: number) => void,
): Float64Array {
  const [height, width, inChannels] = input.shape;
  const [kernelHeight, kernelWidth] = layer.kernelSize;
  const { strides, padding } = layer;
  const { size } = kernelWindow(layer);
  const dilation = dilationOf(layer);
  const [top, left] = [0, 1].map(axis => padBefore(input.shape[axis], size[axis], strides[axis], padding));
  const perGroup = inChannels / groupsOf(layer);
  const filtersPerGroup = layer.filters / groupsOf(layer);
  const firsts = channels.map(channel => Math.floor(channel / filtersPerGroup) * perGroup);
  const sums = new Float64Array(outHeight * outWidth * filters);
  const work = kernelHeight * kernelWidth * (end - first) * filters;
  for (const { row, rows, column, columns } of piecesOf(outHeight, outWidth, work, SLOW_PIECE)) {
    for (let outY = row; outY < row + rows; outY++) {
      for (let outX = column; outX < column + columns; outX++) {
        const to = (outY * outWidth + outX) * filters;
        for (let ky = 0; ky < kernelHeight; ky++) {
          const y = outY * strides[0] - top + ky * dilation[0];
          if (y < 0 || y >= height) continue;
          for (let kx = 0; kx < kernelWidth; kx++) {
            const x = outX * strides[1] - left + kx * dilation[1];
            if (x < 0 || x >= width) continue;
            const from = (y * width + x) * inChannels;
            for (let inC = first; inC < end; inC++) {
              const weights = ((ky * kernelWidth + kx) * perGroup + inC) * filters;
              for (let filter = 0; filter < filters; filter++)
                sums[to + filter] += input.values[from + firsts[filter] + inC] * kernel[weights + filter];
            }
          }
        }
      }
    }
    onPart?.((row * outWidth + column + rows * columns) / (outHeight * outWidth));
  }
  return sums;
}

/** A convolution without a bias, and its gradients. The caller releases `kept` when it needs no more gradients. */
type Convolution = {
  output: Handle;
  kept: Handle[];
  kernelGradient: (dy: Handle) => Handle;
  inputGradient: (dy: Handle) => Handle;
};

/** Runs a convolution with dilation or groups on a batch. */
export function runSparse(layer: Conv2d, x: Handle, { ops, parameter, activation, mayOverflow }: Context): Pass {
  const kernel = parameter('kernel');
  const { output, kept, kernelGradient, inputGradient } = inGroups(ops, layer, x, kernel, mayOverflow);
  const sums = layer.useBias ? useAndRelease(ops, output, own => ops.add(own, parameter('bias'))) : output;
  const made = activation === 'relu' ? useAndRelease(ops, sums, own => ops.activate(own, 'relu')) : sums;
  return { ...withKernel(ops, layer.useBias, made, kernelGradient, inputGradient), kept };
}

/** Convolves each group of channels by itself, and puts the results side by side. */
function inGroups(ops: BatchOps, layer: Conv2d, x: Handle, kernel: Handle, mayOverflow: boolean): Convolution {
  const groups = groupsOf(layer);
  if (groups === 1) return dilated(ops, layer, x, kernel, mayOverflow);
  const part = (handle: Handle, group: number): Handle => {
    const count = handle.shape[3] / groups;
    const begin = [0, 0, 0, group * count];
    return ops.run('Slice', { x: handle }, { begin, size: [...handle.shape.slice(0, 3), count] });
  };
  const join = (parts: Handle[]): Handle => {
    const joined = ops.run('Concat', parts, { axis: 3 });
    for (const each of parts) ops.release(each);
    return joined;
  };
  const own = Array.from({ length: groups }, (_, group) => {
    const [ownX, ownKernel] = [part(x, group), part(kernel, group)];
    const made = dilated(ops, layer, ownX, ownKernel, mayOverflow);
    return { ...made, kept: [...made.kept, ownX, ownKernel] };
  });
  const gradients = (dy: Handle, of: (each: Convolution, dy: Handle) => Handle) =>
    join(own.map((each, group) => useAndRelease(ops, part(dy, group), ownDy => of(each, ownDy))));
  return {
    output: join(own.map(({ output }) => output)),
    kept: own.flatMap(({ kept }) => kept),
    kernelGradient: dy => gradients(dy, (each, ownDy) => each.kernelGradient(ownDy)),
    inputGradient: dy => gradients(dy, (each, ownDy) => each.inputGradient(ownDy)),
  };
}

const STEPS: { strides: Pair; padding: 'valid' } = { strides: [1, 1], padding: 'valid' };

/** Cells whose rows and columns differ by multiples of the dilation are a phase. Within a phase, a dilated convolution
 *  is one without dilation. So the phases are put one after the other along the batch, and convolved. */
function dilated(ops: BatchOps, layer: Conv2d, x: Handle, kernel: Handle, mayOverflow: boolean): Convolution {
  const { kernelSize, padding } = layer;
  if (!isDilated(layer))
    return {
      output: ops.convolve(x, kernel, undefined, layer, 'linear', mayOverflow),
      kept: [],
      kernelGradient: dy => ops.convolveKernelGradient(x, dy, kernel.shape, layer),
      inputGradient: dy => ops.convolveInputGradient(dy, kernel, x.shape, layer),
    };
  const dilation = dilationOf(layer);
  const { size } = kernelWindow(layer);
  const sides = [0, 1].map(axis => {
    const side = x.shape[axis + 1];
    const before = padBefore(side, size[axis], 1, padding);
    const output = padding === 'same' ? side : side - size[axis] + 1;
    const inPhase = Math.ceil((output + size[axis] - 1) / dilation[axis]);
    return { side, before, output, inPhase, outPhase: inPhase - kernelSize[axis] + 1 };
  });
  const inputs = sides.map(({ side, before, inPhase }) => ({ side, before, inPhase }));
  const outputs = sides.map(({ output, outPhase }) => ({ side: output, before: 0, inPhase: outPhase }));
  const phases = toPhases(ops, x, inputs, dilation);
  const made = ops.convolve(phases, kernel, undefined, STEPS, 'linear', mayOverflow);
  return {
    output: useAndRelease(ops, made, own => fromPhases(ops, own, outputs, dilation)),
    kept: [phases],
    kernelGradient: dy =>
      useAndRelease(ops, toPhases(ops, dy, outputs, dilation), own =>
        ops.convolveKernelGradient(phases, own, kernel.shape, STEPS),
      ),
    inputGradient: dy =>
      useAndRelease(
        ops,
        useAndRelease(ops, toPhases(ops, dy, outputs, dilation), own =>
          ops.convolveInputGradient(own, kernel, phases.shape, STEPS),
        ),
        own => fromPhases(ops, own, inputs, dilation),
      ),
  };
}

/** How the rows or columns of a map are split into phases: `before` zeros go before the map's `side` cells, and as many
 *  after them as the phases of `inPhase` cells need. */
type Side = { side: number; before: number; inPhase: number };

/** x [N,H,W,C] → [N·phases, H in a phase, W in a phase, C]. */
function toPhases(ops: BatchOps, x: Handle, sides: readonly Side[], [down, across]: Pair): Handle {
  const [count, , , channels] = x.shape;
  const [rows, columns] = sides.map(({ inPhase }) => inPhase);
  const zeros = sides.map(({ side, before, inPhase }, axis) => [
    before,
    inPhase * [down, across][axis] - side - before,
  ]);
  const padded = ops.run('PadV2', { x }, { paddings: [[0, 0], ...zeros, [0, 0]], constantValue: 0 });
  return reordered(
    ops,
    padded,
    [count, rows, down, columns, across, channels],
    [0, 2, 4, 1, 3, 5],
    [count * down * across, rows, columns, channels],
  );
}

/** The opposite of `toPhases`, without the zeros. */
function fromPhases(ops: BatchOps, x: Handle, sides: readonly Side[], [down, across]: Pair): Handle {
  const [phases, rows, columns, channels] = x.shape;
  const count = phases / (down * across);
  const padded = reordered(
    ops,
    ops.retain(x),
    [count, down, across, rows, columns, channels],
    [0, 3, 1, 4, 2, 5],
    [count, rows * down, columns * across, channels],
  );
  const [height, width] = sides;
  return useAndRelease(ops, padded, own =>
    ops.run(
      'Slice',
      { x: own },
      { begin: [0, height.before, width.before, 0], size: [count, height.side, width.side, channels] },
    ),
  );
}

/** Releases x, and gives the same values with the axes of `from` in another order, in the shape `to`. */
function reordered(ops: BatchOps, x: Handle, from: Shape, perm: readonly number[], to: Shape): Handle {
  const split = useAndRelease(ops, x, own => ops.reshape(own, from));
  const turned = useAndRelease(ops, split, own => ops.run('Transpose', { x: own }, { perm: [...perm] }));
  return useAndRelease(ops, turned, own => ops.reshape(own, to));
}

/** The bytes of scratch memory: the phases of one image, or the parts of its groups. */
export function sparseScratch(input: Shape, output: Shape): number {
  return 2 * (sizeOf(input) + sizeOf(output)) * Float32Array.BYTES_PER_ELEMENT;
}
