/** Passes of whole batches through a network on a chosen backend: forward and backward in training, and inference. */
import {
  describeTensors,
  inferShapes,
  type Layer,
  type LayerId,
  type NetworkSpec,
  type ParameterName,
  type TensorId,
} from '../../../shared/network.ts';
import { parameterNames, parameters } from '../../../shared/layers/parameters.ts';
import type { Random } from '../../../shared/random.ts';
import { isFinite } from '../show/activations.ts';
import { checkBatchMemory, largestBatch } from './batch-memory.ts';
import { largestAbsolute } from '../layers/bounding.ts';
import type { Context, Pass } from '../layers/kind.ts';
import { engineKindOf } from '../layers/kinds.ts';
import { type Backward, backward, releasePass } from './backward.ts';
import { type BackendName, type BatchOps, createBatchOps, type Handle } from './batch-ops.ts';
import { createBounds } from './bounds.ts';
import { createLayerRunner, type LayerRunner } from '../show/layer-runner.ts';
import { allParts, type InParts } from '../kernels/pool.ts';
import type { Space } from '../kernels/space.ts';
import { countReaders, layersBeforeRelu, layersUnder, reluPools } from './readers.ts';
import { type LossKind, lossesOf, lossGradient, probabilitiesOf } from './loss.ts';
import { createSuspects } from './suspects.ts';
import { checkTrainable } from './trainable.ts';

export type { BackendName };

/** images [count,H,W,C] and targets [count,classes] are flat arrays. `weights` [count] scale the losses of the samples,
 *  and are 1 if left out. */
export type Batch = {
  images: Float32Array;
  targets: Float32Array;
  weights?: Float32Array;
  count: number;
};

export type BatchGradients = {
  /** Σ weight·loss of the samples / count, as Keras does with sample weights. Weight decay is not in it. */
  loss: number;
  /** The class probabilities [count,classes] of the training-mode forward pass. */
  probabilities: Float32Array;
  /** d loss / d parameter of every trained kernel, bias, gamma and beta. */
  gradients: Map<TensorId, Float32Array>;
  /** The moving averages after this batch, of those batchNorm layers that aren't frozen. */
  statistics: Map<TensorId, Float32Array>;
};

export type GradientOptions = {
  trained: ReadonlySet<TensorId>;
  random: Random;
  lent?: 'untilNextBegins' | 'untilNextEnds';
};

export type BatchNetwork = {
  /** Copies values of stored parameters. Parameters that aren't named stay as they are. Before the first pass, every
   *  parameter has to be set. `largest`: the largest of their absolute values, of those for which it is known. */
  setParameters(values: ReadonlyMap<TensorId, Float32Array>, largest?: ReadonlyMap<TensorId, number>): void;
  /** The parameters themselves, where the backend lets others change them. Who does says so by setParameters, which
   *  copies nothing then. They hold until the network is disposed of. */
  held(): Map<TensorId, Float32Array> | undefined;
  /** Where numbers can be that are used with these parameters. */
  space: Space | undefined;
  /** One pass forward and backward in training mode. `random` draws dropout masks.
   *
   *  A layer with none of its tensors in `trained` is frozen. It gets no gradients, and it normalises by its moving
   *  averages, not by the batch's own. The backward pass stops at the first trained layer.
   *
   *  On wasm, equal calls give equal bits. `lent`: the gradients are only read, and no more after the next call has
   *  begun, or has ended.
   *
   *  A sample's probabilities and the loss are NaN in two cases: a number overflows on the way forward, or the sheet
   *  would show #NUM! for that image. A number that overflows on the way back makes gradients that aren't finite. */
  gradients(batch: Batch, options: GradientOptions): BatchGradients;
  /** The same in parts of a few milliseconds, if pieces of a layer take no longer. Parameters stay as they are until it
   *  is done; other passes may be made meanwhile. Given up by `return`, it leaves nothing behind. */
  gradientsInParts(batch: Batch, options: GradientOptions): InParts<BatchGradients>;
  /** d (Σ weight·score of a class) / d pixel, for one image [H,W,C] in inference. The scores are what the last softmax
   *  or sigmoid reads; `weights` [classes] say which of them count. */
  inputGradient(image: Float32Array, weights: Float32Array): Float32Array;
  /** The loss's gradients by every activation and by every weight that training changes, in inference and for the one
   *  example that `shown` has the values of: every layer hands gradients on at the numbers it shows. `loss` [classes]
   *  is the gradient by the scores that the last layer reads. The elements in `owned` follow from nothing that is
   *  calculated here: they have no gradient (NaN) and hand none on.
   *
   *  `ends`: layers with cells that hand nothing on. Their gradient is then that of what reads them, with their own
   *  elements'. If there are any, weights get no gradients, and those of the ends themselves needn't be set.
   *  `handed` is told of every other layer with cells: the gradient by its output, and those that it hands on to each
   *  of its inputs. */
  cellGradients(of: {
    shown: (tensor: TensorId) => Float32Array;
    loss: Float32Array;
    owned: ReadonlyMap<TensorId, readonly number[]>;
    ends?: ReadonlySet<LayerId>;
    handed?: (layer: Layer, output: Float32Array, inputs: readonly Float32Array[]) => void;
  }): Map<TensorId, Float32Array>;
  /** Inference: the probabilities [count,classes] of images [count,H,W,C]. An image for which the sheet shows #NUM!
   *  gets NaN, which leaves the other images right. */
  predict(images: Float32Array, count: number): Float32Array;
  /** Inference with the loss [count] of each sample. A sample's loss is NaN if its probabilities are. */
  evaluate(
    images: Float32Array,
    targets: Float32Array,
    count: number,
  ): { probabilities: Float32Array; losses: Float64Array };
  dispose(): void;
};

