/** What a network is: layers in order, each with its inputs. Plain data, as it stands in a file. */
import { UserError } from './errors.ts';
import { kindOf } from './layers/kinds.ts';
import type { Layer } from './layers/kinds.ts';
import { parameterOf } from './layers/parameters.ts';
import { LIMITS } from './limits.ts';
import { sentences } from './messages/sentences.ts';
import { parseSettings } from './network-schema.ts';
import type { NetworkSpec } from './network-schema.ts';
import { formatShape, sizeOf } from './tensor.ts';
import type { LayerId, Shape, TensorId, TensorInfo, TensorName } from './tensor.ts';

export * from './tensor.ts';
export { CHANNELS_PER_PARTIAL } from './layers/conv2d.ts';
export type { NetworkSpec } from './network-schema.ts';
export type { Layer, LayerKind, LayerOf, LayerSettings } from './layers/kinds.ts';

/** A network from outside (a file, a message), checked through and through. Throws UserError naming the layer, the
 *  shapes and the remedy. */
export function parseNetwork(value: unknown): NetworkSpec {
  const network = parseSettings(value);
  checkConnections(network);
  describeTensors(network);
  checkWork(network);
  return network;
}

/** One input layer, first; ids and names unique; every other layer reads exactly one earlier layer, an add layer
 *  several. */
function checkConnections({ layers }: NetworkSpec): void {
  const all = new Map(layers.map(layer => [layer.id, layer]));
  const seen = new Map<LayerId, Layer>();
  const names = new Set<string>();
  for (const [position, layer] of layers.entries()) {
    if (seen.has(layer.id)) throw new UserError(sentences.network.duplicateId(layer.id));
    // The name box finds names whatever their case.
    if (names.has(layer.name.toLowerCase())) throw new UserError(sentences.network.duplicateName(layer.name));
    if ((layer.kind === 'input') !== (position === 0)) {
      throw new UserError(
        position === 0 ? sentences.network.inputMissing(layer.name) : sentences.network.secondInput(layer.name),
      );
    }
    checkInputCount(layer);
    for (const id of layer.inputs) {
      const source = all.get(id);
      if (!source) throw new UserError(sentences.network.unknownInput(layer.name, id));
      if (!seen.has(id)) throw new UserError(sentences.network.laterInput(layer.name, source.name));
    }
    seen.set(layer.id, layer);
    names.add(layer.name.toLowerCase());
  }
}

function checkInputCount(layer: Layer): void {
  const { least, most, refusal } = kindOf(layer).inputs;
  const { length } = layer.inputs;
  if (length < least || length > most) throw new UserError(refusal(layer.name, length));
}

/** The shape of every layer's output, in network order. Throws UserError where a layer can't work on what it reads. */
export function inferShapes({ layers }: NetworkSpec): Map<LayerId, Shape> {
  const shapes = new Map<LayerId, Shape>();
  const names = new Map(layers.map(layer => [layer.id, layer.name]));
  for (const layer of layers) {
    const inputs = layer.inputs.map(id => ({ name: names.get(id)!, shape: shapes.get(id)! }));
    shapes.set(layer.id, kindOf(layer).shapeOf(layer, inputs));
  }
  return shapes;
}

/** The layer whose output this layer reads (as its first input, or at another position), flatten layers passed through:
 *  they only read their input's cells in another order (the same, row-major). */
export function sourceOf(layers: ReadonlyMap<LayerId, Layer>, layer: Layer, position = 0): Layer {
  let source = layers.get(layer.inputs[position])!;
  while (kindOf(source).reshapes) source = layers.get(source.inputs[0])!;
  return source;
}

/** Every layer that `layer` reads, flatten layers passed through; in the order of its inputs, one that it reads twice
 *  standing twice. */
export function sourcesOf(layers: ReadonlyMap<LayerId, Layer>, layer: Layer): Layer[] {
  return layer.inputs.map((_, position) => sourceOf(layers, layer, position));
}

