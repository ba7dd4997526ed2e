/** Convolutions as operators of an ONNX graph: x [N,inC,H,W], kernel [kH,kW,inC/groups,outC] → [N,outC,H',W']. */
import { padBefore } from '../../../shared/geometry.ts';
import type { Padding, Pair } from '../../../shared/network.ts';
import { byChannel, type Graph, OWN, type Value } from '../onnx/graph.ts';
import type { GraphContext, GraphPass } from './kind.ts';

export type GraphConvolution = {
  strides: Pair;
  padding: Padding;
  dilation: Pair;
  groups: number;
  useBias: boolean;
};

/** The layout of ONNX Runtime's fastest convolutions: channels in blocks. */
const BLOCKED = `${OWN}.nchwc`;
/** From so many input channels on, the gradient by the input is faster as a convolution than as a transposed one. */
const ROTATED_FROM = 32;
/** From so many input channels on, the gradient by the kernel is one product for all its elements. */
const CROSSED_FROM = 8;

export function emitConvolution(
  { strides, padding, dilation, groups, useBias }: GraphConvolution,
  x: Value,
  { graph, shape, count, blocks, parameter }: GraphContext,
): GraphPass {
  const kernel = parameter('kernel');
  const bias = useBias ? parameter('bias') : undefined;
  const [kernelHeight, kernelWidth, , filters] = kernel.shape;
  const [, channels, height, width] = x.shape;
  const output = [count, filters, shape[0], shape[1]];
  const kernelSize: Pair = [kernelHeight, kernelWidth];
  const window = kernelSize.map((size, axis) => (size - 1) * dilation[axis] + 1);
  const before = [height, width].map((size, axis) => padBefore(size, window[axis], strides[axis], padding));
  const spare = [height, width].map(
    (size, axis) => size + before[axis] - ((shape[axis] - 1) * strides[axis] + window[axis]),
  );
  /** Cells of padding after the map, and cells of the map that no window reads. */
  const [after, unread] = [spare.map(size => Math.max(0, -size)), spare.map(size => Math.max(0, size))];
  const isPlain = groups === 1 && [...dilation, ...strides].every(size => size === 1);
  const taps: Taps = { kernelSize, strides, dilation, groups, before, after };
  const attributes = {
    pads: [...before, ...after].map(BigInt),
    strides: strides.map(BigInt),
    dilations: dilation.map(BigInt),
    group: BigInt(groups),
    kernel_shape: kernelSize.map(BigInt),
  };
  /** Fewer channels than a block stay as they are; only the filters then come in blocks. */
  const areInBlocks = (ins: number, outs: number) =>
    blocks > 1 && groups === 1 && (ins < blocks || ins % blocks === 0) && outs % blocks === 0;
  const isBlocked = areInBlocks(channels, filters);

  const convolve = (): Value => {
    if (isBlocked) return convolveBlocked(graph, x, kernel, bias, output, blocks, attributes);
    const inputs = [x, graph.transpose(kernel, [3, 2, 0, 1]), ...(bias ? [bias] : [])];
    return graph.operate('Conv', inputs, output, attributes);
  };

  const inputGradient = (dy: Value): Value => {
    const turnsInBlocks = areInBlocks(filters, channels);
    if (isPlain && (turnsInBlocks || channels >= ROTATED_FROM)) {
      // Every element of the kernel is met from the other side.
      const [top, left, bottom, right] = [...before, ...after].map((size, at) => kernelSize[at % 2] - 1 - size);
      const pads = [top, left, bottom, right].map(BigInt);
      const turned = { ...attributes, pads };
      const rotated = graph.reverse(kernel, [0, 1]);
      if (turnsInBlocks) {
        const exchanged = graph.transpose(rotated, [0, 1, 3, 2]);
        return convolveBlocked(graph, dy, exchanged, undefined, x.shape, blocks, turned);
      }
      return graph.operate('Conv', [dy, graph.transpose(rotated, [2, 3, 0, 1])], x.shape, turned);
    }
    return graph.operate('ConvTranspose', [dy, graph.transpose(kernel, [3, 2, 0, 1])], x.shape, {
      ...attributes,
      output_padding: unread.map(BigInt),
    });
  };

  return {
    output: convolve(),
    backward: (dy, wanted) => ({
      parameters: wanted.parameters
        ? [
            ['kernel', kernelGradient(graph, x, dy, taps)],
            ...(useBias ? [['bias', graph.sum(byChannel(graph, dy), [0, 2])] as const] : []),
          ]
        : [],
      input: wanted.input ? inputGradient(dy) : undefined,
    }),
  };
}

