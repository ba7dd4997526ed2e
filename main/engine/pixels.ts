/** For each byte of an image, 0 black to 255 white, the nearest multiple of 1/256, white = 1, so that sums of pixels are exact in float32 and equal cells stay exactly equal. */
const VALUES = Float32Array.from({ length: 256 }, (_, byte) => Math.round((byte / 255) * 256) / 256);

/** Writes `count` bytes of images from position `from` on, as numbers that go into a network, to position `at` on. */
export function toPixels(bytes: Uint8Array, from: number, count: number, to: Float32Array, at: number): void {
  const end = from + count;
  let source = from;
  let target = at;
  while (source < end) to[target++] = VALUES[bytes[source++]];
}
