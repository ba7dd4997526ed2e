/** What the stored tensors of an edited network begin with. */
import { groupsOf } from '../layers/conv2d.ts';
import { NEW_RATE } from './defaults.ts';
import { parameterOf } from '../layers/parameters.ts';
import type { Layer } from '../layers/kinds.ts';
import { describeTensors } from '../network.ts';
import type { NetworkSpec } from '../network-schema.ts';
import { createRandom } from '../random.ts';
import type { LayerId, TensorId, TensorInfo } from '../tensor.ts';
import { type Units, unitsOf } from './units.ts';

/** How new layers begin. identity: convolutions and dense layers that can, pass their input on unchanged. initial: with
 *  the usual random values. */
export const beginnings = ['identity', 'initial'] as const;
export type Beginning = (typeof beginnings)[number];

/** All values of a stored tensor. */
type WholeTensor = { tensor: TensorId; values: Float32Array };

export type KeepOptions = {
  beginning: Beginning;
  /** The same seed gives the same new values. */
  seed: number;
  /** New layers that begin with the parameters of another one, as far as these fit. */
  copies?: readonly (readonly [copy: LayerId, of: LayerId])[];
};

/** The values of tensors that the network before doesn't have, or not in this place or shape.
 *  - A weight stays where its element stays: the same place in the window, the same channels or units (see `unitsOf`).
 *  - A new filter or unit begins with the usual initial values. What reads it begins at 0, so that the result doesn't
 *    change until the network learns.
 *  - If nothing stays of what a filter or unit reads, all its weights are new. */
export function keptValues(
  before: { network: NetworkSpec; values: ReadonlyMap<TensorId, Float32Array> },
  after: NetworkSpec,
  { beginning, seed, copies: pairs = [] }: KeepOptions,
): WholeTensor[] {
  const values: WholeTensor[] = [];
  for (const { info, place, layer, from, old, axes, units } of planOf(before.network, after, pairs)) {
    if (axes && old!.id === info.id && isSame(axes, old!, info)) continue;
    const tensor = new Float32Array(info.size);
    if (info.role === 'actual') tensor.fill(Number.NaN);
    else if (layer.kind === 'formula' && info.name === 'weights') tensor.set(layer.weights!);
    else fill(tensor, info, seed + place);
    if (!from && beginning === 'identity') passOn(tensor, layer, info, units);
    if (axes) copyInto(tensor, info, before.values.get(old!.id)!, old!, axes);
    values.push({ tensor: info.id, values: tensor });
  }
  return values;
}

/** What the parameters of a layer begin with: how many are kept, are 0 because they read something new, and are new.
 *  `passesOn`: the new layer passes its input on. */
export type Begun = { kept: number; zeros: number; fresh: number; passesOn: boolean };

/** What the parameters of each layer begin with, and how many parameters of the network before are lost. */
export function begunWith(
  before: NetworkSpec,
  after: NetworkSpec,
  { beginning, copies = [] }: Omit<KeepOptions, 'seed'>,
): { layers: Map<LayerId, Begun>; lost: number } {
  const layers = new Map<LayerId, Begun>();
  let lost = 0;
  for (const { role, size } of describeTensors(before)) if (role === 'parameter') lost += size;
  for (const { info, layer, from, axes, units } of planOf(before, after, copies)) {
    if (info.role !== 'parameter') continue;
    const own = layers.get(layer.id) ?? { kept: 0, zeros: 0, fresh: 0, passesOn: false };
    const counts = (axes ?? []).map(axis => axis.reduce((count, at) => count + (at < 0 ? 0 : 1), 0));
    const stay = counts.at(-1) ?? 0;
    const kept = axes ? counts.reduce((all, count) => all * count, 1) : 0;
    const read = axes ? stay * (info.size / info.shape.at(-1)!) : 0;
    own.kept += kept;
    own.zeros += read - kept;
    own.fresh += info.size - read;
    if (!from && beginning === 'identity') own.passesOn ||= startsAsIdentity(layer, info, units);
    if (from?.id === layer.id) lost -= kept;
    layers.set(layer.id, own);
  }
  return { layers, lost };
}

/** Where a stored tensor takes its values from: `axes` says it for each of its axes, where something stays. */
type Planned = {
  info: TensorInfo;
  place: number;
  layer: Layer;
  from: Layer | undefined;
  old: TensorInfo | undefined;
  axes: Axis[] | undefined;
  units: Linked;
};

function planOf(before: NetworkSpec, after: NetworkSpec, pairs: NonNullable<KeepOptions['copies']>): Planned[] {
  const copies = new Map(pairs);
  const known = new Set(before.layers.map(({ id }) => id));
  const inserted = new Set(after.layers.map(({ id }) => id).filter(id => !known.has(id)));
  const [unitsBefore, unitsAfter] = [unitsOf(before), unitsOf(after, inserted)];
  const layersBefore = new Map(before.layers.map(layer => [layer.id, layer]));
  const layersAfter = new Map(after.layers.map(layer => [layer.id, layer]));
  const stored = new Map(describeTensors(before).map(info => [info.id, info]));
  return describeTensors(after).flatMap((info, place): Planned[] => {
    if (info.role === 'computed') return [];
    const layer = layersAfter.get(info.layer)!;
    const from = layersBefore.get(copies.get(layer.id) ?? layer.id);
    const old = from && stored.get(`${from.id}/${info.name}`);
    const units = linked(layer, unitsAfter);
    const fits = old && old.role === info.role && old.shape.length === info.shape.length;
    const axes = fits ? axesOf(old, info, linked(from, unitsBefore), units, copies.has(layer.id)) : undefined;
    return [{ info, place, layer, from, old, axes, units }];
  });
}

