/** Finds out whether the texts of a label column have one label or several, and what separates them. */
import type { LabelSeparator } from '../../../shared/data.ts';

/** A sign between the labels in one cell. */
export type SignSeparator = Exclude<LabelSeparator, 'none' | 'rows'>;
const SIGNS: Readonly<Record<SignSeparator, RegExp>> = { bar: /\|/, semicolon: /;/, comma: /,/, space: /\s+/ };
const signs = Object.keys(SIGNS) as SignSeparator[];
/** How many texts are examined, if there are more. */
const TRIED = 10_000;

/** What a title says about the number of labels in a cell: "tags" several, "labels" perhaps several, "label" one. */
export type CalledAs = 'tags' | 'several' | 'one';

/** The labels in a text. */
export function separate(text: string, separator: SignSeparator | undefined): string[] {
  const labels = separator ? text.split(SIGNS[separator]).map(label => label.trim()) : [text];
  return [...new Set(labels)].filter(label => label !== '');
}

/** Finds the sign that separates labels. undefined if each text is one label, as in "tench, Tinca tinca" or "hot dog".
 *  `whole`: a sign that occurs but doesn't seem to separate labels. `example`: a text with the sign. `called`: what the
 *  column's title says. */
export function separatorOf(
  texts: ReadonlySet<string>,
  called: CalledAs,
): { separator?: SignSeparator; example?: string; whole?: SignSeparator } {
  const step = Math.ceil(texts.size / TRIED);
  const different = [...texts].filter((text, i) => text !== '' && i % step === 0);
  const present = signs.filter(sign => different.some(text => separate(text, sign).length > 1));
  const separator = present.find(sign => isEvident(different, sign, called));
  const [whole] = present;
  const sign = separator ?? whole;
  const example = sign && different.find(text => separate(text, sign).length > 1);
  return separator ? { separator, example } : { whole, example };
}

/** Whether a sign clearly separates labels. The same parts must occur in many combinations and in no fixed order: "ace
 *  of clubs" has three parts with fixed places, like all names of cards. */
function isEvident(texts: readonly string[], sign: SignSeparator, called: CalledAs): boolean {
  const split = texts.map(text => separate(text, sign));
  const combined = split.filter(({ length }) => length > 1);
  const parts = new Set(combined.flat());
  const all = new Set(split.flat());
  const alone = new Set(split.flatMap(labels => (labels.length === 1 ? labels : [])));
  const uses = new Map<string, number>();
  for (const label of split.flat()) uses.set(label, (uses.get(label) ?? 0) + 1);
  const again = [...parts].filter(part => uses.get(part)! > 1).length;
  const sizes = new Set(split.map(({ length }) => length));
  if (sizes.size === 1 && !hasAnyOrder(combined)) return false;
  if (sign !== 'comma' && [...all].every(label => /^\d+$/.test(label))) return true;
  if (again < parts.size / 2) return false;
  if (sign === 'bar' || sign === 'semicolon') return true;
  if (all.size > split.length) return false;
  if (sign === 'comma') return combined.length > 1;
  // If not all parts occur alone, they may be words: "green apple" and "red apple" have a part in common too.
  const allAlone = [...parts].every(part => alone.has(part));
  if (allAlone && all.size < split.length) return true;
  // A column "labels" may have names of birds in it.
  if (called !== 'one' && (called === 'tags' || hasAnyOrder(combined)) && [...parts].some(part => alone.has(part)))
    return true;
  return all.size * 2 <= split.length && placeless(combined) >= parts.size / 2;
}

/** Whether some part is first in one text and not first in another. */
function hasAnyOrder(combined: readonly (readonly string[])[]): boolean {
  const first = new Set(combined.map(([label]) => label));
  return combined.some(labels => labels.slice(1).some(label => first.has(label)));
}

/** How many parts have no fixed place, counted from the beginning or from the end. */
function placeless(combined: readonly (readonly string[])[]): number {
  const places = new Map<string, [Set<number>, Set<number>]>();
  for (const labels of combined) {
    for (const [i, label] of labels.entries()) {
      const [fromStart, fromEnd] = places.get(label) ?? [new Set<number>(), new Set<number>()];
      places.set(label, [fromStart.add(i), fromEnd.add(labels.length - i)]);
    }
  }
  return [...places.values()].filter(([fromStart, fromEnd]) => fromStart.size > 1 && fromEnd.size > 1).length;
}
