/** Random changes of training images, so that a network doesn't learn them by heart. */
import type { Augmentation, DataSet } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { Random } from '../../../shared/random.ts';

type Shape = DataSet['shape'];

/** How one image is changed. The pixel at (x, y), counted from the middle of the result, gets the value v of the
 *  original at (a·x + b·y + left, c·x + d·y + top), counted from its middle. v, 0 to 255, then becomes contrast·v +
 *  brightness. */
type Change = {
  a: number;
  b: number;
  c: number;
  d: number;
  left: number;
  top: number;
  contrast: number;
  brightness: number;
};

export function changesAnything(augmentation: Augmentation): boolean {
  return Object.values(augmentation).some(amount => amount !== 0 && amount !== false);
}

/** Throws UserError if images of this shape can't be changed like this: symmetries need square images. */
export function checkAugmentation({ symmetries }: Augmentation, [height, width]: Shape): void {
  if (symmetries && height !== width) throw new UserError(sentences.data.symmetries(`${height}×${width}`));
}

/** Writes a changed copy of the image at `from` in `bytes` to the start of `to`.
 *  - Shift, rotation, zoom, flip and symmetry are one bilinear resampling. A flip or a symmetry alone moves bytes
 *    without changing them.
 *  - Pixels from outside the image repeat its edge. For digits that is black, and photographs get no black corners.
 *  - Light changes colours, not the alpha channel.
 *  - It always draws the same nine random numbers, so switching one change on doesn't alter the others. */
export function augment(
  bytes: Uint8Array,
  from: number,
  shape: Shape,
  augmentation: Augmentation,
  random: Random,
  to: Uint8Array,
): void {
  const change = drawChange(augmentation, shape, random);
  resample(bytes, from, shape, change, to);
  if (augmentation.light !== 0) relight(to, shape, change);
}

function drawChange(augmentation: Augmentation, [height, width]: Shape, random: Random): Change {
  /** Uniform from −1 to 1. */
  const either = () => 2 * random.uniform() - 1;
  const right = either() * augmentation.shift * width;
  const down = either() * augmentation.shift * height;
  const angle = (either() * augmentation.rotate * Math.PI) / 180;
  // Shrinking by a factor is as likely as growing by it.
  const scale = Math.exp(either() * Math.log(1 + augmentation.zoom));
  const mirrored = random.uniform() < 0.5 && augmentation.flip;
  const turns = Math.floor(random.uniform() * 4) * Number(augmentation.symmetries);
  const transposed = random.uniform() < 0.5 && augmentation.symmetries;
  const brightness = either() * augmentation.light * 255;
  const contrast = 1 + either() * augmentation.light;

  // From the result back to the original: the shift, the rotation and the zoom are undone, and one of the 8 symmetries,
  // which are exact in whole numbers.
  const [cosine, sine] = [Math.cos(angle) / scale, Math.sin(angle) / scale];
  let [a, b, c, d] = [cosine, sine, -sine, cosine];
  if (mirrored) [a, b] = [-a, -b];
  if (transposed) [a, b, c, d] = [c, d, a, b];
  for (let turn = 0; turn < turns; turn++) [a, b, c, d] = [-c, -d, a, b];
  return {
    a,
    b,
    c,
    d,
    left: -(a * right + b * down),
    top: -(c * right + d * down),
    contrast,
    // Contrast leaves the middle of the range as it is.
    brightness: brightness + 127.5 * (1 - contrast),
  };
}

function resample(bytes: Uint8Array, from: number, [height, width, channels]: Shape, change: Change, to: Uint8Array) {
  const { a, b, c, d, left, top } = change;
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  const [lastX, lastY] = [width - 1, height - 1];
  const row = width * channels;
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const dx = x - middleX;
      const dy = y - middleY;
      const sourceX = Math.min(lastX, Math.max(0, a * dx + b * dy + left + middleX));
      const sourceY = Math.min(lastY, Math.max(0, c * dx + d * dy + top + middleY));
      const x0 = Math.floor(sourceX);
      const y0 = Math.floor(sourceY);
      const shareX = sourceX - x0;
      const shareY = sourceY - y0;
      const nextX = x0 < lastX ? channels : 0;
      const nextY = y0 < lastY ? row : 0;
      let source = from + y0 * row + x0 * channels;
      for (let channel = 0; channel < channels; channel++, source++) {
        const upper = bytes[source] + (bytes[source + nextX] - bytes[source]) * shareX;
        const below = source + nextY;
        const lower = bytes[below] + (bytes[below + nextX] - bytes[below]) * shareX;
        // Adding 0.5 rounds to the nearest byte, because no value is negative.
        to[at++] = upper + (lower - upper) * shareY + 0.5;
      }
    }
  }
}

function relight(bytes: Uint8Array, [height, width, channels]: Shape, { contrast, brightness }: Change): void {
  const colours = channels === 4 ? 3 : channels;
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let channel = 0; channel < colours; channel++) {
      const at = pixel * channels + channel;
      bytes[at] = Math.min(255, Math.max(0, contrast * bytes[at] + brightness)) + 0.5;
    }
  }
}