/** A convolution whose channels are calculated in blocks. Its kernel [kH,kW,inC,outC] is brought into blocks as part of
 *  the graph: ONNX Runtime itself does it only with kernels that never change. */
function convolveBlocked(
  graph: Graph,
  x: Value,
  kernel: Value,
  bias: Value | undefined,
  shape: readonly number[],
  block: number,
  attributes: Record<string, bigint | bigint[]>,
): Value {
  const [height, width, channels, filters] = kernel.shape;
  const inBlock = Math.min(block, channels);
  const split = graph.reshape(kernel, [height, width, channels / inBlock, inBlock, filters / block, block]);
  // A block's channels come last, but few channels come before the window.
  const order = channels < block ? [4, 2, 3, 0, 1, 5] : [4, 2, 0, 1, 3, 5];
  const blocked = graph.reshape(graph.transpose(split, order), [filters, channels, height, width]);
  const turned = channels < block ? x : graph.operate('ReorderInput', [x], x.shape, {}, BLOCKED);
  const inputs = [turned, blocked, ...(bias ? [bias] : [])];
  const sums = graph.operate('Conv', inputs, shape, attributes, BLOCKED);
  return graph.operate('ReorderOutput', [sums], shape, { channels: BigInt(filters) }, BLOCKED);
}

/** How the elements of a kernel meet a map. `before` and `after`: cells of padding. */
type Taps = {
  kernelSize: Pair;
  strides: Pair;
  dilation: Pair;
  groups: number;
  before: readonly number[];
  after: readonly number[];
};

/** The gradient by the kernel [kH,kW,inC/groups,outC]: for each of its elements, the product of dy [N,outC,H',W'] and
 *  the cells of x [N,inC,H,W] that the element meets. */
function kernelGradient(graph: Graph, x: Value, dy: Value, taps: Taps): Value {
  const { kernelSize, strides, dilation, groups } = taps;
  const isPlain = groups === 1 && [...strides, ...dilation].every(size => size === 1);
  if (!isPlain || kernelSize.every(size => size === 1)) return gatheredGradient(graph, x, dy, taps);
  return x.shape[1] >= CROSSED_FROM ? crossedGradient(graph, x, dy, taps) : shiftedGradient(graph, x, dy, taps);
}

/** For any convolution: the cells that each element meets are gathered. */
function gatheredGradient(
  graph: Graph,
  x: Value,
  dy: Value,
  { kernelSize: [rows, columns], strides, dilation, groups, before, after }: Taps,
): Value {
  const [count, channels] = x.shape;
  const [, filters, height, width] = dy.shape;
  const padded = graph.pad(x, [0, 0, ...before], [0, 0, ...after]);
  const perGroup = channels / groups;
  const cells: Value[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const met = graph.slice(
        padded,
        [row * dilation[0], column * dilation[1]].map((start, at) => {
          const end = start + ([height, width][at] - 1) * strides[at] + 1;
          return { axis: 2 + at, start, end, step: strides[at] };
        }),
      );
      cells.push(graph.reshape(met, [count, groups, perGroup, height * width]));
    }
  const products = graph.productOfRows(
    graph.reshape(dy, [count, groups, filters / groups, height * width]),
    graph.concatenate(cells, 2),
  );
  // [groups, filters of a group, rows, columns, channels of a group]
  const sums = graph.reshape(graph.sum(products, [0]), [groups, filters / groups, rows, columns, perGroup]);
  return graph.reshape(graph.transpose(sums, [2, 3, 4, 0, 1]), [rows, columns, perGroup, filters]);
}

