/** The forward pass of a whole network for the sheet. It keeps every tensor's values. After an edit it calculates only
 *  the channels that the edit reaches. */
import { channelsPerPartial } from '../../../shared/layers/conv2d.ts';
import { kindOf } from '../../../shared/layers/kinds.ts';
import { parameterNames, parameters } from '../../../shared/layers/parameters.ts';
import {
  describeTensors,
  inferShapes,
  type Layer,
  type LayerId,
  type NetworkSpec,
  type ParameterName,
  sizeOf,
  type TensorId,
  type TensorName,
} from '../../../shared/network.ts';
import { type Activations, activationsOf, isFinite, releaseActivations } from './activations.ts';
import { argMax } from './arg-max.ts';
import { type BatchNetwork, createBatchNetwork } from '../batch/batch-network.ts';
import type { Changes, EngineKind, PartialSums } from '../layers/kind.ts';
import { engineKindOf } from '../layers/kinds.ts';
import { binaryCrossEntropy } from '../layers/sigmoid.ts';
import { crossEntropy } from '../layers/softmax.ts';
import {
  allChannels,
  type Channels,
  channelsOf,
  differ,
  differentChannels,
  putChannels,
  takeChannels,
  union,
  wholeBlocks,
} from './channels.ts';
import type { Formulas } from './formulas.ts';
import { createLayerRunner } from './layer-runner.ts';

/** The parameters that change what is shown. A dropout layer's rate is not among them: it only counts in training. */
const READ = parameterNames.filter(name => parameters[name].shown);
const isRead = (tensor: TensorId) => READ.some(name => tensor.endsWith(`/${name}`));

export type Forward = {
  /** Calculates what depends on the changed stored tensors. `elements` says which elements of a tensor changed; a
   *  tensor that it doesn't name may have changed anywhere. Returns the computed tensors that have new values now,
   *  compared bit for bit. */
  update(changed: Iterable<TensorId>, elements?: ReadonlyMap<TensorId, ArrayLike<number>>): Set<TensorId>;
  /** The same, layer by layer, for work that lets others through. Before each layer it gives the share of the
   *  arithmetic that is done. */
  inSteps(changed: Iterable<TensorId>): Iterable<number>;
  /** The current values of a tensor, stored or computed. When a computed tensor changes it gets a new array; the old
   *  one is never written to. */
  value: (tensor: TensorId) => Float32Array;
  /** The most probable class of each of `count` images, which follow one another in `images`. Undefined if a score
   *  isn't finite. Throws if the network doesn't end in a softmax. Sums may be less exact than in `update`, so scores
   *  that differ by a few millionths may change their order. */
  predict: (images: Float32Array, count: number) => (number | undefined)[];
  /** Lets these formulas take part from the next update on. They know all values as they are. */
  attach: (formulas: Formulas | undefined) => void;
  dispose: () => void;
};

/** Called before each layer of a pass, and now and then within a layer that takes long, with the name of the layer and
 *  the share of the arithmetic that is done, 0 to 1. At the end it is called without a name. */
export type OnPass = (layer: string | undefined, done: number) => void;

/** The computed tensors that a layer may have besides its output. */
const BESIDES = ['partial', 'shifted', 'exp'] as const;

/** The computed tensors that a layer may have. */
const tensorsOf = ({ id }: Layer): TensorId[] =>
  (['output', ...BESIDES, 'crossEntropy'] as const).map((name): TensorId => `${id}/${name}`);

/** A layer calculates only some of its channels if that saves this many multiplications. With less to save, it is
 *  faster to calculate all. */
const WORTHWHILE = 2 ** 15;

/** With these, a layer saves work if it knows which channels of its inputs have changed. */
const TRACKED: ReadonlySet<EngineKind<Layer>['channelReads']> = new Set(['same channel', 'as it says']);

/** `stored` holds the pixels, the parameters and the expected class. The caller may write to these arrays, and then
 *  calls `update`. `formulas` is left out where there are none. `once`: it calculates once, so it keeps no kernels.
 *  `known` gives the outputs of layers that need not be calculated. The backend has to be started. */
