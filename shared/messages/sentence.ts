/** A sentence as data: its id in the catalogue, and the values for its blanks. It becomes text only where it is shown,
 *  in the reader's language. Earlier versions stored text, which is shown unchanged. */
import * as v from 'valibot';
import { list } from '../list-schema.ts';

export type Sentence = string | { readonly id: string; readonly args?: readonly Filling[] };
/** The value of a blank: plain data, or another sentence. A long list is cut to its first items, and its length is sent
 *  along. */
export type Filling =
  | Sentence
  | number
  | boolean
  | null
  | readonly Filling[]
  | { readonly first: readonly Filling[]; readonly length: number }
  | { readonly [key: string]: Filling };

/** The most characters of a value, and the most items of a list, that are sent. The rest is cut off. */
const LONGEST_TEXT = 5000;
const LONGEST_LIST = 20;
const MOST_FILLINGS = 20;
const DEEPEST = 12;

const text = v.pipe(v.string(), v.maxLength(2 * LONGEST_TEXT));

function fillingAt(depth: number): v.GenericSchema<Filling> {
  const plain = [text, v.number(), v.boolean(), v.null()] as const;
  if (depth === DEEPEST) return v.union([...plain]);
  const inner = fillingAt(depth + 1);
  const items = list(inner, LONGEST_LIST);
  const fields = v.pipe(
    // To valibot, a list is a record too. A faulty one would be checked twice at each of 12 depths.
    v.custom<{ [key: string]: Filling }>(found => !Array.isArray(found)),
    v.record(v.pipe(v.string(), v.maxLength(100)), inner),
    v.check(found => Object.keys(found).length <= MOST_FILLINGS),
  );
  return v.union([...plain, items, fields]);
}

/** The schema of a sentence from outside. It accepts unknown ids, because another version may have more sentences. */
export const sentenceSchema: v.GenericSchema<Sentence> = v.union([
  text,
  v.strictObject({
    id: v.pipe(v.string(), v.maxLength(100)),
    args: v.optional(v.pipe(v.array(fillingAt(0)), v.maxLength(MOST_FILLINGS))),
  }),
]);

/** A value as it may be sent: as JSON would bring it back, and cut to the allowed length. */
export function fillingOf(value: unknown, depth = 0): Filling {
  if (typeof value === 'string') return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT - 1)}…` : value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null || depth >= DEEPEST) return null;
  if (Array.isArray(value)) {
    const first = value.slice(0, LONGEST_LIST).map(item => fillingOf(item, depth + 1));
    return value.length > LONGEST_LIST ? { first, length: value.length } : first;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillingOf(inner, depth + 1)]));
}

type Issues<T> = T extends Sentence
  ? string
  : T extends (...args: infer A) => Sentence
    ? (...args: A) => string
    : { readonly [K in keyof T]: Issues<T[K]> };

/** The same sentences as JSON text. Schemas need this, because their issues can only be text. */
export function issuesOf<T extends object>(group: T): Issues<T> {
  const entries = Object.entries(group).map(([key, entry]: [string, unknown]) => [
    key,
    typeof entry === 'function' ? (...args: unknown[]) => JSON.stringify(entry(...args)) : JSON.stringify(entry),
  ]);
  return Object.fromEntries(entries) as Issues<T>;
}

/** The sentence of a schema's issue. Valibot's own issues are text. */
export function sentenceOfIssue(issue: string): Sentence {
  if (!issue.startsWith('{"id":')) return issue;
  try {
    return v.parse(sentenceSchema, JSON.parse(issue));
  } catch {
    return issue;
  }
}

/** Whether a value is a sentence in the form of data. */
export function isSentence(value: unknown): value is Exclude<Sentence, string> {
  if (typeof value !== 'object' || value === null || !('id' in value)) return false;
  const { id } = value;
  return typeof id === 'string' && id.includes('.') && Object.keys(value).every(key => key === 'id' || key === 'args');
}
