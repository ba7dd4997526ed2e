/** Edits of a network's layers. Each gives another network and leaves its argument as it is. Throws UserError, which
 *  names the layer, if there can't be such a network. */
import { UserError } from '../errors.ts';
import type { Layer, LayerKind, LayerSettings } from '../layers/kinds.ts';
import { type Activation, type AddedKind, gatheringKinds, isActivation, newLayers } from './defaults.ts';
import { sentences } from '../messages/sentences.ts';
import { inferShapes, parseNetwork } from '../network.ts';
import type { NetworkSpec } from '../network-schema.ts';
import { formatShape, type LayerId } from '../tensor.ts';

/** A network, and the layer that an edit was about. */
export type Edited = { network: NetworkSpec; layer: LayerId };

/** Puts a new layer after another one. What read the other one reads the new layer; only `reader` does, if that is
 *  given. `others`: what the new layer reads besides, for kinds that gather several inputs. */
export function addLayer(
  network: NetworkSpec,
  after: LayerId,
  settings: LayerSettings,
  others: readonly LayerId[] = [],
  reader?: LayerId,
): Edited {
  const place = placeOf(network, after);
  const own = freshName(network, settings.kind);
  const layer: Layer = { ...settings, id: own, name: own, inputs: [after, ...others] };
  const layers = reading(network.layers, after, own, reader);
  return checked(layers.toSpliced(place + 1, 0, layer), own);
}

/** Takes a layer out. What read it reads its first input. Layers that nothing reads any more go as well. */
export function removeLayer(network: NetworkSpec, id: LayerId): NetworkSpec {
  const { inputs, name } = layerOf(network, id);
  if (inputs.length === 0) throw new UserError(sentences.layerEdits.inputStays(name));
  return checked(withoutUnread(closed(network.layers, id), network.layers), id).network;
}

/** Moves a layer behind another one. The wires at its old place are closed, and what read the other one reads it; only
 *  `reader` does, if that is given. */
export function moveLayer(network: NetworkSpec, id: LayerId, after: LayerId, reader?: LayerId): NetworkSpec {
  const layer = layerOf(network, id);
  if (layer.inputs.length === 0) throw new UserError(sentences.layerEdits.inputStays(layer.name));
  if (id === after || id === reader) return network;
  const rest = closed(network.layers, id);
  const place = rest.findIndex(each => each.id === after);
  if (place < 0) throw new UserError(sentences.layerEdits.noLayer(after));
  const moved: Layer = { ...layer, inputs: [after, ...layer.inputs.slice(1)] };
  const layers = reading(rest, after, id, reader);
  return checked(inOrder(layers.toSpliced(place + 1, 0, moved)), id).network;
}

/** Puts a copy of a layer after it. With `copies` of `keptValues` it begins with the same parameters. */
export function duplicateLayer(network: NetworkSpec, id: LayerId): Edited {
  const { id: _id, name: _name, inputs, ...settings } = layerOf(network, id);
  return addLayer(network, id, settings, inputs.slice(1));
}

/** Gives a layer other settings. Those that aren't named stay. */
export function setLayer(network: NetworkSpec, id: LayerId, settings: Readonly<Record<string, unknown>>): NetworkSpec {
  return replaced(network, id, layer => ({ ...layer, ...settings }));
}

/** Puts the built-in layer back whose place a formula layer has taken. What only the formulas read is read no more. */
export function builtInAgain(network: NetworkSpec, id: LayerId): NetworkSpec {
  return replaced(network, id, layer => {
    if (layer.kind !== 'formula') throw new UserError(sentences.formulaLayers.notFormula(layer.name));
    const { name, inputs, instead, besides = 0 } = layer;
    return { id, name, inputs: inputs.slice(0, inputs.length - besides), ...instead };
  });
}

/** Puts a layer of another kind in a layer's place. Settings that both kinds have stay. */
export function changeKind(network: NetworkSpec, id: LayerId, kind: AddedKind): NetworkSpec {
  const shapes = inferShapes(network);
  return replaced(network, id, ({ name, inputs, ...before }) => {
    const next = newLayers[kind](shapes.get(inputs[0])!);
    const kept = Object.entries(before).filter(([setting]) => setting !== 'kind' && setting in next);
    return { ...next, ...Object.fromEntries(kept), id, name, inputs };
  });
}

/** The activation after a layer: the only layer that reads it, if that is one. */
export function activationAfter(network: NetworkSpec, id: LayerId): (Layer & { kind: Activation }) | undefined {
  const readers = readersOf(network, id);
  const [only] = readers;
  return readers.length === 1 && isActivation(only.kind) ? (only as Layer & { kind: Activation }) : undefined;
}

/** Lets this activation come after a layer, or none. */
export function setActivation(network: NetworkSpec, id: LayerId, kind: Activation | undefined): NetworkSpec {
  const after = activationAfter(network, id);
  if (kind === undefined) return after ? removeLayer(network, after.id) : network;
  if (after) return changeKind(network, after.id, kind);
  return addLayer(network, id, newLayers[kind](inferShapes(network).get(id)!)).network;
}

export function renameLayer(network: NetworkSpec, id: LayerId, name: string): NetworkSpec {
  return replaced(network, id, layer => ({ ...layer, name }));
}

/** Lets a layer read these layers, in this order. */
export function connectLayer(network: NetworkSpec, id: LayerId, inputs: readonly LayerId[]): NetworkSpec {
  return replaced(network, id, layer => ({ ...layer, inputs }));
}

/** Lets a layer also read an earlier one. If it gathers several inputs, it gets one more. Otherwise an add layer
 *  appears where the shapes fit: before the layer, or after it. Throws UserError that says what would fit. */
