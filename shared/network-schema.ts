/** Checks each setting of a network that comes from outside. `parseNetwork` then checks whether the settings fit
 *  together. */
import * as v from 'valibot';
import { UserError } from './errors.ts';
import { layerKinds } from './layers/kinds.ts';
import type { Layer } from './layers/kinds.ts';
import { LIMITS } from './network-limits.ts';
import { FIRST_FAULT, list } from './list-schema.ts';
import { issuesOf, type Sentence, sentenceOfIssue } from './messages/sentence.ts';
import { sentences } from './messages/sentences.ts';

export type NetworkSpec = { version: 1; layers: readonly Layer[] };

/** The most inputs of any layer. `parseNetwork` checks how many its kind may have. */
const MOST_INPUTS = 1000;

const expected = issuesOf(sentences.network.expected);
const identity = {
  id: v.pipe(v.string(expected.id), v.regex(/^[\p{L}\p{N}_-]{1,64}$/u, expected.id)),
  name: v.pipe(
    v.string(expected.name),
    v.regex(/^[\p{L}\p{N}_-]([\p{L}\p{N}_ -]{0,62}[\p{L}\p{N}_-])?$/u, expected.name),
  ),
  inputs: list(v.string(expected.id), MOST_INPUTS, expected.inputs),
};
const layerSchema = v.variant(
  'kind',
  Object.values(layerKinds).map(({ kind, settings }) =>
    v.strictObject({ ...identity, kind: v.literal(kind), ...settings }),
  ),
  expected.layer,
) as v.GenericSchema as v.GenericSchema<Layer>;
/** The schema of the settings. */
export const networkSchema = v.strictObject(
  {
    version: v.literal(1, expected.version),
    layers: v.pipe(list(layerSchema, LIMITS.layers, expected.layers), v.minLength(1, expected.layers)),
  },
  expected.network,
);

/** Reads the settings of a network. Each must be known, of the right type and within its limits. Throws UserError that
 *  names the layer, the setting and the values it takes. */
export function parseSettings(value: unknown): NetworkSpec {
  const parsed = v.safeParse(networkSchema, value, FIRST_FAULT);
  if (!parsed.success) throw new UserError(malformed(value, parsed.issues[0]));
  return parsed.output;
}

/** The sentence about the first fault. It names the layer and the setting. */
function malformed(value: unknown, issue: v.InferIssue<typeof networkSchema>): Sentence {
  const expected = sentenceOfIssue(issue.message);
  const keys = (issue.path ?? []).map(item => item.key as string | number);
  const found = describeValue(issue.input);
  const missing = issue.input === undefined && keys.length > 0;
  const [list, position, ...setting] = keys;
  if (list !== 'layers' || typeof position !== 'number') {
    if (missing) return sentences.network.missingSetting(formatPath(keys), sentences.network.theNetwork);
    if (issue.expected === 'never')
      return sentences.network.unknownSetting(formatPath(keys), sentences.network.theNetwork);
    return sentences.network.malformed(formatPath(keys), found, expected);
  }
  const name: unknown = (value as { layers: { name?: unknown }[] }).layers[position]?.name;
  const layer =
    typeof name === 'string' && setting[0] !== 'name' ? name.slice(0, 64) : sentences.network.layerAt(position + 1);
  if (setting.length === 0) return sentences.network.malformed(layer, found, expected);
  if (missing) return sentences.network.missingSetting(formatPath(setting), layer);
  if (setting[0] === 'kind') return sentences.network.unknownKind(layer, found);
  if (issue.expected === 'never') return sentences.network.unknownSetting(formatPath(setting), layer);
  return sentences.network.invalidSetting(formatPath(setting), layer, found, expected);
}

/** A path as text: kernelSize[0]. */
function formatPath(keys: readonly (string | number)[]): string {
  return keys.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');
}

/** What stands in a network's JSON where something else belongs. */
export function describeValue(value: unknown): Sentence {
  if (Array.isArray(value)) return sentences.network.found.list(value.length);
  if (typeof value === 'string') return sentences.network.found.text(value.slice(0, 40));
  return typeof value === 'number' || typeof value === 'boolean' || value === null
    ? String(value)
    : sentences.network.found.other;
}
