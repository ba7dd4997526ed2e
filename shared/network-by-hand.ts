/** Networks as people write them by hand, in JSON: an input size and a list of layers. What is left out is as Keras has
 *  it. */
import { UserError } from './errors.ts';
import { newLayers, type AddedKind } from './layer-edits/defaults.ts';
import { freshName } from './layer-edits/edits.ts';
import { layerKinds, type Layer, type LayerKind } from './layers/kinds.ts';
import { LIMITS } from './network-limits.ts';
import type { Sentence } from './messages/sentence.ts';
import { sentences } from './messages/sentences.ts';
import { inferShapes, parseNetwork } from './network.ts';
import { describeValue, type NetworkSpec } from './network-schema.ts';
import type { LayerId } from './tensor.ts';

/** A network, the names of its classes (none, if they weren't given) and the rates of its dropout layers. */
export type ByHand = { network: NetworkSpec; classes: readonly string[]; rates: ReadonlyMap<LayerId, number> };

type Fields = Readonly<Record<string, unknown>>;

/** Reads a network:
 *  - {"input": [28, 28, 1], "layers": […]}, or without "input" and with an input layer as the first of the layers.
 *  - A layer is a kind ("relu") or an object: {"kind": "conv2d", "filters": 8, "kernelSize": 3}. "inputs" names the
 *    layers that it reads; without it, it reads the layer before. A window's size may be one number.
 *  - Everything that `calc --tensors` prints is understood too, where the network is in "network".
 *  Throws UserError that names the layer, the setting and what would fit. */
export function readByHand(value: unknown): ByHand {
  const whole = isFields(value) && 'network' in value && !('layers' in value) ? value.network : value;
  const fields: Fields = Array.isArray(whole) ? { layers: whole } : isFields(whole) ? whole : {};
  const { input, layers: listed, classes, version: _version, ...others } = fields;
  if (!Array.isArray(listed)) throw new UserError(sentences.byHand.noLayers);
  for (const key of Object.keys(others)) throw new UserError(sentences.byHand.unknownKey(key));
  const all: unknown[] = input === undefined ? listed : [{ kind: 'input', shape: input }, ...(listed as unknown[])];
  if (all.length > LIMITS.layers) throw new UserError(sentences.byHand.tooMany(all.length, LIMITS.layers));
  const layers: Layer[] = [];
  const rates = new Map<LayerId, number>();
  for (const [place, given] of all.entries()) {
    const { layer, rate } = layerFrom(given, layers, place);
    layers.push(layer);
    if (rate !== undefined) rates.set(layer.id, rate);
  }
  const network = parseNetwork({ version: 1, layers });
  return { network, classes: classesFrom(classes, network), rates };
}

function layerFrom(given: unknown, before: readonly Layer[], place: number): { layer: Layer; rate?: number } {
  const { byHand } = sentences;
  const fields: Fields | undefined = typeof given === 'string' ? { kind: given } : isFields(given) ? given : undefined;
  const called = fields && typeof fields.name === 'string' ? fields.name.slice(0, 64) : undefined;
  const where = called ?? sentences.network.layerAt(place + 1);
  if (!fields) throw new UserError(byHand.noLayer(where));
  const { kind: kindText, name, id, inputs, ...own } = fields;
  const kind = kindOfText(kindText);
  if (!kind) {
    const found = kindText === undefined ? byHand.nothing : describeValue(kindText);
    throw new UserError(byHand.unknownKind(where, found, Object.keys(layerKinds).join(', ')));
  }
  const fresh = freshName({ version: 1, layers: before }, kind);
  const title = (name ?? fresh) as string;
  const at = called ?? byHand.layerOfKind(place + 1, kind);
  const { rate, ...settings } = own;
  const isDropout = kind === 'dropout';
  const allowed = [...Object.keys(layerKinds[kind].settings), ...(isDropout ? ['rate'] : [])];
  for (const key of Object.keys(own)) {
    if (allowed.includes(key)) continue;
    throw new UserError(
      allowed.length > 0 ? byHand.unknownSetting(at, key, allowed.join(', ')) : byHand.noSettings(at, key),
    );
  }
  if (isDropout && rate !== undefined && !(typeof rate === 'number' && rate >= 0 && rate < 1))
    throw new UserError(byHand.badRate(at));
  const layer = {
    id: id ?? (typeof title === 'string' ? title.replaceAll(' ', '_') : title),
    name: title,
    inputs: kind === 'input' ? (inputs ?? []) : readsOf(inputs, before, at),
    kind,
    ...(kind === 'input' ? { shape: shapeFrom(settings.shape, at) } : completed(kind, settings, at)),
  } as Layer;
  return { layer, ...(isDropout && rate !== undefined && { rate: rate as number }) };
}

