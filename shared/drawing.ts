/** Drawn digits: turns strokes (lines of points) into pixels as in the data set. One unit is one cell. {x: 0, y: 0} is
 *  the top left corner of the first pixel, so the centre of the pixel in row y, column x is (x + 0.5, y + 0.5). */

export type Point = { readonly x: number; readonly y: number };
/** One movement of a pen: a line through its points, `radius` cells to either side. An eraser removes what earlier
 *  strokes drew. */
export type Stroke = { readonly points: readonly Point[]; readonly radius: number; readonly eraser: boolean };

/** The pen radius that draws lines as wide as those of the data set: two to three pixels. */
export const PEN_RADIUS = 1.1;
/** How far a line's edge fades, in cells. */
const SOFTNESS = 1.2;
/** The share of the picture's smaller side that the data set's digits fill: 20 of 28 pixels. */
const FILL = 20 / 28;
/** The largest enlargement, so that a dot or a slip of the pen doesn't fill the picture. */
const LARGEST_ENLARGEMENT = 6;

/** The pixels of these strokes, drawn in order over `background` (black if left out). Returns [height, width]:
 *  multiples of 1/256, 0 black to 1 white. */
export function rasterize(
  strokes: readonly Stroke[],
  height: number,
  width: number,
  background?: ArrayLike<number>,
): Float32Array {
  const pixels = background ? Float32Array.from(background) : new Float32Array(height * width);
  const ink = new Float32Array(height * width);
  for (const stroke of strokes) {
    ink.fill(0);
    cover(stroke, height, width, ink);
    for (let i = 0; i < pixels.length; i++) {
      pixels[i] = stroke.eraser ? pixels[i] * (1 - ink[i]) : Math.max(pixels[i], ink[i]);
    }
  }
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.round(pixels[i] * 256) / 256;
  return pixels;
}

/** Raises each pixel of `ink` to the share of it that the stroke covers. */
function cover({ points, radius }: Stroke, height: number, width: number, ink: Float32Array): void {
  const reach = radius + SOFTNESS / 2;
  for (let i = 0; i < points.length; i++) {
    const from = points[Math.max(0, i - 1)];
    const to = points[i];
    if (i === 0 && points.length > 1) continue;
    const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
    const bottom = Math.min(height, Math.ceil(Math.max(from.y, to.y) + reach));
    const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach));
    const right = Math.min(width, Math.ceil(Math.max(from.x, to.x) + reach));
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const covered = (reach - distance(x + 0.5, y + 0.5, from, to)) / SOFTNESS;
        const at = y * width + x;
        if (covered > ink[at]) ink[at] = Math.min(1, covered);
      }
    }
  }
}

/** The distance of a point from a line segment. */
function distance(x: number, y: number, from: Point, to: Point): number {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / length));
  return Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
}

/** Places strokes as the data set places its digits: scaled to fill 20 of 28 pixels, then moved so that their centre of
 *  mass is in the middle. Proportions and the width of lines stay. Without ink, the strokes are returned as they
 *  are. */
export function centre(strokes: readonly Stroke[], height: number, width: number): readonly Stroke[] {
  const pens = strokes.filter(({ eraser }) => !eraser);
  const points = pens.flatMap(stroke => stroke.points);
  if (points.length === 0) return strokes;
  const left = Math.min(...points.map(({ x }) => x));
  const right = Math.max(...points.map(({ x }) => x));
  const top = Math.min(...points.map(({ y }) => y));
  const bottom = Math.max(...points.map(({ y }) => y));
  const extent = Math.max(right - left, bottom - top);
  const thickness = 2 * Math.max(...pens.map(({ radius }) => radius));
  const room = Math.max(1, FILL * Math.min(height, width) - thickness);
  const scale = extent > 0 ? Math.min(LARGEST_ENLARGEMENT, room / extent) : 1;
  // First the middle of the bounding box goes to the middle of the picture. Otherwise ink could be cut off, and the
  // mass would be measured wrong.
  const placed = move(
    strokes,
    scale,
    width / 2 - (scale * (left + right)) / 2,
    height / 2 - (scale * (top + bottom)) / 2,
  );
  const mass = centreOfMass(rasterize(placed, height, width), width);
  return mass ? move(placed, 1, width / 2 - mass.x, height / 2 - mass.y) : placed;
}

function move(strokes: readonly Stroke[], scale: number, right: number, down: number): Stroke[] {
  return strokes.map(stroke => ({
    ...stroke,
    points: stroke.points.map(({ x, y }) => ({ x: scale * x + right, y: scale * y + down })),
  }));
}

/** The centre of mass of the ink. undefined if every pixel is black. */
function centreOfMass(pixels: Float32Array, width: number): Point | undefined {
  let total = 0;
  let x = 0;
  let y = 0;
  for (let i = 0; i < pixels.length; i++) {
    total += pixels[i];
    x += pixels[i] * ((i % width) + 0.5);
    y += pixels[i] * (Math.floor(i / width) + 0.5);
  }
  return total > 0 ? { x: x / total, y: y / total } : undefined;
}
