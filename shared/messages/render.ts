import type { Catalogue } from './catalogue.ts';
import { en } from './en.ts';
import { nameIn } from './names.ts';
import type { Filling, Sentence } from './sentence.ts';

/** The text of a sentence in a language. If this catalogue can't say it (its id or arguments come from another version,
 *  or somebody made them up), the English one is tried. If that can't say it either, the text names the id. */
export function render(sentence: Sentence, catalogue: Catalogue): string {
  return renderWithin(sentence, catalogue, { items: MOST_ITEMS });
}

/** A list that was cut gets its length back, with empty items. A sentence and those in its blanks may have so many of
 *  them together: a file can name any length, and lists within lists. */
const MOST_ITEMS = 100_000;
/** The empty items that are left. */
type Room = { items: number };

function renderWithin(sentence: Sentence, catalogue: Catalogue, room: Room): string {
  if (typeof sentence === 'string') return sentence;
  return (
    said(sentence, catalogue, room) ??
    (catalogue === en ? undefined : said(sentence, en, room)) ??
    catalogue.shell.unknownSentence(sentence.id)
  );
}

/** The text in English, for logs and for the messages of errors. */
export const english = (sentence: Sentence): string => render(sentence, en);

/** Whether two sentences say the same in English. Earlier versions stored sentences as English text. */
export const sameSentence = (one: Sentence | undefined, other: Sentence): boolean =>
  one !== undefined && english(one) === english(other);

function said({ id, args = [] }: Exclude<Sentence, string>, catalogue: Catalogue, room: Room): string | undefined {
  const entry = entryOf(id, catalogue);
  if (typeof entry === 'string') return entry;
  if (typeof entry !== 'function') return undefined;
  try {
    const text: unknown = entry(...args.map(arg => filled(arg, catalogue, room)));
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

/** The catalogue's entry at a path such as "network.needsMaps". */
function entryOf(id: string, catalogue: Catalogue): unknown {
  let found: unknown = catalogue;
  for (const key of id.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

function filled(filling: Filling | undefined, catalogue: Catalogue, room: Room): unknown {
  if (typeof filling === 'string') return nameIn(filling, catalogue);
  if (filling === null || typeof filling !== 'object') return filling ?? undefined;
  if (Array.isArray(filling)) return filling.map(each => filled(each, catalogue, room));
  const fields = filling as Record<string, Filling>;
  if (typeof fields.id === 'string') return renderWithin(filling as Sentence, catalogue, room);
  if (Array.isArray(fields.first) && typeof fields.length === 'number') {
    const items: unknown[] = fields.first.map(each => filled(each, catalogue, room));
    for (; items.length + 1 <= fields.length && room.items > 0; room.items--) items.push('');
    return items;
  }
  return Object.fromEntries(Object.entries(fields).map(([key, inner]) => [key, filled(inner, catalogue, room)]));
}
