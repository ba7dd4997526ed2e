/** The forward pass of a whole network, kept up to date: every tensor's values stay, and after an edit only the
 *  channels that it reaches are calculated again. */
import { kindOf } from '../../../shared/layers/kinds.ts';
import { parameterNames, parameters } from '../../../shared/layers/parameters.ts';
import {
  CHANNELS_PER_PARTIAL,
  inferShapes,
  type Layer,
  type LayerId,
  type NetworkSpec,
  sizeOf,
  type TensorId,
  type TensorName,
} from '../../../shared/network.ts';
import { type Activations, activationsOf, isFinite, releaseActivations } from './activations.ts';
import { argMax } from './arg-max.ts';
import { type BatchNetwork, createBatchNetwork } from '../batch/batch-network.ts';
import type { EngineKind, PartialSums } from '../layers/kind.ts';
import { engineKindOf } from '../layers/kinds.ts';
import { crossEntropy } from '../layers/softmax.ts';
import {
  allChannels,
  type Channels,
  channelsOf,
  differ,
  differentChannels,
  putChannels,
  takeChannels,
  together,
  wholeBlocks,
} from './channels.ts';
import { createLayerRunner } from './layer-runner.ts';

/** The parameters that outputs follow from; a dropout layer's rate counts in training only. */
const READ = parameterNames.filter(name => parameters[name].shown);
const isRead = (tensor: TensorId) => READ.some(name => tensor.endsWith(`/${name}`));

export type Forward = {
  /** Calculates what follows from the changed stored tensors, as far as it can be something else. `elements`: which of
   *  a tensor's elements were changed; any of them, where it isn't named. Returns the computed tensors that are others
   *  now, bit for bit. */
  update(changed: Iterable<TensorId>, elements?: ReadonlyMap<TensorId, ArrayLike<number>>): Set<TensorId>;
  /** The current values of any tensor, stored or computed. The array is replaced, never written to, when a computed
   *  tensor changes. */
  value: (tensor: TensorId) => Float32Array;
  /** The most probable class of each of `count` images (one after the other) under the current parameters; undefined
   *  where a score isn't finite. Throws where the network doesn't end in a softmax. Sums may be less exact here than in
   *  `update`: scores that differ by a few millionths could change places. */
  predict: (images: Float32Array, count: number) => (number | undefined)[];
  dispose: () => void;
};

/** Hears how a pass goes on: which layer comes next, and how much of the network's arithmetic is behind it, from 0 to
 *  1. At the end it hears so without a layer. */
export type OnPass = (layer: string | undefined, done: number) => void;

/** What layers calculate besides their outputs. */
const BESIDES = ['partial', 'shifted', 'exp'] as const;

/** Multiplications that have to be saved, or making some channels by themselves takes longer than making all. */
const WORTHWHILE = 2 ** 15;

/** `stored` holds the pixels, the parameters and the expected class; the caller may write to these arrays and then says
 *  so with `update`. The backend has to be started. */
