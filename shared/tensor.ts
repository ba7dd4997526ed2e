/** The names of tensors, their roles and shapes. */

export type LayerId = string;
export type Pair = readonly [height: number, width: number];
export type Padding = 'valid' | 'same';
/** [height, width, channels] of maps, or [units] of a vector. */
export type Shape = readonly number[];

/** The name of a tensor within its layer:
 *  - kernel: of conv2d [kernelHeight, kernelWidth, inChannels, outChannels], of dense [inFeatures, units].
 *  - bias: [outChannels].
 *  - gamma, beta, movingMean, movingVariance (never below 0): of batchNorm, [channels] or [units].
 *  - weights: the own weights of a formula layer, [weights].
 *  - rate: the probability [1] that dropout drops a number, 0 ≤ rate < 1.
 *  - output: the layer's activations.
 *  - partial: sums over groups of input channels, [groups, height, width, outChannels], if one formula can't hold them
 *    all.
 *  - shifted, exp: the columns beside a softmax, each [units].
 *  - actual, crossEntropy: what is expected and its loss, beside a softmax or a sigmoid at the end, each [units]. */
export type ParameterName = 'kernel' | 'bias' | 'gamma' | 'beta' | 'movingMean' | 'movingVariance' | 'weights' | 'rate';
export type TensorName = ParameterName | 'output' | 'partial' | 'shifted' | 'exp' | 'actual' | 'crossEntropy';
export type TensorId = `${LayerId}/${TensorName}`;

/** pixels: the output of the input layer. parameter: a stored number of a layer, trained or not. actual: the expected
 *  class, one-hot, NaN where blank. computed: everything else. */
export type TensorRole = 'pixels' | 'parameter' | 'actual' | 'computed';
export type TensorInfo = {
  id: TensorId;
  layer: LayerId;
  name: TensorName;
  role: TensorRole;
  shape: Shape;
  size: number;
};

/** How many elements a tensor of this shape has. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A shape as text: 26×26×2. A vector of 10 is just 10. */
export function formatShape(shape: Shape): string {
  return shape.join('×');
}

/** The coordinates of an element: 5 in a shape of [2, 3] is [1, 2]. */
export function coordinatesOf(shape: Shape, index: number): number[] {
  let rest = index;
  return shape
    .toReversed()
    .map(size => {
      const at = rest % size;
      rest = Math.floor(rest / size);
      return at;
    })
    .toReversed();
}

/** The flat index of the element at these coordinates. undefined if a coordinate is outside or not whole, or if the
 *  number of coordinates is wrong. */
export function indexOf(shape: Shape, coordinates: readonly number[]): number | undefined {
  if (coordinates.length !== shape.length) return undefined;
  let index = 0;
  for (const [axis, at] of coordinates.entries()) {
    if (!Number.isInteger(at) || at < 0 || at >= shape[axis]) return undefined;
    index = index * shape[axis] + at;
  }
  return index;
}
