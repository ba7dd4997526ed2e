/** Vectors of four numbers: a sum with a product, and loads and stores at the end of an array, where fewer than four
 *  numbers are left and the memory after them isn't ours. */

/** a · b + c. The module that is built with relaxed SIMD rounds only once, the other one the product too. */
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.relaxed_madd<f32>(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** Loads the first `lanes` (1 to 4) numbers of a vector. The others are 0. */
export function loadLanes(from: usize, lanes: i32): v128 {
  if (lanes == 4) return v128.load(from);
  let vector = v128.load32_zero(from);
  if (lanes > 1) vector = f32x4.replace_lane(vector, 1, load<f32>(from, 4));
  if (lanes > 2) vector = f32x4.replace_lane(vector, 2, load<f32>(from, 8));
  return vector;
}

/** Stores the first `lanes` (1 to 4) numbers of a vector. */
export function storeLanes(to: usize, vector: v128, lanes: i32): void {
  if (lanes == 4) {
    v128.store(to, vector);
    return;
  }
  store<f32>(to, f32x4.extract_lane(vector, 0));
  if (lanes > 1) store<f32>(to, f32x4.extract_lane(vector, 1), 4);
  if (lanes > 2) store<f32>(to, f32x4.extract_lane(vector, 2), 8);
}

/** Stores the first `lanes` (1 to 8) numbers of two vectors. */
export function storeEight(to: usize, low: v128, high: v128, lanes: i32): void {
  storeLanes(to, low, min(lanes, 4));
  if (lanes > 4) storeLanes(to + 16, high, lanes - 4);
}

/** a · b + c, as the kernels calculate it: a test tells whether they round once or twice. */
export function multiplyAdd(a: f32, b: f32, c: f32): f32 {
  return f32x4.extract_lane(madd(f32x4.splat(a), f32x4.splat(b), f32x4.splat(c)), 0);
}
