/** If the range between an image's darkest and brightest pixel is a smaller share than this, the image shows
 *  nothing. */
const LEAST_CONTRAST = 0.3;

/** Whether a grey image [height, width] looks like dark ink on bright paper: its edge is bright, and something in it is
 *  darker. A network that was trained with bright ink on black gets such images wrong. `white`: the value of a white
 *  pixel, 1 or 255. */
export function looksInverted(
  pixels: ArrayLike<number>,
  [height, width]: readonly [height: number, width: number, ...unknown[]],
  white: number,
): boolean {
  const edge: number[] = [];
  let [darkest, brightest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const value = pixels[i];
      if (value < darkest) darkest = value;
      if (value > brightest) brightest = value;
      if (y === 0 || x === 0 || y === height - 1 || x === width - 1) edge.push(value);
    }
  edge.sort((a, b) => a - b);
  // The median, because some ink may touch the edge.
  return edge[edge.length >> 1] > white / 2 && brightest - darkest >= LEAST_CONTRAST * white;
}
