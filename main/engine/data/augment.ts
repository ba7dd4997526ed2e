/** Random changes of training images, so that a network doesn't learn them by heart. */
import { amountsOfChange, type Augmentation, type DataSet } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { createRandomFor, type Random } from '../../../shared/random.ts';
import { addNoise, blur, type Colouring, cutOut, recolour, relight } from './recolour.ts';
import { bothOf, movedCorners, partOf, type Placement, placeImage } from './placement.ts';

type Shape = DataSet['shape'];

/** Makes the random numbers of newer changes, and those of mixup, differ from all others of the seed. */
const [NEWER, MIXUP] = [0x85ebca6b, 0xc2b2ae35];
/** The changes that the first versions had. */
const FIRST: readonly string[] = ['shift', 'rotate', 'zoom', 'light'];
const newer = amountsOfChange.filter(key => !FIRST.includes(key) && key !== 'mixup');

/** Whether images are changed one by one. */
export function changesAnything(augmentation: Augmentation): boolean {
  return Object.values({ ...augmentation, mixup: 0 }).some(amount => amount !== 0 && amount !== false);
}

/** Throws UserError if images of this shape can't be changed like this: symmetries need square images. */
export function checkAugmentation({ symmetries }: Augmentation, [height, width]: Shape): void {
  if (symmetries && height !== width) throw new UserError(sentences.data.symmetries(`${height}×${width}`));
}

/** The random numbers of one image for the newer changes. `first` and `second`: as for `createRandomFor`. */
export const randomForNewer = (seed: number, first: number, second: number): Random =>
  createRandomFor((seed ^ NEWER) >>> 0, first, second);

/** The random numbers of mixup. */
export const randomForMixup = (seed: number, first: number, second: number): Random =>
  createRandomFor((seed ^ MIXUP) >>> 0, first, second);

/** Writes a changed copy of the image at `from` in `bytes` to the start of `to`.
 *  - All that moves pixels is one bilinear resampling. A flip or a symmetry alone moves bytes without changing them.
 *  - Pixels from outside the image repeat its edge. For digits that is black, and photographs get no black corners.
 *  - Then come light, colours, blur, noise and cutout.
 *  - It always draws the same nine random numbers, so switching one change on doesn't alter the others. Newer changes
 *    draw the same twenty of `more`, and noise all that follow. */
export function augment(
  bytes: Uint8Array,
  from: number,
  shape: Shape,
  augmentation: Augmentation,
  { random, more }: { random: Random; more: () => Random },
  to: Uint8Array,
): void {
  const { placement, contrast, brightness } = drawChange(augmentation, shape, random);
  const own = newer.some(key => augmentation[key] !== 0) ? more() : undefined;
  const drawn = own && drawMore(augmentation, shape, own);
  placeImage(bytes, from, shape, drawn ? drawn.place(placement) : placement, to);
  if (augmentation.light !== 0) relight(to, shape, contrast, brightness);
  if (!drawn) return;
  if (drawn.colouring) recolour(to, shape, drawn.colouring);
  if (drawn.blur > 0) blur(to, shape, drawn.blur);
  if (drawn.noise > 0) addNoise(to, shape, drawn.noise, own);
  if (augmentation.cutout > 0) cutOut(to, shape, augmentation.cutout, ...drawn.cutout);
}

/** Uniform from −1 to 1. */
const either = (random: Random) => 2 * random.uniform() - 1;

/** How one image is changed. Its values v, 0 to 255, become contrast·v + brightness. */
type Change = { placement: Placement; contrast: number; brightness: number };