export function addShortcut(network: NetworkSpec, from: LayerId, to: LayerId): Edited {
  const [source, target] = [layerOf(network, from), layerOf(network, to)];
  const say = sentences.layerEdits;
  if (from === to || upstreamOf(network, from).has(to)) throw new UserError(say.backwards(source.name, target.name));
  const [input] = target.inputs;
  if (input === undefined) throw new UserError(say.inputStays(target.name));
  if (gatheringKinds.has(target.kind)) {
    if (target.inputs.includes(from)) throw new UserError(say.readsAlready(target.name, source.name));
    return checked(inOrder(withInputs(network.layers, to, [...target.inputs, from])), to);
  }
  const shapes = inferShapes(network);
  const shape = (id: LayerId) => formatShape(shapes.get(id)!);
  const add = freshName(network, 'add');
  const sum = (inputs: readonly LayerId[]): Layer => ({ kind: 'add', id: add, name: add, inputs });
  const place = placeOf(network, to);
  if (from !== input && shape(from) === shape(input)) {
    const layers = withInputs(network.layers, to, [add, ...target.inputs.slice(1)]);
    return checked(inOrder(layers.toSpliced(place, 0, sum([input, from]))), add);
  }
  if (shape(from) === shape(to)) {
    const layers = reading(network.layers, to, add);
    return checked(inOrder(layers.toSpliced(place + 1, 0, sum([to, from]))), add);
  }
  const [[height, width], [otherHeight, otherWidth, channels]] = [shapes.get(from)!, shapes.get(input)!];
  const isNear = channels !== undefined && height === otherHeight && width === otherWidth;
  const names = [source.name, shape(from), target.name, shape(input)] as const;
  throw new UserError(isNear ? say.shortcutNeeds(...names, channels) : say.shortcutApart(...names));
}

/** The name of a new layer of a kind: as Keras counts, conv2d, conv2d_1, … It is its id as well. */
export function freshName({ layers }: NetworkSpec, kind: LayerKind): LayerId {
  const taken = new Set(layers.flatMap(({ id, name }) => [id.toLowerCase(), name.toLowerCase()]));
  if (!taken.has(kind.toLowerCase())) return kind;
  let count = 1;
  while (taken.has(`${kind}_${count}`.toLowerCase())) count++;
  return `${kind}_${count}`;
}

/** The layers that read a layer. */
export function readersOf({ layers }: NetworkSpec, id: LayerId): Layer[] {
  return layers.filter(({ inputs }) => inputs.includes(id));
}

function layerOf({ layers }: NetworkSpec, id: LayerId): Layer {
  const layer = layers.find(each => each.id === id);
  if (!layer) throw new UserError(sentences.layerEdits.noLayer(id));
  return layer;
}

function placeOf(network: NetworkSpec, id: LayerId): number {
  return network.layers.indexOf(layerOf(network, id));
}

function replaced(network: NetworkSpec, id: LayerId, next: (layer: Layer) => Layer): NetworkSpec {
  const place = placeOf(network, id);
  return checked(network.layers.with(place, next(network.layers[place])), id).network;
}

/** The layers, in which all that read one layer read the other; or only `reader` does. */
function reading(layers: readonly Layer[], from: LayerId, to: LayerId, reader?: LayerId): Layer[] {
  return layers.map(layer =>
    layer.inputs.includes(from) && (reader === undefined || layer.id === reader)
      ? { ...layer, inputs: layer.inputs.map(input => (input === from ? to : input)) }
      : layer,
  );
}

/** The layers without one. What read it reads its first input. */
function closed(layers: readonly Layer[], id: LayerId): Layer[] {
  const { inputs } = layers.find(layer => layer.id === id)!;
  const rest = layers.filter(layer => layer.id !== id);
  return reading(rest, id, inputs[0]);
}

/** The layers without those that nothing reads, though something read them before. */
function withoutUnread(layers: readonly Layer[], before: readonly Layer[]): Layer[] {
  const wereRead = new Set(before.flatMap(({ inputs }) => inputs));
  const kept = [...layers];
  for (let place = kept.length - 2; place > 0; place--) {
    const { id } = kept[place];
    const isRead = kept.some(({ inputs }) => inputs.includes(id));
    if (!isRead && wereRead.has(id)) kept.splice(place, 1);
  }
  return kept;
}

function withInputs(layers: readonly Layer[], id: LayerId, inputs: readonly LayerId[]): Layer[] {
  return layers.map(layer => (layer.id === id ? { ...layer, inputs } : layer));
}

/** Every layer that a layer depends on. */
function upstreamOf({ layers }: NetworkSpec, id: LayerId): Set<LayerId> {
  const all = new Set(layers.find(layer => layer.id === id)?.inputs);
  for (const layer of layers.toReversed()) if (all.has(layer.id)) for (const input of layer.inputs) all.add(input);
  return all;
}

/** The layers in an order in which each reads earlier ones, as near to the given one as possible. A loop stays as it
 *  is. */
function inOrder(layers: readonly Layer[]): Layer[] {
  const waiting = [...layers];
  const ready = new Set<LayerId>();
  const ordered: Layer[] = [];
  while (waiting.length > 0) {
    const next = Math.max(
      0,
      waiting.findIndex(({ inputs }) => inputs.every(input => ready.has(input))),
    );
    const [layer] = waiting.splice(next, 1);
    ready.add(layer.id);
    ordered.push(layer);
  }
  return ordered;
}

function checked(layers: readonly Layer[], layer: LayerId): Edited {
  return { network: parseNetwork({ version: 1, layers }), layer };
}
