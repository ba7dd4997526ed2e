/** What one layer hands to the next, in the JavaScript heap and, once wasm has read it, in wasm's. */
import type { Shape } from '../../../shared/network.ts';
import { download, type Handle, release, upload } from '../backend/backend.ts';

/** A layer's output. Non-finite elements are NaN; `finite` says there are none. The handle is made when wasm first
 *  reads them, and released by `releaseActivations`. */
export type Activations = { shape: Shape; values: Float32Array; finite: boolean; handle?: Handle };

export function activationsOf(values: Float32Array, shape: Shape): Activations {
  return { shape, values, finite: isFinite(values) };
}

export function releaseActivations(activations: Activations): void {
  if (activations.handle) release(activations.handle);
  activations.handle = undefined;
}

/** The output of a wasm kernel. */
export function fromWasm(handle: Handle, shape: Shape): Activations {
  const activations = finiteOrNaN(download(handle), shape);
  // Its own values may be infinite where these are NaN.
  if (activations.finite) activations.handle = handle;
  else release(handle);
  return activations;
}

/** Values of which those that left float32 become NaN. */
export function finiteOrNaN(values: Float32Array, shape: Shape): Activations {
  const activations = activationsOf(values, shape);
  if (activations.finite) return activations;
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) values[i] = Number.NaN;
  return activations;
}

/** The values in the wasm heap. */
export function handleOf(activations: Activations): Handle {
  activations.handle ??= upload(activations.values, [1, ...activations.shape]);
  return activations.handle;
}

/** Whether every element is finite: x − x is 0 for those and NaN for all others, and NaN stays. */
export function isFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] - values[i];
  return sum === 0;
}

/** What float32 can't hold is an error like any other. */
export function orNaN(value: number): number {
  return Number.isFinite(Math.fround(value)) ? value : Number.NaN;
}
