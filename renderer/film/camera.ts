/** The presenter's zoom into a picture. All lengths are in the picture's units. */
import type { Box, Picture, Size } from '../../shared/film/picture.ts';
import { eased } from '../../shared/film/timeline.ts';

/** Where the picture is drawn: moved by x and y, and larger by `scale`. */
export type Camera = { readonly x: number; readonly y: number; readonly scale: number };

export const WHOLE: Camera = { x: 0, y: 0, scale: 1 };
/** The most a part is enlarged. */
const LARGEST = 12;

/** Shows a part as large as possible, and nothing outside the picture. */
export function cameraOn({ width, height }: Size, { x, y, width: wide, height: high }: Box): Camera {
  const scale = Math.max(1, Math.min(LARGEST, width / Math.max(wide, 1), height / Math.max(high, 1)));
  return inside(
    { width, height },
    { scale, x: width / 2 - (x + wide / 2) * scale, y: height / 2 - (y + high / 2) * scale },
  );
}

/** A camera that enlarges by `by` what stands at a point of the screen, and keeps it there. */
export function cameraBy(size: Size, camera: Camera, by: number, at: { x: number; y: number }): Camera {
  const scale = Math.max(1, Math.min(LARGEST, camera.scale * by));
  const ratio = scale / camera.scale;
  return inside(size, { scale, x: at.x - (at.x - camera.x) * ratio, y: at.y - (at.y - camera.y) * ratio });
}

/** The nearest camera that shows nothing outside the picture. */
export function inside({ width, height }: Size, { x, y, scale }: Camera): Camera {
  const within = (offset: number, size: number) => Math.min(0, Math.max(size * (1 - scale), offset)) + 0;
  return { scale, x: within(x, width), y: within(y, height) };
}

/** A camera on its way. The part's middle moves straight. */
export function cameraBetween(from: Camera, to: Camera, share: number): Camera {
  const part = eased(Math.min(1, Math.max(0, share)));
  const mean = (a: number, b: number) => a + (b - a) * part;
  return { x: mean(from.x, to.x), y: mean(from.y, to.y), scale: mean(from.scale, to.scale) };
}

/** The picture as a camera sees it. */
export function seen(picture: Picture, { x, y, scale }: Camera): Picture {
  if (scale === 1 && x === 0 && y === 0) return picture;
  return { ...picture, items: [{ kind: 'group', items: picture.items, x, y, scale }] };
}

/** The rectangle between two corners. */
export const boxBetween = (a: { x: number; y: number }, b: { x: number; y: number }): Box => ({
  x: Math.min(a.x, b.x),
  y: Math.min(a.y, b.y),
  width: Math.abs(a.x - b.x),
  height: Math.abs(a.y - b.y),
});
