import type { en } from './en.ts';

/** A catalogue in any language: the same sections as the English one, with its own texts. */
export type Catalogue = Translated<typeof en>;

type Leaf = string | number | boolean | undefined;
type Translated<T> = T extends string
  ? string
  : T extends Leaf
    ? T
    : T extends (...args: infer A) => infer R
      ? (...args: A) => Translated<R>
      : { readonly [K in keyof T]: Translated<T[K]> };
