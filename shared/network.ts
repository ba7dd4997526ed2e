/** A network is a list of layers in order, each with its inputs. It is plain data, the same as in a file. */
import { UserError } from './errors.ts';
import { kindOf } from './layers/kinds.ts';
import type { Layer } from './layers/kinds.ts';
import { parameterOf } from './layers/parameters.ts';
import { LIMITS } from './network-limits.ts';
import { sentences } from './messages/sentences.ts';
import { parseSettings } from './network-schema.ts';
import type { NetworkSpec } from './network-schema.ts';
import { formatShape, sizeOf } from './tensor.ts';
import type { LayerId, Shape, TensorId, TensorInfo, TensorName } from './tensor.ts';

export * from './tensor.ts';
export { CHANNELS_PER_PARTIAL } from './layers/conv2d.ts';
export type { NetworkSpec } from './network-schema.ts';
export type { Layer, LayerKind, LayerOf, LayerSettings } from './layers/kinds.ts';

/** Reads and fully checks a network from outside (a file, a message). Throws UserError that names the layer, the shapes
 *  and what to do. */
export function parseNetwork(value: unknown): NetworkSpec {
  const network = parseSettings(value);
  checkConnections(network);
  describeTensors(network);
  checkWork(network);
  return network;
}

/** Checks how layers are connected. There is one input layer, and it is the first. Ids and names are unique. Layers
 *  read only earlier ones, as many as their kind reads. */
function checkConnections({ layers }: NetworkSpec): void {
  const all = new Map(layers.map(layer => [layer.id, layer]));
  const seen = new Map<LayerId, Layer>();
  const names = new Set<string>();
  for (const [position, layer] of layers.entries()) {
    if (seen.has(layer.id)) throw new UserError(sentences.network.duplicateId(layer.id));
    // Lower case, because the name box ignores case.
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

/** Whether a layer's cells hold formulas that a user wrote. These may have any error. */
export function hasFormulaLayers({ layers }: NetworkSpec): boolean {
  return layers.some(({ kind }) => kind === 'formula');
}

/** The shape of every layer's output, in network order. Throws UserError if a layer can't work on its inputs. */
export function inferShapes({ layers }: NetworkSpec): Map<LayerId, Shape> {
  const shapes = new Map<LayerId, Shape>();
  const names = new Map(layers.map(layer => [layer.id, layer.name]));
  for (const layer of layers) {
    const inputs = layer.inputs.map(id => ({ name: names.get(id)!, shape: shapes.get(id)! }));
    shapes.set(layer.id, kindOf(layer).shapeOf(layer, inputs));
  }
  return shapes;
}

/** The layer whose output this layer reads at a position (the first by default). Flatten layers are skipped, because
 *  they have no cells of their own: they read the same cells in the same row-major order. */
export function sourceOf(layers: ReadonlyMap<LayerId, Layer>, layer: Layer, position = 0): Layer {
  let source = layers.get(layer.inputs[position])!;
  while (kindOf(source).reshapes) source = layers.get(source.inputs[0])!;
  return source;
}

/** All the layers that `layer` reads, in the order of its inputs. Flatten layers are skipped. A layer that is read
 *  twice is listed twice. */
export function sourcesOf(layers: ReadonlyMap<LayerId, Layer>, layer: Layer): Layer[] {
  return layer.inputs.map((_, position) => sourceOf(layers, layer, position));
}

/** The layers that a layer follows from, and itself. */
export function layersBehind({ layers }: Pick<NetworkSpec, 'layers'>, id: LayerId): Set<LayerId> {
  const behind = new Set([id]);
  for (const layer of layers.toReversed()) if (behind.has(layer.id)) for (const each of layer.inputs) behind.add(each);
  return behind;
}

/** The layer whose units this layer passes on. Activations, batchNorm, dropout and softmax are skipped. */
export function unitsLayer(layers: ReadonlyMap<LayerId, Layer>, layer: Layer): Layer {
  let units = layer;
  while (kindOf(units).units === 'inputs') units = layers.get(units.inputs[0])!;
  return units;
}

/** The layer with the class scores: the last layer before any activations and softmax. undefined if the network doesn't
 *  end in scores. */
export function scoresLayer({ layers }: NetworkSpec): Layer | undefined {
  const byId = new Map(layers.map(layer => [layer.id, layer]));
  const units = unitsLayer(byId, layers.at(-1)!);
  // A sum of vectors has units if the vectors that it adds have.
  let summand = units;
  while (kindOf(summand).units === 'gathered') summand = unitsLayer(byId, byId.get(summand.inputs[0])!);
  return kindOf(summand).units === 'own' ? units : undefined;
}

/** Every tensor of the network, in network order. A flatten layer has no tensor: its output is the tensor of its input.
 *  Throws UserError if a shape is impossible or the tensors together are too large. */
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

/** Throws UserError if the tensors together have more than `most` elements. It names the largest tensor. */
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

/** The multiplications of each layer for one image, or other work that takes as long. */
export function workOfLayers(network: NetworkSpec): number[] {
  const shapes = inferShapes(network);
  return network.layers.map(layer =>
    kindOf(layer).workOf(layer, shapes.get(layer.inputs[0]) ?? [], shapes.get(layer.id)!),
  );
}

/** Throws UserError if one forward pass would take so long that an edit couldn't be followed live. */
function checkWork(network: NetworkSpec): void {
  const work = workOfLayers(network);
  const total = work.reduce((sum, own) => sum + own, 0);
  if (total <= LIMITS.work) return;
  const largest = Math.max(...work);
  const { name } = network.layers[work.indexOf(largest)];
  throw new UserError(sentences.network.tooMuchWork(name, largest, total, LIMITS.work));
}

/** The parameters that training changes by gradients, in network order. The others are movingMean and movingVariance,
 *  which are statistics, and rate, which is set. */
export function trainedTensors(network: NetworkSpec): TensorInfo[] {
  return describeTensors(network).filter(isTrained);
}

/** Whether gradients train a tensor. */
function isTrained({ name }: Pick<TensorInfo, 'name'>): boolean {
  return parameterOf(name)?.trained ?? false;
}

/** Whether a parameter can hold this finite number. A variance can't be negative, and a rate must be below 1. */
export function canHold(name: TensorName, value: number): boolean {
  return parameterOf(name)?.holds(value) ?? true;
}
