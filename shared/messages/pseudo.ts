import type { Catalogue } from './catalogue.ts';

/** How much longer than English a language may be. */
const LONGER = 0.4;
const ACCENTS: Readonly<Record<string, string>> = { a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', y: 'ý' };

/** The pseudo-language: English with accents, every text of the catalogue 40 % longer. It shows what other languages
 *  would cut. Words without an accent are not from the catalogue. What fills a blank stays as it is. */
export function pseudo(catalogue: Catalogue): Catalogue {
  return lengthened(catalogue) as Catalogue;
}

function lengthened(entry: unknown): unknown {
  if (typeof entry === 'string') return longer(entry);
  if (typeof entry === 'function')
    return (...args: unknown[]) => between(String(entry(...args)), textsIn(args), longer);
  if (Array.isArray(entry)) return entry.map(lengthened);
  if (typeof entry !== 'object' || entry === null) return entry;
  return Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, lengthened(value)]));
}

/** Changes a text but for the parts of it that are one of these. */
function between(text: string, kept: readonly string[], change: (part: string) => string): string {
  const [first, ...rest] = kept;
  if (first === undefined) return change(text);
  return text
    .split(first)
    .map(part => between(part, rest, change))
    .join(first);
}

/** Words and numbers, the longest first. */
function textsIn(args: unknown): string[] {
  if (typeof args === 'string') return /\p{L}{2}|\d/u.test(args) ? [args] : [];
  if (typeof args !== 'object' || args === null) return [];
  return Object.values(args)
    .flatMap(textsIn)
    .sort((one, other) => other.length - one.length);
}

/** Every word with a small letter gets accents, and a tail; what a short word is owed, the next one gets. */
function longer(text: string): string {
  let owed = 0;
  return text.replace(/\p{L}*\p{Ll}\p{L}*/gu, word => {
    owed += LONGER * word.length;
    const tail = Math.ceil(owed);
    owed -= tail;
    return word.replace(/[aeiouy]/g, letter => ACCENTS[letter]) + 'é'.repeat(tail);
  });
}