/** The kind of this name, in capitals or small letters, as Keras writes it too. */
function kindOfText(text: unknown): LayerKind | undefined {
  const plain = typeof text === 'string' ? text.toLowerCase().replaceAll('_', '') : undefined;
  const own = plain === undefined ? undefined : (KERAS_NAMES[plain] ?? plain);
  return (Object.keys(layerKinds) as LayerKind[]).find(kind => kind.toLowerCase() === own);
}

/** Kinds that Keras calls otherwise. */
const KERAS_NAMES: Readonly<Record<string, LayerKind>> = {
  inputlayer: 'input',
  maxpooling2d: 'maxPool2d',
  averagepooling2d: 'averagePool2d',
  globalmaxpooling2d: 'globalMaxPool2d',
  globalaveragepooling2d: 'globalAveragePool2d',
  batchnormalization: 'batchNorm',
};

function readsOf(inputs: unknown, before: readonly Layer[], layer: Sentence): LayerId[] {
  if (before.length === 0) return [];
  const named: unknown[] = inputs === undefined ? [before.at(-1)!.name] : Array.isArray(inputs) ? inputs : [inputs];
  return named.map(each => {
    const text = typeof each === 'string' ? each : '';
    const found =
      before.find(({ name }) => name === text) ??
      before.find(({ id, name }) => id === text || name.toLowerCase() === text.toLowerCase());
    if (found) return found.id;
    throw new UserError(sentences.byHand.unknownInput(layer, text, before.map(({ name }) => name).join(', ')));
  });
}

function shapeFrom(shape: unknown, layer: Sentence): unknown {
  if (shape === undefined) throw new UserError(sentences.byHand.missing(layer, 'shape', '[28, 28, 1]'));
  return Array.isArray(shape) && shape.length === 2 ? [...(shape as unknown[]), 1] : shape;
}

/** What has no usual value: how much a layer makes, and how large its windows are. Each with an example. */
const NEEDED: Readonly<Record<string, string>> = {
  filters: '8',
  kernelSize: '3',
  units: '10',
  targetShape: '[1, 1, 10]',
};

/** The settings, with Keras' values for those that were left out. */
function completed(kind: AddedKind, given: Fields, layer: Sentence): Fields {
  const { kind: _kind, ...usual } = newLayers[kind]([1]) as Fields & { kind: string };
  const settings: Record<string, unknown> = { ...usual, ...given };
  if (given.padding === undefined && usual.padding === 'same') settings.padding = 'valid';
  // As in Keras, the windows of a pool lie side by side.
  if ('poolSize' in settings && given.strides === undefined) settings.strides = settings.poolSize;
  for (const [key, example] of Object.entries(NEEDED))
    if (key in usual && given[key] === undefined) throw new UserError(sentences.byHand.missing(layer, key, example));
  for (const key of PAIRS) if (typeof settings[key] === 'number') settings[key] = [settings[key], settings[key]];
  if (kind === 'zeroPadding2d') settings.padding = sidesOf(settings.padding);
  return settings;
}

/** Settings that may be one number for both directions. */
const PAIRS = ['kernelSize', 'strides', 'poolSize', 'size', 'dilationRate'] as const;

/** Zeros around maps: one number for all sides, or one for top and bottom and one for left and right. */
function sidesOf(padding: unknown): unknown {
  const both = typeof padding === 'number' ? [padding, padding] : padding;
  if (!Array.isArray(both)) return both;
  return (both as unknown[]).map(sides => (typeof sides === 'number' ? [sides, sides] : sides));
}

function classesFrom(classes: unknown, network: NetworkSpec): readonly string[] {
  if (classes === undefined) return [];
  const scores = [...inferShapes(network).values()].at(-1)!;
  const wanted = scores.length === 1 ? scores[0] : 0;
  const names = Array.isArray(classes) && classes.every(name => typeof name === 'string') ? classes : [];
  const isFine = new Set(names).size === names.length && names.every(name => name.length > 0 && name.length <= 100);
  if (names.length !== wanted || !isFine) throw new UserError(sentences.byHand.classes(wanted));
  return names;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