/** The most samples that inference calculates at a time. More would be no faster; large samples come in smaller
 *  batches. */
export const INFERENCE_BATCH = 128;
const LEARNED = parameterNames.filter(name => parameters[name].trained);

/** A network for training and predicting. `backend` and wasm have to be started. The network has to end in a softmax or
 *  a sigmoid that reads a vector, and may have no other softmax. Throws UserError, naming the layer, if it doesn't.
 *  `make` makes what calculates. */
export function createBatchNetwork(
  network: NetworkSpec,
  backend: BackendName,
  make: (backend: BackendName) => BatchOps = createBatchOps,
): BatchNetwork {
  const last = network.layers.at(-1)!;
  const shapes = inferShapes(network);
  checkTrainable(network, shapes.get(last.id)!.length === 1);
  const loss = last.kind as LossKind;
  const classes = shapes.get(last.id)![0];
  const layers = layersUnder(network, last);
  const source = last.inputs[0];
  const tensors = new Map(describeTensors(network).map(tensor => [tensor.id, tensor]));
  const ops = make(backend);
  const fused = layersBeforeRelu(layers);
  const poolsAfterRelu = reluPools(layers);
  const parameters = new Map<TensorId, { values: Float32Array; largest?: number; handle?: Handle }>();
  const bounds = createBounds(
    shapes,
    id => valuesOf(id).values,
    id => (valuesOf(id).largest ??= largestAbsolute(valuesOf(id).values)),
  );
  let inferenceBatch: number | undefined;
  let batches = 0;
  /** The gradients that the last call has lent. */
  let borrowed: Handle[] = [];
  /** Calculates single images as the sheet does. Made when it is first needed. */
  let sheet: LayerRunner | undefined;

  const valuesOf = (id: TensorId) => {
    const parameter = parameters.get(id);
    if (!parameter) throw new Error(`The parameter ${id} was not set.`);
    return parameter;
  };
  /** The parameter's handle on the backend. It is made when it is first read, and again after the values have
   *  changed. */
  const handleOf = (id: TensorId): Handle => {
    const parameter = valuesOf(id);
    parameter.handle ??= (ops.tensorOf ?? ops.upload)(parameter.values, tensors.get(id)!.shape);
    return parameter.handle;
  };
  const forget = ({ handle }: { handle?: Handle }) => {
    if (handle) ops.release(handle);
  };

  /** The logits that the sheet shows for one image. */
  const sheetLogits = (image: Float32Array): Float32Array => {
    sheet ??= createLayerRunner(network, shapes, id => valuesOf(id).values);
    return sheet.runAll(image).get(source)!.values;
  };

  /** Runs the layers under the last one on `count` images. Returns the logits, and leaves in `passes` those of the
   *  layers in `keeps`; others are released as soon as nothing reads them.
   *
   *  If bounds prove that no number of a sample can overflow, its numbers are not checked. The other samples are
   *  suspects. In inference a suspect gets the logits that the sheet would show. Training calculates differently
   *  (dropout, the batch's own statistics). So there a suspect's numbers are checked layer by layer, before a ReLU can
   *  hide an overflow, and the sheet's numbers are checked too. Its logits are NaN if either check fails. */
  function* forward(
    images: Float32Array,
    count: number,
    {
      passes,
      training,
      keeps,
    }: {
      passes: Map<LayerId, Pass>;
      training?: { random: Random; learning: ReadonlySet<LayerId> };
      keeps?: ReadonlySet<LayerId>;
    },
  ): InParts<Float32Array> {
    const readers = countReaders(layers);
    const suspects = createSuspects(bounds, count, training && { count, learning: training.learning });
    const lost = new Set<number>();
    const activated = new Set<LayerId>();
    for (const layer of layers) {
      suspects.follow(layer, id => (layer.kind === 'input' ? images : ops.download(passes.get(id)!.output)));
      if (layer.kind === 'input') {
        const output = ops.upload(images, [count, ...layer.shape]);
        passes.set(layer.id, { output, backward: () => ({}) });
        continue;
      }
      const looks = training !== undefined && suspects.samples.size > 0;
      if (fused.has(layer.id) && !looks) activated.add(layer.id);
      const context: Context = {
        ops,
        shape: shapes.get(layer.id)!,
        parameter: name => handleOf(`${layer.id}/${name}`),
        values: name => valuesOf(`${layer.id}/${name}`).values,
        random: training?.random,
        trained: training?.learning.has(layer.id) ?? false,
        activation: activated.has(layer.id) ? 'relu' : 'linear',
        alreadyActivated: activated.has(layer.inputs[0]),
        poolAfterRelu: poolsAfterRelu.has(layer.id),
        mayOverflow: looks,
      };
      const inputs = layer.inputs.map(input => passes.get(input)!.output);
      yield* ops.inParts(() => passes.set(layer.id, engineKindOf(layer).run!(layer, inputs, context)));
      if (looks) for (const sample of lostIn(passes.get(layer.id)!, count)) lost.add(sample);
      for (const input of layer.inputs) {
        const left = readers.get(input)! - 1;
        readers.set(input, left);
        if (left === 0 && !keeps?.has(input)) releasePass(ops, passes, input);
      }
    }
    const logits = ops.download(passes.get(source)!.output);
    const size = images.length / count;
    for (const sample of suspects.samples) {
      const found = sheetLogits(images.subarray(sample * size, (sample + 1) * size));
      if (!training) logits.set(found, sample * classes);
      else if (!isFinite(found)) lost.add(sample);
    }
    for (const sample of lost) logits.fill(Number.NaN, sample * classes, (sample + 1) * classes);
    return logits;
  }

  /** The samples that have a number in this layer's output that isn't finite. If the batch's own statistics have one,
   *  all samples do. */
  const lostIn = ({ output, kept = [], statistics }: Pass, count: number): number[] => {
    const values = ops.download(output);
    const size = values.length / count;
    const mixed = statistics !== undefined && !kept.every(handle => isFinite(ops.download(handle)));
    return Array.from({ length: count }, (_, sample) => sample).filter(
      sample => mixed || !isFinite(values.subarray(sample * size, (sample + 1) * size)),
    );
  };

  /** The first batch stays on this thread: a short job is done before others have started. */
  const startLater = (count: number) => {
    if (count > 1 && batches++ > 0) ops.start();
  };

  const infer = (images: Float32Array, count: number): Float32Array => {
    startLater(count);
    const logits = new Float32Array(count * classes);
    const size = images.length / count;
    inferenceBatch ??= backend === 'wasm' ? Math.min(INFERENCE_BATCH, largestBatch(network)) : INFERENCE_BATCH;
    if (inferenceBatch < 1) checkBatchMemory(network, 1);
    for (let first = 0; first < count; first += inferenceBatch) {
      const some = Math.min(inferenceBatch, count - first);
      const passes = new Map<LayerId, Pass>();
      logits.set(
        allParts(forward(images.subarray(first * size, (first + some) * size), some, { passes })),
        first * classes,
      );
      for (const layer of passes.keys()) releasePass(ops, passes, layer);
    }
    return logits;
  };

  function* gradientsInParts(
    { images, targets, weights, count }: Batch,
    { trained, random, lent }: GradientOptions,
  ): InParts<BatchGradients> {
    startLater(count);
    if (lent !== 'untilNextEnds') giveBack();
    const { learning, reached } = layersToTrain(layers, trained);
    // A layer's gradient reads the layer's inputs and its output.
    const keeps = new Set(layers.filter(({ id }) => reached.has(id)).flatMap(({ id, inputs }) => [id, ...inputs]));
    const passes = new Map<LayerId, Pass>();
    const lending: Handle[] = [];
    let isDone = false;
    try {
      const logits = yield* forward(images, count, { passes, training: { random, learning }, keeps });
      const statistics = new Map<TensorId, Float32Array>();
      for (const [layer, { statistics: found }] of passes)
        for (const [name, values] of found?.() ?? []) statistics.set(`${layer}/${name}`, values);

      const losses = lossesOf(loss, logits, targets, classes);
      const probabilities = probabilitiesOf(loss, logits, classes);
      const gradients = new Map<TensorId, Float32Array>();
      const gradient = reached.has(source)
        ? byScores(lossGradient(loss, probabilities, targets, classes, count, weights), count)
        : undefined;
      const take: Backward['take'] = (layer, _dy, found) => {
        for (const [name, handle] of found) {
          const id: TensorId = `${layer.id}/${name}`;
          if (trained.has(id)) gradients.set(id, lent ? ops.read(handle) : ops.download(handle));
          if (trained.has(id) && lent) lending.push(handle);
          else ops.release(handle);
        }
      };
      yield* backward({ ops, layers, passes, gradient, reached, learning, take });
      // A layer that the last one doesn't depend on has a gradient of 0.
      for (const id of trained) {
        const tensor = tensors.get(id);
        if (tensor && LEARNED.includes(tensor.name as ParameterName) && !gradients.has(id))
          gradients.set(id, new Float32Array(tensor.size));
      }
      const total = losses.reduce((sum, value, sample) => sum + value * (weights?.[sample] ?? 1), 0);
      isDone = true;
      giveBack();
      borrowed = lending;
      return { loss: total / count, probabilities, gradients, statistics };
    } finally {
      if (!isDone) {
        for (const layer of passes.keys()) releasePass(ops, passes, layer);
        for (const handle of lending) ops.release(handle);
      }
    }
  }

  const byScores = (values: Float32Array, count: number) => ({ source, values, shape: [count, classes] });

  /** Gives back the gradients that were lent. */
  function giveBack(): void {
    for (const handle of borrowed) ops.release(handle);
    borrowed = [];
  }

  return {
    setParameters(values, largest) {
      for (const [id, value] of values) {
        const before = parameters.get(id);
        const isHeld = before !== undefined && ops.space !== undefined && before.values.length === value.length;
        if (!isHeld) {
          if (before) forget(before);
          const own = ops.space?.take(value.length) ?? new Float32Array(value.length);
          own.set(value);
          parameters.set(id, { values: own });
        } else if (before.values !== value) before.values.set(value);
        parameters.get(id)!.largest = largest?.get(id);
        const layer = tensors.get(id)?.layer;
        if (layer === undefined) continue;
        bounds.forget(layer);
        if (tensors.get(id)!.name === 'kernel') sheet?.forget(layer);
      }
    },

    held: () => ops.space && new Map([...parameters].map(([id, { values }]): [TensorId, Float32Array] => [id, values])),
    space: ops.space,

    gradients: (batch, options) => allParts(gradientsInParts(batch, options)),
    gradientsInParts,

    inputGradient(image, weights) {
      const all = new Set(layers.map(({ id }) => id));
      const passes = new Map<LayerId, Pass>();
      allParts(forward(image, 1, { passes, keeps: all }));
      let found = new Float32Array(image.length);
      const take: Backward['take'] = (layer, dy, own) => {
        if (layer.kind === 'input') found = ops.download(dy).slice();
        for (const [, handle] of own) ops.release(handle);
      };
      const gradient = byScores(weights, 1);
      allParts(backward({ ops, layers, passes, gradient, reached: all, learning: new Set(), take }));
      return found;
    },

    cellGradients({ shown, loss: gradient, owned, ends = new Set(), handed }) {
      checkBatchMemory(network, 1);
      const all = new Set(layers.map(({ id }) => id));
      const passes = new Map<LayerId, Pass>();
      const read = new Set(layers.filter(({ id }) => !ends.has(id)).flatMap(({ inputs }) => inputs));
      for (const layer of layers) {
        if (ends.has(layer.id) && !read.has(layer.id)) continue;
        // Layers without cells of their own only rename what they read.
        const values = tensors.has(`${layer.id}/output`) ? shown(`${layer.id}/output`) : undefined;
        const output = values && ops.upload(values, [1, ...shapes.get(layer.id)!]);
        if (layer.kind === 'input' || ends.has(layer.id)) {
          passes.set(layer.id, { output: output!, backward: () => ({}) });
          continue;
        }
        const pass = engineKindOf(layer).run!(
          layer,
          layer.inputs.map(input => passes.get(input)!.output),
          {
            ops,
            shape: shapes.get(layer.id)!,
            parameter: name => handleOf(`${layer.id}/${name}`),
            values: name => valuesOf(`${layer.id}/${name}`).values,
            trained: false,
            activation: 'linear',
            alreadyActivated: false,
            poolAfterRelu: false,
            mayOverflow: true,
          },
        );
        passes.set(layer.id, output ? { ...pass, output, kept: [...(pass.kept ?? []), pass.output] } : pass);
      }
      const found = new Map<TensorId, Float32Array>();
      const withoutOwn = (id: TensorId, dy: Handle, none: number): Float32Array => {
        const values = ops.download(dy).slice();
        for (const index of owned.get(id) ?? []) values[index] = none;
        return values;
      };
      /** The gradient by the output of the layer that is gone through, with the elements that hand none on. */
      let whole = new Float32Array();
      const take: Backward['take'] = (layer, dy, own, inputs) => {
        const id: TensorId = `${layer.id}/output`;
        const isEnd = ends.has(layer.id);
        if (tensors.has(id)) found.set(id, isEnd ? ops.download(dy).slice() : withoutOwn(id, dy, Number.NaN));
        if (handed && !isEnd && tensors.has(id))
          handed(
            layer,
            whole,
            layer.inputs.map((_, position) => ops.download(inputs[position] ?? inputs[0]).slice()),
          );
        for (const [name, handle] of own) {
          found.set(`${layer.id}/${name}`, ops.download(handle).slice());
          ops.release(handle);
        }
      };
      const cut: Backward['cut'] = (layer, dy) => {
        const id: TensorId = `${layer.id}/output`;
        if (ends.has(layer.id)) return undefined;
        if (handed) whole = ops.download(dy).slice();
        if (!owned.get(id)?.length) return dy;
        const own = ops.upload(withoutOwn(id, dy, 0), dy.shape);
        ops.release(dy);
        return own;
      };
      const learning = ends.size > 0 ? new Set<LayerId>() : all;
      allParts(backward({ ops, layers, passes, gradient: byScores(gradient, 1), reached: all, learning, take, cut }));
      return found;
    },

    predict: (images, count) => probabilitiesOf(loss, infer(images, count), classes),

    evaluate(images, targets, count) {
      const logits = infer(images, count);
      return {
        probabilities: probabilitiesOf(loss, logits, classes),
        losses: lossesOf(loss, logits, targets, classes),
      };
    },

    dispose() {
      giveBack();
      for (const parameter of parameters.values()) forget(parameter);
      parameters.clear();
      sheet?.dispose();
      ops.dispose();
    },
  };
}

/** The layers that a gradient has to pass: those that learn, and all that depend on one of them. */
function layersToTrain(layers: readonly Layer[], trained: ReadonlySet<TensorId>) {
  const learning = new Set<LayerId>();
  const reached = new Set<LayerId>();
  for (const { id, inputs } of layers) {
    if (LEARNED.some(name => trained.has(`${id}/${name}`))) learning.add(id);
    if (learning.has(id) || inputs.some(input => reached.has(input))) reached.add(id);
  }
  return { learning, reached };
}
