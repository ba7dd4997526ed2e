/** Maps in memory: float32 numbers, row-major. */

/** Bytes of one number. */
export const NUMBER: usize = 4;

/** How many rows or columns a padded map needs so that every window lies inside. */
export function paddedSize(size: i32, padBefore: i32, outputs: i32, window: i32, stride: i32): i32 {
  return max(size + padBefore, (outputs - 1) * stride + window);
}

/** [rows,columns] → [columns,rows]. */
export function transpose(from: usize, to: usize, rows: i32, columns: i32): void {
  for (let column = 0; column < columns; column++) {
    let source = from + (column as usize) * NUMBER;
    for (let row = 0; row < rows; row++) {
      store<f32>(to, load<f32>(source));
      source += (columns as usize) * NUMBER;
      to += NUMBER;
    }
  }
}

/** Copies rows of `bytes` bytes. The next row begins `fromStep` or `toStep` bytes later. */
export function copyRows(from: usize, fromStep: usize, to: usize, toStep: usize, bytes: usize, rows: i32): void {
  for (let row = 0; row < rows; row++) {
    memory.copy(to, from, bytes);
    from += fromStep;
    to += toStep;
  }
}