/** The layer whose units the layer's own units are, activations, batchNorm, dropout and softmax passed through. */
export function unitsLayer(layers: ReadonlyMap<LayerId, Layer>, layer: Layer): Layer {
  let units = layer;
  while (kindOf(units).units === 'inputs') units = layers.get(units.inputs[0])!;
  return units;
}

/** The layer whose units are the classes: the last, before any activations and softmax; undefined where the network
 *  ends otherwise. */
export function scoresLayer({ layers }: NetworkSpec): Layer | undefined {
  const byId = new Map(layers.map(layer => [layer.id, layer]));
  const units = unitsLayer(byId, layers.at(-1)!);
  // A sum is one of vectors where what it adds comes from one.
  let summand = units;
  while (kindOf(summand).units === 'gathered') summand = unitsLayer(byId, byId.get(summand.inputs[0])!);
  return kindOf(summand).units === 'own' ? units : undefined;
}

/** Every tensor of the network, in network order. A flatten layer has none: its output is its input's tensor, element
 *  for element. Throws UserError where a shape is impossible or the tensors together too large. */
export function describeTensors(network: NetworkSpec): TensorInfo[] {
  const shapes = inferShapes(network);
  const tensors = network.layers.flatMap((layer, position) => {
    const last = position === network.layers.length - 1;
    const all = kindOf(layer).tensorsOf(layer, shapes.get(layer.inputs[0]) ?? [], shapes.get(layer.id)!, last);
    return all.map(([name, role, shape]) => {
      const id: TensorId = `${layer.id}/${name}`;
      return { id, layer: layer.id, name, role, shape, size: sizeOf(shape) };
    });
  });
  const { tooManyElements, tooManyStored } = sentences.network;
  checkCount(network, tensors, LIMITS.elements, tooManyElements);
  const stored = tensors.filter(({ role }) => role !== 'computed');
  checkCount(network, stored, LIMITS.stored, tooManyStored);
  return tensors;
}

/** Throws UserError naming the largest tensor where there are more numbers than `most` in all of them. */
function checkCount(
  { layers }: NetworkSpec,
  tensors: readonly TensorInfo[],
  most: number,
  sentence: typeof sentences.network.tooManyElements,
): void {
  const total = tensors.reduce((sum, { size }) => sum + size, 0);
  if (total <= most) return;
  const largest = tensors.reduce((one, other) => (other.size > one.size ? other : one));
  const { name } = layers.find(({ id }) => id === largest.layer)!;
  throw new UserError(sentence(name, largest.name, formatShape(largest.shape), total, most));
}

/** Throws UserError where one forward pass would take so long that an edit couldn't be followed by what it changes. */
function checkWork(network: NetworkSpec): void {
  const shapes = inferShapes(network);
  const work = network.layers.map(layer =>
    kindOf(layer).workOf(layer, shapes.get(layer.inputs[0]) ?? [], shapes.get(layer.id)!),
  );
  const total = work.reduce((sum, own) => sum + own, 0);
  if (total <= LIMITS.work) return;
  const largest = Math.max(...work);
  const { name } = network.layers[work.indexOf(largest)];
  throw new UserError(sentences.network.tooMuchWork(name, largest, total, LIMITS.work));
}

/** The parameters that gradients train, in network order. The others, movingMean, movingVariance and rate, follow from
 *  statistics or are set. */
export function trainedTensors(network: NetworkSpec): TensorInfo[] {
  return describeTensors(network).filter(isTrained);
}

/** Whether gradients train a tensor. */
function isTrained({ name }: Pick<TensorInfo, 'name'>): boolean {
  return parameterOf(name)?.trained ?? false;
}

/** Whether a parameter can hold a finite number: a variance isn't below 0, and not everything can be dropped. */
export function canHold(name: TensorName, value: number): boolean {
  return parameterOf(name)?.holds(value) ?? true;
}
