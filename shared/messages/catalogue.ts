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
export function completed(part: PartialCatalogue, whole: Catalogue): Catalogue {
  return filledUp(part, whole) as Catalogue;
}

function filledUp(part: unknown, whole: unknown): unknown {
  if (part === undefined) return whole;
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return part;
  const entries = Object.entries(whole).map(([key, text]) => [
    key,
    filledUp((part as Record<string, unknown>)[key], text),
  ]);
  return Object.fromEntries(entries);
}
