/** Batch normalisation, where all arrays are [rows,channels] and a row is a pixel of a sample. The sums over the rows
 *  are in reduce.ts. */
import { loadLanes, storeLanes } from './lanes';
import { NUMBER } from './maps';

/** gamma, variance [channels] → scale = gamma / √(variance + epsilon) [channels]. */
export function normScale(gamma: usize, variance: usize, scale: usize, epsilon: f32, channels: i32): void {
  for (; channels > 0; channels--) {
    store<f32>(scale, load<f32>(gamma) / sqrt<f32>(load<f32>(variance) + epsilon));
    gamma += NUMBER;
    variance += NUMBER;
    scale += NUMBER;
  }
}

/** variance [channels] → inverse = 1 / √(variance + epsilon) [channels]. */
export function normInverse(variance: usize, inverse: usize, epsilon: f32, channels: i32): void {
  for (; channels > 0; channels--) {
    store<f32>(inverse, 1 / sqrt<f32>(load<f32>(variance) + epsilon));
    variance += NUMBER;
    inverse += NUMBER;
  }
}

/** The gradient of the input x of a normalisation by the mean and variance of x itself: dy, x [rows,channels], gamma,
 *  mean, inverse = 1 / √(variance + epsilon), dgamma, dbeta [channels] → dx. `all` is the number of rows of the whole
 *  batch, of which these are a part. With h = (x − mean) · inverse: dx = gamma · inverse · (dy − dbeta/all −
 *  h·dgamma/all). */
export function normInputGradient(
  dy: usize,
  x: usize,
  gamma: usize,
  mean: usize,
  inverse: usize,
  dgamma: usize,
  dbeta: usize,
  dx: usize,
  all: i32,
  rows: i32,
  channels: i32,
): void {
  const ones = f32x4.splat(1 / (all as f32));
  const step = (channels as usize) * NUMBER;
  for (let channel = 0; channel < channels; channel += 4) {
    const lanes = min(channels - channel, 4);
    const means = loadLanes(mean, lanes);
    const inverses = loadLanes(inverse, lanes);
    const scale = f32x4.mul(loadLanes(gamma, lanes), inverses);
    const average = f32x4.mul(loadLanes(dbeta, lanes), ones);
    const slope = f32x4.mul(f32x4.mul(loadLanes(dgamma, lanes), ones), inverses);
    let at = x;
    let gradient = dy;
    let to = dx;
    for (let row = 0; row < rows; row++) {
      const centred = f32x4.sub(loadLanes(gradient, lanes), average);
      const along = f32x4.mul(f32x4.sub(loadLanes(at, lanes), means), slope);
      storeLanes(to, f32x4.mul(scale, f32x4.sub(centred, along)), lanes);
      at += step;
      gradient += step;
      to += step;
    }
    dy += 16;
    x += 16;
    gamma += 16;
    mean += 16;
    inverse += 16;
    dgamma += 16;
    dbeta += 16;
    dx += 16;
  }
}

/** y = scale · (x − mean) + offset for x [rows,channels]. */
export function normaliseChannels(
  x: usize,
  mean: usize,
  scale: usize,
  offset: usize,
  y: usize,
  rows: i32,
  channels: i32,
): void {
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < channels; channel += 4) {
      const at = (channel as usize) * NUMBER;
      const lanes = min(channels - channel, 4);
      const centred = f32x4.sub(loadLanes(x + at, lanes), loadLanes(mean + at, lanes));
      const scaled = f32x4.mul(centred, loadLanes(scale + at, lanes));
      storeLanes(y + at, f32x4.add(scaled, loadLanes(offset + at, lanes)), lanes);
    }
    x += (channels as usize) * NUMBER;
    y += (channels as usize) * NUMBER;
  }
}

/** y = scale · x for x [rows,channels]: the gradient of `normaliseChannels`. */
export function scaleChannels(x: usize, scale: usize, y: usize, rows: i32, channels: i32): void {
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < channels; channel += 4) {
      const at = (channel as usize) * NUMBER;
      const lanes = min(channels - channel, 4);
      storeLanes(y + at, f32x4.mul(loadLanes(x + at, lanes), loadLanes(scale + at, lanes)), lanes);
    }
    x += (channels as usize) * NUMBER;
    y += (channels as usize) * NUMBER;
  }
}

/** y = x + offset for x [rows,channels] and offset [channels]. */
export function shiftChannels(x: usize, offset: usize, y: usize, rows: i32, channels: i32): void {
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < channels; channel += 4) {
      const at = (channel as usize) * NUMBER;
      const lanes = min(channels - channel, 4);
      storeLanes(y + at, f32x4.add(loadLanes(x + at, lanes), loadLanes(offset + at, lanes)), lanes);
    }
    x += (channels as usize) * NUMBER;
    y += (channels as usize) * NUMBER;
  }
}
