/** What the engine has to know about a kind of layer. Each kind says it in a file of its own, named after it. */
import type { LayerKind, LayerOf, ParameterName, Shape } from '../../../shared/network.ts';
import type { Random } from '../../../shared/random.ts';
import type { Handle as SheetHandle } from '../backend/backend.ts';
import type { BatchOps, Fused, Handle } from '../batch/batch-ops.ts';
import type { Activations } from '../show/activations.ts';
import type { Bounding, Extremes } from './bounding.ts';

export type EngineKindOf<K extends LayerKind> = EngineKind<LayerOf<K>>;

export type EngineKind<L> = {
  /** What the sheet shows of it: every number is looked at, what float32 gets wrong is put right, and what leaves it is
   *  NaN. */
  show(layer: L, inputs: readonly Activations[], shown: Shown): LayerOutput;
  /** What one channel of its output is made from, besides the same channel of its parameters: the same channel of what
   *  it reads, all channels of that, or everything, so that no channel is made without the others. `show` may be given
   *  only some channels, of its output and its parameters and, where it reads the same channel, of its inputs. */
  readonly channelReads: 'same channel' | 'all channels' | 'everything';
  /** Channels of its output that are made together, from the first one on; 1 where left out. */
  readonly block?: number;
  /** Whether it hands on the very values that it reads. */
  readonly handsOn?: true;
  /** Runs it on a batch. Left out of the input, and of a softmax: its gradient is the loss's to make. */
  run?(layer: L, inputs: readonly Handle[], context: Context): Pass;
  /** What no number of its output exceeds where those of its inputs don't exceed `inputs`. */
  bound(layer: L, inputs: readonly number[], bounding: Bounding): Extremes;
  /** How many numbers it keeps for the way back, for each number of its output; 0 where left out. */
  readonly kept?: number;
  /** The bytes that its kernels work in besides. */
  scratch?(layer: L, input: Shape, output: Shape): number;
  /** Whether it calculates from all samples of a batch together when it learns. */
  readonly mixesSamples?: true;
  /** Whether its kernel makes a ReLU of its sums in the same go. */
  readonly fusesRelu?: true;
  /** Whether its gradient takes along that of a ReLU under it. */
  readonly undoesRelu?: true;
};

/** A layer's output, and its other computed tensors by name. */
export type LayerOutput = { output: Activations } & { [name in 'partial' | 'shifted' | 'exp']?: Float32Array };

/** What a layer that is shown needs besides its inputs. */
export type Shown = {
  /** Of its output. */
  shape: Shape;
  /** The values of a parameter. */
  value: (name: ParameterName) => Float32Array;
  /** Its kernel in wasm's heap, to read but not to release. */
  kernel: () => SheetHandle;
  before?: PartialSums;
};

/** Partial sums of a convolution as they were before a change, [groups,H',W',outC]. `isStale` tells whether that
 *  reached a group: the input channels from `first` to before `end`. */
export type PartialSums = { partial: Float32Array; isStale(first: number, end: number): boolean };

/** What a layer in a batch needs besides its inputs. */
export type Context = {
  ops: BatchOps;
  /** Of its output for one sample. */
  shape: Shape;
  /** A stored tensor of the layer on the backend, to read but not to release. */
  parameter: (name: ParameterName) => Handle;
  /** Its values. */
  values: (name: ParameterName) => Float32Array;
  /** Given in training: draws dropout masks. */
  random?: Random;
  /** The place of the first of these samples in their batch. */
  first: number;
  /** Whether the layer learns from this batch; a batchNorm layer that doesn't uses its moving averages. */
  trained: boolean;
  /** What a layer that fuses ReLUs does with its sums: 'relu' where a relu layer is its only reader. */
  activation: Fused;
  /** Whether the relu layer's input is made by such a layer already. */
  alreadyActivated: boolean;
  /** Whether a relu layer's only reader is a max pool, and this is either: the pool's gradient then goes to what is
   *  above 0 only, and nothing is left to do for the relu layer's. */
  poolAfterRelu: boolean;
};

/** One layer's part in the pass of one batch. Whoever runs a layer owns `output` and `kept` and releases them when no
 *  gradient needs them any more. */
export type Pass = {
  output: Handle;
  /** What `backward` reads besides inputs and output. */
  kept?: Handle[];
  /** Makes of the loss's gradient by the output those that are wanted. Inputs and output still exist. The caller owns
   *  the results. */
  backward: (dy: Handle, wanted: Wanted) => Gradients;
  /** New moving averages, of a batchNorm layer that learns. */
  statistics?: () => [ParameterName, Float32Array][];
};
type Wanted = { parameters: boolean; input: boolean };
/** `input` is the gradient by the one input, or the same by each of several; a list where those are different. */
export type Gradients = { input?: Handle | readonly Handle[]; parameters?: [ParameterName, Handle][] };
