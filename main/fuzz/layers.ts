/** Edits the layers of random networks. Weights stay by element, the result stays where that is promised, and undo
 *  brings every bit back. */
import { UserError } from '../../shared/errors.ts';
import {
  addLayer,
  builtInAgain,
  duplicateLayer,
  moveLayer,
  removeLayer,
  setLayer,
} from '../../shared/layer-edits/edits.ts';
import { groupsOf } from '../../shared/layers/conv2d.ts';
import { type Layer, type LayerKind, layerKinds, type LayerSettings } from '../../shared/layers/kinds.ts';
import { describeTensors, inferShapes, type LayerId, type NetworkSpec, sourceOf } from '../../shared/network.ts';
import { createRandomFor, type Random } from '../../shared/random.ts';
import { coordinatesOf, indexOf, type TensorId } from '../../shared/tensor.ts';
import { randomFormulaLayer } from '../../shared/testing/formula-layers.ts';
import { randomNetwork, randomValues } from '../../shared/testing/random-network.ts';
import { parseNetwork } from '../../shared/network.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { createSession, type Session } from '../engine/workbook/session.ts';
import type { Fuzz } from './fuzz.ts';
import { shapesByHand } from './shapes-by-hand.ts';

const EDITS = 5;
/** With fewer networks, a kind of layer may be missing. */
const ENOUGH = 500;

export const layers: Fuzz = {
  line: 'edits layers of random networks: shapes by hand, weights by element, results as promised, undo of every bit',
  count: 2000,
  async run({ seed, count, log }) {
    await startBackend();
    const failures: string[] = [];
    const made: Made = { edits: 0, refused: 0, promised: 0, compared: 0, shapes: 0, kinds: new Map() };
    for (let number = 0; number < count; number++) {
      try {
        editLayers(createRandomFor(seed, number, 0), made);
      } catch (error) {
        failures.push(`network ${number}: ${(error as Error).message}`);
      }
      if (number % 200 === 199) log(`${number + 1} networks, ${failures.length} failed`);
    }
    const { edits, refused, promised, compared, shapes, kinds } = made;
    const told = `${edits} edits, ${refused} refused with a sentence; ${promised} results stayed as promised`;
    const missing = Object.keys(layerKinds).filter(kind => !kinds.has(kind as LayerKind));
    if (count >= ENOUGH) failures.push(...missing.map(kind => `no network had a ${kind} layer`));
    const often = (['formula', 'reshape'] as const).map(kind => `${kinds.get(kind) ?? 0} with ${kind} layers`);
    return {
      summary:
        `${told}; ${compared} weights compared by element; ${shapes} shapes counted by hand; of the edited networks ` +
        `${often.join(', ')}.`,
      failures,
    };
  },
};

/** `kinds`: in how many edited networks each kind of layer was. */
type Made = {
  edits: number;
  refused: number;
  promised: number;
  compared: number;
  shapes: number;
  kinds: Map<LayerKind, number>;
};

function editLayers(random: Random, made: Made): void {
  const network = parseNetwork(randomNetwork(random));
  const session = open(network, randomValues(network, random, 'plain'));
  const states = [stored(session)];
  for (let step = 0; step < EDITS; step++) {
    const edit = randomEdit(session.sheet.network, random);
    if (!edit) made.refused++;
    if (!edit || edit.network === session.sheet.network) continue;
    const before = { network: session.sheet.network, answer: answerOf(session), scale: largestIn(session) };
    const change = { kind: 'layers' as const, network: edit.network, beginning: 'identity' as const, seed: step };
    session.change({ label: 'Edit layers', changes: [change] });
    made.edits++;
    for (const kind of new Set(edit.network.layers.map(layer => layer.kind)))
      made.kinds.set(kind, (made.kinds.get(kind) ?? 0) + 1);
    made.shapes += checkShapes(session.sheet.network, edit.what);
    const after = answerOf(session);
    same(answerOf(open(edit.network, stored(session))), after, 1, `${edit.what}: the same network built at once`);
    if (edit.grown !== undefined) {
      made.compared += checkKept(before.network, edit.network, states.at(-1)!, stored(session), edit.what);
      if (after.length === before.answer.length && reachesWeights(edit.network, edit.grown)) {
        made.promised++;
        same(after, before.answer, before.scale, `${edit.what}: the result`);
      }
    }
    states.push(stored(session));
  }
  for (let state = states.length - 2; state >= 0; state--) {
    session.undo();
    for (const [tensor, values] of states[state])
      if (Buffer.compare(bytesOf(values), bytesOf(session.value(tensor))) !== 0)
        throw new Error(`undo: ${tensor} isn't what it was`);
  }
  if (session.sheet.network !== network) throw new Error('undo: the network is another one');
}

