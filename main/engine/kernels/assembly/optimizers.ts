/** The steps of optimizers over a range of parameters, in doubles that are rounded when they are stored. They calculate
 *  what the loops in main/engine/training/optimizers.ts do, bit for bit. g is (gradient + l2 · weight) · scale. */

import { loadLanes, storeLanes } from './lanes';
import { NUMBER } from './maps';

/** What a range was before it was changed, in case that the thread that changes it dies: the number of the range, and
 *  then the numbers of its arrays. */
const HEAD: usize = 16;

/** Bytes of scratch memory that each step needs for so many parameters. */
export function stepScratch(count: i32): i32 {
  return (HEAD as i32) + 3 * count * (NUMBER as i32);
}

/** Copies the arrays to scratch memory, and then notes their number there. An array that isn't used is 0. */
function keep(scratch: usize, range: i32, a: usize, b: usize, c: usize, count: i32): void {
  const bytes = (count as usize) * NUMBER;
  store<i32>(scratch, 0);
  copy(scratch + HEAD, a, bytes);
  copy(scratch + HEAD + bytes, b, bytes);
  copy(scratch + HEAD + 2 * bytes, c, bytes);
  store<i32>(scratch, range);
}

function copy(to: usize, from: usize, bytes: usize): void {
  if (from != 0) memory.copy(to, from, bytes);
}

/** Puts the arrays back to what they were, if one of the threads had begun to change them. `places` threads have
 *  scratch memory, `step` bytes apart. */
export function putBack(
  scratch: usize,
  step: usize,
  places: i32,
  range: i32,
  a: usize,
  b: usize,
  c: usize,
  count: i32,
): void {
  const bytes = (count as usize) * NUMBER;
  for (; places > 0; places--) {
    if (load<i32>(scratch) == range) {
      memory.copy(a, scratch + HEAD, bytes);
      if (b != 0) memory.copy(b, scratch + HEAD + bytes, bytes);
      if (c != 0) memory.copy(c, scratch + HEAD + 2 * bytes, bytes);
    }
    scratch += step;
  }
}

/** The lower or the upper two of four numbers, as doubles. */
function low(four: v128): v128 {
  return f64x2.promote_low_f32x4(four);
}
function high(four: v128): v128 {
  return f64x2.promote_low_f32x4(i64x2.shuffle(four, four, 1, 1));
}
function narrow(lower: v128, upper: v128): v128 {
  return i64x2.shuffle(f32x4.demote_f64x2_zero(lower), f32x4.demote_f64x2_zero(upper), 0, 2);
}
function slope(gradient: v128, weight: v128, l2: v128): v128 {
  return f64x2.add(gradient, f64x2.mul(l2, weight));
}

/** Keeps what was, and does steps for four parameters at a time: plain gradient descent. */
export function sgdStep(
  weights: usize,
  gradient: usize,
  scratch: usize,
  range: i32,
  rate: f64,
  l2: f64,
  scale: f64,
  count: i32,
): void {
  keep(scratch, range, weights, 0, 0, count);
  const rates = f64x2.splat(rate);
  const decays = f64x2.splat(l2);
  const scales = f64x2.splat(scale);
  for (; count > 0; count -= 4) {
    const lanes = min(count, 4);
    const w = loadLanes(weights, lanes);
    const g = loadLanes(gradient, lanes);
    const lower = f64x2.mul(f64x2.mul(rates, slope(low(g), low(w), decays)), scales);
    const upper = f64x2.mul(f64x2.mul(rates, slope(high(g), high(w), decays)), scales);
    storeLanes(weights, narrow(f64x2.sub(low(w), lower), f64x2.sub(high(w), upper)), lanes);
    weights += 16;
    gradient += 16;
  }
}

/** Momentum, or Nesterov's if `nesterov` is 1. */
export function momentumStep(
  weights: usize,
  gradient: usize,
  moved: usize,
  scratch: usize,
  range: i32,
  rate: f64,
  momentum: f64,
  nesterov: i32,
  l2: f64,
  scale: f64,
  count: i32,
): void {
  keep(scratch, range, weights, moved, 0, count);
  const rates = f64x2.splat(rate);
  const factors = f64x2.splat(momentum);
  const decays = f64x2.splat(l2);
  const scales = f64x2.splat(scale);
  for (; count > 0; count -= 4) {
    const lanes = min(count, 4);
    const w = loadLanes(weights, lanes);
    const g = loadLanes(gradient, lanes);
    const before = loadLanes(moved, lanes);
    const lower = f64x2.mul(f64x2.mul(rates, slope(low(g), low(w), decays)), scales);
    const upper = f64x2.mul(f64x2.mul(rates, slope(high(g), high(w), decays)), scales);
    const m = narrow(
      f64x2.sub(f64x2.mul(factors, low(before)), lower),
      f64x2.sub(f64x2.mul(factors, high(before)), upper),
    );
    storeLanes(moved, m, lanes);
    let moveLow = low(m);
    let moveHigh = high(m);
    if (nesterov != 0) {
      moveLow = f64x2.sub(f64x2.mul(factors, moveLow), lower);
      moveHigh = f64x2.sub(f64x2.mul(factors, moveHigh), upper);
    }
    storeLanes(weights, narrow(f64x2.add(low(w), moveLow), f64x2.add(high(w), moveHigh)), lanes);
    weights += 16;
    gradient += 16;
    moved += 16;
  }
}