/** The maps as long vectors, with so many zeros between the rows that no element of the kernel meets a neighbouring
 *  row. `pitch` is the length of a row with its zeros. */
function flattened(graph: Graph, x: Value, dy: Value, { before, after }: Taps) {
  const pitch = x.shape[3] + Math.max(before[1], after[1]);
  const flat = (map: Value): Value => {
    const [count, channels, height, width] = map.shape;
    const wide = graph.pad(map, [0, 0, 0, 0], [0, 0, 0, pitch - width]);
    return graph.reshape(wide, [count, channels, height * pitch]);
  };
  return { pitch, lead: before[0] * pitch + before[1], flatX: flat(x), flatDy: flat(dy) };
}

/** For few channels: x is copied once for each element of the kernel, each time shifted. */
function shiftedGradient(graph: Graph, x: Value, dy: Value, taps: Taps): Value {
  const {
    kernelSize: [rows, columns],
  } = taps;
  const [count, channels] = x.shape;
  const filters = dy.shape[1];
  const { pitch, lead, flatX, flatDy } = flattened(graph, x, dy, taps);
  const length = flatDy.shape[2];
  const needed = (rows - 1) * pitch + columns - 1 + length;
  const tail = Math.max(0, needed - lead - flatX.shape[2]);
  const framed = graph.pad(flatX, [0, 0, lead], [0, 0, tail]);
  const shifted: Value[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const start = row * pitch + column;
      shifted.push(graph.slice(framed, [{ axis: 2, start, end: start + length }]));
    }
  const cells = graph.reshape(graph.concatenate(shifted, 2), [count, channels * rows * columns, length]);
  const sums = graph.sum(graph.productOfRows(flatDy, cells), [0]);
  return graph.transpose(graph.reshape(sums, [filters, channels, rows, columns]), [2, 3, 1, 0]);
}

/** For many channels: dy is copied once for each row of the kernel and x once for each column, each time shifted. One
 *  product then has all pairs of a row and a column. */
function crossedGradient(graph: Graph, x: Value, dy: Value, taps: Taps): Value {
  const {
    kernelSize: [rows, columns],
  } = taps;
  const [channels, filters] = [x.shape[1], dy.shape[1]];
  const { pitch, lead, flatX, flatDy } = flattened(graph, x, dy, taps);
  const extra = Math.max(0, columns - 1 - lead);
  const ofRows = Array.from({ length: rows }, (_, row) => row * pitch + extra);
  const ofColumns = Array.from({ length: columns }, (_, column) => lead - column + extra);
  const length = Math.max(flatDy.shape[2] + ofRows[rows - 1], flatX.shape[2] + ofColumns[0]);
  /** Copies of a vector, one after the other, each of them `length` long and beginning with so many zeros. */
  const copies = (vector: Value, leads: readonly number[]): Value => {
    const [count, each, size] = vector.shape;
    const parts: Value[] = [];
    const addZeros = (zeros: number) => zeros > 0 && parts.push(graph.zeros([count, each, zeros]));
    let gap = 0;
    for (const zeros of leads) {
      addZeros(gap + zeros);
      parts.push(vector);
      gap = length - size - zeros;
    }
    addZeros(gap);
    return graph.reshape(graph.concatenate(parts, 2), [count, each * leads.length, length]);
  };
  const sums = graph.sum(graph.productOfRows(copies(flatDy, ofRows), copies(flatX, ofColumns)), [0]);
  return graph.transpose(graph.reshape(sums, [filters, rows, channels, columns]), [1, 3, 2, 0]);
}
