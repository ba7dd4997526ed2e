/** The step of a signed value on a scale that ends at ±limit. Larger values get the end's colour. Without a limit,
 *  every value gets the middle's. */
export function divergingStep(value: number, limit: number): number {
  if (!(limit > 0)) return 128;
  return Math.max(0, Math.min(256, Math.round(128 + (128 * value) / limit)));
}

/** The step of a value on a scale from 0 to 1. */
export function sequentialStep(value: number): number {
  return Math.max(0, Math.min(256, Math.round(256 * value)));
}