/** RMSprop, without momentum if `moved` is 0. */
export function rmspropStep(
  weights: usize,
  gradient: usize,
  velocity: usize,
  moved: usize,
  scratch: usize,
  range: i32,
  rate: f64,
  momentum: f64,
  rho: f64,
  epsilon: f64,
  l2: f64,
  scale: f64,
  count: i32,
): void {
  keep(scratch, range, weights, velocity, moved, count);
  const rates = f64x2.splat(rate);
  const factors = f64x2.splat(momentum);
  const rhos = f64x2.splat(rho);
  const rests = f64x2.splat(1 - rho);
  const epsilons = f64x2.splat(epsilon);
  const decays = f64x2.splat(l2);
  const scales = f64x2.splat(scale);
  for (; count > 0; count -= 4) {
    const lanes = min(count, 4);
    const w = loadLanes(weights, lanes);
    const slopes = loadLanes(gradient, lanes);
    const before = loadLanes(velocity, lanes);
    const g0 = f64x2.mul(slope(low(slopes), low(w), decays), scales);
    const g1 = f64x2.mul(slope(high(slopes), high(w), decays), scales);
    const v = narrow(
      f64x2.add(f64x2.mul(rhos, low(before)), f64x2.mul(f64x2.mul(rests, g0), g0)),
      f64x2.add(f64x2.mul(rhos, high(before)), f64x2.mul(f64x2.mul(rests, g1), g1)),
    );
    storeLanes(velocity, v, lanes);
    let lower = f64x2.div(f64x2.mul(rates, g0), f64x2.sqrt(f64x2.add(low(v), epsilons)));
    let upper = f64x2.div(f64x2.mul(rates, g1), f64x2.sqrt(f64x2.add(high(v), epsilons)));
    if (moved != 0) {
      const m = loadLanes(moved, lanes);
      lower = f64x2.add(lower, f64x2.mul(factors, low(m)));
      upper = f64x2.add(upper, f64x2.mul(factors, high(m)));
      storeLanes(moved, narrow(lower, upper), lanes);
      moved += 16;
    }
    storeLanes(weights, narrow(f64x2.sub(low(w), lower), f64x2.sub(high(w), upper)), lanes);
    weights += 16;
    gradient += 16;
    velocity += 16;
  }
}

/** Adam; AdamW if `decay` isn't 0, which is subtracted first, times rate · weight. `alpha` is the corrected rate. */
export function adamStep(
  weights: usize,
  gradient: usize,
  mean: usize,
  velocity: usize,
  scratch: usize,
  range: i32,
  rate: f64,
  alpha: f64,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
  l2: f64,
  decay: f64,
  scale: f64,
  count: i32,
): void {
  keep(scratch, range, weights, mean, velocity, count);
  const rates = f64x2.splat(rate);
  const alphas = f64x2.splat(alpha);
  const first = f64x2.splat(1 - beta1);
  const second = f64x2.splat(1 - beta2);
  const epsilons = f64x2.splat(epsilon);
  const squares = f64x2.splat(l2);
  const decays = f64x2.splat(decay);
  const scales = f64x2.splat(scale);
  for (; count > 0; count -= 4) {
    const lanes = min(count, 4);
    let w = loadLanes(weights, lanes);
    if (decay > 0) {
      w = narrow(
        f64x2.sub(low(w), f64x2.mul(f64x2.mul(low(w), decays), rates)),
        f64x2.sub(high(w), f64x2.mul(f64x2.mul(high(w), decays), rates)),
      );
    }
    const slopes = loadLanes(gradient, lanes);
    const g0 = f64x2.mul(slope(low(slopes), low(w), squares), scales);
    const g1 = f64x2.mul(slope(high(slopes), high(w), squares), scales);
    let before = loadLanes(mean, lanes);
    const m = narrow(
      f64x2.add(low(before), f64x2.mul(f64x2.sub(g0, low(before)), first)),
      f64x2.add(high(before), f64x2.mul(f64x2.sub(g1, high(before)), first)),
    );
    storeLanes(mean, m, lanes);
    before = loadLanes(velocity, lanes);
    const v = narrow(
      f64x2.add(low(before), f64x2.mul(f64x2.sub(f64x2.mul(g0, g0), low(before)), second)),
      f64x2.add(high(before), f64x2.mul(f64x2.sub(f64x2.mul(g1, g1), high(before)), second)),
    );
    storeLanes(velocity, v, lanes);
    const lower = f64x2.div(f64x2.mul(alphas, low(m)), f64x2.add(f64x2.sqrt(low(v)), epsilons));
    const upper = f64x2.div(f64x2.mul(alphas, high(m)), f64x2.add(f64x2.sqrt(high(v)), epsilons));
    storeLanes(weights, narrow(f64x2.sub(low(w), lower), f64x2.sub(high(w), upper)), lanes);
    weights += 16;
    gradient += 16;
    mean += 16;
    velocity += 16;
  }
}
