/** Lists of numbers that aren't zero. Four numbers are tested at a time, without a branch: the processor could not
 *  predict it. */

import { NUMBER } from './maps';

/** Bytes of a table with an entry for each of the 16 ways to choose some of four numbers. An entry has 16 bytes: the
 *  shuffle that moves the chosen numbers to the front. */
export const TABLE_BYTES: usize = 256;

export function fillTable(table: usize): void {
  for (let combination: usize = 0; combination < 16; combination++) {
    let to = table + combination * 16;
    v128.store(to, i8x16.splat(0));
    for (let lane: usize = 0; lane < 4; lane++) {
      if (((combination >> lane) & 1) == 0) continue;
      // Bytes 4·lane to 4·lane + 3, the lowest first.
      store<u32>(to, (0x03020100 + 0x04040404 * lane) as u32);
      to += 4;
    }
  }
}

/** Writes the offsets of the numbers that aren't zero to `end`, and those numbers to `end + distance`. Returns the new
 *  end. Up to 12 bytes past it are overwritten. */
export function appendNonZero(numbers: v128, offsets: v128, end: usize, distance: usize, table: usize): usize {
  const kept = i32x4.bitmask(f32x4.ne(numbers, f32x4.splat(0)));
  const bytes = v128.load(table + ((kept as usize) << 4));
  v128.store(end, i8x16.swizzle(offsets, bytes));
  v128.store(end + distance, i8x16.swizzle(numbers, bytes));
  return end + ((popcnt(kept) as usize) << 2);
}

/** Whether so many of these numbers are zero that lists of the others are faster, where each number is multiplied with
 *  `terms` others. To make a list takes as long as some multiplications. `tiled`: it is compared with tiles (tiles.ts),
 *  which are faster than multiplying each number. */
export function isSparse(from: usize, count: i32, terms: i32, tiled: bool): bool {
  if (terms < 16) return false;
  let found = 0;
  let left = count;
  for (; left >= 4; left -= 4) {
    found += popcnt(i32x4.bitmask(f32x4.ne(v128.load(from), f32x4.splat(0))));
    from += 16;
  }
  for (; left > 0; left--) {
    if (load<f32>(from) != 0) found++;
    from += NUMBER;
  }
  return found < (count >> 4) * (tiled ? 5 : terms < 48 ? 8 : 11);
}
