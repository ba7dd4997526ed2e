/** What the engine has to know about a kind of layer. Each kind has a file of its own, named after it. */
import type { LayerKind, LayerOf, ParameterName, Shape } from '../../../shared/network.ts';
import type { Random } from '../../../shared/random.ts';
import type { Handle as SheetHandle } from '../backend/backend.ts';
import type { BatchOps, Fused, Handle } from '../batch/batch-ops.ts';
import type { Activations } from '../show/activations.ts';
import type { Channels } from '../show/channels.ts';
import type { Bounding, Extremes } from './bounding.ts';

export type EngineKindOf<K extends LayerKind> = EngineKind<LayerOf<K>>;

export type EngineKind<L> = {
  /** Calculates the layer as the sheet shows it. Sums that float32 would get wrong are made in doubles. A number that
   *  overflows float32 is NaN. */
  show(layer: L, inputs: readonly Activations[], shown: Shown): LayerOutput;
  /** Which channels of the inputs one channel of the output depends on. It also depends on the same channel of the
   *  parameters. With 'everything', all channels of the output have to be calculated together. Otherwise `show` may be
   *  called for some channels. It then gets only those of the parameters and, with 'same channel', of the inputs. With
   *  'as it says', `reached` says it, and `show` gets whole inputs and parameters. */
  readonly channelReads: 'same channel' | 'all channels' | 'everything' | 'as it says';
  /** The channels of an output of this shape that depend on what has changed. */
  reached?(layer: L, changes: Changes, output: Shape): Channels;
  /** How many channels of the output are calculated together, counted from the first one. 1 if left out. */
  readonly block?: number;
  /** Whether the sheet shows the input's values unchanged. */
  readonly identity?: true;
  /** Runs the layer on a batch. The input has no such pass. Neither has a softmax: its gradient is calculated together
   *  with the loss. */
  run?(layer: L, inputs: readonly Handle[], context: Context): Pass;
  /** A bound on the absolute values of the output, if those of the inputs stay within the bounds `inputs`. */
  bound(layer: L, inputs: readonly number[], bounding: Bounding): Extremes;
  /** How many numbers the layer keeps for the backward pass, for each number of its output. 0 if left out. */
  readonly kept?: number;
  /** The same, where it depends on the layer. */
  keeps?(layer: L): number;
  /** The bytes of scratch memory that its kernels need. */
  scratch?(layer: L, input: Shape, output: Shape): number;
  /** Whether, when the layer learns, it calculates from all samples of a batch together. */
  readonly mixesSamples?: true;
  /** Whether its kernel can apply a ReLU to its sums. */
  readonly fusesRelu?: true;
  /** Whether it ends with a ReLU, so that gradients flow only to elements above 0. Left out for the kinds that never or
   *  always do. */
  endsInRelu?(layer: L): boolean;
  /** Whether its gradient can include that of a relu layer that it reads. */
  readonly fusesReluGradient?: true;
};

/** A layer's output, and its other computed tensors by name. */
export type LayerOutput = { output: Activations } & { [name in 'partial' | 'shifted' | 'exp']?: Float32Array };

/** What has changed in a layer's inputs, by position, and in its parameters: the coordinates along the last axis, or
 *  all. */
export type Changes = ReadonlyMap<number | ParameterName, Channels | 'all'>;

/** What `show` needs besides the layer's inputs. */
export type Shown = {
  /** The shape of the output, which may be only some of its channels. */
  shape: Shape;
  /** The shape of the output with all channels. */
  whole: Shape;
  /** The values of a parameter. */
  value: (name: ParameterName) => Float32Array;
  /** Its kernel in wasm's heap, to read but not to release. */
  kernel: () => SheetHandle;
  /** The channels of the output that are calculated. Left out if it is all of them. */
  channels?: Channels;
  before?: PartialSums;
  /** To be told now and then, by layers that take long, how much of their output is made, from 0 to 1. */
  onPart?: (part: number) => void;
};

/** The partial sums of a convolution before a change, [groups,H',W',outC]. `isStale` says whether the change reached a
 *  group: the input channels from `first` up to, but not including, `end`. */
export type PartialSums = { partial: Float32Array; isStale(first: number, end: number): boolean };

/** What `run` needs besides the layer's inputs. */
export type Context = {
  ops: BatchOps;
  /** The shape of the output for one sample. */
  shape: Shape;
  /** A stored tensor of the layer on the backend, to read but not to release. */
  parameter: (name: ParameterName) => Handle;
  /** The values of a stored tensor of the layer. */
  values: (name: ParameterName) => Float32Array;
  /** Given in training: draws dropout masks. */
  random?: Random;
  /** Whether the layer learns from this batch. A batchNorm layer that doesn't learn uses its moving averages. */
  trained: boolean;
  /** For a layer that fuses ReLUs: 'relu' if its only reader is a relu layer, and the ReLU is applied here. */
  activation: Fused;
  /** For a relu layer: whether its input has the ReLU applied already. */
  alreadyActivated: boolean;
  /** For a layer that ends with a ReLU and whose only reader is a max pool, and for that pool: the pool's gradient goes
   *  only to elements above 0, and the ReLU's gradient passes it on. */
  poolAfterRelu: boolean;
  /** Whether numbers may overflow float32. Then the output tells it: nothing turns an infinite number into another. */
  mayOverflow: boolean;
};

/** One layer's part of a batch's pass. The caller of `run` owns `output` and `kept`. It releases them when no gradient
 *  needs them any more. */
export type Pass = {
  output: Handle;
  /** Handles that `backward` reads besides the inputs and the output. */
  kept?: Handle[];
  /** Calculates the wanted gradients from the gradient of the loss by the output. The inputs and the output still
   *  exist. The caller owns the results. */
  backward: (dy: Handle, wanted: Wanted) => Gradients;
  /** The new moving averages of a batchNorm layer that learns. */
  statistics?: () => [ParameterName, Float32Array][];
};
type Wanted = { parameters: boolean; input: boolean };
/** `input` is the gradient by the input. If a layer has several inputs, it is a list, or one handle if all have the
 *  same gradient. */
export type Gradients = { input?: Handle | readonly Handle[]; parameters?: [ParameterName, Handle][] };