export function createForward(
  network: NetworkSpec,
  stored: ReadonlyMap<TensorId, Float32Array>,
  options: {
    worthwhile?: number;
    onPass?: OnPass;
    formulas?: Formulas;
    once?: boolean;
    known?: (layer: Layer) => Float32Array | undefined;
  } = {},
): Forward {
  const { worthwhile = WORTHWHILE, onPass, once, known } = options;
  let { formulas } = options;
  const shapes = inferShapes(network);
  const last = network.layers.at(-1)!;
  /** For each layer: its kind, the names of its tensors, all channels of its output, the stored tensors it reads
   *  (`own`), and its work in multiplications. `tracksChannels`: a later layer saves work if it knows which channels of
   *  this output changed. */
  const facts = new Map(
    network.layers.map(layer => {
      const shape = shapes.get(layer.id)!;
      const names = layer.kind === 'input' ? ['output' as const] : READ;
      const own = names.map((name): TensorId => `${layer.id}/${name}`).filter(tensor => stored.has(tensor));
      const work = kindOf(layer).workOf(layer, shapes.get(layer.inputs[0]) ?? [], shape);
      const ids = (['output', 'kernel', 'partial'] as const).map((name): TensorId => `${layer.id}/${name}`);
      const [output, kernel, partial] = ids;
      const all = allChannels(shape.at(-1)!);
      return [layer.id, { kind: engineKindOf(layer), output, kernel, partial, all, own, work, tracksChannels: false }];
    }),
  );
  const lastAxes = new Map(describeTensors(network).map(({ id, shape }) => [id, shape.at(-1)!]));
  const allWork = [...facts.values()].reduce((sum, { work }) => sum + work, 1);
  for (const layer of network.layers.toReversed()) {
    const { kind, work, tracksChannels } = facts.get(layer.id)!;
    for (const id of layer.inputs) {
      const input = facts.get(id)!;
      if (TRACKED.has(kind.channelReads)) input.tracksChannels ||= tracksChannels || work >= worthwhile;
      else if (layer.kind === 'conv2d') input.tracksChannels ||= input.all.length > channelsPerPartial(layer);
    }
  }
  const computed = new Map<TensorId, Float32Array>();
  /** Each layer's output. A flatten layer's is its input's values in another shape. */
  const outputs = new Map<LayerId, Activations>();
  for (const layer of network.layers) {
    const values = known?.(layer);
    if (values) outputs.set(layer.id, activationsOf(values, shapes.get(layer.id)!));
    if (values && !kindOf(layer).reshapes && layer.kind !== 'input') computed.set(`${layer.id}/output`, values);
  }

  const value = (tensor: TensorId): Float32Array => {
    const values = formulas?.shown(tensor) ?? stored.get(tensor) ?? computed.get(tensor);
    if (!values) throw new Error(`There is no tensor ${tensor}.`);
    return values;
  };

  /** The layer that a pass has come to, and the work of those before it. */
  let reachedLayer: { name: string; behind: number; work: number } | undefined;
  const runner = createLayerRunner(network, shapes, value, part => {
    if (!reachedLayer) return;
    const { name, behind, work } = reachedLayer;
    onPass?.(name, (behind + part * work) / allWork);
  });

  /** Predicts many images at once. `stale` has the parameters that changed since the last prediction. */
  let batches: BatchNetwork | undefined;
  const stale = new Set<TensorId>([...stored.keys()].filter(isRead));
  const probabilitiesOf = (images: Float32Array, count: number): Float32Array => {
    batches ??= createBatchNetwork(network, 'wasm');
    batches.setParameters(new Map([...stale].map(id => [id, value(id)])));
    stale.clear();
    return batches.predict(images, count);
  };
  /** Predicts image by image, for networks with a softmax inside, which a BatchNetwork doesn't take. */
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

  /** Stores a computed tensor. Returns whether it differs from the one before. */
  const put = (layer: Layer, name: TensorName, values: Float32Array): boolean => {
    const before = computed.get(`${layer.id}/${name}`);
    if (before && !differ(before, values)) return false;
    computed.set(`${layer.id}/${name}`, values);
    return true;
  };

  /** A copy of values in which derived ones stand where formulas stand over them. */
  function restored(tensor: TensorId, values: Float32Array): Float32Array {
    if (!formulas) return values;
    const copy = values.slice();
    formulas.restore(tensor, copy);
    return copy;
  }

  function update(changed: Iterable<TensorId>, elements?: ReadonlyMap<TensorId, ArrayLike<number>>) {
    const steps = passes(changed, elements);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  }

  function* passes(changed: Iterable<TensorId>, elements?: ReadonlyMap<TensorId, ArrayLike<number>>) {
    try {
      const others = yield* pass(changed, elements);
      while (formulas?.end()) for (const tensor of yield* pass([])) others.add(tensor);
      // NaN stands for every error, so a tensor may show others with the same numbers.
      if (formulas?.takeRenamed()) for (const [id, values] of computed) if (!isFinite(values)) others.add(id);
      return others;
    } finally {
      reachedLayer = undefined;
      onPass?.(undefined, 1);
    }
  }

  function* pass(changed: Iterable<TensorId>, edited: ReadonlyMap<TensorId, ArrayLike<number>> = new Map()) {
    const given = new Set(changed);
    const elements = formulas ? new Map(edited) : edited;
    for (const tensor of given) if (isRead(tensor)) stale.add(tensor);
    formulas?.begin(given);
    const others = new Set<TensorId>();
    /** The layers whose output has changed, with the channels that changed. */
    const different = new Map<LayerId, Channels>();
    let behind = 0;
    for (const layer of network.layers) {
      const { own, kernel, work } = facts.get(layer.id)!;
      if (formulas) for (const tensor of own) takeOver(tensor);
      const changed = own.filter(tensor => given.has(tensor));
      reachedLayer = { name: layer.name, behind, work };
      onPass?.(layer.name, behind / allWork);
      yield behind / allWork;
      behind += work;
      if (given.has(kernel)) runner.forget(layer.id);
      const isNew = !outputs.has(layer.id);
      if (changed.length > 0 || isNew || layer.inputs.some(id => different.has(id))) calculate(layer, changed, isNew);
      else if (formulas) rewrite(layer);
      if (layer === last && stored.has(`${layer.id}/actual`)) {
        formulas?.after(layer.id, changedIn(layer), true);
        compareWithActual(layer);
      }
      formulas?.after(layer.id, changedIn(layer));
      if (once) runner.forget(layer.id);
    }
    return others;

    /** The computed tensors of a layer that have changed. */
    function changedIn(layer: Layer): Map<TensorId, Float32Array> {
      return new Map(tensorsOf(layer).flatMap(id => (others.has(id) ? [[id, value(id)]] : [])));
    }

    /** Takes over the elements of a stored tensor that formulas have changed. */
    function takeOver(tensor: TensorId): void {
      const indices = formulas?.changed(tensor);
      if (!indices) return;
      const before = elements.get(tensor);
      if (before || !given.has(tensor))
        (elements as Map<TensorId, number[]>).set(tensor, [...Array.from(before ?? []), ...indices]);
      given.add(tensor);
      others.add(tensor);
      if (isRead(tensor)) stale.add(tensor);
    }

    /** Writes what formulas give over a layer that reads nothing that has changed. */
    function rewrite(layer: Layer): void {
      const { output: id } = facts.get(layer.id)!;
      // A column beside the output changes the output, which follows from the whole layer.
      if (BESIDES.some(name => formulas!.isDue(`${layer.id}/${name}`))) calculate(layer, [], true);
      else if (formulas!.isDue(id)) keepWritten(layer, restored(id, outputs.get(layer.id)!.values));
    }

    /** Writes what formulas give over the derived values, and keeps the result as the layer's output. */
    function keepWritten(layer: Layer, values: Float32Array): void {
      const { output: id, all } = facts.get(layer.id)!;
      formulas!.write(id, values);
      const before = outputs.get(layer.id);
      const found = before ? differentChannels(before.values, values, all.length, all) : all;
      if (found.length === 0) return;
      different.set(layer.id, found);
      keep(layer, activationsOf(values, shapes.get(layer.id)!));
      computed.set(id, values);
      others.add(id);
    }

    /** The cross-entropy beside the softmax or the sigmoid at the end. */
    function compareWithActual(layer: Layer): void {
      const [actual, shifted, exp, id] = (['actual', 'shifted', 'exp', 'crossEntropy'] as const).map(
        (name): TensorId => `${layer.id}/${name}`,
      );
      takeOver(actual);
      const read = layer.kind === 'softmax' ? [actual, shifted, exp] : [actual];
      const isStale = layer.kind !== 'softmax' && (different.has(layer.inputs[0]) || !computed.has(id));
      if (!isStale && !read.some(tensor => given.has(tensor) || others.has(tensor)) && !formulas?.isDue(id)) return;
      const terms =
        layer.kind === 'softmax'
          ? crossEntropy(value(actual), value(shifted), value(exp))
          : binaryCrossEntropy(value(actual), outputs.get(layer.inputs[0])!.values);
      // An expected class that is an error isn't a blank.
      for (const index of formulas?.failing(actual) ?? []) terms[index] = Number.NaN;
      if (formulas?.overrides(id)) formulas.write(id, terms);
      if (put(layer, 'crossEntropy', terms)) others.add(id);
    }

    /** Calculates the channels of a layer that may have changed. `changed` names the layer's own tensors that did.
     *  `whole`: all channels. */
    function calculate(layer: Layer, changed: readonly TensorId[], whole = false): void {
      const { kind, output: id, all, work, tracksChannels } = facts.get(layer.id)!;
      const count = all.length;
      const read: Channels[] = [];
      for (const input of layer.inputs) if (different.has(input)) read.push(different.get(input)!);
      const own = changed.map(tensor => (elements.has(tensor) ? channelsOf(elements.get(tensor)!, count) : all));
      const channelsReached = whole
        ? all
        : kind.reached
          ? kind.reached(layer, changesOf(layer, changed), shapes.get(layer.id)!)
          : channelsReachedBy(kind.channelReads, all, own, read);
      if (layer.kind === 'input') {
        // The caller has overwritten the pixels, so there is nothing to compare them with.
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
      const overridden = formulas && tensorsOf(layer).some(tensor => formulas!.overrides(tensor));
      for (const name of BESIDES) {
        const made = result[name];
        if (!made) continue;
        const besides: TensorId = `${layer.id}/${name}`;
        const values = some ? putChannels(restored(besides, value(besides)), count, channels, made) : made;
        if (overridden) formulas!.write(besides, values);
        if (put(layer, name, values)) others.add(besides);
      }
      if (overridden) {
        releaseActivations(output);
        const { values } = output;
        return keepWritten(
          layer,
          some ? putChannels(restored(id, some.values), count, channels, values) : values.slice(),
        );
      }
      const made = some ? channels : undefined;
      // These values are the input's, and were compared there.
      const found = kind.identity
        ? channelsReached
        : changedChannels(before, output, made, channelsReached, tracksChannels);
      if (found.length === 0) return releaseActivations(output);
      different.set(layer.id, found);
      keep(layer, some ? merged(some, output, channels) : output);
      if (some) releaseActivations(output);
      if (kindOf(layer).reshapes) return;
      computed.set(id, outputs.get(layer.id)!.values);
      others.add(id);
    }

    /** What has changed in the inputs of a layer, and in its own tensors `changed`. */
    function changesOf({ inputs }: Layer, changed: readonly TensorId[]): Changes {
      const changes = new Map<number | ParameterName, Channels | 'all'>();
      for (const [at, id] of inputs.entries()) if (different.has(id)) changes.set(at, different.get(id)!);
      for (const tensor of changed) {
        const edited = elements.get(tensor);
        const name = tensor.split('/')[1] as ParameterName;
        changes.set(name, edited ? channelsOf(edited, lastAxes.get(tensor)!) : 'all');
      }
      return changes;
    }

    /** The convolution's sums over groups of input channels as they were. Groups that no change reaches are used
     *  again. */
    function partialSums(layer: Layer, read: readonly Channels[]): PartialSums | undefined {
      if (layer.kind !== 'conv2d') return undefined;
      const { partial: id, kernel } = facts.get(layer.id)!;
      const partial = computed.get(id);
      if (!partial || formulas?.overrides(id)) return undefined;
      if (given.has(kernel) && !elements.has(kernel)) return undefined;
      const edited = Array.from(elements.get(kernel) ?? [], element => Math.floor(element / layer.filters));
      const stale = union([...read, channelsOf(edited, shapes.get(layer.inputs[0])![2])]);
      return { partial, isStale: (first, end) => stale.some(channel => first <= channel && channel < end) };
    }
  }

  return {
    value,
    update,
    inSteps: changed => passes(changed),
    predict(images, count) {
      if (last.kind !== 'softmax') throw new Error('The network does not end in a softmax.');
      const classes = sizeOf(shapes.get(last.id)!);
      const probabilities = (softmaxInside ? probabilitiesAlone : probabilitiesOf)(images, count);
      return Array.from({ length: count }, (_, image) => argMax(probabilities, image * classes, classes));
    },
    attach(others) {
      formulas = others;
    },
    dispose() {
      for (const activations of outputs.values()) releaseActivations(activations);
      runner.dispose();
      batches?.dispose();
    },
  };
}

/** The channels of a layer's output that may have changed. `own` has the channels of its own changed tensors, `read`
 *  those of the inputs that changed. */
function channelsReachedBy(
  reads: EngineKind<Layer>['channelReads'],
  all: Channels,
  own: readonly Channels[],
  read: readonly Channels[],
): Channels {
  if (reads === 'everything' || (reads === 'all channels' && read.length > 0)) return all;
  return union([...own, ...read]);
}

/** The channels of a layer's output that have really changed. `made` lists the channels that `output` has, and is left
 *  out if it has all. If channels aren't tracked, the result is all channels reached, or none. */
function changedChannels(
  before: Activations | undefined,
  { values, shape }: Activations,
  made: Channels | undefined,
  channelsReached: Channels,
  tracksChannels: boolean,
): Channels {
  if (!before) return channelsReached;
  const count = shape.at(-1)!;
  const part = made ? takeChannels(before.values, before.shape.at(-1)!, made) : before.values;
  if (!tracksChannels) return differ(part, values) ? channelsReached : [];
  if (!made) return differentChannels(part, values, count, channelsReached);
  return differentChannels(part, values, count, allChannels(count)).map(n => made[n]);
}

/** A layer's output with these channels replaced. */
function merged({ values, shape, finite }: Activations, part: Activations, channels: Channels): Activations {
  const all = putChannels(values, shape.at(-1)!, channels, part.values);
  return { shape, values: all, finite: (finite && part.finite) || isFinite(all) };
}