/** Throws if a layer's shape isn't what counting by hand gives. Returns how many were compared. */
function checkShapes(network: NetworkSpec, what: string): number {
  const wanted = shapesByHand(network);
  for (const [id, shape] of inferShapes(network))
    if (shape.join() !== wanted.get(id)!.join())
      throw new Error(`${what}: ${id} has the shape ${shape.join('×')}, not ${wanted.get(id)!.join('×')}`);
  return wanted.size;
}

/** What an edit makes. `grown`: the layer that has more channels, or is new and passes its input on. */
type RandomEdit = { what: string; network: NetworkSpec; grown?: LayerId };

/** undefined where the network refuses the edit with a sentence. */
function randomEdit(network: NetworkSpec, random: Random): RandomEdit | undefined {
  const pick = <T>(items: readonly T[]) => items[random.integer(items.length)];
  const layer = pick(network.layers);
  const shape = inferShapes(network).get(layer.id)!;
  const inserted = (settings: LayerSettings) => {
    const edit = addLayer(network, layer.id, settings);
    return { what: `${settings.kind} after ${layer.name}`, network: edit.network, grown: edit.layer };
  };
  try {
    switch (random.integer(9)) {
      case 0:
        return inserted(passingOn(shape, random));
      case 1:
        return inserted({ kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 });
      case 2:
        return { what: `relu after ${layer.name}`, network: addLayer(network, layer.id, { kind: 'relu' }).network };
      case 3:
        return { what: `without ${layer.name}`, network: removeLayer(network, layer.id) };
      case 4:
        return { what: `${layer.name} moved`, network: moveLayer(network, layer.id, pick(network.layers).id) };
      case 5:
        return { what: `${layer.name} twice`, network: duplicateLayer(network, layer.id).network };
      case 6: {
        const formulas = randomFormulaLayer(shape, random);
        return { what: `formulas after ${layer.name}`, network: addLayer(network, layer.id, formulas).network };
      }
      case 7:
        return { what: `${layer.name} renamed`, network: renamed(network, layer, shape) };
      default:
        return grown(network, layer, 1 + random.integer(2));
    }
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** A built-in layer in place of a formula layer; or else the layer's numbers in another shape. */
function renamed(network: NetworkSpec, layer: Layer, shape: readonly number[]): NetworkSpec {
  if (layer.kind === 'formula') return builtInAgain(network, layer.id);
  const size = shape.reduce((product, side) => product * side);
  const targetShape: [number] | [number, number, number] = shape.length === 1 ? [1, 1, size] : [size];
  return addLayer(network, layer.id, { kind: 'reshape', targetShape }).network;
}

/** A layer with weights that passes on what it gets. */
function passingOn(shape: readonly number[], random: Random): LayerSettings {
  const channels = shape.at(-1)! + random.integer(3);
  if (shape.length === 1) return { kind: 'dense', units: channels, useBias: true };
  const size = 1 + 2 * random.integer(2);
  const kernelSize = [size, size] as const;
  const blank = { kind: 'conv2d', filters: channels, kernelSize, strides: [1, 1], padding: 'same', useBias: true };
  return blank as LayerSettings;
}

function grown(network: NetworkSpec, layer: Layer, more: number): RandomEdit | undefined {
  if (layer.kind !== 'conv2d' && layer.kind !== 'dense') return undefined;
  // With more filters, other ones belong to each group.
  if (!readsAll(layer)) return undefined;
  const settings = layer.kind === 'conv2d' ? { filters: layer.filters + more } : { units: layer.units + more };
  return { what: `more in ${layer.name}`, network: setLayer(network, layer.id, settings), grown: layer.id };
}

/** Throws if a weight of a layer that stays isn't where it was. Where maps are flattened or concatenated, elements get
 *  other places; there, all weights have to be somewhere. Returns how many were compared. */
function checkKept(
  before: NetworkSpec,
  after: NetworkSpec,
  was: ReadonlyMap<TensorId, Float32Array>,
  is: ReadonlyMap<TensorId, Float32Array>,
  what: string,
): number {
  let compared = 0;
  const next = new Map(describeTensors(after).map(info => [info.id, info]));
  const inPlace = after.layers.every(({ kind }) => kind !== 'flatten' && kind !== 'reshape' && kind !== 'concatenate');
  for (const { id, role, shape } of describeTensors(before)) {
    const { shape: wider } = next.get(id) ?? {};
    if (role !== 'parameter' || !wider) continue;
    const [old, now] = [was.get(id)!, is.get(id)!];
    const all = inPlace ? undefined : new Set(now);
    for (const [index, value] of old.entries()) {
      const stays = all ? all.has(value) : Object.is(now[indexOf(wider, coordinatesOf(shape, index))!], value);
      if (!stays) throw new Error(`${what}: ${id}[${coordinatesOf(shape, index).join()}] isn't kept`);
      compared++;
    }
  }
  return compared;
}

/** Whether a kind calculates with several channels together. */
const isMixing = (kind: Layer['kind']) => ['conv2d', 'dense', 'softmax', 'layerNormalization'].includes(kind);

/** Whether each of a layer's weights reads one channel, whichever others there are. */
const readsAll = (layer: Layer) => layer.kind === 'dense' || (layer.kind === 'conv2d' && groupsOf(layer) === 1);

/** Whether what a layer makes more reaches only weights, and not the end of the network. */
function reachesWeights(network: NetworkSpec, id: LayerId): boolean {
  const readers = network.layers.filter(({ inputs }) => inputs.includes(id));
  const ends = (layer: Layer) => (isMixing(layer.kind) ? readsAll(layer) : reachesWeights(network, layer.id));
  return readers.length > 0 && readers.every(ends);
}

function open(network: NetworkSpec, values: ReadonlyMap<TensorId, Float32Array>): Session {
  return createSession({ network, classes: [], source: { kind: 'typed' }, values: new Map(values) });
}

function stored(session: Session): Map<TensorId, Float32Array> {
  const own = [...session.sheet.tensors.values()].filter(({ role }) => role !== 'computed');
  return new Map(own.map(({ id }) => [id, session.value(id).slice()]));
}

/** What the last layer makes. A flatten layer has no cells of its own. */
function answerOf(session: Session): Float32Array {
  const { layers: all } = session.sheet.network;
  const byId = new Map(all.map(layer => [layer.id, layer]));
  const last = all.at(-1)!;
  const { id } = last.kind === 'flatten' || last.kind === 'reshape' ? sourceOf(byId, last) : last;
  return session.value(`${id}/output`).slice();
}

function same(one: Float32Array, other: Float32Array, scale: number, what: string): void {
  // Formulas may give NaN; then they have to give it both times.
  const far = one.findIndex((value, i) => !Object.is(value, other[i]) && !(Math.abs(value - other[i]) <= 1e-6 * scale));
  if (far >= 0 || one.length !== other.length) throw new Error(`${what} is ${one[far]} and not ${other[far]}`);
}
/** The largest number of all the layers' outputs, at least 1: sums of such numbers are rounded. */
function largestIn(session: Session): number {
  const computed = [...session.sheet.tensors.values()].filter(({ name }) => name === 'output');
  return computed.reduce(
    (most, { id }) => session.value(id).reduce((so, each) => Math.max(so, Math.abs(each)), most),
    1,
  );
}
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength);
