import { en } from './en.ts';
import { fillingOf, type Sentence } from './sentence.ts';

/** The English catalogue with functions that give sentences as data: `sentences.network.needsMaps(layer, …)`. Where a
 *  blank takes text, it takes a sentence too. */
export type Sentences<T = typeof en> = T extends string
  ? Sentence
  : T extends (...args: infer A) => string
    ? (...args: Fillings<A>) => Sentence
    : { readonly [K in keyof T]: Sentences<T[K]> };

type Fillings<A extends readonly unknown[]> = { [K in keyof A]: Filled<A[K]> };
type Filled<A> = A extends string
  ? string extends A
    ? Sentence
    : A
  : A extends readonly unknown[]
    ? { readonly [K in keyof A]: Filled<A[K]> }
    : A extends object
      ? { readonly [K in keyof A]: Filled<A[K]> }
      : A;

export const sentences = sentencesOf(en, '') as Sentences;

/** Several sentences as one. */
export const together = (told: readonly Sentence[]): Sentence =>
  told.length === 1 ? told[0] : sentences.shell.together(told);

function sentencesOf(entry: unknown, id: string): unknown {
  if (typeof entry === 'string') return Object.freeze({ id });
  if (typeof entry === 'function') return (...args: unknown[]) => ({ id, args: args.map(arg => fillingOf(arg)) });
  if (typeof entry !== 'object' || entry === null) return entry;
  const inner = (key: string) => (id === '' ? key : `${id}.${key}`);
  return Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, sentencesOf(value, inner(key))]));
}