function drawChange(augmentation: Augmentation, [height, width]: Shape, random: Random): Change {
  const right = either(random) * augmentation.shift * width;
  const down = either(random) * augmentation.shift * height;
  const angle = (either(random) * augmentation.rotate * Math.PI) / 180;
  // Shrinking by a factor is as likely as growing by it.
  const scale = Math.exp(either(random) * Math.log(1 + augmentation.zoom));
  const mirrored = random.uniform() < 0.5 && augmentation.flip;
  const turns = Math.floor(random.uniform() * 4) * Number(augmentation.symmetries);
  const transposed = random.uniform() < 0.5 && augmentation.symmetries;
  const brightness = either(random) * augmentation.light * 255;
  const contrast = 1 + either(random) * augmentation.light;

  // From the result back to the original: the shift, the rotation and the zoom are undone, and one of the 8 symmetries,
  // which are exact in whole numbers.
  const [cosine, sine] = [Math.cos(angle) / scale, Math.sin(angle) / scale];
  let [a, b, c, d] = [cosine, sine, -sine, cosine];
  if (mirrored) [a, b] = [-a, -b];
  if (transposed) [a, b, c, d] = [c, d, a, b];
  for (let turn = 0; turn < turns; turn++) [a, b, c, d] = [-c, -d, a, b];
  return {
    placement: { a, b, left: -(a * right + b * down), c, d, top: -(c * right + d * down), g: 0, h: 0 },
    contrast,
    // Contrast leaves the middle of the range as it is.
    brightness: brightness + 127.5 * (1 - contrast),
  };
}

function drawMore(augmentation: Augmentation, shape: Shape, random: Random) {
  const [height, width] = shape;
  const { crop, perspective } = augmentation;
  const [area, proportions, x, y] = [random.uniform(), either(random), either(random), either(random)];
  const [right, bottom] = [width / 2, height / 2];
  const corners = (
    [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ] as const
  ).map(([towardsX, towardsY]) => {
    const [inX, inY] = [random.uniform() * perspective, random.uniform() * perspective];
    return [towardsX * right * (1 - inX), towardsY * bottom * (1 - inY)] as const;
  });
  const factor = (amount: number) => 1 + either(random) * amount;
  const colouring: Colouring = {
    brightness: factor(augmentation.brightness),
    contrast: factor(augmentation.contrast),
    saturation: factor(augmentation.saturation),
    hue: either(random) * augmentation.hue,
  };
  const { brightness, contrast, saturation, hue } = colouring;
  return {
    /** Cuts a part out of the image, then places it, and then moves its corners. */
    place(placement: Placement): Placement {
      const kept = 1 - area * crop;
      const wider = (4 / 3) ** (proportions / 2);
      const [keptX, keptY] = [Math.min(1, Math.sqrt(kept) * wider), Math.min(1, Math.sqrt(kept) / wider)];
      const part = partOf(keptX, keptY, x * (1 - keptX) * right, y * (1 - keptY) * bottom);
      const placed = crop > 0 ? bothOf(part, placement) : placement;
      return perspective > 0 ? bothOf(placed, movedCorners(shape, corners)) : placed;
    },
    colouring: brightness !== 1 || contrast !== 1 || saturation !== 1 || hue !== 0 ? colouring : undefined,
    blur: random.uniform() * augmentation.blur,
    noise: random.uniform() * augmentation.noise,
    cutout: [random.integer(height), random.integer(width)] as const,
  };
}

/** A number of the Beta(α, α) distribution, from 0 to 1. */
export function drawShare(alpha: number, random: Random): number {
  const [a, b] = [drawGamma(alpha, random), drawGamma(alpha, random)];
  // With a tiny α both may be too small for a double. One of them is the larger, equally often.
  if (a + b === 0) return Number(random.uniform() < 0.5);
  return a / (a + b);
}

/** A number of the gamma distribution with this shape. Source: Marsaglia, Tsang: A simple method for generating gamma
 *  variables (2000) */
function drawGamma(shape: number, random: Random): number {
  if (shape < 1) return drawGamma(shape + 1, random) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const normal = random.normal();
    const cube = (1 + normal / Math.sqrt(9 * d)) ** 3;
    if (cube > 0 && Math.log(1 - random.uniform()) < normal ** 2 / 2 + d - d * cube + d * Math.log(cube))
      return d * cube;
  }
}
