/** Sums of each channel over all pixels, and batch normalisation, which needs such sums. All arrays are
 *  [rows,channels], where a row is a pixel of a sample. A block of rows is summed in float32, the blocks in doubles:
 *  one float32 sum over a whole batch would drift. */

import { loadLanes, storeLanes } from './lanes';
import { NUMBER } from './maps';

/** How many rows are summed in float32. */
const BLOCK: i32 = 64;

/** BiasAddGrad: dy [rows,channels] → db [channels], the sums of each channel. */
export function biasGradient(dy: usize, db: usize, rows: i32, channels: i32): void {
  for (let channel = 0; channel < channels; channel += 4) {
    const lanes = min(channels - channel, 4);
    let low = f64x2.splat(0);
    let high = low;
    let at = dy;
    for (let row = 0; row < rows; row += BLOCK) {
      let sum = f32x4.splat(0);
      for (let left = min(rows - row, BLOCK); left > 0; left--) {
        sum = f32x4.add(sum, loadLanes(at, lanes));
        at += (channels as usize) * NUMBER;
      }
      low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
      high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(sum)));
    }
    storeLanes(db, narrow(low, high), lanes);
    dy += 16;
    db += 16;
  }
}

/** FusedBatchNorm in training: x [rows,channels], gamma, beta [channels] → y = gamma · (x − mean) / √(variance +
 *  epsilon) + beta, and mean and variance [channels]. The variance is divided by the number of rows. */
export function batchNorm(
  x: usize,
  gamma: usize,
  beta: usize,
  y: usize,
  mean: usize,
  variance: usize,
  epsilon: f32,
  rows: i32,
  channels: i32,
): void {
  const step = (channels as usize) * NUMBER;
  const ones = f64x2.splat(1 / (rows as f64));
  for (let channel = 0; channel < channels; channel += 4) {
    const lanes = min(channels - channel, 4);
    let low = f64x2.splat(0);
    let high = low;
    let at = x;
    for (let row = 0; row < rows; row += BLOCK) {
      let sum = f32x4.splat(0);
      for (let left = min(rows - row, BLOCK); left > 0; left--) {
        sum = f32x4.add(sum, loadLanes(at, lanes));
        at += step;
      }
      low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
      high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(sum)));
    }
    const means = narrow(f64x2.mul(low, ones), f64x2.mul(high, ones));

    low = f64x2.splat(0);
    high = low;
    at = x;
    for (let row = 0; row < rows; row += BLOCK) {
      let sum = f32x4.splat(0);
      for (let left = min(rows - row, BLOCK); left > 0; left--) {
        const distance = f32x4.sub(loadLanes(at, lanes), means);
        sum = f32x4.add(sum, f32x4.mul(distance, distance));
        at += step;
      }
      low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
      high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(sum)));
    }
    const variances = narrow(f64x2.mul(low, ones), f64x2.mul(high, ones));

    const scales = f32x4.div(loadLanes(gamma, lanes), f32x4.sqrt(f32x4.add(variances, f32x4.splat(epsilon))));
    const offsets = loadLanes(beta, lanes);
    at = x;
    let to = y;
    for (let row = 0; row < rows; row++) {
      storeLanes(to, f32x4.add(f32x4.mul(f32x4.sub(loadLanes(at, lanes), means), scales), offsets), lanes);
      at += step;
      to += step;
    }
    storeLanes(mean, means, lanes);
    storeLanes(variance, variances, lanes);
    x += 16;
    y += 16;
    gamma += 16;
    beta += 16;
    mean += 16;
    variance += 16;
  }
}

/** FusedBatchNormGrad: dy, x [rows,channels], gamma, mean, variance [channels] → dx [rows,channels], dgamma, dbeta
 *  [channels]. Mean and variance are those of the forward pass. With h = (x − mean) / √(variance + epsilon): dbeta =
 *  Σdy, dgamma = Σ(dy·h), dx = gamma / √(variance + epsilon) · (dy − dbeta/rows − h·dgamma/rows). */
export function batchNormGradient(
  dy: usize,
  x: usize,
  gamma: usize,
  mean: usize,
  variance: usize,
  dx: usize,
  dgamma: usize,
  dbeta: usize,
  epsilon: f32,
  rows: i32,
  channels: i32,
): void {
  const step = (channels as usize) * NUMBER;
  const ones = f32x4.splat(1 / (rows as f32));
  for (let channel = 0; channel < channels; channel += 4) {
    const lanes = min(channels - channel, 4);
    const means = loadLanes(mean, lanes);
    const inverse = f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(loadLanes(variance, lanes), f32x4.splat(epsilon))));
    let low = f64x2.splat(0);
    let high = low;
    let lowOfProducts = low;
    let highOfProducts = low;
    let at = x;
    let gradient = dy;
    for (let row = 0; row < rows; row += BLOCK) {
      let sum = f32x4.splat(0);
      let products = sum;
      for (let left = min(rows - row, BLOCK); left > 0; left--) {
        const value = loadLanes(gradient, lanes);
        sum = f32x4.add(sum, value);
        products = f32x4.add(products, f32x4.mul(value, f32x4.mul(f32x4.sub(loadLanes(at, lanes), means), inverse)));
        at += step;
        gradient += step;
      }
      low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
      high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(sum)));
      lowOfProducts = f64x2.add(lowOfProducts, f64x2.promote_low_f32x4(products));
      highOfProducts = f64x2.add(highOfProducts, f64x2.promote_low_f32x4(upperHalf(products)));
    }
    const total = narrow(low, high);
    const totalOfProducts = narrow(lowOfProducts, highOfProducts);
    storeLanes(dbeta, total, lanes);
    storeLanes(dgamma, totalOfProducts, lanes);

    const scale = f32x4.mul(loadLanes(gamma, lanes), inverse);
    const average = f32x4.mul(total, ones);
    const slope = f32x4.mul(f32x4.mul(totalOfProducts, ones), inverse);
    at = x;
    gradient = dy;
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
    variance += 16;
    dx += 16;
    dgamma += 16;
    dbeta += 16;
  }
}

/** y = scale · (x − mean) + offset for x [rows,channels]: batch normalisation with fixed averages, where scale is gamma
 *  / √(variance + epsilon). */
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

function upperHalf(vector: v128): v128 {
  return i64x2.shuffle(vector, vector, 1, 1);
}

/** Two vectors of two doubles as one of four float32 numbers. */
function narrow(low: v128, high: v128): v128 {
  return i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}