export function createForward(
  network: NetworkSpec,
  stored: ReadonlyMap<TensorId, Float32Array>,
  { worthwhile = WORTHWHILE, onPass }: { worthwhile?: number; onPass?: OnPass } = {},
): Forward {
  const shapes = inferShapes(network);
  const last = network.layers.at(-1)!;
  /** Of each layer its kind, names of its tensors, all channels of its output, the stored tensors that this follows
   *  from, its work, and whether it saves any to know which of its channels are others. */
  const facts = new Map(
    network.layers.map(layer => {
      const shape = shapes.get(layer.id)!;
      const names = layer.kind === 'input' ? ['output' as const] : READ;
      const own = names.map((name): TensorId => `${layer.id}/${name}`).filter(tensor => stored.has(tensor));
      const work = kindOf(layer).workOf(layer, shapes.get(layer.inputs[0]) ?? [], shape);
      const ids = (['output', 'kernel', 'partial'] as const).map((name): TensorId => `${layer.id}/${name}`);
      const [output, kernel, partial] = ids;
      const all = allChannels(shape.at(-1)!);
      return [layer.id, { kind: engineKindOf(layer), output, kernel, partial, all, own, work, counts: false }];
    }),
  );
  const allWork = [...facts.values()].reduce((sum, { work }) => sum + work, 1);
  for (const layer of network.layers.toReversed()) {
    const { kind, work, counts } = facts.get(layer.id)!;
    for (const id of layer.inputs) {
      const input = facts.get(id)!;
      if (kind.channelReads === 'same channel') input.counts ||= counts || work >= worthwhile;
      else if (layer.kind === 'conv2d') input.counts ||= input.all.length > CHANNELS_PER_PARTIAL;
    }
  }
  const computed = new Map<TensorId, Float32Array>();
  /** What each layer hands on. A flatten layer hands on its input's values in another shape. */
  const outputs = new Map<LayerId, Activations>();

  const value = (tensor: TensorId): Float32Array => {
    const values = stored.get(tensor) ?? computed.get(tensor);
    if (!values) throw new Error(`There is no tensor ${tensor}.`);
    return values;
  };

  const runner = createLayerRunner(network, shapes, value);

  /** Classes for many images at once. It needs the parameters that changed since it was last asked. */
  let batches: BatchNetwork | undefined;
  const stale = new Set<TensorId>([...stored.keys()].filter(isRead));
  const probabilitiesOf = (images: Float32Array, count: number): Float32Array => {
    batches ??= createBatchNetwork(network, 'wasm');
    batches.setParameters(new Map([...stale].map(id => [id, value(id)])));
    stale.clear();
    return batches.predict(images, count);
  };
  /** The same image by image, for networks that batches can't be made of. */
  const probabilitiesAlone = (images: Float32Array, count: number): Float32Array => {
    const size = images.length / count;
    const found = Array.from(
      { length: count },
      (_, image) => runner.runAll(images.subarray(image * size, (image + 1) * size)).get(last.id)!.values,
    );
    return Float32Array.from(found.flatMap(values => [...values]));
  };
  const softmaxInside = network.layers.some(layer => layer.kind === 'softmax' && layer !== last);

  const keep = (layer: Layer, output: Activations) => {
    const before = outputs.get(layer.id);
    if (before) releaseActivations(before);
    outputs.set(layer.id, output);
  };

  /** Keeps a computed tensor. True where it is another one than before. */
  const put = (layer: Layer, name: TensorName, values: Float32Array): boolean => {
    const before = computed.get(`${layer.id}/${name}`);
    if (before && !differ(before, values)) return false;
    computed.set(`${layer.id}/${name}`, values);
    return true;
  };

  function update(changed: Iterable<TensorId>, elements?: ReadonlyMap<TensorId, ArrayLike<number>>) {
    try {
      return pass(changed, elements);
    } finally {
      onPass?.(undefined, 1);
    }
  }

  function pass(changed: Iterable<TensorId>, elements: ReadonlyMap<TensorId, ArrayLike<number>> = new Map()) {
    const given = new Set(changed);
    for (const tensor of given) if (isRead(tensor)) stale.add(tensor);
    const others = new Set<TensorId>();
    /** Of each layer whose output is another one now, the channels that are. */
    const different = new Map<LayerId, Channels>();
    let behind = 0;
    for (const layer of network.layers) {
      const { own, kernel, work } = facts.get(layer.id)!;
      const changed = own.filter(tensor => given.has(tensor));
      onPass?.(layer.name, behind / allWork);
      behind += work;
      if (given.has(kernel)) runner.forget(layer.id);
      if (changed.length > 0 || layer.inputs.some(id => different.has(id))) calculate(layer, changed);
      if (layer === last && layer.kind === 'softmax') {
        const names = ['actual', 'shifted', 'exp'] as const;
        const tensors = names.map((name): TensorId => `${layer.id}/${name}`);
        if (!tensors.some(tensor => given.has(tensor) || others.has(tensor))) continue;
        const [actual, shifted, exp] = tensors.map(value);
        if (put(layer, 'crossEntropy', crossEntropy(actual, shifted, exp))) others.add(`${layer.id}/crossEntropy`);
      }
    }
    return others;

    /** Makes what of a layer's output may be other numbers now: of these tensors of its own, elements were changed. */
    function calculate(layer: Layer, changed: readonly TensorId[]): void {
      const { kind, output: id, all, work, counts } = facts.get(layer.id)!;
      const count = all.length;
      const read: Channels[] = [];
      for (const input of layer.inputs) if (different.has(input)) read.push(different.get(input)!);
      const own = changed.map(tensor => (elements.has(tensor) ? channelsOf(elements.get(tensor)!, count) : all));
      const channelsReached = reached(kind.channelReads, all, own, read);
      if (layer.kind === 'input') {
        // The pixels are the caller's: nothing tells what they were before.
        keep(layer, activationsOf(value(id), layer.shape));
        different.set(layer.id, channelsReached);
        return;
      }
      const inputs = layer.inputs.map(id => outputs.get(id)!);
      const before = outputs.get(layer.id);
      const channels = wholeBlocks(channelsReached, kind.block ?? 1, count);
      const sums = partialSums(layer, read);
      const saved = channels.length < count ? work * (1 - channels.length / count) : -1;
      const some = before && saved >= worthwhile ? before : undefined;
      const result = some ? runner.runChannels(layer, inputs, channels, sums) : runner.run(layer, inputs, sums);
      const { output } = result;
      for (const name of BESIDES) {
        const made = result[name];
        if (!made) continue;
        const values = some ? putChannels(value(`${layer.id}/${name}`), count, channels, made) : made;
        if (put(layer, name, values)) others.add(`${layer.id}/${name}`);
      }
      const made = some ? channels : undefined;
      // What is handed on has been compared.
      const found = kind.handsOn ? channelsReached : differences(before, output, made, channelsReached, counts);
      if (found.length === 0) return releaseActivations(output);
      different.set(layer.id, found);
      keep(layer, some ? merged(some, output, channels) : output);
      if (some) releaseActivations(output);
      if (layer.kind === 'flatten') return;
      computed.set(id, outputs.get(layer.id)!.values);
      others.add(id);
    }

    /** The sums over groups of input channels that a convolution may keep. */
    function partialSums(layer: Layer, read: readonly Channels[]): PartialSums | undefined {
      if (layer.kind !== 'conv2d') return undefined;
      const { partial: id, kernel } = facts.get(layer.id)!;
      const partial = computed.get(id);
      if (!partial) return undefined;
      if (given.has(kernel) && !elements.has(kernel)) return undefined;
      const edited = Array.from(elements.get(kernel) ?? [], element => Math.floor(element / layer.filters));
      const stale = together([...read, channelsOf(edited, shapes.get(layer.inputs[0])![2])]);
      return { partial, isStale: (first, end) => stale.some(channel => first <= channel && channel < end) };
    }
  }

  return {
    value,
    update,
    predict(images, count) {
      if (last.kind !== 'softmax') throw new Error('The network does not end in a softmax.');
      const classes = sizeOf(shapes.get(last.id)!);
      const probabilities = (softmaxInside ? probabilitiesAlone : probabilitiesOf)(images, count);
      return Array.from({ length: count }, (_, image) => argMax(probabilities, image * classes, classes));
    },
    dispose() {
      for (const activations of outputs.values()) releaseActivations(activations);
      runner.dispose();
      batches?.dispose();
    },
  };
}

