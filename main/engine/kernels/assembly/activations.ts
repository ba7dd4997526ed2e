/** ReLU, and gradients of activations, element by element. */
import { loadLanes, storeLanes } from './lanes';

/** Relu: y = x if x is above 0, else 0. NaN stays NaN. (XNNPACK's ReLU turns a NaN with its sign bit set into 0.) */
export function relu(x: usize, y: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(y, f32x4.pmax(v128.load(x), f32x4.splat(0)));
    x += 16;
    y += 16;
  }
  if (count > 0) storeLanes(y, f32x4.pmax(loadLanes(x, count), f32x4.splat(0)), count);
}

/** ReluGrad: dx = dy if the layer's output y is above 0, else 0. */
export function reluGradient(dy: usize, y: usize, dx: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(dx, throughRelu(v128.load(dy), v128.load(y)));
    dy += 16;
    y += 16;
    dx += 16;
  }
  if (count > 0) storeLanes(dx, throughRelu(loadLanes(dy, count), loadLanes(y, count)), count);
}

function throughRelu(dy: v128, y: v128): v128 {
  return v128.and(dy, f32x4.gt(y, f32x4.splat(0)));
}

/** LeakyRelu: y = x if x is above 0, else slope · x. */
export function leakyRelu(x: usize, y: usize, slope: f32, count: i32): void {
  leakyReluGradient(x, x, y, slope, count);
}

/** LeakyReluGrad: dx = dy if the layer's input x is above 0, else slope · dy. */
export function leakyReluGradient(dy: usize, x: usize, dx: usize, slope: f32, count: i32): void {
  const slopes = f32x4.splat(slope);
  for (; count >= 4; count -= 4) {
    v128.store(dx, throughLeakyRelu(v128.load(dy), v128.load(x), slopes));
    dy += 16;
    x += 16;
    dx += 16;
  }
  if (count > 0) storeLanes(dx, throughLeakyRelu(loadLanes(dy, count), loadLanes(x, count), slopes), count);
}

function throughLeakyRelu(dy: v128, x: v128, slopes: v128): v128 {
  return v128.bitselect(dy, f32x4.mul(dy, slopes), f32x4.gt(x, f32x4.splat(0)));
}

/** SigmoidGrad: dx = dy · y · (1 − y), where y is the layer's output. */
export function sigmoidGradient(dy: usize, y: usize, dx: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(dx, throughSigmoid(v128.load(dy), v128.load(y)));
    dy += 16;
    y += 16;
    dx += 16;
  }
  if (count > 0) storeLanes(dx, throughSigmoid(loadLanes(dy, count), loadLanes(y, count)), count);
}

function throughSigmoid(dy: v128, y: v128): v128 {
  return f32x4.mul(dy, f32x4.mul(y, f32x4.sub(f32x4.splat(1), y)));
}

/** TanhGrad: dx = dy · (1 − y²), where y is the layer's output. */
export function tanhGradient(dy: usize, y: usize, dx: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(dx, throughTanh(v128.load(dy), v128.load(y)));
    dy += 16;
    y += 16;
    dx += 16;
  }
  if (count > 0) storeLanes(dx, throughTanh(loadLanes(dy, count), loadLanes(y, count)), count);
}

function throughTanh(dy: v128, y: v128): v128 {
  return f32x4.mul(dy, f32x4.sub(f32x4.splat(1), f32x4.mul(y, y)));
}
