/** A layer's output as it is passed on: in the JavaScript heap, and in wasm's heap once a wasm kernel has read it. */
import type { Shape } from '../../../shared/network.ts';
import { download, type Handle, release, upload } from '../backend/backend.ts';

/** A layer's output. Elements that aren't finite are NaN; `finite` says that there are none. The handle is made when a
 *  wasm kernel first reads the values, and released by `releaseActivations`. */
export type Activations = { shape: Shape; values: Float32Array; finite: boolean; handle?: Handle };

export function activationsOf(values: Float32Array, shape: Shape): Activations {
  return { shape, values, finite: isFinite(values) };
}

export function releaseActivations(activations: Activations): void {
  if (activations.handle) release(activations.handle);
  activations.handle = undefined;
}

/** Takes over the output of a wasm kernel, with NaN for what isn't finite. */
export function fromWasm(handle: Handle, shape: Shape): Activations {
  const activations = finiteOrNaN(download(handle), shape);
  // In wasm's heap the values may be infinite where they are NaN here, so that handle can't be used.
  if (activations.finite) activations.handle = handle;
  else release(handle);
  return activations;
}

/** Replaces values that aren't finite by NaN, in place. */
export function finiteOrNaN(values: Float32Array, shape: Shape): Activations {
  const activations = activationsOf(values, shape);
  if (activations.finite) return activations;
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) values[i] = Number.NaN;
  return activations;
}

/** The values in wasm's heap. The activations own the handle. */
export function handleOf(activations: Activations): Handle {
  activations.handle ??= upload(activations.values, [1, ...activations.shape]);
  return activations.handle;
}

/** Whether every element is finite. x − x is 0 for a finite x, else NaN, and a sum with a NaN in it is NaN. Four at a
 *  time take less long. */
export function isFinite(values: Float32Array): boolean {
  let sum = 0;
  let i = 0;
  for (; i + 3 < values.length; i += 4)
    sum +=
      ownDifference(values[i]) +
      ownDifference(values[i + 1]) +
      ownDifference(values[i + 2]) +
      ownDifference(values[i + 3]);
  for (; i < values.length; i++) sum += ownDifference(values[i]);
  return sum === 0;
}

const ownDifference = (value: number) => value - value;

/** The value, or NaN if float32 can't hold it. */
export function orNaN(value: number): number {
  return Number.isFinite(Math.fround(value)) ? value : Number.NaN;
}
