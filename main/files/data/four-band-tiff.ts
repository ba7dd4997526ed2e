/** Reads TIFF files of four channels that are data, as satellites give them: red, green, blue and infrared. sharp would
 *  take the fourth for transparency, or the first for grey. Source: TIFF 6.0, adobe.io/open/standards/TIFF.html */
import { inflateSync } from 'node:zlib';

/** Pixels [height, width, 4] as bytes. Of 16 bits, the upper 8 are taken. */
export type FourBands = { height: number; width: number; pixels: Uint8Array };

const TAGS = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  planar: 284,
  predictor: 317,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileBytes: 325,
  extraSamples: 338,
  format: 339,
} as const;
/** The types of values: their bytes. BYTE, SHORT and LONG. */
const SIZES: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4 };
const DEFLATE = [8, 32_946];
const RGB = 2;
/** Colours were multiplied by the fourth channel, says the file. sharp would divide them by it. */
const ASSOCIATED = 1;
const MOST_VALUES = 2 ** 20;
const KNOWN: ReadonlySet<number> = new Set(Object.values(TAGS));
/** The most pixels of a block of a small image. Unpacking it must not take more memory than an image does. */
const LARGEST_BESIDE = 2 ** 20;

/** The four channels of a TIFF file that sharp would change. undefined if it is another file, has another number of
 *  channels, is turned, or is packed in a way other than deflate. Throws RangeError if it is damaged. `most`: the
 *  most pixels. */
export function readFourBands(bytes: Uint8Array, most: number): FourBands | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const order = bytes.length < 8 ? 0 : view.getUint16(0);
  const little = order === 0x4949;
  if ((!little && order !== 0x4d4d) || view.getUint16(2, little) !== 42) return undefined;
  const values = directoryOf(view, little);
  const one = (tag: keyof typeof TAGS, otherwise: number) => values.get(TAGS[tag])?.[0] ?? otherwise;
  const [width, height] = [one('width', 0), one('height', 0)];
  const bits = values.get(TAGS.bits) ?? [1];
  const [compression, predictor] = [one('compression', 1), one('predictor', 1)];
  const isKnown =
    one('samples', 1) === 4 &&
    one('format', 1) === 1 &&
    one('orientation', 1) === 1 &&
    (one('photometric', RGB) !== RGB || one('extraSamples', 0) === ASSOCIATED) &&
    bits.every(each => each === bits[0] && (each === 8 || each === 16)) &&
    (compression === 1 || DEFLATE.includes(compression)) &&
    (predictor === 1 || predictor === 2);
  if (!isKnown || width * height === 0 || width * height > most) return undefined;
  const isTiled = values.has(TAGS.tileOffsets);
  const isPlanar = one('planar', 1) === 2;
  const offsets = values.get(isTiled ? TAGS.tileOffsets : TAGS.stripOffsets) ?? [];
  const lengths = values.get(isTiled ? TAGS.tileBytes : TAGS.stripBytes) ?? [];
  const blockWidth = isTiled ? one('tileWidth', 0) : width;
  const blockHeight = Math.min(isTiled ? one('tileHeight', 0) : one('rowsPerStrip', height), isTiled ? most : height);
  const largest = Math.max(2 * width * height, LARGEST_BESIDE);
  if (!(blockWidth * blockHeight > 0) || blockWidth * blockHeight > largest) return undefined;
  const across = Math.ceil(width / blockWidth);
  const perPlane = across * Math.ceil(height / blockHeight);
  const [channels, bytesEach] = [isPlanar ? 1 : 4, bits[0] / 8];
  const pixels = new Uint8Array(width * height * 4);
  for (let block = 0; block < perPlane * (isPlanar ? 4 : 1); block++) {
    const at = block % perPlane;
    const [top, left] = [Math.floor(at / across) * blockHeight, (at % across) * blockWidth];
    const rows = isTiled ? blockHeight : Math.min(blockHeight, height - top);
    const size = rows * blockWidth * channels * bytesEach;
    const packed = bytes.subarray(offsets[block], offsets[block] + lengths[block]);
    const content = compression === 1 ? packed : inflateSync(packed, { maxOutputLength: size });
    if (content.length < size) throw new RangeError('The TIFF file ends early.');
    const own = numbersOf(content, rows, blockWidth, { channels, bytesEach, little, isDifferences: predictor === 2 });
    for (let y = 0; y < Math.min(rows, height - top); y++)
      for (let x = 0; x < Math.min(blockWidth, width - left); x++)
        for (let channel = 0; channel < channels; channel++) {
          const value = own[(y * blockWidth + x) * channels + channel];
          const target = isPlanar ? Math.floor(block / perPlane) : channel;
          pixels[((top + y) * width + left + x) * 4 + target] = bytesEach === 2 ? value >> 8 : value;
        }
  }
  return { height, width, pixels };
}

/** The values of the first image's tags, of each the first time it is there. */
function directoryOf(view: DataView, little: boolean): Map<number, number[]> {
  const values = new Map<number, number[]>();
  const start = view.getUint32(4, little);
  const count = view.getUint16(start, little);
  for (let entry = start + 2; entry < start + 2 + 12 * count; entry += 12) {
    const [tag, type, length] = [
      view.getUint16(entry, little),
      view.getUint16(entry + 2, little),
      view.getUint32(entry + 4, little),
    ];
    const size = SIZES[type];
    if (size === undefined || length > MOST_VALUES || !KNOWN.has(tag) || values.has(tag)) continue;
    const at = size * length <= 4 ? entry + 8 : view.getUint32(entry + 8, little);
    const read = (i: number) =>
      size === 1
        ? view.getUint8(at + i)
        : size === 2
          ? view.getUint16(at + 2 * i, little)
          : view.getUint32(at + 4 * i, little);
    values.set(
      tag,
      Array.from({ length }, (_, i) => read(i)),
    );
  }
  return values;
}

/** The numbers of a block. `isDifferences`: each is the difference from its neighbour on the left. */
function numbersOf(
  content: Uint8Array,
  rows: number,
  width: number,
  form: { channels: number; bytesEach: number; little: boolean; isDifferences: boolean },
): Uint16Array {
  const { channels, bytesEach, little, isDifferences } = form;
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const numbers = new Uint16Array(rows * width * channels);
  const mask = bytesEach === 1 ? 0xff : 0xffff;
  for (let i = 0; i < numbers.length; i++) {
    const own = bytesEach === 1 ? content[i] : view.getUint16(2 * i, little);
    const hasLeft = isDifferences && i % (width * channels) >= channels;
    numbers[i] = hasLeft ? (own + numbers[i - channels]) & mask : own;
  }
  return numbers;
}
