/** What a network is: layers in order, each with its inputs. Plain data, as it stands in a file. */

export type LayerId = string;
export type Pair = readonly [height: number, width: number];
export type Padding = 'valid' | 'same';
/** [height, width, channels] of maps, or [units] of a vector. */
export type Shape = readonly number[];

export type LayerSettings =
  | { kind: 'input'; shape: readonly [height: number, width: number, channels: number] }
  | { kind: 'conv2d'; filters: number; kernelSize: Pair; strides: Pair; padding: Padding; useBias: boolean }
  | { kind: 'maxPool2d' | 'averagePool2d'; poolSize: Pair; strides: Pair; padding: Padding }
  /** Maps [h,w,c] → vector [c]. */
  | { kind: 'globalMaxPool2d' | 'globalAveragePool2d' }
  | { kind: 'relu' | 'sigmoid' | 'tanh' | 'softmax' | 'flatten' }
  | { kind: 'dense'; units: number; useBias: boolean };

export type LayerKind = LayerSettings['kind'];

/** `id` is opaque and never changes; `name` is what the user sees; `inputs` are the layers it reads (one, none for the input layer). */
export type Layer = { id: LayerId; name: string; inputs: readonly LayerId[] } & LayerSettings;
export type LayerOf<K extends LayerKind> = Layer & Extract<LayerSettings, { kind: K }>;

export type NetworkSpec = { version: 1; layers: readonly Layer[] };

/** What one tensor of a layer is called. kernel: conv2d [kernelHeight, kernelWidth, inChannels, outChannels], dense [inFeatures, units];
 *  bias [outChannels]; output: the layer's activations; partial: sums over groups of input channels [groups, height, width, outChannels], where
 *  one formula can't hold them all; shifted, exp, actual, crossEntropy: the columns beside a softmax, each [units]. */
export type TensorName = 'kernel' | 'bias' | 'output' | 'partial' | 'shifted' | 'exp' | 'actual' | 'crossEntropy';
export type TensorId = `${LayerId}/${TensorName}`;

/** pixels: the input layer's output; parameter: kernel or bias; actual: the expected class, one-hot, NaN where blank; computed: everything else. */
export type TensorRole = 'pixels' | 'parameter' | 'actual' | 'computed';
export type TensorInfo = {
  id: TensorId;
  layer: LayerId;
  name: TensorName;
  role: TensorRole;
  shape: Shape;
  size: number;
};
