/** The steps of optimizers over a range of parameters, in doubles that are rounded when they are stored. They calculate
 *  what the loops in main/engine/training/optimizers.ts do, bit for bit. g is (gradient + l2 · weight) · scale. */

import { loadLanes, storeLanes } from './lanes';
import { NUMBER } from './maps';

/** What a range was before it was changed, in case that the thread that changes it dies: the number of the range, how
 *  many of its parameters may have been changed, and then the numbers of its slots. Those of its weights are kept in
 *  `before`, for whoever goes back by a step. Each is kept when it is read to be changed, so that memory is gone
 *  through once. */
const HEAD: usize = 16;
const DONE: usize = 4;

/** Bytes of scratch memory that each step needs for so many parameters. */
export function stepScratch(count: i32): i32 {
  return (HEAD as i32) + 2 * count * (NUMBER as i32);
}

/** Notes that nothing of this range has been changed so far. */
function begin(scratch: usize, range: i32): void {
  store<i32>(scratch, 0);
  store<i32>(scratch, 0, DONE);
  store<i32>(scratch, range);
}

/** Puts the arrays back to what they were, if one of the threads had begun to change them. `places` threads have
 *  scratch memory, `step` bytes apart. */
export function putBack(
  scratch: usize,
  step: usize,
  places: i32,
  range: i32,
  weights: usize,
  before: usize,
  a: usize,
  b: usize,
  count: i32,
): void {
  const apart = (count as usize) * NUMBER;
  for (; places > 0; places--) {
    if (load<i32>(scratch) == range) {
      const bytes = (load<i32>(scratch, DONE) as usize) * NUMBER;
      memory.copy(weights, before, bytes);
      if (a != 0) memory.copy(a, scratch + HEAD, bytes);
      if (b != 0) memory.copy(b, scratch + HEAD + apart, bytes);
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
/** The larger of the absolute values, NaN if one is: as integers, their bits have the order of the numbers, and those
 *  of NaN come last. Reads what has been stored, so that lanes after the end are 0. */
function larger(most: v128, at: usize, lanes: i32): v128 {
  return i32x4.max_s(most, f32x4.abs(loadLanes(at, lanes)));
}
/** Writes the largest of the four numbers. */
function storeLargest(to: usize, most: v128): void {
  most = i32x4.max_s(most, i32x4.shuffle(most, most, 2, 3, 0, 1));
  store<i32>(to, max(i32x4.extract_lane(most, 0), i32x4.extract_lane(most, 1)));
}
function slope(gradient: v128, weight: v128, l2: v128): v128 {
  return f64x2.add(gradient, f64x2.mul(l2, weight));
}

/** Plain gradient descent, for four parameters at a time. Each step keeps what was, and writes to `found` the largest
 *  absolute values of the new weights and of the new slots, NaN if one is. */
export function sgdStep(
  weights: usize,
  gradient: usize,
  before: usize,
  found: usize,
  scratch: usize,
  range: i32,
  rate: f64,
  l2: f64,
  scale: f64,
  count: i32,
): void {
  begin(scratch, range);
  let done = 0;
  const rates = f64x2.splat(rate);
  const decays = f64x2.splat(l2);
  const scales = f64x2.splat(scale);
  let most = f32x4.splat(0);
  let mostOfSlots = most;
  for (; count > 0; count -= 4) {
    const lanes = min(count, 4);
    const w = loadLanes(weights, lanes);
    storeLanes(before, w, lanes);
    done += lanes;
    store<i32>(scratch, done, DONE);
    const g = loadLanes(gradient, lanes);
    const lower = f64x2.mul(f64x2.mul(rates, slope(low(g), low(w), decays)), scales);
    const upper = f64x2.mul(f64x2.mul(rates, slope(high(g), high(w), decays)), scales);
    storeLanes(weights, narrow(f64x2.sub(low(w), lower), f64x2.sub(high(w), upper)), lanes);
    most = larger(most, weights, lanes);
    weights += 16;
    before += 16;
    gradient += 16;
  }
  storeLargest(found, most);
  storeLargest(found + NUMBER, mostOfSlots);
}

/** Momentum, or Nesterov's if `nesterov` is 1. */
export function momentumStep(
  weights: usize,
  gradient: usize,
  moved: usize,
  before: usize,
  found: usize,
  scratch: usize,
  range: i32,
  rate: f64,
  momentum: f64,
  nesterov: i32,
  l2: f64,
  scale: f64,
  count: i32,
): void {
  begin(scratch, range);
  let done = 0;
  let kept = scratch + HEAD;
  const rates = f64x2.splat(rate);
  const factors = f64x2.splat(momentum);
  const decays = f64x2.splat(l2);
  const scales = f64x2.splat(scale);
  let most = f32x4.splat(0);
  let mostOfSlots = most;
  for (; count > 0; count -= 4) {
    const lanes = min(count, 4);
    const w = loadLanes(weights, lanes);
    storeLanes(before, w, lanes);
    const g = loadLanes(gradient, lanes);
    const old = loadLanes(moved, lanes);
    storeLanes(kept, old, lanes);
    done += lanes;
    store<i32>(scratch, done, DONE);
    const lower = f64x2.mul(f64x2.mul(rates, slope(low(g), low(w), decays)), scales);
    const upper = f64x2.mul(f64x2.mul(rates, slope(high(g), high(w), decays)), scales);
    const m = narrow(f64x2.sub(f64x2.mul(factors, low(old)), lower), f64x2.sub(f64x2.mul(factors, high(old)), upper));
    storeLanes(moved, m, lanes);
    let moveLow = low(m);
    let moveHigh = high(m);
    if (nesterov != 0) {
      moveLow = f64x2.sub(f64x2.mul(factors, moveLow), lower);
      moveHigh = f64x2.sub(f64x2.mul(factors, moveHigh), upper);
    }
    storeLanes(weights, narrow(f64x2.add(low(w), moveLow), f64x2.add(high(w), moveHigh)), lanes);
    most = larger(most, weights, lanes);
    mostOfSlots = larger(mostOfSlots, moved, lanes);
    weights += 16;
    before += 16;
    kept += 16;
    gradient += 16;
    moved += 16;
  }
  storeLargest(found, most);
  storeLargest(found + NUMBER, mostOfSlots);
}

/** RMSprop, without momentum if `moved` is 0. */
export function rmspropStep(
  weights: usize,
  gradient: usize,
  velocity: usize,
  moved: usize,
  before: usize,
  found: usize,
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
  begin(scratch, range);
  let done = 0;
  let kept = scratch + HEAD;
  const apart = (count as usize) * NUMBER;
  const rates = f64x2.splat(rate);
  const factors = f64x2.splat(momentum);
  const rhos = f64x2.splat(rho);
  const rests = f64x2.splat(1 - rho);
  const epsilons = f64x2.splat(epsilon);
  const decays = f64x2.splat(l2);
  const scales = f64x2.splat(scale);
  let most = f32x4.splat(0);
  let mostOfSlots = most;
  for (; count > 0; count -= 4) {
    const lanes = min(count, 4);
    const w = loadLanes(weights, lanes);
    storeLanes(before, w, lanes);
    const slopes = loadLanes(gradient, lanes);
    const old = loadLanes(velocity, lanes);
    storeLanes(kept, old, lanes);
    if (moved != 0) storeLanes(kept + apart, loadLanes(moved, lanes), lanes);
    done += lanes;
    store<i32>(scratch, done, DONE);
    const g0 = f64x2.mul(slope(low(slopes), low(w), decays), scales);
    const g1 = f64x2.mul(slope(high(slopes), high(w), decays), scales);
    const v = narrow(
      f64x2.add(f64x2.mul(rhos, low(old)), f64x2.mul(f64x2.mul(rests, g0), g0)),
      f64x2.add(f64x2.mul(rhos, high(old)), f64x2.mul(f64x2.mul(rests, g1), g1)),
    );
    storeLanes(velocity, v, lanes);
    let lower = f64x2.div(f64x2.mul(rates, g0), f64x2.sqrt(f64x2.add(low(v), epsilons)));
    let upper = f64x2.div(f64x2.mul(rates, g1), f64x2.sqrt(f64x2.add(high(v), epsilons)));
    if (moved != 0) {
      const m = loadLanes(moved, lanes);
      lower = f64x2.add(lower, f64x2.mul(factors, low(m)));
      upper = f64x2.add(upper, f64x2.mul(factors, high(m)));
      storeLanes(moved, narrow(lower, upper), lanes);
      mostOfSlots = larger(mostOfSlots, moved, lanes);
      moved += 16;
    }
    storeLanes(weights, narrow(f64x2.sub(low(w), lower), f64x2.sub(high(w), upper)), lanes);
    most = larger(most, weights, lanes);
    mostOfSlots = larger(mostOfSlots, velocity, lanes);
    weights += 16;
    before += 16;
    kept += 16;
    gradient += 16;
    velocity += 16;
  }
  storeLargest(found, most);
  storeLargest(found + NUMBER, mostOfSlots);
}

/** Adam; AdamW if `decay` isn't 0, which is subtracted first, times rate · weight. `alpha` is the corrected rate. */
export function adamStep(
  weights: usize,
  gradient: usize,
  mean: usize,
  velocity: usize,
  before: usize,
  found: usize,
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
  begin(scratch, range);
  let done = 0;
  let kept = scratch + HEAD;
  const apart = (count as usize) * NUMBER;
  const rates = f64x2.splat(rate);
  const alphas = f64x2.splat(alpha);
  const first = f64x2.splat(1 - beta1);
  const second = f64x2.splat(1 - beta2);
  const epsilons = f64x2.splat(epsilon);
  const squares = f64x2.splat(l2);
  const decays = f64x2.splat(decay);
  const scales = f64x2.splat(scale);
  let most = f32x4.splat(0);
  let mostOfSlots = most;
  for (; count > 0; count -= 4) {
    const lanes = min(count, 4);
    let w = loadLanes(weights, lanes);
    storeLanes(before, w, lanes);
    if (decay > 0) {
      w = narrow(
        f64x2.sub(low(w), f64x2.mul(f64x2.mul(low(w), decays), rates)),
        f64x2.sub(high(w), f64x2.mul(f64x2.mul(high(w), decays), rates)),
      );
    }
    const slopes = loadLanes(gradient, lanes);
    const g0 = f64x2.mul(slope(low(slopes), low(w), squares), scales);
    const g1 = f64x2.mul(slope(high(slopes), high(w), squares), scales);
    let old = loadLanes(mean, lanes);
    storeLanes(kept, old, lanes);
    storeLanes(kept + apart, loadLanes(velocity, lanes), lanes);
    done += lanes;
    store<i32>(scratch, done, DONE);
    const m = narrow(
      f64x2.add(low(old), f64x2.mul(f64x2.sub(g0, low(old)), first)),
      f64x2.add(high(old), f64x2.mul(f64x2.sub(g1, high(old)), first)),
    );
    storeLanes(mean, m, lanes);
    old = loadLanes(velocity, lanes);
    const v = narrow(
      f64x2.add(low(old), f64x2.mul(f64x2.sub(f64x2.mul(g0, g0), low(old)), second)),
      f64x2.add(high(old), f64x2.mul(f64x2.sub(f64x2.mul(g1, g1), high(old)), second)),
    );
    storeLanes(velocity, v, lanes);
    const lower = f64x2.div(f64x2.mul(alphas, low(m)), f64x2.add(f64x2.sqrt(low(v)), epsilons));
    const upper = f64x2.div(f64x2.mul(alphas, high(m)), f64x2.add(f64x2.sqrt(high(v)), epsilons));
    storeLanes(weights, narrow(f64x2.sub(low(w), lower), f64x2.sub(high(w), upper)), lanes);
    most = larger(most, weights, lanes);
    mostOfSlots = larger(mostOfSlots, mean, lanes);
    mostOfSlots = larger(mostOfSlots, velocity, lanes);
    weights += 16;
    before += 16;
    kept += 16;
    gradient += 16;
    mean += 16;
    velocity += 16;
  }
  storeLargest(found, most);
  storeLargest(found + NUMBER, mostOfSlots);
}

/** gradient, weights → sum, the double Σ (gradient + l2 · weight)². Adds in four sums, as optimizers.ts does. */
export function squaresOf(gradient: usize, weights: usize, sum: usize, l2: f64, count: i32): void {
  const decays = f64x2.splat(l2);
  let lower = f64x2.splat(0);
  let upper = lower;
  for (; count > 0; count -= 4) {
    const lanes = min(count, 4);
    const g = loadLanes(gradient, lanes);
    const w = loadLanes(weights, lanes);
    const first = slope(low(g), low(w), decays);
    const second = slope(high(g), high(w), decays);
    lower = f64x2.add(lower, f64x2.mul(first, first));
    upper = f64x2.add(upper, f64x2.mul(second, second));
    gradient += 16;
    weights += 16;
  }
  const both = f64x2.add(lower, upper);
  store<f64>(sum, f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1));
}
