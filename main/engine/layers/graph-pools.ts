/** Pools as operators of an ONNX graph: x [N,C,H,W] → [N,C,H',W']. */
import { padBefore } from '../../../shared/geometry.ts';
import { sizeOf, type Padding, type Pair } from '../../../shared/network.ts';
import { byChannel, type Graph, type Value } from '../onnx/graph.ts';
import type { GraphContext, GraphPass } from './kind.ts';
import { emitted } from './pass.ts';

type Pool = { poolSize: Pair; strides: Pair; padding: Padding };

/** Of equal maxima only one gets the gradient. With windows of 2×2 side by side it is the first in the left column,
 *  else in the right one; otherwise the first row by row. */
export function emitMaxPool(pool: Pool, x: Value, context: GraphContext): GraphPass {
  const { poolSize, strides } = pool;
  const isPair = [...poolSize, ...strides].every(size => size === 2);
  if (isPair && x.shape[2] % 2 === 0 && x.shape[3] % 2 === 0) return emitPairs(context.graph, x);
  const { graph, shape } = context;
  const { output, attributes } = windowsOf(pool, x, shape);
  // The places of the maxima are integers; nothing but ScatterElements reads them.
  const [y, places] = graph.operateAll('MaxPool', [x], [output, output], attributes);
  return emitted(y, dy => {
    const [size, outSize] = [sizeOf(x.shape), sizeOf(output)];
    const inputs = [graph.zeros([size]), graph.reshape(places, [outSize]), graph.reshape(dy, [outSize])];
    return graph.reshape(graph.scatterAdd(inputs[0], inputs[1], inputs[2]), x.shape);
  });
}

/** For windows of 2×2 side by side: the larger of every two rows, then of every two columns. */
function emitPairs(graph: Graph, x: Value): GraphPass {
  const [count, channels, height, width] = x.shape;
  const rows = [(count * channels * height) / 2, 2, width];
  const size = sizeOf(x.shape) / 4;
  const [upper, lower] = graph.split(graph.reshape(x, rows), 1, [1, 1]);
  const columns = graph.transpose(graph.reshape(graph.larger(upper, lower), [size, 2]), [1, 0]);
  const [left, right] = graph.split(columns, 0, [1, 1]);
  const y = graph.reshape(graph.larger(left, right), [count, channels, height / 2, width / 2]);
  /** Gives each gradient to the first of two values if that is at least as large, else to the second. */
  const share = (dy: Value, first: Value, second: Value, axis: number): Value => {
    const own = graph.multiply(dy, graph.atLeast(first, second));
    return graph.concatenate([own, graph.subtract(dy, own)], axis);
  };
  return emitted(y, dy => {
    const ofColumns = graph.transpose(share(graph.reshape(dy, [1, size]), left, right, 0), [1, 0]);
    const ofRows = graph.reshape(ofColumns, upper.shape);
    return graph.reshape(share(ofRows, upper, lower, 1), x.shape);
  });
}

/** Padding doesn't count as cells. */
export function emitMeanPool(pool: Pool, x: Value, { graph, shape }: GraphContext): GraphPass {
  const { output, attributes, unread } = windowsOf(pool, x, shape);
  const channels = x.shape[1];
  const cells = Float32Array.from({ length: shape[0] * shape[1] }, (_, at) =>
    [Math.floor(at / shape[1]), at % shape[1]].reduce((product, index, axis) => {
      const start = index * pool.strides[axis] - attributes.pads.map(Number)[axis];
      const end = Math.min(x.shape[2 + axis], start + pool.poolSize[axis]);
      return product * (end - Math.max(0, start));
    }, 1),
  );
  return emitted(graph.operate('AveragePool', [x], output, attributes), dy => {
    const shares = graph.divide(dy, graph.constant(cells, [shape[0], shape[1]]));
    const ones = graph.constant(new Float32Array(channels * sizeOf(pool.poolSize)).fill(1), [
      channels,
      1,
      ...pool.poolSize,
    ]);
    return graph.operate('ConvTranspose', [shares, ones], x.shape, {
      ...attributes,
      group: BigInt(channels),
      output_padding: unread.map(BigInt),
    });
  });
}

/** x [N,C,H,W] → [N,C]. Of equal maxima the first gets the gradient. */
export function emitGlobalMaxPool(graph: Graph, x: Value): GraphPass {
  const own = byChannel(graph, x);
  const [count, channels, pixels] = own.shape;
  const y = graph.operate('ReduceMax', [own, graph.integers([2])], [count, channels], { keepdims: 0n });
  return emitted(y, dy => {
    const place = graph.operate('ArgMax', [own], [count, channels, 1], { axis: 2n });
    const places = graph.integers(Array.from({ length: pixels }, (_, pixel) => pixel));
    const isThere = graph.operate('Equal', [place, places], own.shape);
    const here = graph.operate('Cast', [isThere], own.shape, { to: 1n });
    return graph.reshape(graph.multiply(graph.reshape(dy, [count, channels, 1]), here), x.shape);
  });
}

/** The shape of a pool's output, what its operator needs to know, and how many cells after the map no window reads. */
function windowsOf({ poolSize, strides, padding }: Pool, x: Value, shape: readonly number[]) {
  const sides = [x.shape[2], x.shape[3]];
  const before = sides.map((size, axis) => padBefore(size, poolSize[axis], strides[axis], padding));
  const spare = sides.map((size, axis) => size + before[axis] - (shape[axis] - 1) * strides[axis] - poolSize[axis]);
  const attributes = {
    kernel_shape: poolSize.map(BigInt),
    strides: strides.map(BigInt),
    pads: [...before, ...spare.map(size => Math.max(0, -size))].map(BigInt),
  };
  const output = [x.shape[0], x.shape[1], shape[0], shape[1]];
  return { output, attributes, unread: spare.map(size => Math.max(0, size)) };
}
