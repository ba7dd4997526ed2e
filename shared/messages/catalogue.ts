import type { en } from './en.ts';

/** What every language says: the sections of the English catalogue, with texts of its own. */
export type Catalogue = Translated<typeof en>;

/** The part of a catalogue that is translated so far; the rest is said in English. */
export type PartialCatalogue = Part<typeof en>;

type Leaf = string | number | boolean | undefined;
type Translated<T> = T extends string
  ? string
  : T extends Leaf
    ? T
    : T extends (...args: infer A) => infer R
      ? (...args: A) => Translated<R>
      : { readonly [K in keyof T]: Translated<T[K]> };
type Part<T> = T extends string
  ? string
  : T extends Leaf
    ? T
    : T extends (...args: infer A) => infer R
      ? (...args: A) => Translated<R>
      : T extends readonly unknown[]
        ? { readonly [K in keyof T]: Translated<T[K]> }
        : { readonly [K in keyof T]?: Part<T[K]> };

/** `part` where it says something, `whole` elsewhere. */
export function completed<T>(part: Part<T> | undefined, whole: T): T {
  if (part === undefined) return whole;
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return part as T;
  const entries = Object.entries(whole).map(([key, text]) => [
    key,
    completed((part as Record<string, never>)[key], text as unknown),
  ]);
  return Object.fromEntries(entries) as T;
}