/** Each index of an axis: where it was before, or −1 where it is new. */
type Axis = Int32Array;
type Linked = { input: Units | undefined; output: Units; grouped: boolean };

function linked(layer: Layer, units: ReadonlyMap<LayerId, Units>): Linked {
  const settings = layer.kind === 'formula' ? layer.instead : layer;
  const grouped = settings.kind === 'conv2d' && groupsOf(settings) > 1;
  return { input: units.get(layer.inputs[0]), output: units.get(layer.id)!, grouped };
}

function axesOf(old: TensorInfo, info: TensorInfo, from: Linked, to: Linked, isCopy: boolean): Axis[] | undefined {
  const last = info.shape.length - 1;
  const axes = info.shape.map((size, axis) => inOrder(size, old.shape[axis]));
  if (info.role !== 'parameter' || info.name === 'weights') return axes;
  // A copy reads what the layer has made that it is a copy of, so its channels go by their places.
  if (isCopy) return axes;
  const [read, reads] = [from.input?.names ?? [], to.input?.names ?? []];
  const isMixed = info.name === 'kernel' && read.length === old.shape[last - 1] && !from.grouped && !to.grouped;
  if (isMixed && reads.length === info.shape[last - 1]) {
    const found = byName(read, reads);
    if (found.every(at => at < 0)) return undefined;
    axes[last - 1] = found;
  } else if (info.name !== 'kernel' || old.shape[last - 1] === 1) {
    // The numbers of a channel that is passed on go with it.
    const [names, next] = [from.output.names, to.output.names];
    if (names.length === old.shape[last] && next.length === info.shape[last]) axes[last] = byName(names, next);
  }
  return axes;
}

const inOrder = (size: number, before: number): Axis =>
  Int32Array.from({ length: size }, (_, i) => (i < before ? i : -1));

function byName(before: readonly string[], after: readonly string[]): Axis {
  const places = new Map(before.map((name, place) => [name, place]));
  return Int32Array.from(after, name => places.get(name) ?? -1);
}

function isSame(axes: readonly Axis[], old: TensorInfo, info: TensorInfo): boolean {
  return info.shape.every((size, axis) => size === old.shape[axis] && axes[axis].every((at, i) => at === i));
}

function fill(tensor: Float32Array, { name, shape }: TensorInfo, seed: number): void {
  if (name === 'rate') tensor.fill(NEW_RATE);
  else parameterOf(name)?.fill?.(tensor, shape, createRandom(seed));
}

/** Lets a new layer pass its input on, if it can. */
function passOn(tensor: Float32Array, layer: Layer, info: TensorInfo, units: Linked): void {
  if (layer.kind === 'batchNorm' && info.name === 'movingVariance') tensor.fill(1 - layer.epsilon);
  else if (info.name === 'kernel' && canPassOn(layer, info, units))
    fillIdentity(tensor, info, layer.kind === 'depthwiseConv2d');
}

/** Whether this parameter of a new layer lets its input through as it is. */
function startsAsIdentity(layer: Layer, info: TensorInfo, units: Linked): boolean {
  if (layer.kind === 'batchNorm') return true;
  return info.name === 'kernel' && canPassOn(layer, info, units);
}

function canPassOn(layer: Layer, { shape }: TensorInfo, { input, output, grouped }: Linked): boolean {
  // With more filters than channels the first ones pass the channels on. With fewer, some would be lost.
  if (layer.kind === 'dense') return shape[1] >= shape[0];
  if (layer.kind !== 'conv2d' && layer.kind !== 'depthwiseConv2d') return false;
  const [height, width, inputs, outputs] = shape;
  const keepsSize = output.shape[0] === input!.shape[0] && output.shape[1] === input!.shape[1];
  const centred = height % 2 === 1 && width % 2 === 1;
  const steps = layer.strides.every(stride => stride === 1);
  return keepsSize && centred && steps && !grouped && outputs >= inputs;
}

/** 1 from each channel to itself, in the middle of the window. Further filters stay as they are. */
function fillIdentity(tensor: Float32Array, { shape }: TensorInfo, depthwise: boolean): void {
  const [inputs, outputs] = shape.slice(-2);
  const window = shape.slice(0, -2);
  const middle = window.reduce((index, size) => index * size + (size - 1) / 2, 0);
  // The kernel of a depthwise convolution has one input channel for each output.
  const passing = depthwise ? outputs : inputs;
  for (let start = 0; start < tensor.length; start += outputs) tensor.fill(0, start, start + passing);
  for (let unit = 0; unit < passing; unit++) tensor[(middle * inputs + (depthwise ? 0 : unit)) * outputs + unit] = 1;
}

/** Copies what stays of a tensor, and sets to 0 what reads a new channel for a unit that stays. */
function copyInto(
  tensor: Float32Array,
  { shape }: TensorInfo,
  from: Float32Array,
  { shape: before }: TensorInfo,
  axes: readonly Axis[],
): void {
  const last = shape.length - 1;
  const runs = shape[last];
  const place = new Int32Array(last);
  for (let start = 0; start < tensor.length; start += runs) {
    let at = 0;
    for (let axis = 0; axis < last && at >= 0; axis++) {
      const old = axes[axis][place[axis]];
      at = old < 0 ? -1 : at * before[axis] + old;
    }
    for (let i = 0; i < runs; i++) {
      const old = axes[last][i];
      if (old >= 0) tensor[start + i] = at < 0 ? 0 : from[at * before[last] + old];
    }
    for (let axis = last - 1; axis >= 0 && ++place[axis] === shape[axis]; axis--) place[axis] = 0;
  }
}
