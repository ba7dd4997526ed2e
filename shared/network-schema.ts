/** What a network's settings have to look like when they come from outside; what they say together is `parseNetwork`'s
 *  to judge. */
import * as v from 'valibot';
import { UserError } from './errors.ts';
import { FIRST_FAULT, list } from './list-schema.ts';
import { messages } from './messages.ts';
import type { NetworkSpec } from './network.ts';

/** What a network may have at most. A sheet has 16,384 columns and 1,048,576 rows. */
export const LIMITS = {
  layers: 1000,
  height: 1_048_574,
  width: 16_384,
  channels: 65_536,
  window: 64,
  /** Of an add layer: so many references fit one formula. */
  inputs: 255,
  /** Of all tensors together: 800 MB, and once more in the wasm heap what layers read of each other there. */
  elements: 200_000_000,
  /** Of pixels, parameters and the expected class: a file holds 512 MiB. */
  stored: 130_000_000,
  /** Multiplications of one forward pass: some seconds. */
  work: 20_000_000_000,
} as const;

/** Of any layer; how many its kind may have, `parseNetwork` says. */
const MOST_INPUTS = 1000;

// A schema's message is what belongs there, for the sentence that says so.
const { expected } = messages.network;
const { expected: layersExpected } = messages.layers;
const whole = (maximum: number) => {
  const message = expected.whole(maximum.toLocaleString('en'));
  return v.pipe(v.number(message), v.integer(message), v.minValue(1, message), v.maxValue(maximum, message));
};
const pair = (maximum: number) => v.strictTuple([whole(maximum), whole(maximum)], expected.pair);
const number = (minimum: number, maximum: number, message: string) =>
  v.pipe(v.number(message), v.minValue(minimum, message), v.maxValue(maximum, message));
const flag = v.boolean(expected.flag);
const padding = v.picklist(['valid', 'same'], expected.padding);
const identity = {
  id: v.pipe(v.string(expected.id), v.regex(/^[\p{L}\p{N}_-]{1,64}$/u, expected.id)),
  name: v.pipe(
    v.string(expected.name),
    v.regex(/^[\p{L}\p{N}_-]([\p{L}\p{N}_ -]{0,62}[\p{L}\p{N}_-])?$/u, expected.name),
  ),
  inputs: list(v.string(expected.id), MOST_INPUTS, expected.inputs),
};
const pool = { poolSize: pair(LIMITS.window), strides: pair(LIMITS.window), padding };
const layerSchema = v.variant(
  'kind',
  [
    v.strictObject({
      ...identity,
      kind: v.literal('input'),
      shape: v.strictTuple([whole(LIMITS.height), whole(LIMITS.width), whole(LIMITS.channels)], expected.shape),
    }),
    v.strictObject({
      ...identity,
      kind: v.literal('conv2d'),
      filters: whole(LIMITS.channels),
      kernelSize: pair(LIMITS.window),
      strides: pair(LIMITS.window),
      padding,
      useBias: flag,
    }),
    v.strictObject({ ...identity, kind: v.picklist(['maxPool2d', 'averagePool2d']), ...pool }),
    v.strictObject({ ...identity, kind: v.picklist(['globalMaxPool2d', 'globalAveragePool2d']) }),
    v.strictObject({
      ...identity,
      kind: v.picklist(['relu', 'sigmoid', 'tanh', 'softmax', 'flatten', 'dropout', 'add']),
    }),
    v.strictObject({
      ...identity,
      kind: v.literal('leakyRelu'),
      negativeSlope: number(0, 1000, layersExpected.negativeSlope),
    }),
    v.strictObject({
      ...identity,
      kind: v.literal('batchNorm'),
      // A movingVariance may be 0, and is divided by.
      epsilon: number(1e-12, 1, layersExpected.epsilon),
      momentum: number(0, 1, layersExpected.momentum),
    }),
    v.strictObject({ ...identity, kind: v.literal('dense'), units: whole(LIMITS.channels), useBias: flag }),
  ],
  expected.layer,
);
/** The settings alone. */
export const networkSchema = v.strictObject(
  {
    version: v.literal(1, expected.version),
    layers: v.pipe(list(layerSchema, LIMITS.layers, expected.layers), v.minLength(1, expected.layers)),
  },
  expected.network,
);

/** A network whose every setting is known, of its type and within its limits. Throws UserError naming the layer, the
 *  setting and what belongs there. */
export function parseSettings(value: unknown): NetworkSpec {
  const parsed = v.safeParse(networkSchema, value, FIRST_FAULT);
  if (!parsed.success) throw new UserError(malformed(value, parsed.issues[0]));
  return parsed.output;
}

/** What is wrong first, in a sentence that names the layer and the setting. */
function malformed(value: unknown, issue: v.InferIssue<typeof networkSchema>): string {
  const keys = (issue.path ?? []).map(item => item.key as string | number);
  const found = describeValue(issue.input);
  const missing = issue.input === undefined && keys.length > 0;
  const [list, position, ...setting] = keys;
  if (list !== 'layers' || typeof position !== 'number') {
    if (missing) return messages.network.missingSetting(formatPath(keys), messages.network.theNetwork);
    if (issue.expected === 'never')
      return messages.network.unknownSetting(formatPath(keys), messages.network.theNetwork);
    return messages.network.malformed(formatPath(keys), found, issue.message);
  }
  const name: unknown = (value as { layers: { name?: unknown }[] }).layers[position]?.name;
  const layer =
    typeof name === 'string' && setting[0] !== 'name' ? name.slice(0, 64) : messages.network.layerAt(position + 1);
  if (setting.length === 0) return messages.network.malformed(layer, found, issue.message);
  if (missing) return messages.network.missingSetting(formatPath(setting), layer);
  if (setting[0] === 'kind') return messages.network.unknownKind(layer, found);
  if (issue.expected === 'never') return messages.network.unknownSetting(formatPath(setting), layer);
  return messages.network.invalidSetting(formatPath(setting), layer, found, issue.message);
}

/** kernelSize[0] */
function formatPath(keys: readonly (string | number)[]): string {
  return keys.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');
}

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return messages.network.found.list(value.length);
  if (typeof value === 'string') return `“${value.slice(0, 40)}”`;
  return typeof value === 'number' || typeof value === 'boolean' || value === null
    ? String(value)
    : messages.network.found.other;
}
