import type { en } from './en.ts';

/** A catalogue in any language: the same sections as the English one, with its own texts. */
export type Catalogue = Translated<typeof en>;

/** A catalogue that is translated in part. The rest is shown in English. */
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

/** The texts of `part`, and those of `whole` where `part` has none. */
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
