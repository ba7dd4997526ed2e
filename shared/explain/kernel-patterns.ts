/** What a kernel answers to, as far as its numbers say so. */

/** A map that such a kernel makes is bright …
 *  - below, above: where a dark row lies below (above) a bright one.
 *  - right, left: where a dark column lies to the right (left) of a bright one.
 *  - spot: where a cell is brighter than those around it.
 *  - all: where it is bright all around. */
export type KernelPattern = 'below' | 'above' | 'right' | 'left' | 'spot' | 'all';

/** How alike a kernel and a pattern must be: the cosine of the angle between them. */
export const ALIKE = 0.9;

/** The pattern that a kernel [height, width] is like; undefined if it is like none. */
export function kernelPattern(weights: readonly number[], height: number, width: number): KernelPattern | undefined {
  let best: { name: KernelPattern; alike: number } | undefined;
  for (const [name, pattern] of Object.entries(patterns(height, width))) {
    const alike = cosine(weights, pattern);
    if (alike >= ALIKE && alike > (best?.alike ?? 0)) best = { name: name as KernelPattern, alike };
  }
  return best?.name;
}

function patterns(height: number, width: number): Record<KernelPattern, number[]> {
  const make = (weight: (y: number, x: number) => number) =>
    Array.from({ length: height * width }, (_, i) => weight(Math.floor(i / width), i % width));
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
  const isMiddle = (y: number, x: number) => y === middleY && x === middleX;
  return {
    below: make(y => Math.sign(middleY - y)),
    above: make(y => Math.sign(y - middleY)),
    right: make((_, x) => Math.sign(middleX - x)),
    left: make((_, x) => Math.sign(x - middleX)),
    spot: make((y, x) => (isMiddle(y, x) ? height * width - 1 : -1)),
    all: make(() => 1),
  };
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, each, i) => sum + each * y[i], 0);
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths > 0 ? dot(a, b) / lengths : 0;
}
