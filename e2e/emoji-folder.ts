import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

/** Three groups of pictures in colour, and which of them. */
const GROUPS = {
  faces: ['Smileys & Emotion', /face/],
  flags: ['Flags', /^flag-/],
  animals: ['Animals & Nature', /./],
} as const;

/** Writes pictures of real emoji, 64×64 in colour on transparency, as PNG files: folder/train/faces/NAME.png. No emoji
 *  is in both splits. `counts`: the number of pictures of each group, in the order faces, flags, animals. */
export async function writeEmoji(
  folder: string,
  counts: Readonly<Record<'train' | 'test', readonly [faces: number, flags: number, animals: number]>>,
): Promise<void> {
  const place = dirname(createRequire(import.meta.url).resolve('@iconify-json/twemoji/package.json'));
  const read = async (file: string) => JSON.parse(await readFile(join(place, file), 'utf8')) as unknown;
  const { icons } = (await read('icons.json')) as { icons: Record<string, { body: string }> };
  const { categories } = (await read('metadata.json')) as { categories: Record<string, string[]> };
  for (const [at, [group, [category, wanted]]] of Object.entries(GROUPS).entries()) {
    const names = categories[category].filter(name => icons[name] && wanted.test(name));
    // Neighbours in the list look alike, so the pictures are taken at equal distances.
    const total = counts.train[at] + counts.test[at];
    const taken = Array.from({ length: total }, (_, i) => names[Math.floor((i * names.length) / total)]);
    const begun = (i: number) => Math.floor((i * counts.test[at]) / total);
    for (const split of ['train', 'test']) await mkdir(join(folder, split, group), { recursive: true });
    for (const [i, name] of taken.entries()) {
      const split = begun(i + 1) > begun(i) ? 'test' : 'train';
      const size = 'width="64" height="64" viewBox="0 0 36 36"';
      const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${size}>${icons[name].body}</svg>`);
      await writeFile(join(folder, split, group, `${name}.png`), await sharp(svg).png().toBuffer());
    }
  }
}
