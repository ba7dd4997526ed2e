/** Finds images by the names in a table. The names may come from another folder or computer. */
import type { ImageFile } from './list-images.ts';

/** How to turn a table's name into a name below the folder: remove the prefix `drop`, add the prefix `add`, and perhaps
 *  ignore the extension. */
export type NameRule = { drop: string; add: string; anyExtension: boolean };
const asTheyAre: NameRule = { drop: '', add: '', anyExtension: false };

export type ImageNames = {
  /** The images that a name may mean. There can be several if the name has no extension. */
  find(name: string, rule: NameRule): readonly ImageFile[];
  /** The rule that finds most of the names, and how many different images it finds. */
  ruleFor(names: readonly string[]): { rule: NameRule; found: number };
};

/** How many names are tried, if there are more; and how many folders. */
const TRIED = 1000;
const FOLDERS_TRIED = 100;
const NONE: readonly ImageFile[] = [];

export function createImageNames(files: readonly ImageFile[]): ImageNames {
  const whole = collect(files, name => toKey(name));
  // A name without its extension finds an image, unless it is the whole name of another one.
  const named = new Map([...collect(files, name => stemOf(toKey(name))), ...whole]);
  // A name in another case finds an image, unless two names differ only in case.
  const caseless = new Map<string, readonly ImageFile[] | undefined>();
  for (const [key, found] of named) {
    const lower = key.toLowerCase();
    caseless.set(lower, caseless.has(lower) && !sameFiles(caseless.get(lower), found) ? undefined : found);
  }
  const folders = [...new Set(files.map(({ name }) => toKey(name).replace(/[^/]*$/, '')))].filter(Boolean);

  const look = (key: string) => named.get(key) ?? caseless.get(key.toLowerCase()) ?? NONE;

  function find(name: string, { drop, add, anyExtension }: NameRule): readonly ImageFile[] {
    const plain = toKey(name);
    const key = add + (drop !== '' && plain.startsWith(drop) ? plain.slice(drop.length) : plain);
    return anyExtension ? look(stemOf(key)) : look(key);
  }

  function countBy(names: readonly string[], rule: NameRule): number {
    return new Set(names.map(name => find(name, rule)[0]).filter(Boolean)).size;
  }

  function ruleFor(all: readonly string[]): { rule: NameRule; found: number } {
    const step = Math.max(1, Math.floor(all.length / TRIED));
    const names = all.filter((_, i) => i % step === 0);
    let best = { rule: asTheyAre, found: countBy(names, asTheyAre) };
    const different = new Set(names).size;
    const attempt = (rule: NameRule) => {
      if (best.found === different) return;
      const found = countBy(names, rule);
      if (found > best.found) best = { rule, found };
    };
    for (const drop of beginnings(names)) attempt({ ...asTheyAre, drop });
    if (best.found > 0) return best;
    // The same name in two folders can mean two images.
    const below = folders.slice(0, FOLDERS_TRIED).map(add => ({ ...asTheyAre, add }));
    const holding = below.filter(rule => countBy(names, rule) > 0);
    if (holding.length === 1) attempt(holding[0]);
    if (best.found > 0) return best;
    for (const drop of ['', ...beginnings(names)]) attempt({ ...asTheyAre, drop, anyExtension: true });
    return best;
  }

  return { find, ruleFor };
}

/** A name in the form for comparing. Macs may write accents as separate characters, Windows has other slashes, and
 *  addresses may end in a query. */
export function toKey(name: string): string {
  const key = name
    .trim()
    .normalize('NFC')
    .replaceAll('\\', '/')
    .replace(/^(\.?\/)+/, '');
  return /^https?:/i.test(key) ? key.replace(/[?#].*$/, '') : key;
}

function stemOf(key: string): string {
  return key.replace(/\.\w+$/, '');
}

function collect(files: readonly ImageFile[], keyOf: (name: string) => string): Map<string, ImageFile[]> {
  const found = new Map<string, ImageFile[]>();
  for (const file of files) {
    const key = keyOf(file.name);
    const others = found.get(key);
    if (others) others.push(file);
    else found.set(key, [file]);
  }
  return found;
}

function sameFiles(a: readonly ImageFile[] | undefined, b: readonly ImageFile[]): boolean {
  return a !== undefined && a.length === b.length && a.every((file, i) => file === b[i]);
}

/** The folders that some of the names begin with: "a/" and "a/b/" for "/a/b/c.png". */
function beginnings(names: readonly string[]): string[] {
  const some = [names[0], names[names.length >> 1], names.at(-1)].filter(name => name !== undefined);
  const found = new Set<string>();
  for (const name of some) {
    const key = toKey(name);
    for (let at = key.indexOf('/'); at !== -1; at = key.indexOf('/', at + 1)) found.add(key.slice(0, at + 1));
  }
  return [...found];
}
