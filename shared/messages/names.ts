import type { Catalogue } from './catalogue.ts';
import { en } from './en.ts';

/** A name as the reader's language has it. The app's own data sets and their numbered images are called in English
 *  where they are stored: "MNIST digits", "training image 12". Any other name is returned unchanged. */
export function nameIn(name: string, { data }: Catalogue): string {
  if (data === en.data) return name;
  for (const key of keysOf(en.data.names)) if (name === en.data.names[key]) return data.names[key];
  const [, what, number] = /^([a-z ]+) (\d+)$/.exec(name) ?? [];
  for (const key of keysOf(en.data.imageNumber))
    if (what === en.data.imageNumber[key]) return `${data.imageNumber[key]} ${number}`;
  return name;
}

const keysOf = <T extends object>(group: T) => Object.keys(group) as (keyof T)[];