/** Of all channels of a layer's output those that may be others now: those of its own tensors that were changed, and
 *  of what it reads. */
function reached(
  reads: EngineKind<Layer>['channelReads'],
  all: Channels,
  own: readonly Channels[],
  read: readonly Channels[],
): Channels {
  if (reads === 'everything' || (reads === 'all channels' && read.length > 0)) return all;
  return together([...own, ...read]);
}

/** Of the channels of a layer's output that may be others than before, those that are. `made`: the channels that
 *  `output` has; all, where left out. Where it doesn't count which ones are, all of them or none. */
function differences(
  before: Activations | undefined,
  { values, shape }: Activations,
  made: Channels | undefined,
  channelsReached: Channels,
  counts: boolean,
): Channels {
  if (!before) return channelsReached;
  const count = shape.at(-1)!;
  const part = made ? takeChannels(before.values, before.shape.at(-1)!, made) : before.values;
  if (!counts) return differ(part, values) ? channelsReached : [];
  if (!made) return differentChannels(part, values, count, channelsReached);
  return differentChannels(part, values, count, allChannels(count)).map(n => made[n]);
}

/** A layer's output as before, with other channels in it. */
function merged({ values, shape, finite }: Activations, part: Activations, channels: Channels): Activations {
  const all = putChannels(values, shape.at(-1)!, channels, part.values);
  return { shape, values: all, finite: (finite && part.finite) || isFinite(all) };
}
