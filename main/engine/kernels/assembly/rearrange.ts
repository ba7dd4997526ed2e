/** Element by element: sums, products, and numbers moved to other places. */
import { loadLanes, storeLanes } from './lanes';
import { NUMBER } from './maps';

/** y = a + b. */
export function addEach(a: usize, b: usize, y: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(y, f32x4.add(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    y += 16;
  }
  if (count > 0) storeLanes(y, f32x4.add(loadLanes(a, count), loadLanes(b, count)), count);
}

/** y = a · b. */
export function multiplyEach(a: usize, b: usize, y: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(y, f32x4.mul(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    y += 16;
  }
  if (count > 0) storeLanes(y, f32x4.mul(loadLanes(a, count), loadLanes(b, count)), count);
}

/** Sets `bytes` bytes to 0. */
export function clear(to: usize, bytes: usize): void {
  memory.fill(to, 0, bytes);
}

/** Copies numbers along five axes of `n0` to `n4` places. From one place of an axis to the next are `f0` to `f4` bytes
 *  in `from` and `t0` to `t4` bytes in `to`; `f4` is 4 where the numbers lie side by side, and `t4` is always 4. */
export function rearrange(
  from: usize,
  to: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  n3: i32,
  n4: i32,
  f0: usize,
  f1: usize,
  f2: usize,
  f3: usize,
  f4: usize,
  t0: usize,
  t1: usize,
  t2: usize,
  t3: usize,
): void {
  for (let i0 = 0; i0 < n0; i0++) {
    let from1 = from;
    let to1 = to;
    for (let i1 = 0; i1 < n1; i1++) {
      let from2 = from1;
      let to2 = to1;
      for (let i2 = 0; i2 < n2; i2++) {
        let from3 = from2;
        let to3 = to2;
        for (let i3 = 0; i3 < n3; i3++) {
          if (f4 == NUMBER) memory.copy(to3, from3, (n4 as usize) * NUMBER);
          else spread(from3, f4, to3, n4);
          from3 += f3;
          to3 += t3;
        }
        from2 += f2;
        to2 += t2;
      }
      from1 += f1;
      to1 += t1;
    }
    from += f0;
    to += t0;
  }
}

function spread(from: usize, step: usize, to: usize, count: i32): void {
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(from));
    from += step;
    to += NUMBER;
  }
}
