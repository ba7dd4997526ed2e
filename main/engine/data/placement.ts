/** Shifts, turns, cuts and distorts images, all in one bilinear resampling. */
import type { DataSet } from '../../../shared/data.ts';

type Shape = DataSet['shape'];

/** Where a result's pixels come from: the pixel at (x, y), counted from the middle of the result, gets the value of the
 *  original at ((a·x + b·y + left) / w, (c·x + d·y + top) / w), counted from its middle, with w = g·x + h·y + 1. */
export type Placement = {
  a: number;
  b: number;
  left: number;
  c: number;
  d: number;
  top: number;
  g: number;
  h: number;
};

export const inPlace: Placement = { a: 1, b: 0, left: 0, c: 0, d: 1, top: 0, g: 0, h: 0 };

/** The part of an image whose middle is at (x, y), counted from the image's middle, stretched to the whole size.
 *  `width` and `height`: the part's, as shares of the image's. */
export const partOf = (width: number, height: number, x: number, y: number): Placement => ({
  ...inPlace,
  a: width,
  left: x,
  d: height,
  top: y,
});

/** Both, one after the other: the result of `first` is the original of `second`. */
export function bothOf(first: Placement, second: Placement): Placement {
  const [p, q] = [rowsOf(first), rowsOf(second)];
  return placementOf(p.map(row => [0, 1, 2].map(i => row.reduce((sum, each, k) => sum + each * q[k][i], 0))));
}

/** Moves the corners of an image to these points, counted from its middle: top left, top right, bottom right, bottom
 *  left. They have to be convex. Source: Heckbert, Fundamentals of Texture Mapping (1989), section 2.2.3 */
export function movedCorners([height, width]: Shape, corners: readonly (readonly [x: number, y: number])[]): Placement {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = corners;
  const [dx1, dx2, sx] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3];
  const [dy1, dy2, sy] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3];
  const area = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / area;
  const h = (dx1 * sy - sx * dy1) / area;
  // From the unit square to the corners, and back.
  const [a, b, c] = [x1 - x0 + g * x1, x3 - x0 + h * x3, x0];
  const [d, e, f] = [y1 - y0 + g * y1, y3 - y0 + h * y3, y0];
  const back = [
    [e - f * h, c * h - b, b * f - c * e],
    [f * g - d, a - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ];
  // The unit square, counted from the middle of the image in pixels.
  const [xs, ys, ws] = back;
  return placementOf([
    xs.map((each, i) => (each - ws[i] / 2) * width),
    ys.map((each, i) => (each - ws[i] / 2) * height),
    ws,
  ]);
}

const rowsOf = ({ a, b, left, c, d, top, g, h }: Placement): number[][] => [
  [a, b, left],
  [c, d, top],
  [g, h, 1],
];

function placementOf([[a, b, left], [c, d, top], [g, h, i]]: readonly (readonly number[])[]): Placement {
  return { a: a / i, b: b / i, left: left / i, c: c / i, d: d / i, top: top / i, g: g / i, h: h / i };
}

/** Writes the image at `from` in `bytes`, as it is placed, to `at` in `to`. Pixels from outside the image repeat its
 *  edge. */
export function placeImage(
  bytes: Uint8Array,
  from: number,
  [height, width, channels]: Shape,
  { a, b, left, c, d, top, g, h }: Placement,
  to: Uint8Array,
  at = 0,
): void {
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  const [lastX, lastY] = [width - 1, height - 1];
  const row = width * channels;
  let target = at;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const dx = x - middleX;
      const dy = y - middleY;
      const w = g * dx + h * dy + 1;
      const sourceX = Math.min(lastX, Math.max(0, (a * dx + b * dy + left) / w + middleX));
      const sourceY = Math.min(lastY, Math.max(0, (c * dx + d * dy + top) / w + middleY));
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
        to[target++] = upper + (lower - upper) * shareY + 0.5;
      }
    }
  }
}
